"""No prompt is kept that nobody can hear: code names it, the fallback plays it, or administrators' rows may name it."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from switchboard.speech.studio import fragments

PROJECT = Path(__file__).parents[2]
# A routing rule, a number or an overflow rule may name these; no code does.
ADMINISTRATORS = {"emergency", "announcement-disturbance", "announcement-discontinued", "announcement-website"}
BEGINNING = re.compile("[a-z]{4,}[a-z-]*-")


def named_in_code() -> tuple[set[str], list[re.Pattern[str]]]:
    """Whole strings, and those with a hole in them, with `_` as it is written in ids."""
    whole: set[str] = set()
    with_holes: list[re.Pattern[str]] = []
    for file in (PROJECT / "switchboard").rglob("*.py"):
        if "studio" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole |= {node.value, node.value.replace("_", "-")}
            elif isinstance(node, ast.JoinedStr):
                with_holes += _pattern(node)
    return whole, with_holes


def _pattern(node: ast.JoinedStr) -> Iterator[re.Pattern[str]]:
    """Only those that begin as an id does."""
    first = node.values[0]
    if not (isinstance(first, ast.Constant) and BEGINNING.fullmatch(str(first.value))):
        return
    yield re.compile(
        "".join(re.escape(str(each.value)) if isinstance(each, ast.Constant) else "[a-z_-]*" for each in node.values)
    )


def written_by_hand() -> set[str]:
    text = (PROJECT / "sounds" / "script.toml").read_text(encoding="utf-8")
    return set(tomllib.loads(text.partition(fragments.MARKER)[0]))


def unplayed(ids: set[str]) -> set[str]:
    whole, with_holes = named_in_code()
    dialplan = {
        word
        for file in (PROJECT / "dialplan").rglob("*")
        if file.is_file()
        for word in re.findall(r"[a-z][a-z-]+", file.read_text(encoding="utf-8", errors="ignore"))
    }
    left = ids - whole - dialplan
    return {id_ for id_ in left if not any(pattern.fullmatch(id_) for pattern in with_holes)}


def test_every_prompt_can_be_heard_or_is_the_administrators_to_name() -> None:
    ids = written_by_hand()
    assert unplayed(ids) - ADMINISTRATORS == set()
    assert ids >= ADMINISTRATORS


def test_a_prompt_that_nobody_plays_is_found() -> None:
    assert unplayed({"refused", "returned-busy", "fallback", "connecting-nobody"}) == {"connecting-nobody"}
