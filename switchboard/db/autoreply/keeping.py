"""The job of one person: tells them of their absences, sets the reply when one begins, takes it away when it is over.

What is done at the mail server comes to the same when it is done again, so a job that was begun twice is harmless; the
letters are one transaction with the end of the job, so each absence is told once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.calls.duties import pause_after
from switchboard.calls.ports import Clock, DirectorySource, Log
from switchboard.calls.ports.autoreply import Decide, ScriptServer, ScriptServerAway, ScriptsRefused
from switchboard.calls.ports.duties import Job
from switchboard.db.autoreply.composing import Composed, Contact, compose, contact_of
from switchboard.db.autoreply.rows import Kept, checksum, fingerprint, read_kept, went_well, went_wrong, write_kept
from switchboard.db.engine import Database
from switchboard.db.jobs import reschedule
from switchboard.db.jobs.outbox import Draft, write_draft
from switchboard.db.tasks.telling import sender
from switchboard.domain.autoreply import expected_by_mail, next_change, tell_person
from switchboard.domain.autoreply.facts import Telling
from switchboard.domain.autoreply.scripts import Reply, lift_reply, set_reply
from switchboard.domain.deadline import policy_in_force
from switchboard.domain.directory import Directory, Person, Policy
from switchboard.domain.working_days import local_date


@dataclass(frozen=True, slots=True)
class _Case:
    """All that one look is decided by."""

    person: Person
    directory: Directory
    policy: Policy | None
    contact: Contact
    kept: Kept
    composed: Sequence[Composed]
    now: datetime

    def expected(self, each: Composed) -> bool:
        return expected_by_mail(each.occasion.counts, self.policy)

    @property
    def current(self) -> Composed | None:
        """What the mailbox is to answer now."""
        first = next(iter(self.composed), None)
        return first if first is not None and first.occasion.in_force and self.expected(first) else None


@dataclass(frozen=True, slots=True)
class _Done:
    """What a look changed in the row; `again` is when to try again after a failure."""

    values: dict[str, Any]
    again: datetime | None = None


class AutoreplyKeeper:
    """`server` None: nobody's mailbox can be reached, and people are told to set their replies themselves."""

    def __init__(
        self, database: Database, directory: DirectorySource, server: ScriptServer | None, clock: Clock, log: Log
    ) -> None:
        self._database = database
        self._directory = directory
        self._server = server
        self._clock = clock
        self._log = log

    async def run(self, job: Job) -> None:
        case = await self._case(int(job.key), self._clock.now())
        if case is None:
            async with self._database.write() as tx:
                await reschedule(tx, job, None)
            return
        done = await self._settle(case)
        async with self._database.write() as tx:
            told = await self._tell(tx, case)
            await write_kept(tx, case.person.id, {**done.values, "told": {"absences": told}})
            changes = [each for each in (done.again, next_change(case.person, case.directory, case.now)) if each]
            await reschedule(tx, job, min(changes, default=None))

    async def _case(self, person_id: int, now: datetime) -> _Case | None:
        directory = await self._directory.current()
        person = directory.person(person_id)
        if person is None:
            return None
        async with self._database.read() as tx:
            contact, kept = await contact_of(tx, person_id), await read_kept(tx, person_id)
            composed = await compose(tx, person, directory, now)
        policy = policy_in_force(directory.policies(person.authority_id), local_date(now))
        return _Case(person, directory, policy, contact, kept, composed, now)

    async def _settle(self, case: _Case) -> _Done:
        """Make the mailbox answer as it should, where that has changed. A reply that somebody switched off meanwhile
        is not set again: the list of those who are absent by phone alone shows it."""
        reply = _reply(case)
        wanted = checksum(reply.subject, reply.body, str(reply.until)) if reply is not None else ""
        settled = wanted == case.kept.wanted and not case.kept.failures
        if self._server is None or not case.contact.login or settled:
            return _Done({})
        decide: Decide = lift_reply if reply is None else partial(set_reply, reply=reply)
        try:
            steps = await self._server.carry_out(case.contact.login, decide)
        except (ScriptServerAway, ScriptsRefused) as fault:
            return self._failed(case, fault)
        self._log.info("autoreply_set" if reply else "autoreply_lifted", person=case.person.id, answers=steps.state)
        return _Done({"wanted": wanted, **went_well(steps.state, case.now)})

    def _failed(self, case: _Case, fault: Exception) -> _Done:
        failures = case.kept.failures + 1
        self._log.warning("autoreply_not_settled", person=case.person.id, tries=failures, error=str(fault))
        return _Done(went_wrong(str(fault), case.now), case.now + pause_after(failures))

    async def _tell(self, tx: AsyncConnection, case: _Case) -> Sequence[str]:
        """Writes a letter of each absence that the person was not told of. Gives the fingerprints of those that they
        were told of and that still stand, also of one that another absence hides for a while."""
        tells = case.policy is None or case.policy.autoreply_mail
        for each in case.composed:
            known = fingerprint(each.occasion.absence) in case.kept.told
            if tells and case.contact.address and not known and case.expected(each):
                await write_draft(tx, self._letter(case, each), case.now)
        stand = {fingerprint(each) for each in case.directory.absences(case.person.id)}
        new = {fingerprint(each.occasion.absence) for each in case.composed}
        return sorted(new | (stand & set(case.kept.told)))

    def _letter(self, case: _Case, each: Composed) -> Draft:
        by_us = self._server is not None and bool(case.contact.login)
        occasion = each.occasion
        telling = Telling(each.facts, occasion.absence.start, occasion.in_force, by_us)
        words = tell_person(telling, each.reply, case.contact.language)
        headers = sender(each.facts.authority, case.contact.language)
        return Draft(case.contact.address, words.subject, words.body, headers)


def _reply(case: _Case) -> Reply | None:
    current = case.current
    if current is None or not case.contact.address:
        return None
    login = case.contact.login
    others = (login,) if "@" in login and login != case.contact.address else ()
    until = current.facts.until
    return Reply(current.reply.subject, current.reply.body, case.contact.address, case.person.name, others, until)
