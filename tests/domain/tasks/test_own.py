"""Which callback tasks are whose, and in which order they are told of."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.callback import Mailbox, TaskStatus
from switchboard.domain.directory import Watcher
from switchboard.domain.tasks.life import ENDED, TaskState
from switchboard.domain.tasks.own import tasks_of, watches
from tests.builders import ANNA, BYGGLOV, BYGGLOV_GROUP, ERIK, MARIA, NOW, norrby

PEOPLE = (ANNA.id, ERIK.id, MARIA.id)
MAILBOXES = (
    *(Mailbox(1, person_id=each) for each in PEOPLE),
    Mailbox(1, unit_id=BYGGLOV.id),
    Mailbox(1, None, BYGGLOV.id, BYGGLOV_GROUP.id),
    Mailbox(1),
)
dues = st.none() | st.integers(-100, 100).map(lambda hours: NOW + timedelta(hours=hours))
states = st.builds(
    TaskState,
    st.uuids().map(str),
    st.sampled_from(MAILBOXES),
    st.sampled_from(TaskStatus),
    st.integers(0, 100).map(lambda hours: NOW - timedelta(hours=hours)),
    deadline=dues,
    promised_at=dues,
    taken_by=st.none() | st.sampled_from(PEOPLE),
)
rotas = st.lists(
    st.builds(
        Watcher,
        st.integers(1, 9),
        st.sampled_from(PEOPLE),
        group_id=st.just(BYGGLOV_GROUP.id),
        substitute_id=st.none() | st.sampled_from(PEOPLE),
    ),
    unique_by=lambda row: row.id,
)


@pytest.mark.requirement("R14")
@given(st.lists(states), rotas)
def test_every_open_task_is_somebody_s_and_only_theirs_who_may_see_to_it(
    tasks: list[TaskState], rota: list[Watcher]
) -> None:
    directory = norrby()
    for row in rota:
        directory.put(row)
    for person in PEOPLE:
        mine = tasks_of(person, tasks, directory, NOW)
        assert set(mine) <= set(tasks)
        for each in tasks:
            own = each.mailbox.person_id == person or watches(person, each.mailbox, directory, NOW)
            wanted = each.status not in ENDED and (each.taken_by == person if each.taken_by else own)
            assert (each in mine) is wanted
        dues = [each.due for each in mine]
        known = [due for due in dues if due is not None]
        assert known == sorted(known)
        assert dues == [*known, *[None] * (len(dues) - len(known))]


@pytest.mark.requirement("R28")
def test_a_person_s_own_mailbox_is_watched_by_nobody_else() -> None:
    directory = norrby()
    directory.put(Watcher(1, ANNA.id, unit_id=BYGGLOV.id))
    assert watches(ANNA.id, Mailbox(1, unit_id=BYGGLOV.id), directory, NOW)
    assert watches(ANNA.id, Mailbox(1, None, BYGGLOV.id, BYGGLOV_GROUP.id), directory, NOW), "by that of its unit"
    assert not watches(ANNA.id, Mailbox(1, person_id=ERIK.id), directory, NOW)
