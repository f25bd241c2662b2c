"""A secret message moves to the registry and is erased here; whoever called is still called back (R45)."""

import json
from dataclasses import replace
from typing import Any

import pytest

from switchboard.changes import Act, Marking, ToRegistry
from switchboard.db.message_book import DatabaseMessageBook
from switchboard.db.retention.keeping import Retention
from switchboard.db.retention.marks import DatabaseMarks
from switchboard.db.retention.registry import Registry
from switchboard.db.tables import (
    audit_log,
    call,
    callback_event,
    callback_task,
    erasure_log,
    outbox,
    policy,
    voicemail_message,
)
from switchboard.domain.callback import Mailbox
from switchboard.domain.keeping.marks import Mark
from switchboard.domain.tasks.life import Close
from switchboard.errors import BadValue, Conflict, NotFound
from tests.contracts.test_message_book import forwarding
from tests.demo_house import CITIZEN, NOW, rows_of
from tests.duties.house import LINK, House, by_hand, hours

ACT = Act("token 3 (registrator)", NOW)
SHOWN = "070-174 06 05"
TO_BE_CALLED = ["opened", "registered"]


async def leave_secret(house: House, id: str, *, secret: bool = True) -> ToRegistry:
    """A message and its call; what hands it over."""
    row = {"authority_id": house.norrby, "called": "0980319211", "caller": CITIZEN, "source": "trunk"}
    await house.put(call, id=f"c-{id}", **row, caller_name="Kalle", arrived_at=NOW, ended_at=NOW)
    await house.service.leave_message(id, house.erik_s)
    if secret:
        await mark(house, id, Mark.SECRET)
    message = await message_of(house, f"m-{id}")
    return ToRegistry("211", "SN 2026/118", str(message.sha256), "socialnämndens diarium")


async def mark(house: House, id: str, mark: Mark, *, on: bool = True) -> None:
    marks = DatabaseMarks(house.service.database, house.service.directory, LINK)
    await marks.change(f"m-{id}", Marking(mark, on, "uppgifter om hälsa"), ACT)


async def message_of(house: House, id: str) -> Any:  # noqa: ANN401  a row
    return next(row for row in await rows_of(house.service.database, voicemail_message) if row.id == id)


async def kinds(house: House, task_id: str) -> list[str]:
    return [row.kind for row in await rows_of(house.service.database, callback_event) if row.task_id == task_id]


@pytest.fixture
def registry(house: House) -> Registry:
    return Registry(house.service.database)


@pytest.mark.requirement("R45")
async def test_it_is_written_down_by_whom_when_and_where_to_and_erased(house: House, registry: Registry) -> None:
    to = await leave_secret(house, "1")
    lamps: list[str] = []
    await Registry(house.service.database, lambda: lamps.append("look")).hand_over("m-1", to, ACT)
    assert lamps == ["look"]
    (message,) = await rows_of(house.service.database, voicemail_message)
    assert (message.caller, message.sha256, message.erased_at, message.deleted_at) == (None, "", NOW, NOW)
    assert (message.registered_as, message.registered_at) == ("SN 2026/118", NOW)
    noted = (await rows_of(house.service.database, audit_log))[-1]
    where = {"reference": "SN 2026/118", "registry": "socialnämndens diarium", "person_id": house.erik}
    assert (noted.action, noted.actor, noted.row_key, noted.detail) == (
        "voicemail_message.registered",
        "token 3 (registrator)",
        "m-1",
        where,
    )
    (log,) = await rows_of(house.service.database, erasure_log)
    assert (log.kind, log.rule, log.row_keys) == ("audio", "handed over to the registry", ["m-1"])
    await house.service.until(NOW + hours(3))
    assert house.service.audio.stored == {}
    with pytest.raises(Conflict, match="was erased"):
        await registry.hand_over("m-1", to, ACT)


@pytest.mark.requirement("R45")
@pytest.mark.requirement("R47")
async def test_a_threat_mark_holds_it_until_it_is_lifted(house: House, registry: Registry) -> None:
    to = await leave_secret(house, "1")
    await mark(house, "1", Mark.THREAT)
    with pytest.raises(Conflict, match="threat mark holds"):
        await registry.hand_over("m-1", to, ACT)
    assert (await rows_of(house.service.database, voicemail_message))[0].sha256 == to.sha256
    assert await rows_of(house.service.database, erasure_log) == []
    assert await kinds(house, "t-1") == ["opened"]
    await mark(house, "1", Mark.THREAT, on=False)
    await registry.hand_over("m-1", to, ACT)
    assert (await rows_of(house.service.database, voicemail_message))[0].sha256 == ""


@pytest.mark.requirement("R45")
async def test_nothing_is_erased_that_the_registry_has_not_the_whole_of(house: House, registry: Registry) -> None:
    to = await leave_secret(house, "1", secret=False)
    with pytest.raises(Conflict, match="no secrecy mark"):
        await registry.hand_over("m-1", to, ACT)
    await mark(house, "1", Mark.SECRET)
    with pytest.raises(Conflict, match="fetch it again"):
        await registry.hand_over("m-1", replace(to, sha256="0" * 64), ACT)
    for wrong in (replace(to, reference="diariet"), replace(to, person="nobody"), replace(to, registry="a\0b")):
        with pytest.raises(BadValue):
            await registry.hand_over("m-1", wrong, ACT)
    with pytest.raises(NotFound):
        await registry.hand_over("m-2", to, ACT)
    assert (await rows_of(house.service.database, voicemail_message))[0].sha256 == to.sha256


@pytest.mark.requirement("R45")
@pytest.mark.requirement("R16")
async def test_the_caller_is_still_called_back_and_then_the_number_goes(house: House, registry: Registry) -> None:
    to = await leave_secret(house, "1")
    await house.service.works()
    await registry.hand_over("m-1", to, ACT)
    (task,) = await rows_of(house.service.database, callback_task)
    assert (task.status, task.caller) == ("open", CITIZEN)
    assert await kinds(house, "t-1") == TO_BE_CALLED
    await house.service.until(NOW + hours(60))
    reminders = [letter for letter in await house.service.letters() if "Påminnelse" in letter.subject]
    assert reminders
    for letter in reminders:
        assert SHOWN not in letter.body
        assert "/audio" not in letter.body
        assert f"{LINK}/api/v1/callback-tasks/t-1" in letter.body
    night = Retention(house.service.database, house.service.directory)
    assert (await night.go(by_hand(house.clock.at))).erasures == []
    await house.service.steps.make("t-1", Close("uppringd i ärendet"), by_hand(house.clock.at))
    planned = await night.go(by_hand(house.clock.at), dry_run=True)
    assert planned.counts().keys() == {"letters", "calls", "tasks"}
    assert (await night.go(by_hand(house.clock.at))).counts() == planned.counts()
    assert [row.caller for row in await rows_of(house.service.database, callback_task)] == [None]
    assert [(row.caller, row.caller_name) for row in await rows_of(house.service.database, call)] == [(None, None)]
    assert {row.body for row in await rows_of(house.service.database, outbox)} == {""}
    assert (await night.go(by_hand(house.clock.at))).erasures == []


@pytest.mark.requirement("R45")
async def test_of_an_ended_task_the_number_goes_at_once(house: House, registry: Registry) -> None:
    to = await leave_secret(house, "1")
    await house.service.steps.make("t-1", Close("avslutat"), by_hand(NOW))
    await registry.hand_over("m-1", to, ACT)
    found = [await rows_of(house.service.database, table) for table in (callback_task, call, voicemail_message)]
    assert [row.caller for rows in found for row in rows] == [None, None, None]
    log = json.dumps([[row.kind, row.rule, row.row_keys] for row in await rows_of(house.service.database, erasure_log)])
    assert CITIZEN not in log


@pytest.mark.requirement("R45")
async def test_what_was_forwarded_of_it_goes_too_and_what_the_caller_said_else_stays(
    house: House, registry: Registry
) -> None:
    to = await leave_secret(house, "1")
    await house.service.leave_message("2", house.erik_s)
    book = DatabaseMessageBook(house.service.database, lambda: None)
    to_maria = replace(forwarding("x", Mailbox(house.norrby, person_id=house.maria), "m-9"), message_id="m-1")
    assert await book.forward(to_maria, ACT)
    await registry.hand_over("m-9", to, ACT)
    rows = {row.id: (row.sha256 != "", row.caller) for row in await rows_of(house.service.database, voicemail_message)}
    assert rows == {"m-1": (False, None), "m-9": (False, None), "m-2": (True, CITIZEN)}
    for row in await rows_of(house.service.database, callback_task):
        await house.service.steps.make(row.id, Close("avslutat"), by_hand(NOW))
    await Retention(house.service.database, house.service.directory).go(by_hand(NOW))
    left = [row.caller for row in await rows_of(house.service.database, callback_task)]
    assert CITIZEN in left, "the message that is not in the registry needs its task"


async def test_without_limits_of_policies_it_goes_all_the_same(house: House, registry: Registry) -> None:
    assert {row.keep_audio_days for row in await rows_of(house.service.database, policy)} == {None}
    await registry.hand_over("m-1", await leave_secret(house, "1"), ACT)
    assert [row.sha256 for row in await rows_of(house.service.database, voicemail_message)] == [""]
