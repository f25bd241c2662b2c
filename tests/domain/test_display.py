"""What telephones show."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.announcement import WhyBack
from switchboard.domain.directory import AbsenceReason, Policy
from switchboard.domain.display import (
    LONGEST,
    ComingBack,
    show_absence,
    show_callback,
    show_coming_back,
    show_new_call,
    show_sent_on,
    show_task,
)
from tests.builders import CITIZEN, ERIK, MARIA, NOW, absence
from tests.domain.calendars import local

AFTERNOON = local("2026-08-03 14:30")
SPOKEN = Policy(1, 1, date(2024, 1, 1), None, speak_sick_reason=True)


def away(reason: AbsenceReason, until: datetime | None) -> str:
    return show_absence(absence(1, ERIK, reason, NOW - timedelta(days=1), until), NOW)


@pytest.mark.requirement("R38")
@pytest.mark.parametrize(
    ("caller", "shown"),
    [
        (CITIZEN, "Norrby kommun: 070-174 06 05"),
        ("+46980319211", "Norrby kommun: 0980-31 92 11"),
        ("+4712345678", "Norrby kommun: +4712345678"),
        ("211", "Norrby kommun: 211"),
        (None, "Norrby kommun: dolt nummer"),
        ("", "Norrby kommun: dolt nummer"),
        ("+junk", "Norrby kommun: +junk"),
    ],
)
def test_a_new_call(caller: str | None, shown: str) -> None:
    assert show_new_call("Norrby kommun", caller) == shown


def test_a_callback() -> None:
    assert show_callback(CITIZEN, "Norrby kommun") == "Norrby kommun: ring upp 070-174 06 05"
    assert show_callback(CITIZEN) == "Ring upp: 070-174 06 05"


@pytest.mark.requirement("R31")
def test_a_colleague_sends_a_caller_to_the_operators() -> None:
    assert show_sent_on("Anna Andersson", CITIZEN) == "Kopplat från Anna Andersson: 070-174 06 05"
    assert show_sent_on("", None) == "Kopplat från en kollega: dolt nummer"
    for_several = show_sent_on("Anna Andersson", CITIZEN, "Norrby kommun")
    assert for_several == "Kopplat från Anna Andersson: 070-174 06 05 – Norrby kommun"


@pytest.mark.requirement("R38")
def test_who_answers_for_several_authorities_sees_which_after_the_reason() -> None:
    vacation = absence(1, ERIK, AbsenceReason.VACATION, NOW, local("2026-08-10 08:00"))
    shown = show_coming_back(ComingBack("absent", ERIK.name, vacation), NOW, None, "Norrby kommun")
    assert shown == "Åter: Erik Lund, semester till 10/8 – Norrby kommun"
    held = show_coming_back(ComingBack("held", since=NOW), NOW, None, "Söderås kommunalteknik och räddning")
    assert held == "Åter: väntar sedan 1 min – Söderås kommunalteknik…"


@pytest.mark.requirement("R20")
def test_a_task_for_a_colleague() -> None:
    by = date(2026, 8, 13)
    assert show_task(CITIZEN, None, by) == "Att ringa upp: 070-174 06 05, senast 13/8"
    assert show_task(None, None, None) == "Att ringa upp: dolt nummer"
    told = show_task(CITIZEN, AFTERNOON, by, "Gäller\nbygglov.")
    assert told == "Att ringa upp: 070-174 06 05, utlovat 3/8 14:30. Gäller bygglov."
    assert len(show_task(CITIZEN, AFTERNOON, by, "a" * 2000)) < 300


@pytest.mark.requirement("R31")
@pytest.mark.parametrize(
    ("why", "shown"),
    [
        ("absent", "Åter: Erik Lund, frånvarande"),
        ("busy", "Åter: Erik Lund, upptagen"),
        ("no_answer", "Åter: Erik Lund, svarar inte"),
        ("no_phone", "Åter: Erik Lund, ingen telefon"),
        ("nobody_there", "Åter: Erik Lund, ingen på plats"),
        ("closed", "Åter: Erik Lund, stängt tills vidare"),
        ("unknown", "Åter: Erik Lund, numret används inte"),
        ("no_answering_point", "Åter: Erik Lund, saknar svarsställe"),
        ("wrong_row", "Åter: Erik Lund, fel i katalogen"),
        ("not_allowed", "Åter: Erik Lund, får inte ringas härifrån"),
        ("too_many", "Åter: Erik Lund, kopplat för många gånger"),
        ("held", "Åter: Erik Lund, väntar"),
        ("parked", "Åter: Erik Lund, parkerad"),
    ],
)
def test_why_a_caller_comes_back(why: WhyBack, shown: str) -> None:
    assert show_coming_back(ComingBack(why, "Erik Lund"), NOW) == shown


@pytest.mark.requirement("R31")
def test_coming_back_from_somebody_absent() -> None:
    vacation = absence(1, ERIK, AbsenceReason.VACATION, NOW, local("2026-08-10 08:00"))
    assert show_coming_back(ComingBack("absent", ERIK.name, vacation), NOW) == "Åter: Erik Lund, semester till 10/8"
    meeting = absence(2, MARIA, AbsenceReason.MEETING, NOW, AFTERNOON)
    assert show_coming_back(ComingBack("absent", MARIA.name, meeting), NOW) == "Åter: Maria Berg, i möte till 14:30"


@pytest.mark.requirement("R31")
def test_an_open_absence_stands_beside_why_nobody_answered() -> None:
    meeting = absence(2, MARIA, AbsenceReason.MEETING, NOW, AFTERNOON, open=True)
    shown = show_coming_back(ComingBack("no_answer", MARIA.name, meeting), NOW)
    assert shown == "Åter: Maria Berg, svarar inte, i möte till 14:30"


@pytest.mark.requirement("R31")
@pytest.mark.parametrize(
    ("opens_at", "shown"),
    [
        (AFTERNOON, "stängt till 14:30"),
        (local("2026-08-04 08:00"), "stängt till 4/8 08:00"),
        (None, "stängt tills vidare"),
    ],
)
def test_a_function_that_is_closed(opens_at: datetime | None, shown: str) -> None:
    assert show_coming_back(ComingBack("closed", "Bygglov", opens_at=opens_at), NOW) == f"Åter: Bygglov, {shown}"


@pytest.mark.requirement("R31")
def test_a_number_outside_stands_in_place_of_a_name() -> None:
    assert show_coming_back(ComingBack("busy", number=CITIZEN), NOW) == "Åter: 070-174 06 05, upptagen"


@pytest.mark.parametrize(("seconds", "minutes"), [(-5, 1), (0, 1), (80, 1), (120, 2), (3600, 60)])
def test_how_long_somebody_was_held(seconds: int, minutes: int) -> None:
    held = ComingBack("held", since=NOW - timedelta(seconds=seconds))
    assert show_coming_back(held, NOW) == f"Åter: väntar sedan {minutes} min"


def test_parked_without_a_name() -> None:
    assert show_coming_back(ComingBack("parked"), NOW) == "Åter: parkerad"


@pytest.mark.requirement("R3")
@pytest.mark.parametrize(
    ("reason", "until", "shown"),
    [
        (AbsenceReason.VACATION, local("2026-08-04 00:00"), "semester till 4/8"),
        (AbsenceReason.LUNCH, AFTERNOON, "lunch till 14:30"),
        (AbsenceReason.COURSE, local("2026-08-04 09:30"), "på kurs till 4/8"),
        (AbsenceReason.OTHER, None, "frånvarande"),
        (AbsenceReason.MEETING, NOW, "i möte"),
        (AbsenceReason.MEETING, NOW - timedelta(hours=1), "i möte"),
        (AbsenceReason.SICK, AFTERNOON, "frånvarande till 14:30"),
        (AbsenceReason.CARE_OF_CHILD, None, "frånvarande"),
    ],
)
def test_an_absence_and_its_return(reason: AbsenceReason, until: datetime | None, shown: str) -> None:
    assert away(reason, until) == shown


@pytest.mark.parametrize("reason", [AbsenceReason.SICK, AbsenceReason.CARE_OF_CHILD])
def test_illness_is_told_only_where_the_policy_says_so(reason: AbsenceReason) -> None:
    ill = absence(1, ERIK, reason, NOW, None)
    hidden = show_absence(ill, NOW, replace(SPOKEN, speak_sick_reason=False))
    assert hidden == show_absence(ill, NOW) == "frånvarande"
    assert show_absence(ill, NOW, SPOKEN) in {"sjuk", "vård av barn"}


def test_a_long_name_is_cut_and_the_reason_stays() -> None:
    shown = show_coming_back(ComingBack("no_answer", "Kommunstyrelseförvaltningens " * 4), NOW)
    assert len(shown) == LONGEST
    assert shown.endswith("…, svarar inte")


@given(st.text(), st.none() | st.text(), st.sampled_from(AbsenceReason), st.none() | st.datetimes())
def test_whatever_it_is_it_fits_on_one_line(
    name: str, caller: str | None, reason: AbsenceReason, until: datetime | None
) -> None:
    back = absence(1, ERIK, reason, NOW, until.replace(tzinfo=NOW.tzinfo, year=2026) if until else None)
    shown = [
        show_new_call(name, caller),
        show_callback(caller, name),
        show_sent_on(name, caller, name),
        show_coming_back(ComingBack("closed", name, opens_at=until and until.replace(tzinfo=NOW.tzinfo)), NOW),
        show_coming_back(ComingBack("no_answer", name, back, number=caller), NOW, None, name),
        show_coming_back(ComingBack("absent", name, back), NOW),
        show_coming_back(ComingBack("held", name, since=NOW), NOW),
        show_absence(back, NOW),
    ]
    for each in shown:
        assert 0 < len(each) <= LONGEST
        assert each.isprintable()
