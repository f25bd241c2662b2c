"""The directory from a file."""

from pathlib import Path
from typing import Annotated

import typer

from switchboard.changes import ImportSummary
from switchboard.cli.desk import AsJson, at_desk
from switchboard.cli.directory_csv import COLUMNS, read_directory
from switchboard.cli.output import print_json, shown
from switchboard.cli.plain import FOUND
from switchboard.db.queries.directory_import import DirectoryImport

HELP = f"""People, extensions and numbers from a CSV file (UTF-8). Headings, in any order: {", ".join(COLUMNS)}.

Somebody is known by authority and extension, else by name; what is empty in the file stays as it is. Every bad row is
named with its line and column, and then nothing at all is changed."""


def add_to(app: typer.Typer) -> None:
    app.command("import", help=HELP)(import_file)


def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The CSV file.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything and change nothing.")] = False,
    create_units: Annotated[bool, typer.Option("--create-units", help="Make units that do not exist yet.")] = False,
    as_json: AsJson = False,
) -> None:
    """See HELP."""
    read = read_directory(file.read_bytes())
    # What cannot be read is found together with what does not fit, so that one run names everything.
    summary = at_desk(
        lambda desk: DirectoryImport(desk.database, create_units).run(
            read.rows, desk.act(), dry_run=dry_run or bool(read.problems)
        )
    )
    problems = tuple(sorted((*read.problems, *summary.problems), key=lambda one: (one.line, one.column)))
    whole = ImportSummary(summary.added, summary.updated, summary.kept, problems)
    if as_json:
        print_json(whole)
    else:
        _tell(whole, dry_run)
    if problems:
        raise typer.Exit(FOUND)


def _tell(summary: ImportSummary, dry_run: bool) -> None:
    for one in summary.problems:
        column = f", column {shown(one.column)}" if one.column else ""
        typer.echo(f"line {one.line}{column}: {shown(one.message)}", err=True)
    if summary.problems:
        typer.echo(f"nothing was changed: {len(summary.problems)} problems", err=True)
    else:
        would = "would be " if dry_run else ""
        typer.echo(f"{summary.added} people {would}added, {summary.updated} {would}updated")
