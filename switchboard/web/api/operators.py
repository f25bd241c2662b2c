"""Operators: who is signed in; signing in and out, pausing (R26)."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from switchboard.changes import Act
from switchboard.views import OperatorView
from switchboard.web.api.absences import SomebodyMeant
from switchboard.web.api.listing import AuthorityQuery, Listing, whole_listing
from switchboard.web.auth import Permission, Ports, needs

router = APIRouter(prefix="/operators", tags=["operators"])
Reading = Annotated[Act, Depends(needs(Permission.READ_DIRECTORY))]
Acting = Annotated[Act, Depends(needs(Permission.SIGN_IN_OPERATORS))]
GroupMeant = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if type(value) is int else value),
    Field(max_length=200),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string"}], "description": "an id or a name"}),
]


class WhoSignsIn(BaseModel):
    """`group` left out: every operators' group of which the person is a member."""

    model_config = ConfigDict(extra="forbid")

    person: SomebodyMeant
    group: GroupMeant | None = None


class WhoSignsOut(BaseModel):
    model_config = ConfigDict(extra="forbid")

    person: SomebodyMeant


class WhoPauses(BaseModel):
    """`paused` false ends the pause."""

    model_config = ConfigDict(extra="forbid")

    person: SomebodyMeant
    paused: bool = True


@router.get("")
async def operators(ports: Ports, _: Reading, authority: AuthorityQuery = None) -> Listing[OperatorView]:
    """Members of the operators' groups, signed in or not."""
    return whole_listing(await ports.operators.all(authority))


@router.post("/sign-in")
async def sign_in(ports: Ports, act: Acting, who: WhoSignsIn) -> Listing[OperatorView]:
    """Rung from the next call on. Signing in again ends a pause."""
    return whole_listing(await ports.operators.sign_in(who.person, who.group, act))


@router.post("/sign-out")
async def sign_out(ports: Ports, act: Acting, who: WhoSignsOut) -> Listing[OperatorView]:
    return whole_listing(await ports.operators.sign_out(who.person, act))


@router.post("/pause")
async def pause(ports: Ports, act: Acting, who: WhoPauses) -> Listing[OperatorView]:
    """409 for somebody who is not signed in."""
    return whole_listing(await ports.operators.pause(who.person, who.paused, act))
