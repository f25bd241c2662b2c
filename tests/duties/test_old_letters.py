"""Letters that waited long: tried once at least, and given up with a word where no mail server takes them (R16)."""

from datetime import timedelta

import pytest

from switchboard.calls.ports.duties import MailDelayed
from tests.demo_house import NOW
from tests.duties.house import House

DELAYED = MailDelayed("451 try again later")


@pytest.mark.requirement("R16")
async def test_what_waited_for_weeks_while_no_service_was_there_is_sent(house: House) -> None:
    await house.service.leave_message("1", house.erik_s)
    await house.service.worker.do_what_is_due()
    house.clock.at = NOW + timedelta(days=30)
    await house.service.postman.send_what_waits()
    assert [row.state for row in await house.service.letters()] == ["sent"]


async def test_what_no_mail_server_takes_for_days_is_given_up_and_shown(house: House) -> None:
    await house.service.leave_message("1", house.erik_s)
    await house.service.worker.do_what_is_due()
    for day in range(5):
        house.clock.at = NOW + timedelta(days=day)
        house.service.mailer.answers = [DELAYED]
        await house.service.postman.send_what_waits()
        assert (await house.service.outbox.counts())["waiting"] == 1, day
    house.clock.at = NOW + timedelta(days=6)
    await house.service.postman.send_what_waits()
    assert await house.service.outbox.counts() == {"waiting": 0, "refused": 0, "expired": 1}
    assert house.service.mailer.took == []
