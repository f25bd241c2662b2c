"""The service itself, its database, and whether every row can be honoured."""

import asyncio
import importlib
import os
from collections.abc import Callable, Sequence
from typing import Any

import typer

from switchboard.cli.desk import AsJson, Desk, at_desk
from switchboard.cli.output import print_json
from switchboard.cli.plain import FOUND
from switchboard.db import demo_data
from switchboard.db.audio_store import FolderAudioStore
from switchboard.db.demo_data import ACCOUNTS
from switchboard.db.demo_data.loading import DemoSources
from switchboard.db.engine import current_revision, upgrade
from switchboard.errors import SettingsFault
from switchboard.settings import Settings, read_settings

DEMO_PASSWORD = "SWITCHBOARD_DEMO_PASSWORD_"  # noqa: S105  the beginning of a variable's name


def add_to(app: typer.Typer) -> None:
    app.command("serve")(serve)
    app.command("migrate")(migrate)
    demo = typer.Typer(help="The demonstration.", no_args_is_help=True)
    demo.command("load")(load_demo)
    app.add_typer(demo, name="demo")


def serve() -> None:
    """Answer calls until told to stop (SIGTERM, SIGINT)."""
    # Here, because it brings in everything that the service needs and no other command does.
    from switchboard.app import serve as serve_calls

    settings = read_settings(Settings)
    with asyncio.Runner(loop_factory=_quick_loop()) as runner:
        runner.run(serve_calls(settings))


def migrate(as_json: AsJson = False) -> None:
    """Bring the database's schema to this release's version."""

    async def work(desk: Desk) -> tuple[str | None, str | None]:
        before = await current_revision(desk.database)
        await upgrade(desk.database)
        return before, await current_revision(desk.database)

    before, after = at_desk(work, creates=True)
    if as_json:
        print_json({"before": before, "after": after})
    elif before == after:
        typer.echo(f"the schema is current: {after}")
    else:
        typer.echo(f"the schema went from {before or 'nothing'} to {after}")


def _quick_loop() -> Callable[[], asyncio.AbstractEventLoop]:
    """uvloop's, where it is installed: it saves a fifth to two fifths of the service's CPU."""
    try:
        uvloop: Any = importlib.import_module("uvloop")
    except ImportError:
        return asyncio.new_event_loop
    make: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return make


def load_demo(as_json: AsJson = False) -> None:
    """Load the demonstration's two authorities, or put them back to how they were.

    The phones' passwords are SWITCHBOARD_DEMO_PASSWORD_… of the environment, one for each account.
    """
    passwords = {account: os.environ.get(f"{DEMO_PASSWORD}{account.upper()}", "") for account in ACCOUNTS}
    missing = [f"{DEMO_PASSWORD}{account.upper()} is not set" for account, word in passwords.items() if not word]
    if missing:
        raise SettingsFault(missing)

    async def work(desk: Desk) -> Sequence[str]:
        audio = FolderAudioStore(desk.settings.recordings)
        sources = DemoSources(passwords, desk.settings.sounds / "demo", audio)
        return await demo_data.load_demo(desk.database, sources, desk.clock.now())

    left_out = at_desk(work)
    if as_json:
        print_json({"loaded": True, "left_out": left_out})
    else:
        for sentence in left_out:
            typer.echo(sentence, err=True)
        typer.echo("the demo is loaded")
    if left_out:
        raise typer.Exit(FOUND)
