"""Bearer tokens, and greetings."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text

from switchboard.changes import Act, GreetingSpot, NewGreeting
from switchboard.db.directory_store import DirectoryStore
from switchboard.db.engine import Database
from switchboard.db.queries.greetings import Greetings
from switchboard.db.queries.tokens import Tokens
from switchboard.db.tables import api_token, audit_log, greeting, person
from switchboard.domain.greeting import lacking_languages
from switchboard.errors import BadValue, NotFound
from switchboard.views import Role, Slice
from tests.demo_house import NOW, id_of, rows_of
from tests.fakes.world import FakeLog

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


async def put(greetings: Greetings, person_id: int, letter: str, **more: Any) -> None:  # noqa: ANN401
    await greetings.put(NewGreeting("person", person_id, "personal", "sv", letter * 64, **more), ACT)


@pytest.mark.requirement("R12")
async def test_the_recording_before_is_restored_and_the_one_after_it_again(house: Database) -> None:
    erik = await id_of(house, person, "Erik Lund")
    greetings, spot = Greetings(house), GreetingSpot("person", erik, "personal", "sv")
    assert await greetings.restore(spot, ACT) is None
    await put(greetings, erik, "a", master_sha256="c" * 64)
    assert await greetings.restore(spot, ACT) is None
    await put(greetings, erik, "b")
    for letter in ("a", "b", "a"):
        restored = await greetings.restore(spot, ACT)
        assert restored is not None
        assert restored.sha256 == letter * 64
    history = (await greetings.history(("person", erik), Slice())).items
    assert [view.sha256[0] for view in history] == ["a", "b", "a", "b", "a"]
    assert [view.in_force for view in history] == [True, False, True, False, True]
    assert {view.master_sha256 for view in history if view.sha256[0] == "a"} == {"c" * 64}
    assert {view.actor for view in history} == {ACT.actor}


async def test_a_removed_one_is_gone_at_once_and_can_be_restored(house: Database) -> None:
    erik = await id_of(house, person, "Erik Lund")
    greetings, spot = Greetings(house), GreetingSpot("person", erik, "personal", "sv", situation="absent")
    await put(greetings, erik, "a", situation="absent")
    await put(greetings, erik, "b")
    assert await greetings.remove(spot, ACT) is True
    assert await greetings.remove(spot, ACT) is False
    assert [view.situation for view in (await greetings.page(("person", erik), Slice())).items] == ["always"]
    restored = await greetings.restore(spot, ACT)
    assert restored is not None
    assert (restored.situation, restored.sha256) == ("absent", "a" * 64)
    actions = [row.action for row in await rows_of(house, audit_log)]
    assert actions == ["greeting.put", "greeting.put", "greeting.remove", "greeting.restore"]


async def test_one_that_was_put_by_sql_is_not_lost_when_another_takes_its_place(house: Database) -> None:
    erik = await id_of(house, person, "Erik Lund")
    async with house.write() as tx:
        row = {"owner_kind": "person", "owner_id": erik, "kind": "personal", "language": "sv", "sha256": "e" * 64}
        await tx.execute(insert(greeting).values(**row))
    greetings = Greetings(house)
    await put(greetings, erik, "a")
    restored = await greetings.restore(GreetingSpot("person", erik, "personal", "sv"), ACT)
    assert restored is not None
    assert restored.sha256 == "e" * 64
    assert [view.actor for view in (await greetings.history(("person", erik), Slice())).items][-1] == "unknown"


async def test_one_whose_time_has_run_out_is_not_restored(house: Database) -> None:
    erik = await id_of(house, person, "Erik Lund")
    greetings, spot = Greetings(house), GreetingSpot("person", erik, "personal", "sv", situation="temporary")
    await put(greetings, erik, "a", situation="temporary", valid_until=NOW - timedelta(days=1))
    await put(greetings, erik, "b", situation="temporary", valid_until=NOW + timedelta(days=1))
    assert await greetings.restore(spot, ACT) is None
    later = NOW + timedelta(days=3)
    await put(greetings, erik, "c", situation="temporary", valid_until=later)
    restored = await greetings.restore(spot, ACT)
    assert restored is not None
    assert (restored.sha256, restored.valid_until) == ("b" * 64, NOW + timedelta(days=1))


@pytest.mark.requirement("R12", "R13")
async def test_who_lacks_a_greeting_is_listed_with_the_languages(house: Database) -> None:
    greetings = Greetings(house)

    async def lacks(name: str) -> tuple[str, ...] | None:
        everybody = (await greetings.lacking(None, Slice(500), NOW)).items
        return next((view.languages for view in everybody if view.person == name), None)

    maria = await id_of(house, person, "Maria Berg")
    assert await lacks("Maria Berg") == ("sv", "en")
    await put(greetings, maria, "a", reason="vacation")
    await put(greetings, maria, "b", situation="temporary", valid_until=NOW + timedelta(days=1))
    await put(greetings, maria, "c", situation="present")
    assert await lacks("Maria Berg") == ("sv", "en")
    await put(greetings, maria, "d", situation="absent")
    assert await lacks("Maria Berg") == ("en",)
    await greetings.put(NewGreeting("person", maria, "personal", "en", "e" * 64), ACT)
    assert await lacks("Maria Berg") is None
    await _compare_with_the_rule(house)
    norrby = (await greetings.lacking("Norrby kommun", Slice(500), NOW)).items
    assert {view.authority for view in norrby} == {"Norrby kommun"}
    assert all(view.extension for view in norrby)
    page = await greetings.lacking(None, Slice(2), NOW)
    rest = await greetings.lacking(None, Slice(500, page.next), NOW)
    assert len({view.person_id for view in (*page.items, *rest.items)}) == len(page.items) + len(rest.items)


@pytest.mark.requirement("R6")
async def test_who_and_what_has_no_recorded_name(house: Database) -> None:
    greetings = Greetings(house)

    async def nameless(authority: str | None = None) -> set[tuple[str, str, str | None]]:
        page = await greetings.lacking_names(authority, Slice(500))
        return {(each.owner_kind, each.name, each.extension) for each in page.items}

    maria = await id_of(house, person, "Maria Berg")
    before = await nameless()
    assert ("person", "Maria Berg", "212") in before
    assert ("function_group", "Växeln", None) not in before
    assert {kind for kind, _, _ in before} == {"authority", "unit", "function_group", "person"}
    first = await greetings.lacking_names(None, Slice(3))
    rest = await greetings.lacking_names(None, Slice(500, first.next))
    assert len(first.items) + len(rest.items) == len(before)
    assert await greetings.put_first_name(NewGreeting("person", maria, "name", "en", "a" * 64), ACT)
    assert before - await nameless() == {("person", "Maria Berg", "212")}
    assert not await greetings.put_first_name(NewGreeting("person", maria, "name", "sv", "b" * 64), ACT)
    kept = [row.sha256 for row in await rows_of(house, greeting) if (row.owner_kind, row.owner_id) == ("person", maria)]
    assert kept == ["a" * 64]
    assert ("authority", "Norrby kommun", None) not in await nameless("Söderås kommun")


async def _compare_with_the_rule(house: Database) -> None:
    """The list and what a person is reminded of by telephone are one rule."""
    store = DirectoryStore(house, lambda: NOW, FakeLog())
    directory = await store.current()
    listed = {view.person_id: view.languages for view in (await Greetings(house).lacking(None, Slice(500), NOW)).items}
    for row in await rows_of(house, person):
        somebody = directory.person(row.id)
        assert somebody is not None
        lacking = lacking_languages(directory, somebody, NOW)
        reachable = somebody.mailbox and directory.extension_of(row.id) is not None
        assert listed.get(row.id, ()) == (lacking if reachable else ())
    await store.close()
