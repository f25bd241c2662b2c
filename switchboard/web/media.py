"""Stored audio for Asterisk, which plays it by address (`sound:http://…/media/{sha256}.wav`) and keeps it: what a
checksum names never changes. Only this machine and the networks of a setting may fetch; there is no token."""

import re
from ipaddress import IPv6Address, ip_address

from fastapi import APIRouter, HTTPException, Request, Response

from switchboard.web.audio import audio_answer
from switchboard.web.auth import Ports
from switchboard.web.ports import WebPorts

router = APIRouter(include_in_schema=False)
FOR_EVER = "public, max-age=31536000, immutable"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@router.api_route("/media/{sha256}.wav", methods=["GET", "HEAD"])
async def media(sha256: str, request: Request, ports: Ports) -> Response:
    if not _may_fetch(request, ports):
        raise HTTPException(403, "audio is for Asterisk: see SWITCHBOARD_MEDIA_PEERS")
    wav = await ports.audio.get(sha256) if _SHA256.fullmatch(sha256) else None
    if wav is None:
        raise HTTPException(404, "there is no such audio")
    return audio_answer(request, wav, sha256, FOR_EVER)


def _may_fetch(request: Request, ports: WebPorts) -> bool:
    try:
        peer = ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    if isinstance(peer, IPv6Address) and peer.ipv4_mapped is not None:
        peer = peer.ipv4_mapped
    return peer.is_loopback or any(peer in network for network in ports.media_peers)
