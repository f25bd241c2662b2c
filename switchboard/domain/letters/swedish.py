"""The letters in Swedish."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from switchboard.domain.letters.facts import WITHHELD, Facts, LetterKind, shown_number
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
    return f"Vänliga hälsningar\n{authority}, telefonväxeln\n\nDet här brevet går inte att svara på."


def day(moment: datetime) -> str:
    local = moment.astimezone(STOCKHOLM)
    return f"{_WEEKDAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}"


def _moment(moment: datetime) -> str:
    return f"{day(moment)} klockan {moment.astimezone(STOCKHOLM):%H.%M}"


def _by(facts: Facts) -> str:
    """`senast tisdag 4 augusti`, `tisdag 4 augusti klockan 14.30 (utlovad tid)`."""
    if facts.due is None:
        return "så snart du kan"
    return f"{_moment(facts.due)} (utlovad tid)" if facts.promised else f"senast {day(facts.due)}"


def _caller(facts: Facts) -> str:
    if facts.secret:
        return "visas bara i växeln (meddelandet är sekretessmarkerat)"
    return shown_number(facts.caller) or WITHHELD["sv"]


def _facts(facts: Facts) -> str:
    lines = [f"Sökt: {facts.name}", f"Ring upp: {_caller(facts)}", f"Kom in: {_moment(facts.received_at)}"]
    lines.append(f"Återuppringning: {_by(facts)}")
    if facts.note and not facts.secret:
        lines.append(f"Anteckning: {facts.note}")
    return "\n".join(lines)


def _recording(facts: Facts) -> str:
    if facts.seconds is None:
        return ""
    length = f"Meddelandet är {max(1, round(facts.seconds))} sekunder långt"
    if facts.audio_attached:
        return f"{length} och bifogas. Det finns också här:\n{facts.link}"
    return f"{length}. Lyssna på det här:\n{facts.link}"


def _finish(facts: Facts) -> str:
    del facts
    return "När du har talat med den som ringde avslutas ärendet. Ring från din anknytning så märker växeln det själv."


def _breach(facts: Facts) -> Sequence[str]:
    rows = [f"- {_moment(each.due)}: {each.name}, {shown_number(each.caller) or WITHHELD['sv']}" for each in facts.late]
    told = "Tiden för återuppringning har gått ut utan att den som ringde har fått svar."
    unit = f" i {facts.unit}" if facts.unit else ""
    return (told, f"Alla ärenden{unit} vars tid har gått ut:\n" + "\n".join(rows), _see_to_it())


def _see_to_it() -> str:
    return "Se till att de som väntar blir uppringda, eller lämna över ärendet till någon som kan ringa."


def _unanswered(facts: Facts) -> Sequence[str]:
    silent = "Dina telefoner ringer inte förrän du har lyft på luren igen. De som ringer får veta att du inte svarar."
    return (
        f"{facts.unanswered} samtal i rad har ringt hos dig utan svar, det senaste {_moment(facts.received_at)}. "
        "Ingen frånvaro är inlagd, så de som ringer vet inte när du går att nå.",
        "Kan du inte svara? Lägg in frånvaro: slå *23 på din telefon och följ rösten, eller i kalendern.",
        silent if facts.diverted else "",
    )


def _greeting(facts: Facts) -> Sequence[str]:
    del facts
    return (
        "Din röstbrevlåda har ingen egen hälsning. De som ringer när du inte svarar hör i stället en sammansatt röst.",
        "Slå *25 på din telefon och tala in den. Säg vart den som ringer har kommit och vad den kan göra.",
    )


SUBJECTS: Mapping[LetterKind, Callable[[Facts], str]] = {
    LetterKind.OPENED: lambda facts: f"Någon väntar på att bli uppringd, {_by(facts)}",
    LetterKind.JOINED: lambda facts: f"Ett meddelande till från någon som väntar, {_by(facts)}",
    LetterKind.HANDED_OVER: lambda facts: f"Du har fått ta över en återuppringning, {_by(facts)}",
    LetterKind.REMINDER: lambda facts: f"Påminnelse: någon väntar på att bli uppringd, {_by(facts)}",
    LetterKind.UNANSWERED: lambda _: "Samtal till dig blir obesvarade",
    LetterKind.GREETING: lambda _: "Tala in din hälsning",
    LetterKind.BREACH: lambda facts: f"Återuppringning försenad{' i ' + facts.unit if facts.unit else ''}",
}
PARAGRAPHS: Mapping[LetterKind, Callable[[Facts], Sequence[str]]] = {
    LetterKind.OPENED: lambda facts: (
        "Någon har sökt dig och vill bli uppringd." if facts.reader else "Någon har sökt er och vill bli uppringd.",
        _facts(facts),
        _recording(facts),
        _finish(facts),
    ),
    LetterKind.JOINED: lambda facts: (
        "Den som redan väntar på att bli uppringd har lämnat ett meddelande till. Det är samma ärende och samma tid.",
        _facts(facts),
        _recording(facts),
    ),
    LetterKind.HANDED_OVER: lambda facts: (
        "Du har fått ta över en återuppringning.",
        _facts(facts),
        _recording(facts),
        _finish(facts),
    ),
    LetterKind.REMINDER: lambda facts: (
        "Någon väntar fortfarande på att bli uppringd.",
        _facts(facts),
        _recording(facts),
        "Hinner du inte? Ring ändå, lova en ny tid och skriv in den, eller lämna över ärendet.",
    ),
    LetterKind.BREACH: _breach,
    LetterKind.UNANSWERED: _unanswered,
    LetterKind.GREETING: _greeting,
}
