"""What is done with callback tasks (R14-R18). 409 with the reason where the step is not possible: nothing changed."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from switchboard.changes import Act
from switchboard.domain.tasks.life import (
    Attempt,
    Close,
    EmailProof,
    Finish,
    HandOver,
    Move,
    Promise,
    Release,
    StatementProof,
    Take,
)
from switchboard.errors import BadValue
from switchboard.local_time import is_before
from switchboard.views import CallbackTaskView, CallEventView
from switchboard.web.api.away.absences import SomebodyMeant
from switchboard.web.api.callback_tasks import LONGEST_NOTE, Opening, OwnerMeant, Reading
from switchboard.web.api.listing import Listing, LocalTime, whole_listing
from switchboard.web.auth import Ports
from switchboard.web.ports import WebPorts

router = APIRouter(prefix="/callback-tasks/{id}", tags=["callback tasks"])


def _readable(text: str) -> str:
    if not all(character.isprintable() or character in "\n\t" for character in text):
        raise ValueError("holds a control character")
    return text


Text = Annotated[str, Field(max_length=LONGEST_NOTE), AfterValidator(_readable)]
Reason = Annotated[str, Field(min_length=1, max_length=LONGEST_NOTE), AfterValidator(_readable)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class WhoTakes(_Body):
    """`person` left out: somebody, who is not named."""

    person: SomebodyMeant | None = None


class TriedInVain(_Body):
    note: Text = ""


class NewPromise(_Body):
    """The interim notice: the time that the caller was told, and how (`call`, `email`, …)."""

    until: LocalTime
    how: Text = ""


class NewOwner(_Body):
    """For one of `person`, `unit` and `group`, as when a task is opened."""

    person: SomebodyMeant | None = None
    unit: OwnerMeant | None = None
    group: OwnerMeant | None = None
    authority: Annotated[str | None, Field(max_length=200)] = None
    why: Reason

    @model_validator(mode="after")
    def _for_one(self) -> "NewOwner":
        if sum(each is not None for each in (self.person, self.unit, self.group)) != 1:
            raise ValueError("one of person, unit and group is needed")
        return self


class WhatProvesIt(_Body):
    """`call`: the journal shows a call back that was long enough, and nothing else is needed. `email`: `reference` says
    which; counts where the authority's policy says so. `statement`: `person` says so, for a `reason`."""

    proof: Literal["call", "email", "statement"] = "call"
    reference: Text = ""
    person: SomebodyMeant | None = None
    reason: Text = ""


class WhoCalls(_Body):
    """`person` left out: whoever has the task, or whom it is for."""

    person: SomebodyMeant | None = None


class CallBegun(BaseModel):
    """`call_id` is the call's in the journal, once somebody has answered or nobody did."""

    call_id: str


class WhyClosed(_Body):
    reason: Reason


@router.get("/events")
async def events(ports: Ports, _: Reading, id: str) -> Listing[CallEventView]:
    """What happened to the task, oldest first; each with who did it."""
    await ports.callback_tasks.one(id)
    return whole_listing(await ports.callback_tasks.history(id))


@router.post("/take")
async def take(ports: Ports, act: Opening, id: str, who: WhoTakes) -> CallbackTaskView:
    person_id = (await ports.people.one(who.person, act.at)).id if who.person is not None else None
    return await _step(ports, id, Take(person_id), act)


@router.post("/release")
async def release(ports: Ports, act: Opening, id: str) -> CallbackTaskView:
    """Laid back for whoever takes it next."""
    return await _step(ports, id, Release(), act)


@router.post("/attempts")
async def attempt(ports: Ports, act: Opening, id: str, tried: TriedInVain) -> CallbackTaskView:
    """Called and not reached. Calls from the authority's phones are found by themselves."""
    return await _step(ports, id, Attempt(tried.note), act)


@router.post("/promise")
async def promise(ports: Ports, act: Opening, id: str, told: NewPromise) -> CallbackTaskView:
    """The promised time is the deadline from now on (R17, R18)."""
    if not is_before(act.at, told.until):
        raise BadValue("until", "has passed already")
    return await _step(ports, id, Promise(told.until, told.how), act)


@router.post("/hand-over")
async def hand_over(ports: Ports, act: Opening, id: str, new: NewOwner) -> CallbackTaskView:
    """Whoever gets it is told."""
    kinds: dict[Literal["person", "unit", "group"], str | None] = {
        "person": new.person,
        "unit": new.unit,
        "group": new.group,
    }
    kind, text = next((kind, text) for kind, text in kinds.items() if text is not None)
    mailbox = await ports.mailboxes.of(kind, text, new.authority)
    return await _step(ports, id, HandOver(mailbox, new.why), act)


@router.post("/done")
async def done(ports: Ports, act: Opening, id: str, proof: WhatProvesIt) -> CallbackTaskView:
    """Only on proof. 409 where there is none, or it does not count."""
    match proof.proof:
        case "call":
            await ports.task_steps.finish_by_call(id, act)
            return await ports.callback_tasks.one(id)
        case "email":
            return await _step(ports, id, Finish(EmailProof(proof.reference)), act)
        case "statement":
            if proof.person is None:
                raise BadValue("person", "is needed: who says that the caller was answered")
            person_id = (await ports.people.one(proof.person, act.at)).id
            return await _step(ports, id, Finish(StatementProof(person_id, proof.reason)), act)


@router.post("/close")
async def close(ports: Ports, act: Opening, id: str, why: WhyClosed) -> CallbackTaskView:
    """Ended without a call back, for a reason."""
    return await _step(ports, id, Close(why.reason), act)


@router.post("/call", status_code=202)
async def call(ports: Ports, act: Opening, id: str, who: WhoCalls) -> CallBegun:
    """The colleague's telephones ring, then the caller's, who sees the authority's number. A talk that is long enough
    ends the task by itself. 409 with the reason where either cannot be rung."""
    person_id = (await ports.people.one(who.person, act.at)).id if who.person is not None else None
    return CallBegun(call_id=await ports.calls_back.start(id, person_id, act.actor))


async def _step(ports: WebPorts, id: str, move: Move, act: Act) -> CallbackTaskView:
    await ports.task_steps.make(id, move, act)
    return await ports.callback_tasks.one(id)
