"""PostgreSQL is stopped under the service's work, or hangs: who speaks is promised the same, and all is kept once."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import pytest

from switchboard.db.engine import Database, upgrade
from switchboard.db.tables import authority, person
from switchboard.domain.callback import Mailbox
from tests.db.rows import fetch
from tests.demo_house import furnish, id_of
from tests.faults.scenes import MARIA
from tests.postgres_server import StoppableServer, stoppable_postgres
from tests.power_loss.office import Office, Place, opened_office
from tests.power_loss.writer import finish, sound_of

pytestmark = pytest.mark.postgres
BEFORE, UNNOTICED, NOTICED, NOTED = (f"+4671000000{number}" for number in range(1, 5))


@pytest.fixture
def server() -> Iterator[StoppableServer]:
    with stoppable_postgres() as server:
        yield server


@pytest.fixture
async def database(server: StoppableServer) -> AsyncIterator[Database]:
    database = Database(server.url)
    await upgrade(database)
    await furnish(database)
    yield database
    await database.close()


@pytest.fixture
async def office(server: StoppableServer, database: Database, tmp_path: Path) -> Office:
    office = await opened_office(Place(tmp_path, server.url))
    await office.settle()
    return office


async def speak(office: Office, number: str) -> None:
    await office.take_call(MARIA, number, sound_of(number), listens=True)


def told(office_folder: Path) -> list[str]:
    return [line.split()[0] + " " + line.split()[-1] for line in (office_folder / "told").read_text().splitlines()]


async def fetch_callers(database: Database, table: str) -> list[object]:
    return [caller for (caller,) in await fetch(database, f"SELECT caller FROM {table} ORDER BY received_at")]  # noqa: S608


async def opened(database: Database) -> object:
    ((count,),) = await fetch(database, "SELECT count(*) FROM callback_event WHERE kind = 'opened'")
    return count


async def journal_is_complete(database: Database) -> None:
    """The first call was written while the database was there: the other two have its events."""
    calls = await fetch(database, "SELECT id, outcome FROM call WHERE ended_at IS NOT NULL ORDER BY arrived_at")
    assert [outcome for _, outcome in calls] == ["message"] * 3
    before, *meanwhile = [await events(database, str(id_)) for id_, _ in calls]
    assert (before[0], before[-1]) == ("arrived", "ended")
    assert meanwhile == [kept_later(before)] * 2


async def events(database: Database, call_id: str) -> list[str]:
    rows = await fetch(database, f"SELECT kind, at FROM call_event WHERE call_id = '{call_id}' ORDER BY id")  # noqa: S608
    moments = [str(at) for _, at in rows]
    assert moments == sorted(moments)
    return [str(kind) for kind, _ in rows]


def kept_later(kinds: Sequence[str]) -> list[str]:
    """As if the message had not been kept before the call was over."""
    said = kinds.index("recorded")
    assert kinds[said + 1] == "task_opened"
    return [*kinds[:said], "fault", *kinds[said + 2 :], "task_opened"]


@pytest.mark.requirement("R14")
@pytest.mark.requirement("R16")
@pytest.mark.parametrize("how", ["stopped", "hangs"])
async def test_it_goes_away_and_comes_back(
    server: StoppableServer, database: Database, office: Office, tmp_path: Path, how: str
) -> None:
    await speak(office, BEFORE)
    mailbox = Mailbox(
        await id_of(database, authority, "Norrby kommun"), person_id=await id_of(database, person, "Maria Berg")
    )
    await asyncio.to_thread(server.stop if how == "stopped" else server.hang)
    await speak(office, UNNOTICED)
    await office.settle()
    assert not office.settling.writable
    await speak(office, NOTICED)
    await office.open_task(mailbox, NOTED)
    assert told(tmp_path) == [f"message {BEFORE}", f"message {UNNOTICED}", f"message {NOTICED}", f"task {NOTED}"]
    await asyncio.to_thread(server.start if how == "stopped" else server.go_on)
    await finish(office)
    assert await fetch_callers(database, "voicemail_message") == [BEFORE, UNNOTICED, NOTICED]
    assert await fetch_callers(database, "callback_task") == [BEFORE, UNNOTICED, NOTICED, NOTED]
    assert await opened(database) == 4
    await journal_is_complete(database)
