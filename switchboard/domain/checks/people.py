"""People: absences and deputies, and whether somebody can be reached and is presented as the policies demand."""

from collections.abc import Iterator
from datetime import UTC

from switchboard.domain.absence import absence_problem, absences_in_force
from switchboard.domain.checks.fault import Checked, Fault, error, warning
from switchboard.domain.deadline import policy_in_force
from switchboard.domain.directory import Absence, GreetingKind, Person
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.working_days import local_date

_LONGEST_CHAIN = 100


def check_absences(checked: Checked) -> Iterator[Fault]:
    for absence in checked.index.rows(Absence):
        problem = absence_problem(absence)
        if problem:
            yield error(absence, "until", problem)
        elif _deputies_loop(absence, checked):
            yield error(absence, "deputy_id", "the deputies lead back to the person who is away (R10)")


def _deputies_loop(absence: Absence, checked: Checked) -> bool:
    """Looked at when the absence begins: a loop exists from the beginning of the last absence in it. What is over
    is no matter."""
    at = max(absence.start.astimezone(UTC), checked.now.astimezone(UTC))
    if absence not in absences_in_force([absence], at):
        return False
    deputy_id = absence.deputy_id
    for _ in range(_LONGEST_CHAIN):
        if deputy_id is None or deputy_id == absence.person_id:
            break
        in_force = absences_in_force(checked.index.absences(deputy_id), at)
        deputy_id = next((each.deputy_id for each in in_force if each.deputy_id is not None), None)
    return deputy_id is not None and deputy_id == absence.person_id


def check_people(checked: Checked) -> Iterator[Fault]:
    for person in checked.index.rows(Person):
        if checked.index.extension_of(person.id) is None:
            yield warning(person, None, "has no extension (R13)")
        if not any(device.enabled for device in checked.index.devices(person.id)):
            yield warning(person, None, "has no enabled phone")
        if person.mailbox and not _has_greeting(person, checked.index):
            withheld = _mailbox_withheld(person, checked)
            effect = "; by the policy the mailbox is withheld" if withheld else ""
            yield warning(person, None, f"has recorded no personal greeting (R12){effect}")
        if not person.mailbox:
            yield warning(person, "mailbox", "has no mailbox (R13)")


def _has_greeting(person: Person, index: DirectoryIndex) -> bool:
    return any(each.kind is GreetingKind.PERSONAL for each in index.greetings("person", person.id))


def _mailbox_withheld(person: Person, checked: Checked) -> bool:
    policy = policy_in_force(checked.index.policies(person.authority_id), local_date(checked.now))
    return policy is not None and not policy.mailbox_without_greeting
