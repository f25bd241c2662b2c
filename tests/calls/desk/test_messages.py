"""Messages taken after a call, mailboxes reached without ringing, parked callers fetched."""

from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.calls import orders
from switchboard.domain.announcement import FixedPrompt, PersonGreeting, Promise
from switchboard.domain.call import CallOutcome, Outcome
from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import (
    Absence,
    AbsenceReason,
    Destination,
    DestinationKind,
    Extension,
)
from tests.builders import BYGGLOV, BYGGLOV_GROUP, ERIK
from tests.calls.desk.dialling import dialled, has_talked
from tests.fakes.leg import BEEP
from tests.fakes.world import WEDNESDAY, World, at_work

# A message taken after the call


@pytest.mark.requirement("R20", "R30")
async def test_after_the_call_a_message_is_taken_in_one_step() -> None:
    world = World(at_work())
    await has_talked(world)
    outcome, said = await dialled(world, "*22*211")
    ((opened),) = world.tasks.opened
    task = opened.task
    assert (task.mailbox, task.caller, task.call_id) == (Mailbox(1, person_id=ERIK.id), "+46701740605", "caller-1")
    assert (task.source, opened.actor) == ("operator", "phone op1")
    assert task.deadline.on == WEDNESDAY.date() + timedelta(days=1)
    assert said[:3] == [FixedPrompt("desk-task-opened"), Promise(by=task.deadline.on), FixedPrompt("desk-note-offer")]
    assert world.tasks.notices == [task]
    assert world.telephony.told == [("erik", "Att ringa upp: 070-174 06 05, senast 13/8")]
    assert outcome is not None
    assert outcome.outcome is Outcome.SERVED


@pytest.mark.requirement("R15", "R20")
async def test_the_deadline_is_that_of_the_authority_whose_extension_it_is() -> None:
    world = World(at_work())
    await has_talked(world)
    _, said = await dialled(world, "*22*10")
    (opened,) = world.tasks.opened
    assert opened.task.mailbox.authority_id == 2
    assert opened.task.deadline.on == WEDNESDAY.date() + timedelta(days=2)
    assert said[1] == Promise(by=opened.task.deadline.on, email_counts=True)


async def test_a_caller_without_a_number_is_promised_no_call() -> None:
    world = World(at_work())
    await has_talked(world, None)
    _, said = await dialled(world, "*22*211")
    (opened,) = world.tasks.opened
    assert opened.task.caller is None
    assert said[1] == Promise(by=opened.task.deadline.on, has_number=False)


async def test_without_a_call_or_an_extension_there_is_no_message() -> None:
    world = World(at_work())
    _, said = await dialled(world, "*22*211")
    assert said == [FixedPrompt("desk-no-recent-call")]
    _, said = await dialled(world, "*22*999")
    assert said == [FixedPrompt("desk-unknown-extension")]
    assert world.tasks.opened == []


def _leads(kind: DestinationKind, key: str | None = None, digits: str = "700", id: int = 700) -> Extension:
    return Extension(id, 1, digits, Destination(kind, key))


@pytest.mark.parametrize(
    ("destination", "mailbox"),
    [
        (_leads(DestinationKind.PERSON, str(ERIK.id)), Mailbox(1, person_id=ERIK.id)),
        (_leads(DestinationKind.UNIT, str(BYGGLOV.id)), Mailbox(1, unit_id=BYGGLOV.id)),
        (
            _leads(DestinationKind.FUNCTION_GROUP, str(BYGGLOV_GROUP.id)),
            Mailbox(1, unit_id=BYGGLOV_GROUP.unit_id, group_id=BYGGLOV_GROUP.id),
        ),
        (_leads(DestinationKind.OPERATORS), Mailbox(1)),
        (_leads(DestinationKind.EXTENSION, "211"), Mailbox(1, person_id=ERIK.id)),
        (_leads(DestinationKind.EXTENSION, "700"), None),
        (_leads(DestinationKind.EXTENSION, "999"), None),
        (_leads(DestinationKind.PERSON, "999"), None),
        (_leads(DestinationKind.PERSON, "x" * 30), None),
        (_leads(DestinationKind.ANNOUNCEMENT, "closed"), None),
        (_leads(DestinationKind.REFUSE), None),
    ],
)
def test_an_extension_leads_to_whoever_is_to_be_told(destination: Extension, mailbox: Mailbox | None) -> None:
    assert orders.mailbox_at(at_work(destination), 1, "700") == mailbox


def test_an_extension_of_two_other_authorities_is_nobody_s() -> None:
    index = at_work(
        replace(_leads(DestinationKind.OPERATORS, digits="7", id=701), authority_id=2),
        replace(_leads(DestinationKind.OPERATORS, digits="7", id=702), authority_id=1),
    )
    assert orders.mailbox_at(index, 3, "7") is None
    assert orders.mailbox_at(index, 2, "7") == Mailbox(2)


# Straight to the message


@pytest.mark.requirement("R30")
async def test_a_mailbox_is_reached_without_ringing() -> None:
    world = World(at_work(Absence(90, ERIK.id, AbsenceReason.VACATION, WEDNESDAY - timedelta(days=1), None)))
    erik = world.telephony.phone("erik", answers_after=1)
    leg = world.dial("op1", "*8211")
    await world.over()
    assert (erik.rung, BEEP in leg.hears) == ([], True)
    assert isinstance(world.announcer.said[0], PersonGreeting)
    (task,) = world.messages.tasks
    assert task.mailbox.person_id == ERIK.id


async def test_a_function_s_mailbox_is_its_unit_s_and_nobody_s_is_said_to_be_none() -> None:
    world = World(at_work())
    leg = world.dial("op1", "*8220")
    await world.over()
    assert BEEP in leg.hears
    assert world.messages.tasks[0].mailbox.group_id == BYGGLOV_GROUP.id
    _, said = await dialled(world, "*8999")
    assert said == [FixedPrompt("desk-unknown-extension")]


async def test_nobody_is_parked_and_nobody_can_be() -> None:
    world = World(at_work())
    for code in ("*67", "*68", "*68201"):
        _, said = await dialled(world, code)
        assert said == [FixedPrompt("desk-nobody-parked")]


@pytest.mark.requirement("R30")
async def test_a_parked_caller_is_fetched_by_the_place_s_digits() -> None:
    world = World(at_work())
    anna = world.telephony.phone("anna", answers_after=1)
    caller = world.telephony.caller()
    world.start("+46980319210", caller)
    await world.passes(3)
    anna.leg.transfer("*67")
    await world.passes(5)
    fetching = world.dial("op1", "*68210")
    await world.passes(3)
    assert caller.talking_to == fetching.name
    caller.leave()
    await world.over()
    assert world.telephony.left_over() == []
    assert world.outcome(fetching.id) == CallOutcome(Outcome.SERVED, "fetched a parked caller")
