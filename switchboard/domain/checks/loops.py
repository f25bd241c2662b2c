"""Rows that lead to rows: which of them never arrive."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def leading_into_loops(onward: Mapping[Node, Node]) -> frozenset[Node]:
    """The nodes from which one step after another never ends. Each node is walked once."""
    endless: set[Node] = set()
    ending: set[Node] = set()
    for start in onward:
        walked: dict[Node, None] = {}
        node = start
        while node in onward and node not in walked and node not in endless and node not in ending:
            walked[node] = None
            node = onward[node]
        (endless if node in walked or node in endless else ending).update(walked)
    return frozenset(endless)
