"""Who is at the keypad: the colleague whose phone it is, or whoever knows an extension and its PIN (R41).

The journal has that somebody was or was not let in; extension and PIN are in no event.
"""

from dataclasses import dataclass

from switchboard.calls.conversation import Conversation
from switchboard.calls.desk.asking import Asking, ask_digits
from switchboard.calls.ports import PinAttempt, PinVerdict
from switchboard.changes import Act
from switchboard.domain.announcement import FixedPrompt
from switchboard.domain.call import EventKind
from switchboard.domain.directory import DestinationKind, Directory, Person

TRIES = 3
EXTENSION = Asking(most=8)
PIN = Asking(tries=1, most=12)


@dataclass(frozen=True, slots=True)
class KeypadUser:
    """`actor` as the audit log shows it."""

    person: Person
    actor: str


async def identify_by_pin(talk: Conversation, authority_id: int) -> KeypadUser | None:
    """Extension and PIN, three times at most; None for who is not let in, and has been told so. A wrong PIN and an
    extension that nobody has sound the same and take the same time. From then on it is the colleague's language."""
    talk.stage = "while giving extension and PIN"
    for _ in range(TRIES):
        extension = await ask_digits(talk, FixedPrompt("pin-enter-extension"), asking=EXTENSION)
        pin = await ask_digits(talk, FixedPrompt("pin-enter-pin"), asking=PIN) if extension else None
        if extension is None:
            break
        if pin is None:
            continue
        person = person_at(talk.directory, authority_id, extension)
        person_id = person.id if person is not None else None
        verdict = await _check(talk, PinAttempt(authority_id, extension, person_id, talk.caller, pin))
        if verdict is PinVerdict.RIGHT and person is not None:
            talk.language = person.language
            return KeypadUser(person, f"keypad from outside (person {person.id})")
        await talk.say(FixedPrompt("pin-locked" if verdict is PinVerdict.LOCKED else "pin-wrong"))
        if verdict is PinVerdict.LOCKED:
            return None
    await talk.say(FixedPrompt("keypad-goodbye"))
    return None


async def _check(talk: Conversation, attempt: PinAttempt) -> PinVerdict:
    verdict = await talk.ports.pins.check(attempt, Act("keypad from outside", talk.now))
    await talk.note(EventKind.DESK, identified=verdict)
    return verdict


def person_at(directory: Directory, authority_id: int, digits: str) -> Person | None:
    """The person to whom an extension of the authority leads; of another authority where only one has it."""
    own = directory.extension(authority_id, digits)
    others = [directory.extension(each.id, digits) for each in directory.authorities() if each.id != authority_id]
    found = [own] if own is not None else [each for each in others if each is not None]
    if len(found) != 1 or found[0].destination.kind is not DestinationKind.PERSON:
        return None
    key = found[0].destination.key or ""
    return directory.person(int(key)) if key.isascii() and key.isdigit() and len(key) <= 18 else None
