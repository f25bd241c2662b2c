"""No queue may grow with calls or events for ever: each has an end, and says what is done when it is full."""

import ast
from collections.abc import Iterator

import pytest

from tests.test_architecture import sources

BOUNDS = {"Queue": "maxsize", "PriorityQueue": "maxsize", "LifoQueue": "maxsize", "SimpleQueue": "", "deque": "maxlen"}
UNBOUND = {
    # Each key has the few writes of one place; all of them together are counted (MOST_DUE).
    "switchboard/calls/queue/keeping.py": ["deque"],
    # The rows of one answer, which lasts as long as whoever asked for it reads it.
    "switchboard/db/engine/one_turn.py": ["deque"],
}


def queues_without_end(source: str) -> Iterator[str]:
    """Queues and deques that nothing keeps from growing, whether made here or by a factory."""
    tree = ast.parse(source)
    made = {id(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    annotated = _annotations(tree)
    for node in ast.walk(tree):
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else None
        if name not in BOUNDS or id(node) in annotated:
            continue
        call = made.get(id(node)) or next((made[id(each)] for each in _of_a_kind(tree, node) if id(each) in made), None)
        if call is None or not _has_bound(call, BOUNDS[name]):
            yield name


def _annotations(tree: ast.Module) -> set[int]:
    """What only says a type."""
    types = [
        node.annotation for node in ast.walk(tree) if isinstance(node, ast.AnnAssign | ast.arg) and node.annotation
    ]
    types += [
        node.returns
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns
    ]
    return {id(part) for each in types for part in ast.walk(each)}


def _of_a_kind(tree: ast.Module, node: ast.AST) -> Iterator[ast.Subscript]:
    """`Queue[int]`, of which the node is the first part."""
    yield from (each for each in ast.walk(tree) if isinstance(each, ast.Subscript) and each.value is node)


def _has_bound(call: ast.Call, keyword: str) -> bool:
    """The queue's first argument, the deque's second, or the one with this name; zero and None are none for a queue."""
    place = 1 if keyword == "maxlen" else 0
    given = [each.value for each in call.keywords if each.arg == keyword] or call.args[place : place + 1]
    no_end = (None,) if keyword == "maxlen" else (None, 0)
    return bool(keyword and given) and not (isinstance(given[0], ast.Constant) and given[0].value in no_end)


def test_no_queue_is_without_end() -> None:
    modules = sources("switchboard").items()
    assert {path: found for path, source in modules if (found := list(queues_without_end(source)))} == UNBOUND


@pytest.mark.parametrize(
    ("made", "found"),
    [
        ("asyncio.Queue()", ["Queue"]),
        ("asyncio.Queue(0)", ["Queue"]),
        ("asyncio.Queue(maxsize=0)", ["Queue"]),
        ("asyncio.Queue[int]()", ["Queue"]),
        ("field(default_factory=asyncio.Queue)", ["Queue"]),
        ("queue.SimpleQueue()", ["SimpleQueue"]),
        ("deque()", ["deque"]),
        ("collections.deque(rows)", ["deque"]),
        ("deque(rows, None)", ["deque"]),
        ("asyncio.Queue(LENGTH)", []),
        ("asyncio.Queue[int](maxsize=LENGTH)", []),
        ("deque(maxlen=0)", []),
        ("deque([0.0] * 5, maxlen=5)", []),
        ("deque(rows, 5)", []),
    ],
)
def test_a_queue_without_end_is_noticed(made: str, found: list[str]) -> None:
    assert list(queues_without_end(f"x: deque[int] = {made}")) == found
