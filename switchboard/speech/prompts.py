"""Which sound files say an announcement, and what they say in writing.

Fulfils `calls.ports.Announcer`. The files are looked at once, at start; what is missing is reported then, and at call
time it is looked for again, or the other language serves, or the one clip is left out: never silence for the whole
announcement.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from switchboard.domain.announcement import Announcement, TechnicalFault
from switchboard.domain.directory import LANGUAGES, Language
from switchboard.speech.clips import Clip, Clips, Prompt, Recorded
from switchboard.speech.phrases import phrase
from switchboard.speech.script import Entry, Script, load_script
from switchboard.speech.sound_files import SoundFile, SoundFiles

PROMPT_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Heard:
    """One clip as it is played, and in writing."""

    uri: str
    text: str
    clip: Clip

    @property
    def is_name(self) -> bool:
        return isinstance(self.clip, Recorded)

    @property
    def is_digit(self) -> bool:
        return isinstance(self.clip, Prompt) and self.clip.id.startswith("digit-")


@dataclass(frozen=True, slots=True)
class Prompts:
    """`sounds_uri` is the folder of sounds as Asterisk sees it, `media_root` the address of stored audio.

    A file that is no prompt of the script is one of an administrator's own, known by its name.
    """

    script: Script
    files: SoundFiles
    sounds_uri: str
    media_root: str

    @classmethod
    def load(cls, sounds: Path, sounds_uri: str, media_root: str) -> "Prompts":
        """Read the script and look which files are there. Raises ScriptError where the script cannot be read."""
        return cls(load_script(sounds), SoundFiles(sounds), sounds_uri.rstrip("/"), media_root.rstrip("/"))

    @property
    def faults(self) -> tuple[str, ...]:
        """A sentence for each prompt of the script whose file is missing, naming its id and language."""
        return tuple(
            f"prompt {entry.id} has no {language} recording: {language}/{entry.file} is missing"
            for entry in self.script.values()
            for language in entry.texts
            if not self.files.seen((language, _stem(entry)))
        )

    def knows(self, prompt_id: str) -> bool:
        """A row may name this prompt: there is a file for it in some language."""
        return any(self._file(Prompt(prompt_id, language)) for language in LANGUAGES)

    def media(self, announcement: Announcement, language: Language, now: datetime) -> tuple[str, ...]:
        """The media URIs that Asterisk plays one after another, at least one while there are any files."""
        return tuple(heard.uri for heard in self._heard(announcement, language, now))

    def transcript(self, announcement: Announcement, language: Language, now: datetime) -> str:
        """What the caller hears, in writing."""
        return readable(self._heard(announcement, language, now))

    def _heard(self, announcement: Announcement, language: Language, now: datetime) -> list[Heard]:
        heard = list(self._resolve(phrase(announcement, language, now)))
        return heard or list(self._resolve(phrase(TechnicalFault(), language, now)))

    def _resolve(self, clips: Clips) -> Iterator[Heard]:
        for clip in clips:
            uri = self._uri(clip)
            if uri is not None:
                yield Heard(uri, self._text(clip), clip)

    def _uri(self, clip: Clip) -> str | None:
        match clip:
            case Prompt():
                file = self._file(clip)
                return f"{self.sounds_uri}/{file[0]}/{file[1]}" if file else None
            case Recorded(sha256):
                return f"sound:{self.media_root}/{sha256}.wav" if SHA256.fullmatch(sha256) else None

    def _file(self, prompt: Prompt) -> SoundFile | None:
        """The file in the prompt's language, else in another."""
        entry = self.script.get(prompt.id)
        stem = _stem(entry) if entry else prompt.id
        if not PROMPT_ID.fullmatch(stem):
            return None
        wanted: Iterator[SoundFile] = ((language, stem) for language in (prompt.language, *LANGUAGES))
        return next((file for file in wanted if self.files.has(file)), None)

    def _text(self, clip: Clip) -> str:
        if isinstance(clip, Recorded):
            return clip.text
        file, entry = self._file(clip), self.script.get(clip.id)
        return entry.texts.get(file[0], f"[{clip.id}]") if file and entry else f"[{clip.id}]"


def readable(clips: Sequence[Heard]) -> str:
    """Clips as running text: a name gets a comma before another name, and its full stop before a new sentence."""
    text = ""
    for before, heard in pairwise([None, *clips]):
        if heard is not None:
            text += f"{_mark(before, heard)} {heard.text}" if before else heard.text
    return text if not text or text.endswith((".", "!", "?", "]", ")")) else f"{text}."


def _mark(before: Heard, after: Heard) -> str:
    if before.text.endswith("]") or (before.is_digit and before.text.endswith((",", "."))):
        return ""
    if before.is_name and after.is_name:
        return ","
    begins_sentence = not after.is_name and after.text[:1].isupper()
    return "." if (before.is_name or before.is_digit) and begins_sentence else ""


def _stem(entry: Entry) -> str:
    return Path(entry.file).stem
