"""The port Journal: the fake and the database keep the same promises."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from switchboard.calls.ports import Journal
from switchboard.db.engine import Database
from switchboard.db.journal import DatabaseJournal
from switchboard.db.tables import call, call_event
from switchboard.domain.call import CallEvent, CallOutcome, EventKind, IncomingCall, Outcome
from tests.databases import BOTH
from tests.fakes.journal import FakeJournal
from tests.fakes.world import FakeLog

pytestmark = pytest.mark.real_time

AT = datetime(2026, 8, 3, 8, 0, tzinfo=UTC)
INFORMED = CallOutcome(Outcome.INFORMED, "caller hung up in menu")


def incoming(call_id: str, arrived_at: datetime = AT) -> IncomingCall:
    return IncomingCall(call_id, "0980319211", "+46701234567", None, "trunk", None, arrived_at)


@dataclass(frozen=True)
class Written:
    """One call as it can be read back."""

    called: str
    authority_id: int | None
    route_reason: str | None
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    events: Sequence[tuple[str, Mapping[str, object]]]
    grown: tuple[int, float | None, bool] = (0, None, False)
    """Transfers, seconds waited, private."""


@dataclass(frozen=True)
class Subject:
    journal: Journal
    read: Callable[[str], Awaitable[Written | None]]


def _fake() -> Subject:
    journal = FakeJournal()

    async def read(call_id: str) -> Written | None:
        row = journal.calls.get(call_id)
        if row is None:
            return None
        events = [(each.kind.value, dict(each.detail)) for each in journal.events if each.call_id == call_id]
        outcome = row.outcome.outcome.value if row.outcome else None
        return Written(
            row.call.called,
            row.authority_id,
            row.route_reason,
            row.answered_at,
            row.ended_at,
            outcome,
            events,
            (row.transfers, row.waited_s, row.private),
        )

    return Subject(journal, read)


def _real(database: Database, journal: DatabaseJournal) -> Subject:
    async def read(call_id: str) -> Written | None:
        await journal.flush()
        async with database.read() as tx:
            row = (await tx.execute(select(call).where(call.c.id == call_id))).first()
            listed = select(call_event).where(call_event.c.call_id == call_id).order_by(call_event.c.id)
            events = [(each.kind, each.detail) for each in await tx.execute(listed)]
        if row is None:
            return None
        return Written(
            row.called,
            row.authority_id,
            row.route_reason,
            row.answered_at,
            row.ended_at,
            row.outcome,
            events,
            (row.transfers, row.waited_s, row.private),
        )

    return Subject(journal, read)


@pytest.fixture(params=["fake", *BOTH])
async def subject(request: pytest.FixtureRequest, new_database_url: Callable[[str], str]) -> AsyncIterator[Subject]:
    if request.param == "fake":
        yield _fake()
        return
    database = Database(new_database_url(request.param))
    journal = DatabaseJournal(database, FakeLog())
    journal.start()
    yield _real(database, journal)
    await journal.close()
    await database.close()


async def _read(subject: Subject, call_id: str) -> Written:
    written = await subject.read(call_id)
    assert written is not None
    return written


async def test_a_call_from_arrival_to_end(subject: Subject) -> None:
    journal = subject.journal
    await journal.arrived(incoming("c1"), None)
    await journal.note(CallEvent("c1", AT, EventKind.ARRIVED, {"source": "trunk", "pii_caller": "+46701234567"}))
    await journal.routed("c1", 1, "phone_number 3")
    await journal.note(CallEvent("c1", AT + timedelta(seconds=1), EventKind.ANSWERED, {"by": "switchboard"}))
    await journal.note(CallEvent("c1", AT + timedelta(seconds=9), EventKind.ANSWERED, {"by": "person"}))
    await journal.ended("c1", AT + timedelta(seconds=30), INFORMED)
    assert await _read(subject, "c1") == Written(
        called="0980319211",
        authority_id=1,
        route_reason="phone_number 3",
        answered_at=AT + timedelta(seconds=1),
        ended_at=AT + timedelta(seconds=30),
        outcome="informed",
        events=[
            ("arrived", {"source": "trunk", "pii_caller": "+46701234567"}),
            ("answered", {"by": "switchboard"}),
            ("answered", {"by": "person"}),
        ],
    )


async def test_the_first_end_counts(subject: Subject) -> None:
    await subject.journal.arrived(incoming("c1"), 1)
    await subject.journal.ended("c1", AT, INFORMED)
    await subject.journal.ended("c1", AT + timedelta(hours=1), CallOutcome(Outcome.INTERRUPTED, "the service stopped"))
    written = await _read(subject, "c1")
    assert (written.ended_at, written.outcome) == (AT, "informed")


async def test_arriving_twice_is_arriving_once(subject: Subject) -> None:
    await subject.journal.arrived(incoming("c1"), 1)
    await subject.journal.routed("c1", 2, "rule 7")
    await subject.journal.arrived(incoming("c1"), None)
    written = await _read(subject, "c1")
    assert (written.authority_id, written.route_reason) == (2, "rule 7")


async def test_calls_that_go_on_oldest_first(subject: Subject) -> None:
    for number, minutes in ((1, 5), (2, 3), (3, 4), (4, 1)):
        await subject.journal.arrived(incoming(f"c{number}", AT + timedelta(minutes=minutes)), None)
    await subject.journal.ended("c3", AT, INFORMED)
    assert list(await subject.journal.unended()) == ["c4", "c2", "c1"]


async def test_what_concerns_an_unknown_call_is_harmless(subject: Subject) -> None:
    await subject.journal.routed("nobody", 1, "x")
    await subject.journal.ended("nobody", AT, INFORMED)
    assert list(await subject.journal.unended()) == []
    assert await subject.read("nobody") is None


@pytest.mark.requirement("R33")
@pytest.mark.requirement("R40")
async def test_transfers_are_counted_the_longest_wait_and_a_private_call_are_kept(subject: Subject) -> None:
    async def happens(kind: EventKind, **detail: str | float | bool) -> None:
        await subject.journal.note(CallEvent("c1", AT, kind, detail))

    await subject.journal.arrived(incoming("c1"), 1)
    await happens(EventKind.ROUTED, private=False)
    assert (await _read(subject, "c1")).grown == (0, None, False)
    await happens(EventKind.LEFT_QUEUE, how="answered", waited_s=12.5)
    await happens(EventKind.TRANSFERRED, how="blind")
    assert (await _read(subject, "c1")).grown == (1, 12.5, False)
    await happens(EventKind.TRANSFERRED, how="attended")
    await happens(EventKind.LEFT_QUEUE, how="abandoned", waited_s=4)
    await happens(EventKind.LEFT_QUEUE, how="abandoned")
    await happens(EventKind.RANG, outside=True, private=True)
    await happens(EventKind.ROUTED, private=False)
    assert (await _read(subject, "c1")).grown == (2, 12.5, True)


async def test_what_has_grown_is_kept_where_a_call_arrives_again(subject: Subject) -> None:
    for number in range(3):
        await subject.journal.arrived(incoming(f"c{number}"), 1)
        await subject.journal.note(CallEvent(f"c{number}", AT, EventKind.TRANSFERRED, {}))
        await subject.journal.arrived(incoming(f"c{number}"), 1)
    assert [(await _read(subject, f"c{number}")).grown for number in range(3)] == [(1, None, False)] * 3
