"""`switchboard doctor`: the commonest misconfigurations, and the remedy of each."""

import asyncio

import typer

from switchboard.cli.desk import AsJson
from switchboard.cli.doctor.checks import CHECKS, examine
from switchboard.cli.doctor.gathering import gather
from switchboard.cli.output import print_json, shown
from switchboard.cli.plain import FOUND
from switchboard.domain.checks import Severity
from switchboard.logs import configure_logging


def add_to(app: typer.Typer) -> None:
    app.command("doctor")(doctor)


def doctor(as_json: AsJson = False) -> None:
    """Look for what is most often set up wrongly, in the settings, the database, Asterisk, the disk and the servers,
    and name the remedy. Exit status 1 where there is an error. Run it as the service's user, in its environment."""
    configure_logging("ERROR")
    found = examine(asyncio.run(gather()))
    errors = sum(finding.severity is Severity.ERROR for finding in found)
    if as_json:
        checked = list(CHECKS)
        print_json({"items": found, "checked": checked, "errors": errors, "warnings": len(found) - errors})
    else:
        for finding in found:
            typer.echo(f"{finding.severity}: {finding.check}: {shown(finding.problem)}\n    remedy: {finding.remedy}")
        if not found:
            typer.echo(f"Nothing wrong was found ({len(CHECKS)} checks).")
    if errors:
        raise typer.Exit(FOUND)
