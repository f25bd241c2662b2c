"""Asterisk's own voice mail: as many mailboxes as the benchmark calls, with the service's sound as their greeting."""

import io
import subprocess
import wave

from tests.acceptance.asterisk_box import ROOT, AsteriskBox
from tests.bench.load import KEY_AFTER_MS

MAILBOXES = 50
SPOOL = "/data/spool/voicemail/bench"
_SETTINGS = """[general]
format = wav
maxmsg = 9999
maxsecs = 180
minsecs = 1
maxsilence = 5
attach = no
sendvoicemail = no
[bench]
"""


def load_voicemail(box: AsteriskBox) -> None:
    names = [f"{number:02d}" for number in range(MAILBOXES)]
    settings = _SETTINGS + "".join(f"{name} => 0000,Bench {name}\n" for name in names)
    _write(box, "/etc/asterisk/voicemail.conf", settings.encode())
    _write(box, "/tmp/greeting.wav", greeting())  # noqa: S108 - in the container
    inside(box, f"for name in {' '.join(names)}; do mkdir -p {SPOOL}/$name && cp /tmp/greeting.wav"
                 f" {SPOOL}/$name/unavail.wav; done")  # fmt: skip
    for module in ("res_adsi", "res_smdi", "app_voicemail"):
        box.cli(f"module load {module}.so")
    if f"{MAILBOXES} voicemail users" not in (said := box.cli("voicemail show users for bench")):
        raise RuntimeError(f"app_voicemail has not loaded: {said}{box.last_words()}")


def greeting() -> bytes:
    """What the service plays to such a caller until the tone: the absence up to the key, then the invitation."""
    with wave.open(str(ROOT / "sounds/sv/absence-for-vacation.wav")) as why:
        sound = why.readframes(why.getframerate() * KEY_AFTER_MS // 1000)
    with wave.open(str(ROOT / "sounds/sv/leave-message.wav")) as invitation:
        shape, rest = invitation.getparams(), invitation.readframes(invitation.getnframes())
    file = io.BytesIO()
    with wave.open(file, "wb") as whole:
        whole.setparams(shape)
        whole.writeframes(sound + rest)
    return file.getvalue()


def _write(box: AsteriskBox, path: str, text: bytes) -> None:
    words = ["docker", "exec", "-i", box.name, "sh", "-c", f"cat >{path}"]
    subprocess.run(words, input=text, timeout=30, check=True)


def inside(box: AsteriskBox, script: str) -> str:
    words = ["docker", "exec", box.name, "sh", "-c", script]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout
