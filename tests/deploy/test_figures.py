"""Alerts and dashboard name figures that the service has, and values that their labels take."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import yaml
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from switchboard.calls.live import Losses
from switchboard.calls.overload.lag import LoopLag
from switchboard.domain.call import Outcome
from switchboard.domain.overload import Answer, Shortage
from switchboard.monitoring import (
    CalendarFigures,
    DamageFigures,
    Figures,
    HealthFigures,
    LoadFigures,
    LossFigures,
    MailboxFigures,
    registry_of,
)
from tests.fakes.world import FakeLog
from tests.test_health import PARTS

ROOT = Path(__file__).parents[2]
OF_PROMETHEUS = {"up"}
LABELS = {"outcome", "state", "answer", "source", "job", "got", "why", "part"}
VALUES = {
    "outcome": {outcome.value for outcome in Outcome},
    "state": {"waiting", "sent", "refused", "expired"},
    "answer": {"ours", "own", "silent", "failed"},
    "job": {"switchboard"},
    "got": {answer.value for answer in Answer},
    "why": {shortage.value for shortage in Shortage},
    "part": PARTS,
}
SEVERITIES = {"critical", "warning"}


class _Dispatcher:
    def __init__(self) -> None:
        self.ended = Counter({"message": 1})

    def __len__(self) -> int:
        return 0


def exported() -> dict[str, set[str]]:
    """The names of all samples, each with its labels."""
    parts = SimpleNamespace(connected=True, malformed=0, lost=0, spooled=0)
    figures = Figures(cast("Any", _Dispatcher()), cast("Any", parts), cast("Any", parts), lambda: 0.5, lambda: LETTERS)
    limits = SimpleNamespace(calls=250)
    admission = SimpleNamespace(
        limits=limits, overloaded=True, turned_away=Counter({("spoken", "all lines are busy"): 1}), elsewhere=2
    )
    load = LoadFigures(cast("Any", _Dispatcher()), cast("Any", admission), LoopLag())
    others = CalendarFigures(lambda: {1: 2.0}), MailboxFigures(lambda: {"silent": 1}), LossFigures(Losses())
    states = HealthFigures(lambda: {"recordings": False}), DamageFigures(FakeLog())
    registry = registry_of(figures, load, *others, *states)
    families = text_string_to_metric_families(generate_latest(registry).decode())
    return {sample.name: set(sample.labels) for family in families for sample in family.samples}


LETTERS = {"waiting": 1}


def rules() -> Sequence[dict[str, Any]]:
    document = yaml.safe_load((ROOT / "deploy" / "prometheus-alerts.yaml").read_text(encoding="utf-8"))
    return [rule for group in document["groups"] for rule in group["rules"]]


def panels() -> Sequence[dict[str, Any]]:
    document: dict[str, Any] = json.loads((ROOT / "deploy" / "grafana-dashboard.json").read_text(encoding="utf-8"))
    return cast("Sequence[dict[str, Any]]", document["panels"])


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in rules())
    yield from (target["expr"] for panel in panels() for target in panel["targets"])


def faults(expression: str) -> Iterator[str]:
    """What the expression names and nobody exports."""
    known = exported()
    bare = re.sub(r'"[^"]*"', '""', expression)
    for name in re.findall(r"\b(?:switchboard_\w+|up)\b", bare):
        if name not in known and name not in OF_PROMETHEUS:
            yield name
    for label, value in re.findall(r'(\w+)=~?"([^"]*)"', expression):
        yield from (f"{label}={each}" for each in value.split("|") if each not in VALUES[label])
    for name, labels in re.findall(r"(switchboard_\w+)\{([^}]*)\}", expression):
        yield from (
            f"{name}{{{label}}}" for label in re.findall(r"(\w+)=", labels) if label not in known.get(name, set())
        )
    if bare.count("(") != bare.count(")") or bare.count("{") != bare.count("}"):
        yield "brackets"


@pytest.mark.parametrize("expression", sorted(set(expressions())))
def test_only_what_is_exported_is_named(expression: str) -> None:
    assert list(faults(expression)) == []


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("switchboard_queue_length > 3", ["switchboard_queue_length"]),
        ('switchboard_letters{state="lost"}', ["state=lost"]),
        ('switchboard_letters{outcome="failed"}', ["switchboard_letters{outcome}"]),
        ("rate(switchboard_ari_connected[5m]", ["brackets"]),
    ],
)
def test_what_is_not_exported_is_noticed(expression: str, found: list[str]) -> None:
    assert list(faults(expression)) == found


def test_every_figure_is_on_the_dashboard() -> None:
    shown = " ".join(target["expr"] for panel in panels() for target in panel["targets"])
    assert [name for name in exported() if not re.search(rf"\b{name}\b", shown)] == []


def test_every_alert_says_how_bad_it_is_and_stands_in_the_manual() -> None:
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for rule in rules():
        assert rule["labels"]["severity"] in SEVERITIES
        assert rule["annotations"]["summary"]
        assert f"`{rule['alert']}`" in manual
    named = [rule["alert"] for rule in rules()]
    assert len(named) == len(set(named))


def test_panels_lie_beside_each_other() -> None:
    places = [panel["gridPos"] for panel in panels()]
    covered = Counter(
        (x, y)
        for each in places
        for x in range(each["x"], each["x"] + each["w"])
        for y in range(each["y"], each["y"] + each["h"])
    )
    assert set(covered.values()) == {1}
    assert max(x for x, _ in covered) < 24
    assert len({panel["id"] for panel in panels()}) == len(places)
