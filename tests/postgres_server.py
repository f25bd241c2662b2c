"""A PostgreSQL server of the tests' own, on a free port of the loopback address: the one that the environment names,
or a container of the project's image with its data in memory, or one started from the machine's own programs.
"""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.ports import free_port

VARIABLE = "SWITCHBOARD_TEST_POSTGRES_URL"


IMAGE = "switchboard-postgres:latest"
RUN = Path(__file__).parents[1] / "docker" / "postgres" / "run.sh"


class NoPostgres(Exception):
    """Tests on PostgreSQL need SWITCHBOARD_TEST_POSTGRES_URL, or the image switchboard-postgres, or initdb and pg_ctl
    on this machine (Debian's package postgresql); they are never skipped. `make test` makes the image."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@contextmanager
def postgres_server() -> Iterator[str]:
    """Gives the URL of a database whose role may create databases."""
    given = os.environ.get(VARIABLE)
    programs = _programs()
    if given:
        yield given
    elif _has_image():
        with _container() as url:
            yield url
    elif programs is not None:
        with _process(programs) as url:
            yield url
    else:
        raise NoPostgres


def _has_image() -> bool:
    docker = shutil.which("docker")
    asked = docker and subprocess.run([docker, "image", "inspect", IMAGE], capture_output=True, check=False)
    return bool(asked and asked.returncode == 0)


@contextmanager
def _container() -> Iterator[str]:
    port, password = free_port(), secrets.token_hex(16)
    name = f"switchboard-test-postgres-{os.getpid()}"
    environment = {
        **os.environ,
        "SWITCHBOARD_POSTGRES_PASSWORD": password,
        "SWITCHBOARD_POSTGRES_PORT": str(port),
        "SWITCHBOARD_BIND": "127.0.0.1",
        "SWITCHBOARD_THROW_AWAY": "1",
        "SWITCHBOARD_RESTART": "no",
    }
    try:
        _run([str(RUN), name, "start"], environment)
        yield f"postgresql://switchboard:{password}@127.0.0.1:{port}/switchboard"
    finally:
        _run([str(RUN), name, "remove"], environment)


@contextmanager
def _process(programs: Path) -> Iterator[str]:
    """The server refuses to run as root, so root becomes the user `postgres`."""
    folder = Path(tempfile.mkdtemp(prefix="switchboard-postgres-"))
    as_postgres: list[str] = []
    if os.getuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    port, data = free_port(), str(folder / "data")
    control = [*as_postgres, str(programs / "pg_ctl"), "-D", data, "-w"]
    server = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=200 -F"
    _run([*as_postgres, str(programs / "initdb"), "-D", data, "-U", "switchboard", "-A", "trust", "-E", "UTF8", "-N"])
    _run([*control, "-o", server, "-l", str(folder / "log"), "start"])
    try:
        yield f"postgresql://switchboard@127.0.0.1:{port}/postgres"
    finally:
        _run([*control, "-m", "immediate", "stop"])
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path | None:
    """The newest release of Debian's, or what is on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def _run(command: list[str], environment: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd="/", env=environment, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{Path(command[0]).name} failed: {done.stdout[-1000:]}{done.stderr[-1000:]}")
