"""What a soak found, as a table for people and as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.bench.report import table
from tests.soak.flat import Verdict, judge, warm_up_s
from tests.soak.pace import Pace
from tests.soak.samples import AT_REST, MEASURES, Sample

HEADINGS = ("figure", "", "median", "last tenth", "an hour", "grew", "tolerated", "")
MOST_SHOWN = 20


@dataclass
class Report:
    """`rest` is the sample after the last call. `unexplained`: endings of calls that what their callers did does not
    explain, and callers whose call did not go as it must."""

    machine: Mapping[str, object]
    capacity: float
    capacity_from: str
    pace: Pace
    seed: int
    seconds: float
    samples: list[Sample] = field(default_factory=list)
    rest: Sample | None = None
    done: Mapping[str, int] = field(default_factory=dict)
    unexplained: Sequence[str] = ()
    warnings: Mapping[str, int] = field(default_factory=dict)
    errors: Mapping[str, int] = field(default_factory=dict)

    @property
    def verdicts(self) -> Sequence[Verdict]:
        """Of the samples while there was traffic."""
        series = {each.name: [(sample.at_s, sample.values[each.name]) for sample in self.samples] for each in MEASURES}
        return [judge(each, series[each.name], warm_up_s(self.seconds)) for each in MEASURES]

    @property
    def left(self) -> Mapping[str, float]:
        """What was there when the traffic was over, and should not have been."""
        values = self.rest.values if self.rest else {}
        return {name: values[name] for name in AT_REST if values.get(name)}

    @property
    def goals(self) -> Mapping[str, bool]:
        return {
            "every figure is flat": all(each.flat for each in self.verdicts),
            "no ending of a call is unexplained": not self.unexplained,
            "nothing is left when the traffic is over": self.rest is not None and not self.left,
        }

    @property
    def passed(self) -> bool:
        return all(self.goals.values())

    def save(self, file: Path) -> None:
        found = asdict(self) | {
            "verdicts": [asdict(each) | {"flat": each.flat} for each in self.verdicts],
            "goals": dict(self.goals),
        }
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def render(report: Report) -> str:
    rows = [HEADINGS, *map(_row, report.verdicts)]
    placed = ", ".join(f"{count} {name}" for name, count in sorted(report.done.items()))
    busy = [sample.busy for sample in report.samples] or [0.0]
    lines = [
        f"{report.seconds / 60:.1f} minutes, {report.pace.announcements} announcements and {report.pace.spoken:g} other"
        f" calls a second (half of {report.capacity:g}, {report.capacity_from}), seed {report.seed},"
        f" machine {100 * sum(busy) / len(busy):.0f} % busy",
        f"done: {placed}",
        table(rows),
        f"warnings in the log: {dict(report.warnings) or 'none'}; errors: {dict(report.errors) or 'none'}",
        *(f"left: {count:g} {name}" for name, count in report.left.items()),
        *(f"unexplained: {each}" for each in report.unexplained[:MOST_SHOWN]),
    ]
    if len(report.unexplained) > MOST_SHOWN:
        lines.append(f"… and {len(report.unexplained) - MOST_SHOWN} more")
    lines += [f"{'met' if met else 'NOT MET'}: {goal}" for goal, met in report.goals.items()]
    return "\n".join(lines)


def progress(sample: Sample, placed: int, surprises: int) -> str:
    """One line a minute."""
    values = sample.values
    return (
        f"{sample.at_s / 60:5.1f} min  {sample.calls} calls, {sample.messages} messages, {placed} telephones called,"
        f" {surprises} surprises; service {values['memory of the service'] / 1024:.0f} MiB,"
        f" Asterisk {values['memory of Asterisk'] / 1024:.0f} MiB, {values['channels']:.0f} channels,"
        f" {values['tasks of the service']:.0f} tasks, busy {100 * sample.busy:.0f} %"
    )


def _row(verdict: Verdict) -> tuple[str, ...]:
    figures = (verdict.median, verdict.last, verdict.per_hour, verdict.growth, verdict.tolerated)
    word = "flat" if verdict.flat else "NOT FLAT"
    return (verdict.name, verdict.unit, *(f"{each:,.1f}" for each in figures), word)
