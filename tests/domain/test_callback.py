"""Callback tasks: opened with the message, moved by the table, promised as the policy says."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.announcement import Promise
from switchboard.domain.callback import (
    TRANSITIONS,
    CallbackTask,
    IllegalStep,
    Mailbox,
    Step,
    TaskStatus,
    VoicemailMessage,
    advance,
    open_task,
    promise_for,
)
from switchboard.domain.deadline import count_deadline
from tests.builders import CITIZEN, ERIK, NILS, NOW, calendar_of, norrby
from tests.domain.calendars import local

MESSAGE = VoicemailMessage("m1", "call-1", Mailbox(1, person_id=ERIK.id), CITIZEN, NOW, 7.5, "0" * 64)
ENDED = {TaskStatus.DONE, TaskStatus.CLOSED}


def task(authority_id: int = 1, caller: str | None = CITIZEN) -> CallbackTask:
    message = replace(MESSAGE, mailbox=replace(MESSAGE.mailbox, authority_id=authority_id), caller=caller)
    deadline = count_deadline(NOW, norrby().policies(authority_id), calendar_of(authority_id))
    return open_task(message, "t1", deadline)


@pytest.mark.requirement("R14")
def test_a_message_opens_a_task_that_knows_all_about_it() -> None:
    opened = task()
    assert (opened.id, opened.status, opened.source) == ("t1", TaskStatus.OPEN, "voicemail")
    assert (opened.voicemail_message_id, opened.call_id, opened.caller) == ("m1", "call-1", CITIZEN)
    assert opened.mailbox.person_id == ERIK.id
    assert opened.received_at == NOW
    assert opened.deadline.on == date(2026, 8, 4)
    assert open_task(MESSAGE, "t2", opened.deadline, "fallback").source == "fallback"


@pytest.mark.requirement("R14")
@pytest.mark.requirement("R15")
def test_the_same_call_at_two_authorities_is_promised_by_their_own_rules() -> None:
    norrby_policy, soderas_policy = norrby().policies(1)[0], norrby().policies(NILS.authority_id)[0]
    assert promise_for(task(1), norrby_policy) == Promise(date(2026, 8, 4), email_counts=False)
    assert promise_for(task(2), soderas_policy) == Promise(date(2026, 8, 5), email_counts=True)
    assert task(1).deadline.at == local("2026-08-04 23:59:59")


@pytest.mark.requirement("R16")
@pytest.mark.parametrize(
    ("caller", "has_number"), [(CITIZEN, True), ("211", True), (None, False), ("", False), ("<script>", False)]
)
def test_without_a_number_none_is_promised(caller: str | None, has_number: bool) -> None:
    assert promise_for(task(caller=caller), None).has_number is has_number


STEPS = """
open      take       taken
open      hand_over  open
open      join       open
open      close      closed
taken     release    open
taken     attempt    taken
taken     promise    promised
taken     hand_over  open
taken     join       taken
taken     finish     done
taken     close      closed
promised  take       taken
promised  attempt    promised
promised  promise    promised
promised  hand_over  open
promised  join       promised
promised  finish     done
promised  close      closed
""".strip().splitlines()


@pytest.mark.requirement("R17")
def test_the_table_of_steps() -> None:
    table = {(status, step): to for (status, step), to in TRANSITIONS.items()}
    assert table == {
        (TaskStatus(words[0]), Step(words[1])): TaskStatus(words[2]) for words in (line.split() for line in STEPS)
    }


@given(st.sampled_from(TaskStatus), st.sampled_from(Step))
def test_a_step_is_legal_or_changes_nothing(status: TaskStatus, step: Step) -> None:
    before = replace(task(), status=status)
    if (status, step) in TRANSITIONS:
        after = advance(before, step)
        assert after == replace(before, status=TRANSITIONS[status, step])
    else:
        with pytest.raises(IllegalStep, match=f"t1 is {status}: {step}"):
            advance(before, step)
        assert before == replace(task(), status=status)


def test_an_ended_task_stays_ended_and_every_other_can_end() -> None:
    for status in TaskStatus:
        ways_out = {to for (origin, _), to in TRANSITIONS.items() if origin is status}
        assert ways_out.isdisjoint(ENDED) is (status in ENDED)
        assert (not ways_out) is (status in ENDED)
