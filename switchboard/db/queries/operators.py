"""Operators: who belongs to which operators' group, and who is signed in (R26)."""

from collections.abc import Sequence, Set
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.changes import Act
from switchboard.db.engine import Database
from switchboard.db.operator_desk import pause, resume, sign_in
from switchboard.db.queries.audit import note_act
from switchboard.db.queries.names import authority_is, find_person
from switchboard.db.tables import authority, function_group, function_member, operator_session, person
from switchboard.domain.directory import PauseReason
from switchboard.errors import BadValue, Conflict
from switchboard.views import OperatorView


class Operators:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self, authority_name: str | None = None) -> Sequence[OperatorView]:
        """Members of operators' groups and whoever is signed in to one, by group and name. All of them: they are few.
        `authority_name` is a name or an id in digits."""
        narrow = [authority_is(function_group.c.authority_id, authority_name)] if authority_name else []
        async with self._database.read() as tx:
            return await _views(tx, *narrow)

    async def groups_of_member(self, person_id: int) -> Set[int]:
        """Ids of the groups that the person is a member of, whether signed in or not."""
        member = select(function_member.c.group_id).where(function_member.c.person_id == person_id)
        async with self._database.read() as tx:
            return frozenset((await tx.execute(member)).scalars())

    async def sign_in(self, who: str, group: str | None, act: Act) -> Sequence[OperatorView]:
        """To the group named by id or name; else to those of which the person is a member; else to the one that
        answers for the person's authority. Signing in again ends a pause."""
        async with self._database.write() as tx:
            person_id = await find_person(tx, "person", who)
            for group_id in await _groups_of(tx, person_id, group):
                await sign_in(tx, person_id, group_id, act)
            return await _views(tx, person.c.id == person_id)

    async def sign_out(self, who: str, act: Act) -> Sequence[OperatorView]:
        """From every group; harmless for somebody who is not signed in."""
        async with self._database.write() as tx:
            person_id = await find_person(tx, "person", who)
            await tx.execute(delete(operator_session).where(operator_session.c.person_id == person_id))
            await note_act(tx, act, "operator.sign_out", ("person", person_id))
            return await _views(tx, person.c.id == person_id)

    async def pause(
        self, who: str, paused: bool, act: Act, reason: PauseReason = PauseReason.OTHER
    ) -> Sequence[OperatorView]:
        """With `paused` false the pause is over. Conflict for somebody who is not signed in."""
        async with self._database.write() as tx:
            person_id = await find_person(tx, "person", who)
            done = await pause(tx, person_id, reason, act) if paused else await resume(tx, person_id, act)
            if not done:
                raise Conflict("the person is not signed in")
            return await _views(tx, person.c.id == person_id)


async def _groups_of(tx: AsyncConnection, person_id: int, group: str | None) -> Sequence[int]:
    operators = select(function_group.c.id).where(function_group.c.operators)
    if group is not None:
        named = (await tx.execute(operators.where(_group_is(group)))).scalars().all()
        if not named:
            raise BadValue("group", f"there is no operators' group {group}")
        return named
    member = select(function_member.c.group_id).where(function_member.c.person_id == person_id)
    answering = (
        select(authority.c.operators_group_id)
        .join(person, person.c.authority_id == authority.c.id)
        .where(person.c.id == person_id)
    )
    for groups in (member, answering):
        found = (await tx.execute(operators.where(function_group.c.id.in_(groups)))).scalars().all()
        if found:
            return found
    raise BadValue("group", "the person is in no operators' group, and none answers for the person's authority")


def _group_is(text: str) -> ColumnElement[bool]:
    digits = text.isascii() and text.isdigit() and len(text) < 10
    return function_group.c.id == int(text) if digits else function_group.c.name == text


async def _views(tx: AsyncConnection, *narrow: ColumnElement[bool]) -> Sequence[OperatorView]:
    return [_view(row) for row in await tx.execute(_operators().where(*narrow))]


def _operators() -> Select[Any]:
    session, member = operator_session, function_member
    mine = and_(session.c.group_id == function_group.c.id, session.c.person_id == person.c.id)
    belongs = and_(member.c.group_id == function_group.c.id, member.c.person_id == person.c.id)
    named = (
        function_group.join(authority, authority.c.id == function_group.c.authority_id)
        .join(person, person.c.id.in_(select(member.c.person_id).union(select(session.c.person_id))))
        .outerjoin(session, mine)
        .outerjoin(member, belongs)
    )
    return (
        select(
            person.c.id.label("person_id"),
            person.c.name.label("person"),
            function_group.c.id.label("group_id"),
            function_group.c.name.label("group"),
            authority.c.name.label("authority"),
            session.c.id.label("session_id"),
            session.c.paused,
            session.c.since,
            session.c.pause_reason,
            session.c.paused_since,
            session.c.wrap_up_until,
            session.c.missed,
        )
        .select_from(named)
        .where(function_group.c.operators, or_(session.c.id.is_not(None), member.c.id.is_not(None)))
        .order_by(function_group.c.name, person.c.name, person.c.id)
    )


def _view(row: Row[Any]) -> OperatorView:
    return OperatorView(
        person_id=row.person_id,
        person=row.person,
        group_id=row.group_id,
        group=row.group,
        authority=row.authority,
        signed_in=row.session_id is not None,
        paused=bool(row.paused),
        since=row.since,
        pause_reason=row.pause_reason,
        paused_since=row.paused_since,
        wrap_up_until=row.wrap_up_until,
        missed=row.missed or 0,
    )
