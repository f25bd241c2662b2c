"""A stored recording as an HTTP answer: whole, in part (RFC 9110 §14), or not again (ETag)."""

import re

from fastapi import Request, Response

_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")


def audio_answer(request: Request, wav: bytes, sha256: str, cache: str) -> Response:
    """200, 206, 304 or 416. One range only: several, or a unit other than bytes, give the whole."""
    headers = {"ETag": f'"{sha256}"', "Cache-Control": cache, "Accept-Ranges": "bytes"}
    if _known(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    wanted = _RANGE.fullmatch(request.headers.get("range", ""))
    unchanged = request.headers.get("if-range", headers["ETag"]) == headers["ETag"]
    if wanted is None or not unchanged or wanted.groups() == ("", ""):
        return Response(wav, headers=headers, media_type="audio/wav")
    first, last = _bounds(wanted.group(1), wanted.group(2), len(wav))
    if first >= len(wav) or last < first:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{len(wav)}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{len(wav)}"
    return Response(wav[first : last + 1], 206, headers, "audio/wav")


def _known(if_none_match: str, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in tags or etag in tags


def _bounds(first: str, last: str, length: int) -> tuple[int, int]:
    if not first:
        return max(0, length - int(last)), length - 1 if int(last) else -1
    return int(first), min(int(last), length - 1) if last else length - 1
