"""A message whose file is not what its name says: who should hear it is told so, and gets on."""

from pathlib import Path

import pytest

from switchboard.db.audio_store import FolderAudioStore
from switchboard.domain.call import EventKind
from switchboard.domain.mailbox.session import MailboxMessage
from tests.builders import MARIA
from tests.calls.mailbox.keys import served
from tests.calls.mailbox.mailboxes import CITIZEN, SAVED, in_house, played, prompts
from tests.fakes.recordings import wav
from tests.fakes.world import WEDNESDAY


async def kept(store: FolderAudioStore, number: int) -> MailboxMessage:
    return MailboxMessage(f"m{number}", CITIZEN, WEDNESDAY, await store.put(wav(number)), True)


@pytest.mark.requirement("R11")
@pytest.mark.parametrize("damage", ["truncated", "swapped"])
async def test_who_should_hear_a_damaged_message_is_told_so_and_hears_the_next(tmp_path: Path, damage: str) -> None:
    told: list[str] = []
    store = FolderAudioStore(tmp_path, told.append)
    damaged, whole = await kept(store, 1), await kept(store, 2)
    file = tmp_path / damaged.sha256[:2] / f"{damaged.sha256}.wav"
    file.write_bytes(file.read_bytes()[:-100] if damage == "truncated" else wav(3))
    world = in_house(damaged, whole)
    # Asterisk gets what the store gives, and 404 for the rest.
    lost = [each.sha256 for each in (damaged, whole) if await store.get(each.sha256) is None]
    world.telephony.missing_media.update(f"sound:{sha256}" for sha256 in lost)
    leg = await served(world, "*26", {"message-menu": ["#", "#"], "message-no-more": "*"})
    assert told == lost == [damaged.sha256]
    assert played(leg) == [f"sound:{whole.sha256}"]
    assert prompts(world).index("message-unplayable") < prompts(world).index("message-menu")
    assert EventKind.FAULT in world.kinds(leg.id)
    assert world.message_book.new(MARIA.id) == [damaged.id], "it stays new, for when it is put right"
    assert world.outcome(leg.id) == SAVED
