"""A call to a person: ring them if that is right, else tell who is away, why, and when they are back (R1-R3, R10)."""

from collections.abc import Mapping

from switchboard.calls.conversation import Conversation
from switchboard.calls.menu import Choice, Offer, offer_menu
from switchboard.calls.ports import RingFailure
from switchboard.calls.referring import mailbox_for, operators_choice
from switchboard.calls.ringing import note_rung_out, ring_and_connect
from switchboard.domain.absence import absence_in_force, return_time, speaks_whole_days, told_reason
from switchboard.domain.announcement import AbsenceNotice, Announcement, DeputyUnavailable, RingingAnyway, Unreachable
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.directory import Absence, Person
from switchboard.domain.diversion import (
    Diversion,
    Inform,
    PhoneState,
    Ring,
    decide_diversion,
    deputy_chain,
    present_deputy,
)
from switchboard.domain.greeting import personal_greeting, spoken_name

DEFAULT_RING_SECONDS = 25


async def call_person(talk: Conversation, person: Person) -> CallOutcome:
    """Ring the person's phones unless an absence forbids it; then the referral."""
    decision = await _decide(talk, person)
    if isinstance(decision, Ring) and decision.notice is not None:
        await _tell_open_absence(talk, person, decision.notice)
        decision = await _decide(talk, person)
    match decision:
        case Inform() as told:
            await talk.note(EventKind.NOT_RUNG, person=person.id, reason=told.reason)
            return await _refer(talk, person, _notice(talk, told))
        case Ring(devices=devices):
            failed = await ring_and_connect(talk, devices, _ring_seconds(talk, person))
            if failed is None:
                return CallOutcome(Outcome.CONNECTED, "talked with the person")
            await note_rung_out(talk, person, failed)
            return await _refer(talk, person, _unreachable(talk, person, failed.why))


def what_callers_hear(talk: Conversation, person: Person) -> tuple[Announcement, ...]:
    """Of the absence in force now, before the menu or the ring tone; nothing where the person is present."""
    talk.authority = talk.directory.authority(person.authority_id) or talk.authority
    absence = absence_in_force(talk.directory.absences(person.id), talk.now)
    if absence is None:
        return ()
    notice = _absence_notice(talk, person, absence)
    if absence.open:
        return notice, RingingAnyway()
    return personal_greeting(talk.directory, person, notice.reason, talk.now), notice


async def _decide(talk: Conversation, person: Person) -> Diversion:
    """By what is committed now: whoever has gone absent meanwhile is not rung."""
    await talk.refresh()
    phones = await _phone_states(talk, person)
    return decide_diversion(person, talk.directory, talk.now, phones)


async def _tell_open_absence(talk: Conversation, person: Person, absence: Absence) -> None:
    talk.stage = "during the notice"
    await talk.say(_absence_notice(talk, person, absence), RingingAnyway())


async def _refer(talk: Conversation, person: Person, notice: AbsenceNotice | Unreachable) -> CallOutcome:
    """Greeting, why and until when, then the menu. A digit at any time goes straight to its choice."""
    talk.stage = "during the greeting"
    absent = isinstance(notice, AbsenceNotice)
    reason = notice.reason if isinstance(notice, AbsenceNotice) else None
    greeting = personal_greeting(talk.directory, person, reason, talk.now, absent)
    digit = await talk.say(greeting, notice, until_digit=True)
    tried: set[int] = set()

    async def offer() -> Offer:
        await talk.refresh()
        return await _offer(talk, person, tried, (greeting, notice))

    return await offer_menu(talk, offer, digit)


async def _offer(talk: Conversation, person: Person, tried: set[int], notice: tuple[Announcement, ...]) -> Offer:
    """What can be offered now. A deputy who did not answer is not offered again in the same call."""
    mailbox = mailbox_for(talk, person)
    operators = operators_choice(talk, mailbox)
    phones = await _phone_states(talk, person)
    deputy = present_deputy(person, talk.directory, talk.now, phones).person
    if deputy is None or deputy.id in tried:
        return Offer(mailbox, notice, call_operators=operators)
    name = spoken_name(talk.directory, deputy)
    return Offer(mailbox, notice, name, _deputy_choice(talk, deputy, tried), operators)


def _deputy_choice(talk: Conversation, deputy: Person, tried: set[int]) -> Choice:
    async def choose() -> CallOutcome | None:
        tried.add(deputy.id)
        return await _call_deputy(talk, deputy)

    return choose


async def _call_deputy(talk: Conversation, deputy: Person) -> CallOutcome | None:
    """Ring the deputy by the same rules as anybody: an absent one's phone stays silent."""
    decision = await _decide(talk, deputy)
    if isinstance(decision, Ring) and decision.notice is None:
        failed = await ring_and_connect(talk, decision.devices, _ring_seconds(talk, deputy))
        if failed is None:
            return CallOutcome(Outcome.CONNECTED, "talked with the deputy")
        await note_rung_out(talk, deputy, failed)
    talk.stage = "after the deputy"
    await talk.say(DeputyUnavailable(spoken_name(talk.directory, deputy)))
    return None


async def _phone_states(talk: Conversation, person: Person) -> Mapping[str, PhoneState]:
    """Of every device that the person's referral can come to, deputies of deputies included."""
    return await talk.phone_states({person.id, *(each.id for each in deputy_chain(person, talk.directory, talk.now))})


def _notice(talk: Conversation, told: Inform) -> AbsenceNotice | Unreachable:
    if told.absence is not None:
        return _absence_notice(talk, told.person, told.absence)
    name = spoken_name(talk.directory, told.person)
    if told.unanswered:
        return Unreachable(name, "no_answer")
    return Unreachable(name, "busy" if told.why is PhoneState.BUSY else "no_phone")


def _unreachable(talk: Conversation, person: Person, why: RingFailure) -> Unreachable:
    name = spoken_name(talk.directory, person)
    match why:
        case RingFailure.BUSY:
            return Unreachable(name, "busy")
        case RingFailure.UNREGISTERED:
            return Unreachable(name, "no_phone")
        case RingFailure.NO_ANSWER | RingFailure.FAILED:
            return Unreachable(name, "no_answer")


def _absence_notice(talk: Conversation, person: Person, absence: Absence) -> AbsenceNotice:
    """A reason that is not told is spoken as 'away'."""
    reason = told_reason(absence, talk.policy())
    until = return_time(talk.directory.absences(person.id), talk.now)
    whole_days = until is not None and speaks_whole_days(until)
    return AbsenceNotice(spoken_name(talk.directory, person), reason, until, whole_days)


def _ring_seconds(talk: Conversation, person: Person) -> int:
    policy = talk.policy()
    return person.ring_seconds or (policy.ring_seconds if policy else DEFAULT_RING_SECONDS)
