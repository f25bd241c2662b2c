"""Messages that callers have left, and their sound (R11, R45)."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from switchboard.changes import Act, Marking, ToRegistry
from switchboard.domain.keeping.marks import LONGEST_REASON, Mark
from switchboard.domain.keeping.registry import LONGEST_REFERENCE
from switchboard.views import Bearer, Filter, VoicemailMessageView
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
from switchboard.web.auth import PERMISSIONS, Permission, Ports, bearer, needs

router = APIRouter(prefix="/voicemail-messages", tags=["voicemail messages"])
Reading = Annotated[Act, Depends(needs(Permission.READ_CALLERS))]
Listening = Annotated[Act, Depends(needs(Permission.LISTEN))]
HandingOver = Annotated[Act, Depends(needs(Permission.HAND_OVER_MESSAGES))]
MayMark = Annotated[Act, Depends(needs(Permission.MARK_MESSAGES))]
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
    if message.erased_at is not None:
        raise HTTPException(410, "this message was erased")
    wav = await ports.audio.get(message.sha256)
    if wav is None:
        ports.log.warning("audio of a message is missing", message_id=id, sha256=message.sha256)
        raise HTTPException(404, "the audio of this message is not to be found")
    await ports.voicemail_messages.listened(id, act)
    return audio_answer(request, wav, message.sha256, NOT_KEPT)


@router.get("/{id}/preface", response_class=Response, responses={200: {"content": {"audio/wav": {}}}})
async def preface_audio(ports: Ports, act: Listening, id: str, request: Request) -> Response:
    """What the colleague who forwarded the message said to it, as wav. The audit log says who listened."""
    message = await ports.voicemail_messages.one(id)
    wav = await ports.audio.get(message.preface_sha256) if message.preface_sha256 else None
    if wav is None or message.preface_sha256 is None:
        raise HTTPException(404, "nothing was said to this message when it was forwarded, or it was not forwarded")
    await ports.voicemail_messages.listened(id, act, to_preface=True)
    return audio_answer(request, wav, message.preface_sha256, NOT_KEPT)


class MarkOrder(BaseModel):
    """`on` false lifts the mark. The reason stands in the audit log."""

    model_config = ConfigDict(extra="forbid")
    on: bool
    reason: str = Field(min_length=3, max_length=LONGEST_REASON)


def _marking(
    act: MayMark, who: Annotated[Bearer, Depends(bearer)], mark: Mark, order: MarkOrder
) -> tuple[Marking, Act]:
    if mark is Mark.THREAT and not order.on and Permission.LIFT_THREATS not in PERMISSIONS[who.role]:
        raise HTTPException(403, f"the role {who.role.value} may not lift a threat mark")
    return Marking(mark, order.on, order.reason), act


@router.put("/{id}/marks/{mark}")
async def mark_message(
    ports: Ports, id: str, marking: Annotated[tuple[Marking, Act], Depends(_marking)]
) -> VoicemailMessageView:
    """`secret`: caller and recording do not leave by e-mail (R46). `threat`: nothing erases it, and the manager is told
    (R47); to lift it is for administrators."""
    await ports.marks.change(id, *marking)
    return await ports.voicemail_messages.one(id)


class RegistryOrder(BaseModel):
    """`person` hands it over: an extension, a number, a whole name or `#id`. `reference` is its number in the registry
    (diariet), `registry` which one where there are several. `sha256` is the checksum of the recording that was fetched:
    what the registry has not the whole of is not erased."""

    model_config = ConfigDict(extra="forbid")
    person: str = Field(min_length=1, max_length=200)
    reference: str = Field(min_length=1, max_length=LONGEST_REFERENCE)
    registry: str = Field(default="", max_length=LONGEST_REFERENCE)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


@router.post("/{id}/registry")
async def hand_over_to_registry(ports: Ports, act: HandingOver, id: str, order: RegistryOrder) -> VoicemailMessageView:
    """A secret message moves to the registry and is erased here, with whatever was forwarded of it (R45). Fetch the
    recording first. It cannot be taken back. 409 with the reason, for one under a threat mark too: nothing was erased.
    """
    to = ToRegistry(order.person, order.reference, order.sha256, order.registry)
    await ports.registry_office.hand_over(id, to, act)
    return await ports.voicemail_messages.one(id)
