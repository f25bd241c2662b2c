"""A process that watches over tasks and sends letters, beside another on the same database: URL, port, name, time."""

import asyncio
import sys
from datetime import datetime

from switchboard.calls.duties import Postman
from switchboard.db.engine import Database
from switchboard.mail.address import MailServer
from switchboard.mail.smtp import SmtpMailer
from tests.duties.house import Service, SetClock


async def work(url: str, port: int, name: str, at: datetime) -> None:
    database = Database(url)
    service = Service(database, SetClock(at), name)
    mailer = SmtpMailer(MailServer("localhost", port, tls=False), "vaxel@norrby.example")
    service.postman = Postman(service.outbox, mailer, service.audio, service.clock, service.log)
    await service.directory.current()
    print("ready", flush=True)  # noqa: T201 - to whoever started it
    await asyncio.to_thread(sys.stdin.readline)
    await service.works()
    await service.close()
    await database.close()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], int(sys.argv[2]), sys.argv[3], datetime.fromisoformat(sys.argv[4])))
