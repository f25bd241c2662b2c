"""Telephones' accounts as rows have them."""

from switchboard.db.engine import Database
from switchboard.db.phone_accounts import DeviceAccounts
from tests.db.rows import sql
from tests.demo_house import furnish


async def test_an_authority_requires_encryption_of_its_own_people_s_telephones(database: Database) -> None:
    await furnish(database)
    accounts = DeviceAccounts(database)
    before = await accounts.version()
    assert not any(each.encrypted for each in await accounts.all())
    await sql(database, "UPDATE authority SET phone_encryption = true WHERE name = 'Norrby kommun'")
    assert await accounts.version() > before, "it is put into Asterisk at the next look"
    of_norrby = {each.account: each.encrypted for each in await accounts.all()}
    assert (of_norrby["anna"], of_norrby["op1"], of_norrby["nils"]) == (True, True, False)
