"""Where a caller goes on to after a talk: carried out step by step, to the end of the call.

Every step ends with somebody talking, a message, or the operators; what breaks on the way is the story's to mend.
"""

from collections.abc import Awaitable, Callable

from switchboard.calls.conversation import Conversation
from switchboard.calls.desk.mailbox import leave_for_person
from switchboard.calls.talk.parking import park
from switchboard.calls.talk.returning import back_to_operators, come_back
from switchboard.calls.talk.steps import (
    BackToOperators,
    ComeBack,
    HandedOver,
    LeaveMessageFor,
    MovedOn,
    ParkFor,
    SendOn,
    Step,
)
from switchboard.calls.talk.transfer import send_on
from switchboard.calls.voicemail import leave_message
from switchboard.domain.call import CallOutcome, Outcome

Story = Callable[[Conversation], Awaitable[CallOutcome]]


async def to_its_end(talk: Conversation, story: Story) -> CallOutcome:
    """The story, and whatever its talks lead to. Each round waits for somebody to act."""
    try:
        return await _follow(talk, story)
    except HandedOver:
        return CallOutcome(Outcome.TRANSFERRED, "the parties went on in another call")


async def _follow(talk: Conversation, story: Story) -> CallOutcome:
    step: Step | None = None
    while True:
        try:
            return await (story(talk) if step is None else carry_out(talk, step))
        except MovedOn as moved:
            step = moved.step
            await talk.end_others()


async def carry_out(talk: Conversation, step: Step) -> CallOutcome:
    match step:
        case SendOn():
            return await send_on(talk, step)
        case ComeBack(by=by, back=back):
            return await come_back(talk, by, back)
        case BackToOperators(back=back):
            return await back_to_operators(talk, back)
        case ParkFor(by=by):
            return await park(talk, by)
        case LeaveMessageFor():
            return await _leave_message(talk, step)


async def _leave_message(talk: Conversation, step: LeaveMessageFor) -> CallOutcome:
    """The person's greeting, then the beep; for a unit or a function the beep alone."""
    await talk.refresh()
    return await (leave_message(talk, step.mailbox) if step.person is None else leave_for_person(talk, step.person))
