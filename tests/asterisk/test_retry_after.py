"""Who is refused with 503 is told when to come back (docker/asterisk/retry_after)."""

import os
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from tests.acceptance.asterisk_box import AsteriskBox
from tests.asterisk.exchange import PHONES, open_exchange
from tests.callers.phone import PhoneAccount
from tests.callers.raw_sip import RawPhone
from tests.callers.sip.message import SipMessage

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(60)]

IMAGE = os.environ.get("SWITCHBOARD_ASTERISK_IMAGE", "switchboard-asterisk:latest")
CALLS = 12


@pytest.fixture
def refusing(wire: AsteriskBox) -> Iterator[Callable[..., str]]:
    """Gives a number at which a caller is refused, with a cause of Q.850's, after what else the dialplan does."""
    made: list[str] = []

    def number(*steps: str, cause: int = 34, context: str = "from-trunk") -> str:
        called = f"99{len(made)}"
        made.append(f"{called}@{context}")
        for priority, step in enumerate((*steps, f"Hangup({cause})"), start=1):
            wire.cli(f"dialplan add extension {called},{priority},{step} into {context}")
        return called

    yield number
    for each in made:
        wire.cli(f"dialplan remove extension {each}")


async def refusal(phone: RawPhone, number: str) -> SipMessage:
    call = await phone.dial(number)
    await call.ended()
    return call.messages[-1]


@pytest.fixture
async def trunk(wire: AsteriskBox) -> AsyncIterator[RawPhone]:
    async with RawPhone(PhoneAccount("+46701234567", wire.server)) as phone:
        yield phone


async def test_the_time_is_spread_from_the_shortest_to_twice_that(
    trunk: RawPhone, refusing: Callable[..., str]
) -> None:
    number = refusing()
    answers = [await refusal(trunk, number) for _ in range(CALLS)]
    assert {answer.status for answer in answers} == {503}
    waits = sorted(int(answer.get("retry-after")) for answer in answers)
    assert 5 <= waits[0] < waits[-1] <= 10


async def test_the_shortest_is_the_channels(trunk: RawPhone, refusing: Callable[..., str]) -> None:
    answer = await refusal(trunk, refusing("Set(RETRY_AFTER=3600)"))
    assert 3600 <= int(answer.get("retry-after")) <= 7200


@pytest.mark.parametrize("value", ["", "0", "many", "-1", "3601", "99999999999999999999"])
async def test_nothing_or_nonsense_sends_none_and_refuses_all_the_same(
    trunk: RawPhone, refusing: Callable[..., str], value: str
) -> None:
    answer = await refusal(trunk, refusing(f"Set(RETRY_AFTER={value})"))
    assert answer.status == 503
    assert answer.all("retry-after") == []


@pytest.mark.parametrize(("cause", "status"), [(17, 486), (38, 500), (1, 404)])
async def test_another_refusal_has_none(trunk: RawPhone, refusing: Callable[..., str], cause: int, status: int) -> None:
    answer = await refusal(trunk, refusing(cause=cause))
    assert answer.status == status
    assert answer.all("retry-after") == []


async def test_no_telephone_is_told_to_wait(wire: AsteriskBox, refusing: Callable[..., str]) -> None:
    """It would hold back a call to 112."""
    async with open_exchange(wire), RawPhone(PhoneAccount("anna", wire.server, PHONES["anna"])) as anna:
        answer = await refusal(anna, refusing(context="from-phone"))
    assert answer.status == 503
    assert answer.all("retry-after") == []


@pytest.mark.parametrize("setting", ["3601", "-1", "five", "1e2"])
def test_a_setting_that_makes_no_sense_is_told_before_asterisk_starts(setting: str) -> None:
    passwords = ("-e", "ARI_PASSWORD=abcdefghijklmnopq", "-e", "AMI_PASSWORD=abcdefghijklmnopq")
    words = ["docker", "run", "--rm", "--network", "none", *passwords, "-e", f"RETRY_AFTER={setting}", IMAGE]
    ended = subprocess.run(words, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 78
    assert ended.stderr == f"asterisk: error: RETRY_AFTER must be 0 to 3600 seconds, not '{setting}'\n"
