"""What is kept, for how long, and about whom: `retention`, `person-data`, `to-registry`, `staffing`."""

import base64
import io
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from switchboard.changes import ToRegistry
from switchboard.cli.desk import AsJson, Desk, at_desk, read_directory
from switchboard.cli.output import plain, print_json, print_table
from switchboard.cli.plain import MISUSED, fail
from switchboard.db.audio_store import FolderAudioStore
from switchboard.db.directory_store import DirectoryStore
from switchboard.db.public_holidays import SwedishCalendars
from switchboard.db.queries.voicemail_messages import VoicemailMessages
from switchboard.db.retention.audio import erase_nameless, erase_waiting
from switchboard.db.retention.keeping import Retention, Round
from switchboard.db.retention.person_data import PersonData
from switchboard.db.retention.registry import Registry
from switchboard.domain.directory import Directory
from switchboard.domain.keeping.registry import InMailbox, why_it_stays
from switchboard.domain.staffing import Gap, staffing_gaps
from switchboard.errors import Conflict
from switchboard.logs import named_log
from switchboard.views import VoicemailMessageView

Whom = Annotated[str, typer.Argument(help="A caller's number, or a colleague's extension, whole name or #id.")]
Names = Annotated[
    list[str] | None, typer.Option("--name", help="What the person is called, to be looked for in texts.")
]
person_data = typer.Typer(help="What is kept about one person.", no_args_is_help=True)
staffing = typer.Typer(help="Whether functions have the people they must have.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.command("retention")(retention)
    app.command("to-registry")(to_registry)
    person_data.command("export")(export)
    person_data.command("erase")(erase)
    staffing.command("gaps")(gaps)
    app.add_typer(person_data, name="person-data")
    app.add_typer(staffing, name="staffing")


def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be erased; erase nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase what the policies let go. The service does it every night by itself."""

    async def work(desk: Desk) -> Round:
        store = DirectoryStore(desk.database, desk.clock.now, named_log("directory"))
        try:
            done = await Retention(desk.database, store).go(desk.act(), dry_run=dry_run)
        finally:
            await store.close()
        if not dry_run:
            audio, now = FolderAudioStore(desk.settings.recordings), desk.clock.now()
            await erase_waiting(desk.database, audio, now)
            await erase_nameless(desk.database, audio, now)
        return done

    done = at_desk(work)
    if as_json:
        print_json({"dry_run": dry_run, "counts": done.counts(), "items": done.erasures})
        return
    rows = [(each.kind.value, len(each.keys), each.rule) for each in done.erasures]
    print_table(("kind", "rows", "rule"), rows, "There is nothing to erase.")


def to_registry(
    message_id: Annotated[str, typer.Argument(help="A message that is marked secret.")],
    person: Annotated[str, typer.Option("--person", help="Who hands it over: extension, number, whole name or #id.")],
    reference: Annotated[str, typer.Option("--reference", help="Its number in the registry (diariet).")],
    out: Annotated[Path, typer.Option("--out", help="Write the recording here, as wav, before it is erased.")],
    registry: Annotated[str, typer.Option("--registry", help="Which registry, where there are several.")] = "",
    confirm: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Hand a secret message over to the registry: the recording is written to a file, and all of it is erased here."""
    if not confirm:
        typer.confirm("It cannot be taken back. Hand over and erase?", abort=True)

    async def work(desk: Desk) -> VoicemailMessageView:
        messages, audio = VoicemailMessages(desk.database), FolderAudioStore(desk.settings.recordings)
        message = await messages.one(message_id)
        as_it_is = InMailbox(message.sha256, message.secret, message.threat, message.erased_at is not None)
        if (reason := why_it_stays(as_it_is, message.sha256)) is not None:
            raise Conflict(reason)
        wav = await audio.get(message.sha256)
        if wav is None:
            raise Conflict("the recording of this message is not to be found; nothing was erased")
        _write_new(out, wav)
        await messages.listened(message_id, desk.act())
        to = ToRegistry(person, reference, message.sha256, registry)
        await Registry(desk.database).hand_over(message_id, to, desk.act())
        await erase_waiting(desk.database, audio, desk.clock.now())
        return await messages.one(message_id)

    done = at_desk(work)
    if as_json:
        print_json(done)
        return
    typer.echo(f"written to {out}; erased here, as {done.registered_as} in the registry")


def export(
    who: Whom,
    out: Annotated[Path | None, typer.Option("--out", help="Write a zip archive with the recordings as wav.")] = None,
    name: Names = None,
    as_json: AsJson = False,
) -> None:
    """Everything that is kept about a person, as JSON, or as an archive."""
    del as_json
    found: Mapping[str, Any] = at_desk(lambda desk: _person_data(desk).export(who, desk.act(), name or ()))
    if out is None:
        print_json(found)
        return
    try:
        out.write_bytes(_archive(found))
    except OSError as error:
        fail(f"{out} cannot be written: {error.strerror}", MISUSED)
    out.chmod(0o600)
    typer.echo(f"written to {out}")
    _print_texts(found["to_look_at"])


def erase(
    who: Whom,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be erased; erase nothing.")] = False,
    confirm: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    name: Names = None,
    as_json: AsJson = False,
) -> None:
    """Erase what is kept about a person, now. What a threat mark or an open callback task holds stays."""
    if not confirm and not dry_run:
        typer.confirm("It cannot be taken back. Erase?", abort=True)

    async def work(desk: Desk) -> Mapping[str, Any]:
        done = await _person_data(desk).erase(who, desk.act(), name or (), dry_run=dry_run)
        if not dry_run:
            await erase_waiting(desk.database, FolderAudioStore(desk.settings.recordings), desk.clock.now())
        return done

    done = at_desk(work)
    if as_json:
        print_json(done)
        return
    rows = [(kind, number, done["kept"][kind]) for kind, number in done["erased"].items()]
    print_table(("kind", "would be erased" if dry_run else "erased", "kept"), rows, "There is nothing.")
    if done["left"]:
        left = ", ".join(f"{table} {number}" for table, number in done["left"].items())
        typer.echo(f"Left for administrators, or for their own time: {left}.")
    if done["to_look_at"]:
        _print_texts(done["to_look_at"])


def _print_texts(found: Sequence[Mapping[str, Any]]) -> None:
    """They tell of others too, so they are for whoever sees to the request, and not in the archive."""
    if found:
        typer.echo("Texts that name the person, for you to look at:")
        rows = [(each["table"], each["key"], each["column"], each["text"]) for each in found]
        print_table(("table", "key", "column", "text"), rows, "")


def gaps(
    weeks: Annotated[int, typer.Option(min=1, max=12, help="How far to look ahead.")] = 4, as_json: AsJson = False
) -> None:
    """When a function will have fewer people than it must have in its hours, from what is known now."""

    async def work(desk: Desk) -> tuple[Directory, list[Gap]]:
        directory = await read_directory(desk)
        calendars = SwedishCalendars(lambda: directory, desk.clock.now)
        groups = directory.function_groups()
        ahead = timedelta(weeks=weeks)
        return directory, staffing_gaps(groups, directory, calendars.calendar, desk.clock.now(), ahead)

    directory, found = at_desk(work)
    if as_json:
        print_json({"items": [_gap(directory, each) for each in found], "next": None})
        return
    rows = [
        (each.start, each.end, _group(directory, each), f"{each.present} of {each.needed}", _away(directory, each))
        for each in found
    ]
    print_table(("from", "until", "function", "present", "away"), rows, "No function lacks anybody.")


def _gap(directory: Directory, gap: Gap) -> dict[str, object]:
    document: object = plain(gap)
    named: dict[str, object] = {
        "group": _group(directory, gap),
        "away": _away(directory, gap).split(", ") if gap.away else [],
    }
    return {**document, **named} if isinstance(document, dict) else named


def _group(directory: Directory, gap: Gap) -> str:
    group = directory.function_group(gap.group_id)
    return group.name if group is not None else f"#{gap.group_id}"


def _away(directory: Directory, gap: Gap) -> str:
    return ", ".join(each.name for one in gap.away if (each := directory.person(one)) is not None)


def _person_data(desk: Desk) -> PersonData:
    return PersonData(desk.database, FolderAudioStore(desk.settings.recordings))


def _write_new(out: Path, wav: bytes) -> None:
    """Readable by its owner alone, and on disk when it returns."""
    try:
        with open(out, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(wav)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        fail(f"{out} cannot be written: {error.strerror}", MISUSED)


def _archive(found: Mapping[str, Any]) -> bytes:
    """`data.json`, and a wav file for each recording, named as the rows name it."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        rows = {name: value for name, value in found.items() if name not in ("recordings", "to_look_at")}
        archive.writestr("data.json", json.dumps(rows, ensure_ascii=False, indent=2))
        for sha256, wav in found["recordings"].items():
            archive.writestr(f"{sha256}.wav", base64.b64decode(wav))
    return written.getvalue()
