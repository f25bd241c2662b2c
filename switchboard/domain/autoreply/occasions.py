"""For which absences there is an autoreply, and when that may change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from switchboard.domain.absence import absence_in_force, turning_points
from switchboard.domain.autoreply.referral import answering_people
from switchboard.domain.directory import Absence, Directory, Person, Policy

LONGEST_CHAIN = 50


@dataclass(frozen=True, slots=True)
class Occasion:
    """An absence that is or will be. `counts` is the one that callers are told of at `at`, its `until` moved to when
    the person is really back; `at` is now, or the start of a coming absence."""

    absence: Absence
    counts: Absence
    at: datetime
    in_force: bool


def occasions_of(person: Person, directory: Directory, now: datetime) -> Sequence[Occasion]:
    """The absence in force first, then those that are coming, in order. An absence behind another one that counts
    has none of its own."""
    absences = directory.absences(person.id)
    current = absence_in_force(absences, now)
    coming = [each for each in absences if each.start.astimezone(UTC) > now.astimezone(UTC)]
    found = []
    if current is not None:
        row = next(each for each in absences if each.id == current.id)
        found.append(Occasion(row, current, now, True))
    for each in sorted(coming, key=lambda each: (each.start.astimezone(UTC), each.id)):
        counts = absence_in_force(absences, each.start)
        if counts is not None and counts.id == each.id:
            found.append(Occasion(each, counts, each.start, False))
    return found


def expected_by_mail(absence: Absence, policy: Policy | None) -> bool:
    """Whether the authority wants a reply by mail for an absence of this length; one without an end is long."""
    if absence.until is None or policy is None:
        return True
    return absence.until.astimezone(UTC) - absence.start.astimezone(UTC) >= timedelta(hours=policy.autoreply_min_hours)


def next_change(person: Person, directory: Directory, now: datetime) -> datetime | None:
    """The next instant at which an absence of the person, or of somebody who might be referred to, begins or ends."""
    at = now.astimezone(UTC)
    people = might_count(person, directory)
    moments = (moment for each in people for moment in turning_points(directory.absences(each)))
    return min((moment for moment in moments if moment > at), default=None)


def nearest_turn(person: Person, directory: Directory, now: datetime) -> timedelta:
    """How far the nearest begin or end of an absence of the person's own is from now. Nothing where they have none any
    more: the last was lifted."""
    at = now.astimezone(UTC)
    return min((abs(moment - at) for moment in turning_points(directory.absences(person.id))), default=timedelta())


def might_count(person: Person, directory: Directory) -> Iterator[int]:
    """The person, every deputy that one of their absences names, those deputies' deputies, and so on; and who answers
    for their unit."""
    waiting, seen = [person.id, *answering_people(person, directory)], set[int]()
    while waiting and len(seen) < LONGEST_CHAIN:
        person_id = waiting.pop(0)
        if person_id in seen:
            continue
        seen.add(person_id)
        yield person_id
        waiting += [each.deputy_id for each in directory.absences(person_id) if each.deputy_id is not None]
