"""Waiting is over without an answer: the caller is told why, and something comes of it. Never an endless queue."""

from dataclasses import replace

from switchboard.calls.conversation import Conversation
from switchboard.calls.menu import Offer, offer_menu
from switchboard.calls.ports import QueuePlace
from switchboard.calls.queue.hearing import greet
from switchboard.calls.queue.keep_place import NoNumber, ask_number
from switchboard.calls.queue.leaving import note_left, open_task, task_for
from switchboard.calls.queue.places import Waiting
from switchboard.calls.queue.reach import closed_notice
from switchboard.calls.voicemail import leave_message
from switchboard.domain.announcement import Announcement, FixedPrompt, Goodbye, OperatorsUnavailable
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.callback import Mailbox, promise_for
from switchboard.domain.directory import FunctionGroup, OverflowAction, OverflowSituation
from switchboard.domain.queueing import OverflowDecision


async def tell_and_offer_message(talk: Conversation, mailbox: Mailbox, notice: Announcement) -> CallOutcome:
    """The menu without the operators, who cannot be had."""
    talk.stage = "after the operators"
    digit = await talk.say(notice, until_digit=True)

    async def offer() -> Offer:
        return Offer(mailbox, (notice,))

    return await offer_menu(talk, offer, digit)


async def tell_closed(talk: Conversation, mailbox: Mailbox, group: FunctionGroup) -> CallOutcome:
    """When the group opens (R23)."""
    return await tell_and_offer_message(talk, mailbox, closed_notice(talk, group))


async def tell_of_no_group(talk: Conversation, mailbox: Mailbox, *, welcome: bool) -> CallOutcome:
    """`welcome`: the answer phrase is still to be said."""
    await talk.note(EventKind.FAULT, what="the authority has no operators' group")
    if welcome:
        await greet(talk)
    return await tell_and_offer_message(talk, mailbox, OperatorsUnavailable(busy=False))


async def end_wait(talk: Conversation, place: QueuePlace, mailbox: Mailbox, decision: OverflowDecision) -> CallOutcome:
    """What a rule, or the default, does with who has waited; another group is the caller's line to find."""
    talk.stage = "after the operators"
    notice = _notice(talk, decision)
    match decision.action:
        case OverflowAction.MESSAGE:
            await talk.say(notice)
            return await leave_message(talk, mailbox)
        case OverflowAction.CALLBACK:
            return await _promise_callback(talk, place, mailbox, notice)
        case OverflowAction.ANNOUNCEMENT | OverflowAction.GROUP:
            return await tell_and_offer_message(talk, mailbox, notice)


def _notice(talk: Conversation, decision: OverflowDecision) -> Announcement:
    """A rule's own prompt, where it names one that there is; else why."""
    if decision.action is OverflowAction.ANNOUNCEMENT and decision.key:
        if talk.ports.announcer.knows(decision.key):
            return FixedPrompt(decision.key)
        talk.log.warning("no_such_prompt", table="overflow_rule", key=decision.rule_id, column="key")
    match decision.situation:
        case OverflowSituation.NOBODY_SIGNED_IN:
            return OperatorsUnavailable(busy=False)
        case OverflowSituation.MAX_WAIT:
            return FixedPrompt("queue-waited-long")
        case OverflowSituation.MAX_LENGTH:
            return FixedPrompt("queue-full")
        case OverflowSituation.CLOSING:
            return FixedPrompt("queue-closing")


async def leave_instead(talk: Conversation, waiting: Waiting, mailbox: Mailbox) -> CallOutcome:
    """The caller does not wait on and cannot be called: the place is given up for a message."""
    lines = talk.ports.queues
    lines.leave(waiting.place, "overflowed")
    await note_left(lines, waiting.place, "message", waiting.before)
    talk.stage = "after the operators"
    return await leave_message(talk, mailbox)


async def _promise_callback(
    talk: Conversation, place: QueuePlace, mailbox: Mailbox, notice: Announcement
) -> CallOutcome:
    """A task at once, to the number that the caller agrees to; without one, a message."""
    await talk.say(notice)
    number = await ask_number(talk)
    if isinstance(number, NoNumber):
        return await leave_message(talk, mailbox)
    ports = talk.ports
    task = task_for(ports, talk.directory, replace(place, number=number), mailbox, "queue")
    await open_task(ports.queues, task, "Ville bli uppringd.")
    await talk.say(promise_for(task, talk.policy()), Goodbye())
    return CallOutcome(Outcome.BOOKED, "a callback task was opened for who waited")


def other_group(talk: Conversation, decision: OverflowDecision) -> FunctionGroup | None:
    """A rule that names no operators' group is told of; the caller can leave a message."""
    if decision.action is not OverflowAction.GROUP or decision.key is None:
        return None
    group = talk.directory.function_group(int(decision.key)) if decision.key.isdigit() else None
    if group is None or not group.operators:
        talk.log.warning("no_such_group", table="overflow_rule", key=decision.rule_id, column="key")
        return None
    return group
