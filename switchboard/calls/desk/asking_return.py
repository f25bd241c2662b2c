"""The spoken questions of an absence: why, and until when."""

from collections.abc import Mapping

from switchboard.calls.conversation import Conversation
from switchboard.calls.desk.asking import END, Asking, ask_choice, rest_of_digits
from switchboard.domain.announcement import AbsenceChoices, FixedPrompt
from switchboard.domain.call import EventKind
from switchboard.domain.directory import AbsenceCode, Person
from switchboard.domain.keypad.reason_codes import codes_of, working_hours
from switchboard.domain.keypad.times import AskTime, Back, Decision, NotPossible, WorkingTime, decide_return

TRIES = 3
RETURN = Asking(next_s=3.0, most=6)


def decide(talk: Conversation, person: Person, key: str, digits: str) -> Decision:
    return decide_return(_codes(talk, person), key, digits, _working_time(talk, person), talk.now)


async def ask_reason(talk: Conversation, person: Person) -> str | None:
    """The key of it; None when it was asked in vain."""
    codes = _codes(talk, person)
    choices = AbsenceChoices(tuple((key, code.reason) for key, code in codes.items()))
    return await ask_choice(talk, codes.keys(), FixedPrompt("absence-choose-reason"), choices)


async def ask_return(talk: Conversation, person: Person, key: str) -> Back | None:
    """When the person is back, asked for until it can be; `#` alone is the usual time, where the reason has one. None
    when it was asked in vain."""
    code = _codes(talk, person).get(key)
    usual = decide(talk, person, key, "")
    question = [FixedPrompt("absence-enter-date" if code and code.four_digits == "date" else "absence-enter-time")]
    if isinstance(usual, Back):
        question.append(FixedPrompt("absence-or-usual"))
    for _ in range(TRIES):
        first = await talk.say(*question, until_digit=True) or await talk.leg.digit(RETURN.first_s)
        if first == END and isinstance(usual, Back):
            return usual
        digits = await rest_of_digits(talk, first, RETURN)
        if digits is None:
            continue
        match decide(talk, person, key, digits):
            case Back() as back:
                return back
            case NotPossible(why=why, reason=reason):
                await talk.note(EventKind.DESK, refused=reason)
                await talk.say(FixedPrompt(f"absence-{why.replace('_', '-')}"))
            case AskTime():
                continue
    return None


def _codes(talk: Conversation, person: Person) -> Mapping[str, AbsenceCode]:
    return codes_of(talk.directory, person.authority_id)


def _working_time(talk: Conversation, person: Person) -> WorkingTime:
    """The authority's; without a calendar nothing is known of its working days."""
    try:
        calendar = talk.calendar(person.authority_id)
    except (LookupError, ValueError):
        return WorkingTime(None)
    return WorkingTime(calendar, working_hours(talk.directory, person))
