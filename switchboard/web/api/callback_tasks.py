"""Who is to be called back, and by when (R14-R16); and a task opened in one step (R20, R30)."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from switchboard.calls.orders import NewTask
from switchboard.changes import Act
from switchboard.domain.callback import Mailbox, TaskStatus
from switchboard.domain.numbers import parse_caller, short_digits
from switchboard.errors import BadValue
from switchboard.local_time import is_before
from switchboard.views import CallbackTaskView, Filter
from switchboard.web.api.away.absences import SomebodyMeant
from switchboard.web.api.listing import (
    AuthorityQuery,
    BeforeQuery,
    Listing,
    LocalTime,
    Part,
    PersonQuery,
    SinceQuery,
    listing,
)
from switchboard.web.auth import Permission, Ports, needs
from switchboard.web.ports import WebPorts

router = APIRouter(prefix="/callback-tasks", tags=["callback tasks"])
Reading = Annotated[Act, Depends(needs(Permission.READ_CALLERS))]
Opening = Annotated[Act, Depends(needs(Permission.OPEN_TASKS))]
LONGEST_NOTE = 2000
OwnerMeant = Annotated[
    str,
    BeforeValidator(lambda value: f"#{value}" if type(value) is int else value),
    Field(min_length=1, max_length=200),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string"}], "description": "an id as a number, or a name"}),
]


class TaskOrder(BaseModel):
    """For one of `person`, `unit` and `group` (a function). `authority` tells apart units and groups of one name.
    `caller` left out: the caller of `call_id`. `promised_at`: a time that the caller was told."""

    model_config = ConfigDict(extra="forbid")

    person: SomebodyMeant | None = None
    unit: OwnerMeant | None = None
    group: OwnerMeant | None = None
    authority: Annotated[str | None, Field(max_length=200)] = None
    caller: Annotated[str | None, Field(max_length=40)] = None
    note: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""
    promised_at: LocalTime | None = None
    call_id: Annotated[str | None, Field(max_length=200)] = None

    @model_validator(mode="after")
    def _for_one(self) -> "TaskOrder":
        if sum(each is not None for each in (self.person, self.unit, self.group)) != 1:
            raise ValueError("one of person, unit and group is needed")
        if not all(character.isprintable() or character in "\n\t" for character in self.note):
            raise ValueError("the note holds a control character")
        return self

    @property
    def owner(self) -> tuple[Literal["person", "unit", "group"], str]:
        if self.person is not None:
            return "person", self.person
        return ("unit", self.unit) if self.unit is not None else ("group", self.group or "")


async def _narrow(
    authority: AuthorityQuery = None,
    person: PersonQuery = None,
    status: TaskStatus | None = None,
    since: SinceQuery = None,
    before: BeforeQuery = None,
) -> Filter:
    return Filter(authority, person, status.value if status else None, since, before)


@router.get("")
async def callback_tasks(
    ports: Ports, _: Reading, narrow: Annotated[Filter, Depends(_narrow)], part: Part
) -> Listing[CallbackTaskView]:
    """Newest first."""
    return listing(await ports.callback_tasks.page(narrow, part))


@router.get("/{id}")
async def callback_task(ports: Ports, _: Reading, id: str) -> CallbackTaskView:
    return await ports.callback_tasks.one(id)


@router.post("", status_code=201)
async def open_task(ports: Ports, act: Opening, order: TaskOrder) -> CallbackTaskView:
    """The task with its deadline by the policy of its authority. Whoever it is for is told of it."""
    if order.promised_at is not None and not is_before(act.at, order.promised_at):
        raise BadValue("promised_at", "has passed already")
    mailbox = await ports.mailboxes.of(*order.owner, order.authority)
    new = NewTask(
        mailbox=mailbox,
        caller=await _caller(ports, order, mailbox),
        received_at=act.at,
        note=order.note,
        promised_at=order.promised_at,
        call_id=order.call_id,
    )
    task = await ports.desk.open_task(new, act.actor)
    return await ports.callback_tasks.one(task.id)


async def _caller(ports: WebPorts, order: TaskOrder, mailbox: Mailbox) -> str | None:
    """In E.164, or a colleague's short digits. NotFound for a call that there is not."""
    known = (await ports.calls.one(order.call_id)).caller if order.call_id is not None else None
    if order.caller is None:
        return known
    authority = (await ports.directory.current()).authority(mailbox.authority_id)
    home = (authority.country_code, authority.area_code) if authority is not None else ("46", "")
    number = parse_caller(order.caller, *home) or short_digits(order.caller)
    if number is None:
        raise BadValue("caller", "is neither a telephone number nor an extension")
    return number
