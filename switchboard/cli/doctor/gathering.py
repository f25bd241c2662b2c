"""Gathers what the checks judge. Nothing raises: what cannot be learnt is None or a fault."""

import asyncio
import contextlib
import ctypes
import os
import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from switchboard.cli.doctor.asking_asterisk import ask_asterisk
from switchboard.cli.doctor.asking_database import ask_database
from switchboard.cli.doctor.asking_servers import ask_mail, ask_web
from switchboard.cli.doctor.facts import BackupFacts, ClockFacts, DiskFacts, Facts, SoundFacts
from switchboard.clock import choose_clock
from switchboard.db.copies.manifest import copies_in, read_manifest
from switchboard.errors import Conflict, SettingsFault
from switchboard.settings import Settings, ToolSettings, read_settings
from switchboard.speech.prompts import Prompts
from switchboard.speech.script import ScriptError

UNSYNCHRONISED = 5
"""What adjtimex(2) answers then (TIME_ERROR)."""
TIMEX_BYTES = 512
"""More than a `struct timex` of any machine."""


async def gather() -> Facts:
    """SettingsFault only where not even the tools' own settings can be read."""
    tools = read_settings(ToolSettings)
    clock = choose_clock(tools.now, tools.env)
    try:
        settings: Settings | None = read_settings(Settings)
        problems: tuple[str, ...] = ()
    except SettingsFault as fault:
        settings, problems = None, fault.problems
    database, asterisk, web, mail = await asyncio.gather(
        ask_database(tools, clock),
        _or_none(settings, ask_asterisk),
        _or_none(settings, ask_web),
        _or_none(settings, ask_mail),
    )
    return Facts(
        settings=problems,
        database=database,
        asterisk=asterisk,
        disk=look_at_disk(tools.recordings),
        sounds=look_at_sounds(tools.sounds),
        clock=ClockFacts(clock.now(), is_synchronised(), chosen=bool(tools.now)),
        web=web,
        mail=mail,
        backup=look_at_backups(tools.backup_folder, clock.now()) if tools.backup_folder else None,
    )


async def _or_none(settings: Settings | None, ask: Any) -> Any:  # noqa: ANN401  whatever `ask` gives
    return None if settings is None else await ask(settings)


def look_at_disk(folder: Path) -> DiskFacts:
    """By writing there. A folder that is still to be made is tried where it would be."""
    there = next(each for each in (folder.absolute(), *folder.absolute().parents) if os.path.exists(each))
    usage = shutil.disk_usage(there)
    fault = None
    try:
        with tempfile.TemporaryFile(dir=there) as trial:
            trial.write(b"x")
            trial.flush()
            os.fsync(trial.fileno())
    except OSError as error:
        fault = error.strerror or type(error).__name__
    return DiskFacts(folder, fault, usage.free, usage.total)


def look_at_sounds(folder: Path) -> SoundFacts:
    try:
        return SoundFacts(folder, None, Prompts.load(folder, sounds_uri="sound:", media_root="").faults)
    except ScriptError as error:
        return SoundFacts(folder, str(error), ())


def is_synchronised() -> bool | None:
    """Whether a time server sets the clock; None where the kernel does not say."""
    with contextlib.suppress(AttributeError, OSError):
        state = int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(TIMEX_BYTES)))
        return None if state < 0 else state != UNSYNCHRONISED
    return None


def look_at_backups(folder: Path, now: datetime) -> BackupFacts:
    """One whose manifest cannot be read is none."""
    for copy in reversed(copies_in(folder)):
        with contextlib.suppress(Conflict):
            return BackupFacts(folder, read_manifest(copy).made_at.astimezone(now.tzinfo))
    return BackupFacts(folder, None)
