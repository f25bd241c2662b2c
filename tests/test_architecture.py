"""The rules of the tree that no other tool checks: sizes, a pure domain, one wall clock, known prompts, no loose ends.

The direction of imports is import-linter's (`make lint`).
"""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

from switchboard.speech.script import load_script

ROOT = Path(__file__).parents[1]
LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
MOST_MODULES = 15  # of a package, its __init__ apart
CLOCK = "switchboard/clock.py"
WALL_CLOCK = frozenset(
    {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "time.localtime"}
)
WHAT_IS_SAID = ("calendar_words", "english", "keypad_phrases", "names", "phrases", "swedish", "timed_phrases")
SHAPE_OF_PROMPT_ID = re.compile(r"[a-z]+(-[a-z0-9]+)*")
PARTS_OF_PROMPT_IDS = frozenset({"am", "pm", "call", "call-or-email"})
NO_PROMPTS = frozenset({"sv", "en", "personal"}) | PARTS_OF_PROMPT_IDS
# Written so that this file is clean. Dial patterns have the same letters: _XXX, 0XXX, XXX. and so on.
LOOSE_ENDS = re.compile(
    r"\b(?:TO" r"DO|FIX" r"ME)\b"
    r"|(?<![\w.])X{3}(?![\w.!])"
    r"|pytest\.sk" r"ip|importorsk" r"ip|mark\.(?:sk" r"ip|xf" r"ail)"
)  # fmt: skip
NOT_TEXT = frozenset({".wav", ".alaw"})


@cache
def sources(*folders: str) -> dict[str, str]:
    """The text of every module in the folders, by its path from the root."""
    files = (file for folder in folders for file in sorted((ROOT / folder).rglob("*.py")))
    return {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in files}


def too_long(source: str) -> Iterator[str]:
    lines = len(source.splitlines())
    if lines > LONGEST_MODULE:
        yield f"{lines} lines"


def long_functions(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{node.name} has {lines} lines"


def foreign_imports(source: str) -> Iterator[str]:
    """What is neither of the standard library nor of the domain itself."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names):
                imported = [alias.name for alias in names]
            case ast.ImportFrom(module, _, level):
                imported = ["." * level + (module or "")]
            case _:
                continue
        for name in imported:
            own = name == "switchboard.domain" or name.startswith("switchboard.domain.")
            if not own and name.partition(".")[0] not in sys.stdlib_module_names:
                yield name


def wall_clock_reads(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(ast.Name(owner) | ast.Attribute(attr=owner), name) if f"{owner}.{name}" in WALL_CLOCK:
                yield f"line {node.lineno}: {owner}.{name}"
            case ast.ImportFrom("time", names) if any(f"time.{alias.name}" in WALL_CLOCK for alias in names):
                yield f"line {node.lineno}: from time import {', '.join(alias.name for alias in names)}"


def prompt_ids(source: str) -> set[str]:
    """Ids of prompts in a module; what is computed stands as `*`: 'weekday-*'."""
    tree = ast.parse(source)
    computed = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    parts = {part for node in computed for part in node.values}
    whole = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in parts
    }
    written = {text for text in whole - NO_PROMPTS if SHAPE_OF_PROMPT_ID.fullmatch(text)}
    patterns = {
        "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values) for node in computed
    }
    return written | {pattern for pattern in patterns if SHAPE_OF_PROMPT_ID.fullmatch(pattern.replace("*", "x"))}


def unknown_prompts(source: str, known: frozenset[str]) -> Iterator[str]:
    for id_ in sorted(prompt_ids(source)):
        if not any(fnmatch(one, id_) for one in known):
            yield id_


def loose_ends(text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        found = LOOSE_ENDS.search(line)
        if found is not None:
            yield f"line {number}: {found[0]}"


def tracked_files() -> Iterator[Path]:
    """What git has; in a copy without its history, everything outside the folders that tools make."""
    git = shutil.which("git")
    if git is not None and (ROOT / ".git").exists():
        listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
        files = (ROOT / name for name in listed.stdout.split("\0") if name)
    else:
        made = {"var", "build", "__pycache__"}
        files = (file for file in ROOT.rglob("*") if not any(part in made or part[0] == "." for part in _parts(file)))
    yield from (file for file in files if file.is_file() and file.suffix not in NOT_TEXT)


def _parts(file: Path) -> tuple[str, ...]:
    return file.relative_to(ROOT).parts


def test_no_module_is_too_long() -> None:
    modules = sources("switchboard", "tests").items()
    assert [f"{path}: {fault}" for path, source in modules for fault in too_long(source)] == []


def test_no_function_is_too_long() -> None:
    modules = sources("switchboard").items()
    assert [f"{path}: {fault}" for path, source in modules for fault in long_functions(source)] == []


def test_no_package_has_too_many_modules() -> None:
    modules = [Path(path) for path in sources("switchboard") if not path.endswith("/__init__.py")]
    sizes = {package: sum(module.parent == package for module in modules) for package in {m.parent for m in modules}}
    assert {package.as_posix(): size for package, size in sizes.items() if size > MOST_MODULES} == {}


def test_the_domain_imports_the_standard_library_alone() -> None:
    modules = sources("switchboard/domain").items()
    assert [f"{path}: {name}" for path, source in modules for name in foreign_imports(source)] == []


def test_one_module_reads_the_wall_clock() -> None:
    modules = sources("switchboard", "migrations").items()
    reading = {path: faults for path, source in modules if (faults := list(wall_clock_reads(source)))}
    assert reading.keys() == {CLOCK}


@pytest.mark.parametrize("module", WHAT_IS_SAID)
def test_every_prompt_that_is_said_is_in_the_script(module: str) -> None:
    known = frozenset(load_script(ROOT / "sounds"))
    assert list(unknown_prompts(sources("switchboard/speech")[f"switchboard/speech/{module}.py"], known)) == []


def test_no_loose_ends() -> None:
    texts = ((file, file.read_text(encoding="utf-8", errors="replace")) for file in tracked_files())
    assert [f"{file.relative_to(ROOT)}, {fault}" for file, text in texts for fault in loose_ends(text)] == []


def test_the_checks_look_at_something() -> None:
    assert {CLOCK, "switchboard/domain/numbers.py", "tests/test_architecture.py"} <= sources(
        "switchboard", "tests"
    ).keys()
    assert ROOT / "README.md" in set(tracked_files())
    said = {id_ for name in WHAT_IS_SAID for id_ in prompt_ids(sources("switchboard")[f"switchboard/speech/{name}.py"])}
    assert {"technical-fault", "minute-*-midnight", "digit-*", "tomorrow-end"} <= said


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from datetime import datetime\nx = datetime.now()", ["line 2: datetime.now"]),
        ("import datetime\nx = datetime.datetime.now()", ["line 2: datetime.now"]),
        ("import datetime as d\nx = d.date.today()", ["line 2: date.today"]),
        ("import time\nx = time.time()", ["line 2: time.time"]),
        ("from time import time", ["line 1: from time import time"]),
        ("import time\nx = time.monotonic()\ny = clock.now()", []),
    ],
)
def test_reading_the_wall_clock_is_noticed(source: str, found: list[str]) -> None:
    assert list(wall_clock_reads(source)) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import os, aiohttp.web", ["aiohttp.web"]),
        ("from switchboard.calls import ports", ["switchboard.calls"]),
        ("from . import numbers", ["."]),
        ("import switchboard.domain_of_another", ["switchboard.domain_of_another"]),
        ("from switchboard.domain.numbers import E164\nfrom datetime import date", []),
    ],
)
def test_an_import_from_elsewhere_is_noticed(source: str, found: list[str]) -> None:
    assert list(foreign_imports(source)) == found


def test_what_is_too_long_is_noticed() -> None:
    assert list(too_long("x = 1\n" * (LONGEST_MODULE + 1))) == ["301 lines"]
    assert list(too_long("x = 1\n" * LONGEST_MODULE)) == []
    function = "async def f() -> None:\n" + "    x = 1\n" * LONGEST_FUNCTION
    assert list(long_functions(function)) == ["f has 41 lines"]
    assert list(long_functions(function.removesuffix("    x = 1\n"))) == []


def test_an_unknown_prompt_is_noticed() -> None:
    source = 'x = prompts(language, "goodbye", f"at-{hour}-minute", f"on-{day}", "farewell")'
    assert list(unknown_prompts(source, frozenset({"goodbye", "at-7-minute"}))) == ["farewell", "on-*"]


@pytest.mark.parametrize("line", ["# T_ODO: later", "F_IXME", "# X_XX why", "@pytest.mark.s_kipif(True)"])
def test_a_loose_end_is_noticed(line: str) -> None:
    assert len(list(loose_ends(line.replace("_", "")))) == 1


@pytest.mark.parametrize("line", ["exten => _XXX,1,NoOp()", "0XXX", "_XXXX.", "a mastodon", "skip the beep"])
def test_other_words_are_no_loose_ends(line: str) -> None:
    assert list(loose_ends(line)) == []
