"""What `switchboard doctor` learns from a real Asterisk."""

import os

import pytest

from switchboard.cli.doctor.asking_asterisk import ask_asterisk
from switchboard.settings import Settings, read_settings
from tests.acceptance.asterisk_box import AsteriskBox
from tests.acceptance.registering import register, unregister
from tests.asterisk.exchange import PHONES, open_exchange
from tests.callers.phone import PhoneAccount
from tests.callers.raw_sip import RawPhone

pytestmark = pytest.mark.asterisk


@pytest.fixture
def settings_of_box(wire: AsteriskBox, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("SWITCHBOARD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SWITCHBOARD_ARI_URL", wire.ari_url)
    monkeypatch.setenv("SWITCHBOARD_ARI_PASSWORD", wire.password)
    monkeypatch.setenv("SWITCHBOARD_AMI_PORT", str(wire.ami_port))
    monkeypatch.setenv("SWITCHBOARD_AMI_PASSWORD", wire.password)


@pytest.mark.usefixtures("settings_of_box")
async def test_where_it_listens_and_whom_it_takes_for_the_trunk(wire: AsteriskBox) -> None:
    facts = await ask_asterisk(read_settings(Settings))
    assert (facts.ari_fault, facts.ami_fault) == (None, None)
    assert facts.phones is not None
    assert facts.phones["trunk"]
    exposure = facts.exposure
    assert exposure is not None
    assert exposure.ari == f"127.0.0.1:{wire.http_port}"
    assert exposure.ami == f"127.0.0.1:{wire.ami_port}"
    assert list(exposure.sip) == [wire.server, wire.server]
    assert list(exposure.trunk) == ["127.0.0.1/32"]
    assert exposure.identifier_order == "username,ip"


@pytest.mark.usefixtures("settings_of_box")
async def test_a_telephone_is_known_before_it_registers_and_seen_when_it_has(wire: AsteriskBox) -> None:
    async with open_exchange(wire) as exchange:
        telephone = RawPhone(PhoneAccount("anna", wire.server, PHONES["anna"]))
        async with telephone:
            await register(telephone, wire)
            phones = (await ask_asterisk(read_settings(Settings))).phones
            await unregister(telephone)
        assert phones is not None
        assert (phones["anna"], phones["erik"]) == (True, False)
        assert exchange.log.events("exception") == []


@pytest.mark.usefixtures("settings_of_box")
async def test_wrong_passwords_are_told_from_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_ARI_PASSWORD", "wrong")
    monkeypatch.setenv("SWITCHBOARD_AMI_PASSWORD", "wrong")
    facts = await ask_asterisk(read_settings(Settings))
    assert facts.ari_status == 401
    assert facts.ami_fault is not None
    assert "Authentication" in facts.ami_fault
