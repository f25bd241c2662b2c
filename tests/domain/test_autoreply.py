"""What an autoreply says, and to whom it refers (R8, R9, R10, R46)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.absence import absence_in_force
from switchboard.domain.autoreply import (
    Addresses,
    MailState,
    Telling,
    decide_referral,
    expected_by_mail,
    facts_of,
    find_disparity,
    nearest_turn,
    next_change,
    occasions_of,
    tell_person,
    write_autoreply,
)
from switchboard.domain.directory import Absence, AbsenceReason, FunctionMember, Person, Policy
from switchboard.domain.directory_index import DirectoryIndex
from tests.builders import (
    ANNA,
    ASA,
    BYGGLOV,
    BYGGLOV_GROUP,
    ERIK,
    GATA_PARK,
    JOHAN,
    MAIN_NUMBER,
    MARIA,
    NILS,
    NOW,
    absence,
    norrby,
    to_extension,
)
from tests.domain.calendars import local
from tests.domain.strategies import INSTANTS, directories

ADDRESSES = Addresses(
    {ANNA.id: "anna.andersson@norrby.example"},
    {BYGGLOV.id: "bygglov@norrby.example", GATA_PARK.id: "gata@norrby.example"},
)


def policy(**changed: object) -> Policy:
    return replace(Policy(1, 1, date(2024, 1, 1), 1), **changed)  # type: ignore[arg-type]


def away(person: Person, reason: AbsenceReason, until: str | None, deputy: Person | None = None) -> DirectoryIndex:
    """The person alone is away."""
    directory = norrby()
    for each in list(directory.rows(Absence)):
        directory.remove("absence", each.id)
    directory.put(absence(9, person, reason, NOW - timedelta(hours=1), local(until) if until else None, deputy))
    return directory


def texts(person: Person, directory: DirectoryIndex) -> tuple[str, str, str]:
    """Subject, Swedish, English."""
    occasion = occasions_of(person, directory, NOW)[0]
    referral = decide_referral(person, directory, ADDRESSES, occasion.at)
    reply = write_autoreply(facts_of(person, occasion, referral, directory))
    assert reply.body == f"{reply.swedish}\n\n-----\n\n{reply.english}\n"
    return reply.subject, reply.swedish, reply.english


@pytest.mark.requirement("R8")
def test_a_holiday_with_a_deputy() -> None:
    subject, swedish, english = texts(ERIK, away(ERIK, AbsenceReason.VACATION, "2026-08-24 00:00", ANNA))
    assert subject == "Autosvar: Erik Lund är inte på plats"
    assert swedish == (
        "Hej!\n\n"
        "Tack för ditt meddelande. Jag har semester och är åter måndag 24 augusti. Jag läser ditt meddelande när jag är"
        " åter.\n\n"
        "Behöver du hjälp under tiden? Vänd dig till min ersättare Anna Andersson, telefon 0980-31 92 10, e-post"
        " anna.andersson@norrby.example.\n\n"
        "Vänliga hälsningar\nErik Lund\nhandläggare, Bygglov\nNorrby kommun"
    )
    assert english == (
        "Hello,\n\n"
        "Thank you for your message. I am on holiday and will be back on Monday 24 August. I will read your message"
        " when I am back.\n\n"
        "Do you need help in the meantime? Please contact my deputy Anna Andersson, telephone 0980-31 92 10, e-mail"
        " anna.andersson@norrby.example.\n\n"
        "Kind regards,\nErik Lund\nhandläggare, Bygglov\nNorrby kommun"
    )


def test_a_time_is_told_with_its_day_for_mail_is_read_on_another() -> None:
    _, swedish, english = texts(MARIA, away(MARIA, AbsenceReason.MEETING, "2026-08-03 14:30"))
    assert "Jag sitter i möte och är åter måndag 3 augusti klockan 14.30." in swedish
    assert "I am in a meeting and will be back on Monday 3 August at 14:30." in english


def test_another_year_is_named() -> None:
    _, swedish, english = texts(MARIA, away(MARIA, AbsenceReason.PARENTAL_LEAVE, "2027-02-01 00:00"))
    assert "är åter måndag 1 februari 2027" in swedish
    assert "back on Monday 1 February 2027" in english


def test_a_return_that_is_not_known_is_not_invented() -> None:
    _, swedish, english = texts(MARIA, away(MARIA, AbsenceReason.COURSE, None))
    assert "Jag är på kurs. Det är ännu inte klart när jag är åter." in swedish
    assert "I am on a course. It is not known yet when I will be back." in english


@pytest.mark.requirement("R46")
@pytest.mark.parametrize("reason", [AbsenceReason.SICK, AbsenceReason.CARE_OF_CHILD])
def test_illness_is_told_as_not_there_unless_the_policy_says_otherwise(reason: AbsenceReason) -> None:
    directory = away(MARIA, reason, "2026-08-05 08:00")
    subject, swedish, english = texts(MARIA, directory)
    assert "Jag är inte på plats och är åter onsdag 5 augusti klockan 08.00." in swedish
    assert "I am away and will be back on Wednesday 5 August at 08:00." in english
    assert not any(word in f"{subject} {swedish} {english}".lower() for word in ("sjuk", "barn", "sick", "child"))
    directory.put(policy(speak_sick_reason=True))
    assert "sjuk" in texts(MARIA, directory)[1]


@pytest.mark.parametrize("reason", list(AbsenceReason))
def test_every_reason_has_words_in_both_languages(reason: AbsenceReason) -> None:
    subject, swedish, english = texts(MARIA, away(MARIA, reason, "2026-08-05 08:00"))
    assert subject.isprintable()
    assert swedish.startswith("Hej!\n\nTack för ditt meddelande. Jag ")
    assert english.startswith("Hello,\n\nThank you for your message. I am ")


@pytest.mark.requirement("R10")
class TestReferral:
    def test_a_deputy_who_is_away_too_is_passed_over(self) -> None:
        directory = away(ERIK, AbsenceReason.VACATION, "2026-08-24 00:00", ANNA)
        directory.put(absence(10, ANNA, AbsenceReason.MEETING, NOW - timedelta(hours=1), NOW + timedelta(hours=1)))
        referral = decide_referral(ERIK, directory, ADDRESSES, NOW)
        assert (referral.kind, referral.name, referral.number) == ("function", "Bygglov", "+46980319220")
        later = decide_referral(ERIK, directory, ADDRESSES, NOW + timedelta(hours=1))
        assert (later.kind, later.name) == ("deputy", "Anna Andersson")

    def test_the_deputy_s_deputy_stands_in(self) -> None:
        directory = away(ERIK, AbsenceReason.VACATION, "2026-08-24 00:00", ANNA)
        directory.put(absence(10, ANNA, AbsenceReason.VACATION, NOW - timedelta(hours=1), None, ASA))
        assert decide_referral(ERIK, directory, ADDRESSES, NOW).name == ASA.name

    def test_by_the_policy_the_unit_or_the_switchboard(self) -> None:
        directory = away(ERIK, AbsenceReason.VACATION, "2026-08-24 00:00")
        directory.put(policy(autoreply_refers_to="unit"))
        unit = decide_referral(ERIK, directory, ADDRESSES, NOW)
        assert (unit.kind, unit.number, unit.email) == ("unit", "+46980319220", "bygglov@norrby.example")
        directory.put(policy(autoreply_refers_to="switchboard"))
        referral = decide_referral(ERIK, directory, ADDRESSES, NOW)
        assert (referral.kind, referral.name, referral.number) == ("switchboard", "Norrby kommun", MAIN_NUMBER)

    def test_without_function_and_unit_the_switchboard(self) -> None:
        directory = away(MARIA, AbsenceReason.LUNCH, "2026-08-03 13:00")
        assert decide_referral(MARIA, directory, ADDRESSES, NOW).kind == "switchboard"
        assert "Ring växeln i Norrby kommun, telefon 0980-31 92 00." in texts(MARIA, directory)[1]
        assert "Please call the switchboard of Norrby kommun, telephone 0980-31 92 00." in texts(MARIA, directory)[2]

    def test_a_unit_is_found_up_the_tree(self) -> None:
        directory = away(ASA, AbsenceReason.LUNCH, "2026-08-03 13:00")
        directory.put(replace(GATA_PARK, parent_id=BYGGLOV.id))
        own = decide_referral(ASA, directory, Addresses(), NOW)
        assert (own.kind, own.name) == ("unit", "Bygglov")

    def test_an_operators_group_is_no_function_to_refer_to(self) -> None:
        directory = away(MARIA, AbsenceReason.LUNCH, "2026-08-03 13:00")
        directory.put(FunctionMember(99, 1, MARIA.id))
        assert decide_referral(MARIA, directory, ADDRESSES, NOW).kind == "switchboard"

    @given(directories(), st.integers(1, 4), INSTANTS)
    def test_it_never_ends_at_who_is_away_and_always_ends(
        self, directory: DirectoryIndex, person_id: int, now: datetime
    ) -> None:
        person = directory.person(person_id) or ERIK
        referral = decide_referral(person, directory, ADDRESSES, now)
        if referral.kind == "deputy":
            deputy_id = int(referral.reason.rpartition(" ")[2])
            assert deputy_id != person.id
            assert absence_in_force(directory.absences(deputy_id), now) is None
        if referral.kind != "switchboard":
            assert referral.name
            assert referral.number or referral.email

    def test_an_answering_point_who_is_away_is_passed_over(self) -> None:
        directory = away(ASA, AbsenceReason.LUNCH, "2026-08-03 13:00")
        directory.put(replace(GATA_PARK, answering_point=to_extension("210")))
        referral = decide_referral(ASA, directory, Addresses(), NOW)
        assert (referral.name, referral.number) == ("Gata/park", "+46980319210")
        directory.put(absence(10, ANNA, AbsenceReason.MEETING, NOW - timedelta(hours=1), NOW + timedelta(hours=1)))
        assert decide_referral(ASA, directory, Addresses(), NOW).kind == "switchboard"


class TestOccasions:
    def test_the_absence_in_force_and_the_coming_ones(self) -> None:
        directory = away(MARIA, AbsenceReason.MEETING, "2026-08-03 12:00")
        directory.put(absence(10, MARIA, AbsenceReason.LUNCH, local("2026-08-03 12:00"), local("2026-08-03 13:00")))
        directory.put(absence(11, MARIA, AbsenceReason.VACATION, local("2026-09-01 00:00"), local("2026-09-14 00:00")))
        directory.put(absence(12, MARIA, AbsenceReason.LUNCH, local("2026-08-01 12:00"), local("2026-08-01 13:00")))
        found = occasions_of(MARIA, directory, NOW)
        assert [(each.absence.id, each.in_force) for each in found] == [(9, True), (10, False), (11, False)]
        assert found[0].counts.until == local("2026-08-03 13:00"), "lunch follows without a gap"

    def test_who_is_there_has_none(self) -> None:
        assert occasions_of(ANNA, norrby(), NOW) == []

    @given(directories(), st.integers(1, 4), INSTANTS)
    def test_between_two_changes_nothing_changes(
        self, directory: DirectoryIndex, person_id: int, now: datetime
    ) -> None:
        person = directory.person(person_id) or ERIK
        for each in list(directory.rows(Policy)):
            directory.remove("policy", each.id)
        change = next_change(person, directory, now)
        if change is None or change - now < timedelta(seconds=2):
            return
        before = change - timedelta(seconds=1)
        assert before > now
        first, last = (
            [(each.absence.id, each.in_force) for each in occasions_of(person, directory, at)] for at in (now, before)
        )
        assert first == last
        kinds = [replace(decide_referral(person, directory, ADDRESSES, at), reason="") for at in (now, before)]
        assert kinds[0] == kinds[1]

    def test_a_deputy_s_absence_is_a_change(self) -> None:
        directory = away(ERIK, AbsenceReason.VACATION, "2026-08-24 00:00", ANNA)
        directory.put(absence(10, ANNA, AbsenceReason.MEETING, NOW + timedelta(hours=1), NOW + timedelta(hours=2)))
        assert next_change(ERIK, directory, NOW) == (NOW + timedelta(hours=1)).astimezone(UTC)
        assert next_change(ANNA, directory, NOW) == (NOW + timedelta(hours=1)).astimezone(UTC)
        assert next_change(JOHAN, directory, NOW) is None

    def test_the_nearest_turn_is_behind_or_ahead_and_the_person_s_own(self) -> None:
        directory = away(ERIK, AbsenceReason.VACATION, "2026-08-24 00:00", ANNA)
        directory.put(absence(10, ANNA, AbsenceReason.MEETING, NOW, NOW + timedelta(hours=2)))
        assert [nearest_turn(each, directory, NOW) for each in (ERIK, JOHAN)] == [timedelta(hours=1), timedelta()]
        directory.put(absence(11, ERIK, AbsenceReason.LUNCH, NOW + timedelta(minutes=1), NOW + timedelta(hours=2)))
        assert nearest_turn(ERIK, directory, NOW) == timedelta(minutes=1)

    def test_short_absences_by_the_policy(self) -> None:
        lunch = absence(1, MARIA, AbsenceReason.LUNCH, NOW, NOW + timedelta(hours=1))
        assert expected_by_mail(lunch, policy())
        assert not expected_by_mail(lunch, policy(autoreply_min_hours=4))
        assert expected_by_mail(replace(lunch, until=None), policy(autoreply_min_hours=4))
        assert expected_by_mail(replace(lunch, until=NOW + timedelta(hours=4)), policy(autoreply_min_hours=4))


class TestLetter:
    def letter(self, directory: DirectoryIndex, *, by_us: bool, in_force: bool = True) -> tuple[str, str]:
        occasion = occasions_of(MARIA, directory, NOW)[0]
        facts = facts_of(MARIA, occasion, decide_referral(MARIA, directory, ADDRESSES, NOW), directory)
        words = tell_person(Telling(facts, occasion.absence.start, in_force, by_us), write_autoreply(facts), "sv")
        return words.subject, words.body

    @pytest.mark.requirement("R46")
    def test_says_what_callers_are_told(self) -> None:
        subject, body = self.letter(away(MARIA, AbsenceReason.SICK, "2026-08-05 08:00"), by_us=False)
        assert subject == "Ditt autosvar medan du är borta"
        assert "får höra: ”Maria Berg är inte på plats och är åter onsdag 5 augusti klockan 08.00.”" in body
        assert "Lägg in texten nedan som autosvar i din e-post." in body
        assert "> Tack för ditt meddelande. Jag är inte på plats och är åter" in body
        assert "sjuk" not in (subject + body).lower()

    def test_who_sets_it(self) -> None:
        directory = away(MARIA, AbsenceReason.VACATION, "2026-08-24 00:00")
        now = self.letter(directory, by_us=True)[1]
        assert "Växeln lägger in autosvaret i din e-post nu och tar bort det när du är åter." in now
        subject, body = self.letter(directory, by_us=True, in_force=False)
        assert subject == "Ditt autosvar från och med måndag 3 augusti"
        assert "i din e-post när frånvaron börjar och tar bort det" in body


@pytest.mark.parametrize(
    ("absent", "expected", "seen", "wrong"),
    [
        (True, True, "silent", "absent_by_phone_only"),
        (True, True, "ours", None),
        (True, True, "own", None),
        (True, False, "silent", None),
        (False, False, "ours", "absent_by_mail_only"),
        (False, False, "own", "absent_by_mail_only"),
        (False, False, "silent", None),
        (True, True, None, None),
        (False, False, None, None),
    ],
)
def test_parity(absent: bool, expected: bool, seen: str | None, wrong: str | None) -> None:
    state = MailState(seen) if seen is not None else None
    assert find_disparity(absent=absent, expected=expected, seen=state) == wrong


def test_other_authorities_have_their_own_numbers() -> None:
    directory = norrby()
    referral = decide_referral(NILS, directory, Addresses(), NOW)
    assert (referral.kind, referral.number) == ("deputy", "+46406280411")
    assert BYGGLOV_GROUP.name not in referral.name
