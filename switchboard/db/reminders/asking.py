"""A letter to a colleague about themselves, in the transaction of what it tells."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.jobs.outbox import Draft, write_draft
from switchboard.db.tasks.telling import Telling, sender
from switchboard.domain.directory import Directory, Person
from switchboard.domain.letters import Facts, LetterKind, write_letter
from switchboard.domain.tasks.rota import Readers


async def ask(tx: AsyncConnection, directory: Directory, person: Person, kind: LetterKind, facts: Facts) -> bool:
    """False: they have no address. Their unit's mailbox is not told: it is nobody else's business."""
    now = facts.received_at
    readers = await Telling(tx, directory, now, "").addresses(Readers((person.id,), None, "it is about them"))
    for reader in readers:
        words = write_letter(kind, replace(facts, reader=reader.first_name), reader.language)
        headers = sender(facts.authority, reader.language)
        await write_draft(tx, Draft(reader.address, words.subject, words.body, headers), now)
    return bool(readers)


def facts_about(person: Person, directory: Directory, at: datetime) -> Facts:
    authority = directory.authority(person.authority_id)
    return Facts(authority.name if authority is not None else "", person.name, at, "")
