"""Where a call goes that a row of ours could not place: to the operators, who are people and can be asked.

In their hours. Outside them nobody would answer: the caller is told when they are back and can leave a message for the
authority (R23).
"""

from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import Authority, Schedule
from switchboard.domain.greeting import spoken_name
from switchboard.domain.routing.destinations import closed_schedule, operators_of
from switchboard.domain.routing.routes import Reason, ToClosed, ToOperators
from switchboard.domain.routing.situation import RowFault, Situation


def to_last_resort(
    authority: Authority, reason: Reason, situation: Situation, *, unknown: bool = False
) -> ToOperators | ToClosed:
    """Never fails. `reason` stays what it was, also where the operators are closed; where their own hours cannot be
    honoured they count as open. `unknown`: nobody has the number, and the caller is told so first."""
    situation.note(f"to the operators of authority {authority.id}: {reason.text}")
    closed = _closed(authority, situation)
    if closed is None:
        group_id = authority.operators_group_id
        group = None if group_id is None else situation.directory.function_group(group_id)
        return ToOperators(authority, group, reason, unknown)
    where = spoken_name(situation.directory, authority)
    return ToClosed(authority, where, situation.next_opening(closed), Mailbox(authority.id), reason, unknown)


def _closed(authority: Authority, situation: Situation) -> Schedule | None:
    try:
        group = operators_of(authority, situation)
        return closed_schedule(group.schedule_id, "function_group", group.id, situation)
    except RowFault as fault:
        situation.note(f"their hours are not known: {fault.reason.text}")
        return None
