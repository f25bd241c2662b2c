"""The port Pins: right, wrong and locked, in the fake as in the database; everything audited, no PIN anywhere (R41)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from switchboard.calls.ports import PinAttempt, Pins, PinVerdict
from switchboard.changes import Act
from switchboard.db.engine import Database
from switchboard.db.pins import DatabasePins
from switchboard.db.queries.pin_locks import PinLocks
from switchboard.db.tables import audit_log
from switchboard.domain.directory import Extension
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.errors import BadValue, NotFound
from tests.builders import ERIK as NORRBYS_ERIK
from tests.builders import to_person
from tests.databases import BOTH
from tests.db.rows import ALL, fetch, sql
from tests.fakes.keypad import FakePins
from tests.fakes.world import FakeDirectorySource

pytestmark = [pytest.mark.real_time, pytest.mark.requirement("R41")]

AT = datetime(2026, 8, 12, 8, 0, tzinfo=UTC)
ERIK = NORRBYS_ERIK.id
RIGHT, WRONG = "730518", "640917"
ROWS = (
    *ALL,
    "INSERT INTO person (id, authority_id, name) VALUES (11, 1, 'Erik Lund')",
    "INSERT INTO extension (authority_id, digits, destination_kind, destination_key) VALUES (1, '211', 'person', '11')",
)


@dataclass(frozen=True)
class Subject:
    """`acts` gives action and actor of each that was audited."""

    pins: Pins
    acts: Callable[[], Awaitable[Sequence[tuple[str, str]]]]

    async def tried(
        self, pin: str, minutes: float = 0, caller: str | None = "+46701000001", digits: str = "211"
    ) -> PinVerdict:
        at = AT + timedelta(minutes=minutes)
        person_id = ERIK if digits == "211" else None
        return await self.pins.check(PinAttempt(1, digits, person_id, caller, pin), Act("keypad", at))


def _fake() -> Subject:
    pins = FakePins(FakeDirectorySource(DirectoryIndex([Extension(1, 1, "211", to_person(NORRBYS_ERIK))])))

    async def acts() -> Sequence[tuple[str, str]]:
        return [(each.action, each.actor) for each in pins.acts]

    return Subject(pins, acts)


def _real(database: Database) -> Subject:
    async def acts() -> Sequence[tuple[str, str]]:
        async with database.read() as tx:
            rows = await tx.execute(select(audit_log).order_by(audit_log.c.id))
            return [(row.action, row.actor) for row in rows]

    return Subject(DatabasePins(database), acts)


@pytest.fixture(params=["fake", *BOTH])
async def subject(request: pytest.FixtureRequest, new_database_url: Callable[[str], str]) -> AsyncIterator[Subject]:
    if request.param == "fake":
        yield _fake()
        return
    database = Database(new_database_url(request.param))
    await sql(database, *ROWS)
    yield _real(database)
    await database.close()


@pytest.fixture(params=BOTH)
async def database(request: pytest.FixtureRequest, new_database_url: Callable[[str], str]) -> AsyncIterator[Database]:
    database = Database(new_database_url(request.param))
    await sql(database, *ROWS)
    yield database
    await database.close()


async def test_a_pin_is_right_or_wrong_and_nobody_has_one_from_the_start(subject: Subject) -> None:
    assert await subject.tried(RIGHT) is PinVerdict.WRONG
    await subject.pins.choose(ERIK, RIGHT, Act("admin", AT))
    assert await subject.tried(WRONG) is PinVerdict.WRONG
    assert await subject.tried("") is PinVerdict.WRONG
    assert await subject.tried(RIGHT) is PinVerdict.RIGHT
    assert await subject.tried(RIGHT, digits="999") is PinVerdict.WRONG
    await subject.pins.choose(ERIK, WRONG, Act("admin", AT))
    assert await subject.tried(RIGHT) is PinVerdict.WRONG
    assert await subject.tried(WRONG) is PinVerdict.RIGHT
    audited = ["wrong", "choose", "wrong", "wrong", "right", "wrong", "choose", "wrong", "right"]
    assert [action for action, _ in await subject.acts()] == [f"pin.{each}" for each in audited]
    assert {actor for _, actor in await subject.acts()} == {"keypad", "admin"}


@pytest.mark.parametrize("pin", ["12345", "123456", "211305", "73051x"])
async def test_a_bad_pin_is_not_kept(subject: Subject, pin: str) -> None:
    with pytest.raises(BadValue) as refusal:
        await subject.pins.choose(ERIK, pin, Act("admin", AT))
    assert refusal.value.field == "pin"
    assert pin not in str(refusal.value)
    assert await subject.acts() == []


@pytest.mark.parametrize("digits", ["211", "999"])
async def test_five_wrong_ones_lock_an_extension_whether_somebody_has_it_or_not(subject: Subject, digits: str) -> None:
    await subject.pins.choose(ERIK, RIGHT, Act("admin", AT))
    for number in range(5):
        assert await subject.tried(WRONG, number, f"+4670100000{number}", digits) is PinVerdict.WRONG
    assert await subject.tried(RIGHT, 6, "+46701000009", digits) is PinVerdict.LOCKED
    assert (await subject.acts())[-2:] == [("pin.lock_mailbox", "keypad"), ("pin.locked_out", "keypad")]
    assert await subject.tried(RIGHT, 65, "+46701000009") is PinVerdict.RIGHT


async def test_ten_wrong_ones_lock_a_caller_and_a_right_one_between_forgives_only_itself(subject: Subject) -> None:
    await subject.pins.choose(ERIK, RIGHT, Act("admin", AT))
    for number in range(9):
        assert await subject.tried(WRONG, number, None, str(300 + number)) is PinVerdict.WRONG
    assert await subject.tried(RIGHT, 9, None) is PinVerdict.RIGHT
    assert await subject.tried(WRONG, 10, None, "400") is PinVerdict.WRONG
    assert await subject.tried(RIGHT, 11, None) is PinVerdict.LOCKED
    assert await subject.tried(RIGHT, 11, "+46701000009") is PinVerdict.RIGHT


async def test_a_right_one_forgets_what_was_wrong_before(subject: Subject) -> None:
    await subject.pins.choose(ERIK, RIGHT, Act("admin", AT))
    for round_ in range(3):
        for number in range(4):
            await subject.tried(WRONG, round_, f"+4670100{round_}{number}00")
        assert await subject.tried(RIGHT, round_, f"+467010{round_}9900") is PinVerdict.RIGHT


async def test_many_calls_at_once_gain_nothing(subject: Subject) -> None:
    await subject.pins.choose(ERIK, RIGHT, Act("admin", AT))
    verdicts = await asyncio.gather(*(subject.tried(WRONG, 0, f"+467010000{number:02d}") for number in range(20)))
    assert (verdicts.count(PinVerdict.WRONG), verdicts.count(PinVerdict.LOCKED)) == (5, 15)


# The database alone


async def test_only_a_hash_is_kept(database: Database) -> None:
    pins = DatabasePins(database)
    await pins.choose(ERIK, RIGHT, Act("admin", AT))
    await pins.check(PinAttempt(1, "211", ERIK, "+46701000001", WRONG), Act("keypad", AT))
    ((hash_,),) = await fetch(database, "SELECT pin_hash FROM person WHERE id = 11")
    assert str(hash_).startswith("$argon2id$")
    details = await fetch(database, "SELECT action, detail, row_key FROM audit_log")
    assert RIGHT not in str(details)
    assert WRONG not in str(details)
    assert WRONG not in repr(PinAttempt(1, "211", ERIK, None, WRONG))


async def test_a_hash_that_somebody_typed_wrong_lets_nobody_in(database: Database) -> None:
    await sql(database, "UPDATE person SET pin_hash = '730518' WHERE id = 11")
    assert await DatabasePins(database).check(PinAttempt(1, "211", ERIK, None, RIGHT), Act("keypad", AT)) == "wrong"


async def test_nobody_s_pin_cannot_be_chosen(database: Database) -> None:
    with pytest.raises(NotFound):
        await DatabasePins(database).choose(77, RIGHT, Act("admin", AT))


async def test_an_administrator_sees_and_ends_a_lock(database: Database) -> None:
    pins, locks = DatabasePins(database), PinLocks(database)
    await pins.choose(ERIK, RIGHT, Act("admin", AT))
    for _ in range(5):
        await pins.check(PinAttempt(1, "211", ERIK, "+46701000001", WRONG), Act("keypad", AT))
    found = {each.kind: each for each in await locks.all(AT)}
    assert {(each.subject, each.failures, each.locked) for each in found.values()} == {
        ("+46701000001", 5, False), ("1:211", 5, True),
    }  # fmt: skip
    assert not (await locks.all(AT + timedelta(hours=1)))[0].locked
    assert await locks.unlock_person("211", Act("admin", AT)) is True
    assert await locks.unlock_person("211", Act("admin", AT)) is False
    assert await pins.check(PinAttempt(1, "211", ERIK, "+46701000002", RIGHT), Act("keypad", AT)) == "right"
    await locks.unlock(found["caller"].id, Act("admin", AT))
    with pytest.raises(NotFound):
        await locks.unlock(found["caller"].id, Act("admin", AT))
    assert await locks.all(AT) == []
    unlocks = await fetch(database, "SELECT table_name FROM audit_log WHERE action = 'pin.unlock' ORDER BY id")
    assert unlocks == [("person",), ("pin_lock",)]


async def test_what_is_forgotten_is_removed(database: Database) -> None:
    pins = DatabasePins(database)
    await pins.check(PinAttempt(1, "211", ERIK, "+46701000001", WRONG), Act("keypad", AT))
    later = Act("keypad", AT + timedelta(days=8))
    await pins.check(PinAttempt(1, "999", None, "+46701000002", WRONG), later)
    assert await fetch(database, "SELECT subject FROM pin_lock ORDER BY subject") == [("+46701000002",), ("1:999",)]


async def test_an_extension_of_nobody_takes_as_long(database: Database) -> None:
    """By what is done and not by a clock: a hash is compared in each case."""
    pins, compared = DatabasePins(database), []
    inner = pins._is_right

    async def is_right(hash_: str | None, pin: str) -> bool:
        compared.append(hash_ is None)
        return await inner(hash_, pin)

    pins._is_right = is_right  # type: ignore[method-assign]
    await pins.choose(ERIK, RIGHT, Act("admin", AT))
    for digits, person_id in (("211", ERIK), ("210", 1), ("999", None)):
        await pins.check(PinAttempt(1, digits, person_id, None, WRONG), Act("keypad", AT))
    assert compared == [False, True, True]
