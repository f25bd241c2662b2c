"""A container for the tests of the wire, with sounds of its own."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.acceptance.asterisk_box import AsteriskBox, start_asterisk
from tests.hearing.sounds import make_test_sounds
from tests.ports import free_port

FILES = ("sv/one", "sv/two", "sv/long", "moh/music.wav")
TAILS = {"*/one": 0.3, "*/two": 0.3, "*/long": 5.0}
ONE, TWO, LONG, MISSING = (f"sound:/sounds/sv/{name}" for name in ("one", "two", "long", "missing"))


@contextmanager
def wire_box() -> Iterator[tuple[AsteriskBox, dict[int, str]]]:
    """The container, and which number heard means which sound."""
    folder = Path(tempfile.mkdtemp(prefix="switchboard-wire-"))
    folder.chmod(0o755)
    names = make_test_sounds(FILES, folder, TAILS)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    provider = f"sip:127.0.0.1:{free_port()}"
    box = start_asterisk(real_sounds=True, SWITCHBOARD_SOUNDS=str(folder), SWITCHBOARD_TRUNK_CONTACT=provider)
    try:
        yield box, names
    finally:
        box.act("remove")
        shutil.rmtree(folder)


def trunk_port(box: AsteriskBox) -> int:
    """Where calls to outside numbers arrive."""
    return int(box.environment["SWITCHBOARD_TRUNK_CONTACT"].rpartition(":")[2])
