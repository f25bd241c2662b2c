"""Codes that operators dial: each is done, and said."""

from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.calls import orders
from switchboard.domain.announcement import FixedPrompt, TechnicalFault
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import (
    FunctionMember,
    OperatorSession,
    PauseReason,
)
from switchboard.domain.staffing import Allowed, Refused
from tests.builders import ANNA, ERIK, OP1, OP2, OPERATOR_GROUP
from tests.calls.desk.dialling import dialled
from tests.fakes.world import WEDNESDAY, World, at_work

EVENING = WEDNESDAY.replace(hour=20)
SESSION = OperatorSession(1, OP1.id, OPERATOR_GROUP.id, since=WEDNESDAY)


def _sessions(world: World, person_id: int = OP1.id) -> list[OperatorSession]:
    return list(world.directory.index.sessions_of(person_id))


async def test_signing_out_and_in_is_done_and_confirmed() -> None:
    world = World(at_work())
    outcome, said = await dialled(world, "#20")
    assert (said, _sessions(world)) == ([FixedPrompt("operator-signed-out")], [])
    assert outcome is not None
    assert outcome.outcome is Outcome.SERVED
    _, said = await dialled(world, "*20")
    assert said == [FixedPrompt("operator-signed-in")]
    assert [each.group_id for each in _sessions(world)] == [OPERATOR_GROUP.id]
    assert {act.actor for act in world.desk.acts} == {"phone op1"}


@pytest.mark.requirement("R26")
async def test_signing_in_is_to_every_operators_group_of_a_member() -> None:
    second = replace(OPERATOR_GROUP, id=9, name="Växel två")
    world = World(at_work(second, FunctionMember(90, 9, OP1.id)))
    await dialled(world, "*20")
    assert {each.group_id for each in _sessions(world)} == {OPERATOR_GROUP.id, 9}


async def test_who_belongs_to_no_operators_group_is_told_so() -> None:
    world = World(at_work())
    _, said = await dialled(world, "*20", "anna")
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


@pytest.mark.requirement("R21", "R26")
async def test_who_leaves_too_few_behind_hears_that_and_not_that_nobody_is_left() -> None:
    world = World(at_work(replace(OPERATOR_GROUP, minimum_staffing=2)))
    _, said = await dialled(world, "#20")
    assert said == [FixedPrompt("operator-sign-out-too-few")]
    assert _sessions(world) != []


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
    _, said = await dialled(world, "#20")
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
    _, said = await dialled(world, code)
    assert said == [FixedPrompt("operator-paused")]
    assert [(each.paused, each.pause_reason) for each in _sessions(world)] == [(True, reason)]
    _, said = await dialled(world, "#21")
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
    _, said = await dialled(world, code)
    assert said == [FixedPrompt(prompt), FixedPrompt(done)]
    assert [each.paused for each in _sessions(world)] == [False]


async def test_who_is_not_signed_in_has_no_pause() -> None:
    world = World(at_work())
    world.directory.index.remove("operator_session", 1)
    for code in ("*21", "#21"):
        _, said = await dialled(world, code)
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
    outcome, said = await dialled(world, "*21")
    assert said == [TechnicalFault()]
    assert outcome is not None
    assert outcome.outcome is Outcome.FAILED
    assert world.telephony.phones["op2"].rung == []
    assert "order_failed" in world.log.events("exception")


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
