"""The state that is shown live, looked at once for all who follow it.

Each follower is sent what differs from what it was sent before, so that a slow one costs no memory: it is not behind
by messages, only by a state. The board looks when the bell rings, and now and then for what no bell tells of: an
absence that begins by the clock, a row that somebody changed by SQL.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel

from switchboard.domain.directory import Directory
from switchboard.domain.diversion import PhoneState
from switchboard.web.documents import accounts_of, live_person, operator_accounts, operators_now, waiting_document
from switchboard.web.phones import PhoneBook
from switchboard.web.phrases import phrases_for
from switchboard.web.ports import WebPorts

LOOK_EVERY_S = 1.0
TOGETHER_S = 0.08
AT_ONCE = 100
Section = Literal["queue", "operators", "people"]


@dataclass(frozen=True, slots=True)
class Item:
    """One document, and the look at which it became what it is."""

    version: int
    text: str


@dataclass(eq=False, slots=True)
class Follower:
    """`people`: ids whose state is followed. `seen`: the version of each section that it knows, `sent` that of each
    document that it has."""

    sections: tuple[Section, ...]
    people: frozenset[int]
    people_left_out: bool = False
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    anew: bool = True
    seen: dict[Section, int] = field(default_factory=dict)
    sent: dict[Section, dict[str, int]] = field(default_factory=dict)

    def watch(self, people: Iterable[int], left_out: bool) -> None:
        """From now on these; what follows is a snapshot."""
        self.people, self.people_left_out, self.anew = frozenset(people), left_out, True
        self.wake.set()


class LiveBoard:
    def __init__(self, ports: WebPorts) -> None:
        self._ports = ports
        self._phones = PhoneBook(ports)
        self._followers: set[Follower] = set()
        self._items: dict[Section, dict[str, Item]] = {"queue": {}, "operators": {}, "people": {}}
        self._version = self._told = 0
        self._versions: dict[Section, int] = {"queue": 0, "operators": 0, "people": 0}
        self._looking = asyncio.Lock()
        self._changed = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._followers)

    @asynccontextmanager
    async def followed_by(self, follower: Follower) -> AsyncIterator[None]:
        """The board looks as long as anybody follows."""
        self._followers.add(follower)
        if self._running is None:
            self._running = asyncio.create_task(self._run(), name="live board")
        try:
            yield
        finally:
            self._followers.discard(follower)
            if not self._followers and self._running is not None:
                running, self._running = self._running, None
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)

    async def message_for(self, follower: Follower) -> str | None:
        """A snapshot where one is due, else what has changed since the last message; None: nothing has."""
        if follower.anew:
            await self._look()
            follower.anew, follower.sent = False, {}
            return self._message("snapshot", follower)
        return self._message("change", follower)

    def heartbeat(self) -> str:
        return f'{{"type":"heartbeat","at":{self._now()}}}'

    def _message(self, kind: Literal["snapshot", "change"], follower: Follower) -> str | None:
        parts = [f'"type":"{kind}"', f'"at":{self._now()}']
        for section in follower.sections:
            if kind == "change" and follower.seen.get(section) == self._versions[section]:
                continue
            follower.seen[section] = self._versions[section]
            items = self._shown(section, follower)
            sent = follower.sent.get(section, {})
            changed = [item.text for key, item in items.items() if sent.get(key) != item.version]
            gone = [key for key in sent if key not in items]
            follower.sent[section] = {key: item.version for key, item in items.items()}
            if kind == "snapshot":
                parts.append(f'"{section}":[{",".join(changed)}]')
            elif changed or gone:
                parts.append(f'"{section}":{{"changed":[{",".join(changed)}],"gone":[{",".join(gone)}]}}')
        if kind == "snapshot":
            parts.append(f'"people_left_out":{json.dumps(follower.people_left_out)}')
        return f"{{{','.join(parts)}}}" if kind == "snapshot" or len(parts) > 2 else None

    def _shown(self, section: Section, follower: Follower) -> Mapping[str, Item]:
        items = self._items[section]
        if section != "people":
            return items
        keys = (_key(id=id) for id in sorted(follower.people))
        return {key: items[key] for key in keys if key in items}

    def _now(self) -> str:
        return json.dumps(self._ports.clock.now().isoformat())

    async def _run(self) -> None:
        with self._ports.changes.heard_by(self._changed.set):
            while True:
                try:
                    async with asyncio.timeout(LOOK_EVERY_S):
                        await self._changed.wait()
                except TimeoutError:
                    pass
                else:
                    await asyncio.sleep(TOGETHER_S)
                self._changed.clear()
                await self._look_for_all()

    async def _look_for_all(self) -> None:
        try:
            await self._look()
        except Exception:
            self._ports.log.exception("live_state_unknown")

    async def _look(self) -> None:
        async with self._looking:
            self._version += 1
            ports, now = self._ports, self._ports.clock.now()
            directory = await ports.directory.current()
            watched = sorted({id for follower in self._followers for id in follower.people})
            accounts = dict.fromkeys(operator_accounts(directory))
            accounts.update(dict.fromkeys(each for id in watched for each in accounts_of(directory, id)))
            phones = await self._phones.states(list(accounts))
            ringing = await ports.queue.ringing()
            line = await ports.queue.waiting()
            phrases = phrases_for(line, directory, ports.announcer, now)
            waiting = [waiting_document(each, phrases.get(each.authority_id)) for each in line]
            operators = operators_now(directory, phones, ringing, now)
            self._put("queue", {_key(call_id=each.call_id): each for each in waiting})
            self._put("operators", {_key(person_id=each.person_id, group_id=each.group_id): each for each in operators})
            await self._put_people(directory, watched, phones)
            if max(self._versions.values()) > self._told:
                self._told = self._version
                for follower in self._followers:
                    follower.wake.set()

    async def _put_people(self, directory: Directory, watched: list[int], phones: Mapping[str, PhoneState]) -> None:
        """A few at a time: calls do not wait for a long list."""
        now, found = self._ports.clock.now(), dict[str, BaseModel]()
        for first in range(0, len(watched), AT_ONCE):
            for id in watched[first : first + AT_ONCE]:
                person = directory.person(id)
                if person is not None:
                    failing = self._ports.failing_calendars.of_person(id)
                    found[_key(id=id)] = live_person(directory, person, phones, failing, now)
            await asyncio.sleep(0)
        self._put("people", found)

    def _put(self, section: Section, documents: Mapping[str, BaseModel]) -> None:
        before = self._items[section]
        self._items[section] = {
            key: self._item(before.get(key), document.model_dump_json(by_alias=True, exclude={"waited_s"}))
            for key, document in documents.items()
        }
        if self._items[section] != before:
            self._versions[section] = self._version

    def _item(self, before: Item | None, text: str) -> Item:
        return before if before is not None and before.text == text else Item(self._version, text)


def _key(**of: str | int) -> str:
    """As it is sent for what is gone."""
    return json.dumps(of, separators=(",", ":"))
