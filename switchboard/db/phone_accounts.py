"""The telephones' SIP accounts, as Asterisk must know them: device, owner's name and extension."""

from dataclasses import dataclass, field

from sqlalchemy import Text, cast, func, select

from switchboard.db.engine import Database
from switchboard.db.tables import authority, change_log, device, extension, person, phone_number


@dataclass(frozen=True, slots=True)
class DeviceAccount:
    account: str
    password: str = field(repr=False)
    name: str
    digits: str
    enabled: bool
    person_id: int
    encrypted: bool


class DeviceAccounts:
    """`version` changes whenever a row that `all` reads may have changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def version(self) -> int:
        tables = (device.name, person.name, extension.name, phone_number.name, authority.name)
        newest = select(func.coalesce(func.max(change_log.c.seq), 0)).where(change_log.c.table_name.in_(tables))
        async with self._database.read() as tx:
            return int(await tx.scalar(newest) or 0)

    async def all(self) -> list[DeviceAccount]:
        """One for each device; the digits are those of an extension that leads to its owner, if there is one."""
        digits = (
            select(func.min(extension.c.digits))
            .where(extension.c.destination_kind == "person", extension.c.destination_key == cast(person.c.id, Text))
            .scalar_subquery()
        )
        owner = (person.c.name, person.c.id, authority.c.phone_encryption)
        rows = select(device.c.account, device.c.password, device.c.enabled, *owner, digits.label("digits"))
        whose = rows.join(person, person.c.id == device.c.person_id).join(
            authority, authority.c.id == person.c.authority_id
        )
        async with self._database.read() as tx:
            return [
                DeviceAccount(
                    account=row.account,
                    password=row.password or "",
                    name=row.name or "",
                    digits=row.digits or "",
                    enabled=bool(row.enabled),
                    person_id=row.id,
                    encrypted=bool(row.phone_encryption),
                )
                for row in await tx.execute(whose)
            ]
