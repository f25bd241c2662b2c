"""Waiting for the operators: order, what is heard meanwhile, who is rung, and how waiting ends."""

import asyncio

import pytest

from tests.acceptance.operators.desk import Desk
from tests.acceptance.operators.floor import Floor
from tests.acceptance.operators.partings import farewell, leave_message, transferred
from tests.acceptance.operators.party import Party, hear_each_other

GREETINGS = ("sv/welcome", "sv/welcome-to")


async def in_line(desk: Desk) -> Party:
    """A citizen who has begun to wait, and hears music."""
    caller = await desk.ring_from()
    await caller.hears_music(within=10)
    return caller


async def waits_in_order_and_is_told_the_position(desk: Desk) -> None:
    await desk.operator()
    first, op = await desk.talk()
    waiting = [await in_line(desk) for _ in range(3)]
    for caller, number in zip(waiting[1:], ("number-2", "number-3"), strict=True):
        heard = caller.call.heard
        assert heard.prompts[0] in GREETINGS
        assert heard.says("sv/queue-position", f"sv/{number}", "sv/queue-position-end", "sv/queue-keep-place-offer")
    assert "sv/queue-position" not in waiting[0].call.heard.prompts
    for caller in waiting:
        await first.hang_up()
        await op.ended()
        await caller.hears_ringing()
        op = await desk.answer("op1")
        await hear_each_other(caller, op)
        if caller is waiting[0]:
            waiting[2].forget()
            await waiting[2].hears_prompt("queue-position", "number-2", "queue-position-end")
        first = caller
    await farewell(first, op)
    for caller in waiting:
        caller.never_in_silence()


async def takes_the_one_who_comes_back_first(desk: Desk) -> None:
    """Busy when the transfer comes back: the caller stands before who waited, with the reason in the display."""
    await desk.operator()
    await desk.colleague("anna")
    returning, op = await desk.talk()
    next_one, last = await in_line(desk), await in_line(desk)
    await op.call.blind_transfer(desk.extension("anna"))
    await transferred(op)
    op = await desk.answer("op1")
    await hear_each_other(next_one, op)
    await returning.hears_prompt("returned-no-answer", "returned-to-operator")
    await desk.waits("Åter: Anna Andersson, svarar inte")
    returning.forget()
    await returning.hears_music()
    await farewell(next_one, op)
    back = await desk.answer("op1")
    assert back.display == "Åter: Anna Andersson, svarar inte"
    await hear_each_other(returning, back)
    await farewell(returning, back)
    await farewell(last, await desk.answer("op1"))


async def rings_all_and_the_first_answer_wins(desk: Desk) -> None:
    op1, _ = await desk.operator("op1"), await desk.operator("op2")
    caller = await desk.ring_from()
    other = await op1.wait_incoming()
    op = await desk.answer("op2")
    await other.ended()
    assert "elsewhere" in other.reason.lower()
    await hear_each_other(caller, op)
    await farewell(caller, op)


async def rings_the_one_idle_longest(desk: Desk) -> None:
    desk.set_queue(distribution="longest_idle")
    await desk.operator("op1")
    await desk.operator("op2")
    for who in ("op1", "op2", "op1", "op2"):
        caller, op = await desk.talk(who)
        await farewell(caller, op)
        await desk.journal(caller.call.account.user)
    assert (desk.rung("op1"), desk.rung("op2")) == (2, 2)


async def rings_in_the_groups_order(desk: Desk) -> None:
    desk.set_queue(distribution="fixed_order")
    await desk.operator("op2")
    await desk.operator("op1")
    for _ in range(2):
        await farewell(*await desk.talk("op1"))
    first, op1 = await desk.talk("op1")
    second, op2 = await desk.talk("op2")
    await asyncio.gather(farewell(first, op1), farewell(second, op2))
    assert (desk.rung("op1"), desk.rung("op2")) == (3, 1)


async def is_told_how_long_it_will_be(desk: Desk) -> None:
    """By the answers of the last half hour: four are a basis."""
    await desk.operator()
    for _ in range(3):
        await farewell(*await desk.talk())
    talkers = await desk.talk()
    ahead, caller = await in_line(desk), await desk.ring_from()
    await caller.hears_prompt("queue-position", "number-2", "queue-wait", "number-1-common", "minute", within=15)
    await caller.hang_up()
    await ahead.hang_up()
    await farewell(*talkers)


async def is_in_the_journal_who_gives_up(desk: Desk) -> None:
    desk.house.sql(
        "UPDATE policy SET abandoned_opens_task = 1, abandoned_after_seconds = 2 WHERE authority_id = ?", desk.authority
    )
    await desk.operator()
    first, op = await desk.talk()
    patient, hasty = await in_line(desk), await desk.ring_from()
    await hasty.call.talks()
    await hasty.hang_up()
    await patient.call.hears(lambda heard: heard.until > 4.5, what="some seconds of waiting")
    await patient.hang_up()
    row = await desk.journal(patient.call.account.user)
    assert row["outcome"] == "abandoned"
    assert 3 <= row["waited_s"] <= 7
    assert (await desk.journal(hasty.call.account.user))["waited_s"] <= 2
    tasks = [task for task in desk.tasks() if task["source"] == "abandoned"]
    assert [task["caller"] for task in tasks] == [patient.call.account.user]
    assert tasks[0]["deadline"]
    await farewell(first, op)


async def chooses_the_other_language(desk: Desk) -> None:
    await desk.operator()
    first, op = await desk.talk()
    await in_line_and_gone(desk)
    caller = await in_line(desk)
    await caller.press("9")
    caller.forget()
    await caller.hears_prompt("en/queue-first", within=14)
    await caller.hang_up()
    await farewell(first, op)


async def in_line_and_gone(desk: Desk) -> None:
    await (await in_line(desk)).hang_up()


@pytest.mark.requirement("R4")
async def test_order_and_what_is_heard(floor: Floor) -> None:
    await floor.side_by_side(
        waits_in_order_and_is_told_the_position,
        takes_the_one_who_comes_back_first,
        is_told_how_long_it_will_be,
        is_in_the_journal_who_gives_up,
        chooses_the_other_language,
        rings_all_and_the_first_answer_wins,
        rings_the_one_idle_longest,
        rings_in_the_groups_order,
    )


# Overflow


async def busy_line(desk: Desk, *rule: object) -> tuple[Party, Party]:
    """An operator who talks, and a rule."""
    situation, action, threshold, key = rule
    desk.overflow(str(situation), str(action), threshold, key)  # type: ignore[arg-type]
    await desk.operator()
    return await desk.talk()


async def nobody_is_signed_in(desk: Desk) -> None:
    caller = await desk.ring_from()
    await caller.hears_prompt("operators-none", "menu-message", within=10)
    assert caller.call.heard.prompts[0] in GREETINGS
    await caller.press("1")
    await caller.hears_prompt("beep")
    await leave_message(caller)
    assert desk.tasks()[-1]["caller"] == caller.call.account.user


async def waited_too_long_leaves_a_message(desk: Desk) -> None:
    talkers = await busy_line(desk, "max_wait", "message", 2, None)
    caller = await in_line(desk)
    await caller.hears_prompt("queue-waited-long", "leave-message", "beep")
    await leave_message(caller)
    assert (await desk.journal(caller.call.account.user))["outcome"] == "message"
    await farewell(*talkers)


async def waited_too_long_is_called_back(desk: Desk) -> None:
    talkers = await busy_line(desk, "max_wait", "callback", 2, None)
    caller = await in_line(desk)
    await caller.hears_prompt("queue-waited-long", "read-back", "read-back-choice")
    await caller.press("1")
    await caller.hears_prompt("promise-call-by")
    await caller.ended()
    assert (await desk.journal(caller.call.account.user))["outcome"] == "booked"
    task = desk.tasks()[-1]
    assert (task["source"], task["caller"]) == ("queue", caller.call.account.user)
    await farewell(*talkers)


async def waited_too_long_hears_an_announcement(desk: Desk) -> None:
    talkers = await busy_line(desk, "max_wait", "announcement", 2, "announcement-website")
    caller = await in_line(desk)
    await caller.hears_prompt("announcement-website", "menu-message")
    await caller.hang_up()
    await farewell(*talkers)


async def waited_too_long_goes_to_another_group(desk: Desk) -> None:
    house = desk.house
    await desk.colleague("maria")
    house.sql(
        "INSERT INTO function_group (authority_id, name, operators, ring_seconds) VALUES (?, 'Reserven', 1, 20)"
        " ON CONFLICT DO NOTHING",
        desk.authority,
    )
    reserve = house.one("SELECT id FROM function_group WHERE authority_id = ? AND name = 'Reserven'", desk.authority)
    house.sql("INSERT INTO function_member (group_id, person_id) VALUES (?, ?)", reserve["id"], desk.person("maria"))
    house.sql(
        "INSERT INTO operator_session (person_id, group_id, paused, since) VALUES (?, ?, 0, '2026-08-12 08:00')",
        *(desk.person("maria"), reserve["id"]),
    )
    talkers = await busy_line(desk, "max_wait", "group", 2, str(reserve["id"]))
    caller = await in_line(desk)
    maria = await desk.answer("maria")
    await hear_each_other(caller, maria)
    await farewell(caller, maria)
    await farewell(*talkers)
    house.sql("DELETE FROM function_group WHERE id = ?", reserve["id"])


async def the_line_is_full(desk: Desk) -> None:
    talkers = await busy_line(desk, "max_length", "message", 1, None)
    waiting = await in_line(desk)
    caller = await desk.ring_from()
    await caller.hears_prompt("queue-full", "leave-message", "beep", within=12)
    assert caller.call.heard.prompts[0] in GREETINGS
    await caller.hang_up()
    await waiting.hang_up()
    await farewell(*talkers)


async def it_closes_while_waiting(desk: Desk) -> None:
    house = desk.house
    talkers = await busy_line(desk, "closing", "message", 1, None)
    caller = await in_line(desk)
    house.sql("INSERT INTO schedule (authority_id, name) VALUES (?, 'Aldrig')", desk.authority)
    closed = house.one("SELECT id FROM schedule WHERE authority_id = ? AND name = 'Aldrig'", desk.authority)["id"]
    house.sql("UPDATE function_group SET schedule_id = ? WHERE id = ?", closed, desk.group)
    await caller.hears_prompt("queue-closing", "leave-message", "beep")
    await caller.hang_up()
    house.sql("DELETE FROM schedule WHERE id = ?", closed)
    await farewell(*talkers)


@pytest.mark.requirement("R16")
async def test_waiting_is_never_endless(floor: Floor) -> None:
    await floor.side_by_side(
        nobody_is_signed_in,
        waited_too_long_leaves_a_message,
        waited_too_long_is_called_back,
        waited_too_long_hears_an_announcement,
        waited_too_long_goes_to_another_group,
        the_line_is_full,
        it_closes_while_waiting,
    )
