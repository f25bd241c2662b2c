"""docs/security.md promises tests: each exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)


def _tests_of(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {node.name for node in functions if node.name.startswith("test_")}


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_each_test_that_is_named_exists(file: str, name: str) -> None:
    assert name in _tests_of(ROOT / file)


def test_each_threat_names_its_test() -> None:
    rows = [line for line in PAGE.partition("## Threats")[2].splitlines() if line.startswith("| ")]
    threats = [row for row in rows if not row.startswith("| threat ")]
    assert len(threats) > 20
    assert [row for row in threats if not re.search(r"`tests/[^`]+::test_\w+` \|$", row)] == []
    assert len(re.findall(r"`tests/[^`]*\.py", PAGE)) == len(NAMED), "each by the name of its function"


def test_no_csv_is_written() -> None:
    """Whoever begins to write CSV must see to cells that a spreadsheet takes for formulas, and say so on the page."""
    sources = [file.read_text(encoding="utf-8") for file in (ROOT / "switchboard").rglob("*.py")]
    assert [text[:60] for text in sources if re.search(r"csv\.(writer|DictWriter)|text/csv|to_csv", text)] == []
