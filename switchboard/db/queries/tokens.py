"""Bearer tokens: 32 random bytes each, of which only the SHA-256 is kept."""

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, insert, select, update

from switchboard.changes import Act
from switchboard.db.engine import Database
from switchboard.db.queries.audit import note_act
from switchboard.db.tables import api_token
from switchboard.errors import NotFound
from switchboard.local_time import is_before
from switchboard.views import Bearer, Role, TokenView

TOKEN_PREFIX = "swb_"  # noqa: S105  lets scanners of leaked secrets know one
TOKEN_BYTES = 32

# An unreadable time comes as None from the database: whether a column is empty must be asked there.
_STATED = select(
    api_token, api_token.c.revoked_at.is_(None).label("unrevoked"), api_token.c.expires_at.is_(None).label("endless")
)


class Tokens:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, name: str, role: Role, expires_at: datetime | None, act: Act) -> tuple[str, TokenView]:
        """The token itself, which is never to be had again, and its row."""
        token = TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
        values = {"name": name, "role": role.value, "created_at": act.at, "expires_at": expires_at}
        async with self._database.write() as tx:
            statement = insert(api_token).values(**values, sha256=_hash(token)).returning(api_token)
            row = (await tx.execute(statement)).one()
            await note_act(tx, act, "token.create", ("api_token", row.id), {"name": name, "role": role.value})
        return token, _view(row)

    async def all(self) -> Sequence[TokenView]:
        async with self._database.read() as tx:
            return [_view(row) for row in await tx.execute(select(api_token).order_by(api_token.c.id))]

    async def revoke(self, id: int, act: Act) -> TokenView:
        """Harmless where it is revoked already: the first time stands."""
        revoking = update(api_token).where(api_token.c.id == id, api_token.c.revoked_at.is_(None))
        async with self._database.write() as tx:
            changed = (await tx.execute(revoking.values(revoked_at=act.at))).rowcount
            row = (await tx.execute(select(api_token).where(api_token.c.id == id))).first()
            if row is None:
                raise NotFound("token", id)
            if changed:
                await note_act(tx, act, "token.revoke", ("api_token", id))
        return _view(row)

    async def bearer(self, token: str, now: datetime) -> Bearer | None:
        """Who bears the token; None where it is unknown, revoked, past its end, or of a role that does not exist."""
        digest = _hash(token)
        async with self._database.read() as tx:
            row = (await tx.execute(_STATED.where(api_token.c.sha256 == digest))).first()
        if row is None or not hmac.compare_digest(row.sha256, digest) or not _holds(row, now):
            return None
        return Bearer(row.id, row.name, Role(row.role))

    async def holding(self, role: Role, now: datetime) -> int:
        """How many tokens of the role let somebody in."""
        async with self._database.read() as tx:
            rows = await tx.execute(_STATED.where(api_token.c.role == role.value))
            return sum(_holds(row, now) for row in rows)


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def _holds(row: Row[Any], now: datetime) -> bool:
    lasts = row.endless or (row.expires_at is not None and is_before(now, row.expires_at))
    return bool(row.unrevoked and lasts and row.role in {role.value for role in Role})


def _view(row: Row[Any]) -> TokenView:
    return TokenView(row.id, row.name, row.role, row.created_at, row.expires_at, row.revoked_at)
