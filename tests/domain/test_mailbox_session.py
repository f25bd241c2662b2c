"""Going through one's messages: what is deleted, and undone."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.mailbox.session import (
    Listening,
    MailboxMessage,
    begin_again,
    begin_listening,
    delete_current,
    go_on,
    undo_deletion,
)

NOON = datetime(2026, 8, 12, 12, 0, tzinfo=UTC)
ACTS = {"on": go_on, "delete": delete_current, "undo": undo_deletion, "again": begin_again}


def message(number: int, new: bool = True) -> MailboxMessage:
    return MailboxMessage(f"m{number}", "+46701234567", NOON + timedelta(minutes=number), "0" * 64, new)


mailboxes = st.lists(st.booleans(), max_size=8).map(
    lambda news: begin_listening([message(number, new) for number, new in enumerate(news)])
)
acts = st.lists(st.sampled_from(sorted(ACTS)), max_size=30)


def test_new_ones_come_first_and_the_oldest_of_them() -> None:
    listening = begin_listening([message(3), message(1, new=False), message(2), message(0, new=False)])
    assert [each.id for each in listening.messages] == ["m2", "m3", "m0", "m1"]


def test_what_was_deleted_last_comes_back_first() -> None:
    listening = begin_listening([message(0), message(1), message(2)])
    deleted = delete_current(delete_current(listening))
    assert (deleted.deleted, deleted.current) == (("m0", "m1"), message(2))
    undone = undo_deletion(deleted)
    assert (undone.deleted, undone.current) == (("m0",), message(1))
    assert undo_deletion(undone).current == message(0)


def _after(listening: Listening, done: list[str]) -> Listening:
    for act in done:
        listening = ACTS[act](listening)
    return listening


@given(mailboxes, acts)
def test_whatever_is_done_nothing_is_lost_and_nothing_deleted_is_heard(listening: Listening, done: list[str]) -> None:
    after = _after(listening, done)
    assert after.messages == listening.messages
    assert len(set(after.deleted)) == len(after.deleted)
    assert set(after.deleted) <= {each.id for each in after.messages}
    assert after.current is None or after.current.id not in after.deleted


@given(mailboxes, acts)
def test_a_deletion_and_its_undoing_leave_everything_as_it_was(listening: Listening, done: list[str]) -> None:
    before = _after(listening, done)
    if before.current is not None:
        assert undo_deletion(delete_current(before)) == before


@given(mailboxes, acts)
def test_every_deletion_can_be_undone(listening: Listening, done: list[str]) -> None:
    after = _after(listening, done)
    for _ in after.deleted:
        after = undo_deletion(after)
    assert after.deleted == ()


@given(mailboxes)
def test_going_on_ends(listening: Listening) -> None:
    for _ in listening.messages:
        assert listening.current is not None
        listening = go_on(listening)
    assert listening.current is None
