"""`backup`, `restore` and `move-to`: copies of everything that is kept."""

import asyncio
import time
from pathlib import Path
from typing import Annotated

import typer

from switchboard.cli.desk import AsJson, Desk, at_desk
from switchboard.cli.output import print_json
from switchboard.cli.plain import FOUND
from switchboard.db.copies.backing_up import back_up, keep_newest
from switchboard.db.copies.manifest import Manifest
from switchboard.db.copies.moving import move_rows
from switchboard.db.copies.restoring import choose_copy, restore
from switchboard.db.engine import Database, missing_file
from switchboard.errors import BadValue, SettingsFault
from switchboard.logs import configure_logging
from switchboard.settings import ToolSettings, read_settings

Copies = Annotated[
    Path | None, typer.Argument(metavar="FOLDER", help="The folder of copies; else SWITCHBOARD_BACKUP_FOLDER.")
]
Keep = Annotated[int | None, typer.Option(min=1, help="Remove older copies, so that so many are left.")]
Replace = Annotated[
    bool,
    typer.Option(
        "--replace", help="Also where the database has rows: an SQLite file is put aside, PostgreSQL's rows go."
    ),
]
Url = Annotated[
    str,
    typer.Argument(metavar="URL", envvar="SWITCHBOARD_MOVE_TO", help="postgresql://user:password@host/name"),
]


def add_to(app: typer.Typer) -> None:
    app.command("backup")(backup)
    app.command("restore")(bring_back)
    app.command("move-to")(move_to)


def backup(folder: Copies = None, keep: Keep = None, as_json: AsJson = False) -> None:
    """Copy the database and the recordings into a new folder in FOLDER, while the service runs. Exit status 1 where a
    row names a recording that the audio store does not have. Passwords (var/secrets.env) are not among it."""
    into = _folder(folder)

    async def work(desk: Desk) -> tuple[Path, Manifest]:
        return await back_up(desk.database, desk.settings.recordings, into, desk.clock.now())

    copy, manifest = at_desk(work)
    removed = keep_newest(into, keep) if keep else []
    rows, recordings, missing = sum(manifest.rows.values()), len(manifest.files) - 1, len(manifest.missing)
    if as_json:
        print_json(
            {"copy": str(copy), "rows": rows, "recordings": recordings, "missing": manifest.missing}
            | {"removed": [str(each) for each in removed]}
        )
    else:
        typer.echo(f"{copy}: {rows} rows and {recordings} recordings, each verified")
        for each in removed:
            typer.echo(f"removed: {each}")
    if missing:
        typer.echo(f"switchboard: {missing} recordings that rows name are not in the audio store", err=True)
        raise typer.Exit(FOUND)


def bring_back(folder: Copies = None, replace: Replace = False, as_json: AsJson = False) -> None:
    """Put a copy back: FOLDER itself, or the newest in it. The service must be stopped. Every file is verified first;
    an older schema is brought to this release's. Recordings that are there stay."""
    url, from_copy = _present_url(), choose_copy(_folder(folder))
    done = asyncio.run(restore(from_copy, url, _tool_settings().recordings, replace=replace))
    rows = sum(done.rows.values())
    if as_json:
        aside = str(done.put_aside) if done.put_aside else None
        print_json({"copy": str(from_copy), "rows": rows, "recordings": done.recordings, "put_aside": aside})
        return
    typer.echo(f"restored {from_copy}: {rows} rows, {done.recordings} recordings that were not there")
    if done.put_aside:
        typer.echo(f"what was there before: {done.put_aside}")


def move_to(url: Url, as_json: AsJson = False) -> None:
    """Copy every row of the present database (SQLite) into an empty database of PostgreSQL, all or none. The service
    must be stopped. The present database stays as it is."""
    file, target = _present_file(), _server(url)
    started = time.monotonic()

    def tell(table: str, rows: int) -> None:
        if rows and not as_json:
            typer.echo(f"{table}: {rows} rows")

    async def work() -> int:
        try:
            return sum((await move_rows(file, target, tell)).values())
        finally:
            await target.close()

    rows = asyncio.run(work())
    if as_json:
        print_json({"rows": rows})
    else:
        typer.echo(f"{rows} rows moved and counted in {time.monotonic() - started:.1f} s")
        typer.echo("next: set SWITCHBOARD_DATABASE_URL to the new database and start the service")


def _tool_settings() -> ToolSettings:
    settings = read_settings(ToolSettings)
    configure_logging("ERROR", settings.log_pii)
    return settings


def _folder(given: Path | None) -> Path:
    folder = given or read_settings(ToolSettings).backup_folder
    if folder is None:
        raise BadValue("FOLDER", "is needed, or SWITCHBOARD_BACKUP_FOLDER")
    return folder


def _present_url() -> str:
    """SettingsFault where it cannot be used."""
    url = _tool_settings().database_url.get_secret_value()
    try:
        Database(url)
    except ValueError as error:
        raise SettingsFault([f"SWITCHBOARD_DATABASE_URL cannot be used: {error}"]) from None
    return url


def _present_file() -> Path:
    url = _present_url()
    file = Database(url).file
    if file is None:
        raise BadValue("SWITCHBOARD_DATABASE_URL", "is not an SQLite database: nothing is to be moved")
    if missing_file(url) is not None:
        raise BadValue("SWITCHBOARD_DATABASE_URL", f"there is no database {file}")
    return file


def _server(url: str) -> Database:
    try:
        target = Database(url)
    except ValueError as error:
        raise BadValue("URL", str(error)) from None
    if target.file is not None:
        raise BadValue("URL", "must begin with postgresql:")
    return target
