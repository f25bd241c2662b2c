"""Autoreplies kept: told once, set when an absence begins, taken away when it ends, whatever happens meanwhile."""

from datetime import timedelta

import pytest

from switchboard.calls.ports.autoreply import ScriptServerAway, ScriptsRefused
from switchboard.db.autoreply.rows import KEEP
from switchboard.db.jobs import put_job
from switchboard.db.tables import job
from switchboard.domain.directory import AbsenceReason
from tests.autoreplies.house import ERIK, MARIA, House, Service
from tests.demo_house import NOW, rows_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FILTER = 'require "fileinto"; fileinto "Skräp";'


@pytest.mark.requirement("R9")
class TestTheReply:
    async def test_is_set_within_half_a_minute_and_taken_away_at_the_end(self, house: House) -> None:
        house.server.keep(ERIK, {"regler": FILTER}, "regler")
        await house.away(house.erik, NOW + 2 * DAY, deputy=house.anna)
        await house.passes()
        script = house.server.reply_of(ERIK)
        assert script is not None
        assert "Jag har semester och är åter fredag 14 augusti klockan 10.00." in script
        assert "min ersättare Anna Andersson, telefon 0980-31 92 10, e-post anna.andersson@norrby.example" in script
        assert 'include :personal :optional "regler"' in script
        await house.passes(2 * DAY)
        assert (house.server.mailboxes[ERIK].active, set(house.server.mailboxes[ERIK].scripts)) == (
            "regler",
            {"regler"},
        )

    async def test_is_taken_away_when_the_absence_is_lifted(self, house: House) -> None:
        lifted = await house.away(house.erik, None)
        await house.passes()
        assert house.server.reply_of(ERIK) is not None
        await house.back(lifted)
        await house.passes()
        assert house.server.mailboxes[ERIK].scripts == {}

    async def test_of_a_coming_absence_is_set_when_it_begins(self, house: House) -> None:
        await house.away(house.erik, NOW + 3 * DAY, start=NOW + DAY)
        await house.passes()
        assert house.server.reply_of(ERIK) is None
        await house.passes(DAY - HOUR)
        assert house.server.reply_of(ERIK) is None
        await house.passes(HOUR)
        assert house.server.reply_of(ERIK) is not None

    async def test_follows_a_changed_return_and_a_deputy_who_goes_away(self, house: House) -> None:
        first = await house.away(house.erik, NOW + 2 * DAY, deputy=house.anna)
        await house.passes()
        await house.away(house.anna, NOW + 5 * HOUR, AbsenceReason.MEETING, start=NOW + 4 * HOUR)
        await house.passes(4 * HOUR)
        assert "Vänd dig till Bygglov, telefon 0980-31 92 20" in (house.server.reply_of(ERIK) or "")
        await house.passes(HOUR)
        assert "min ersättare Anna Andersson" in (house.server.reply_of(ERIK) or "")
        await house.back(first)
        await house.away(house.erik, NOW + 3 * DAY)
        await house.passes()
        assert "lördag 15 augusti" in (house.server.reply_of(ERIK) or "")

    async def test_is_not_set_again_where_the_person_has_switched_it_off(self, house: House) -> None:
        await house.away(house.erik, NOW + 2 * DAY)
        await house.passes()
        house.server.mailboxes[ERIK].active = None
        await house.passes(3 * HOUR)
        assert house.server.reply_of(ERIK) is None
        assert [(each.person, each.disparity) for each in await house.service.parity()] == [
            ("Erik Lund", "absent_by_phone_only")
        ]

    async def test_goes_by_the_login_of_the_person(self, house: House) -> None:
        await house.of_person(house.erik, mail_login="erlu01")
        await house.away(house.erik, NOW + 2 * DAY)
        await house.passes()
        assert house.server.reply_of("erlu01") is not None
        assert ERIK not in house.server.mailboxes

    async def test_is_none_for_an_absence_that_the_authority_calls_short(self, house: House) -> None:
        await house.rules(autoreply_min_hours=4)
        await house.away(house.erik, NOW + HOUR, AbsenceReason.LUNCH)
        await house.passes()
        assert house.server.reply_of(ERIK) is None
        assert await house.letters() == []
        assert await house.service.parity() == []

    async def test_somebody_without_an_address_holds_nobody_up(self, house: House) -> None:
        await house.of_person(house.maria, email="")
        await house.away(house.maria, NOW + DAY)
        await house.away(house.erik, NOW + DAY)
        await house.passes()
        assert house.server.reply_of(ERIK) is not None
        assert "" not in house.server.mailboxes


class TestFaults:
    async def test_a_server_that_is_away_is_tried_again_and_shown(self, house: House) -> None:
        house.server.faults = [ScriptServerAway("no server to be had: TimeoutError")] * 3
        await house.away(house.erik, NOW + 2 * DAY)
        await house.passes()
        assert house.server.reply_of(ERIK) is None
        [state] = [each for each in await house.service.parity() if each.person == "Erik Lund"]
        assert state.error == "no server to be had: TimeoutError"
        assert "autoreply_not_settled" in house.service.log.events("warning")
        await house.passes(timedelta(minutes=5))
        assert house.server.reply_of(ERIK) is not None
        assert await house.service.parity() == []

    async def test_it_is_tried_as_long_as_the_absence_lasts(self, house: House) -> None:
        await house.of_person(house.maria, email="")
        house.server.faults = [ScriptsRefused("the login was refused")] * 200
        await house.away(house.erik, NOW + 20 * DAY)
        await house.passes(10 * DAY)
        states = [row.state for row in await rows_of(house.service.database, job) if row.kind == KEEP]
        assert states == ["waiting"]
        house.server.faults = []
        await house.passes(2 * HOUR)
        assert house.server.reply_of(ERIK) is not None

    async def test_a_reply_that_could_not_be_taken_away_is_taken_away_later(self, house: House) -> None:
        await house.away(house.erik, NOW + HOUR)
        await house.passes()
        house.server.faults = [ScriptServerAway("no server to be had: OSError")] * 2
        await house.passes(HOUR)
        await house.passes(timedelta(minutes=5))
        assert house.server.mailboxes[ERIK].scripts == {}

    async def test_two_services_on_one_database_and_a_restart(self, house: House) -> None:
        other = Service(house.service.database, house.clock, house.server, "two")
        await other.start()
        await house.away(house.erik, NOW + 2 * DAY)
        await house.passes()
        await other.until(house.clock.at + timedelta(minutes=1))
        third = Service(house.service.database, house.clock, house.server, "three")
        await third.start()
        await third.until(house.clock.at + timedelta(minutes=1))
        assert len(await house.letters()) == 1
        assert house.server.reply_of(ERIK) is not None
        await third.until(NOW + 2 * DAY)
        assert house.server.mailboxes[ERIK].scripts == {}
        for each in (other, third):
            await each.directory.close()

    async def test_jobs_of_other_kinds_are_left_to_others(self, house: House) -> None:
        async with house.service.database.write() as tx:
            await put_job(tx, "watch_task", "t-1", NOW)
        await house.service.works()
        [other] = [row for row in await rows_of(house.service.database, job) if row.kind == "watch_task"]
        assert (other.tries, other.locked_by) == (0, None)

    async def test_an_end_while_no_service_ran_is_made_good_at_the_start(self, house: House) -> None:
        await house.away(house.erik, NOW + HOUR)
        await house.passes()
        house.clock.at = NOW + 2 * DAY
        later = Service(house.service.database, house.clock, house.server, "two")
        await later.start()
        await later.works()
        assert house.server.mailboxes[ERIK].scripts == {}
        await later.directory.close()

    async def test_a_server_that_is_configured_later_gets_the_replies_of_those_who_are_away(self, house: House) -> None:
        without = Service(house.service.database, house.clock, None, "without")
        await house.away(house.erik, NOW + 2 * DAY)
        await without.until(NOW + timedelta(minutes=1))
        assert house.server.sessions == []
        await without.directory.close()
        await house.service.start()
        await house.passes()
        assert house.server.reply_of(ERIK) is not None
        assert len(await house.letters()) == 1


class TestLetters:
    async def test_each_absence_is_told_once_when_it_becomes_known(self, house: House) -> None:
        await house.away(house.erik, NOW + 3 * DAY, start=NOW + DAY)
        await house.away(house.maria, NOW + DAY, AbsenceReason.SICK)
        await house.passes()
        sick, coming = sorted(await house.letters(), key=lambda row: row.recipient, reverse=True)
        assert (sick.recipient, coming.recipient) == (MARIA, ERIK)
        assert sick.subject == "Ditt autosvar medan du är borta"
        assert "sjuk" not in (sick.subject + sick.body).lower()
        assert "Växeln lägger in autosvaret i din e-post nu" in sick.body
        assert coming.subject == "Ditt autosvar från och med torsdag 13 augusti"
        assert "från torsdag 13 augusti klockan 10.00" in coming.body
        await house.passes(4 * DAY)
        assert len(await house.letters()) == 2

    async def test_an_absence_that_another_hides_for_a_while_is_not_told_again(self, house: House) -> None:
        await house.away(house.erik, NOW + 3 * DAY)
        await house.passes()
        await house.away(house.erik, NOW + 3 * HOUR, AbsenceReason.MEETING, start=NOW + 2 * HOUR)
        await house.passes(DAY)
        assert len(await house.letters()) == 2

    async def test_an_absence_that_is_taken_back_at_once_is_not_told(self, house: House) -> None:
        taken_back = await house.away(house.erik, NOW + 3 * DAY)
        await house.passes(timedelta(seconds=10))
        await house.back(taken_back)
        await house.passes()
        assert await house.letters() == []
        assert house.server.mailboxes.get(ERIK) is None or house.server.mailboxes[ERIK].scripts == {}

    async def test_not_where_the_policy_does_not_want_it(self, house: House) -> None:
        await house.rules(autoreply_mail=False)
        await house.away(house.erik, NOW + DAY)
        await house.passes()
        assert await house.letters() == []
        assert house.server.reply_of(ERIK) is not None

    async def test_without_a_server_the_person_is_asked_to_set_it(self, house: House) -> None:
        alone = Service(house.service.database, house.clock, None, "alone")
        await house.away(house.erik, NOW + DAY)
        await alone.until(NOW + timedelta(minutes=1))
        [letter] = await house.letters()
        assert "Lägg in texten nedan som autosvar i din e-post." in letter.body
        await alone.directory.close()


@pytest.mark.requirement("R9")
class TestParity:
    async def test_who_is_absent_by_mail_alone(self, house: House) -> None:
        house.server.keep(MARIA, {"borta": 'require "vacation"; vacation "Borta";'}, "borta")
        await house.passes(HOUR)
        [state] = await house.service.parity()
        assert (state.person, state.absent, state.seen, state.disparity) == (
            "Maria Berg",
            False,
            "own",
            "absent_by_mail_only",
        )
        await house.away(house.maria, NOW + 2 * DAY)
        await house.passes()
        assert await house.service.parity() == []
        assert house.server.mailboxes[MARIA].active == "borta"

    async def test_everybody_s_mailbox_is_looked_at_once_an_hour(self, house: House) -> None:
        await house.passes(timedelta(minutes=10))
        looked_at = len(house.server.sessions)
        assert looked_at == len(set(house.server.sessions)) > 5
        await house.passes(HOUR)
        assert len(house.server.sessions) <= 2 * looked_at
        assert set(await _seen(house)) == {"silent"}

    async def test_a_mailbox_that_is_not_there_is_shown_and_holds_nobody_up(self, house: House) -> None:
        house.server.faults = [ScriptsRefused("the login was refused")]
        await house.passes()
        [state] = await house.service.parity()
        assert state.error == "the login was refused"
        assert len(await _seen(house)) > 5

    async def test_a_server_that_is_away_says_nothing_of_anybody(self, house: House) -> None:
        house.server.faults = [ScriptServerAway("no server to be had: OSError")]
        await house.passes()
        assert await house.service.parity("all") == []
        assert house.service.log.events("warning") == ["mail_not_looked_at"]


async def _seen(house: House) -> list[str | None]:
    return [each.seen for each in await house.service.parity("all")]
