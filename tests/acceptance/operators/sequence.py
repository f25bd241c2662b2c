"""One random sequence of actions at a desk: played, ended by everybody, and judged."""

import asyncio
import json
import random
import sqlite3
from collections import Counter
from collections.abc import Sequence as Several
from time import monotonic
from typing import Any

from tests.acceptance.operators.api import Api
from tests.acceptance.operators.crowd import Chance, Crowd
from tests.acceptance.operators.leftovers import Lookout, Ours
from tests.acceptance.operators.rows import OPERATORS
from tests.acceptance.operators.verdicts import Ended, complaint_of_caller, complaints
from tests.acceptance.wait import until
from tests.callers.phone import CallState, DidNotHappen, NotOnThisPhone, RegistrationRefused

PACE_S = (0.03, 0.8)
"""From one choice to the next."""
BEGINS_ABSENT = 0.4
LONGEST_ACT_S = 8.0
LONGEST_END_S = 20.0
LONGEST_GOODBYE_S = 3.0
LOOK_S = 0.1
JOURNAL_WITHIN_S = 1.0
TOO_LATE = (DidNotHappen, NotOnThisPhone, RegistrationRefused, TimeoutError)


class Sequence:
    """All choices come from the seed; what the telephones meet, and so what there is to choose from, does not."""

    def __init__(self, seed: int, crowd: Crowd, lookout: Lookout, api: Api) -> None:
        self.seed = seed
        self.actions: list[str] = []
        self.missed = 0
        self._api = api
        self.calls: list[sqlite3.Row] = []
        self._crowd = crowd
        self._lookout = lookout
        self._dice = random.Random(seed)
        self._began = monotonic()
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._known: set[str] = set()
        self._known_tasks: set[str] = set()

    async def play(self) -> None:
        """Raises AssertionError when something is left, or ended as no rule allows."""
        await self._crowd.begin()
        self._known = {row["id"] for row in self._rows()}
        self._known_tasks = {row["id"] for row in self._crowd.desk.tasks()}
        self._began = monotonic()
        try:
            await self._act()
            await self._end()
            await self._judge()
        finally:
            for act in self._busy.values():
                act.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    # What is done

    async def _act(self) -> None:
        """Parties act on while others are still busy with what they began."""
        wanted = self._dice.randint(4, 10)
        if self._dice.random() < BEGINS_ABSENT:
            self._start(self._crowd.absence_of(self._dice.choice(["anna", "erik", "maria"])))
        while len(self.actions) - self.missed < wanted:
            for chance in self._choose(self._dice.choice([1, 1, 1, 2, 3])):
                self._start(chance)
            await asyncio.sleep(self._dice.uniform(*PACE_S))
        await asyncio.gather(*self._busy.values())

    def _choose(self, most: int) -> list[Chance]:
        chosen: dict[str, Chance] = {}
        for _ in range(most):
            chances = self._crowd.chances(self._dice)
            free = [each for each in chances if each.who not in chosen and not self._is_busy(each.who)]
            if free:
                [chance] = self._dice.choices(free, [each.weight for each in free])
                chosen[chance.who] = chance
        return list(chosen.values())

    def _is_busy(self, who: str) -> bool:
        return who in self._busy and not self._busy[who].done()

    def _start(self, chance: Chance) -> None:
        self._note(str(chance))
        self._busy[chance.who] = asyncio.create_task(self._do(chance), name=str(chance))

    async def _do(self, chance: Chance) -> None:
        try:
            async with asyncio.timeout(LONGEST_ACT_S):
                await chance.act()
        except TOO_LATE:
            self._note(f"too late: {chance}")
            self.missed += 1

    def _note(self, what: str) -> None:
        self.actions.append(f"{monotonic() - self._began:6.2f} s  {what}")

    # How it ends

    async def _end(self) -> None:
        """Everybody hangs up, also what comes to ring meanwhile, until nothing is left. A kept place would be called
        back as long as there are operators: they go home."""
        end = monotonic() + LONGEST_END_S
        while left := await self._left():
            if monotonic() > end:
                raise AssertionError(f"left {LONGEST_END_S:g} s after everybody began to hang up: {left}")
            await asyncio.sleep(LOOK_S)

    async def _left(self) -> list[str]:
        crowd = self._crowd
        calls = crowd.calls()
        await asyncio.gather(
            *(asyncio.wait_for(call.hangup(), LONGEST_GOODBYE_S) for call in calls), return_exceptions=True
        )
        rows = self._rows()
        ours = Ours(crowd.accounts, crowd.numbers, [row["id"] for row in rows if row["id"] not in self._known])
        left = [f"telephone {call.account.user} {call.state}" for call in calls]
        left += await self._lookout.left_of(ours)
        return left or self._left_in_the_database(rows)

    def _left_in_the_database(self, rows: Several[sqlite3.Row]) -> list[str]:
        crowd = self._crowd
        house, group = crowd.desk.house, crowd.desk.group
        places = house.sql("SELECT * FROM queue_place WHERE group_id = ? AND left_at IS NULL", group)
        if any(place["kind"] == "callback" for place in places):
            for who in OPERATORS:
                crowd.desk.sign_out(who)
        self.calls = [row for row in rows if row["id"] not in self._known]
        left = [f"place {dict(place)}" for place in places]
        left += [f"call {row['id']} has no end" for row in self.calls if row["ended_at"] is None]
        return left + [f"no journal yet of {who}'s {few} calls" for who, few in self._not_written().items()]

    def _not_written(self) -> dict[str, int]:
        """By who dialled: what the service heard of, and the journal does not know. The journal is written a moment
        later than it happens."""
        told: dict[str, int] = {}
        for each in self._crowd.dialled:
            if {CallState.RINGING, CallState.TALKING} & each.call.state_times.keys():
                told[each.who] = told.get(each.who, 0) + 1
        missing = {who: count - self._written(who) for who, count in told.items()}
        return {who: count for who, count in missing.items() if count > 0}

    def _written(self, who: str) -> int:
        account = self._crowd.account(who)
        return sum(account in (row["account"], row["caller"]) and row["source"] != "service" for row in self.calls)

    def _rows(self) -> list[sqlite3.Row]:
        """Of the desk, also those that had not got as far as being anybody's."""
        crowd = self._crowd
        known = (*crowd.accounts, *crowd.numbers)
        marks = ", ".join("?" for _ in known)
        return crowd.desk.house.sql(
            f"SELECT * FROM call WHERE authority_id = ? OR account IN ({marks}) OR caller IN ({marks})"  # noqa: S608
            " ORDER BY arrived_at",
            *(crowd.desk.authority, *known, *known),
        )

    # Whether it may end so

    async def _judge(self) -> None:
        """The journal's last lines are written a moment after the end: what is wrong must stay so."""
        end = monotonic() + JOURNAL_WITHIN_S
        while found := await self._complaints():
            assert monotonic() < end, "\n".join(found)
            await asyncio.sleep(LOOK_S)

    async def _complaints(self) -> list[str]:
        desk = self._crowd.desk
        tasks = [row for row in desk.tasks() if row["id"] not in self._known_tasks]
        events = {row["id"]: desk.house.events(row["id"]) for row in self.calls}
        details = [detail for told in events.values() for _, detail in told]
        called_back = {str(detail["callback_of"]) for detail in details if "callback_of" in detail}
        by_transfer = any("connects" in action or "presses *" in action for action in self.actions)
        joined = self._joined()
        found: list[str] = []
        for row in self.calls:
            mine = [task for task in tasks if _led_to(row, events[row["id"]], task)]
            tasks = [task for task in tasks if task not in mine]
            kinds, sources = {kind for kind, _ in events[row["id"]]}, [task["source"] for task in mine]
            sources += ["voicemail"] * joined.count(row["id"])
            kinds |= {f"fault: {detail['what']}" for kind, detail in events[row["id"]] if kind == "fault"}
            ended = Ended(row["id"], row["source"], row["called"], row["outcome"], kinds, sources)
            found += complaints(ended, called_back, by_transfer)
        found += [f"task {task['id']} of {task['source']}: no call led to it" for task in tasks]
        found += [*self._seen_by_callers(), *self._half_recorded(set(events)), *self._too_many()]
        return found + await self._operators_not_free()

    def _joined(self) -> list[str]:
        """Calls whose message joined a task that the caller had already, of an earlier sequence maybe."""
        rows = self._crowd.desk.house.sql("SELECT detail FROM callback_event WHERE kind = 'joined'")
        return [str(json.loads(row["detail"])["call_id"]) for row in rows]

    def _seen_by_callers(self) -> list[str]:
        found: list[str] = []
        for each in self._crowd.dialled:
            call = each.call
            problem = complaint_of_caller(call.state, call.code, CallState.TALKING in call.state_times)
            found += [f"{each.who} who dialled {each.number}: {problem}"] if problem else []
        return found

    def _half_recorded(self, ids: set[str]) -> list[str]:
        rows = self._crowd.desk.house.sql("SELECT call_id FROM pending_recording")
        return [
            f"{row['call_id']}: a recording is neither kept nor thrown away" for row in rows if row["call_id"] in ids
        ]

    def _too_many(self) -> list[str]:
        dialled = Counter(each.who for each in self._crowd.dialled)
        who_of = {self._crowd.account(who): who for who in (*self._crowd.citizens, *self._crowd.desk.phones)}
        written = Counter(
            who_of.get(row["account"] or row["caller"], "nobody") for row in self.calls if row["source"] != "service"
        )
        return [
            f"{count} calls of {who}, who dialled {dialled[who]}"
            for who, count in written.items()
            if count > dialled[who]
        ]

    async def _operators_not_free(self) -> list[str]:
        """Nobody's phone is in use, so no operator rings or talks as the service sees them."""
        people = {self._crowd.desk.person(who): who for who in OPERATORS}
        states: dict[str, str] = {}

        async def all_at_rest() -> bool:
            items = (await self._api.get("operators"))["items"]
            states.update({people[each["person_id"]]: each["state"] for each in items if each["person_id"] in people})
            return not {"ringing", "talking"} & set(states.values())

        try:
            await until(all_at_rest, 3, "every operator is at rest")
        except AssertionError:
            return [f"operators are not at rest: {states}"]
        return []

    def account_of(self) -> str:
        """All that is known of it, and how it is played again alone."""
        actions = "\n".join(self.actions)
        journals = "\n".join(self._crowd.desk.house.account_of(row) for row in self.calls)
        alone = f"SWITCHBOARD_TEST_SEED={self.seed} SWITCHBOARD_TEST_SEQUENCES=1"
        return f"sequence {self.seed} at desk {self._crowd.desk.number} ({alone}):\n{actions}\nits calls:\n{journals}"


def _led_to(row: sqlite3.Row, events: list[tuple[str, dict[str, Any]]], task: sqlite3.Row) -> bool:
    """An operator's note is about an earlier call; the one in which it was taken tells of it."""
    told = any(kind == "task_opened" and detail.get("task") == task["id"] for kind, detail in events)
    return told or (task["source"] != "operator" and task["call_id"] == row["id"])
