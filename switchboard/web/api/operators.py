"""Operators: who is at work and what they do; signing in and out, pausing (R21, R26).

What is ordered here is done by the same code as what is dialled on a phone.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from switchboard.changes import Act
from switchboard.domain.directory import Directory, FunctionGroup, PauseReason
from switchboard.domain.staffing import Refused
from switchboard.errors import BadValue, Conflict
from switchboard.web.api.away.absences import SomebodyMeant
from switchboard.web.api.listing import AuthorityQuery, Listing, whole_listing
from switchboard.web.auth import Permission, Ports, needs
from switchboard.web.documents import OperatorDocument, operator_accounts, operators_now
from switchboard.web.phones import phone_states
from switchboard.web.ports import WebPorts

router = APIRouter(prefix="/operators", tags=["operators"])
Reading = Annotated[Act, Depends(needs(Permission.READ_DIRECTORY))]
Acting = Annotated[Act, Depends(needs(Permission.SIGN_IN_OPERATORS))]
GroupMeant = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if type(value) is int else value),
    Field(max_length=200),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string"}], "description": "an id or a name"}),
]
OwnReason = Literal["break", "lunch", "meeting", "after_work", "other"]


class WhoSignsIn(BaseModel):
    """`group` left out: every operators' group of which the person is a member."""

    model_config = ConfigDict(extra="forbid")

    person: SomebodyMeant
    group: GroupMeant | None = None


class WhoSignsOut(BaseModel):
    """`confirm`: also where announced hours are left unstaffed."""

    model_config = ConfigDict(extra="forbid")

    person: SomebodyMeant
    confirm: bool = False


class WhoPauses(BaseModel):
    """`paused` false ends the pause, as `/resume` does."""

    model_config = ConfigDict(extra="forbid")

    person: SomebodyMeant
    reason: OwnReason = "other"
    paused: bool = True


class WhoResumes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    person: SomebodyMeant


@router.get("")
async def operators(ports: Ports, _: Reading, authority: AuthorityQuery = None) -> Listing[OperatorDocument]:
    """Members of the operators' groups, signed in or not, and what each does now."""
    found = await _operators(ports)
    if authority is not None:
        directory = await ports.directory.current()
        name = next((each.name for each in directory.authorities() if authority in (str(each.id), each.name)), None)
        found = [each for each in found if each.authority == name]
    return whole_listing(found)


@router.post("/sign-in")
async def sign_in(ports: Ports, act: Acting, who: WhoSignsIn) -> Listing[OperatorDocument]:
    """Rung from the next call on. Signing in again ends a pause. 409 for who belongs to no operators' group."""
    person_id = await _person(ports, who.person, act)
    group_id = None
    if who.group is not None:
        group_id = _group(await ports.directory.current(), person_id, who.group).id
    if not (await ports.desk.sign_in(person_id, act.actor, group_id)).groups:
        raise Conflict("the person is a member of no operators' group")
    return await _of(ports, person_id)


@router.post("/sign-out")
async def sign_out(ports: Ports, act: Acting, who: WhoSignsOut) -> Listing[OperatorDocument]:
    """409 with the reason where announced hours would be left unstaffed, unless `confirm` (R21, R26)."""
    person_id = await _person(ports, who.person, act)
    verdict = await ports.desk.sign_out(person_id, act.actor, who.confirm)
    if isinstance(verdict, Refused):
        raise Conflict(f"{verdict.reason}; sign out all the same with confirm")
    return await _of(ports, person_id)


@router.post("/pause")
async def pause(ports: Ports, act: Acting, who: WhoPauses) -> Listing[OperatorDocument]:
    """409 for somebody who is not signed in."""
    person_id = await _person(ports, who.person, act)
    if not who.paused:
        return await _resume(ports, person_id, act)
    if not await ports.desk.pause(person_id, PauseReason(who.reason), act.actor):
        raise Conflict("the person is not signed in")
    return await _of(ports, person_id)


@router.post("/resume")
async def resume(ports: Ports, act: Acting, who: WhoResumes) -> Listing[OperatorDocument]:
    """409 for somebody who is not signed in."""
    return await _resume(ports, await _person(ports, who.person, act), act)


async def _resume(ports: WebPorts, person_id: int, act: Act) -> Listing[OperatorDocument]:
    if not (await ports.desk.resume(person_id, act.actor)).groups:
        raise Conflict("the person is not signed in")
    return await _of(ports, person_id)


async def _person(ports: WebPorts, who: str, act: Act) -> int:
    return (await ports.people.one(who, act.at)).id


def _group(directory: Directory, person_id: int, wanted: str) -> FunctionGroup:
    mine = {member.group_id for member in directory.memberships(person_id)}
    for group in directory.operators_groups():
        if group.id in mine and wanted in (str(group.id), group.name):
            return group
    raise BadValue("group", f"the person is a member of no operators' group {wanted}")


async def _of(ports: WebPorts, person_id: int) -> Listing[OperatorDocument]:
    return whole_listing([each for each in await _operators(ports) if each.person_id == person_id])


async def _operators(ports: WebPorts) -> list[OperatorDocument]:
    directory = await ports.directory.current()
    phones = await phone_states(ports, operator_accounts(directory))
    return operators_now(directory, phones, await ports.queue.ringing(), ports.clock.now())
