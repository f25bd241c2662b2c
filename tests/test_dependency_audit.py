"""The audit of dependencies fails on what is known to be vulnerable, and believes no source that knows nothing."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from tests.dependency_audit import (
    IGNORED,
    LOCKS,
    ROOT,
    Advisory,
    Answer,
    Ignored,
    ask,
    audit,
    judge,
    read_answer,
    read_ignored,
)
from tests.test_locks import pins

TODAY = date(2026, 11, 27)
BAD = Advisory("PYSEC-2023-120", "aiohttp", "3.8.4", ("3.8.5",), ("CVE-2023-37276",))
KNOWN = Answer([BAD])
IGNORE = Ignored("CVE-2023-37276", "aiohttp", "we parse no requests with it", TODAY)


def said(answer: Answer | None, ignored: Sequence[Ignored] = (), known: Answer | None = KNOWN) -> tuple[str, int, int]:
    """Its words, and how it ends where an audit is asked for and where it is required."""
    verdict = judge(known, answer, ignored, TODAY)
    return "\n".join(verdict.lines), verdict.status(required=False), verdict.status(required=True)


def test_what_is_vulnerable_fails_with_the_advisory_s_id() -> None:
    assert said(KNOWN) == ("VULNERABLE: aiohttp 3.8.4: PYSEC-2023-120, fixed in 3.8.5", 1, 1)


def test_nothing_known_is_good() -> None:
    assert said(Answer()) == ("no vulnerability is known that is not ignored", 0, 0)


@pytest.mark.parametrize("known", [None, Answer(), Answer(skipped=["aiohttp"])])
def test_a_source_that_is_away_or_knows_nothing_is_reported(known: Answer | None) -> None:
    words, asked, required = said(None, known=known)
    assert words.startswith("NOT AUDITED")
    assert (asked, required) == (0, 1)
    assert said(None)[0].startswith("NOT AUDITED")


def test_a_package_that_was_not_asked_about_is_told() -> None:
    assert said(Answer(skipped=["numpy"])) == (
        "not asked about: numpy\nno vulnerability is known that is not ignored",
        0,
        1,
    )


def test_what_is_ignored_says_why_and_ends() -> None:
    assert said(KNOWN, [IGNORE])[0].startswith("ignored until 2026-11-27: aiohttp 3.8.4: PYSEC-2023-120: we parse")
    assert said(KNOWN, [IGNORE])[1:] == (0, 0)
    late = Ignored(IGNORE.id, "aiohttp", "x", date(2026, 11, 26))
    assert said(KNOWN, [late])[1:] == (1, 1)
    assert "was ignored until 2026-11-26" in said(KNOWN, [late])[0]
    assert said(KNOWN, [Ignored(IGNORE.id, "numpy", "x", TODAY)])[1] == 1, "of another package"
    assert "not there any more" in said(Answer(), [IGNORE])[0]


@pytest.mark.parametrize(
    "row", ['id = "X"\npackage = "y"\nuntil = 2027-01-01', 'id = "X"\npackage = "y"\nwhy = "z"', 'id = "X"\nwhy = "z"']
)
def test_nothing_is_ignored_without_reason_and_day(row: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        read_ignored(f"[[ignored]]\n{row}\n")


def test_the_list_of_what_is_ignored_can_be_read() -> None:
    assert all(each.why for each in read_ignored(IGNORED.read_text(encoding="utf-8")))


def test_the_answer_of_pip_audit_is_read() -> None:
    vulnerable = {"id": "PYSEC-2023-120", "fix_versions": ["3.8.5"], "aliases": ["CVE-2023-37276"], "description": ""}
    found = [
        {"name": "aiohttp", "version": "3.8.4", "vulns": [vulnerable]},
        {"name": "numpy", "version": "2.2.0", "vulns": []},
        {"name": "soxr", "skip_reason": "Dependency not found"},
    ]
    assert read_answer(json.dumps({"dependencies": found})) == Answer([BAD], ["soxr"])
    with pytest.raises(ValueError, match="Expecting"):
        read_answer("Traceback (most recent call last)")


def _stand_in(folder: Path, script: str) -> str:
    program = folder / "pip-audit"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return str(program)


def test_a_program_that_fails_gives_no_answer(tmp_path: Path) -> None:
    assert ask(_stand_in(tmp_path, "echo Traceback >&2; exit 1"), [tmp_path / "none"]) is None
    assert not audit(_stand_in(tmp_path, "exit 1")).audited


def test_every_lock_is_asked_about_once_the_source_is_believed(tmp_path: Path) -> None:
    vulnerable = json.dumps({"dependencies": [{"name": "aiohttp", "version": "3.8.4", "vulns": [{"id": "PYSEC-1"}]}]})
    program = _stand_in(tmp_path, f"echo \"$@\" >>'{tmp_path}/asked'; echo '{vulnerable}'")
    assert audit(program).vulnerable
    first, second = (tmp_path / "asked").read_text().splitlines()
    assert "known-bad.txt" in first
    assert all(str(ROOT / lock) in second for lock in LOCKS)


def test_the_locks_that_are_asked_about_hold_all_the_others() -> None:
    versions = {
        lock: {(name, each["version"]) for name, found in pins(lock).items() for each in found} for lock in LOCKS
    }
    service = {(name, each["version"]) for name, found in pins("requirements.lock").items() for each in found}
    assert service <= set().union(*versions.values())
