"""Every place that was kept ends: the caller is reached, or a task with its deadline stands in for it (R16)."""

from collections.abc import Awaitable, Callable

import pytest

from switchboard.calls.ports import RingFailure
from switchboard.domain.announcement import FixedPrompt
from switchboard.domain.call import Outcome
from switchboard.domain.directory import Device, Person
from switchboard.domain.diversion import PhoneState
from tests.builders import OP1
from tests.calls.queue.desk import Desk, queue
from tests.calls.queue.test_keep_place import CITIZEN, OTHER, book, free, once
from tests.fakes.telephony import FakePhone

pytestmark = pytest.mark.requirement("R16")
WHO = ["outside", "anonymous", "inside"]
HALF_AN_HOUR = 1800
Fate = Callable[[Desk, FakePhone], Awaitable[None]]


async def booked(who: str) -> tuple[Desk, FakePhone]:
    """The place is kept, its caller has hung up, and nobody is free yet; with the phone that is to be rung."""
    desk = Desk(queue(callback_tries=2, callback_pause_seconds=60), both=False)
    if who == "outside":
        await book(desk)
    elif who == "inside":
        desk.op1.state = PhoneState.BUSY
        caller = desk.ring_inside("a")
        once(caller, "QueuePosition", "1")
        once(caller, "ReadBackNumber", "1")
    else:
        anonymous = await book(desk, number=None)
        anonymous.on_hearing("FixedPrompt", lambda: _type(desk, anonymous.press))
    assert (await desk.ends("a")).outcome is Outcome.BOOKED
    assert desk.line() == ["a"]
    account = {"outside": CITIZEN, "anonymous": OTHER, "inside": "anna"}[who]
    return desk, desk.telephony.phone(account, answers_after=2)


def _type(desk: Desk, press: Callable[[str], None]) -> None:
    if desk.announcer.said[-1] == FixedPrompt("queue-enter-number"):
        press(f"0{OTHER[3:]}#")


async def answers(desk: Desk, phone: FakePhone) -> None:
    desk.op1.answers_after = 1
    phone.on_answer = lambda leg: leg.hang_up_after(5)


async def operator_leaves_at_once(desk: Desk, phone: FakePhone) -> None:
    desk.op1.answers_after = 1
    desk.op1.on_answer = lambda leg: leg.leave()


async def operator_leaves_while_it_rings(desk: Desk, phone: FakePhone) -> None:
    phone.answers_after = None
    desk.op1.answers_after = 1
    desk.op1.on_answer = lambda leg: leg.hang_up_after(3)


async def operator_leaves_as_it_answers(desk: Desk, phone: FakePhone) -> None:
    desk.op1.answers_after = 1
    desk.op1.on_answer = lambda leg: leg.hang_up_after(2)


async def operator_lets_it_ring(desk: Desk, phone: FakePhone) -> None:
    desk.op1.answers_after = None


async def operator_refuses(desk: Desk, phone: FakePhone) -> None:
    desk.op1.refuses = RingFailure.BUSY


async def operator_signs_out(desk: Desk, phone: FakePhone) -> None:
    await desk.desk.sign_out(OP1.id, 1, "test")


async def operator_s_phone_is_gone(desk: Desk, phone: FakePhone) -> None:
    desk.op1.state = PhoneState.UNREGISTERED
    desk.queues.wake()


async def caller_lets_it_ring(desk: Desk, phone: FakePhone) -> None:
    desk.op1.answers_after, phone.answers_after = 1, None


async def caller_is_busy(desk: Desk, phone: FakePhone) -> None:
    desk.op1.answers_after, phone.refuses = 1, RingFailure.BUSY


async def caller_has_no_phone(desk: Desk, phone: FakePhone) -> None:
    desk.op1.answers_after, phone.refuses = 1, RingFailure.UNREGISTERED


async def caller_leaves_as_it_answers(desk: Desk, phone: FakePhone) -> None:
    desk.op1.answers_after = 1
    phone.on_answer = lambda leg: leg.leave()


FATES: list[Fate] = [
    answers,
    operator_leaves_at_once,
    operator_leaves_while_it_rings,
    operator_leaves_as_it_answers,
    operator_lets_it_ring,
    operator_refuses,
    operator_signs_out,
    operator_s_phone_is_gone,
    caller_lets_it_ring,
    caller_is_busy,
    caller_has_no_phone,
    caller_leaves_as_it_answers,
]


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("fate", FATES, ids=lambda fate: fate.__name__)
async def test_whatever_happens_the_place_ends_answered_or_as_a_task(who: str, fate: Fate) -> None:
    desk, phone = await booked(who)
    await fate(desk, phone)
    if fate is not operator_s_phone_is_gone:
        free(desk)
    await desk.passes(HALF_AN_HOUR)
    await desk.queues.settle()
    assert desk.line() == []
    assert desk.places.places == {}
    (past,) = desk.places.history
    tasks = [opened.task.source for opened in desk.tasks.opened]
    assert tasks == ([] if past.how == "answered" else ["queue"]), past.how
    await desk.close()


@pytest.mark.parametrize("who", WHO)
async def test_a_fault_of_ours_is_tried_again_and_forgets_nobody(who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, phone = await booked(who)
    phone.on_answer = lambda leg: leg.hang_up_after(5)
    desk.op1.answers_after = 1
    current, broken = desk.directory.current, [True]

    async def breaks(call_id: str | None = None) -> object:
        if broken:
            raise ConnectionError("the database is away")
        return await current(call_id)

    free(desk)
    await desk.passes(0.5)
    monkeypatch.setattr(desk.directory, "current", breaks)
    await desk.passes(120)
    assert list(desk.places.places) == ["a"]
    broken.clear()
    await desk.passes(HALF_AN_HOUR)
    assert desk.places.places == {}
    (past,) = desk.places.history
    assert (past.how == "answered") == (desk.tasks.opened == [])
    await desk.queues.close()
    assert desk.telephony.left_over() == []


async def test_a_function_s_number_cannot_be_called_back() -> None:
    desk = Desk(both=False)
    anonymous = await book(desk, number=None)
    typed = iter(["220#", "210#"])

    def type_next() -> None:
        if desk.announcer.said[-1] == FixedPrompt("queue-enter-number"):
            anonymous.press(next(typed))

    anonymous.on_hearing("FixedPrompt", type_next)
    assert (await desk.ends("a")).outcome is Outcome.BOOKED
    assert FixedPrompt("queue-number-not-accepted") in desk.announcer.said
    assert desk.places.places["a"].number == "210"
    await desk.queues.close()


@pytest.mark.parametrize("who", WHO)
async def test_when_the_operators_close_the_place_becomes_a_task(who: str) -> None:
    desk, _phone = await booked(who)
    await desk.passes(9 * 3600)
    assert desk.places.places == {}
    assert [opened.task.source for opened in desk.tasks.opened] == ["queue"]
    await desk.close()


async def test_the_digits_of_a_colleague_of_another_authority_are_not_called_back() -> None:
    """Her extension has the digits of somebody else's here: she is asked for a number."""
    desk = Desk(Person(9001, 2, "Nora Nord"), Device(9001, 9001, "nora"), both=False)
    desk.op1.state = PhoneState.BUSY
    caller = desk.ring_inside("a", "nora")
    once(caller, "QueuePosition", "1")
    await desk.passes(14)
    assert FixedPrompt("queue-enter-number") in desk.announcer.said
    caller.leave()
    await desk.ends("a")
    await desk.close()
