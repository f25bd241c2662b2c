"""A call to a person: what the caller hears and which phones ring, in every state of the person."""

from datetime import datetime, timedelta

import pytest

from switchboard.calls.ports import RingFailure
from switchboard.domain.announcement import AbsenceNotice, Menu, Unreachable
from switchboard.domain.call import EventKind, Outcome
from switchboard.domain.directory import Absence, AbsenceReason, Person
from switchboard.domain.directory_index import Record
from switchboard.domain.diversion import PhoneState
from tests.builders import ANNA, ERIK
from tests.fakes.leg import BEEP, RING_TONE, FakeLeg, Speech
from tests.fakes.telephony import talk_with
from tests.fakes.world import WEDNESDAY, World, at_work

BACK = datetime(2026, 8, 24, 8, 0, tzinfo=WEDNESDAY.tzinfo)


def away(
    person: Person,
    reason: AbsenceReason = AbsenceReason.VACATION,
    until: datetime = BACK,
    open: bool = False,
    deputy: Person | None = None,
) -> Absence:
    start = WEDNESDAY - timedelta(days=1)
    return Absence(900 + person.id, person.id, reason, start, until, open, deputy.id if deputy else None)


def world_with(*records: Record) -> World:
    return World(at_work(*records))


def said(world: World, kind: type) -> list[object]:
    return [each for each in world.announcer.said if isinstance(each, kind)]


@pytest.mark.requirement("R1")
async def test_absent_colleagues_phone_stays_silent_and_the_caller_is_told() -> None:
    world = world_with(away(ERIK))
    erik = world.telephony.phone("erik", answers_after=1)
    caller = world.telephony.caller()
    outcome = await world.call("+46980319211", caller)
    assert erik.rung == []
    assert world.heard(caller)[:3] == ["PersonGreeting", "AbsenceNotice", "Menu"]
    assert outcome.outcome is Outcome.MESSAGE
    assert world.telephony.left_over() == []


@pytest.mark.requirement("R2")
async def test_reason_and_return_time_are_those_of_the_absence() -> None:
    world = world_with(away(ERIK))
    await world.call("0980-319 211", world.telephony.caller())
    notice = said(world, AbsenceNotice)[0]
    assert isinstance(notice, AbsenceNotice)
    assert (notice.reason, notice.until, notice.whole_days) == (AbsenceReason.VACATION, BACK, False)


async def test_an_expired_absence_is_never_spoken_and_the_phone_rings() -> None:
    world = world_with(away(ANNA, until=WEDNESDAY - timedelta(minutes=1)))
    world.telephony.phone("anna", answers_after=2, talks_for=5)
    caller = world.telephony.caller()
    outcome = await world.call("+46980319210", caller)
    assert caller.hears == [RING_TONE, talk_with("anna")]
    assert outcome.outcome is Outcome.CONNECTED


async def test_an_open_absence_informs_and_then_lets_it_ring() -> None:
    world = world_with(away(ANNA, AbsenceReason.LUNCH, open=True))
    world.telephony.phone("anna", answers_after=2, talks_for=5)
    caller = world.telephony.caller()
    outcome = await world.call("+46980319210", caller)
    assert world.heard(caller) == ["AbsenceNotice", "RingingAnyway", RING_TONE, talk_with("anna")]
    assert outcome.outcome is Outcome.CONNECTED


async def test_illness_is_not_spoken_unless_the_policy_says_so() -> None:
    world = world_with(away(ERIK, AbsenceReason.SICK))
    await world.call("+46980319211", world.telephony.caller())
    notice = said(world, AbsenceNotice)[0]
    assert isinstance(notice, AbsenceNotice)
    assert notice.reason is None


@pytest.mark.parametrize(
    ("state", "refuses", "why"),
    [
        (PhoneState.UNREGISTERED, None, "no_phone"),
        (PhoneState.BUSY, None, "busy"),
        (PhoneState.FREE, None, "no_answer"),
        (PhoneState.FREE, RingFailure.BUSY, "busy"),
        (PhoneState.FREE, RingFailure.UNREGISTERED, "no_phone"),
        (PhoneState.FREE, RingFailure.FAILED, "no_answer"),
    ],
)
async def test_somebody_present_who_cannot_be_had_is_a_referral_too(
    state: PhoneState, refuses: RingFailure | None, why: str
) -> None:
    world = world_with()
    world.telephony.phone("anna", state=state, refuses=refuses)
    caller = world.telephony.caller()
    outcome = await world.call("+46980319210", caller)
    unreachable = said(world, Unreachable)[0]
    assert isinstance(unreachable, Unreachable)
    assert unreachable.why == why
    assert world.heard(caller)[-2:] == ["Promise", "Goodbye"]
    assert outcome.outcome is Outcome.MESSAGE


async def test_the_beep_comes_after_the_menu_has_been_said_twice() -> None:
    world = world_with(away(ERIK))
    caller = world.telephony.caller()
    await world.call("+46980319211", caller)
    heard = world.heard(caller)
    assert heard.count("Menu") == 2
    assert heard.index(BEEP) > [place for place, what in enumerate(heard) if what == "Menu"][1]


async def test_a_digit_during_the_greeting_goes_straight_to_its_choice() -> None:
    world = world_with(away(ERIK))
    caller = world.telephony.caller()
    caller.on_hearing("PersonGreeting", lambda: caller.press("1"))
    await world.call("+46980319211", caller)
    assert "Menu" not in world.heard(caller)
    assert BEEP in caller.hears


@pytest.mark.requirement("R10")
async def test_the_deputy_is_offered_when_present_and_rings_when_chosen() -> None:
    world = world_with(away(ERIK, deputy=ANNA))
    anna = world.telephony.phone("anna", answers_after=1, talks_for=3)
    caller = world.telephony.caller()
    caller.on_hearing("Menu", lambda: caller.press("2"))
    outcome = await world.call("+46980319211", caller)
    assert len(anna.rung) == 1
    assert outcome.reason == "talked with the deputy"
    menu = said(world, Menu)[0]
    assert isinstance(menu, Menu)
    assert menu.deputy is not None
    assert menu.deputy.text == "Anna Andersson"


async def test_an_absent_deputy_is_not_offered_and_not_rung() -> None:
    world = world_with(away(ERIK, deputy=ANNA), away(ANNA))
    anna = world.telephony.phone("anna", answers_after=1)
    caller = world.telephony.caller()
    caller.on_hearing("Menu", lambda: caller.press("2"))
    await world.call("+46980319211", caller)
    assert anna.rung == []
    assert all(isinstance(menu, Menu) and menu.deputy is None for menu in said(world, Menu))


async def test_a_deputy_who_does_not_answer_is_not_offered_again() -> None:
    world = world_with(away(ERIK, deputy=ANNA))
    anna = world.telephony.phone("anna")
    caller = world.telephony.caller()
    caller.on_hearing("Menu", lambda: caller.press("2"))
    outcome = await world.call("+46980319211", caller)
    assert len(anna.rung) == 1
    assert "DeputyUnavailable" in world.heard(caller)
    assert outcome.outcome is Outcome.MESSAGE


async def test_nine_changes_the_language_for_the_rest_of_the_call() -> None:
    world = world_with(away(ERIK))
    caller = world.telephony.caller()
    pressed: list[str] = []

    def press_nine_once() -> None:
        if not pressed:
            pressed.append("9")
            caller.press("9")

    caller.on_hearing("Menu:sv", press_nine_once)
    await world.call("+46980319211", caller)
    assert "Menu:en" in caller.hears
    assert "AbsenceNotice:en" in caller.hears
    assert caller.hears[-2:] == ["Promise:en", "Goodbye:en"]


async def test_a_storm_of_digits_ends_in_the_message() -> None:
    world = world_with(away(ERIK))
    caller = world.telephony.caller()

    def storm() -> None:
        caller.press("7*#5" * 50)

    caller.on_hearing("", storm)
    outcome = await world.call("+46980319211", caller)
    assert outcome.outcome in {Outcome.MESSAGE, Outcome.INFORMED}
    assert world.log.events("exception") == []


async def test_who_says_nothing_gets_one_more_chance_and_no_task() -> None:
    world = world_with(away(ERIK))
    caller: FakeLeg = world.telephony.caller()
    caller.speech = Speech(seconds=0.0, then="silence")
    outcome = await world.call("+46980319211", caller)
    assert caller.hears.count(BEEP) == 2
    assert outcome.outcome is Outcome.INFORMED
    assert world.messages.tasks == []
    assert world.messages.begun == {}


@pytest.mark.requirement("R14")
@pytest.mark.parametrize("then", ["silence", "hash", "hang_up"])
async def test_a_message_is_kept_however_it_ends(then: str) -> None:
    world = world_with(away(ERIK))
    caller = world.telephony.caller()
    caller.speech = Speech(seconds=4.0, then=then)  # type: ignore[arg-type]
    outcome = await world.call("+46980319211", caller)
    assert outcome.outcome is Outcome.MESSAGE
    (task,) = world.messages.tasks
    assert task.mailbox.person_id == ERIK.id
    assert task.deadline.on == (WEDNESDAY + timedelta(days=1)).date()
    assert EventKind.TASK_OPENED in world.kinds(caller.id)
    assert world.telephony.recordings.stored == {}


async def test_an_absence_that_closes_while_it_is_told_keeps_the_phone_silent() -> None:
    world = world_with(away(ANNA, AbsenceReason.LUNCH, open=True))
    anna = world.telephony.phone("anna", answers_after=1)
    caller = world.telephony.caller()
    caller.on_hearing("RingingAnyway", lambda: world.directory.index.put(away(ANNA)))
    await world.call("+46980319210", caller)
    assert anna.rung == []
