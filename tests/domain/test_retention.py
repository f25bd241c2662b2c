"""How long things are kept (R44), and what stays whatever its age (R16, R47)."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.directory import Policy
from switchboard.domain.keeping.marks import Mark, audio_may_leave, may_lift_by_telephone, reason_problem
from switchboard.domain.keeping.retention import BY_POLICY, Erase, Keep, Kind, Stored, decide_retention, shortest_limit
from switchboard.domain.working_days import STOCKHOLM, local_date

NOW = datetime(2026, 8, 12, 10, 0, tzinfo=STOCKHOLM)
ALL_KINDS = st.sampled_from(BY_POLICY)
INSTANTS = st.integers(-2000, 500).map(lambda days: NOW + timedelta(days=days, hours=days % 24))
LIMITS = st.none() | st.integers(1, 3650)


def policy(id: int, authority_id: int, days: int | None, valid_from: date = date(2019, 1, 1)) -> Policy:
    kept = {f"keep_{kind.value}_days": days for kind in BY_POLICY}
    return Policy(id, authority_id, valid_from, 1, **kept)  # type: ignore[arg-type]


@pytest.mark.requirement("R44")
@pytest.mark.parametrize(("hours", "erased"), [(0, False), (24 * 30 - 11, False), (24 * 30 + 14, True)])
def test_thirty_days_are_thirty_whole_days(hours: int, erased: bool) -> None:
    stored = Stored(Kind.AUDIO, NOW, 1)
    decision = decide_retention(stored, {1: [policy(7, 1, 30)]}, NOW + timedelta(hours=hours))
    assert isinstance(decision, Erase) is erased
    if isinstance(decision, Erase):
        assert decision.rule == "policy 7: audio 30 days"
    else:
        assert decision.until == date(2026, 9, 12)


@pytest.mark.requirement("R44")
@given(ALL_KINDS, INSTANTS, st.integers(0, 3000), LIMITS)
def test_what_is_older_than_the_limit_is_erased_and_nothing_else(
    kind: Kind, since: datetime, age: int, limit: int | None
) -> None:
    now = since + timedelta(days=age)
    decision = decide_retention(Stored(kind, since, 1), {1: [policy(1, 1, limit)]}, now)
    assert isinstance(decision, Erase) is (limit is not None and (local_date(now) - local_date(since)).days > limit)


@pytest.mark.requirement("R47")
@pytest.mark.requirement("R16")
@given(ALL_KINDS, INSTANTS, st.integers(0, 5000), LIMITS, st.sampled_from([(True, False), (False, True), (True, True)]))
def test_a_threat_mark_and_an_open_task_hold_whatever_its_age(
    kind: Kind, since: datetime, age: int, limit: int | None, held: tuple[bool, bool]
) -> None:
    stored = Stored(kind, since, 1, *held)
    decision = decide_retention(stored, {1: [policy(1, 1, limit)]}, since + timedelta(days=age))
    assert isinstance(decision, Keep)
    assert decision.until is None


@pytest.mark.requirement("R44")
@given(ALL_KINDS, INSTANTS, LIMITS, st.integers(0, 400))
def test_what_was_let_go_once_is_let_go_ever_after(kind: Kind, since: datetime, limit: int | None, later: int) -> None:
    policies = {1: [policy(1, 1, limit)]}
    now = since + timedelta(days=200)
    if isinstance(decide_retention(Stored(kind, since, 1), policies, now), Erase):
        assert isinstance(decide_retention(Stored(kind, since, 1), policies, now + timedelta(days=later)), Erase)


@pytest.mark.requirement("R44")
@pytest.mark.requirement("R50")
def test_the_version_in_force_today_decides() -> None:
    versions = [policy(1, 1, 365), policy(2, 1, 10, date(2026, 9, 1))]
    stored = Stored(Kind.CALLS, NOW, 1)
    assert isinstance(decide_retention(stored, {1: versions}, NOW + timedelta(days=19)), Keep)
    assert decide_retention(stored, {1: versions}, NOW + timedelta(days=20)) == Erase("policy 2: calls 10 days")


@pytest.mark.requirement("R44")
@given(ALL_KINDS, st.lists(LIMITS, max_size=4), st.integers(0, 4000))
def test_what_belongs_to_no_authority_is_kept_as_long_as_any_keeps_it(
    kind: Kind, limits: list[int | None], age: int
) -> None:
    policies = {number: [policy(number, number, days)] for number, days in enumerate(limits, 1)}
    decision = decide_retention(Stored(kind, NOW, None), policies, NOW + timedelta(days=age))
    known = [days for days in limits if days is not None]
    ended = bool(limits) and len(known) == len(limits)
    assert isinstance(decision, Erase) is (ended and age > max(known, default=0))


@pytest.mark.requirement("R46")
@given(st.booleans(), st.booleans())
def test_a_secret_recording_never_leaves(secret: bool, mail_audio: bool) -> None:
    assert audio_may_leave(secret=secret, mail_audio=mail_audio) is (mail_audio and not secret)


def test_a_reason_says_something() -> None:
    assert reason_problem("  a ") == "say why, in a few words"
    assert reason_problem("x" * 501) == "at most 500 characters"
    assert reason_problem("uppgifter om hälsa") is None


@pytest.mark.requirement("R44")
@pytest.mark.parametrize(("age", "erased"), [(7, False), (8, True)])
def test_wrong_pins_are_forgotten_after_a_week_whatever_the_policies_say(age: int, erased: bool) -> None:
    decision = decide_retention(Stored(Kind.PINS, NOW), {1: [policy(1, 1, None)]}, NOW + timedelta(days=age))
    assert isinstance(decision, Erase) is erased


@pytest.mark.requirement("R44")
@given(ALL_KINDS, st.lists(LIMITS, max_size=4), st.integers(0, 4000), st.integers(1, 4) | st.none())
def test_nothing_younger_than_the_shortest_limit_is_erased(
    kind: Kind, limits: list[int | None], age: int, authority_id: int | None
) -> None:
    policies = {number: [policy(number, number, days)] for number, days in enumerate(limits, 1)}
    decision = decide_retention(Stored(kind, NOW, authority_id), policies, NOW + timedelta(days=age))
    if isinstance(decision, Erase):
        assert (shortest_limit(kind, policies) or 0) < age


def test_what_was_pressed_by_mistake_is_taken_back_in_the_same_call() -> None:
    assert may_lift_by_telephone(Mark.SECRET, in_this_call=False)
    assert may_lift_by_telephone(Mark.THREAT, in_this_call=True)
    assert not may_lift_by_telephone(Mark.THREAT, in_this_call=False)
