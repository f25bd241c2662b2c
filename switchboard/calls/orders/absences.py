"""Absences that leave nobody waiting in vain: by keypad and by API alike a function keeps its minimum (R21, R24)."""

from switchboard.calls.ports import KeyedAbsence, Ports, Replaced
from switchboard.changes import Act
from switchboard.domain.directory import Absence
from switchboard.domain.staffing import Allowed, Refused, decide_planned_absence


async def may_be_away(ports: Ports, absence: Absence) -> Allowed | Refused:
    """By what is committed now. A deputy who is not away stands in."""
    directory = await ports.directory.current()
    groups = [
        group
        for member in directory.memberships(absence.person_id)
        if (group := directory.function_group(member.group_id)) is not None
    ]
    return decide_planned_absence(absence, groups, directory, ports.calendars.calendar, ports.clock.now())


async def set_absence(ports: Ports, new: KeyedAbsence, actor: str, confirm: bool = False) -> Replaced | Refused:
    """From now on. Refused, with nothing done, where a function would be left under its minimum in announced hours,
    unless `confirm`."""
    now = ports.clock.now()
    if not confirm:
        planned = Absence(0, new.person_id, new.reason, now, new.until, new.open, new.deputy_id)
        verdict = await may_be_away(ports, planned)
        if isinstance(verdict, Refused):
            return verdict
    replaced = await ports.absences.replace(new, Act(actor, now))
    ports.queues.wake()
    return replaced


async def undo_absence(ports: Ports, replaced: Replaced, actor: str) -> None:
    await ports.absences.undo(replaced, Act(actor, ports.clock.now()))
    ports.queues.wake()


async def lift_absence(ports: Ports, person_id: int, actor: str) -> bool:
    """End what is in force. False: nothing was."""
    lifted = await ports.absences.lift(person_id, Act(actor, ports.clock.now()))
    ports.queues.wake()
    return bool(lifted)
