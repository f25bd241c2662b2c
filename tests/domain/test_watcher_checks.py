"""What `switchboard check` says of the rotas of mailboxes (R28)."""

from datetime import date

import pytest

from switchboard.domain.checks import check_rows
from switchboard.domain.directory import Watcher
from tests.builders import ANNA, BYGGLOV, BYGGLOV_GROUP, ERIK, NOW, calendar_of, norrby


@pytest.mark.requirement("R28")
@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        ([Watcher(1, ERIK.id, unit_id=BYGGLOV.id, substitute_id=ANNA.id)], []),
        ([Watcher(day + 1, ERIK.id, group_id=BYGGLOV_GROUP.id, weekday=day) for day in range(5)], []),
        (
            [Watcher(day + 1, ERIK.id, unit_id=BYGGLOV.id, weekday=day) for day in range(4)],
            ["nobody watches this mailbox on Friday (R28)"],
        ),
        ([Watcher(1, ERIK.id)], ["either a unit or a function group is needed, and not both"]),
        (
            [Watcher(1, ERIK.id, unit_id=BYGGLOV.id, first=date(2026, 8, 2), last=date(2026, 8, 1))],
            ["lies before first_date: this never counts"],
        ),
        ([Watcher(1, ERIK.id, unit_id=BYGGLOV.id, substitute_id=ERIK.id)], ["nobody can stand in for themselves"]),
        ([Watcher(1, 999, unit_id=BYGGLOV.id)], ["person 999 does not exist"]),
    ],
)
def test_a_rota(rows: list[Watcher], problems: list[str]) -> None:
    index = norrby()
    for row in rows:
        index.put(row)
    found = [fault.problem for fault in check_rows(index, calendar_of, NOW) if fault.table == "mailbox_watcher"]
    assert found == problems
