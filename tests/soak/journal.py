"""The journal of a soak's calls, once all have ended."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence

from tests.acceptance.house import House
from tests.acceptance.operators.verdicts import Ended
from tests.soak.house import ANNOUNCEMENT

_OTHERS = f"""
    SELECT id, source, called, caller, account, outcome FROM call
     WHERE called NOT IN ('{ANNOUNCEMENT}', '{ANNOUNCEMENT.lstrip("+")}') ORDER BY arrived_at
"""  # noqa: S608 - a number of ours
_KINDS = """
    SELECT call_id, kind, CASE kind WHEN 'fault' THEN json_extract(detail, '$.what') END AS what FROM call_event
     WHERE call_id IN (SELECT value FROM json_each(?))
"""
_TASKS = "SELECT call_id, source FROM callback_task"


def announcements(house: House) -> Mapping[str, int]:
    """How many ended in which way."""
    rows = house.sql(
        "SELECT coalesce(outcome, 'no end') AS outcome, count(*) AS n FROM call WHERE called IN (?, ?) GROUP BY 1",
        ANNOUNCEMENT,
        ANNOUNCEMENT.lstrip("+"),
    )
    return {row["outcome"]: row["n"] for row in rows}


def others(house: House) -> Mapping[str, Sequence[Ended]]:
    """By the caller's number; those of a telephone of ours by its account and their place: `asa#0`, `asa#1`, …"""
    rows = house.sql(_OTHERS)
    kinds: dict[str, set[str]] = defaultdict(set)
    for row in house.sql(_KINDS, json.dumps([row["id"] for row in rows])):
        kinds[row["call_id"]] |= {row["kind"]} | ({f"fault: {row['what']}"} if row["what"] else set())
    sources: dict[str, list[str]] = defaultdict(list)
    for task in house.sql(_TASKS):
        sources[task["call_id"]].append(task["source"])
    found: dict[str, list[Ended]] = defaultdict(list)
    ordered: dict[str, int] = defaultdict(int)
    for row in rows:
        name = row["caller"] or "nobody"
        if row["account"]:
            name = f"{row['account']}#{ordered[row['account']]}"
            ordered[row["account"]] += 1
        ended = Ended(row["id"], row["source"], row["called"], row["outcome"], kinds[row["id"]], sources[row["id"]])
        found[name].append(ended)
    return found
