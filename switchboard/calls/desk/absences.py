"""Absence by keypad: set, said back as callers will hear it, kept or undone; lifted; heard (R1, R2).

It is in force before it is said back: who hangs up then has set it.
"""

from dataclasses import dataclass

from switchboard.calls import orders
from switchboard.calls.conversation import Conversation
from switchboard.calls.desk.asking import Asking, ask_choice, ask_digits
from switchboard.calls.desk.asking_return import ask_reason, ask_return, decide
from switchboard.calls.desk.identify import EXTENSION, KeypadUser, person_at
from switchboard.calls.diverting import what_callers_hear
from switchboard.calls.ports import KeyedAbsence, LegGone, Replaced
from switchboard.domain.announcement import AbsenceNotice, Announcement, FixedPrompt
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.directory import Person
from switchboard.domain.keypad.orders import AbsenceOrder, AskAbsence, HearAbsence, LiftAbsence, SetAbsence
from switchboard.domain.keypad.times import AskTime, Back, NotPossible
from switchboard.domain.staffing import Refused

ALL_THE_SAME, WITH_DEPUTY = "1", "2"
KEEP, UNDO = "1", "2"
KEEP_ASKING = Asking(tries=2)
DEPUTY_TRIES = 3


@dataclass(frozen=True, slots=True)
class Absentee:
    """Who is to be away, and who says so."""

    person: Person
    user: KeypadUser


async def attend_absence(talk: Conversation, user: KeypadUser | None, order: AbsenceOrder) -> CallOutcome:
    """`user` None: the telephone is nobody's. A hang-up ends it where it stands."""
    talk.stage = "setting an absence"
    try:
        return CallOutcome(Outcome.SERVED, await carry_out_absence(talk, user, order))
    except LegGone:
        return CallOutcome(Outcome.SERVED, f"hung up {talk.stage}")


async def carry_out_absence(talk: Conversation, user: KeypadUser | None, order: AbsenceOrder) -> str:
    """What became of it, as the journal says it."""
    if user is None:
        return await _told(talk, "absence-nobodys", "the telephone is nobody's")
    extension = order.extension if isinstance(order, SetAbsence | LiftAbsence) else None
    person = user.person if extension is None else person_at(talk.directory, user.person.authority_id, extension)
    if person is None:
        return await _told(talk, "desk-unknown-extension", "nobody has the extension")
    if person.id != user.person.id and not _answers_for(talk, user.person, person):
        return await _told(talk, "absence-not-operator", "who is no operator sets no other's absence")
    return await _carry_out(talk, Absentee(person, user), order)


async def _carry_out(talk: Conversation, absentee: Absentee, order: AbsenceOrder) -> str:
    match order:
        case SetAbsence(reason=key, digits=digits):
            return await _set(talk, absentee, key, digits)
        case AskAbsence():
            return await _asked(talk, absentee)
        case HearAbsence():
            return await _hear(talk, absentee)
        case LiftAbsence():
            return await _lift(talk, absentee)


def _answers_for(talk: Conversation, operator: Person, other: Person) -> bool:
    """A member of an operators' group: of the own authority's, or of the one that answers for the other's."""
    authority = talk.directory.authority(other.authority_id)
    mine = [each.id for each in orders.operators_groups(talk.directory, operator.id)]
    answering = authority is not None and authority.operators_group_id in mine
    return bool(mine) and (answering or other.authority_id == operator.authority_id)


async def _asked(talk: Conversation, absentee: Absentee) -> str:
    key = await ask_reason(talk, absentee.person)
    if key is None:
        return await _told(talk, "absence-not-set", "no reason was chosen")
    back = await ask_return(talk, absentee.person, key)
    if back is None:
        return await _told(talk, "absence-not-set", "no time was given")
    return await _set_until(talk, absentee, back)


async def _set(talk: Conversation, absentee: Absentee, key: str, digits: str) -> str:
    match decide(talk, absentee.person, key, digits):
        case NotPossible(why=why, reason=reason):
            await talk.note(EventKind.DESK, refused=reason)
            return await _told(talk, f"absence-{why.replace('_', '-')}", f"not set: {reason}", "absence-not-set")
        case AskTime():
            back = await ask_return(talk, absentee.person, key)
            if back is None:
                return await _told(talk, "absence-not-set", "no time was given")
            return await _set_until(talk, absentee, back)
        case Back() as back:
            return await _set_until(talk, absentee, back)


async def _set_until(talk: Conversation, absentee: Absentee, back: Back) -> str:
    new = KeyedAbsence(absentee.person.id, back.code.reason, back.until, back.code.open)
    result = await orders.set_absence(talk.ports, new, absentee.user.actor)
    replaced = await _insist(talk, absentee, new, result) if isinstance(result, Refused) else result
    if replaced is None:
        return await _told(talk, "absence-not-set", "the absence was refused")
    await talk.note(EventKind.DESK, absence=replaced.id, until=back.until.isoformat(), why=back.reason)
    talk.stage = "after the absence was set"
    return await _say_back(talk, absentee, back, replaced)


async def _insist(talk: Conversation, absentee: Absentee, new: KeyedAbsence, refused: Refused) -> Replaced | None:
    """Too few would be left: all the same, with a deputy who stands in, or not at all (R21)."""
    for _ in range(DEPUTY_TRIES):
        await talk.note(EventKind.DESK, refused=refused.reason)
        key = await ask_choice(talk, (ALL_THE_SAME, WITH_DEPUTY), FixedPrompt("absence-understaffed"))
        if key is None:
            return None
        deputy = await _deputy(talk, absentee) if key == WITH_DEPUTY else None
        if key == WITH_DEPUTY and deputy is None:
            continue
        with_deputy = KeyedAbsence(new.person_id, new.reason, new.until, new.open, deputy)
        confirm = key == ALL_THE_SAME
        result = await orders.set_absence(talk.ports, with_deputy, absentee.user.actor, confirm)
        if isinstance(result, Replaced):
            await talk.note(EventKind.DESK, confirmed=confirm, deputy=deputy)
            return result
        refused = result
    return None


async def _deputy(talk: Conversation, absentee: Absentee) -> int | None:
    digits = await ask_digits(talk, FixedPrompt("absence-enter-deputy"), asking=EXTENSION)
    found = person_at(talk.directory, absentee.person.authority_id, digits) if digits else None
    if found is None or found.id == absentee.person.id:
        await talk.say(FixedPrompt("desk-unknown-extension"))
        return None
    return found.id


async def _say_back(talk: Conversation, absentee: Absentee, back: Back, replaced: Replaced) -> str:
    await talk.refresh()
    moved = [FixedPrompt(f"absence-{back.moved.replace('_', '-')}")] if back.moved else []
    heard = what_callers_hear(talk, absentee.person)
    first = await talk.say(*moved, FixedPrompt("absence-callers-hear"), *heard, until_digit=True)
    if first in (KEEP, UNDO):
        await talk.note(EventKind.CHOSE, digit=first)
        key: str | None = first
    else:
        key = await ask_choice(talk, (KEEP, UNDO), FixedPrompt("absence-keep-or-undo"), asking=KEEP_ASKING)
    if key == UNDO:
        await orders.undo_absence(talk.ports, replaced, absentee.user.actor)
        talk.stage = "after the absence was undone"
        return await _told(talk, "absence-undone", "the absence was undone")
    return await _told(talk, "absence-kept", "the absence was set")


async def _lift(talk: Conversation, absentee: Absentee) -> str:
    """What was in force is told after it is lifted, so that one lifted by mistake can be set again."""
    was = [each for each in what_callers_hear(talk, absentee.person) if isinstance(each, AbsenceNotice)]
    if not await orders.lift_absence(talk.ports, absentee.person.id, absentee.user.actor):
        return await _told(talk, "absence-none", "no absence was in force")
    told: tuple[Announcement, ...] = (FixedPrompt("absence-was"), *was) if was else ()
    await talk.say(FixedPrompt("absence-lifted"), *told)
    return "the absence was lifted"


async def _hear(talk: Conversation, absentee: Absentee) -> str:
    heard = what_callers_hear(talk, absentee.person)
    if not heard:
        return await _told(talk, "absence-none", "no absence was in force")
    await talk.say(FixedPrompt("absence-callers-hear"), *heard)
    return "the absence was read back"


async def _told(talk: Conversation, prompt: str, outcome: str, *more: str) -> str:
    await talk.say(FixedPrompt(prompt), *(FixedPrompt(each) for each in more))
    return outcome
