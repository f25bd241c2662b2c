"""From a real telephone to a real mail server: what is to be told arrives once, whatever happens between, and nothing
of what is secret; a secret message moves to the registry (R14, R16, R45, R46)."""

import asyncio
import email
import email.policy
import hashlib
import urllib.error
import urllib.request
from email.message import EmailMessage

import pytest

from tests.acceptance.house import House
from tests.acceptance.operators.api import Api, new_api
from tests.acceptance.phones import PhoneRoom
from tests.acceptance.test_own_messages import NUMBERS, leave
from tests.acceptance.wait import until
from tests.hearing.noise import speech_like
from tests.mail.servers import Post, mail_server
from tests.ports import free_port

MARIA = "maria.berg@norrby.example"
SHOWN = "070-100 00 01"
ARRIVES_S = 75.0
"""One that was tried in vain is tried again half a minute or a minute later."""


async def mail_to(house: House, port: int) -> None:
    """The service, begun anew with a mail server."""
    await house.stop()
    house.environment["SWITCHBOARD_SMTP_URL"] = f"smtp://localhost:{port}"
    house.environment["SWITCHBOARD_MAIL_FROM"] = "vaxel@norrby.example"
    await house.start()


def about_calls(post: Post) -> list[EmailMessage]:
    """Letters to Maria of who wants to be called."""
    letters = [email.message_from_bytes(each, policy=email.policy.default) for each in post.took]
    return [each for each in letters if each["To"] == MARIA and "uppringd" in str(each["Subject"])]


async def a_letter(post: Post) -> EmailMessage:
    async def is_there() -> bool:
        return bool(about_calls(post))

    await until(is_there, ARRIVES_S, "the letter is with the mail server")
    return about_calls(post)[0]


async def was_tried(house: House) -> None:
    async def tried() -> bool:
        rows = house.sql("SELECT tries, locked_until FROM outbox WHERE recipient = ? AND state = 'waiting'", MARIA)
        return bool(rows) and all(row["tries"] and row["locked_until"] is None for row in rows)

    await until(tried, 20, "the letter waits for the mail server")


@pytest.mark.requirement("R14")
@pytest.mark.requirement("R16")
async def test_a_letter_waits_for_the_mail_server_through_a_restart_and_comes_once(
    house: House, phones: PhoneRoom
) -> None:
    house.sql("UPDATE policy SET greeting_reminder_days = 0")
    port, post = free_port(), Post()
    await mail_to(house, port)
    await leave(phones, NUMBERS[0], speech_like(3.0))
    await house.all_calls_ended(1)
    await was_tried(house)
    house.kill()
    await house.stop()
    house.sql("UPDATE outbox SET next_try = created_at")  # its pauses may have grown to minutes by now
    async with mail_server(post, port=port):
        await house.start()
        letter = await a_letter(post)
        await house.stop()
        await house.start()
        assert len(about_calls(post)) == 1
    text = letter.get_content()
    assert letter["Subject"] == "Någon väntar på att bli uppringd, senast torsdag 13 augusti"
    assert f"Ring upp: {SHOWN}\n" in text.replace("\r\n", "\n")
    assert "Kom in: onsdag 12 augusti klockan 10." in text
    assert "Den som ringde har fått beskedet att vi ringer upp senast torsdag 13 augusti." in text
    assert "/audio" in text, "a link, for the authority does not send recordings"
    rows = house.sql("SELECT state FROM outbox WHERE recipient = ? AND notice_id IS NOT NULL", MARIA)
    assert [row["state"] for row in rows] == ["sent"]
    await house.nothing_left()


@pytest.mark.requirement("R45")
@pytest.mark.requirement("R46")
async def test_nothing_of_a_secret_message_leaves_by_mail_and_it_moves_to_the_registry(
    house: House, phones: PhoneRoom
) -> None:
    house.sql("UPDATE policy SET mail_audio = 1, greeting_reminder_days = 0")
    port, post = free_port(), Post()
    await mail_to(house, port)
    await leave(phones, NUMBERS[0], speech_like(3.0))
    await was_tried(house)
    api = new_api(house, "operator")
    (message,) = (await api.get("voicemail-messages"))["items"]
    path = f"voicemail-messages/{message['id']}"
    await asyncio.to_thread(put_mark, api, path)
    async with mail_server(post, port=port):
        letter = await a_letter(post)
    assert SHOWN not in letter.as_string()
    assert not list(letter.iter_attachments())
    assert "sekretessmarkerat" in letter.get_content()
    status, wav = await asyncio.to_thread(fetch, api, f"{path}/audio")
    assert (status, hashlib.sha256(wav).hexdigest()) == (200, message["sha256"])
    order = {"person": "212", "reference": "SN 2026/118", "sha256": message["sha256"]}
    status, done = await api.post(f"{path}/registry", **order)
    assert (status, done["registered_as"], done["caller"], done["sha256"]) == (200, "SN 2026/118", None, "")
    assert (await asyncio.to_thread(fetch, api, f"{path}/audio"))[0] == 410
    acts = [row["action"] for row in house.sql("SELECT action FROM audit_log WHERE row_key = ?", message["id"])]
    assert acts == ["voicemail_message.secret", "voicemail_message.listen", "voicemail_message.registered"]
    (task,) = house.tasks()
    assert (task["status"], task["caller"]) == ("open", NUMBERS[0])
    await house.nothing_left()


def fetch(api: Api, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{api.house.http_port}/api/v1/{path}",
        data=body,
        method="GET" if body is None else "PUT",
        headers={"Authorization": f"Bearer {api.token}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status), answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read()


def put_mark(api: Api, path: str) -> None:
    status, _ = fetch(api, f"{path}/marks/secret", b'{"on": true, "reason": "om barn"}')
    assert status == 200
