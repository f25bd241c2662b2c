"""The table `autoreply`: one row for each person whose absences or mailbox were ever looked at."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.engine import Database
from switchboard.db.storable import storable
from switchboard.db.tables import autoreply
from switchboard.db.task_rows import insert_new
from switchboard.domain.autoreply import MailState
from switchboard.domain.directory import Absence

KEEP = "keep_autoreply"
FIND_ABSENCES = "find_absences"
LOOK_AT_MAIL = "look_at_mail"
LONGEST_ERROR = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """`told`: fingerprints of absences. `wanted`: checksum of the reply that was set last, empty where none is."""

    person_id: int
    told: Sequence[str] = ()
    wanted: str = ""
    failures: int = 0


async def read_kept(tx: AsyncConnection, person_id: int) -> Kept:
    row = (await tx.execute(select(autoreply).where(autoreply.c.person_id == person_id))).first()
    if row is None:
        return Kept(person_id)
    told = [str(each) for each in (row.told or {}).get("absences", ())]
    return Kept(person_id, told, row.wanted, row.failures)


async def write_kept(tx: AsyncConnection, person_id: int, values: Mapping[str, Any]) -> None:
    await insert_new(tx, autoreply, {"person_id": person_id, "told": {}})
    await tx.execute(update(autoreply).where(autoreply.c.person_id == person_id).values(dict(values)))


async def write_absences(tx: AsyncConnection, known: Mapping[int, str]) -> None:
    """By person the checksum of their absences."""
    builder = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    new = builder(autoreply).values(told={})
    new = new.on_conflict_do_update(index_elements=["person_id"], set_={"absences": new.excluded.absences})
    await tx.execute(new, [{"person_id": id, "absences": each} for id, each in known.items()])


def went_well(state: MailState, at: datetime) -> dict[str, Any]:
    return {"seen": state.value, "seen_at": at, "failures": 0, "error": None}


def went_wrong(error: str, at: datetime) -> dict[str, Any]:
    """What was seen before is not known to hold any more."""
    return {"seen": None, "seen_at": at, "failures": autoreply.c.failures + 1, "error": storable(error, LONGEST_ERROR)}


def seen_state(text: str | None) -> MailState | None:
    return MailState(text) if text in {each.value for each in MailState} else None


def checksum(*texts: str) -> str:
    return hashlib.sha256("\x00".join(texts).encode()).hexdigest()[:32]


def fingerprint(absence: Absence) -> str:
    """What is told of it; the same absence written by another row is the same."""
    moments = [each.astimezone(UTC).isoformat() if each else "" for each in (absence.start, absence.until)]
    return checksum(absence.reason.value, *moments, str(absence.open), str(absence.deputy_id or ""))


def fingerprints(absences: Sequence[Absence]) -> str:
    return checksum(*sorted(fingerprint(each) for each in absences)) if absences else ""


class AutoreplyCounts:
    """How many mailboxes answer with our text, with one of the person's own, not at all, and how many could not be
    looked at (`failed`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self) -> Mapping[str, int]:
        failed = select(func.count()).where(autoreply.c.error.is_not(None))
        by_state = (
            select(autoreply.c.seen, func.count()).where(autoreply.c.seen.is_not(None)).group_by(autoreply.c.seen)
        )
        async with self._database.read() as tx:
            found = {str(state): int(count) for state, count in (await tx.execute(by_state)).all()}
            return {
                **{each.value: found.get(each.value, 0) for each in MailState},
                "failed": int(await tx.scalar(failed) or 0),
            }
