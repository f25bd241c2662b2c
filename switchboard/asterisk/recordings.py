"""What Asterisk has recorded (`calls.ports.Recordings`). The stored file is the only truth (asterisk.md §10)."""

import struct
from collections.abc import Sequence

from switchboard.asterisk.ari_client import GONE, AriClient, AriError
from switchboard.calls.ports import Log, StoredRecording, TelephonyFault

HEADER = 44
BYTES_PER_S = 16000
_FORMAT = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, BYTES_PER_S, 2, 16)


_EMPTY = b"RIFF" + struct.pack("<I", HEADER - 8) + b"WAVE" + _FORMAT + b"data" + struct.pack("<I", 0)


def mend_wav(raw: bytes) -> StoredRecording | None:
    """Asterisk's wav with its lengths put right: they are written at its end, so a killed Asterisk leaves them 0. On a
    full disk there may be less than a header. None where it is not 8 kHz mono 16-bit PCM."""
    if not _is_ours(raw):
        return None
    sound = raw[HEADER : len(raw) - len(raw) % 2]
    mended = _with_lengths(sound)
    return StoredRecording(mended, len(sound) / BYTES_PER_S, whole=raw[:HEADER] == mended[:HEADER])


def _is_ours(raw: bytes) -> bool:
    """As far as it goes; the two lengths may be any."""
    return all(raw[start:end] == _EMPTY[start : min(end, len(raw))] for start, end in ((0, 4), (8, 40)))


def _with_lengths(sound: bytes) -> bytes:
    lengths = (struct.pack("<I", length) for length in (HEADER - 8 + len(sound), len(sound)))
    return b"".join((_EMPTY[:4], next(lengths), _EMPTY[8:40], next(lengths), sound))


class AriRecordings:
    """Raises TelephonyFault where Asterisk refuses or does not answer."""

    def __init__(self, client: AriClient, log: Log) -> None:
        self._client = client
        self._log = log

    async def names(self) -> Sequence[str]:
        try:
            stored = await self._client.request("GET", "recordings", "stored")
        except AriError as error:
            raise TelephonyFault(str(error)) from None
        return [str(each["name"]) for each in stored if each.get("format") == "wav"]

    async def fetch(self, name: str) -> StoredRecording | None:
        try:
            raw = await self._client.download("GET", "recordings", "stored", name, "file")
        except AriError as error:
            if error.status == GONE:
                return None
            raise TelephonyFault(str(error)) from None
        recording = mend_wav(raw)
        if recording is None:
            self._log.warning("recording_without_audio", recording=name, bytes=len(raw))
        elif not recording.whole:
            self._log.warning("recording_cut_short", recording=name, bytes=len(raw))
        return recording

    async def delete(self, name: str) -> None:
        try:
            await self._client.request("DELETE", "recordings", "stored", name)
        except AriError as error:
            if error.status != GONE:
                raise TelephonyFault(str(error)) from None
