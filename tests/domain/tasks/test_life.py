"""The life of a callback task: random sequences of steps, proofs, and deadlines (R14-R18)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.callback import TRANSITIONS, IllegalStep, Mailbox, TaskStatus
from switchboard.domain.directory import Policy
from switchboard.domain.tasks.life import (
    Attempt,
    CallProof,
    Close,
    EmailProof,
    Finish,
    HandOver,
    Join,
    Move,
    NotProven,
    Promise,
    Release,
    StatementProof,
    Take,
    TaskState,
    make_move,
)
from tests.builders import NOW

POLICY = Policy(1, 1, date(2024, 1, 1), 1)
BY_MAIL = replace(POLICY, email_counts=True)
ERIK, ANNA = Mailbox(1, person_id=11), Mailbox(1, person_id=10)
DEADLINE = NOW + timedelta(days=1)
TASK = TaskState("t1", ERIK, TaskStatus.OPEN, NOW, DEADLINE.date(), DEADLINE)
TALK = CallProof("call-9", "erik", 45.0)

moments = st.integers(-3, 20).map(lambda days: NOW + timedelta(days=days))
moves = st.one_of(
    st.builds(Take, st.none() | st.integers(1, 20)),
    st.just(Release()),
    st.builds(Attempt, st.text(max_size=5)),
    st.builds(Promise, moments),
    st.builds(HandOver, st.sampled_from([ERIK, ANNA]), st.sampled_from(["", "ill"])),
    moments.map(lambda at: Join("m2", "call-2", at.date(), at)),
    st.builds(Finish, st.sampled_from([TALK, replace(TALK, talked_s=19.9), EmailProof("x"), StatementProof(1, "")])),
    st.builds(Close, st.sampled_from(["", "rang again"])),
)


@pytest.mark.requirement("R14")
@pytest.mark.requirement("R18")
@given(st.lists(moves, max_size=25), st.sampled_from([POLICY, BY_MAIL, None]))
def test_whatever_is_tried_the_life_of_a_task_is_legal(tried: list[Move], policy: Policy | None) -> None:
    task, made = TASK, list[Move]()
    for move in tried:
        before = replace(task)
        try:
            task = make_move(task, move, policy, NOW)
        except IllegalStep:
            assert task == before
            continue
        assert task.status is TRANSITIONS[before.status, move.step]
        assert not before.ended
        made.append(move)
    assert task.attempts == sum(isinstance(each, Attempt) for each in made)
    joined = [each.deadline for each in made if isinstance(each, Join) and each.deadline]
    assert task.deadline == min([DEADLINE, *joined])
    assert (task.status is TaskStatus.DONE) == any(isinstance(each, Finish) for each in made)
    if task.promised_at is not None:
        assert task.due == task.promised_at > NOW


@pytest.mark.requirement("R17")
@pytest.mark.requirement("R18")
def test_an_interim_notice_is_a_deadline_of_its_own() -> None:
    taken = make_move(TASK, Take(11), POLICY, NOW)
    later = NOW + timedelta(days=5)
    promised = make_move(taken, Promise(later, "call"), POLICY, NOW)
    assert (promised.status, promised.due, promised.deadline) == (TaskStatus.PROMISED, later, DEADLINE)
    with pytest.raises(IllegalStep, match="has passed already"):
        make_move(promised, Promise(NOW, "call"), POLICY, NOW)


@pytest.mark.requirement("R15")
@pytest.mark.parametrize(
    ("proof", "policy", "refusal"),
    [
        (replace(TALK, talked_s=19.9), POLICY, "lasted 19 s; 20 s are needed"),
        (TALK, replace(POLICY, proof_call_seconds=60), "60 s are needed"),
        (replace(TALK, talked_s=19.0), None, "20 s are needed"),
        (EmailProof("Bygglov 12"), POLICY, "an e-mail does not count"),
        (EmailProof("Bygglov 12"), None, "an e-mail does not count"),
        (EmailProof(" "), BY_MAIL, "say which e-mail"),
        (StatementProof(11, " "), POLICY, "needs a reason"),
    ],
)
def test_what_does_not_prove_a_call_back(
    proof: CallProof | EmailProof | StatementProof, policy: Policy | None, refusal: str
) -> None:
    with pytest.raises(NotProven, match=refusal):
        make_move(replace(TASK, status=TaskStatus.TAKEN), Finish(proof), policy, NOW)


@pytest.mark.requirement("R15")
@pytest.mark.parametrize(
    ("proof", "policy"),
    [
        (TALK, POLICY),
        (replace(TALK, talked_s=20.0), None),
        (EmailProof("x"), BY_MAIL),
        (StatementProof(1, "visit"), None),
    ],
)
def test_what_proves_it(proof: CallProof | EmailProof | StatementProof, policy: Policy | None) -> None:
    done = make_move(replace(TASK, status=TaskStatus.PROMISED), Finish(proof), policy, NOW)
    assert done.status is TaskStatus.DONE


def test_a_task_with_a_term_keeps_the_earliest_and_one_without_gets_one() -> None:
    def joined(task: TaskState, at: datetime | None) -> datetime | None:
        return make_move(task, Join("m", None, at.date() if at else None, at), POLICY, NOW).deadline

    without = replace(TASK, deadline=None, deadline_on=None)
    assert joined(without, DEADLINE) == DEADLINE
    assert joined(TASK, None) == DEADLINE
    assert joined(TASK, DEADLINE - timedelta(hours=1)) == DEADLINE - timedelta(hours=1)
