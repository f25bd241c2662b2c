"""Triggers, for both databases, that list a changed row in `change_log` or refuse a change.

The number of a change comes from the one row of `change_counter`. A transaction that changes configuration holds
that row until it commits, so numbers grow in the order of commits and a reader that has seen number N misses
nothing below it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from alembic import op

EVENTS = ("INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True)
class Watched:
    """A table of the configuration. A change of a row is listed as a change of row `key` of `listed_as`.

    `unique` are the sets of columns, beside the id, that can make `INSERT OR REPLACE` remove another row.
    """

    table: str
    unique: Sequence[Sequence[str]] = ()
    key: str = "id"
    listed_as: str | None = None

    @property
    def record(self) -> str:
        return self.listed_as or self.table


def begin_listing() -> None:
    """What the triggers of all watched tables share; before the first is watched."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(_POSTGRESQL_NUMBER)
        op.execute(_POSTGRESQL_LISTING)
        op.execute(_POSTGRESQL_TRUNCATION)


def end_listing() -> None:
    """After the last table is no longer watched."""
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION list_changed_rows()")
        op.execute("DROP FUNCTION list_changed_table()")
        op.execute("DROP FUNCTION number_of_change()")


def watch(watched: Sequence[Watched]) -> None:
    for each in watched:
        for statement in _statements(each):
            op.execute(statement)


def unwatch(watched: Sequence[Watched]) -> None:
    """On SQLite the triggers go with their tables, too; here they go before."""
    postgresql = op.get_context().dialect.name == "postgresql"
    for each in watched:
        for event in (*EVENTS, "TRUNCATE") if postgresql else (*EVENTS, "INSERT_replaces", "UPDATE_replaces"):
            on = f" ON {each.table}" if postgresql else ""
            op.execute(f"DROP TRIGGER IF EXISTS {_name(each, event)}{on}")


def _statements(watched: Watched) -> list[str]:
    if op.get_context().dialect.name == "postgresql":
        return [_postgresql(watched, event) for event in EVENTS] + [
            f"CREATE TRIGGER {_name(watched, 'TRUNCATE')} AFTER TRUNCATE ON {watched.table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION list_changed_table('{watched.record}')"
        ]
    replaces = [_sqlite_replaces(watched, event) for event in EVENTS[:2]] if watched.unique else []
    return [_sqlite(watched, event) for event in EVENTS] + replaces


def _name(watched: Watched, event: str) -> str:
    return f"list_{watched.table}_{event.lower()}"


_NEXT = "UPDATE change_counter SET seq = seq + 1 WHERE id = 1;"


def _sqlite(watched: Watched, event: str) -> str:
    # Not OR IGNORE for a key that stays: where a foreign key's SET NULL is what fires this, SQLite aborts all the same
    # (https://www.sqlite.org/lang_createtrigger.html), and a unit with people could not be deleted.
    moved = f"WHERE NEW.{watched.key} IS NOT OLD.{watched.key}"
    versions = {"INSERT": {"NEW": ""}, "UPDATE": {"OLD": "", "NEW": moved}, "DELETE": {"OLD": ""}}[event]
    listed = "".join(
        f"INSERT OR IGNORE INTO change_log (seq, table_name, row_key) "  # noqa: S608 - names of our own tables
        f"SELECT seq, '{watched.record}', {version}.{watched.key} FROM change_counter {condition};"
        for version, condition in versions.items()
    )
    return f"CREATE TRIGGER {_name(watched, event)} AFTER {event} ON {watched.table} BEGIN {_NEXT} {listed} END"


def _sqlite_replaces(watched: Watched, event: str) -> str:
    """SQLite does not tell delete triggers about rows that `OR REPLACE` removes: list them before it happens."""
    same = " OR ".join(
        "(" + " AND ".join(f"{column} = NEW.{column}" for column in columns) + ")" for columns in watched.unique
    )
    return (
        f"CREATE TRIGGER {_name(watched, event + '_replaces')} BEFORE {event} ON {watched.table} "  # noqa: S608
        f"WHEN EXISTS (SELECT 1 FROM {watched.table} WHERE id <> NEW.id AND ({same})) BEGIN {_NEXT} "
        f"INSERT OR IGNORE INTO change_log (seq, table_name, row_key) "
        f"SELECT change_counter.seq, '{watched.record}', CAST({watched.table}.{watched.key} AS TEXT) "
        f"FROM change_counter, {watched.table} WHERE {watched.table}.id <> NEW.id AND ({same}); END"
    )


def _postgresql(watched: Watched, event: str) -> str:
    seen = {
        "INSERT": "NEW TABLE AS rows_after",
        "UPDATE": "OLD TABLE AS rows_before NEW TABLE AS rows_after",
        "DELETE": "OLD TABLE AS rows_before",
    }[event]
    return (
        f"CREATE TRIGGER {_name(watched, event)} AFTER {event} ON {watched.table} REFERENCING {seen} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION list_changed_rows('{watched.record}', '{watched.key}')"
    )


# One number for each transaction: the counter's row is changed once, however many statements an import has. The
# number is forgotten with the transaction, and with a savepoint that is rolled back, as the counter's change is.
_POSTGRESQL_NUMBER = """
CREATE FUNCTION number_of_change() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    number bigint := nullif(current_setting('switchboard.change', true), '');
BEGIN
    IF number IS NULL THEN
        UPDATE change_counter SET seq = seq + 1 WHERE id = 1 RETURNING seq INTO number;
        PERFORM set_config('switchboard.change', number::text, true);
    END IF;
    RETURN number;
END $$
"""

_POSTGRESQL_LISTING = """
CREATE FUNCTION list_changed_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed text;
    found bigint;
BEGIN
    changed := CASE TG_OP
        WHEN 'INSERT' THEN format('SELECT %I AS key FROM rows_after', TG_ARGV[1])
        WHEN 'DELETE' THEN format('SELECT %I AS key FROM rows_before', TG_ARGV[1])
        ELSE format('SELECT %I AS key FROM rows_before UNION SELECT %I FROM rows_after', TG_ARGV[1], TG_ARGV[1])
    END;
    EXECUTE format('SELECT count(*) FROM (SELECT 1 FROM (%s) AS c LIMIT 1) AS d', changed) INTO found;
    IF found > 0 THEN
        EXECUTE format(
            'INSERT INTO change_log (seq, table_name, row_key) SELECT DISTINCT $1, $2, key::text FROM (%s) AS c '
            'ON CONFLICT DO NOTHING',
            changed
        ) USING number_of_change(), TG_ARGV[0];
    END IF;
    RETURN NULL;
END $$
"""

_POSTGRESQL_TRUNCATION = """
CREATE FUNCTION list_changed_table() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change_log (seq, table_name, row_key) VALUES (number_of_change(), TG_ARGV[0], '*')
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$
"""


def refuse_changes(table: str) -> None:
    """Rows of `table` can be added, and neither changed nor removed."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(_POSTGRESQL_REFUSAL)
        op.execute(
            f"CREATE TRIGGER only_add_{table} BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER only_add_{table}_{event.lower()} BEFORE {event} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END"
        )


def allow_changes(table: str) -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER only_add_{table} ON {table}")
        op.execute("DROP FUNCTION refuse_change()")
        return
    for event in ("update", "delete"):
        op.execute(f"DROP TRIGGER only_add_{table}_{event}")


_POSTGRESQL_REFUSAL = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME;
END $$
"""


ERASED = '{"erased": true}'


def protect(table: str) -> None:
    """Like `refuse_changes`, for a table more."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER only_add_{table} BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(_sqlite_refusal(table, event, ""))


def unprotect(table: str) -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER only_add_{table} ON {table}")
        return
    for event in ("update", "delete"):
        op.execute(f"DROP TRIGGER only_add_{table}_{event}")


def protect_but_from_erasure(table: str, kept: Sequence[str]) -> None:
    """Instead of `protect`: of a row that is there `actor` and `detail` may be emptied, for good; `kept` stays."""
    if op.get_context().dialect.name == "postgresql":
        same = " AND ".join(f"NEW.{column} IS NOT DISTINCT FROM OLD.{column}" for column in kept)
        emptied = f"NEW.actor = '' AND NEW.detail = '{ERASED}'::jsonb AND {same}"
        op.execute(
            f"CREATE TRIGGER only_add_{table} BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER only_empty_{table} BEFORE UPDATE ON {table} "
            f"FOR EACH ROW WHEN (NOT ({emptied})) EXECUTE FUNCTION refuse_change()"
        )
        return
    same = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in kept)
    emptied = f"NEW.actor = '' AND json(NEW.detail) = json('{ERASED}') AND {same}"
    op.execute(_sqlite_refusal(table, "UPDATE", f"WHEN NOT ({emptied}) "))
    op.execute(_sqlite_refusal(table, "DELETE", ""))


def protect_from_erasure_too(table: str) -> None:
    """Takes `protect_but_from_erasure` back."""
    unprotect(table)
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER only_empty_{table} ON {table}")
    protect(table)


def _sqlite_refusal(table: str, event: str, when: str) -> str:
    return (
        f"CREATE TRIGGER only_add_{table}_{event.lower()} BEFORE {event} ON {table} {when}"
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END"
    )
