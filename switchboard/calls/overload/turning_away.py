"""The story of a call that is not taken: one row of the journal, and one request to Asterisk."""

from switchboard.calls.conversation import readable
from switchboard.calls.ports import CallLeg, HangupCause, Ports
from switchboard.domain.call import CallOutcome, IncomingCall, Outcome
from switchboard.domain.overload import Answer, Verdict


async def turn_away(call: IncomingCall, leg: CallLeg, verdict: Verdict, ports: Ports) -> CallOutcome:
    """Never raises but for cancellation. What is said the dialplan says: it costs the service nothing, and has an end
    of its own to how many hear it at once."""
    if verdict.answer is Answer.SPOKEN:
        await leg.leave_to_overload()
    else:
        await leg.hang_up(HangupCause.CONGESTION)
    outcome = CallOutcome(Outcome.REFUSED, verdict.shortage.value if verdict.shortage else "")
    await ports.journal.arrived(readable(call), verdict.authority.id if verdict.authority else None)
    await ports.journal.ended(call.id, ports.clock.now(), outcome)
    return outcome
