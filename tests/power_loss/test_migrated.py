"""Between a stop and a start the schema goes one step on: what waits with Asterisk and beside the database is kept."""

from pathlib import Path

import pytest

from switchboard.db.engine import Database, current_revision, downgrade, latest_revision, upgrade
from switchboard.db.spool.items import Began
from switchboard.db.tables import authority, person
from switchboard.domain.callback import Mailbox, PendingRecording
from tests.db.rows import fetch
from tests.demo_house import NOW, furnish, id_of
from tests.power_loss.office import Place, opened_office
from tests.power_loss.writer import close, finish, sound_of

BEGUN, BESIDE = "+46710000001", "+46710000002"


def being_spoken(mailbox: Mailbox, number: str) -> PendingRecording:
    return PendingRecording(f"message-{number}", f"call-{number}", mailbox, number, NOW)


@pytest.mark.requirement("R16")
async def test_who_speaks_while_it_is_migrated_has_one_task(tmp_path: Path) -> None:
    place = Place(tmp_path)
    database = Database(place.url)
    await upgrade(database)
    await furnish(database)
    mailbox = Mailbox(
        await id_of(database, authority, "Norrby kommun"), person_id=await id_of(database, person, "Maria Berg")
    )
    before = await opened_office(place)
    await before.ports.messages.begin(being_spoken(mailbox, BEGUN))
    await before.spool.put([Began(being_spoken(mailbox, BESIDE))])
    await close(before)
    await downgrade(database, "-1")
    assert await current_revision(database) != latest_revision()
    for number in (BEGUN, BESIDE):
        before.recordings.store(f"message-{number}", sound_of(number))
    await upgrade(database)
    after = await opened_office(place)
    await finish(after)
    for table in ("voicemail_message", "callback_task"):
        kept = await fetch(database, f"SELECT caller FROM {table} ORDER BY caller")  # noqa: S608
        assert kept == [(BEGUN,), (BESIDE,)]
    assert await fetch(database, "SELECT name FROM pending_recording") == []
    await database.close()
