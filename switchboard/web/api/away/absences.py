"""Who is away, why, and when they are back (R1, R2)."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from switchboard.changes import Act, NewAbsence
from switchboard.domain.directory import Absence, AbsenceReason
from switchboard.domain.staffing import Refused
from switchboard.errors import BadValue, Conflict
from switchboard.views import AbsenceView, Filter, Page
from switchboard.web.api.listing import (
    AuthorityQuery,
    BeforeQuery,
    Listing,
    LocalTime,
    Part,
    PersonQuery,
    RowNumber,
    SinceQuery,
    listing,
)
from switchboard.web.auth import Permission, Ports, needs
from switchboard.web.documents import FailingCalendarDocument, failing_calendar
from switchboard.web.ports import WebPorts

router = APIRouter(prefix="/absences", tags=["absences"])
Reading = Annotated[Act, Depends(needs(Permission.READ_DIRECTORY))]
Setting = Annotated[Act, Depends(needs(Permission.SET_ABSENCE))]


def _as_written(value: object) -> object:
    """A number is an id."""
    return f"#{value}" if isinstance(value, int) and not isinstance(value, bool) else value


SomebodyMeant = Annotated[
    str,
    BeforeValidator(_as_written),
    Field(max_length=200),
    WithJsonSchema(
        {
            "anyOf": [{"type": "integer"}, {"type": "string", "maxLength": 200}],
            "description": "an id as a number; or a whole name, an extension or a number in E.164 as text",
        }
    ),
]


class AbsenceDocument(BaseModel):
    """`open`: callers are informed, and then the phone rings. `until` null: the return is not known. `source` said so
    at `recorded_at`; null: that is not known. `failing_calendar`: the calendar that said so cannot be read now."""

    id: int
    person: str
    reason: str
    start: datetime | None = Field(serialization_alias="from")
    until: datetime | None
    open: bool
    deputy: str | None
    source: str
    person_id: int
    deputy_id: int | None
    recorded_at: datetime | None
    failing_calendar: FailingCalendarDocument | None


class AbsenceOrder(BaseModel):
    """`from` left out: from now. `confirm`: also where a function would be left under its minimum (R21)."""

    model_config = ConfigDict(extra="forbid")

    person: SomebodyMeant
    reason: AbsenceReason
    start: LocalTime | None = Field(default=None, alias="from")
    until: LocalTime | None = None
    open: bool = False
    deputy: SomebodyMeant | None = None
    source: str = Field(default="api", min_length=1, max_length=40)
    confirm: bool = False


def document(ports: WebPorts, view: AbsenceView) -> AbsenceDocument:
    return AbsenceDocument(
        id=view.id,
        person=view.person,
        reason=view.reason,
        start=view.start,
        until=view.until,
        open=view.open,
        deputy=view.deputy,
        source=view.source,
        person_id=view.person_id,
        deputy_id=view.deputy_id,
        recorded_at=view.recorded_at,
        failing_calendar=failing_calendar(ports.failing_calendars.of_source(view.source)),
    )


async def _narrow(
    authority: AuthorityQuery = None,
    person: PersonQuery = None,
    status: Literal["past", "current", "coming"] | None = None,
    since: SinceQuery = None,
    before: BeforeQuery = None,
) -> Filter:
    return Filter(authority, person, status, since, before)


@router.get("")
async def absences(
    ports: Ports, _: Reading, narrow: Annotated[Filter, Depends(_narrow)], part: Part
) -> Listing[AbsenceDocument]:
    """Latest written first. `since` and `before` keep those that touch the time between."""
    page = await ports.absences.page(narrow, part, ports.clock.now())
    return listing(Page(tuple(document(ports, view) for view in page.items), page.next))


@router.post("", status_code=201)
async def set_absence(ports: Ports, act: Setting, order: AbsenceOrder) -> AbsenceDocument:
    """From the next call on, no phone of the person rings while it is in force. 409 with the reason where a function
    would be left under its minimum in announced hours, unless `confirm`, or a deputy who is there stands in (R21)."""
    new = NewAbsence(
        person=order.person,
        reason=order.reason.value,
        start=order.start,
        until=order.until,
        open=order.open,
        deputy=order.deputy,
        source=order.source,
    )
    if not order.confirm:
        await _refuse_understaffing(ports, order, act)
    return document(ports, await ports.absences.set(new, act))


async def _refuse_understaffing(ports: WebPorts, order: AbsenceOrder, act: Act) -> None:
    person_id = (await ports.people.one(order.person, act.at)).id
    deputy_id = await _deputy(ports, order.deputy, act) if order.deputy is not None else None
    planned = Absence(0, person_id, order.reason, order.start or act.at, order.until, order.open, deputy_id)
    verdict = await ports.desk.may_be_away(planned)
    if isinstance(verdict, Refused):
        raise Conflict(f"{verdict.reason}; set it all the same with confirm, or name a deputy who is there")


async def _deputy(ports: WebPorts, who: str, act: Act) -> int:
    try:
        return (await ports.people.one(who, act.at)).id
    except BadValue as error:
        raise BadValue("deputy", error.message) from None


@router.delete("/{id}", status_code=204)
async def clear_absence(ports: Ports, act: Setting, id: RowNumber) -> Response:
    """One that a calendar gave stays cleared until it is over, or the calendar says something else of it."""
    await ports.absences.clear(id, act)
    return Response(status_code=204)
