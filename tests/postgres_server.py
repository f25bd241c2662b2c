"""A PostgreSQL server of the tests' own, on a free port of the loopback address: the one that the environment names,
or a container of the project's image with its data in memory, or one started from the machine's own programs.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

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
        with _removed_at_the_end(PostgresContainer(throw_away=True)) as server:
            yield server.url
    elif programs is not None:
        with _removed_at_the_end(PostgresProcess(programs)) as server:
            yield server.url
    else:
        raise NoPostgres


def _has_image() -> bool:
    docker = shutil.which("docker")
    asked = docker and subprocess.run([docker, "image", "inspect", IMAGE], capture_output=True, check=False)
    return bool(asked and asked.returncode == 0)


class StoppableServer(Protocol):
    """Of a test's own: what was committed outlives a stop."""

    url: str

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def hang(self) -> None: ...
    def go_on(self) -> None: ...
    def remove(self) -> None: ...


@contextmanager
def stoppable_postgres() -> Iterator[StoppableServer]:
    """The machine's own programs are quicker to stop and start than a container."""
    programs = _programs()
    server = PostgresProcess(programs) if programs is not None else PostgresContainer(throw_away=False)
    with _removed_at_the_end(server):
        yield server


class PostgresContainer:
    """Of the project's image. Without `throw_away` what was committed outlives a stop."""

    def __init__(self, *, throw_away: bool) -> None:
        port, password = free_port(), secrets.token_hex(16)
        self._name = f"switchboard-test-postgres-{secrets.token_hex(3)}"
        self.url = f"postgresql://switchboard:{password}@127.0.0.1:{port}/switchboard"
        self._environment = {
            **os.environ,
            "SWITCHBOARD_POSTGRES_PASSWORD": password,
            "SWITCHBOARD_POSTGRES_PORT": str(port),
            "SWITCHBOARD_BIND": "127.0.0.1",
            "SWITCHBOARD_THROW_AWAY": str(int(throw_away)),
            "SWITCHBOARD_RESTART": "no",
        }

    def start(self) -> None:
        """It answers when this returns."""
        _run([str(RUN), self._name, "start"], self._environment)

    def stop(self) -> None:
        """Its connections are closed, and no new one is taken."""
        _run([str(RUN), self._name, "stop"], self._environment)

    def hang(self) -> None:
        """Connections stay open, new ones are taken, and nobody answers."""
        _run(["docker", "pause", self._name])

    def go_on(self) -> None:
        _run(["docker", "unpause", self._name])

    def remove(self) -> None:
        """However it is."""
        _run([str(RUN), self._name, "remove"], self._environment)


class PostgresProcess:
    """Of the machine's own programs. The server refuses to run as root, so root becomes the user `postgres`."""

    def __init__(self, programs: Path) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="switchboard-postgres-"))
        self._as_postgres: list[str] = []
        if os.getuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
            self._as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        port = free_port()
        self._data = self._folder / "data"
        self._programs = programs
        self._options = f"-p {port} -k {self._folder} -c listen_addresses=127.0.0.1 -c max_connections=200 -F"
        self._hanging: list[int] = []
        self.url = f"postgresql://switchboard@127.0.0.1:{port}/postgres"
        self._act("initdb", "-U", "switchboard", "-A", "trust", "-E", "UTF8", "-N")

    def start(self) -> None:
        """It answers when this returns."""
        self._act("pg_ctl", "-w", "-o", self._options, "-l", str(self._folder / "log"), "start")

    def stop(self) -> None:
        """Its connections are closed, and no new one is taken."""
        self._act("pg_ctl", "-w", "-m", "fast", "stop")

    def hang(self) -> None:
        """Connections stay open, new ones are taken, and nobody answers."""
        main = int((self._data / "postmaster.pid").read_text().split()[0])
        os.kill(main, signal.SIGSTOP)
        self._hanging = [*map(int, Path(f"/proc/{main}/task/{main}/children").read_text().split()), main]
        for process in self._hanging:
            os.kill(process, signal.SIGSTOP)

    def go_on(self) -> None:
        for process in self._hanging:
            os.kill(process, signal.SIGCONT)
        self._hanging = []

    def remove(self) -> None:
        """However it is."""
        self.go_on()
        if (self._data / "postmaster.pid").exists():
            self._act("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _act(self, program: str, *words: str) -> None:
        _run([*self._as_postgres, str(self._programs / program), "-D", str(self._data), *words])


@contextmanager
def _removed_at_the_end(server: StoppableServer) -> Iterator[StoppableServer]:
    try:
        server.start()
        yield server
    finally:
        server.remove()


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
