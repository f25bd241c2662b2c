"""Each announcement has words in both languages, only prompts that exist, and no time that has passed."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import get_args

import pytest
from hypothesis import Phase, find, given, settings

from switchboard.domain import announcement as says
from switchboard.domain.directory import LANGUAGES, AbsenceReason, Language
from switchboard.domain.opening_hours import STOCKHOLM
from switchboard.speech.clips import Prompt, Recorded
from switchboard.speech.phrases import phrase
from switchboard.speech.prompts import Prompts
from switchboard.speech.script import load_script
from switchboard.speech.timed_phrases import Timed
from tests.speech.conftest import SOUNDS
from tests.speech.values import (
    ANNA,
    ANNA_EN,
    ANNA_SV,
    NAMELESS,
    NORRBY,
    NORRBY_SV,
    UNRECORDED,
    absences,
    announcements,
    at,
    closings,
    now_times,
    promised_callbacks,
    promises,
)

NOW = at(2026, 7, 28, 10, 0)
SCRIPT = load_script(SOUNDS)
PROMPTS = Prompts.load(SOUNDS, "sound:/sounds", "http://127.0.0.1:8080/media")
TIME_WORDS = re.compile(
    r"(at|minute|month|day|weekday|on-weekday|opens-weekday|year)-\d.*|opens.*|(today|tomorrow).*|later-today"
)
CLOCK_SV = re.compile(r"at-(\d+)(-minute)?")
MINUTE = re.compile(r"minute-(\d+).*")


@given(announcements, now_times)
def test_every_announcement_is_said_with_prompts_that_exist(what: says.Announcement, now: datetime) -> None:
    for language in LANGUAGES:
        clips = phrase(what, language, now)
        assert clips
        for clip in clips:
            if isinstance(clip, Prompt):
                assert clip.language in SCRIPT[clip.id].texts, f"{clip.id} has no words in {clip.language}"
                assert PROMPTS.files.seen((clip.language, clip.id)), f"{clip.language}/{clip.id} is not recorded"
        # What is in the script is said as it is: nothing is left out or taken from the other language.
        assert len(PROMPTS.media(what, language, now)) == len(clips)


@pytest.mark.parametrize("kind", get_args(says.Announcement), ids=lambda kind: str(kind.__name__))
def test_no_kind_of_announcement_is_left_out_of_the_property(kind: type) -> None:
    often = settings(phases=[Phase.generate], max_examples=2000)
    find(announcements, lambda what: isinstance(what, kind), settings=often)


@pytest.mark.requirement("R2")
@given(absences | closings | promises | promised_callbacks, now_times)
def test_a_time_that_has_passed_is_never_said(what: Timed, now: datetime) -> None:
    if not _is_past(what, now):
        return
    for language in LANGUAGES:
        said = [clip.id for clip in phrase(what, language, now) if isinstance(clip, Prompt)]
        assert [id_ for id_ in said if TIME_WORDS.fullmatch(id_)] == []


def _is_past(what: Timed, now: datetime) -> bool:
    match what:
        case says.PromisedCallback(moment):
            return _has_passed(moment, now)
        case says.Promise(by):
            return by is None or by < now.date()
        case says.AbsenceNotice():
            return _has_passed(what.until, now)
        case says.Closed(_, opens_at):
            return _has_passed(opens_at, now)


def _has_passed(moment: datetime | None, now: datetime) -> bool:
    """In UTC, where the hour that comes twice in October is told apart; the first local day there is has no UTC."""
    return moment is None or moment.year == 1 or moment.astimezone(UTC) <= now.astimezone(UTC)


@given(absences, now_times)
def test_the_clock_time_that_is_said_is_the_next_full_minute_of_the_return(
    notice: says.AbsenceNotice, now: datetime
) -> None:
    said = [clip.id for clip in phrase(notice, "sv", now) if isinstance(clip, Prompt)]
    hours = [match for id_ in said if (match := CLOCK_SV.fullmatch(id_))]
    minutes = [match for id_ in said if (match := MINUTE.fullmatch(id_))]
    if not hours:
        return
    assert notice.until is not None
    until = notice.until.astimezone(STOCKHOLM)
    minute = int(minutes[0][1]) if minutes else 0
    heard = until.replace(hour=int(hours[0][1]), minute=minute, second=0, microsecond=0)
    spare = (heard - until) % timedelta(days=1)  # the next minute of 23:59:30 is midnight of the day after
    assert spare < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("what", "sv", "en"),
    [
        (
            says.AnswerPhrase(NORRBY),
            "Välkommen till Norrby kommun.",
            "Welcome to Norrby kommun.",
        ),
        (says.AnswerPhrase(NAMELESS), "Välkommen.", "Welcome."),
        (
            says.PersonGreeting(NORRBY, ANNA),
            "Du har kommit till Norrby kommun, Anna Andersson.",
            "You have reached Norrby kommun, Anna Andersson.",
        ),
        (
            says.PersonGreeting(NORRBY, UNRECORDED),
            "Du har kommit till Norrby kommun anknytning två ett tre.",
            "You have reached Norrby kommun extension two one three.",
        ),
        (says.PersonGreeting(NAMELESS, NAMELESS), "Välkommen.", "Welcome."),
        (
            says.Unreachable(ANNA, "no_answer"),
            "Anna Andersson svarar inte just nu.",
            "Anna Andersson is not answering right now.",
        ),
        (
            says.Unreachable(ANNA, "busy"),
            "Anna Andersson talar i telefon just nu.",
            "Anna Andersson is on another call right now.",
        ),
        (
            says.Unreachable(NAMELESS, "no_phone"),
            "Personen du söker kan inte nås på telefon just nu.",
            "The person you are calling cannot be reached by phone right now.",
        ),
        (
            says.GroupUnreachable(NORRBY),
            "Norrby kommun kan inte svara just nu.",
            "Norrby kommun cannot answer right now.",
        ),
        (says.GroupUnreachable(NAMELESS), "Ingen kan svara just nu.", "Nobody can answer right now."),
        (
            says.RingingAnyway(),
            "Vi provar att ringa ändå. Ett ögonblick.",
            "We will try to call anyway. One moment, please.",
        ),
        (
            says.Menu(deputy=ANNA, operators=True, other_language="en"),
            "Tryck ett för att lämna ett meddelande. Tryck två för att tala med Anna Andersson. "
            "Tryck noll för att komma till växeln. For English, press nine. Eller lägg på.",
            None,
        ),
        (
            says.Menu(deputy=NAMELESS, other_language="sv"),
            None,
            "Press one to leave a message. Press two to speak with a colleague. För svenska, tryck nio. Or hang up.",
        ),
        (
            says.Menu(),
            "Tryck ett för att lämna ett meddelande. Eller lägg på.",
            "Press one to leave a message. Or hang up.",
        ),
        (says.Menu(message=False), "Du kan nu lägga på.", "You may now hang up."),
        (says.InvalidChoice(), "Det valet finns inte.", "That is not one of the choices."),
        (
            says.OperatorsUnavailable(True),
            "Alla våra telefonister är upptagna just nu.",
            "All our operators are busy right now.",
        ),
        (
            says.OperatorsUnavailable(False),
            "Det finns ingen telefonist på plats just nu.",
            "There is no operator on duty right now.",
        ),
        (
            says.DeputyUnavailable(ANNA),
            "Anna Andersson kan inte heller svara just nu.",
            "Anna Andersson cannot answer right now either.",
        ),
        (
            says.DeputyUnavailable(NAMELESS),
            "Det finns tyvärr ingen kollega som kan svara just nu.",
            "No colleague can answer right now either.",
        ),
        (
            says.UnknownNumber(),
            "Numret du har ringt används inte. Vi försöker koppla dig till växeln.",
            "The number you have dialled is not in use. We will try to connect you to the switchboard.",
        ),
        (
            says.FixedPrompt("announcement-disturbance"),
            "Just nu har vi problem med telefonin. Vi arbetar på att lösa felet.",
            "We are having problems with our telephones right now. We are working on it.",
        ),
        (
            says.PromisedCallback(at(2026, 7, 28, 14, 30)),
            "Vi har lovat att ringa upp i dag tisdag den tjugoåttonde juli klockan fjorton och trettio.",
            "We have promised to call back today Tuesday the twenty-eighth of July at two thirty p.m.",
        ),
        (
            says.PromisedCallback(at(2026, 7, 29, 9)),
            "Vi har lovat att ringa upp i morgon onsdag den tjugonionde juli klockan nio.",
            "We have promised to call back tomorrow Wednesday the twenty-ninth of July at nine o'clock.",
        ),
        (
            says.PromisedCallback(at(2026, 8, 3, 9)),
            "Vi har lovat att ringa upp måndag den tredje augusti klockan nio.",
            "We have promised to call back on Monday the third of August at nine o'clock.",
        ),
        (
            says.PromisedCallback(datetime(2026, 8, 3, 23, 59, 59, tzinfo=STOCKHOLM), whole_day=True),
            "Vi har lovat att ringa upp senast måndag den tredje augusti.",
            "We have promised to call back no later than Monday the third of August.",
        ),
        (
            says.PromisedCallback(at(2026, 7, 28, 10)),
            "Den utlovade tiden är sparad.",
            "The promised time is saved.",
        ),
        (says.LeaveMessage(), "Lämna ditt meddelande efter tonen. Avsluta med fyrkant.", None),
        (says.NothingRecorded(), "Vi hörde inget meddelande.", "We could not hear any message."),
        (says.Goodbye(), "Tack för att du ringde. Hej då.", "Thank you for calling. Goodbye."),
        (says.FixedPrompt("emergency"), "Vid fara för liv, lägg på och ring ett ett två.", None),
    ],
)
def test_the_words(prompts: Prompts, what: says.Announcement, sv: str | None, en: str | None) -> None:
    spoken: tuple[tuple[Language, str | None], ...] = (("sv", sv), ("en", en))
    for language, words in spoken:
        if words is not None:
            assert prompts.transcript(what, language, NOW) == words


def test_a_name_is_heard_in_the_language_or_else_in_the_other() -> None:
    assert phrase(says.DeputyUnavailable(ANNA), "en", NOW)[0] == Recorded(ANNA_EN, "Anna Andersson")
    assert phrase(says.DeputyUnavailable(ANNA), "sv", NOW)[0] == Recorded(ANNA_SV, "Anna Andersson")
    assert phrase(says.DeputyUnavailable(NORRBY), "en", NOW)[0] == Recorded(NORRBY_SV, "Norrby kommun")


@pytest.mark.requirement("R12")
def test_a_personal_greeting_replaces_the_composed_one() -> None:
    recorded = says.PersonGreeting(NORRBY, ANNA, {"sv": "d" * 64})
    assert phrase(recorded, "sv", NOW) == (Recorded("d" * 64, "[inspelad hälsning: Anna Andersson]"),)
    assert phrase(recorded, "en", NOW) == (Recorded("d" * 64, "[recorded greeting: Anna Andersson]"),)


@pytest.mark.requirement("R38")
def test_an_authority_has_its_own_answer_phrase() -> None:
    recorded = says.AnswerPhrase(NORRBY, {"sv": "e" * 64})
    assert phrase(recorded, "sv", NOW) == (Recorded("e" * 64, "[inspelad svarsfras: Norrby kommun]"),)


def test_the_same_instant_in_another_zone_is_said_alike(prompts: Prompts) -> None:
    until = at(2026, 8, 3, 8)
    elsewhere = until.astimezone(timezone(timedelta(hours=-9)))
    here = says.AbsenceNotice(ANNA, AbsenceReason.VACATION, until)
    there = says.AbsenceNotice(ANNA, AbsenceReason.VACATION, elsewhere)
    assert phrase(here, "sv", NOW) == phrase(there, "sv", NOW.astimezone(UTC))
