"""What is played before an answer is heard as early media, and answers nothing."""

import pytest

from switchboard.asterisk.ari_client import AriClient
from switchboard.asterisk.channels import HeldChannels
from switchboard.asterisk.legs import AriLeg
from switchboard.calls.ports import LegGone
from tests.asterisk.ari_server import ari_server
from tests.fakes.world import FakeLog


@pytest.mark.parametrize(("up", "first"), [(False, ["progress"]), (True, [])])
async def test_progress_comes_before_the_sound_where_nobody_has_answered(up: bool, first: list[str]) -> None:
    log = FakeLog()
    async with ari_server() as ari, AriClient(ari.access, log) as client:
        ari.answer("POST", "channels/c-1/progress", None)
        channel = HeldChannels(client, log).add("c-1")
        channel.entered, channel.up = True, up
        with pytest.raises(LegGone):
            await AriLeg(channel).play(["sound:/sounds/sv/refused"])
        asked = [
            path.removeprefix("channels/c-1/").split("/")[0] for method, path, _ in ari.requests if method == "POST"
        ]
    assert asked == [*first, "play"]
