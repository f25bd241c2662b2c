"""Who and what callers hear no name of: a name is spoken from a recording alone (R6)."""

from collections.abc import Iterator

from switchboard.domain.checks.fault import Checked, Fault, warning
from switchboard.domain.directory import Authority, FunctionGroup, GreetingKind, OwnerKind, Unit


def check_names(checked: Checked) -> Iterator[Fault]:
    """Authorities, units and groups; people are named by their extension meanwhile, and `greetings lacking --names`
    lists them. The operators' groups are never named."""
    named: tuple[tuple[OwnerKind, type[Authority | Unit | FunctionGroup]], ...] = (
        ("authority", Authority),
        ("unit", Unit),
        ("function_group", FunctionGroup),
    )
    for kind, table in named:
        for row in checked.index.rows(table):
            if isinstance(row, FunctionGroup) and row.operators:
                continue
            if all(each.kind is not GreetingKind.NAME for each in checked.index.greetings(kind, row.id)):
                yield warning(
                    row, "name", "has no recorded name, so callers do not hear it: switchboard names synthesise"
                )
