"""A colleague picks up their own telephone and dials (R1): whoever did not answer is asked once more, by voice.

An emergency call waits for nothing: there the display says it.
"""

from switchboard.calls.conversation import Conversation
from switchboard.calls.desk.operator import dialling_operator
from switchboard.domain.announcement import FixedPrompt
from switchboard.domain.call import EventKind
from switchboard.domain.routing import Route, ToOutside


async def greet_who_returns(talk: Conversation, route: Route) -> None:
    """LegGone: they have hung up; what was counted against them is over all the same."""
    if talk.call.source != "phone" or talk.call.account is None:
        return
    emergency = isinstance(route, ToOutside) and route.emergency
    row = talk.note_presence(talk.call.account, show=emergency)
    if row is None or row.asked_at is None or emergency:
        return
    talk.stage = "while hearing of unanswered calls"
    await talk.note(EventKind.DESK, unanswered=row.calls)
    colleague = dialling_operator(talk).person
    spoken = talk.language
    talk.language = colleague.language if colleague is not None else spoken
    await talk.say(FixedPrompt("unanswered-noticed"), until_digit=True)
    talk.language = spoken
