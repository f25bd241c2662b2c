"""What a telephone's display shows: who calls and why the call came (R31, R38). Swedish, for colleagues."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from switchboard.domain.absence import speaks_whole_days
from switchboard.domain.deadline import END_OF_DAY
from switchboard.domain.directory import Absence, AbsenceReason, Policy
from switchboard.domain.numbers import display_number, parse_number
from switchboard.domain.working_days import STOCKHOLM

LONGEST = 80
"""Characters; what telephones show and what SIP stacks take without cutting."""

LONGEST_NOTE = 200
UNANSWERED_SHOWN = "Flera har ringt utan svar. Lägg in frånvaro när du inte kan svara."

WhyBack = Literal["absent", "busy", "no_answer", "no_phone", "unknown", "held", "parked"]

_ABSENT = "frånvarande"
_REASONS: Mapping[AbsenceReason, str] = {
    AbsenceReason.MEETING: "i möte",
    AbsenceReason.LUNCH: "lunch",
    AbsenceReason.BUSINESS_TRIP: "tjänsteresa",
    AbsenceReason.VACATION: "semester",
    AbsenceReason.SICK: "sjuk",
    AbsenceReason.PARENTAL_LEAVE: "föräldraledig",
    AbsenceReason.GONE_FOR_DAY: "gått för dagen",
    AbsenceReason.COURSE: "på kurs",
    AbsenceReason.CARE_OF_CHILD: "vård av barn",
    AbsenceReason.TEMPORARILY_OUT: "tillfälligt ute",
    AbsenceReason.OTHER: _ABSENT,
}
_ABOUT_HEALTH = frozenset({AbsenceReason.SICK, AbsenceReason.CARE_OF_CHILD})
_WHY: Mapping[WhyBack, str] = {
    "absent": _ABSENT,
    "busy": "upptagen",
    "no_answer": "svarar inte",
    "no_phone": "ingen telefon",
    "unknown": "numret används inte",
    "held": "väntar",
    "parked": "parkerad",
}


@dataclass(frozen=True, slots=True)
class ComingBack:
    """A caller who was passed on and comes back. `name` of the target, empty where there is none. `absence` goes with
    `absent`, its `until` moved to when the person is really back; `since` with `held` and `parked`."""

    why: WhyBack
    name: str = ""
    absence: Absence | None = None
    since: datetime | None = None


def show_new_call(called: str, caller: str | None) -> str:
    """`Norrby kommun: 070-123 45 67`. `called` names the authority dialled; `caller` None is anonymous."""
    return _fitting(called, f": {_number(caller)}")


def show_callback(number: str | None) -> str:
    """`Ring upp: 070-123 45 67`: the operator answers first, then the caller is rung."""
    return _fitting("", f"Ring upp: {_number(number)}")


def show_task(number: str | None, promised_at: datetime | None, by: date | None, note: str = "") -> str:
    """`Att ringa upp: 070-123 45 67, utlovat 3/8 14:30. Gäller bygglov.` As a text, which may be longer than a display;
    without a promise `by` is the last day, where there is one."""
    if promised_at is not None:
        when = f", utlovat {show_promise(promised_at)}"
    else:
        when = f", senast {by.day}/{by.month}" if by is not None else ""
    about = _printable(note)
    cut = about if len(about) <= LONGEST_NOTE else about[: LONGEST_NOTE - 1] + "…"
    return f"Att ringa upp: {_number(number)}{when}" + (f". {cut}" if cut else "")


def show_promise(at: datetime) -> str:
    """`3/8 14:30`; `senast 3/8` where the day alone was told, and `at` is its end."""
    local = at.astimezone(STOCKHOLM)
    day = f"{local.day}/{local.month}"
    return f"senast {day}" if local.time() == END_OF_DAY else f"{day} {local:%H:%M}"


def show_coming_back(back: ComingBack, now: datetime, policy: Policy | None = None) -> str:
    """`Åter: Erik Lund, semester till 3/8`, `Åter: väntar sedan 2 min`."""
    why = _why(back, now, policy)
    return _fitting(f"Åter: {back.name}", f", {why}") if back.name.strip() else _fitting("", f"Åter: {why}")


def show_absence(absence: Absence, now: datetime, policy: Policy | None = None) -> str:
    """`semester till 3/8`, `i möte till 14:30`, or without a time where the return is not known or is past. Illness,
    one's own or a child's, is `frånvarande` unless the authority's policy says otherwise."""
    hidden = absence.reason in _ABOUT_HEALTH and not (policy is not None and policy.speak_sick_reason)
    reason = _ABSENT if hidden else _REASONS[absence.reason]
    if absence.until is None or absence.until.timestamp() <= now.timestamp():
        return reason
    until, today = absence.until.astimezone(STOCKHOLM), now.astimezone(STOCKHOLM).date()
    by_clock = until.date() == today and not speaks_whole_days(until)
    return f"{reason} till {until:%H:%M}" if by_clock else f"{reason} till {until.day}/{until.month}"


def _why(back: ComingBack, now: datetime, policy: Policy | None) -> str:
    if back.why == "absent" and back.absence is not None:
        return show_absence(back.absence, now, policy)
    if back.since is None:
        return _WHY[back.why]
    minutes = round(max(0.0, now.timestamp() - back.since.timestamp()) / 60)
    return f"{_WHY[back.why]} sedan {max(1, minutes)} min"


def _number(number: str | None) -> str:
    """Short digits, and what cannot be read, as they are."""
    if not number:
        return "dolt nummer"
    e164 = parse_number(number) if number.startswith("+") else None
    return display_number(e164) if e164 else number


def _fitting(name: str, rest: str) -> str:
    """On one line, without what no display can show. The name is cut before the rest is: the reason must be read."""
    name, rest = _printable(name), _printable(rest)[:LONGEST]
    room = LONGEST - len(rest)
    return (name if len(name) <= room else name[: max(0, room - 1)] + "…" * (room > 0)) + rest


def _printable(text: str) -> str:
    shown = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(shown.split())
