"""Calendars that absences are read from: listed, added, changed, removed by administrators; addresses and passwords are
taken and never shown. What somebody lifted by hand can be taken back (R1, R2)."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from switchboard.changes import Act, CalendarChange, NewCalendar
from switchboard.errors import BadValue, NotFound
from switchboard.views import CalendarView, LiftedView
from switchboard.web.api.listing import Listing, RowNumber, whole_listing
from switchboard.web.auth import Permission, Ports, needs

router = APIRouter(tags=["calendars"])
Managing = Annotated[Act, Depends(needs(Permission.MANAGE_CALENDARS))]
Kind = Literal["icalendar", "caldav"]
Address = Annotated[SecretStr, Field(max_length=2000, description="https://…, http://… or webcal://…; never shown")]
User = Annotated[str, Field(min_length=1, max_length=200)]
Password = Annotated[SecretStr, Field(max_length=200, description="never shown")]
Interval = Annotated[int, Field(ge=10, le=3600, description="seconds between two looks")]


class CalendarDocument(BaseModel):
    """`host` is all that is shown of its address. `interval_s` null: as often as the service's setting says.
    `failure`: what is wrong now, since `failing_since`; what was known of it counts on. `read_at`: when it was last
    read; null: never. `absences`: how many it gives."""

    id: int
    person_id: int
    person: str
    kind: str
    host: str
    has_login: bool
    interval_s: int | None
    enabled: bool
    read_at: datetime | None
    failing_since: datetime | None
    failure: str | None
    absences: int


class CalendarOrder(BaseModel):
    """`kind` icalendar: an address to subscribe to; caldav: a collection. `user` and `password` go together."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind = "icalendar"
    url: Address
    user: User | None = None
    password: Password | None = None
    interval_s: Interval | None = None
    enabled: bool = True


class CalendarPatch(BaseModel):
    """What is left out stays. `user` null: without a login from now on; `interval_s` null: as the service's setting
    says. An address at another server forgets the login, unless it is given again."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind | None = None
    url: Address | None = None
    user: User | None = None
    password: Password | None = None
    interval_s: Interval | None = None
    enabled: bool | None = None


class LiftedDocument(BaseModel):
    """An absence that the calendar says and somebody lifted by hand. It stays lifted until it is over, or until the
    calendar says something else of it."""

    id: int
    calendar_id: int
    person_id: int
    person: str
    reason: str
    start: datetime = Field(serialization_alias="from")
    until: datetime
    lifted_at: datetime
    lifted_by: str


@router.get("/calendars")
async def calendars(ports: Ports, _: Managing) -> Listing[CalendarDocument]:
    """Of all people, by number."""
    return whole_listing([_document(each) for each in await ports.calendars.all()])


@router.get("/people/{id}/calendars")
async def calendars_of(ports: Ports, act: Managing, id: RowNumber) -> Listing[CalendarDocument]:
    person = await ports.people.one(f"#{id}", act.at)
    return whole_listing([_document(each) for each in await ports.calendars.all(person.id)])


@router.post("/people/{id}/calendars", status_code=201)
async def add_calendar(ports: Ports, act: Managing, id: RowNumber, order: CalendarOrder) -> CalendarDocument:
    """It is looked at within seconds; `failure` then says where it cannot be read."""
    new = NewCalendar(
        person=f"#{id}",
        kind=order.kind,
        url=order.url.get_secret_value(),
        login=_login(order.user, order.password),
        interval_s=order.interval_s,
        enabled=order.enabled,
    )
    return _document(await ports.calendars.add(new, act))


@router.get("/calendars/{id}")
async def calendar(ports: Ports, _: Managing, id: RowNumber) -> CalendarDocument:
    return _document(await ports.calendars.one(id))


@router.patch("/calendars/{id}")
async def change_calendar(ports: Ports, act: Managing, id: RowNumber, patch: CalendarPatch) -> CalendarDocument:
    """Turned off, its absences are gone from the next call on."""
    given = patch.model_fields_set
    change = CalendarChange(
        kind=patch.kind,
        url=patch.url.get_secret_value() if patch.url is not None else None,
        login=_login(patch.user, patch.password),
        without_login="user" in given and patch.user is None,
        interval_s=patch.interval_s,
        usual_interval="interval_s" in given and patch.interval_s is None,
        enabled=patch.enabled,
    )
    return _document(await ports.calendars.change(id, change, act))


@router.delete("/calendars/{id}", status_code=204)
async def remove_calendar(ports: Ports, act: Managing, id: RowNumber) -> Response:
    """With the absences that it gave."""
    await ports.calendars.remove(id, act)
    return Response(status_code=204)


@router.get("/calendars/{id}/lifted")
async def lifted(ports: Ports, act: Managing, id: RowNumber) -> Listing[LiftedDocument]:
    """What was lifted by hand of what the calendar says, and is not over."""
    its = await ports.calendars.one(id)
    return whole_listing([_lifted(each) for each in await ports.liftings.all(act.at, its.id)])


@router.delete("/calendars/{id}/lifted/{lifted_id}", status_code=204)
async def restore_lifted(ports: Ports, act: Managing, id: RowNumber, lifted_id: RowNumber) -> Response:
    """The absence is in force again from the next call on."""
    its = await ports.calendars.one(id)
    if lifted_id not in {each.id for each in await ports.liftings.all(act.at, its.id)}:
        raise NotFound("lifted absence", lifted_id)
    await ports.liftings.restore(lifted_id, act)
    return Response(status_code=204)


def _login(user: str | None, password: SecretStr | None) -> tuple[str, str] | None:
    if (user is None) != (password is None):
        raise BadValue("password" if password is None else "user", "user and password go together")
    return (user, password.get_secret_value()) if user is not None and password is not None else None


def _document(view: CalendarView) -> CalendarDocument:
    return CalendarDocument(
        id=view.id,
        person_id=view.person_id,
        person=view.person,
        kind=view.kind,
        host=view.host,
        has_login=view.has_login,
        interval_s=view.interval_s,
        enabled=view.enabled,
        read_at=view.read_at,
        failing_since=view.failing_since,
        failure=view.failure,
        absences=view.absences,
    )


def _lifted(view: LiftedView) -> LiftedDocument:
    return LiftedDocument(
        id=view.id,
        calendar_id=view.calendar_id,
        person_id=view.person_id,
        person=view.person,
        reason=view.reason,
        start=view.start,
        until=view.until,
        lifted_at=view.lifted_at,
        lifted_by=view.lifted_by,
    )
