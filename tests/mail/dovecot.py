"""A real Dovecot in a container: ManageSieve with STARTTLS, delivery by LMTP, replies to the test's mail server."""

import asyncio
import os
import secrets
import smtplib
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from sievelib.managesieve import Client

from tests.mail.servers import make_certificate
from tests.ports import free_port

IMAGE = "switchboard-dovecot:latest"
STARTS_WITHIN_S = 30.0
MASTER = "vaxel"


class NoDovecot(Exception):
    """Tests of autoreplies need the image switchboard-dovecot; they are never skipped. `make test` makes it."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@dataclass(frozen=True)
class Dovecot:
    """`certificate` is its own authority. `smtp_port`: where it hands in what it sends."""

    name: str
    sieve_port: int
    lmtp_port: int
    smtp_port: int
    master_password: str
    user_password: str
    certificate: Path

    @property
    def url(self) -> str:
        return f"sieve://{MASTER}:{self.master_password}@localhost:{self.sieve_port}"

    async def deliver(
        self, recipient: str, subject: str, sender: str = "medborgare@exempel.se", **headers: str
    ) -> None:
        """A letter arrives, as the mail server of the authority would hand it over."""
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = sender, recipient, subject
        letter["Message-ID"] = f"<{secrets.token_hex(8)}@exempel.se>"
        for name, value in headers.items():
            letter[name.replace("_", "-")] = value
        letter.set_content("Hej, jag undrar över mitt bygglov.")
        await asyncio.to_thread(self._hand_in, letter, sender, recipient)

    def _hand_in(self, letter: EmailMessage, sender: str, recipient: str) -> None:
        with smtplib.LMTP("127.0.0.1", self.lmtp_port) as lmtp:
            lmtp.send_message(letter, sender, [recipient])

    def keep_scripts(self, login: str, scripts: Mapping[str, str], active: str | None) -> None:
        """In place of what the mailbox has: what its owner made in a mail program, with their own password."""
        client = Client("localhost", self.sieve_port)
        assert client.connect(login, self.user_password, starttls=True, authmech="PLAIN")
        before, others = client.listscripts()
        assert client.setactive("")
        for name in [*others, *([before] if before is not None else [])]:
            assert client.deletescript(name)
        for name, text in scripts.items():
            assert client.putscript(name, text), client.errmsg
        assert active is None or client.setactive(active)
        client.logout()
        client.sock.close()
        client.sock = None

    def inside(self, *command: str) -> str:
        """What a command in the container prints."""
        return _docker("exec", self.name, *command)

    def mails_in(self, user: str, folder: str = "INBOX") -> int:
        """How many lie in one of its folders."""
        status = self.inside("doveadm", "mailbox", "status", "-u", user, "messages", folder)
        return int(status.rpartition("=")[2])


@contextmanager
def dovecot_server(folder: Path) -> Iterator[Dovecot]:
    """On free ports of the loopback address."""
    if subprocess.run(["docker", "image", "inspect", IMAGE], capture_output=True, check=False).returncode != 0:
        raise NoDovecot
    certificate = make_certificate(folder)
    folder.chmod(0o755)
    certificate.chmod(0o644)
    ports = free_port(), free_port(), free_port()
    box = Dovecot(
        f"switchboard-test-dovecot-{os.getpid()}-{secrets.token_hex(3)}",
        *ports,
        secrets.token_hex(12),
        secrets.token_hex(12),
        certificate,
    )
    _start(box, folder)
    try:
        _wait_until_it_answers(box)
        yield box
    finally:
        subprocess.run(["docker", "rm", "-f", "-v", box.name], capture_output=True, check=False)


def _start(box: Dovecot, folder: Path) -> None:
    environment = {
        "SIEVE_PORT": box.sieve_port,
        "LMTP_PORT": box.lmtp_port,
        "SMTP_PORT": box.smtp_port,
        "MASTER_PASSWORD": box.master_password,
        "USER_PASSWORD": box.user_password,
    }
    words = [word for name, value in environment.items() for word in ("-e", f"{name}={value}")]
    _docker("run", "-d", "--name", box.name, "--network", "host", *words, "-v", f"{folder}:/certificate:ro", IMAGE)


def _wait_until_it_answers(box: Dovecot) -> None:
    end = time.monotonic() + STARTS_WITHIN_S
    while True:
        try:
            with smtplib.LMTP("127.0.0.1", box.lmtp_port):
                return
        except OSError:
            if time.monotonic() > end:
                raise RuntimeError(f"Dovecot does not start: {_logs(box)}") from None
            time.sleep(0.1)


def _logs(box: Dovecot) -> str:
    done = subprocess.run(["docker", "logs", "--tail", "20", box.name], capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr)[-2000:]


def _docker(*words: str) -> str:
    done = subprocess.run(["docker", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"docker {words[0]} failed: {done.stderr[-1000:]}")
    return done.stdout
