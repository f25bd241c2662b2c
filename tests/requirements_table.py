"""`python -m tests.requirements_table`: which test proves which requirement of the policies.

The tests are those that pytest itself collects. A marker with an id that is not in requirements.toml is an error.
"""

import contextlib
import io
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

IDS_FILE = Path(__file__).with_name("requirements.toml")


@dataclass(frozen=True, slots=True)
class Requirement:
    id: str
    chapter: str
    text: str


@dataclass
class Proofs:
    """A pytest plugin: which collected test carries which id. `tests` are node ids without their parameters."""

    tests: dict[str, list[str]] = field(default_factory=dict)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            self.note(item.nodeid, (id for marker in item.iter_markers("requirement") for id in marker.args))

    def note(self, test: str, ids: Iterable[str]) -> None:
        """A test with many parameter sets counts once."""
        test = test.partition("[")[0]
        for id in ids:
            known = self.tests.setdefault(id, [])
            if test not in known:
                known.append(test)


class CollectionFailed(Exception):
    """pytest could not collect the tests; the text is its own."""


def read_requirements(path: Path = IDS_FILE) -> list[Requirement]:
    chapters: Mapping[str, Mapping[str, str]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return [Requirement(id, chapter, text) for chapter, rows in chapters.items() for id, text in rows.items()]


def collect_proofs(arguments: Sequence[str] = ()) -> dict[str, list[str]]:
    """Raises CollectionFailed. `arguments` narrow what pytest collects."""
    proofs, said = Proofs(), io.StringIO()
    with contextlib.redirect_stdout(said):
        status = pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", *arguments], plugins=[proofs])
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise CollectionFailed(said.getvalue().rpartition("= ERRORS =")[2].lstrip("= \n"))
    return proofs.tests


def unknown_ids(requirements: Sequence[Requirement], proofs: Mapping[str, Sequence[str]]) -> list[str]:
    """A sentence for each id that a test names and nobody has demanded."""
    known = {each.id for each in requirements}
    return [
        f"{test} names {id!r}, which is no requirement" for id in sorted(set(proofs) - known) for test in proofs[id]
    ]


def render(requirements: Sequence[Requirement], proofs: Mapping[str, Sequence[str]]) -> str:
    lines: list[str] = []
    chapter = ""
    for each in requirements:
        if each.chapter != chapter:
            chapter = each.chapter
            lines += ["", chapter.capitalize()]
        tests = proofs.get(each.id, [])
        lines.append(f"{each.id:>4}  {_count(len(tests)):>8}  {each.text}")
        lines += [f"{'':16}{test}" for test in tests]
    proven = sum(1 for each in requirements if proofs.get(each.id))
    lines += ["", f"{proven} of {len(requirements)} requirements have tests."]
    return "\n".join(lines).strip()


def _count(tests: int) -> str:
    return "-" if tests == 0 else "1 test" if tests == 1 else f"{tests} tests"


def main() -> int:
    requirements = read_requirements()
    try:
        proofs = collect_proofs()
    except CollectionFailed as failure:
        print(f"the tests cannot be collected:\n{failure}", file=sys.stderr)
        return 2
    print(render(requirements, proofs))
    wrong = unknown_ids(requirements, proofs)
    for sentence in wrong:
        print(f"error: {sentence}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
