"""Somebody hears whom they are to call back, the nearest deadline first, and sees to them by keypad (R14, R16-R18).

A call back is found in the journal and ends its task by itself, or counts as an attempt.
"""

from collections.abc import Sequence

from switchboard.calls.conversation import Conversation
from switchboard.calls.desk.asking import CANCEL, END, ask_choice
from switchboard.calls.mailbox.calling_back import call_for_task
from switchboard.calls.mailbox.owner import MailboxOwner
from switchboard.calls.mailbox.shared import ask_mailbox, spoken_owner
from switchboard.domain.announcement import Announcement, FixedPrompt, PromisedCallback, TaskOf
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.callback import IllegalStep
from switchboard.domain.deadline import END_OF_DAY
from switchboard.domain.directory import Directory
from switchboard.domain.mailbox.announcements import TaskHeader, TasksSummary
from switchboard.domain.tasks.life import (
    Close,
    EmailProof,
    Finish,
    HandOver,
    Move,
    NotProven,
    StatementProof,
    TaskState,
)
from switchboard.domain.tasks.own import tasks_of
from switchboard.domain.working_days import STOCKHOLM
from switchboard.errors import NotFound

AGAIN, ENDED, CALL, HAND_OVER = "1", "3", "8", "9"
KEYS = AGAIN + ENDED + CALL + HAND_OVER + END + CANCEL
TALKED, ANSWERED_BY_EMAIL, NOT_NEEDED = "1", "2", "3"
MOST_ROUNDS = 1000
HEARD = CallOutcome(Outcome.SERVED, "callback tasks heard")


async def attend_tasks(talk: Conversation, owner: MailboxOwner) -> CallOutcome:
    talk.stage = "at the tasks"
    await talk.refresh()
    tasks = await _own(talk, owner)
    pressed = await talk.say(TasksSummary(len(tasks)), until_digit=True)
    at = 0
    for _round in range(MOST_ROUNDS):
        if at >= len(tasks):
            break
        key = await _present(talk, owner, tasks[at], pressed)
        pressed = None
        if key is None or key == CANCEL:
            break
        if key == CALL:
            outcome = await call_for_task(talk, owner, tasks[at])
            if outcome is not None:
                return outcome
        elif key == END or await _do(talk, owner, tasks[at], key):
            at += 1
    if tasks and at >= len(tasks):
        await talk.say(FixedPrompt("task-no-more"))
    await talk.say(FixedPrompt("service-end"))
    return HEARD


async def _own(talk: Conversation, owner: MailboxOwner) -> Sequence[TaskState]:
    found = await talk.ports.task_book.may_concern(owner.person.id)
    return tasks_of(owner.person.id, found, talk.directory, talk.now)


async def _present(talk: Conversation, owner: MailboxOwner, task: TaskState, pressed: str | None) -> str | None:
    """What is chosen about it. A choice that is made while it is told of goes before hearing it."""
    key = pressed or await talk.say(*describe(task, owner, talk.directory), *_when(talk, task), until_digit=True)
    if key is not None and key in KEYS and key != AGAIN:
        await talk.note(EventKind.CHOSE, digit=key)
        return key
    return await ask_choice(talk, KEYS, FixedPrompt("task-menu"))


def describe(task: TaskState, owner: MailboxOwner, directory: Directory) -> tuple[Announcement, ...]:
    """Who is to be called, and for whom where that is not oneself."""
    header = TaskHeader(task.caller, task.received_at)
    mailbox = task.mailbox
    if mailbox.person_id == owner.person.id:
        return (header,)
    return header, TaskOf(spoken_owner(directory, mailbox))


def _when(talk: Conversation, task: TaskState) -> tuple[Announcement, ...]:
    """A time that has passed is told to have passed, and not which it was (R2)."""
    due = task.due
    if due is None:
        return ()
    if due.timestamp() <= talk.now.timestamp():
        return (FixedPrompt("task-overdue"),)
    whole_day = due.astimezone(STOCKHOLM).time() == END_OF_DAY
    return (PromisedCallback(due, whole_day),)


async def _do(talk: Conversation, owner: MailboxOwner, task: TaskState, key: str) -> bool:
    """Whether it is dealt with."""
    match key:
        case "3":
            return await _end(talk, owner, task)
        case "9":
            return await _hand_over(talk, owner, task)
        case _:  # to hear it again
            return False


async def _end(talk: Conversation, owner: MailboxOwner, task: TaskState) -> bool:
    key = await ask_choice(talk, TALKED + ANSWERED_BY_EMAIL + NOT_NEEDED + CANCEL, FixedPrompt("task-why-ended"))
    if key is None or key == CANCEL:
        return False
    return await _make(talk, owner, task, _ending(owner, key), "task-ended")


def _ending(owner: MailboxOwner, key: str) -> Move:
    """A statement is the named person's; an e-mail counts where the policy says so (R15)."""
    if key == TALKED:
        return Finish(StatementProof(owner.person.id, "har talat med den som ringde (uppgett med knappval)"))
    if key == ANSWERED_BY_EMAIL:
        return Finish(EmailProof(f"besvarat med e-post av {owner.person.name} (uppgett med knappval)"))
    return Close("ingen uppringning behövs (uppgett med knappval)")


async def _hand_over(talk: Conversation, owner: MailboxOwner, task: TaskState) -> bool:
    to = await ask_mailbox(talk, owner.person, FixedPrompt("task-hand-over"), task.mailbox)
    if to is None:
        return False
    why = f"överlämnat av {owner.person.name} (knappval)"
    return await _make(talk, owner, task, HandOver(to, why), "task-handed-over")


async def _make(talk: Conversation, owner: MailboxOwner, task: TaskState, move: Move, done: str) -> bool:
    try:
        await talk.ports.task_book.make_own(task.id, owner.person.id, move, owner.act(talk))
    except (IllegalStep, NotFound) as refusal:
        weak = isinstance(refusal, NotProven)
        await talk.note(EventKind.DESK, task=task.id, refused=str(refusal))
        await talk.say(FixedPrompt("task-email-not-enough" if weak else "task-changed-meanwhile"))
        return not weak
    await talk.note(EventKind.DESK, task=task.id, step=move.event)
    await talk.say(FixedPrompt(done))
    return True
