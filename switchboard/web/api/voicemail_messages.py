"""Messages that callers have left, and their sound (R11, R45)."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from switchboard.changes import Act
from switchboard.views import Filter, VoicemailMessageView
from switchboard.web.api.listing import (
    AuthorityQuery,
    BeforeQuery,
    Listing,
    Part,
    PersonQuery,
    SinceQuery,
    listing,
)
from switchboard.web.audio import audio_answer
from switchboard.web.auth import Permission, Ports, needs

router = APIRouter(prefix="/voicemail-messages", tags=["voicemail messages"])
Reading = Annotated[Act, Depends(needs(Permission.READ_CALLERS))]
Listening = Annotated[Act, Depends(needs(Permission.LISTEN))]
NOT_KEPT = "private, no-store"


async def _narrow(
    authority: AuthorityQuery = None,
    person: PersonQuery = None,
    status: Literal["heard", "unheard", "deleted"] | None = None,
    since: SinceQuery = None,
    before: BeforeQuery = None,
) -> Filter:
    return Filter(authority, person, status, since, before)


@router.get("")
async def voicemail_messages(
    ports: Ports, _: Reading, narrow: Annotated[Filter, Depends(_narrow)], part: Part
) -> Listing[VoicemailMessageView]:
    """Newest first; what its owner has deleted only with `status=deleted`."""
    return listing(await ports.voicemail_messages.page(narrow, part))


@router.get("/{id}")
async def voicemail_message(ports: Ports, _: Reading, id: str) -> VoicemailMessageView:
    return await ports.voicemail_messages.one(id)


@router.get("/{id}/audio", response_class=Response, responses={200: {"content": {"audio/wav": {}}}})
async def voicemail_audio(ports: Ports, act: Listening, id: str, request: Request) -> Response:
    """The message as wav (8 kHz, mono, 16 bit). It then counts as heard, and the audit log says who listened."""
    message = await ports.voicemail_messages.one(id)
    wav = await ports.audio.get(message.sha256)
    if wav is None:
        ports.log.warning("audio of a message is missing", message_id=id, sha256=message.sha256)
        raise HTTPException(404, "the audio of this message is not to be found")
    await ports.voicemail_messages.listened(id, act)
    return audio_answer(request, wav, message.sha256, NOT_KEPT)


@router.get("/{id}/preface", response_class=Response, responses={200: {"content": {"audio/wav": {}}}})
async def preface_audio(ports: Ports, _: Listening, id: str, request: Request) -> Response:
    """What the colleague who forwarded the message said to it, as wav."""
    message = await ports.voicemail_messages.one(id)
    wav = await ports.audio.get(message.preface_sha256) if message.preface_sha256 else None
    if wav is None or message.preface_sha256 is None:
        raise HTTPException(404, "nothing was said to this message when it was forwarded, or it was not forwarded")
    return audio_answer(request, wav, message.preface_sha256, NOT_KEPT)
