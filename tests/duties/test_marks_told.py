"""What a mark does to letters: managers hear of threats, and what is secret stays here though it waits (R46, R47)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from switchboard.changes import Act, Marking
from switchboard.db.retention.marks import DatabaseMarks
from switchboard.db.tables import notice, outbox
from switchboard.domain.keeping.marks import Mark
from tests.demo_house import CITIZEN, NOW, rows_of
from tests.duties.house import LINK, House

OTHER = "+46701740611"
SHOWN, OTHER_SHOWN = "070-174 06 05", "070-174 06 11"


async def mark(house: House, id: str, mark: Mark, *, on: bool = True) -> None:
    marks = DatabaseMarks(house.service.database, house.service.directory, LINK)
    assert await marks.change(id, Marking(mark, on, "markerat i test"), Act("phone erik", house.clock.now()))


@pytest.mark.requirement("R47")
async def test_the_manager_is_told_too_when_it_is_no_threat_any_more(house: House) -> None:
    await house.service.leave_message("1", house.erik_s)
    await house.service.works()
    await mark(house, "m-1", Mark.THREAT)
    await mark(house, "m-1", Mark.THREAT, on=False)
    await house.service.works()
    told = [letter for letter in await house.service.letters() if "hot" in letter.subject]
    assert [letter.subject for letter in told] == [
        "Ett meddelande har markerats som hot",
        "Ett meddelande är inte längre markerat som hot",
    ]
    assert {letter.recipient for letter in told} == {told[0].recipient}
    assert f"{LINK}/api/v1/voicemail-messages/m-1" in told[1].body


@pytest.mark.requirement("R46")
async def test_a_letter_that_waits_is_written_anew_without_the_caller(house: House) -> None:
    await house.service.leave_message("1", house.erik_s)
    await house.service.worker.do_what_is_due()
    (waits,) = await house.service.letters()
    assert SHOWN in waits.body
    await mark(house, "m-1", Mark.SECRET)
    await house.service.worker.do_what_is_due()
    (anew,) = await house.service.letters()
    assert (anew.recipient, anew.notice_id) == (waits.recipient, waits.notice_id)
    assert SHOWN not in anew.body
    assert [row.state for row in await rows_of(house.service.database, notice)] == ["told"]


@pytest.mark.requirement("R46")
async def test_a_letter_that_was_sent_is_not_told_again(house: House) -> None:
    await house.service.leave_message("1", house.erik_s)
    await house.service.works()
    await mark(house, "m-1", Mark.SECRET)
    await house.service.works()
    assert len(house.service.mailer.took) == 1


@pytest.mark.requirement("R46")
async def test_of_a_list_that_waits_the_secret_caller_alone_goes(house: House) -> None:
    for id, caller in (("1", CITIZEN), ("2", OTHER)):
        await house.service.leave_message(id, house.erik_s, caller)
    await house.service.works()
    house.clock.at = NOW + timedelta(days=3)
    await house.service.worker.do_what_is_due()
    assert await _lists(house) == [(True, True)]
    await mark(house, "m-1", Mark.SECRET)
    assert await _lists(house) == [(False, True)]


async def _lists(house: House) -> list[tuple[bool, bool]]:
    """Of each list of what is late: whether it shows the one and the other caller."""
    breaches = select(outbox).join(notice, notice.c.id == outbox.c.notice_id).where(notice.c.kind == "breach")
    async with house.service.database.read() as tx:
        rows = (await tx.execute(breaches)).all()
    return [(SHOWN in row.body, OTHER_SHOWN in row.body) for row in rows]
