"""Who there is, how they are reached, and whether they can be had now (R3, R4, R37)."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from switchboard.changes import Act
from switchboard.domain.directory import Directory, Person
from switchboard.domain.diversion import PhoneState, does_not_answer
from switchboard.errors import BadValue
from switchboard.views import Filter, Page, PersonState, PersonView
from switchboard.web.api.away.absences import AbsenceDocument, document
from switchboard.web.api.listing import AuthorityQuery, Listing, Part, PersonQuery, listing, whole_listing
from switchboard.web.auth import Permission, Ports, needs
from switchboard.web.documents import (
    FailingCalendarDocument,
    LivePerson,
    accounts_of,
    failing_calendar,
    live_person,
    person_state,
    state_of_phones,
)
from switchboard.web.phones import phone_states
from switchboard.web.ports import WebPorts

router = APIRouter(prefix="/people", tags=["people"])
Reading = Annotated[Act, Depends(needs(Permission.READ_DIRECTORY))]
TextQuery = Annotated[str | None, Query(max_length=100, description="part of a name, title, unit, duty or keyword")]
ExtensionQuery = Annotated[str | None, Query(max_length=20, pattern="^[0-9]+$")]


SearchQuery = Annotated[str, Query(min_length=1, max_length=100, description="what is known of the person")]
SearchLimit = Annotated[int, Query(ge=1, le=100)]


class FoundPerson(LivePerson):
    authority: str
    authority_id: int
    unit: str | None
    title: str


class PersonDocument(BaseModel):
    """`absence` is the one in force, with the time when the person is really back. `failing_calendar`: what it says of
    the person now is not known."""

    id: int
    authority: str
    unit: str | None
    name: str
    title: str
    extension: str | None
    state: PersonState
    absence: AbsenceDocument | None
    failing_calendar: FailingCalendarDocument | None
    email: str | None
    authority_id: int
    unit_id: int | None


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
    phones = await phone_states(ports, [account for view in page.items for account in view.accounts])
    directory = await ports.directory.current()
    silent = {view.id for view in page.items if _is_silent(ports, directory, view.id)}
    return listing(Page(tuple(_document(ports, view, phones, view.id in silent) for view in page.items), page.next))


def _is_silent(ports: WebPorts, directory: Directory, person_id: int) -> bool:
    person = directory.person(person_id)
    return person is not None and does_not_answer(person, directory, ports.clock.now()) is not None


@router.get("/search")
async def search(
    ports: Ports, _: Reading, q: SearchQuery, authority: AuthorityQuery = None, limit: SearchLimit = 20
) -> Listing[FoundPerson]:
    """By name, unit, title, duty and keyword, the best match first; forgiving of misspelling, of å, ä and ö typed
    without dots, and of the order of words."""
    directory, now = await ports.directory.current(), ports.clock.now()
    authority_id = _authority_id(directory, authority) if authority is not None else None
    ids = await ports.people_search.find(q, authority_id, limit)
    people = [person for id in ids if (person := directory.person(id)) is not None]
    phones = await phone_states(ports, [account for each in people for account in accounts_of(directory, each.id)])
    failing = ports.failing_calendars
    found = [(each, live_person(directory, each, phones, failing.of_person(each.id), now)) for each in people]
    return whole_listing([_found(directory, each, live) for each, live in found])


def _authority_id(directory: Directory, wanted: str) -> int:
    for each in directory.authorities():
        if wanted in (str(each.id), each.name):
            return each.id
    raise BadValue("authority", f"there is no authority {wanted}")


def _found(directory: Directory, person: Person, live: LivePerson) -> FoundPerson:
    unit = directory.unit(person.unit_id) if person.unit_id is not None else None
    authority = directory.authority(person.authority_id)
    return FoundPerson(
        id=live.id,
        name=live.name,
        extension=live.extension,
        state=live.state,
        absence=live.absence,
        failing_calendar=live.failing_calendar,
        authority=authority.name if authority is not None else "",
        authority_id=person.authority_id,
        unit=unit.name if unit is not None else None,
        title=person.title,
    )


def _document(ports: WebPorts, view: PersonView, phones: Mapping[str, PhoneState], silent: bool) -> PersonDocument:
    return PersonDocument(
        id=view.id,
        authority=view.authority,
        unit=view.unit,
        name=view.name,
        title=view.title,
        extension=view.extension,
        state=person_state(view.absence is not None, state_of_phones(view.accounts, phones), silent),
        absence=document(ports, view.absence) if view.absence else None,
        failing_calendar=failing_calendar(ports.failing_calendars.of_person(view.id)),
        email=view.email,
        authority_id=view.authority_id,
        unit_id=view.unit_id,
    )
