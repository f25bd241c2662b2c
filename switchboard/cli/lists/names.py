"""Recorded names (R6): the missing ones made by the voice of the prompts."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from switchboard.changes import NewGreeting
from switchboard.cli.desk import AsJson, Desk, OfAuthority, at_desk, refuse_unknown_authority
from switchboard.cli.output import print_json, print_table, shown
from switchboard.cli.plain import FOUND
from switchboard.db.audio_store import FolderAudioStore
from switchboard.db.queries.greetings import Greetings
from switchboard.domain.directory import LANGUAGES, Language
from switchboard.errors import BadValue, Unavailable
from switchboard.views import LackingNameView, Slice

if TYPE_CHECKING:
    from switchboard.speech.studio.make import VoiceEngine

NEEDED = ("onnxruntime", "espeakng_loader", "unicode_rbnf")
AT_ONCE = 500
app = typer.Typer(help="The names that callers hear of people, units, groups and authorities.", no_args_is_help=True)


@app.callback()
def _names() -> None:
    """One command today; without this, its name would not be asked for."""


@app.command("synthesise")
def synthesise(
    authority: OfAuthority = None,
    language: Annotated[str, typer.Option("--language", help="The voice: sv or en. It serves both languages.")] = "sv",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell which names would be made.")] = False,
    model: Annotated[Path | None, typer.Option("--model", help="A folder with the voice model.")] = None,
    cache: Annotated[Path, typer.Option("--cache", help="Where the voice model is downloaded to.")] = Path(
        "var/speech"
    ),
    as_json: AsJson = False,
) -> None:
    """Make every name recording that is missing, with the voice of the prompts. One that is there already, in any
    language, is never overwritten. Exit status 1 where a name cannot be spoken."""
    if language not in LANGUAGES:
        raise BadValue("--language", "is sv or en")
    spoken: Language = "en" if language == "en" else "sv"

    async def work(desk: Desk) -> tuple[list[LackingNameView], list[str]]:
        await refuse_unknown_authority(desk, authority)
        missing = await _missing(desk, authority)
        if dry_run or not missing:
            return missing, []
        engine = load_voice(model, cache, desk.settings.sounds)
        return await _make(desk, missing, engine, spoken)

    names, unspeakable = at_desk(work)
    if as_json:
        print_json({"names": names, "unspeakable": unspeakable, "dry_run": dry_run})
    else:
        _tell(names, unspeakable, dry_run)
    if unspeakable:
        raise typer.Exit(FOUND)


async def _missing(desk: Desk, authority: str | None) -> list[LackingNameView]:
    found: list[LackingNameView] = []
    part: Slice | None = Slice(AT_ONCE)
    while part is not None:
        page = await Greetings(desk.database).lacking_names(authority, part)
        found.extend(page.items)
        part = Slice(AT_ONCE, page.next) if page.next else None
    return found


def load_voice(model: Path | None, cache: Path, sounds: Path) -> "VoiceEngine":
    """Loaded only here: the service is installed without it. Unavailable says what is missing."""
    lacking = [name for name in NEEDED if find_spec(name) is None]
    if lacking:
        raise Unavailable(
            f"the voice is not installed ({', '.join(lacking)}); run: pip install 'switchboard[speech]', "
            "or upload recordings with POST /api/v1/greetings?kind=name"
        )
    from switchboard.speech.studio.download import DownloadError, ensure_model
    from switchboard.speech.synthesis import Kokoro

    try:
        folder = model or ensure_model(cache)
    except (DownloadError, OSError) as error:
        raise Unavailable(f"the voice model cannot be fetched: {error}; give its folder with --model") from None
    if not (folder / "kokoro.onnx").is_file():
        raise BadValue("--model", f"{folder} has no kokoro.onnx")
    return Kokoro(folder, sounds)


async def _make(
    desk: Desk, missing: list[LackingNameView], engine: "VoiceEngine", language: Language
) -> tuple[list[LackingNameView], list[str]]:
    """Each is kept as soon as it is made: an interrupted run goes on where it was."""
    from switchboard.speech.studio.names import UnspeakableNameError, speak_name
    from switchboard.speech.synthesis import TextTooLongError

    greetings, audio, act = Greetings(desk.database), FolderAudioStore(desk.settings.recordings), desk.act()
    made: list[LackingNameView] = []
    unspeakable: list[str] = []
    tell = _progress(len(missing))
    for done, each in enumerate(missing, start=1):
        try:
            sha256 = await audio.put(speak_name(engine, each.name, language))
        except (UnspeakableNameError, TextTooLongError) as error:
            unspeakable.append(f"{each.owner_kind} {each.owner_id}: {error}")
        else:
            new = NewGreeting(each.owner_kind, each.owner_id, "name", language, sha256)
            if await greetings.put_first_name(new, act):
                made.append(each)
        tell(done)
    return made, unspeakable


def _progress(of: int) -> Callable[[int], None]:
    """One line on standard error, written over."""

    def tell(done: int) -> None:
        typer.echo(f"\r{done} of {of} names", err=True, nl=done == of)

    return tell


def _tell(names: list[LackingNameView], unspeakable: list[str], dry_run: bool) -> None:
    rows = [(each.owner_kind, each.owner_id, each.name, each.authority) for each in names]
    print_table(
        ("of", "id", "name", "authority"), rows, "No name was missing." if not unspeakable else "No name was made."
    )
    if rows:
        typer.echo(f"{len(rows)} names {'would be made' if dry_run else 'made'}")
    for problem in unspeakable:
        typer.echo(shown(problem), err=True)
