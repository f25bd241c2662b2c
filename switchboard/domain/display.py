"""What a telephone's display shows: who calls and why the call came (R31, R38). Swedish, for colleagues."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from switchboard.domain.absence import speaks_whole_days, told_reason
from switchboard.domain.announcement import WhyBack
from switchboard.domain.deadline import END_OF_DAY
from switchboard.domain.directory import Absence, AbsenceReason, Policy
from switchboard.domain.numbers import display_number, parse_number
from switchboard.domain.working_days import STOCKHOLM

LONGEST = 80
"""Characters; what telephones show and what SIP stacks take without cutting."""

LONGEST_NOTE = 200
UNANSWERED_SHOWN = "Flera har ringt utan svar. Lägg in frånvaro när du inte kan svara."
LONGEST_AUTHORITY = 24
"""Where it stands last, after what must be read."""

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
_WHY: Mapping[WhyBack, str] = {
    "absent": _ABSENT,
    "busy": "upptagen",
    "no_answer": "svarar inte",
    "no_phone": "ingen telefon",
    "nobody_there": "ingen på plats",
    "closed": "stängt",
    "unknown": "numret används inte",
    "no_answering_point": "saknar svarsställe",
    "wrong_row": "fel i katalogen",
    "not_allowed": "får inte ringas härifrån",
    "too_many": "kopplat för många gånger",
    "held": "väntar",
    "parked": "parkerad",
}


@dataclass(frozen=True, slots=True)
class ComingBack:
    """A caller who was passed on and comes back. `name` of the target, empty where there is none; `number` of one who
    has no name, as dialled or in E.164. `absence`, its `until` moved to when the person is really back, goes with
    `absent`, and with any other reason where it is an open one; `since` with `held` and `parked`; `opens_at` with
    `closed`, None where it is not known."""

    why: WhyBack
    name: str = ""
    absence: Absence | None = None
    since: datetime | None = None
    opens_at: datetime | None = None
    number: str | None = None


def show_new_call(called: str, caller: str | None) -> str:
    """`Norrby kommun: 070-123 45 67`. `called` names the authority dialled; `caller` None is anonymous."""
    return _fitting(called, f": {_number(caller)}")


def show_callback(number: str | None, authority: str = "") -> str:
    """`Norrby kommun: ring upp 070-123 45 67`: the operator answers first, then the caller is rung. `authority` empty:
    it is not known any more."""
    if not authority.strip():
        return _fitting("", f"Ring upp: {_number(number)}")
    return _fitting(authority, f": ring upp {_number(number)}")


def show_sent_on(by: str, caller: str | None, authority: str = "") -> str:
    """`Kopplat från Anna Andersson: 070-123 45 67`: a colleague sends a caller to the operators. `by` empty: nobody's
    phone; `authority` as for `show_coming_back`."""
    return _fitting(f"Kopplat från {by.strip() or 'en kollega'}", f": {_number(caller)}{_last(authority)}")


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


def show_coming_back(back: ComingBack, now: datetime, policy: Policy | None = None, authority: str = "") -> str:
    """`Åter: Erik Lund, semester till 3/8`, `Åter: Bygglov, stängt till 3/8 08:00`, `Åter: väntar sedan 2 min`.
    `authority` is shown last, for those who answer for several and have not talked with the caller (R38)."""
    why = _why(back, now, policy) + _last(authority)
    who = back.name if back.name.strip() else _number(back.number) if back.number else ""
    return _fitting(f"Åter: {who}", f", {why}") if who else _fitting("", f"Åter: {why}")


def show_absence(absence: Absence, now: datetime, policy: Policy | None = None) -> str:
    """`semester till 3/8`, `i möte till 14:30`, or without a time where the return is not known or is past. Illness,
    one's own or a child's, is `frånvarande` unless the authority's policy says otherwise."""
    told = told_reason(absence, policy)
    reason = _REASONS[told] if told is not None else _ABSENT
    if absence.until is None or absence.until.timestamp() <= now.timestamp():
        return reason
    until, today = absence.until.astimezone(STOCKHOLM), now.astimezone(STOCKHOLM).date()
    by_clock = until.date() == today and not speaks_whole_days(until)
    return f"{reason} till {until:%H:%M}" if by_clock else f"{reason} till {until.day}/{until.month}"


def _why(back: ComingBack, now: datetime, policy: Policy | None) -> str:
    if back.absence is not None:
        away = show_absence(back.absence, now, policy)
        return away if back.why == "absent" else f"{_WHY[back.why]}, {away}"
    if back.why == "closed":
        return f"{_WHY[back.why]} {_until_it_opens(back.opens_at, now)}"
    if back.since is None:
        return _WHY[back.why]
    minutes = round(max(0.0, now.timestamp() - back.since.timestamp()) / 60)
    return f"{_WHY[back.why]} sedan {max(1, minutes)} min"


def _last(authority: str) -> str:
    name = authority if len(authority) <= LONGEST_AUTHORITY else authority[: LONGEST_AUTHORITY - 1].rstrip() + "…"
    return f" – {name}" if name.strip() else ""


def _until_it_opens(opens_at: datetime | None, now: datetime) -> str:
    if opens_at is None:
        return "tills vidare"
    opens, today = opens_at.astimezone(STOCKHOLM), now.astimezone(STOCKHOLM).date()
    return f"till {opens:%H:%M}" if opens.date() == today else f"till {opens.day}/{opens.month} {opens:%H:%M}"


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
