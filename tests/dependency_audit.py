"""`make audit`: whether a locked package has a known vulnerability, as pip-audit's source of advisories tells.

A source that is away, or a mirror that has packages but no advisories, would look like good news. So it is first asked
about a release whose vulnerability is known; only one that knows it is believed.
"""

import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCKS = ("tests/requirements.lock", "sounds/requirements.lock", "docker/audit.lock")
"""The first holds everything of `requirements.lock`."""
IGNORED = ROOT / "tests" / "audit.toml"
KNOWN_BAD = "aiohttp==3.8.4"
"""Has PYSEC-2023-120 (CVE-2023-37276), and is used for nothing but the question."""
TIMEOUT_S = 900.0


@dataclass(frozen=True, slots=True)
class Advisory:
    id: str
    package: str
    version: str
    fixed_in: Sequence[str]
    aliases: Sequence[str] = ()

    @property
    def names(self) -> set[str]:
        return {self.id, *self.aliases}


@dataclass(frozen=True, slots=True)
class Ignored:
    id: str
    package: str
    why: str
    until: date


@dataclass(frozen=True, slots=True)
class Answer:
    """What pip-audit found. `skipped`: packages that it could not ask about."""

    advisories: Sequence[Advisory] = ()
    skipped: Sequence[str] = ()


@dataclass
class Verdict:
    lines: list[str] = field(default_factory=list)
    audited: bool = True
    vulnerable: bool = False

    def status(self, required: bool) -> int:
        return int(self.vulnerable or (required and not self.audited))


def read_answer(text: str) -> Answer:
    """Of `--format json`. ValueError or LookupError for what is none."""
    advisories: list[Advisory] = []
    skipped: list[str] = []
    for each in json.loads(text)["dependencies"]:
        if "skip_reason" in each:
            skipped.append(each["name"])
        advisories += [_advisory(each, told) for told in each.get("vulns", [])]
    return Answer(advisories, skipped)


def _advisory(package: Mapping[str, Any], told: Mapping[str, Any]) -> Advisory:
    fixed, aliases = tuple(told.get("fix_versions", ())), tuple(told.get("aliases", ()))
    return Advisory(told["id"], package["name"], package["version"], fixed, aliases)


def read_ignored(text: str) -> Sequence[Ignored]:
    """ValueError where one lacks its reason or its day."""
    rows = tomllib.loads(text)["ignored"]
    found = [Ignored(row["id"], row["package"], row.get("why", ""), row.get("until", date.min)) for row in rows]
    if bad := [each.id for each in found if not each.why.strip() or each.until == date.min]:
        raise ValueError(f"ignored without a reason or a day: {', '.join(bad)}")
    return found


def judge(known_bad: Answer | None, answer: Answer | None, ignored: Sequence[Ignored], today: date) -> Verdict:
    """None: pip-audit gave no answer, or was not asked."""
    if known_bad is None or not known_bad.advisories:
        why = (
            "the source of advisories cannot be reached"
            if known_bad is None
            else f"their source knows nothing of {KNOWN_BAD}"
        )
        return Verdict([f"NOT AUDITED: {why}"], audited=False)
    if answer is None:
        return Verdict(["NOT AUDITED: the source of advisories broke off"], audited=False)
    verdict = Verdict(audited=not answer.skipped)
    verdict.lines += [f"not asked about: {name}" for name in answer.skipped]
    for advisory in answer.advisories:
        _weigh(advisory, ignored, today, verdict)
    met = {name for advisory in answer.advisories for name in advisory.names}
    verdict.lines += [f"{each.id} is ignored and not there any more" for each in ignored if each.id not in met]
    if not verdict.vulnerable:
        verdict.lines.append("no vulnerability is known that is not ignored")
    return verdict


def _weigh(advisory: Advisory, ignored: Sequence[Ignored], today: date, verdict: Verdict) -> None:
    what = f"{advisory.package} {advisory.version}: {advisory.id}"
    known = [each for each in ignored if each.id in advisory.names and each.package == advisory.package]
    if known and today <= known[0].until:
        verdict.lines.append(f"ignored until {known[0].until}: {what}: {known[0].why}")
        return
    verdict.vulnerable = True
    over = f" (was ignored until {known[0].until})" if known else ""
    verdict.lines.append(f"VULNERABLE: {what}, fixed in {', '.join(advisory.fixed_in) or 'no release'}{over}")


def ask(pip_audit: str, requirements: Sequence[Path], *options: str) -> Answer | None:
    words = [pip_audit, "--format", "json", "--progress-spinner", "off", "--timeout", "15", "--disable-pip", *options]
    for file in requirements:
        words += ["--requirement", str(file)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=TIMEOUT_S, stdin=subprocess.DEVNULL)
    try:
        return read_answer(done.stdout)
    except (ValueError, LookupError):
        return None


def audit(pip_audit: str) -> Verdict:
    with tempfile.TemporaryDirectory() as folder:
        question = Path(folder) / "known-bad.txt"
        question.write_text(f"{KNOWN_BAD}\n", encoding="utf-8")
        known_bad = ask(pip_audit, [question], "--no-deps")
    asked = known_bad is not None and bool(known_bad.advisories)
    answer = ask(pip_audit, [ROOT / lock for lock in LOCKS], "--require-hashes") if asked else None
    today = datetime.now(UTC).date()  # noqa: TID251 - advisories are of the machine's own day
    return judge(known_bad, answer, read_ignored(IGNORED.read_text(encoding="utf-8")), today)


def main() -> int:
    verdict = audit(sys.argv[1])
    for line in verdict.lines:
        print(f"audit: {line}")
    return verdict.status(required=os.environ.get("AUDIT") == "required")


if __name__ == "__main__":
    sys.exit(main())
