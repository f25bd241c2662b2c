"""The script of every prompt: its id, its words in each language, its file (`sounds/script.toml`)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from switchboard.domain.directory import LANGUAGES, Language

SCRIPT_FILE = "script.toml"


class ScriptError(ValueError):
    """The script of prompts cannot be used: the message names the entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One prompt. `texts` has the words of each language that needs it; `file` is relative to the language's folder.

    `continues`: more of the sentence follows. `tone`: a signal, not speech.
    """

    id: str
    texts: Mapping[Language, str]
    file: str
    continues: bool = False
    tone: bool = False


Script = Mapping[str, Entry]


def load_script(sounds: Path) -> Script:
    """Read `script.toml` of the folder. Raises ScriptError for an entry without words or file, or with a path."""
    try:
        tables = tomllib.loads((sounds / SCRIPT_FILE).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ScriptError(f"{sounds / SCRIPT_FILE}: {error}") from error
    return {id_: _entry(id_, table) for id_, table in tables.items()}


def _entry(id_: str, table: object) -> Entry:
    if not isinstance(table, dict):
        raise ScriptError(f"{id_}: not a table")
    texts: dict[Language, str] = {language: str(table[language]) for language in LANGUAGES if table.get(language)}
    file = table.get("file")
    if not texts:
        raise ScriptError(f"{id_}: no words in any language")
    if not isinstance(file, str) or Path(file).name != file or not file.endswith(".wav"):
        raise ScriptError(f"{id_}: `file` must be the name of a wav file, without a folder")
    return Entry(id_, texts, file, continues=table.get("continues") is True, tone=table.get("tone") is True)
