"""Bearer tokens, and greetings."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from switchboard.changes import Act, NewGreeting
from switchboard.db.engine import Database
from switchboard.db.queries.greetings import Greetings
from switchboard.db.queries.tokens import Tokens
from switchboard.db.tables import api_token, audit_log, person
from switchboard.errors import BadValue, NotFound
from switchboard.views import Role, Slice
from tests.demo_house import NOW, id_of, rows_of

ACT = Act("command line (test)", NOW)


async def test_a_token_opens_and_only_its_hash_is_kept(house: Database) -> None:
    token, view = await Tokens(house).create("monitoring", Role.STAFF, None, ACT)
    assert len(token) >= 47
    bearer = await Tokens(house).bearer(token, NOW)
    assert bearer is not None
    assert (bearer.token_id, bearer.name, bearer.role) == (view.id, "monitoring", Role.STAFF)
    (row,) = await rows_of(house, api_token)
    assert token not in str(row)
    assert token.removeprefix("swb_") not in str(row)
    (entry,) = await rows_of(house, audit_log)
    assert entry.action == "token.create"
    assert token not in str(entry)


async def test_two_tokens_are_never_the_same(house: Database) -> None:
    made = {(await Tokens(house).create("x", Role.ADMIN, None, ACT))[0] for _ in range(5)}
    assert len(made) == 5


@pytest.mark.parametrize("wrong", ["", "swb_", "x" * 100_000, "\udcff", "swb_é"])
async def test_another_text_opens_nothing(house: Database, wrong: str) -> None:
    await Tokens(house).create("x", Role.ADMIN, None, ACT)
    assert await Tokens(house).bearer(wrong, NOW) is None


async def test_a_token_ends_at_its_end(house: Database) -> None:
    token, _ = await Tokens(house).create("x", Role.ADMIN, NOW + timedelta(hours=1), ACT)
    assert await Tokens(house).bearer(token, NOW + timedelta(minutes=59)) is not None
    assert await Tokens(house).bearer(token, NOW + timedelta(hours=1)) is None


async def test_a_revoked_token_opens_nothing_and_stays_revoked(house: Database) -> None:
    tokens = Tokens(house)
    token, view = await tokens.create("x", Role.ADMIN, None, ACT)
    assert (await tokens.revoke(view.id, ACT)).revoked_at == NOW
    assert await tokens.bearer(token, NOW) is None
    again = await tokens.revoke(view.id, Act("other", NOW + timedelta(days=1)))
    assert again.revoked_at == NOW
    assert [entry.action for entry in await rows_of(house, audit_log)] == ["token.create", "token.revoke"]
    assert [one.id for one in await tokens.all()] == [view.id]
    with pytest.raises(NotFound):
        await tokens.revoke(99, ACT)


@pytest.mark.parametrize(
    "change",
    ["role = 'king'", "expires_at = 'some day'", "revoked_at = 'some day'", "expires_at = ''"],
)
async def test_a_row_that_cannot_be_read_opens_nothing(sqlite_house: Database, change: str) -> None:
    token, _ = await Tokens(sqlite_house).create("x", Role.ADMIN, None, ACT)
    async with sqlite_house.write() as tx:
        await tx.execute(text(f"UPDATE api_token SET {change}"))  # noqa: S608
    assert await Tokens(sqlite_house).bearer(token, NOW) is None


@pytest.mark.requirement("R12")
async def test_a_greeting_takes_the_place_of_the_one_before(house: Database) -> None:
    erik = await id_of(house, person, "Erik Lund")
    greetings = Greetings(house)
    first = await greetings.put(NewGreeting("person", erik, "personal", "sv", "a" * 64), ACT)
    second = await greetings.put(NewGreeting("person", erik, "personal", "sv", "b" * 64), ACT)
    assert first.id == second.id
    vacation = await greetings.put(NewGreeting("person", erik, "personal", "sv", "c" * 64, "vacation"), ACT)
    english = await greetings.put(NewGreeting("person", erik, "personal", "en", "d" * 64), ACT)
    page = await greetings.page(("person", erik), Slice(2))
    assert [view.id for view in page.items] == [english.id, vacation.id]
    rest = await greetings.page(("person", erik), Slice(2, page.next))
    assert [(view.id, view.sha256) for view in rest.items] == [(first.id, "b" * 64)]
    assert rest.next is None


@pytest.mark.parametrize(("kind", "id", "field"), [("person", 999, "owner_id"), ("dog", 1, "owner_kind")])
async def test_a_greeting_belongs_to_somebody(house: Database, kind: str, id: int, field: str) -> None:
    with pytest.raises(BadValue) as caught:
        await Greetings(house).put(NewGreeting(kind, id, "name", "sv", "a" * 64), ACT)
    assert caught.value.field == field
    assert (await Greetings(house).page(None, Slice())).items == ()
