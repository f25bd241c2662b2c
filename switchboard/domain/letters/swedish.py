"""The letters in Swedish."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from switchboard.domain.letters.facts import CONFIDENTIAL, PROMISED_BY, WITHHELD, Facts, Late, LetterKind, shown_number
from switchboard.domain.working_days import STOCKHOLM

_WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
_MONTHS = (
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
)


def greeting(reader: str) -> str:
    return f"Hej {reader}!" if reader else "Hej!"


def closing(authority: str) -> str:
    who = f"Telefonväxeln, {authority}" if authority else "Telefonväxeln"
    return f"Vänliga hälsningar\n{who}\n\nDet går inte att svara på det här mejlet."


def day(moment: datetime) -> str:
    local = moment.astimezone(STOCKHOLM)
    return f"{_WEEKDAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}"


def moment(at: datetime) -> str:
    return f"{day(at)} klockan {at.astimezone(STOCKHOLM):%H.%M}"


def _by(due: datetime | None, *, promised: bool) -> str:
    """`senast tisdag 4 augusti`, `tisdag 4 augusti klockan 14.30 (utlovad tid)`."""
    if due is None:
        return "så snart du kan"
    return f"{moment(due)} (utlovad tid)" if promised else f"senast {day(due)}"


def _subject(what: str) -> Callable[[Facts], str]:
    return lambda facts: f"{what}, {_by(facts.due, promised=facts.promised)}"


def _caller(facts: Facts) -> str:
    if facts.secret:
        return "numret visas bara i växeln, eftersom meddelandet är sekretessmarkerat"
    return shown_number(facts.caller) or WITHHELD["sv"]


def _facts(facts: Facts) -> str:
    lines = [f"Sökt: {facts.name}", f"Ring upp: {_caller(facts)}", f"Kom in: {moment(facts.received_at)}"]
    lines.append(f"Ska ringas upp: {_by(facts.due, promised=facts.promised)}")
    if facts.note and not facts.secret:
        lines.append(f"Anteckning: {facts.note}")
    return "\n".join(lines)


def _told(facts: Facts) -> str:
    """What the caller knows, so that nobody says otherwise."""
    if facts.source == "abandoned":
        return "Den som ringde lade på innan någon hann svara och har inte fått något besked."
    if facts.source == "interrupted":
        return "Den som ringde talade in ett meddelande, men det kunde inte sparas. Ingen tid är utlovad."
    if facts.promised and facts.due is not None:
        return f"Den som ringde har fått beskedet att vi ringer upp {moment(facts.due)}."
    if facts.source not in PROMISED_BY:
        return "Den som ringde har fått beskedet att vi ringer upp." if facts.source == "fallback" else ""
    how = "ringer eller mejlar" if facts.email_counts else "ringer upp"
    when = f" senast {day(facts.due)}" if facts.due is not None else ""
    hidden = ", om det går att nå hen på det som sägs i meddelandet" if facts.caller is None else ""
    return f"Den som ringde har fått beskedet att vi {how}{when}{hidden}."


def _recording(facts: Facts) -> str:
    if facts.seconds is None:
        return f"Ärendet finns här:\n{facts.link}" if facts.link else ""
    length = f"Meddelandet är {max(1, round(facts.seconds))} sekunder långt"
    if facts.audio_attached:
        return f"{length} och bifogas. Det finns också här:\n{facts.link}"
    by_telephone = f"Slå {facts.listen} på din telefon för att lyssna, eller hämta" if facts.listen else "Lyssna på"
    return f"{length}. {by_telephone} det här:\n{facts.link}"


def _finish(facts: Facts) -> str:
    del facts
    return (
        "Ring från din anknytning, eller slå *24 så kopplar växeln upp samtalet. När ni har talat med varandra "
        "avslutas ärendet automatiskt. Har du svarat på något annat sätt avslutar du det själv med *24."
    )


def _breach(facts: Facts) -> Sequence[str]:
    rows = [f"- {_by(each.due, promised=each.promised)}: {each.name}, {_late_caller(each)}" for each in facts.late]
    rows += [f"- och {facts.more} till"] if facts.more else []
    unit = f" i {facts.unit}" if facts.unit else ""
    return (
        "Tiden för att ringa upp har gått ut utan att den som ringde har fått svar.",
        f"Försenade återuppringningar{unit}, med den tid då de senast skulle ha gjorts:\n" + "\n".join(rows),
        "Se till att de som väntar blir uppringda, eller lämna över till någon som kan ringa.",
    )


def _late_caller(late: Late) -> str:
    return CONFIDENTIAL["sv"] if late.secret else shown_number(late.caller) or WITHHELD["sv"]


def _unanswered(facts: Facts) -> Sequence[str]:
    silent = "Dina telefoner ringer inte förrän du har lyft på luren igen. De som ringer får veta att du inte svarar."
    at = moment(facts.received_at)
    missed = f"{facts.unanswered} samtal i följd till dig har inte besvarats. Det senaste kom in {at}."
    one = f"Ett samtal till dig har inte besvarats. Det kom in {at}."
    return (
        f"{missed if facts.unanswered > 1 else one} Ingen frånvaro är inlagd, så de som ringer får inte veta när "
        "du går att nå.",
        "Kan du inte svara? Slå *23 på din telefon och följ rösten, eller lägg in frånvaron i din kalender.",
        silent if facts.diverted else "",
    )


def _greeting(facts: Facts) -> Sequence[str]:
    del facts
    return (
        "Din röstbrevlåda har ingen hälsning som du själv har talat in. De som ringer när du inte svarar får i stället "
        "höra en automatisk hälsning.",
        "Slå *25 på din telefon och tala in en egen. Säg vart den som ringer har kommit och vad hen kan göra nu, till "
        "exempel lämna ett meddelande eller ringa någon annan.",
    )


SUBJECTS: Mapping[LetterKind, Callable[[Facts], str]] = {
    LetterKind.OPENED: _subject("Någon väntar på att bli uppringd"),
    LetterKind.JOINED: _subject("Ytterligare ett meddelande från någon som väntar"),
    LetterKind.HANDED_OVER: _subject("En återuppringning har lämnats över till dig"),
    LetterKind.REMINDER: _subject("Påminnelse: någon väntar på att bli uppringd"),
    LetterKind.UNANSWERED: lambda _: "Samtal till dig blir obesvarade",
    LetterKind.GREETING: lambda _: "Tala in din hälsning",
    LetterKind.BREACH: lambda facts: f"Försenade återuppringningar{' i ' + facts.unit if facts.unit else ''}",
}
PARAGRAPHS: Mapping[LetterKind, Callable[[Facts], Sequence[str]]] = {
    LetterKind.OPENED: lambda facts: (
        "Någon har sökt dig och vill bli uppringd." if facts.reader else "Någon har sökt er och vill bli uppringd.",
        _facts(facts),
        _told(facts),
        _recording(facts),
        _finish(facts),
    ),
    LetterKind.JOINED: lambda facts: (
        "Den som redan väntar på att bli uppringd har lämnat ytterligare ett meddelande. Det hör till samma ärende.",
        _facts(facts),
        _told(facts),
        _recording(facts),
    ),
    LetterKind.HANDED_OVER: lambda facts: (
        f"{'Du' if facts.reader else 'Ni'} har fått ta över en återuppringning.",
        _facts(facts),
        _told(facts),
        _recording(facts),
        _finish(facts),
    ),
    LetterKind.REMINDER: lambda facts: (
        "Någon väntar fortfarande på att bli uppringd.",
        _facts(facts),
        _told(facts),
        _recording(facts),
        "Hinner du inte? Ring ändå, kom överens om en ny tid och be växeln att föra in den. Du kan också lämna över "
        "ärendet till en kollega med *24.",
    ),
    LetterKind.BREACH: _breach,
    LetterKind.UNANSWERED: _unanswered,
    LetterKind.GREETING: _greeting,
}
