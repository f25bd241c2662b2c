"""Writes the demo's rows in one transaction.

Loaded again, it puts back what was changed about its rows, and removes what was added to its people and groups
(absences, members, greetings, sessions) and every routing rule of its authorities. Other people stay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from switchboard.calls.ports import AudioStore
from switchboard.db import tables
from switchboard.db.demo_data.absences import demo_absences
from switchboard.db.demo_data.content import (
    ACCOUNTS,
    AUTHORITIES,
    CALL_CLASS,
    DAYS_OFF,
    IN_FORCE_FROM,
    OUTGOING,
    OVERFLOW,
    QUEUE,
    DemoAuthority,
    DemoGroup,
    Destination,
)
from switchboard.db.demo_data.recordings import DemoRecording, store_recordings
from switchboard.db.demo_data.restoring import Restoring
from switchboard.db.engine import Database
from switchboard.domain.working_days import STOCKHOLM

WORKING_WEEK = range(5)
ABSENCE_CODE = ("digit", "reason", "name", "four_digits", "default_length")
POLICY = {
    "mailbox_without_greeting": True,
    "speak_sick_reason": False,
    "message_max_seconds": 180,
    "message_silence_seconds": 5,
    "ring_seconds": 25,
    "abandoned_opens_task": True,
    "abandoned_after_seconds": 10,
}


@dataclass(frozen=True)
class DemoSources:
    """`passwords` by account; `recordings` is the folder `sounds/demo`."""

    passwords: Mapping[str, str]
    recordings: Path
    audio: AudioStore


async def load_demo(database: Database, sources: DemoSources, now: datetime) -> Sequence[str]:
    """What could not be loaded, as sentences. ValueError where a device has no password."""
    without = [account for account in ACCOUNTS if not sources.passwords.get(account)]
    if without:
        raise ValueError(f"no password is given for the demo's devices: {', '.join(without)}")
    recordings, missing = await store_recordings(sources.recordings, sources.audio)
    async with database.write() as tx:
        loading = _Loading(Restoring(tx), sources.passwords, now)
        for each in AUTHORITIES:
            await loading.authority(each)
        for each in AUTHORITIES:
            await loading.operators(each)
            await loading.numbers(each)
        await loading.absences()
        await loading.greetings(recordings)
    return missing


class _Loading:
    """Ids by table and name, as far as they are known."""

    def __init__(self, rows: Restoring, passwords: Mapping[str, str], now: datetime) -> None:
        self._rows = rows
        self._passwords = passwords
        self._now = now
        self._ids: dict[tuple[str, str], int] = {}

    async def authority(self, demo: DemoAuthority) -> None:
        main = {"main_number": demo.prefix + demo.main_extension, "area_code": demo.area_code}
        values = {**main, "languages": "sv,en", "country_code": "46"}
        id_ = await self._rows.put(tables.authority, {"name": demo.name}, values)
        self._ids["authority", demo.name] = id_
        await self._rules(demo, id_)
        await self._schedules(demo, id_)
        for name in demo.units:
            email = f"{name.lower().translate(_ASCII)}@{demo.domain}"
            known_by = {"authority_id": id_, "name": name}
            self._ids["unit", name] = await self._rows.put(tables.unit, known_by, {"email": email})
        class_id = await self._call_class(id_)
        await self._people(demo, id_, class_id)
        for group in demo.groups:
            await self._group(group, id_)
        for name, destination in demo.units.items():
            await self._rows.put(
                tables.unit, {"authority_id": id_, "name": name}, self._destination("answering", destination)
            )

    async def _rules(self, demo: DemoAuthority, authority_id: int) -> None:
        of = {"authority_id": authority_id}
        promise = {"callback_working_days": demo.callback_working_days, "email_counts": demo.email_counts}
        version = {"valid_from": IN_FORCE_FROM}
        await self._rows.put(tables.policy, {**of, **version}, {**POLICY, **promise})
        await self._rows.keep_only(tables.policy, of, [version])
        await self._rows.keep_only(tables.authority_day_off, of, [{"rule": rule} for rule in DAYS_OFF])
        await self._rows.keep_only(tables.routing_rule, of, [])
        codes = [dict(zip(ABSENCE_CODE, code, strict=True)) for code in demo.absence_codes]
        await self._rows.keep_only(tables.absence_reason_code, of, codes)

    async def _schedules(self, demo: DemoAuthority, authority_id: int) -> None:
        for name, (opens, closes) in demo.schedules.items():
            known_by = {"authority_id": authority_id, "name": name}
            id_ = await self._rows.put(tables.schedule, known_by, {"closed_on_holidays": True})
            self._ids["schedule", name] = id_
            week = [{"weekday": day, "opens": opens, "closes": closes} for day in WORKING_WEEK]
            await self._rows.keep_only(tables.opening_period, {"schedule_id": id_}, week)
            await self._rows.keep_only(tables.schedule_exception, {"schedule_id": id_}, [])

    async def _call_class(self, authority_id: int) -> int:
        known_by = {"authority_id": authority_id, "name": CALL_CLASS}
        class_id = await self._rows.put(tables.call_class, known_by, {})
        rules = [{"priority": place, "pattern": pattern, "allow": allow} for place, pattern, allow in OUTGOING]
        await self._rows.keep_only(tables.outgoing_rule, {"class_id": class_id}, rules)
        return class_id

    async def _people(self, demo: DemoAuthority, authority_id: int, class_id: int) -> None:
        for person in demo.people:
            values = {
                "unit_id": self._ids["unit", person.unit],
                "title": person.title,
                "duties": person.duties,
                "keywords": person.keywords,
                "email": f"{person.name.lower().replace(' ', '.').translate(_ASCII)}@{demo.domain}",
                "language": "sv",
                "mailbox": True,
                "ring_seconds": None,
                "call_class_id": class_id,
            }
            id_ = await self._rows.put(tables.person, {"authority_id": authority_id, "name": person.name}, values)
            self._ids["person", person.name] = id_
            if person.account:
                device = {"person_id": id_, "password": self._passwords[person.account], "enabled": True}
                await self._rows.put(tables.device, {"account": person.account}, device)

    async def _group(self, group: DemoGroup, authority_id: int) -> None:
        values = {
            "unit_id": self._ids["unit", group.unit],
            "schedule_id": self._ids["schedule", group.schedule],
            "ring_order": "all",
            "minimum_staffing": 1,
            "ring_seconds": 25,
            "operators": group.operators,
        }
        id_ = await self._rows.put(tables.function_group, {"authority_id": authority_id, "name": group.name}, values)
        self._ids["function_group", group.name] = id_
        people = [self._ids["person", name] for name in group.members]
        members = [{"person_id": person, "position": place} for place, person in enumerate(people)]
        await self._rows.keep_only(tables.function_member, {"group_id": id_}, members)
        if group.operators:
            await self._desk(id_, people)

    async def _desk(self, group_id: int, people: Sequence[int]) -> None:
        of = {"group_id": group_id}
        await self._rows.put(tables.operator_queue, of, QUEUE)
        await self._rows.keep_only(tables.overflow_rule, of, OVERFLOW)
        ready = {"paused": False, "pause_reason": None, "wrap_up_until": None, "missed": 0}
        await self._rows.keep_only(tables.operator_session, of, [{"person_id": each, **ready} for each in people])
        await self._rows.fill(tables.operator_session, of, {"since": self._now, "idle_since": self._now})

    async def operators(self, demo: DemoAuthority) -> None:
        host = next(each for each in AUTHORITIES if each.name == demo.operators_of)
        group = next(each for each in host.groups if each.operators)
        answered_by = {"operators_group_id": self._ids["function_group", group.name]}
        await self._rows.put(tables.authority, {"name": demo.name}, answered_by)

    async def numbers(self, demo: DemoAuthority) -> None:
        authority_id = self._ids["authority", demo.name]
        for digits, destination in demo.numbers.items():
            leads_to = self._destination("destination", destination)
            await self._rows.put(tables.extension, {"authority_id": authority_id, "digits": digits}, leads_to)
            number = {"authority_id": authority_id, **leads_to}
            await self._rows.put(tables.phone_number, {"e164": demo.prefix + digits}, number)

    async def absences(self) -> None:
        away = demo_absences(self._now.astimezone(STOCKHOLM))
        for person in (person for each in AUTHORITIES for person in each.people):
            absence = away.get(person.name)
            rows = (
                []
                if absence is None
                else [
                    {
                        "reason": absence.reason,
                        "start": absence.start,
                        "until": absence.until,
                        "open": False,
                        "deputy_id": self._ids["person", absence.deputy] if absence.deputy else None,
                        "source": "demo",
                    }
                ]
            )
            await self._rows.keep_only(tables.absence, {"person_id": self._ids["person", person.name]}, rows)

    async def greetings(self, recordings: Sequence[DemoRecording]) -> None:
        for (owner_kind, name), owner_id in self._ids.items():
            if owner_kind == "schedule":
                continue
            rows = [
                {
                    "kind": each.kind,
                    "language": each.language,
                    "sha256": each.sha256,
                    "reason": None,
                    "valid_until": None,
                }
                for each in recordings
                if each.owner == name
            ]
            await self._rows.keep_only(tables.greeting, {"owner_kind": owner_kind, "owner_id": owner_id}, rows)

    def _destination(self, prefix: str, destination: Destination) -> dict[str, object]:
        kind, name = destination
        key = None if name is None else str(self._ids[kind, name])
        return {f"{prefix}_kind": kind, f"{prefix}_key": key}


_ASCII = str.maketrans("åäö/", "aao-")
