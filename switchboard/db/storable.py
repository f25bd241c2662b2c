"""Text from the wire, made fit for both databases."""

from collections.abc import Mapping

LONGEST = 255
Json = str | int | float | bool | None


def storable(text: str | None, longest: int = LONGEST) -> str | None:
    """Cut to `longest`. NUL and lone surrogates, which PostgreSQL and UTF-8 refuse, become the replacement mark."""
    if text is None:
        return None
    return text[:longest].replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def storable_detail(detail: Mapping[str, Json]) -> dict[str, Json]:
    """Texts in an event may be as long as what was said to a caller."""
    return {key: storable(value, 4000) if isinstance(value, str) else value for key, value in detail.items()}
