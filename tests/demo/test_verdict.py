"""A demonstration that cannot fail shows nothing: each thing that can go wrong with a call is told."""

from datetime import date
from typing import Any

import pytest

from tests.callers.phone import PhoneAccount
from tests.callers.raw_sip import RawPhone
from tests.demo.account import sentences, tell
from tests.demo.library import Clip, HeardClip, Library
from tests.demo.story import Expected, ExpectedTask, Story
from tests.demo.verdict import first_missing, judge, played
from tests.hearing.noise import speech_like

GREETING = Clip("demo/sv/greeting-asa-oberg", "Hej, det är Åsa.", speech_like(1, seed=1))
AWAY = Clip("sv/reason", "har semester.", speech_like(1, seed=2))
NAME = Clip("demo/sv/name-asa", "Åsa Öberg", speech_like(1, seed=3))
MENU = Clip("sv/menu", "Tryck ett.", speech_like(1, seed=4))
TONE = Clip("sv/beep", "", speech_like(1, seed=5))
LIBRARY = Library([GREETING, AWAY, NAME, MENU, TONE])
RULE = "1 working day after it"


def heard(*clips: Clip, cut: int | None = None) -> list[HeardClip]:
    return [HeardClip(clip, 2.0 * n, 2.0 * n + 1, 0.99, n != cut) for n, clip in enumerate(clips)]


def journal(*texts: str, outcome: str = "message") -> dict[str, Any]:
    events = [{"kind": "played", "detail": {"pii_text": text}} for text in texts]
    ended = {"kind": "ended", "detail": {"reason": "message left"}}
    return {
        "outcome": outcome,
        "events": [*events, ended],
        "arrived_at": "2026-08-12T10:00:05+02:00",
        "route_reason": "phone_number 5",
    }


def task(**changed: str) -> dict[str, Any]:
    row = {"deadline_date": "2026-08-13", "status": "open", "person": "Åsa Öberg", "caller": "+46701740605"}
    return {**row, "unit": None, "rule": RULE, **changed}


def good_story() -> Story:
    says = ("Hej, det är Åsa", "Åsa Öberg har semester", "Tryck ett")
    expected = Expected("message", says, never=("sjuk",), task=ExpectedTask(date(2026, 8, 13), person="Åsa Öberg"))
    story = Story("Åsa is away", "+46701740605", "+46980319214", expected)
    story.heard = heard(GREETING, NAME, AWAY, TONE, MENU)
    story.journal = journal("[inspelad hälsning: Åsa Öberg] Åsa Öberg har semester.", "Tryck ett. Tryck noll.")
    story.task = task()
    return story


def problems(story: Story) -> str:
    judge(story, LIBRARY)
    return "; ".join(story.problems)


def test_a_call_that_went_well_has_no_problem() -> None:
    assert problems(good_story()) == ""


def test_a_sentence_that_was_not_heard() -> None:
    story = good_story()
    story.heard = heard(GREETING, NAME, AWAY)
    assert "not heard (in this order): 'Tryck ett'" in problems(story)


def test_a_sentence_that_was_broken_off_does_not_count() -> None:
    story = good_story()
    story.heard = heard(GREETING, NAME, AWAY, MENU, cut=0)
    assert "'Hej, det är Åsa'" in problems(story)


def test_a_sentence_in_the_wrong_place() -> None:
    story = good_story()
    story.heard = heard(MENU, GREETING, NAME, AWAY)
    assert "not heard" in problems(story)


def test_what_must_not_be_told() -> None:
    story = good_story()
    story.heard = heard(GREETING, NAME, Clip("sv/ill", "är sjuk.", AWAY.pcm), AWAY, MENU)
    assert "'sjuk'" in problems(story)


def test_what_the_journal_does_not_know_of() -> None:
    story = good_story()
    story.journal = journal("[inspelad hälsning: Åsa Öberg]", "Tryck ett.")
    assert "not in the journal: 'Åsa Öberg'" in problems(story)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (None, "not in the journal"),
        (journal("[inspelad hälsning: Åsa Öberg] Åsa Öberg har semester. Tryck ett.", outcome="failed"), "says failed"),
    ],
)
def test_a_journal_that_is_missing_or_says_another_end(row: dict[str, Any] | None, says: str) -> None:
    story = good_story()
    story.journal = row
    assert says in problems(story)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (None, "no callback task"),
        (task(deadline_date="2026-08-14"), "deadline_date is '2026-08-14'"),
        (task(person="Erik Lund"), "person is 'Erik Lund'"),
        (task(status="done"), "status is 'done'"),
    ],
)
def test_a_task_that_is_missing_or_wrong(row: dict[str, Any] | None, says: str) -> None:
    story = good_story()
    story.task = row
    assert says in problems(story)


def test_a_task_that_nobody_asked_for() -> None:
    story = good_story()
    story.expected = Expected("message")
    assert "should not have been" in problems(story)


def test_repeated_sentences_must_be_heard_as_often() -> None:
    assert first_missing("tryck ett noll tryck ett", ("Tryck ett", "Tryck ett")) is None
    assert first_missing("tryck ett noll", ("Tryck ett", "Tryck ett")) == "Tryck ett"


def test_a_greeting_of_ones_own_is_compared_by_its_words() -> None:
    assert played(journal("[inspelad hälsning: Åsa Öberg] Åsa Öberg har semester."), LIBRARY) == [
        "hej det är åsa åsa öberg har semester"
    ]


def test_clips_make_sentences() -> None:
    lines = [words for _, words in sentences(heard(GREETING, NAME, NAME, AWAY, TONE, MENU, cut=5))]
    assert lines == ["Hej, det är Åsa.", "Åsa Öberg", "Åsa Öberg har semester.", "Tryck … (broken off)"]


async def test_the_account_names_what_happened() -> None:
    story = good_story()
    async with (
        RawPhone(PhoneAccount("asa", "127.0.0.1:9")) as asa,
        RawPhone(PhoneAccount("+46701740605", asa.socket.host_port)) as caller,
    ):
        story.call = await caller.dial("asa")
        await (await asa.wait_incoming()).answer()
        await story.call.talks()
        await story.press("1")
        await story.hang_up()
    story.problems.append("a made-up problem")
    text = tell(3, story)
    for words in ("3. Åsa is away", "at 10:00:05", "“Åsa Öberg har semester.”", "presses 1", "by 2026-08-13", RULE):
        assert words in text
    assert "is told that it rings" in text
    assert "WRONG: a made-up problem" in text
    assert text.endswith("NOT AS IT SHOULD BE")
