"""Make every sound file that the scripts ask for and that is missing or out of date."""

import hashlib
import json
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from switchboard.domain.directory import LANGUAGES, Language
from switchboard.speech.script import ScriptError, load_script
from switchboard.speech.studio.manifest import Manifest, Record
from switchboard.speech.studio.music import alaw, beep, hold_music
from switchboard.speech.studio.wav import PROMPT_RATE, Edges, Samples, encode_wav, read_wav
from switchboard.speech.synthesis import DEFAULT_VOICE, Synthesiser, Voice, load_voices

DEMO = "demo"
MASTERING_VERSION = "1"  # raise it when mastering changes what it makes
GENERATED_VERSION = "1"  # likewise for the tone and the music
GENERATOR = "switchboard.speech.studio.music"
SENTENCE_LEAD_S, WORD_LEAD_S = 0.15, 0.03
SENTENCE_TAIL_S, WORD_TAIL_S = 0.32, 0.06
MASTER_HEADROOM = 0.5  # the voice model's samples go a little beyond 1


class VoiceEngine(Synthesiser, Protocol):
    """A synthesiser that also tells how it would say a text, so that a changed pronunciation is noticed."""

    name: str
    version: str

    def phonemes(self, text: str, language: Language) -> str: ...


@dataclass(frozen=True, slots=True)
class Line:
    """A text to be spoken into a file."""

    path: str
    id: str
    language: Language
    text: str
    voice: str = DEFAULT_VOICE
    continues: bool = False

    @property
    def spoken(self) -> str:
        """A sentence with its full stop; without any mark where more follows, so that the last sound is not drawn out
        ("reached-a Norrby")."""
        bare = self.text.rstrip(".,")
        closed = self.text if self.text.endswith((".", "?", "!")) else f"{bare}."
        return bare if self.continues else closed

    @property
    def edges(self) -> Edges:
        """A pause after the end of a sentence, and one before a new sentence (a name of any length may precede it)."""
        begins = self.text[0].isupper() and " " in self.text and self.voice == DEFAULT_VOICE
        return Edges(SENTENCE_LEAD_S if begins else WORD_LEAD_S, WORD_TAIL_S if self.continues else SENTENCE_TAIL_S)


@dataclass(frozen=True, slots=True)
class Studio:
    """Where and with what sounds are made. `finish` turns the engine's samples (at its rate) into the wav file;
    `report` is told each thing that is done."""

    sounds: Path
    masters: Path
    engine: VoiceEngine
    finish: Callable[[Samples, int, Edges], bytes]
    report: Callable[[str], None]


def make_all(studio: Studio) -> int:
    """Bring all files and the manifest up to date. Returns how many files were made."""
    manifest = Manifest(studio.sounds)
    voices = load_voices(studio.sounds)
    lines = [*prompt_lines(studio.sounds), *demo_lines(studio.sounds)]
    made = sum(_make_line(studio, manifest, line, voices[line.voice, line.language]) for line in lines)
    generated = list(_generated(studio.sounds))
    made += sum(_make_generated(studio, manifest, record, content) for record, content in generated)
    wanted = {line.path for line in lines} | {record.path for record, _ in generated}
    for path in manifest.drop_all_but(wanted):
        studio.report(f"removed {path}: no longer in the script")
    manifest.save()
    return made


def prompt_lines(sounds: Path) -> Iterator[Line]:
    """Every spoken prompt of the script, in each of its languages."""
    for entry in load_script(sounds).values():
        if not entry.tone:
            for language, text in entry.texts.items():
                path = f"{language}/{entry.file}"
                yield _checked(Line(path, entry.id, language, text, continues=entry.continues))


def demo_lines(sounds: Path) -> Iterator[Line]:
    """The recordings that the demo data loads. A name is followed by more; a phrase or a greeting stands alone."""
    script = sounds / DEMO / "script.toml"
    for id_, table in tomllib.loads(script.read_text(encoding="utf-8")).items():
        for language in LANGUAGES:
            path = f"{DEMO}/{language}/{table['file']}"
            voice = table.get("voice", DEFAULT_VOICE)
            yield _checked(Line(path, id_, language, table[language], voice, continues=table["kind"] == "name"))


def _checked(line: Line) -> Line:
    if any(character.isdigit() for character in line.text):
        raise ScriptError(f"{line.path}: digits in {line.text!r}; write them in words")
    return line


def _make_line(studio: Studio, manifest: Manifest, line: Line, voice: Voice) -> bool:
    phonemes = studio.engine.phonemes(line.spoken, line.language)
    source = _digest(phonemes, voice.blend, voice.speed, studio.engine.version)
    made_from = _digest(source, MASTERING_VERSION, line.edges.lead, line.edges.tail)
    record = Record(
        path=line.path, id=line.id, language=line.language, text=line.text, sha256="", engine=studio.engine.name,
        voice="+".join(voice.blend), version=studio.engine.version, origin="made", made_from=made_from,
    )  # fmt: skip
    if _is_settled(studio, manifest, record):
        return False
    content = studio.finish(_master_samples(studio, line, source), studio.engine.sample_rate, line.edges)
    return _store(studio, manifest, record, content)


def _master_samples(studio: Studio, line: Line, source: str) -> Samples:
    """The synthesised samples, from the folder of masters where they are there already."""
    file = studio.masters / f"{source}.wav"
    if file.exists():
        kept: Samples = read_wav(file) / MASTER_HEADROOM
        return kept
    samples = studio.engine.speak(line.spoken, line.language, line.voice)
    studio.masters.mkdir(parents=True, exist_ok=True)
    file.write_bytes(encode_wav(samples * MASTER_HEADROOM, studio.engine.sample_rate))
    return samples


def _generated(sounds: Path) -> Iterator[tuple[Record, bytes]]:
    """The tone in each language's folder, and the music on hold in the two formats Asterisk sends as they are."""
    tones = [entry for entry in load_script(sounds).values() if entry.tone]
    for entry in tones:
        for language, text in entry.texts.items():
            tone = np.concatenate([beep(), np.zeros(PROMPT_RATE // 20, dtype=np.float32)])
            yield _generated_record(f"{language}/{entry.file}", entry.id, language, text), encode_wav(tone, PROMPT_RATE)
    music = hold_music()
    yield _generated_record("moh/calm.wav", "calm", None, "(music on hold)"), encode_wav(music, PROMPT_RATE)
    yield _generated_record("moh/calm.alaw", "calm", None, "(music on hold)"), alaw(music)


def _generated_record(path: str, id_: str, language: Language | None, text: str) -> Record:
    return Record(
        path=path, id=id_, language=language, text=text, sha256="", engine=GENERATOR, voice="",
        version=GENERATED_VERSION, origin="made", made_from=_digest(path, GENERATED_VERSION),
    )  # fmt: skip


def _make_generated(studio: Studio, manifest: Manifest, record: Record, content: bytes) -> bool:
    return not _is_settled(studio, manifest, record) and _store(studio, manifest, record, content)


def _is_settled(studio: Studio, manifest: Manifest, record: Record) -> bool:
    """The file is current, or is a studio recording and is left alone."""
    if manifest.is_custom(record.path):
        manifest.keep_custom(record)
        studio.report(f"kept {record.path}: a studio recording")
        return True
    return record.made_from is not None and manifest.is_current(record.path, record.made_from)


def _store(studio: Studio, manifest: Manifest, record: Record, content: bytes) -> bool:
    sha256 = hashlib.sha256(content).hexdigest()
    manifest.put(record.with_checksum(sha256), content)
    studio.report(f"made {record.path}: {record.text}")
    return True


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
