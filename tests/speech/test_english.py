"""The English of the same sentences, against tables written by hand."""

from datetime import date, datetime

import pytest

from switchboard.domain.announcement import AbsenceNotice, Closed, Promise
from switchboard.domain.directory import AbsenceReason
from switchboard.speech.prompts import Prompts
from tests.speech.values import ANNA, NORRBY, at

NOW = at(2026, 7, 28, 6, 0)  # a Tuesday


@pytest.mark.requirement("R2")
@pytest.mark.parametrize(
    ("until", "spoken"),
    [
        (at(2026, 8, 3, 8), "on Monday the third of August at eight o'clock"),
        (at(2026, 7, 29), "tomorrow"),
        (at(2026, 7, 29, 13), "tomorrow at one o'clock in the afternoon"),
        (at(2026, 7, 28, 14, 30), "at two thirty p.m"),
        (at(2026, 7, 28, 9, 5), "at nine oh five a.m"),
        (at(2026, 7, 28, 12), "at noon"),
        (at(2026, 7, 28, 12, 15), "at twelve fifteen p.m"),
        (at(2026, 7, 28, 19), "at seven o'clock in the evening"),
        (at(2026, 7, 28, 23), "at eleven o'clock at night"),
        (at(2026, 8, 5, 0, 10), "on Wednesday the fifth of August at twelve ten a.m"),
        (at(2026, 8, 5, 3), "on Wednesday the fifth of August at three o'clock in the morning"),
        (at(2026, 12, 31, 16, 45), "on Thursday the thirty-first of December at four forty-five p.m"),
        (at(2027, 2, 2), "on Tuesday the second of February twenty twenty-seven"),
    ],
)
def test_the_return(prompts: Prompts, until: datetime, spoken: str) -> None:
    notice = AbsenceNotice(ANNA, AbsenceReason.MEETING, until)
    assert prompts.transcript(notice, "en", NOW) == f"Anna Andersson is in a meeting and will be back {spoken}."


@pytest.mark.parametrize(
    ("promise", "spoken"),
    [
        (Promise(date(2026, 8, 5)), "Thank you. We will call you back no later than Wednesday the fifth of August."),
        (
            Promise(date(2026, 7, 29), email_counts=True),
            "Thank you. We will call or e-mail you no later than tomorrow Wednesday the twenty-ninth of July.",
        ),
        (Promise(None), "Thank you. Your message has been saved. We will call you back."),
    ],
)
def test_the_promise(prompts: Prompts, promise: Promise, spoken: str) -> None:
    assert prompts.transcript(promise, "en", NOW) == spoken


@pytest.mark.parametrize(
    ("opens_at", "spoken"),
    [
        (at(2026, 7, 28, 8), "We are closed right now. We open again today at eight o'clock."),
        (at(2026, 7, 29, 7, 30), "We are closed right now. We open again tomorrow at seven thirty a.m."),
        (at(2026, 8, 3, 8), "We are closed right now. We open again on Monday at eight o'clock."),
        (at(2026, 8, 4, 8), "We are closed right now. We open again on Tuesday the fourth of August at eight o'clock."),
        (None, "We are closed until further notice."),
    ],
)
def test_closed(prompts: Prompts, opens_at: datetime | None, spoken: str) -> None:
    assert prompts.transcript(Closed(NORRBY, opens_at), "en", NOW) == f"You have reached Norrby kommun. {spoken}"
