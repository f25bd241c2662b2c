"""Who there is, how they are reached, and whether they can be had now (R3, R4, R37)."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from switchboard.changes import Act
from switchboard.domain.diversion import PhoneState
from switchboard.views import Filter, Page, PersonState, PersonView
from switchboard.web.api.absences import AbsenceDocument, document
from switchboard.web.api.listing import AuthorityQuery, Listing, Part, PersonQuery, listing
from switchboard.web.auth import Permission, Ports, needs
from switchboard.web.ports import WebPorts

router = APIRouter(prefix="/people", tags=["people"])
Reading = Annotated[Act, Depends(needs(Permission.READ_DIRECTORY))]
TextQuery = Annotated[str | None, Query(max_length=100, description="part of a name, title, unit, duty or keyword")]
ExtensionQuery = Annotated[str | None, Query(max_length=20, pattern="^[0-9]+$")]


class PersonDocument(BaseModel):
    """`absence` is the one in force, with the time when the person is really back."""

    id: int
    authority: str
    unit: str | None
    name: str
    title: str
    extension: str | None
    state: PersonState
    absence: AbsenceDocument | None
    email: str | None
    authority_id: int
    unit_id: int | None


def person_state(view: PersonView, phones: Mapping[str, PhoneState]) -> PersonState:
    """Absent, whatever the phones say; else talking on any phone; else free on any."""
    if view.absence is not None:
        return PersonState.ABSENT
    states = {phones.get(account, PhoneState.UNREGISTERED) for account in view.accounts}
    if PhoneState.BUSY in states:
        return PersonState.TALKING
    return PersonState.FREE if PhoneState.FREE in states else PersonState.UNREGISTERED


async def _narrow(
    authority: AuthorityQuery = None,
    person: PersonQuery = None,
    q: TextQuery = None,
    extension: ExtensionQuery = None,
) -> Filter:
    return Filter(authority=authority, person=person, text=q, extension=extension)


@router.get("")
async def people(
    ports: Ports, _: Reading, narrow: Annotated[Filter, Depends(_narrow)], part: Part
) -> Listing[PersonDocument]:
    """By name."""
    page = await ports.people.page(narrow, part, ports.clock.now())
    phones = await _phone_states(ports, [account for view in page.items for account in view.accounts])
    return listing(Page(tuple(_document(view, phones) for view in page.items), page.next))


async def _phone_states(ports: WebPorts, accounts: Sequence[str]) -> Mapping[str, PhoneState]:
    """None while there is no connection to Asterisk: calls count a phone of which nothing is known as free and try,
    but nobody may be shown as free on a guess."""
    if not accounts or not all(part.ok for part in await ports.health.parts() if part.name == "ari"):
        return {}
    return await ports.phones.phone_states(accounts)


def _document(view: PersonView, phones: Mapping[str, PhoneState]) -> PersonDocument:
    return PersonDocument(
        id=view.id,
        authority=view.authority,
        unit=view.unit,
        name=view.name,
        title=view.title,
        extension=view.extension,
        state=person_state(view, phones),
        absence=document(view.absence) if view.absence else None,
        email=view.email,
        authority_id=view.authority_id,
        unit_id=view.unit_id,
    )
