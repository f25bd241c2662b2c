"""Codes that operators dial: each is done, and said."""

from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.calls import orders
from switchboard.domain.announcement import Announcement, FixedPrompt, PersonGreeting, Promise, TechnicalFault
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import (
    Absence,
    AbsenceReason,
    Destination,
    DestinationKind,
    Extension,
    FunctionMember,
    OperatorSession,
    PauseReason,
)
from switchboard.domain.staffing import Allowed, Refused
from tests.builders import ANNA, BYGGLOV, BYGGLOV_GROUP, ERIK, OP1, OP2, OPERATOR_GROUP
from tests.fakes.leg import BEEP, FakeLeg
from tests.fakes.world import WEDNESDAY, World, at_work

EVENING = WEDNESDAY.replace(hour=20)
SESSION = OperatorSession(1, OP1.id, OPERATOR_GROUP.id, since=WEDNESDAY)


async def _dialled(world: World, code: str, account: str = "op1") -> tuple[CallOutcome | None, list[Announcement]]:
    """How the call ended, and what was said in it."""
    before = len(world.announcer.said)
    leg = world.dial(account, code)
    await world.over()
    assert world.telephony.left_over() == []
    return world.outcome(leg.id), world.announcer.said[before:]


def _sessions(world: World, person_id: int = OP1.id) -> list[OperatorSession]:
    return list(world.directory.index.sessions_of(person_id))


async def test_signing_out_and_in_is_done_and_confirmed() -> None:
    world = World(at_work())
    outcome, said = await _dialled(world, "#20")
    assert (said, _sessions(world)) == ([FixedPrompt("operator-signed-out")], [])
    assert outcome is not None
    assert outcome.outcome is Outcome.SERVED
    _, said = await _dialled(world, "*20")
    assert said == [FixedPrompt("operator-signed-in")]
    assert [each.group_id for each in _sessions(world)] == [OPERATOR_GROUP.id]
    assert {act.actor for act in world.desk.acts} == {"phone op1"}


@pytest.mark.requirement("R26")
async def test_signing_in_is_to_every_operators_group_of_a_member() -> None:
    second = replace(OPERATOR_GROUP, id=9, name="Växel två")
    world = World(at_work(second, FunctionMember(90, 9, OP1.id)))
    await _dialled(world, "*20")
    assert {each.group_id for each in _sessions(world)} == {OPERATOR_GROUP.id, 9}


async def test_who_belongs_to_no_operators_group_is_told_so() -> None:
    world = World(at_work())
    _, said = await _dialled(world, "*20", "anna")
    assert (said, _sessions(world, ANNA.id)) == ([FixedPrompt("operator-not-a-member")], [])


async def test_the_operator_is_spoken_to_in_their_own_language() -> None:
    world = World(at_work(replace(OP1, language="en")))
    leg = world.dial("op1", "*20")
    await world.over()
    assert leg.hears == ["FixedPrompt:en"]


@pytest.mark.requirement("R21", "R26")
@pytest.mark.parametrize(("digit", "signed_out"), [("1", True), ("2", False), (None, False)])
async def test_the_last_one_is_asked_before_hours_are_left_unstaffed(digit: str | None, signed_out: bool) -> None:
    world = World(at_work())
    world.directory.index.remove("operator_session", 2)
    leg = world.dial("op1", "#20")
    if digit:
        leg.on_hearing("FixedPrompt", lambda: leg.press(digit))
    await world.over()
    said = [FixedPrompt("operator-sign-out-refused"), *[FixedPrompt("operator-signed-out")] * signed_out]
    assert world.announcer.said == said
    assert (_sessions(world) == []) is signed_out
    refusals = [event.detail.get("refused") for event in world.events(leg.id) if event.detail.get("refused")]
    assert refusals == ["0 of 1 operators would be left in function_group 1 during its hours"]


@pytest.mark.requirement("R21")
async def test_a_refusal_that_is_hung_up_on_changes_nothing() -> None:
    world = World(at_work())
    world.directory.index.remove("operator_session", 2)
    leg = world.dial("op1", "#20")
    leg.on_hearing("FixedPrompt", leg.leave)
    await world.over()
    assert _sessions(world) != []
    assert world.outcome(leg.id) == CallOutcome(Outcome.SERVED, "the sign-out was refused")


@pytest.mark.requirement("R21")
async def test_out_of_hours_the_last_one_goes_home() -> None:
    world = World(at_work(), EVENING)
    world.directory.index.remove("operator_session", 2)
    _, said = await _dialled(world, "#20")
    assert (said, _sessions(world)) == ([FixedPrompt("operator-signed-out")], [])


@pytest.mark.requirement("R26")
@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("*21", PauseReason.OTHER),
        ("*21*1", PauseReason.BREAK),
        ("*21*2#", PauseReason.LUNCH),
        ("*21*3", PauseReason.MEETING),
        ("*21*4", PauseReason.AFTER_WORK),
    ],
)
async def test_a_pause_has_its_reason_and_its_end(code: str, reason: PauseReason) -> None:
    world = World(at_work())
    _, said = await _dialled(world, code)
    assert said == [FixedPrompt("operator-paused")]
    assert [(each.paused, each.pause_reason) for each in _sessions(world)] == [(True, reason)]
    _, said = await _dialled(world, "#21")
    assert said == [FixedPrompt("operator-resumed")]
    assert [each.paused for each in _sessions(world)] == [False]


@pytest.mark.requirement("R26")
@pytest.mark.parametrize(
    ("reason", "prompt"),
    [(PauseReason.NO_ANSWER, "operator-was-paused-no-answer"), (PauseReason.NO_PHONE, "operator-was-paused-no-phone")],
)
@pytest.mark.parametrize(("code", "done"), [("#21", "operator-resumed"), ("*20", "operator-signed-in")])
async def test_who_was_paused_by_the_system_hears_why(reason: PauseReason, prompt: str, code: str, done: str) -> None:
    world = World(at_work(replace(SESSION, paused=True, pause_reason=reason, paused_since=WEDNESDAY)))
    _, said = await _dialled(world, code)
    assert said == [FixedPrompt(prompt), FixedPrompt(done)]
    assert [each.paused for each in _sessions(world)] == [False]


async def test_who_is_not_signed_in_has_no_pause() -> None:
    world = World(at_work())
    world.directory.index.remove("operator_session", 1)
    for code in ("*21", "#21"):
        _, said = await _dialled(world, code)
        assert said == [FixedPrompt("operator-signed-out")]


async def test_an_order_is_done_although_the_operator_hangs_up_at_once() -> None:
    hung_up = 0
    for steps in range(1, 20):
        world = World(at_work(), hang_up_after_steps=steps)
        leg = world.dial("op1", "*21*2")
        await world.over()
        outcome = world.outcome(leg.id)
        assert outcome is not None
        assert outcome.outcome is Outcome.SERVED, (steps, outcome)
        assert [each.pause_reason for each in _sessions(world)] == [PauseReason.LUNCH], steps
        assert world.telephony.left_over() == []
        hung_up += leg.ended_with == "party"
    assert hung_up > 3


async def test_an_order_that_fails_is_told_and_bothers_no_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(at_work())
    world.telephony.phone("op2", answers_after=1)

    async def broken(*_: object, **__: object) -> bool:
        raise ConnectionError("the database is away")

    monkeypatch.setattr(world.desk, "pause", broken)
    outcome, said = await _dialled(world, "*21")
    assert said == [TechnicalFault()]
    assert outcome is not None
    assert outcome.outcome is Outcome.FAILED
    assert world.telephony.phones["op2"].rung == []
    assert "order_failed" in world.log.events("exception")


# A message taken after the call


async def _talked(world: World, number: str | None = "+46701740605") -> FakeLeg:
    """A citizen has talked with op1."""
    world.telephony.phone("op1", answers_after=1, talks_for=5)
    caller = world.telephony.caller()
    world.start("+46980319200", caller, number)
    await world.over()
    world.stories.clear()
    return caller


@pytest.mark.requirement("R20", "R30")
async def test_after_the_call_a_message_is_taken_in_one_step() -> None:
    world = World(at_work())
    await _talked(world)
    outcome, said = await _dialled(world, "*22*211")
    ((opened),) = world.tasks.opened
    task = opened.task
    assert (task.mailbox, task.caller, task.call_id) == (Mailbox(1, person_id=ERIK.id), "+46701740605", "caller-1")
    assert (task.source, opened.actor) == ("operator", "phone op1")
    assert task.deadline.on == WEDNESDAY.date() + timedelta(days=1)
    assert said == [FixedPrompt("desk-task-opened"), Promise(by=task.deadline.on)]
    assert world.tasks.notices == [task]
    assert outcome is not None
    assert outcome.outcome is Outcome.SERVED


@pytest.mark.requirement("R15", "R20")
async def test_the_deadline_is_that_of_the_authority_whose_extension_it_is() -> None:
    world = World(at_work())
    await _talked(world)
    _, said = await _dialled(world, "*22*10")
    (opened,) = world.tasks.opened
    assert opened.task.mailbox.authority_id == 2
    assert opened.task.deadline.on == WEDNESDAY.date() + timedelta(days=2)
    assert said[1] == Promise(by=opened.task.deadline.on, email_counts=True)


async def test_a_caller_without_a_number_is_promised_no_call() -> None:
    world = World(at_work())
    await _talked(world, None)
    _, said = await _dialled(world, "*22*211")
    (opened,) = world.tasks.opened
    assert opened.task.caller is None
    assert said[1] == Promise(by=opened.task.deadline.on, has_number=False)


async def test_without_a_call_or_an_extension_there_is_no_message() -> None:
    world = World(at_work())
    _, said = await _dialled(world, "*22*211")
    assert said == [FixedPrompt("desk-no-recent-call")]
    _, said = await _dialled(world, "*22*999")
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
    _, said = await _dialled(world, "*8999")
    assert said == [FixedPrompt("desk-unknown-extension")]


async def test_nobody_is_parked_and_nobody_can_be() -> None:
    world = World(at_work())
    for code in ("*67", "*68", "*68201"):
        _, said = await _dialled(world, code)
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


# The same orders, as the API gives them


async def test_orders_by_api_are_those_of_the_keypad() -> None:
    world = World(at_work())
    desk = orders.OrdersByApi(world.ports)
    assert await desk.pause(OP1.id, PauseReason.LUNCH, "token 1 (x)") is True
    assert [each.pause_reason for each in _sessions(world)] == [PauseReason.LUNCH]
    assert (await desk.resume(OP1.id, "token 1 (x)")).groups == (OPERATOR_GROUP.id,)
    assert isinstance(await desk.sign_out(OP2.id, "token 1 (x)"), Allowed)
    refused = await desk.sign_out(OP1.id, "token 1 (x)")
    assert isinstance(refused, Refused)
    assert _sessions(world) != []
    assert isinstance(await desk.sign_out(OP1.id, "token 1 (x)", confirm=True), Allowed)
    assert (await desk.resume(OP1.id, "token 1 (x)")).groups == ()
    assert (await desk.sign_in(OP1.id, "token 1 (x)", group_id=99)).groups == ()
    assert (await desk.sign_in(OP1.id, "token 1 (x)", group_id=1)).groups == (1,)
    promised = WEDNESDAY + timedelta(days=1)
    new = orders.NewTask(Mailbox(1, person_id=ERIK.id), "+46701740605", WEDNESDAY, "Bygglov", promised, "call-1")
    task = await desk.open_task(new, "token 1 (x)")
    (opened,) = world.tasks.opened
    assert (opened.task, opened.note, opened.task.promised_at) == (task, "Bygglov", promised)


async def test_an_order_is_in_the_journal() -> None:
    world = World(at_work())
    leg = world.dial("op1", "*20")
    await world.over()
    assert EventKind.DESK in world.kinds(leg.id)
