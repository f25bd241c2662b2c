"""A message taken after the call: a callback task to the caller of the phone's latest talk (R20, R30)."""

import uuid

from switchboard.calls import orders
from switchboard.calls.conversation import Conversation
from switchboard.calls.desk.operator import Operator, served
from switchboard.calls.desk.spoken_note import take_note
from switchboard.calls.ports import LatestCall, LegGone
from switchboard.domain.announcement import Announcement, FixedPrompt, PromisedCallback
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.callback import CallbackTask, Mailbox, promise_for
from switchboard.domain.deadline import NotPromised, PromisedTime, policy_in_force
from switchboard.domain.desk_codes import TakeMessage
from switchboard.domain.working_days import local_date

# Of a call that outlives a restart the code is carried out again: its task is the same one.
_NAMESPACE = uuid.UUID("0f6f7f0a-6c4d-4a2e-9d0c-6a2b7b6f5e21")


async def take_message(talk: Conversation, operator: Operator, order: TakeMessage) -> CallOutcome:
    """Open the task, tell by when, and take a spoken note of who stays on the line. Where the extension or the time
    makes no sense nothing is opened, and the operator hears why."""
    mailbox = orders.mailbox_at(talk.directory, operator.authority_id, order.extension)
    if mailbox is None:
        return await served(talk, FixedPrompt("desk-unknown-extension"))
    promised = orders.promised_time(talk.ports, mailbox, order.promised)
    if isinstance(promised, NotPromised):
        await talk.note(EventKind.DESK, refused=promised.why)
        return await served(talk, FixedPrompt(f"desk-promise-{promised.why.replace('_', '-')}"))
    latest = await talk.ports.tasks.latest_call(operator.account)
    if latest is None:
        return await served(talk, FixedPrompt("desk-no-recent-call"))
    task = await _open(talk, operator, mailbox, latest, promised)
    try:
        await talk.say(FixedPrompt("desk-task-opened"), *_promise(talk, task, promised), FixedPrompt("desk-note-offer"))
    except LegGone:
        return CallOutcome(Outcome.SERVED, "order carried out, hung up during the confirmation")
    return await take_note(talk, task)


async def _open(
    talk: Conversation, operator: Operator, mailbox: Mailbox, latest: LatestCall, promised: PromisedTime | None
) -> CallbackTask:
    new = orders.NewTask(
        mailbox,
        latest.caller,
        latest.at,
        promised_at=promised.at if promised else None,
        call_id=latest.call_id,
        id=uuid.uuid5(_NAMESPACE, talk.call.id).hex,
    )
    task = await orders.open_task(talk.ports, new, operator.actor)
    await talk.note(EventKind.TASK_OPENED, task=task.id, rule=task.deadline.rule)
    return task


def _promise(talk: Conversation, task: CallbackTask, promised: PromisedTime | None) -> tuple[Announcement, ...]:
    """What the caller was told, or else what the policy promises: the operator can have told the caller so."""
    policies = talk.directory.policies(task.mailbox.authority_id)
    by_policy = promise_for(task, policy_in_force(policies, local_date(task.received_at)))
    if promised is None:
        return (by_policy,)
    hidden = () if by_policy.has_number else (FixedPrompt("desk-number-hidden"),)
    return (PromisedCallback(promised.at, promised.whole_day), *hidden)
