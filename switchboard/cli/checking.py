"""`switchboard check`: every row that cannot be honoured, and every breach that the rows show."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import typer
from sqlalchemy import select

from switchboard.cli.desk import AsJson, Desk, at_desk
from switchboard.cli.failing_calendars import failing_calendars
from switchboard.cli.output import print_json, print_table
from switchboard.cli.plain import FOUND
from switchboard.cli.undelivered import undelivered
from switchboard.db.audio_store import FolderAudioStore
from switchboard.db.directory_store import DirectoryStore
from switchboard.db.public_holidays import SwedishCalendars
from switchboard.db.tables import greeting
from switchboard.domain.checks import Fault, Severity, check_rows
from switchboard.domain.directory import LANGUAGES
from switchboard.logs import named_log
from switchboard.settings import ToolSettings
from switchboard.speech.prompts import Prompts
from switchboard.speech.script import ScriptError


def add_to(app: typer.Typer) -> None:
    app.command("check")(check)


def check(as_json: AsJson = False) -> None:
    """Name every row that cannot be honoured, with table, key and column. Calls that meet such a row go to the
    operators. Exit status 1 where there is an error; warnings are honoured, but breach a policy or are hardly meant."""
    faults = at_desk(find_faults)
    errors = sum(fault.severity is Severity.ERROR for fault in faults)
    if as_json:
        print_json({"items": faults, "errors": errors, "warnings": len(faults) - errors})
    else:
        rows = [(fault.severity, fault.table, fault.key, fault.column, fault.problem) for fault in faults]
        print_table(("severity", "table", "key", "column", "problem"), rows, "Every row can be honoured.")
    if errors:
        raise typer.Exit(FOUND)


async def find_faults(desk: Desk) -> Sequence[Fault]:
    store = DirectoryStore(desk.database, desk.clock.now, named_log("directory"))
    try:
        index = await store.current()
    finally:
        await store.close()
    calendars = SwedishCalendars(lambda: index, desk.clock.now)
    try:
        prompts = _load_prompts(desk.settings)
    except ScriptError as error:
        unread = Fault("sounds", "script.toml", None, str(error))
        return (unread, *check_rows(index, calendars.calendar, desk.clock.now()), *await _lost_recordings(desk))
    missing = [Fault("sounds", "script.toml", None, sentence, Severity.WARNING) for sentence in prompts.faults]
    known = {id for id in _file_ids(desk.settings.sounds) if prompts.knows(id)}
    found = (
        *check_rows(index, calendars.calendar, desk.clock.now(), known),
        *await _lost_recordings(desk),
        *await undelivered(desk.database, desk.clock.now()),
        *await failing_calendars(desk.database, desk.clock.now()),
        *missing,
    )
    return sorted(found, key=lambda fault: fault.severity)


def _load_prompts(settings: ToolSettings) -> Prompts:
    """Nothing is played: the addresses do not matter."""
    return Prompts.load(settings.sounds, sounds_uri="sound:", media_root="")


def _file_ids(sounds: Path) -> Iterator[str]:
    for language in LANGUAGES:
        yield from (file.stem for file in (sounds / language).glob("*.wav"))


async def _lost_recordings(desk: Desk) -> Sequence[Fault]:
    """Greetings whose audio the store does not have: callers hear the composed one."""
    audio = FolderAudioStore(desk.settings.recordings)
    columns: Any = (greeting.c.id, greeting.c.sha256)
    async with desk.database.read() as tx:
        rows = (await tx.execute(select(*columns).order_by(greeting.c.id))).all()
    lost = "the audio store has no such recording"
    return [Fault("greeting", str(row.id), "sha256", lost) for row in rows if await audio.get(str(row.sha256)) is None]
