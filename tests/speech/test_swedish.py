"""What a Swede would say, against tables written by hand."""

from datetime import date, datetime

import pytest

from switchboard.domain.announcement import AbsenceNotice, Closed, Promise
from switchboard.domain.directory import AbsenceReason
from switchboard.speech.prompts import Prompts
from tests.speech.values import ANNA, NAMELESS, NORRBY, UNRECORDED, at

NOW = at(2026, 7, 28, 10, 0)  # a Tuesday


@pytest.mark.requirement("R2")
@pytest.mark.parametrize(
    ("until", "spoken"),
    [
        (at(2026, 8, 3, 8), "åter måndag den tredje augusti klockan åtta"),
        (at(2026, 8, 20, 13, 30), "åter torsdag den tjugonde augusti klockan tretton och trettio"),
        (at(2026, 12, 31, 16, 45), "åter torsdag den trettioförsta december klockan sexton och fyrtiofem"),
        (at(2026, 8, 18, 9, 5), "åter tisdag den artonde augusti klockan nio noll fem"),
        (at(2026, 10, 10, 0, 1), "åter lördag den tionde oktober klockan noll noll ett"),
        (at(2026, 10, 10, 0, 5), "åter lördag den tionde oktober klockan noll noll fem"),
        (at(2026, 10, 10, 0, 9), "åter lördag den tionde oktober klockan noll noll nio"),
        (at(2026, 10, 10, 0, 10), "åter lördag den tionde oktober klockan noll noll tio"),
        (at(2026, 10, 10, 0, 15), "åter lördag den tionde oktober klockan noll noll femton"),
        (at(2026, 10, 10, 0, 59), "åter lördag den tionde oktober klockan noll noll femtionio"),
        (at(2026, 10, 10, 1, 10), "åter lördag den tionde oktober klockan ett och tio"),
        (at(2026, 8, 5, 23, 59), "åter onsdag den femte augusti klockan tjugotre och femtionio"),
        (at(2026, 7, 28, 14, 30), "åter klockan fjorton och trettio"),
        (at(2026, 7, 28, 10, 1), "åter klockan tio noll ett"),
        (at(2026, 7, 29, 8), "åter i morgon klockan åtta"),
        (at(2026, 7, 29), "åter i morgon"),
        (at(2026, 8, 3), "åter måndag den tredje augusti"),
        (at(2026, 7, 30), "åter torsdag den trettionde juli"),
        (at(2027, 1, 28, 8), "åter torsdag den tjugoåttonde januari klockan åtta"),
        (at(2027, 1, 29, 8), "åter fredag den tjugonionde januari tjugohundratjugosju klockan åtta"),
        (at(2027, 2, 1), "åter måndag den första februari tjugohundratjugosju"),
    ],
)
def test_the_return_is_said_as_a_swede_says_it(prompts: Prompts, until: datetime, spoken: str) -> None:
    notice = AbsenceNotice(ANNA, AbsenceReason.VACATION, until)
    assert prompts.transcript(notice, "sv", NOW) == f"Anna Andersson har semester och är {spoken}."


@pytest.mark.parametrize(
    ("until", "spoken"),
    [
        (at(2026, 8, 3, 8), "har semester och är åter måndag den tredje augusti."),
        (at(2026, 7, 29, 7), "har semester och är åter i morgon."),
        (at(2026, 7, 28, 23), "har semester och är åter senare i dag."),
    ],
)
def test_a_return_of_whole_days_has_no_clock_time(prompts: Prompts, until: datetime, spoken: str) -> None:
    notice = AbsenceNotice(ANNA, AbsenceReason.VACATION, until, whole_days=True)
    assert prompts.transcript(notice, "sv", NOW) == f"Anna Andersson {spoken}"


@pytest.mark.parametrize(
    ("now", "until", "spoken"),
    [
        # Winter time to summer time: 28 to 29 March 2026; the night is an hour short.
        (at(2026, 3, 28, 23, 30), at(2026, 3, 29, 8), "i morgon klockan åtta"),
        (at(2026, 3, 29, 1, 59), at(2026, 3, 29, 3, 1), "klockan tre noll ett"),
        # Summer time to winter time: 25 October 2026; 02:30 comes twice.
        (at(2026, 10, 24, 23, 30), at(2026, 10, 25, 12), "i morgon klockan tolv"),
        (at(2026, 10, 25, 2, 30), at(2026, 10, 25, 2, 30, fold=1), "klockan två och trettio"),
        # The turn of the year and a leap day.
        (at(2026, 12, 31, 23, 59), at(2027, 1, 1, 9), "i morgon klockan nio"),
        (at(2026, 12, 30, 12), at(2027, 1, 1, 9), "fredag den första januari klockan nio"),
        (at(2028, 2, 28, 12), at(2028, 2, 29, 9), "i morgon klockan nio"),
        (at(2027, 8, 31, 12), at(2028, 2, 29, 9), "tisdag den tjugonionde februari klockan nio"),
        (at(2027, 8, 31, 12), at(2028, 3, 1, 9), "onsdag den första mars tjugohundratjugoåtta klockan nio"),
    ],
)
def test_days_are_counted_by_the_local_calendar(prompts: Prompts, now: datetime, until: datetime, spoken: str) -> None:
    notice = AbsenceNotice(ANNA, AbsenceReason.MEETING, until)
    assert prompts.transcript(notice, "sv", now) == f"Anna Andersson sitter i möte och är åter {spoken}."


@pytest.mark.requirement("R2")
@pytest.mark.parametrize("until", [None, at(2026, 7, 28, 10), at(2026, 7, 28, 9, 59), at(2025, 8, 3), at(9999, 12, 31)])
def test_a_time_that_is_past_or_unknown_is_not_said(prompts: Prompts, until: datetime | None) -> None:
    notice = AbsenceNotice(ANNA, AbsenceReason.LUNCH, until)
    assert prompts.transcript(notice, "sv", NOW) == "Anna Andersson är på lunch."


def test_the_second_that_is_left_is_said_as_the_next_minute(prompts: Prompts) -> None:
    now, until = NOW.replace(second=10), NOW.replace(second=50)
    notice = AbsenceNotice(ANNA, AbsenceReason.LUNCH, until)
    assert prompts.transcript(notice, "sv", now) == "Anna Andersson är på lunch och är åter klockan tio noll ett."


@pytest.mark.parametrize(
    ("reason", "spoken"),
    [
        (AbsenceReason.MEETING, "sitter i möte"),
        (AbsenceReason.LUNCH, "är på lunch"),
        (AbsenceReason.BUSINESS_TRIP, "är på tjänsteresa"),
        (AbsenceReason.VACATION, "har semester"),
        (AbsenceReason.SICK, "är sjuk"),
        (AbsenceReason.PARENTAL_LEAVE, "är föräldraledig"),
        (AbsenceReason.GONE_FOR_DAY, "har gått för dagen"),
        (AbsenceReason.COURSE, "är på kurs"),
        (AbsenceReason.CARE_OF_CHILD, "är hemma med sjukt barn"),
        (AbsenceReason.TEMPORARILY_OUT, "är tillfälligt ute"),
        (AbsenceReason.OTHER, "är inte på plats"),
        (None, "är inte på plats"),
    ],
)
def test_each_reason_alone_and_with_a_return(prompts: Prompts, reason: AbsenceReason | None, spoken: str) -> None:
    alone = prompts.transcript(AbsenceNotice(ANNA, reason, None), "sv", NOW)
    timed = prompts.transcript(AbsenceNotice(ANNA, reason, at(2026, 7, 29)), "sv", NOW)
    assert alone == f"Anna Andersson {spoken}."
    assert timed == f"Anna Andersson {spoken} och är åter i morgon."


@pytest.mark.requirement("R14")
@pytest.mark.parametrize(
    ("promise", "spoken"),
    [
        (Promise(date(2026, 8, 5)), "Tack. Vi ringer upp dig senast onsdag den femte augusti."),
        (Promise(date(2026, 7, 29)), "Tack. Vi ringer upp dig senast i morgon onsdag den tjugonionde juli."),
        (Promise(date(2026, 7, 28)), "Tack. Vi ringer upp dig senast i dag tisdag den tjugoåttonde juli."),
        (
            Promise(date(2027, 3, 1), email_counts=True),
            "Tack. Vi ringer eller mejlar dig senast måndag den första mars tjugohundratjugosju.",
        ),
        (Promise(None), "Tack. Ditt meddelande är sparat. Vi ringer upp dig."),
        (Promise(date(2026, 7, 27)), "Tack. Ditt meddelande är sparat. Vi ringer upp dig."),
        (Promise(None, email_counts=True), "Tack. Ditt meddelande är sparat. Vi ringer eller mejlar dig."),
        (
            Promise(date(2026, 7, 30), has_number=False),
            "Tack. Vi kan inte se ditt telefonnummer. Om du lämnade det i meddelandet ringer vi upp dig senast "
            "torsdag den trettionde juli.",
        ),
        (
            Promise(date(2026, 7, 30), email_counts=True, has_number=False),
            "Tack. Vi kan inte se ditt telefonnummer. Om du lämnade dina kontaktuppgifter i meddelandet ringer eller "
            "mejlar vi dig senast torsdag den trettionde juli.",
        ),
    ],
)
def test_the_promise_names_the_day(prompts: Prompts, promise: Promise, spoken: str) -> None:
    assert prompts.transcript(promise, "sv", NOW) == spoken


@pytest.mark.requirement("R23")
@pytest.mark.parametrize(
    ("opens_at", "spoken"),
    [
        (at(2026, 7, 28, 13), "Vi har stängt just nu. Vi öppnar igen i dag klockan tretton."),
        (at(2026, 7, 29, 7, 30), "Vi har stängt just nu. Vi öppnar igen i morgon klockan sju och trettio."),
        (at(2026, 7, 29), "Vi har stängt just nu. Vi öppnar igen i morgon klockan tolv på natten."),
        (at(2026, 7, 29, 0, 30), "Vi har stängt just nu. Vi öppnar igen i morgon klockan noll noll trettio."),
        (at(2026, 7, 30, 9), "Vi har stängt just nu. Vi öppnar igen på torsdag klockan nio."),
        (at(2026, 8, 3, 8), "Vi har stängt just nu. Vi öppnar igen på måndag klockan åtta."),
        (at(2026, 8, 4, 8), "Vi har stängt just nu. Vi öppnar igen tisdag den fjärde augusti klockan åtta."),
        (None, "Vi har stängt tills vidare."),
        (at(2026, 7, 28, 9), "Vi har stängt just nu."),
    ],
)
def test_closed_tells_when_it_opens(prompts: Prompts, opens_at: datetime | None, spoken: str) -> None:
    closed = prompts.transcript(Closed(NORRBY, opens_at), "sv", NOW)
    assert closed == f"Du har kommit till Norrby kommun. {spoken}"
    assert prompts.transcript(Closed(NAMELESS, opens_at), "sv", NOW) == spoken


def test_without_a_recorded_name_the_extension_is_said(prompts: Prompts) -> None:
    notice = AbsenceNotice(UNRECORDED, AbsenceReason.SICK, None)
    assert prompts.transcript(notice, "sv", NOW) == "Personen på anknytning två ett tre är sjuk."
    nameless = AbsenceNotice(NAMELESS, AbsenceReason.SICK, None)
    assert prompts.transcript(nameless, "sv", NOW) == "Personen du söker är sjuk."
