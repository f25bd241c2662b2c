"""The soak's own parts: the pace, what endings are explained, the log, and the verdict."""

import json
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.acceptance.operators.verdicts import Ended
from tests.soak.intended import Intended, unexplained, unexplained_announcements
from tests.soak.pace import WEIGHTS, Kind, Pace, choose, half_of, measured_capacity
from tests.soak.report import Report, progress, render
from tests.soak.samples import AT_REST, MEASURES, LogReader, Sample, read_figures

MESSAGE = Ended("1", "trunk", "+46980319212", "message", {"arrived", "task_opened", "ended"}, ["voicemail"])
CALLER = Intended("+46730000000", Kind.MESSAGE)


def sample(at_s: float, **changed: float) -> Sample:
    values = {each.name: 1000.0 for each in MEASURES} | dict.fromkeys(
        ["errors in the log", "waiting in the spool"], 0.0
    )
    return Sample(at_s, values | {name.replace("_", " "): value for name, value in changed.items()}, 100, 10, 0.5)


def report() -> Report:
    found = Report({}, 150, "as said", Pace(45, 1.2), 1, 600)
    found.samples = [sample(30.0 * place) for place in range(20)]
    found.rest = replace(sample(0), values=dict.fromkeys(AT_REST, 0.0))
    return found


def test_half_of_what_was_measured_is_shared_out() -> None:
    pace = half_of(150)
    assert pace == Pace(45, 1.2)
    assert half_of(0.5).announcements == 1


def test_the_capacity_is_the_benchmark_s(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    assert measured_capacity(file) is None
    for text, found in (
        ('{"highest": {"service": 150}}', 150.0),
        ('{"highest": {"service": 0}}', None),
        ('{"highest": {}}', None),
        ("[", None),
        ("[]", None),
    ):
        file.write_text(text)
        assert measured_capacity(file) == found


def test_every_kind_comes_as_often_as_it_weighs() -> None:
    dice = random.Random(1)
    counted = Counter(choose(dice) for _ in range(21_000))
    assert counted.keys() == WEIGHTS.keys() == set(Kind) - {Kind.ANNOUNCEMENT}
    assert all(counted[kind] == pytest.approx(1000 * weight, rel=0.15) for kind, weight in WEIGHTS.items())


def test_an_ending_that_the_caller_explains() -> None:
    assert unexplained([CALLER], {CALLER.caller: [MESSAGE]}) == []
    late = replace(MESSAGE, kinds={"fault", "fault: the message is kept later", "ended"})
    assert unexplained([CALLER], {CALLER.caller: [late]}) == []
    talked = replace(MESSAGE, outcome="connected", kinds={"connected", "ended"}, task_sources=[])
    for kind in (Kind.HANGS_UP, Kind.OPERATOR, Kind.COLLEAGUE):
        assert unexplained([replace(CALLER, kind=kind)], {CALLER.caller: [talked]}) == []


@pytest.mark.parametrize(
    ("ended", "told"),
    [
        ([], "0 calls in the journal"),
        ([MESSAGE, MESSAGE], "2 calls in the journal"),
        ([replace(MESSAGE, outcome="abandoned")], "ended as abandoned"),
        ([replace(MESSAGE, outcome=None)], "ended as None"),
        ([replace(MESSAGE, outcome="interrupted")], "no rule's"),
        ([replace(MESSAGE, task_sources=["voicemail"] * 2)], "2 tasks of messages"),
        ([replace(MESSAGE, kinds={*MESSAGE.kinds, "fault: the story broke"})], "it broke"),
    ],
)
def test_an_ending_that_nothing_explains(ended: list[Ended], told: str) -> None:
    assert any(told in each for each in unexplained([CALLER], {CALLER.caller: ended}))


def test_announcements_are_counted_on_both_sides() -> None:
    assert unexplained_announcements(10, 0, {"informed": 10}) == []
    assert unexplained_announcements(10, 0, {"informed": 9}) == ["10 announcements were dialled, 9 are in the journal"]
    assert unexplained_announcements(10, 1, {"informed": 10}) == ["1 callers of the announcement were not served"]
    assert unexplained_announcements(10, 0, {"informed": 9, "failed": 1}) == ["1 announcements ended as failed"]


def test_the_log_is_read_on_from_where_it_was(tmp_path: Path) -> None:
    log = LogReader(tmp_path / "log")
    told = [json.dumps({"level": level, "event": level}) for level in ("info", "warning", "error")]
    log.file.write_text(f"{told[0]}\n{told[1]}\n{told[2]}\n{told[2][:9]}")
    log.read_on()
    assert (log.errors, log.warnings) == ({"error": 1}, {"warning": 1})
    with log.file.open("a") as file:
        file.write(f"{told[2][9:]}\nTraceback (most recent call last):\n")
    log.read_on()
    assert (log.errors, log.warnings) == ({"error": 2, "Traceback (most recent call last):": 1}, {"warning": 1})


def test_figures_without_labels_are_read() -> None:
    text = '# HELP x y\nswitchboard_tasks 12.0\nswitchboard_calls_ended_total{outcome="message"} 3.0\n'
    assert read_figures(text) == {"switchboard_tasks": 12.0}


def test_a_good_soak_passes_and_its_table_names_every_figure() -> None:
    found = report()
    assert found.passed
    text = render(found)
    assert all(each.name in text for each in MEASURES)
    assert "NOT" not in text
    assert "3000" not in progress(sample(60), 5, 0)


def test_what_grows_is_left_or_unexplained_fails(tmp_path: Path) -> None:
    growing, left, strange, unseen = report(), report(), report(), report()
    growing.samples = [sample(30.0 * place, channels=1000.0 + 100 * place) for place in range(20)]
    left.rest = replace(sample(0), values={"bridges": 2.0})
    strange.unexplained = ["1: message, but it ended as failed"] * 30
    unseen.rest = None
    goals = ["every figure is flat", "nothing is left", "no ending of a call is unexplained", "nothing is left"]
    for found, goal in zip((growing, left, strange, unseen), goals, strict=True):
        missed = [name for name, met in found.goals.items() if not met]
        assert len(missed) == 1
        assert missed[0].startswith(goal)
        assert not found.passed
        assert f"NOT MET: {missed[0]}" in render(found)
    assert "left: 2 bridges" in render(left)
    assert "… and 10 more" in render(strange)
    growing.save(tmp_path / "var" / "soak.json")
    saved = json.loads((tmp_path / "var" / "soak.json").read_text())
    assert [each["name"] for each in saved["verdicts"] if not each["flat"]] == ["channels"]
