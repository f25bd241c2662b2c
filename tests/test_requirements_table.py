"""The table of requirements: complete, and true to what the tests carry."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.requirements_table import Proofs, Requirement, read_requirements, render, unknown_ids

TWO = [Requirement("R1", "referral", "Phones stay silent"), Requirement("R14", "voicemail", "A task is opened")]


def test_every_requirement_stands_in_the_file_once_and_in_order() -> None:
    assert [each.id for each in read_requirements()] == [f"R{number}" for number in range(1, 55)]


def test_a_test_with_many_parameters_counts_once() -> None:
    proofs = Proofs()
    for parameters in ("[a]", "[b-[c]]", ""):
        proofs.note(f"tests/test_x.py::test_y{parameters}", ["R1", "R14"])
    assert proofs.tests == {"R1": ["tests/test_x.py::test_y"], "R14": ["tests/test_x.py::test_y"]}


def test_the_table_shows_what_is_proven_and_what_is_not() -> None:
    text = render(TWO, {"R14": ["tests/a.py::test_b"]})
    assert text.splitlines() == [
        "Referral",
        "  R1         -  Phones stay silent",
        "",
        "Voicemail",
        " R14    1 test  A task is opened",
        "                tests/a.py::test_b",
        "",
        "1 of 2 requirements have tests.",
    ]


def test_an_id_that_nobody_demands_is_told() -> None:
    assert unknown_ids(TWO, {"R99": ["tests/a.py::test_b"], "R1": ["tests/c.py::test_d"]}) == [
        "tests/a.py::test_b names 'R99', which is no requirement"
    ]


@pytest.mark.timeout(60)
def test_markers_are_found_by_pytests_own_collection(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = requirement(id): proves it\n")
    (tmp_path / "test_some.py").write_text(
        "import pytest\n\npytestmark = pytest.mark.requirement('R2')\n\n"
        "@pytest.mark.requirement('R1', 'R10')\n@pytest.mark.parametrize('n', [1, 2])\ndef test_it(n): ...\n"
    )
    code = (
        "import json, sys; from tests.requirements_table import collect_proofs as c; print(json.dumps(c(sys.argv[1:])))"
    )
    command = [sys.executable, "-c", code, "-c", str(tmp_path / "pytest.ini"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=True)
    found: dict[str, list[str]] = json.loads(done.stdout)
    assert {id: [test.partition("::")[2] for test in tests] for id, tests in found.items()} == {
        "R1": ["test_it"],
        "R10": ["test_it"],
        "R2": ["test_it"],
    }
