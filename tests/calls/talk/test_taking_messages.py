"""A message taken in the talk, by keys: noted, or shown why not, and the talk goes on."""

import pytest

from switchboard.domain.callback import Mailbox
from tests.builders import ERIK
from tests.calls.talk.scenes import CITIZEN, Desk
from tests.domain.calendars import local


@pytest.mark.requirement("R20")
@pytest.mark.requirement("R30")
async def test_a_message_is_noted_without_leaving_the_talk() -> None:
    desk = await Desk().talk()
    desk.operator.press("**7211#")
    await desk.passes(1)
    assert desk.operator.talking_to == CITIZEN
    (opened,) = desk.world.tasks.opened
    assert opened.task.mailbox == Mailbox(1, person_id=ERIK.id)
    assert (opened.task.caller, opened.task.call_id) == ("+46701234567", CITIZEN)
    (_, erik_reads), (account, text) = desk.world.telephony.told
    assert (account, "211" in text) == ("op1", True)
    assert erik_reads == "Att ringa upp: 070-123 45 67, senast 13/8"
    await desk.end(desk.citizen)


@pytest.mark.requirement("R20")
@pytest.mark.requirement("R30")
@pytest.mark.parametrize(
    ("keys", "at", "noted", "told"),
    [
        ("**7211*1430#", "2026-08-12 14:30", "12/8 14:30", "utlovat 12/8 14:30"),
        ("**7211*0900#", "2026-08-13 09:00", "13/8 09:00", "utlovat 13/8 09:00"),
        ("**7211*260818#", "2026-08-18 23:59:59", "senast 18/8", "utlovat senast 18/8"),
    ],
)
async def test_a_time_that_the_caller_was_told_is_noted_with_the_message(
    keys: str, at: str, noted: str, told: str
) -> None:
    desk = await Desk().talk()
    desk.operator.press(keys)
    await desk.passes(1)
    assert desk.operator.talking_to == CITIZEN
    (opened,) = desk.world.tasks.opened
    assert opened.task.promised_at == local(at)
    assert desk.world.telephony.told == [
        ("erik", f"Att ringa upp: 070-123 45 67, {told}"),
        ("op1", f"Noterat: anknytning 211 ska ringa upp {noted}."),
    ]
    await desk.end(desk.citizen)


@pytest.mark.requirement("R20")
@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ("**7211*2561#", "klockslaget 2561 finns inte"),
        ("**7211*261301#", "datumet 261301 finns inte"),
        ("**7211*260811#", "datumet 260811 har passerat"),
        ("**7211*280101#", "mer än ett år fram"),
        ("**7211*143#", "143 är varken klockslag"),
        ("**7211*#", "tiden är varken klockslag"),
    ],
)
async def test_a_time_that_makes_no_sense_is_shown_as_such_and_nothing_is_opened(keys: str, why: str) -> None:
    desk = await Desk().talk()
    desk.operator.press(keys)
    await desk.passes(1)
    assert desk.world.tasks.opened == []
    ((account, text),) = desk.world.telephony.told
    assert account == "op1"
    assert text.startswith("Inget noterat: ")
    assert why in text
    assert desk.operator.talking_to == CITIZEN
    await desk.end(desk.citizen)


async def test_a_message_that_cannot_be_noted_is_shown_with_the_code_for_after_the_call() -> None:
    desk = await Desk().talk()
    desk.world.tasks.broken = True
    desk.operator.press("**7211*1430#")
    await desk.passes(1)
    assert desk.world.telephony.told == [("op1", "Kunde inte noteras. Slå *22*211*1430# efter samtalet.")]
    assert desk.world.log.lines.pop()[1] == "task_not_opened"
    await desk.end(desk.citizen)


async def test_a_message_for_an_extension_that_nobody_has() -> None:
    desk = await Desk().talk()
    desk.operator.press("**7299#")
    await desk.passes(1)
    assert desk.world.tasks.opened == []
    assert len(desk.world.telephony.told) == 1
    await desk.end(desk.citizen)
