"""Recorded names, personal greetings and answer phrases (R6, R12, R38)."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from switchboard.changes import Act, NewGreeting
from switchboard.domain.directory import AbsenceReason, Language, OwnerKind
from switchboard.errors import BadValue
from switchboard.views import GreetingView
from switchboard.web.api.listing import Listing, LocalTime, Part, listing
from switchboard.web.api.wav import wav_fault
from switchboard.web.auth import Permission, Ports, needs

router = APIRouter(prefix="/greetings", tags=["greetings"])
Reading = Annotated[Act, Depends(needs(Permission.READ_DIRECTORY))]
Recording = Annotated[Act, Depends(needs(Permission.RECORD_GREETINGS))]
OwnerId = Annotated[int, Field(ge=1, lt=2**31)]
KindOfGreeting = Literal["name", "personal", "answer_phrase"]
WAV_BODY = {
    "requestBody": {
        "required": True,
        "content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class GreetingPlace(BaseModel):
    """Whose greeting it is, and for when; the audio is the body."""

    model_config = ConfigDict(extra="forbid")

    owner_kind: OwnerKind
    owner_id: OwnerId
    kind: KindOfGreeting
    language: Language = "sv"
    reason: AbsenceReason | None = None
    valid_until: LocalTime | None = None


@router.get("")
async def greetings(
    ports: Ports,
    _: Reading,
    part: Part,
    owner_kind: OwnerKind | None = None,
    owner_id: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
) -> Listing[GreetingView]:
    """Latest first; of one owner where both its kind and its id are given."""
    if (owner_kind is None) != (owner_id is None):
        raise BadValue("owner_id" if owner_id is None else "owner_kind", "kind and id of the owner go together")
    owner = (owner_kind, owner_id) if owner_kind is not None and owner_id is not None else None
    return listing(await ports.greetings.page(owner, part))


@router.post("", status_code=201, openapi_extra=WAV_BODY)
async def put_greeting(
    ports: Ports, act: Recording, place: Annotated[GreetingPlace, Query()], request: Request
) -> GreetingView:
    """The body is a wav file: 8 kHz, mono, 16 bit. It takes the place of the owner's greeting of the same kind,
    language and reason, and is heard from the next call on."""
    _refuse_misplaced(place)
    wav = await request.body()
    fault = wav_fault(wav)
    if fault is not None:
        raise BadValue("body", fault)
    new = NewGreeting(
        owner_kind=place.owner_kind,
        owner_id=place.owner_id,
        kind=place.kind,
        language=place.language,
        sha256=await ports.audio.put(wav),
        reason=place.reason.value if place.reason else None,
        valid_until=place.valid_until,
    )
    return await ports.greetings.put(new, act)


def _refuse_misplaced(place: GreetingPlace) -> None:
    fitting = {"personal": place.owner_kind == "person", "answer_phrase": place.owner_kind != "person", "name": True}
    if not fitting[place.kind]:
        raise BadValue("kind", "a personal greeting is a person's, and an answer phrase is not")
