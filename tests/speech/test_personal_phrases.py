"""What a colleague hears of their own greetings and messages."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.announcement import Announcement, FixedPrompt
from switchboard.domain.directory import LANGUAGES, AbsenceReason, GreetingSituation, Language
from switchboard.domain.mailbox.announcements import (
    GreetingLasts,
    GreetingState,
    MailboxSummary,
    MessageHeader,
    RecordedSound,
)
from switchboard.speech.phrases import phrase
from switchboard.speech.prompts import Prompts
from tests.speech.conftest import SOUNDS
from tests.speech.values import PERSONAL_PROMPTS, at, now_times, personal

NOW = at(2026, 8, 12, 10, 0)
ROOT = "sound:/sounds"
PROMPTS = Prompts.load(SOUNDS, ROOT, "http://127.0.0.1:8080/media")
told = personal | st.builds(FixedPrompt, st.sampled_from(PERSONAL_PROMPTS))


def said(what: Announcement, language: Language = "sv") -> str:
    return PROMPTS.transcript(what, language, NOW)


@given(told, now_times)
def test_everything_is_in_words_and_every_file_exists(what: Announcement, now: datetime) -> None:
    for language in LANGUAGES:
        assert not any(character.isdigit() for character in PROMPTS.transcript(what, language, now))
        media = PROMPTS.media(what, language, now)
        assert len(media) == len(phrase(what, language, now)) > 0
        for uri in media if not isinstance(what, RecordedSound) else ():
            path = uri.removeprefix(f"{ROOT}/")
            assert path.startswith(f"{language}/")
            assert (SOUNDS / f"{path}.wav").is_file(), uri


def header(received: datetime, caller: str | None = "+46701740605", new: bool = True) -> MessageHeader:
    return MessageHeader(new, caller, received)


@pytest.mark.requirement("R11")
@pytest.mark.parametrize(
    ("what", "sv", "en"),
    [
        (
            header(at(2026, 8, 12, 9, 5)),
            "Nytt meddelande från noll sju noll, ett sju fyra, noll sex, noll fem. "
            "Mottaget i dag klockan nio noll fem.",
            "New message from zero seven zero, one seven four, zero six, zero five. "
            "Received today at nine oh five a.m.",
        ),
        (
            header(at(2026, 8, 11, 14, 0), None),
            "Nytt meddelande från dolt nummer. Mottaget i går klockan fjorton.",
            "New message from a withheld number. Received yesterday at two o'clock in the afternoon.",
        ),
        (
            header(at(2026, 8, 3, 8, 0), "210", new=False),
            "Sparat meddelande från anknytning två ett noll. Mottaget måndag den tredje augusti klockan åtta.",
            "Saved message from extension two one zero. Received on Monday the third of August at eight o'clock.",
        ),
        (
            header(at(2025, 12, 24, 15, 0), "+4712345678"),
            "Nytt meddelande från plus fyra sju, ett två tre, fyra fem sex, sju åtta. "
            "Mottaget onsdag den tjugofjärde december tjugohundratjugofem klockan femton.",
            None,
        ),
        (MailboxSummary(0, 0), "Du har inga meddelanden.", "You have no messages."),
        (
            MailboxSummary(1, 2),
            "Du har ett nytt meddelande. Du har två sparade meddelanden.",
            "You have one new message. You have two saved messages.",
        ),
        (MailboxSummary(0, 1), "Du har ett sparat meddelande.", "You have one saved message."),
        (MailboxSummary(21, 0), "Du har tjugoett nya meddelanden.", "You have twenty-one new messages."),
        (MailboxSummary(120, 0), "Du har många nya meddelanden.", "You have many new messages."),
        (
            GreetingState(GreetingSituation.PRESENT, None, "sv", recorded=True),
            "Hälsningen när du är på plats, på svenska, är inspelad.",
            "The greeting when you are present, in Swedish, is recorded.",
        ),
        (
            GreetingState(GreetingSituation.ALWAYS, AbsenceReason.VACATION, "en", recorded=False),
            "Hälsningen för den valda orsaken, på engelska, är inte inspelad.",
            "The greeting for the chosen reason, in English, is not recorded.",
        ),
        (
            GreetingLasts(date(2026, 8, 20)),
            "Den gäller till och med torsdag den tjugonde augusti.",
            "It holds through Thursday the twentieth of August.",
        ),
    ],
)
def test_it_is_said_as_people_say_it(what: Announcement, sv: str, en: str | None) -> None:
    assert said(what) == sv
    if en is not None:
        assert said(what, "en") == en


def test_midnight_and_the_clock_s_own_change_are_said_right() -> None:
    assert said(header(at(2026, 8, 12, 0, 10))).endswith("Mottaget i dag klockan noll noll tio.")
    assert said(header(NOW + timedelta(hours=20))).endswith("Mottaget i dag klockan sex.")


def test_a_recording_is_named_and_not_transcribed() -> None:
    assert said(RecordedSound("a" * 64, "meddelande")) == "[meddelande]"
    assert PROMPTS.media(RecordedSound("a" * 64), "sv", NOW) == (f"sound:http://127.0.0.1:8080/media/{'a' * 64}.wav",)
