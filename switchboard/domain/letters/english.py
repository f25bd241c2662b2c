"""The letters in English."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from switchboard.domain.letters.facts import WITHHELD, Facts, LetterKind, shown_number
from switchboard.domain.working_days import STOCKHOLM

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def greeting(reader: str) -> str:
    return f"Hello {reader}," if reader else "Hello,"


def closing(authority: str) -> str:
    return f"Kind regards,\n{authority}, the switchboard\n\nPlease do not reply to this e-mail."


def day(moment: datetime) -> str:
    local = moment.astimezone(STOCKHOLM)
    return f"{_WEEKDAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}"


def _moment(moment: datetime) -> str:
    return f"{day(moment)} at {moment.astimezone(STOCKHOLM):%H:%M}"


def _by(facts: Facts) -> str:
    """`by Tuesday 4 August`, `Tuesday 4 August at 14:30 (promised)`."""
    if facts.due is None:
        return "as soon as you can"
    return f"{_moment(facts.due)} (promised)" if facts.promised else f"by {day(facts.due)}"


def _caller(facts: Facts) -> str:
    if facts.secret:
        return "shown at the switchboard only (the message is marked secret)"
    return shown_number(facts.caller) or WITHHELD["en"]


def _facts(facts: Facts) -> str:
    lines = [f"Wanted: {facts.name}", f"Call back: {_caller(facts)}", f"Received: {_moment(facts.received_at)}"]
    lines.append(f"To be called: {_by(facts)}")
    if facts.note and not facts.secret:
        lines.append(f"Note: {facts.note}")
    return "\n".join(lines)


def _recording(facts: Facts) -> str:
    if facts.seconds is None:
        return ""
    length = f"The message is {max(1, round(facts.seconds))} seconds long"
    if facts.audio_attached:
        return f"{length} and attached. It is here as well:\n{facts.link}"
    return f"{length}. Listen to it here:\n{facts.link}"


def _finish(facts: Facts) -> str:
    del facts
    return "The task ends when you have talked with the caller. Call from your own extension and it is noted by itself."


def _breach(facts: Facts) -> Sequence[str]:
    rows = [f"- {_moment(each.due)}: {each.name}, {shown_number(each.caller) or WITHHELD['en']}" for each in facts.late]
    told = "The time for calling back has passed and the caller has had no answer."
    unit = f" of {facts.unit}" if facts.unit else ""
    see_to_it = "Please see to it that those who wait are called, or hand the task over to somebody who can."
    return (told, f"All tasks{unit} that are late:\n" + "\n".join(rows), see_to_it)


def _unanswered(facts: Facts) -> Sequence[str]:
    silent = "Your telephones stay silent until you pick one up again. Callers are told that you do not answer."
    return (
        f"{facts.unanswered} calls in a row have rung at your telephones without an answer, the latest on "
        f"{_moment(facts.received_at)}. No absence is set, so callers do not know when you can be reached.",
        "Not able to answer? Set an absence: dial *23 on your telephone and follow the voice, or use your calendar.",
        silent if facts.diverted else "",
    )


def _greeting(facts: Facts) -> Sequence[str]:
    del facts
    return (
        "Your mailbox has no greeting of your own. Callers whom you do not answer hear a composed voice instead.",
        "Dial *25 on your telephone and record one. Say where callers have come, and what they can do.",
    )


SUBJECTS: Mapping[LetterKind, Callable[[Facts], str]] = {
    LetterKind.OPENED: lambda facts: f"Somebody waits to be called back, {_by(facts)}",
    LetterKind.JOINED: lambda facts: f"One more message from somebody who waits, {_by(facts)}",
    LetterKind.HANDED_OVER: lambda facts: f"A call back was handed over to you, {_by(facts)}",
    LetterKind.REMINDER: lambda facts: f"Reminder: somebody waits to be called back, {_by(facts)}",
    LetterKind.UNANSWERED: lambda _: "Calls to you are not answered",
    LetterKind.GREETING: lambda _: "Please record your greeting",
    LetterKind.BREACH: lambda facts: f"Calling back is late{' in ' + facts.unit if facts.unit else ''}",
}
PARAGRAPHS: Mapping[LetterKind, Callable[[Facts], Sequence[str]]] = {
    LetterKind.OPENED: lambda facts: (
        "Somebody tried to reach you and would like to be called back.",
        _facts(facts),
        _recording(facts),
        _finish(facts),
    ),
    LetterKind.JOINED: lambda facts: (
        "The caller who waits to be called back has left one more message. It is the same task and the same time.",
        _facts(facts),
        _recording(facts),
    ),
    LetterKind.HANDED_OVER: lambda facts: (
        "A call back was handed over to you.",
        _facts(facts),
        _recording(facts),
        _finish(facts),
    ),
    LetterKind.REMINDER: lambda facts: (
        "Somebody still waits to be called back.",
        _facts(facts),
        _recording(facts),
        "Not enough time? Call all the same, promise another time and write it down, or hand the task over.",
    ),
    LetterKind.BREACH: _breach,
    LetterKind.UNANSWERED: _unanswered,
    LetterKind.GREETING: _greeting,
}
