"""The letters in English."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from switchboard.domain.letters.facts import CONFIDENTIAL, PROMISED_BY, WITHHELD, Facts, Late, LetterKind, shown_number
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
    who = f"The switchboard, {authority}" if authority else "The switchboard"
    return f"Kind regards,\n{who}\n\nPlease do not reply to this e-mail."


def day(moment: datetime) -> str:
    local = moment.astimezone(STOCKHOLM)
    return f"{_WEEKDAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}"


def moment(at: datetime) -> str:
    return f"{day(at)} at {at.astimezone(STOCKHOLM):%H:%M}"


def _by(due: datetime | None, *, promised: bool) -> str:
    """`by Tuesday 4 August`, `Tuesday 4 August at 14:30 (promised)`."""
    if due is None:
        return "as soon as you can"
    return f"{moment(due)} (promised)" if promised else f"by {day(due)}"


def _subject(what: str) -> Callable[[Facts], str]:
    return lambda facts: f"{what}, {_by(facts.due, promised=facts.promised)}"


def _caller(facts: Facts) -> str:
    if facts.secret:
        return "the number is shown at the switchboard only, as the message is confidential"
    return shown_number(facts.caller) or WITHHELD["en"]


def _facts(facts: Facts) -> str:
    lines = [f"For: {facts.name}", f"Call back: {_caller(facts)}", f"Received: {moment(facts.received_at)}"]
    lines.append(f"To be called: {_by(facts.due, promised=facts.promised)}")
    if facts.note and not facts.secret:
        lines.append(f"Note: {facts.note}")
    return "\n".join(lines)


def _told(facts: Facts) -> str:
    """What the caller knows, so that nobody says otherwise."""
    if facts.source == "abandoned":
        return "The caller hung up before anybody could answer, and has been told nothing."
    if facts.source == "interrupted":
        return "The caller left a message, but it could not be saved. No time has been promised."
    if facts.promised and facts.due is not None:
        return f"The caller has been told that we will call back on {moment(facts.due)}."
    if facts.source not in PROMISED_BY:
        return "The caller has been told that we will call back." if facts.source == "fallback" else ""
    how = "call or e-mail" if facts.email_counts else "call back"
    when = f" no later than {day(facts.due)}" if facts.due is not None else ""
    hidden = ", if the message says how to reach them" if facts.caller is None else ""
    return f"The caller has been told that we will {how}{when}{hidden}."


def _recording(facts: Facts) -> str:
    if facts.seconds is None:
        return f"The task is here:\n{facts.link}" if facts.link else ""
    length = f"The message is {max(1, round(facts.seconds))} seconds long"
    if facts.audio_attached:
        return f"{length} and attached. It is here as well:\n{facts.link}"
    by_telephone = f"Dial {facts.listen} on your telephone to listen to it, or fetch" if facts.listen else "Listen to"
    return f"{length}. {by_telephone} it here:\n{facts.link}"


def _finish(facts: Facts) -> str:
    del facts
    return (
        "Call from your own extension, or dial *24 and the switchboard will connect you. Once you have talked, the "
        "task is closed automatically. If you have answered in another way, close it yourself with *24."
    )


def _breach(facts: Facts) -> Sequence[str]:
    rows = [f"- {_by(each.due, promised=each.promised)}: {each.name}, {_late_caller(each)}" for each in facts.late]
    rows += [f"- and {facts.more} more"] if facts.more else []
    unit = f" in {facts.unit}" if facts.unit else ""
    return (
        "The time for calling back has passed and the caller has had no answer.",
        f"Overdue callbacks{unit}, with the time by which they should have been made:\n" + "\n".join(rows),
        "Please see to it that those who are waiting are called, or hand over to somebody who can call.",
    )


def _late_caller(late: Late) -> str:
    return CONFIDENTIAL["en"] if late.secret else shown_number(late.caller) or WITHHELD["en"]


def _unanswered(facts: Facts) -> Sequence[str]:
    silent = "Your telephones stay silent until you pick one up again. Callers are told that you do not answer."
    at = moment(facts.received_at)
    missed = f"{facts.unanswered} calls in a row to you were not answered. The latest came in on {at}."
    one = f"A call to you was not answered. It came in on {at}."
    return (
        f"{missed if facts.unanswered > 1 else one} No absence has been set, so callers are not told when you can be "
        "reached.",
        "Not able to answer? Dial *23 on your telephone and follow the voice, or enter your absence in your calendar.",
        silent if facts.diverted else "",
    )


def _greeting(facts: Facts) -> Sequence[str]:
    del facts
    return (
        "Your mailbox has no greeting recorded by yourself. Callers you do not answer hear an automatic one instead.",
        "Dial *25 on your telephone and record your own. Say whom callers have reached and what they can do now, such "
        "as leave a message or call somebody else.",
    )


SUBJECTS: Mapping[LetterKind, Callable[[Facts], str]] = {
    LetterKind.OPENED: _subject("A caller is waiting for a callback"),
    LetterKind.JOINED: _subject("Another message from a caller who is waiting"),
    LetterKind.HANDED_OVER: _subject("A callback has been handed over to you"),
    LetterKind.REMINDER: _subject("Reminder: a caller is waiting for a callback"),
    LetterKind.UNANSWERED: lambda _: "Calls to you are not being answered",
    LetterKind.GREETING: lambda _: "Please record your greeting",
    LetterKind.BREACH: lambda facts: f"Overdue callbacks{' in ' + facts.unit if facts.unit else ''}",
}
PARAGRAPHS: Mapping[LetterKind, Callable[[Facts], Sequence[str]]] = {
    LetterKind.OPENED: lambda facts: (
        "A caller tried to reach you and would like to be called back.",
        _facts(facts),
        _told(facts),
        _recording(facts),
        _finish(facts),
    ),
    LetterKind.JOINED: lambda facts: (
        "A caller who is already waiting for a callback has left another message. It belongs to the same task.",
        _facts(facts),
        _told(facts),
        _recording(facts),
    ),
    LetterKind.HANDED_OVER: lambda facts: (
        "A callback has been handed over to you.",
        _facts(facts),
        _told(facts),
        _recording(facts),
        _finish(facts),
    ),
    LetterKind.REMINDER: lambda facts: (
        "A caller is still waiting for a callback.",
        _facts(facts),
        _told(facts),
        _recording(facts),
        "Not enough time? Call all the same, agree on a new time and ask the switchboard to enter it. You can also "
        "hand the task over to a colleague with *24.",
    ),
    LetterKind.BREACH: _breach,
    LetterKind.UNANSWERED: _unanswered,
    LetterKind.GREETING: _greeting,
}
