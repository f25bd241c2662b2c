"""What the measurements say of their figures, and which goals those meet."""

import io
import re
import wave

import pytest

from tests.bench.big_directory import DirectoryFigures, Size
from tests.bench.clients import LIBRARIES, lock_of
from tests.bench.cold_start import ColdStartFigures
from tests.bench.goals import above, at_least, at_most, below, none_of
from tests.bench.hold import HoldFigures, Look, slope
from tests.bench.load import KEY_AFTER_MS
from tests.bench.measure import Stage
from tests.bench.message_stage import MessageStage, Way
from tests.bench.messages import MessageFigures
from tests.bench.plan import QUICK, Plan
from tests.bench.sipp_files import Percentiles
from tests.bench.stand import System
from tests.bench.voicemail_box import greeting

TIMES = Percentiles(2.0, 4.0, 8.0, 9.0, 1000)


def test_a_goal_says_what_was_found() -> None:
    assert at_most("p95", 1.4, 1.4).line == "met: p95 (1.4)"
    assert at_most("p95", 1.41, 1.4).line == "NOT MET: p95 (1.41)"
    assert at_least("rate", None, 0.8).line == "not measured: rate"
    assert [at_least("", 0.8, 0.8).met, above("", 1.0, 1.0).met, below("", 1.0, 1.0).met] == [True, False, False]
    assert [none_of("", 0).met, none_of("", 1).met] == [True, False]


def message(way: Way, asterisk: float, service: float = 0.0, kept: int = 100) -> MessageStage:
    return MessageStage(way, 10, 100, kept, TIMES, 2.9, asterisk, service, 0.5)


def messages(service: MessageStage, highest: dict[Way, int]) -> MessageFigures:
    stages = [service, message(Way.VOICEMAIL, 40.0, service=3.0), message(Way.RECORD, 30.0)]
    return MessageFigures(stages, [], highest)


def test_a_message_is_set_against_voicemail_whole_and_beyond_its_sound() -> None:
    found = messages(message(Way.SERVICE, 31.0, 3.0), {Way.SERVICE: 30, Way.VOICEMAIL: 25})
    whole, rate = found.goals
    assert [each.found for each in (whole, rate)] == pytest.approx([34 / 40, 1.2])
    assert [each.met for each in (whole, rate)] == [False, True]
    assert "(Record()), ms of CPU a message: service 4.0, VoiceMail() 10.0\n" in found.sentence
    assert "service at 10 messages/s: 100 of 100 kept, 2.9 s each" in found.sentence
    assert "31.0 + 3.0 ms of CPU" in found.sentence
    assert "Highest rate of messages a second: service 30, VoiceMail() 25" in found.sentence


def test_messages_without_a_search_have_no_highest_rate() -> None:
    assert [goal.met for goal in messages(message(Way.SERVICE, 10.0, 9.0), {}).goals] == [True, None]


@pytest.mark.parametrize(("kept", "passes"), [(100, True), (99, False)])
def test_a_lost_message_in_a_hundred_is_too_many(kept: int, passes: bool) -> None:
    assert message(Way.SERVICE, 10.0, kept=kept).passes is passes


def test_voicemail_says_as_much_as_the_service_does() -> None:
    with wave.open(io.BytesIO(greeting())) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)
        assert 4 < sound.getnframes() / 8000 - KEY_AFTER_MS / 1000 < 6


def test_the_straight_line_through_points() -> None:
    assert slope([(0, 1), (1, 3), (2, 5)]) == pytest.approx(2)
    assert slope([(3, 1), (3, 9)]) == 0


def hold(*service_kib: int, ended_early: int = 0) -> HoldFigures:
    looks = [Look(60.0 * minute, 50_000, kib) for minute, kib in enumerate(service_kib)]
    return HoldFigures(100, 600, 40_000, 90_000, looks, ended_early)


def test_memory_that_grows_over_the_hold_is_seen() -> None:
    flat, growing = hold(90_000, *[92_000] * 10), hold(90_000, *range(92_000, 102_000, 1000))
    assert [goal.met for goal in flat.goals] == [True, True, True]
    assert [goal.met for goal in growing.goals] == [False, True, True]
    assert "20.0 KiB a call at the beginning, 20.0 at the end, +0.0 KiB a minute" in flat.sentence
    assert "+1000.0 KiB a minute" in growing.sentence
    assert hold(90_000, 90_000, 90_000, ended_early=2).goals[2].met is False
    warming_up = hold(90_000, 96_000, *[97_000] * 9)
    assert warming_up.goals[0].met
    short = HoldFigures(100, 120, 40_000, 90_000, [Look(at, 50_000, 92_000 + round(at)) for at in range(0, 120, 30)], 0)
    assert [look.at_s for look in short.settled] == [60, 90]


def size(people: int, p95: float, cpu: float) -> Size:
    stage = Stage(System.SERVICE, 50, 750, 0, 0, Percentiles(2, p95, 9, 9, 750), 8.0, cpu, 0.5)
    return Size(people, stage, 1.0, 120)


def test_a_larger_directory_may_not_cost_more() -> None:
    found = DirectoryFigures(50, [size(1000, 5.0, 2.0), size(10_000, 6.0, 2.0), size(100_000, 5.0, 4.1)])
    assert [goal.met for goal in found.goals] == [True, True, True, False]
    assert "100000 people: p50 2.0, p95 5.0 ms" in found.sentence


def test_the_middle_start_counts() -> None:
    assert "1200 ms (the middle of 3, the longest 3000; healthy after 900)" in (
        ColdStartFigures([800.0, 900.0, 2900.0], [1100.0, 1200.0, 3000.0]).sentence
    )


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_libraries_are_pinned_with_their_hashes(library: System) -> None:
    lines = [line for line in lock_of(library).read_text().splitlines() if line.strip()]
    pins = [line for line in lines if re.match(r"[a-z0-9-]+==\S+", line)]
    assert any(line.startswith(f"{library}==") for line in pins)
    assert len(lines) - len(pins) == sum(bool(re.match(r"    --hash=sha256:[0-9a-f]{64}", line)) for line in lines)
    assert all(line.endswith("\\") for line in pins)


def test_calls_are_held_for_ten_minutes_where_time_allows() -> None:
    assert Plan().held_s == 600
    assert QUICK.held_s < 60
