"""Desks as rows: each an authority of its own, with operators, colleagues and a function, and short times."""

from collections.abc import Mapping

from tests.acceptance.house import House

PEOPLE: Mapping[str, tuple[str, str]] = {
    "op1": ("Karin Holm", "01"),
    "op2": ("Lars Nyman", "02"),
    "anna": ("Anna Andersson", "10"),
    "erik": ("Erik Lund", "11"),
    "maria": ("Maria Berg", "13"),
}
"""Name, and the end of the extension, by the end of the account."""
OPERATORS = ("op1", "op2")
BUILDERS = ("anna", "erik")
MOST_DESKS = 9
SHORT: Mapping[str, object] = {
    "distribution": "ring_all",
    "announce_seconds": 5,
    "wrap_up_seconds": 0,
    "keep_place": True,
    "callback_tries": 2,
    "callback_pause_seconds": 1,
    "transfer_seconds": 3,
    "hold_seconds": 2,
    "park_seconds": 2,
    "missed_before_pause": 2,
}
RING_SECONDS = 20
ARCHIVE_OPENS = "13:00"
"""In the afternoon, when no test runs."""


def extension(desk: int, end: str) -> str:
    return f"{desk}{end}"


def public_number(desk: int, end: str) -> str:
    """Each desk has a number series of its own."""
    return f"+469804{desk}{desk}{end}"


def account(desk: int, who: str) -> str:
    return f"{who}-{desk}"


def password(desk: int, who: str) -> str:
    return f"pw-{who}-{desk}-7731-abcdef"


def furnish_desk(house: House, desk: int) -> None:
    authority = _add(house, "authority", name=f"Ort {desk}", main_number=public_number(desk, "00"), area_code="980")
    policy = {"valid_from": "2024-01-01", "callback_working_days": 1, "ring_seconds": 3, "message_silence_seconds": 2}
    _add(house, "policy", authority_id=authority, **policy)
    unit = _add(house, "unit", authority_id=authority, name=f"Kontoret {desk}", email=f"ort{desk}@norrby.example")
    people = {who: _person(house, desk, authority, unit, who) for who in PEOPLE}
    operators = _group(house, authority, unit, "Växeln", [people[who] for who in OPERATORS])
    house.sql("UPDATE function_group SET operators = 1 WHERE id = ?", operators)
    house.sql("UPDATE authority SET operators_group_id = ? WHERE id = ?", operators, authority)
    _add(house, "operator_queue", group_id=operators, **SHORT)
    builders = _group(house, authority, unit, "Bygglov", [people[who] for who in BUILDERS])
    planners = _add(
        *(house, "unit"), authority_id=authority, name="Plan", answering_kind="function_group", answering_key=builders
    )
    for end, kind, key in (
        ("00", "operators", None),
        ("20", "function_group", builders),
        ("21", "function_group", _archive(house, authority, unit)),
        ("30", "unit", planners),
        ("31", "unit", unit),
    ):
        _number(house, desk, authority, end, kind, None if key is None else str(key))


def _archive(house: House, authority: int, unit: int) -> int:
    """A function that is closed in the morning."""
    hours = _add(house, "schedule", authority_id=authority, name="Arkivets telefontider")
    for weekday in range(5):
        _add(house, "opening_period", schedule_id=hours, weekday=weekday, opens=ARCHIVE_OPENS, closes="16:00")
    archive = _group(house, authority, unit, "Arkivet", [])
    house.sql("UPDATE function_group SET schedule_id = ? WHERE id = ?", hours, archive)
    return archive


def _person(house: House, desk: int, authority: int, unit: int, who: str) -> int:
    name, end = PEOPLE[who]
    person = _add(house, "person", authority_id=authority, name=name, unit_id=unit, language="sv", mailbox=True)
    _add(house, "device", person_id=person, account=account(desk, who), password=password(desk, who), enabled=True)
    _number(house, desk, authority, end, "person", str(person))
    return person


def _group(house: House, authority: int, unit: int, name: str, members: list[int]) -> int:
    group = _add(house, "function_group", authority_id=authority, name=name, unit_id=unit, ring_seconds=RING_SECONDS)
    for position, person in enumerate(members):
        _add(house, "function_member", group_id=group, person_id=person, position=position)
    return group


def _number(house: House, desk: int, authority: int, end: str, kind: str, key: str | None) -> None:
    leads_to = {"authority_id": authority, "destination_kind": kind, "destination_key": key}
    _add(house, "extension", digits=extension(desk, end), **leads_to)
    _add(house, "phone_number", e164=public_number(desk, end), **leads_to)


def _add(house: House, table: str, **values: object) -> int:
    columns, marks = ", ".join(values), ", ".join("?" for _ in values)
    statement = f"INSERT INTO {table} ({columns}) VALUES ({marks}) RETURNING id"  # noqa: S608 - names are ours
    return int(house.one(statement, *values.values())["id"])
