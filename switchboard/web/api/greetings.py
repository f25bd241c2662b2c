"""Recorded names, personal greetings and answer phrases (R6, R12, R38): listed, put, removed, taken back."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from switchboard.calls.orders.greetings import Examined, examine_greeting, keep_greeting, longest_greeting
from switchboard.calls.ports import UnreadableSound
from switchboard.changes import Act, GreetingSpot, NewGreeting
from switchboard.domain.directory import AbsenceReason, Directory, GreetingSituation, Language, OwnerKind
from switchboard.errors import BadValue
from switchboard.views import GreetingVersionView, GreetingView, LackingGreetingView, LackingNameView
from switchboard.web.api.listing import AuthorityQuery, Listing, LocalTime, Part, listing
from switchboard.web.auth import Permission, Ports, needs
from switchboard.web.ports import WebPorts

router = APIRouter(prefix="/greetings", tags=["greetings"])
Reading = Annotated[Act, Depends(needs(Permission.READ_DIRECTORY))]
Recording = Annotated[Act, Depends(needs(Permission.RECORD_GREETINGS))]
OwnerId = Annotated[int, Field(ge=1, lt=2**31)]
KindOfGreeting = Literal["name", "personal", "answer_phrase"]
TAKEN = ("audio/wav", "audio/flac", "audio/ogg", "audio/mpeg")
BINARY = {"schema": {"type": "string", "format": "binary"}}
AUDIO_BODY = {"requestBody": {"required": True, "content": dict.fromkeys(TAKEN, BINARY)}}


class GreetingPlace(BaseModel):
    """Whose greeting it is, and for when. A reason goes with the situation `always`."""

    model_config = ConfigDict(extra="forbid")

    owner_kind: OwnerKind
    owner_id: OwnerId
    kind: KindOfGreeting
    language: Language = "sv"
    reason: AbsenceReason | None = None
    situation: GreetingSituation = GreetingSituation.ALWAYS

    def spot(self) -> GreetingSpot:
        """BadValue where such a greeting would never be heard."""
        fitting = {"personal": self.owner_kind == "person", "answer_phrase": self.owner_kind != "person", "name": True}
        if not fitting[self.kind]:
            raise BadValue("kind", "a personal greeting is a person's, and an answer phrase is not")
        if self.kind != "personal" and self.situation is not GreetingSituation.ALWAYS:
            raise BadValue("situation", "only a personal greeting is for a situation")
        if self.reason is not None and self.situation is not GreetingSituation.ALWAYS:
            raise BadValue("situation", "a greeting for a reason is for that reason alone: leave the situation out")
        reason = self.reason.value if self.reason else None
        return GreetingSpot(self.owner_kind, self.owner_id, self.kind, self.language, reason, self.situation.value)


class NewGreetingPlace(GreetingPlace):
    """The audio is the body. `valid_until`: not heard from then on; a temporary greeting must have one."""

    valid_until: LocalTime | None = None


Place = Annotated[GreetingPlace, Query()]


@router.get("")
async def greetings(
    ports: Ports,
    _: Reading,
    part: Part,
    owner_kind: OwnerKind | None = None,
    owner_id: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
) -> Listing[GreetingView]:
    """Those in force, latest first; of one owner where both its kind and its id are given."""
    if (owner_kind is None) != (owner_id is None):
        raise BadValue("owner_id" if owner_id is None else "owner_kind", "kind and id of the owner go together")
    owner = (owner_kind, owner_id) if owner_kind is not None and owner_id is not None else None
    return listing(await ports.greetings.page(owner, part))


@router.get("/lacking")
async def lacking(
    ports: Ports, act: Reading, part: Part, authority: AuthorityQuery = None
) -> Listing[LackingGreetingView]:
    """People with an extension and a mailbox whose callers do not hear a greeting of their own in every language of the
    authority (R12, R13): the one for always, or those for present and absent, must be recorded."""
    return listing(await ports.greetings.lacking(authority, part, act.at))


@router.get("/lacking-names")
async def lacking_names(
    ports: Ports, _: Reading, part: Part, authority: AuthorityQuery = None
) -> Listing[LackingNameView]:
    """Authorities, units, function groups and people whose name nobody recorded in any language (R6): callers hear
    the person's extension, or no name at all."""
    return listing(await ports.greetings.lacking_names(authority, part))


@router.get("/history")
async def history(
    ports: Ports, _: Reading, part: Part, owner_kind: OwnerKind, owner_id: Annotated[int, Query(ge=1, lt=2**31)]
) -> Listing[GreetingVersionView]:
    """Every recording that was ever one of the owner's greetings, the latest first."""
    return listing(await ports.greetings.history((owner_kind, owner_id), part))


@router.post("", status_code=201, openapi_extra=AUDIO_BODY)
async def put_greeting(
    ports: Ports, act: Recording, place: Annotated[NewGreetingPlace, Query()], request: Request
) -> GreetingView:
    """The body is audio: wav, flac, ogg, mp3 or another format that libsndfile reads. It is measured, cut to the voice
    and levelled; what is empty, too quiet, clipped, shorter than two seconds or longer than the authority's policy
    allows is refused. It takes the place of the greeting at the same spot, and is heard from the next call on."""
    spot = place.spot()
    if place.situation is GreetingSituation.TEMPORARY and place.valid_until is None:
        raise BadValue("valid_until", "a temporary greeting has an end")
    directory = await ports.directory.current()
    authority_id = _authority_of(directory, place.owner_kind, place.owner_id)
    examined = await _examine(ports, await request.body(), longest_greeting(directory, authority_id, act), place.kind)
    new = NewGreeting(
        owner_kind=spot.owner_kind,
        owner_id=spot.owner_id,
        kind=spot.kind,
        language=spot.language,
        sha256="",
        reason=spot.reason,
        valid_until=place.valid_until,
        situation=spot.situation,
    )
    return await keep_greeting(ports, new, examined, act)


@router.delete("", status_code=204)
async def remove_greeting(ports: Ports, act: Recording, place: Place) -> None:
    """From the next call on it is heard no more. It stays in the history."""
    if not await ports.greetings.remove(place.spot(), act):
        raise HTTPException(404, "there is no such greeting")


@router.post("/restore")
async def restore_greeting(ports: Ports, act: Recording, place: Place) -> GreetingView:
    """The latest other recording that was ever at this spot is in force again. Done twice, it is as before."""
    restored = await ports.greetings.restore(place.spot(), act)
    if restored is None:
        raise HTTPException(404, "there is no earlier greeting whose time has not run out")
    return restored


async def _examine(ports: WebPorts, audio: bytes, longest_s: int, kind: KindOfGreeting) -> Examined:
    """BadValue with the reason, for whoever sent it."""
    try:
        examined = await examine_greeting(ports, audio, longest_s, kind)
    except UnreadableSound as fault:
        raise BadValue("body", str(fault)) from None
    if examined.verdict.fault is not None:
        raise BadValue("body", examined.verdict.why)
    return examined


def _authority_of(directory: Directory, owner_kind: OwnerKind, id: int) -> int:
    """0 for an owner that does not exist, which is refused where it is kept."""
    if owner_kind == "authority":
        return id
    find = {"person": directory.person, "unit": directory.unit, "function_group": directory.function_group}
    owner = find[owner_kind](id)
    return owner.authority_id if owner is not None else 0
