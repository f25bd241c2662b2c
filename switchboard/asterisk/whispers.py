"""A sound for one party of a talk alone: played on a channel that Asterisk hangs on theirs, and mixed into what they
hear."""

from collections.abc import Sequence

from switchboard.asterisk import playbacks
from switchboard.asterisk.ari_client import AriError
from switchboard.asterisk.channels import HeldChannel, HeldChannels
from switchboard.asterisk.reception import LEG_ARGUMENT
from switchboard.asterisk.ringing import ENTER_WITHIN_S, leg_id
from switchboard.calls.ports import HangupCause, LegGone, TelephonyFault

_NOBODYS = "whisper"


async def whisper(channel: HeldChannel, media: Sequence[str], channels: HeldChannels) -> None:
    """As `Telephony.whisper`. The channel has a leg's name and no caller, so that one left by a crash is hung up."""
    if channel.gone:
        return
    mouth = channels.add(leg_id(_NOBODYS))
    try:
        await _hang_on(mouth, channel)
        await playbacks.play(mouth, media, until_digit=False)
    except LegGone:
        return
    except (AriError, TelephonyFault) as fault:
        channel.log.warning("not_whispered", channel=channel.id, fault=str(fault))
    finally:
        await mouth.hang_up(HangupCause.NORMAL)
        channels.forget(mouth)


async def _hang_on(mouth: HeldChannel, channel: HeldChannel) -> None:
    client = channel.client
    body = {"whisper": "out", "app": client.application, "appArgs": LEG_ARGUMENT}
    await client.carry_through(client.request("POST", "channels", channel.id, "snoop", mouth.id, body=body))
    if not await mouth.until(lambda: mouth.entered or mouth.gone or channel.gone, ENTER_WITHIN_S):
        raise TelephonyFault("the channel did not enter our application")
    if mouth.gone or channel.gone:
        raise LegGone
