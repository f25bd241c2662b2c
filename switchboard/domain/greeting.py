"""With which recordings and names somebody is presented to the caller (R6, R12, R13, R38)."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from switchboard.domain.announcement import AnswerPhrase, PersonGreeting, SpokenName
from switchboard.domain.directory import (
    AbsenceReason,
    Authority,
    Directory,
    FunctionGroup,
    Greeting,
    GreetingKind,
    GreetingSituation,
    Language,
    OwnerKind,
    Person,
    Unit,
)

Owner = Person | Unit | FunctionGroup | Authority

_NAMELESS = SpokenName("växeln")


def spoken_name(directory: Directory, owner: Owner) -> SpokenName:
    """A recorded name does not expire; a person without one is named by the extension's digits."""
    kind = _owner_kind(owner)
    recordings = _latest(_of_kind(directory, kind, owner.id, GreetingKind.NAME))
    extension = directory.extension_of(owner.id) if isinstance(owner, Person) else None
    return SpokenName(owner.name, recordings, extension.digits if extension else None)


def authority_name(directory: Directory, authority_id: int) -> SpokenName:
    """Of the authority with that id; a neutral name where there is none."""
    authority = directory.authority(authority_id)
    return spoken_name(directory, authority) if authority else _NAMELESS


def answer_phrase(directory: Directory, authority: Authority, now: datetime | None = None) -> AnswerPhrase:
    """With `now`, a phrase that is no longer valid is left out."""
    phrases = _of_kind(directory, "authority", authority.id, GreetingKind.ANSWER_PHRASE)
    return AnswerPhrase(spoken_name(directory, authority), _latest(_still_valid(phrases, now)))


def personal_greeting(
    directory: Directory, person: Person, reason: AbsenceReason | None, now: datetime, absent: bool | None = None
) -> PersonGreeting:
    """A temporary greeting goes before the one for this reason, that before the one for who is present or absent, and
    that before the one for always; without any the recordings are empty and a composed one is spoken (R12).

    `absent` None: there is a reason. Who is away for a reason that is not told is `absent` without one.
    """
    away = reason is not None if absent is None else absent
    own = _still_valid(_of_kind(directory, "person", person.id, GreetingKind.PERSONAL), now)
    fitting: dict[Language, str] = {}
    for rank in range(_RANKS):
        fitting |= _latest(each for each in own if _rank(each, reason, away) == rank)
    return PersonGreeting(authority_name(directory, person.authority_id), spoken_name(directory, person), fitting)


_RANKS = 4


def _rank(greeting: Greeting, reason: AbsenceReason | None, away: bool) -> int | None:
    """The higher of two is heard; None: it does not fit."""
    if greeting.reason is not None:
        return 2 if greeting.reason == reason else None
    match greeting.situation:
        case GreetingSituation.ALWAYS:
            return 0
        case GreetingSituation.PRESENT:
            return None if away else 1
        case GreetingSituation.ABSENT:
            return 1 if away else None
        case GreetingSituation.TEMPORARY:
            return 3 if greeting.valid_until is not None else None


def has_own_greeting(directory: Directory, person: Person, now: datetime) -> bool:
    """For some situation, in some language."""
    return bool(_still_valid(_of_kind(directory, "person", person.id, GreetingKind.PERSONAL), now))


def lacking_languages(directory: Directory, person: Person, now: datetime) -> tuple[Language, ...]:
    """The languages of the person's authority in which callers hear no greeting of the person's own (R12, R13): the
    one for always, or those for present and absent together, must be there, and last."""
    authority = directory.authority(person.authority_id)
    own = _still_valid(_of_kind(directory, "person", person.id, GreetingKind.PERSONAL), now)
    there = {(each.language, each.situation) for each in own if each.reason is None}
    spoken = authority.languages if authority is not None else (person.language,)
    return tuple(language for language in spoken if not _covered(language, there))


def _covered(language: Language, there: set[tuple[Language, GreetingSituation]]) -> bool:
    both = {(language, GreetingSituation.PRESENT), (language, GreetingSituation.ABSENT)}
    return (language, GreetingSituation.ALWAYS) in there or both <= there


def _owner_kind(owner: Owner) -> OwnerKind:
    match owner:
        case Person():
            return "person"
        case Unit():
            return "unit"
        case FunctionGroup():
            return "function_group"
        case Authority():
            return "authority"


def _of_kind(directory: Directory, owner: OwnerKind, id: int, kind: GreetingKind) -> list[Greeting]:
    return [each for each in directory.greetings(owner, id) if each.kind is kind]


def _still_valid(greetings: Iterable[Greeting], now: datetime | None) -> list[Greeting]:
    return [
        each
        for each in greetings
        if now is None or each.valid_until is None or now.astimezone(UTC) < each.valid_until.astimezone(UTC)
    ]


def _latest(greetings: Iterable[Greeting]) -> Mapping[Language, str]:
    """For each language the latest row."""
    return {each.language: each.sha256 for each in sorted(greetings, key=lambda each: each.id)}
