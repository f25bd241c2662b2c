"""`make up` and `make demo` of a copy of this tree whose `switchboard` writes down what it is told and when."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ports import free_port

ROOT = Path(__file__).parents[2]
KEPT = ("Makefile", "docker/service.sh", "docker/environment.sh", "docker/detach.sh", "docker/ports.sh")
NOT_ASKED = ("engine.sh", "base.sh", "images.sh", "python.sh", "secrets.sh", "asterisk/run.sh")
SERVICE = """#!{python}
import signal, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

def note(line):
    with Path("story").open("a") as story:
        story.write(line + "\\n")

class Health(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *words):
        pass

def stop(number, frame):
    note("stopped")
    sys.exit(0)

note(" ".join(sys.argv[1:]))
if sys.argv[1:] == ["serve"]:
    signal.signal(signal.SIGTERM, stop)
    HTTPServer(("127.0.0.1", {port}), Health).serve_forever()
"""
PYTHON = """#!/bin/sh
case "$*" in
  "-m tests.demo.clock") echo +0d0s ;;
  "-m tests.demo") ;;
  *) exec {python} "$@" ;;
esac
"""


class Tree:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("SWITCHBOARD_")}

    def run(self, *words: str) -> str:
        done = subprocess.run(
            words,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, f"{done.stdout}{done.stderr}"
        return done.stdout

    def told(self) -> list[str]:
        """What happened since this was asked last."""
        story = self.folder / "story"
        lines = story.read_text().splitlines()
        story.write_text("")
        return lines

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Tree]:
    tree, port = Tree(tmp_path), free_port()
    for path in KEPT:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    for path in NOT_ASKED:
        tree.write(f"docker/{path}", "#!/bin/sh\n", 0o755)
    tree.write(".venv/bin/switchboard", SERVICE.format(python=sys.executable, port=port), 0o755)
    tree.write(".venv/bin/python", PYTHON.format(python=sys.executable), 0o755)
    tree.write(".venv/switchboard.stamp", "as installed\n")
    tree.write("var/secrets.env", f"SWITCHBOARD_HTTP_BIND=127.0.0.1:{port}\n")
    tree.write("switchboard/routing.py", "RELEASE = 1\n")
    tree.write("migrations/0001.py", "revision = 1\n")
    yield tree
    tree.run("docker/service.sh", "stop")


LOADED = {"up": ["migrate"], "demo": ["migrate", "demo load"]}


@pytest.mark.parametrize("target", ["up", "demo"])
def test_an_old_service_is_stopped_before_its_database_is_migrated(tree: Tree, target: str) -> None:
    tree.run("make", target)
    assert tree.told() == [*LOADED[target], "serve"]
    tree.write("migrations/0002.py", "revision = 2\n")
    tree.run("make", target)
    assert tree.told() == ["stopped", *LOADED[target], "serve"]
    tree.environment["SWITCHBOARD_LOG_LEVEL"] = "debug"
    tree.run("make", target)
    assert tree.told() == ["stopped", *LOADED[target], "serve"]


@pytest.mark.parametrize("target", ["up", "demo"])
def test_a_service_that_is_up_to_date_goes_on_serving(tree: Tree, target: str) -> None:
    tree.run("make", target)
    before = (tree.folder / "var/run/switchboard.pid").read_text()
    tree.told()
    tree.run("make", target)
    assert tree.told() == LOADED[target]
    assert (tree.folder / "var/run/switchboard.pid").read_text() == before


def test_nothing_runs_nothing_is_stopped(tree: Tree) -> None:
    assert tree.run("docker/service.sh", "prepare") == ""
    assert not (tree.folder / "story").exists()
