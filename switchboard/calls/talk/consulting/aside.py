"""Two who talk with each other and whom no call is about any more: they talk on until one of them leaves."""

import asyncio

from switchboard.calls.ports import (
    AttendedTransfer,
    BlindTransfer,
    CallLeg,
    Joined,
    Left,
    LegGone,
    Telephony,
    TelephonyFault,
)


async def talk_aside(telephony: Telephony, one: CallLeg, other: CallLeg) -> None:
    """They cannot transfer each other; the phone is told so. Never raises, and ends both."""
    try:
        await _talk(await telephony.join(one, other))
    except (LegGone, TelephonyFault):
        pass  # one of them has left already
    finally:
        await asyncio.shield(_end(one, other))


async def _talk(joined: Joined) -> None:
    try:
        while True:
            match await joined.event():
                case Left():
                    return
                case BlindTransfer(leg=leg) | AttendedTransfer(leg=leg):
                    await leg.decline_transfer()
                case _:
                    pass
    finally:
        await asyncio.shield(joined.part())


async def _end(*legs: CallLeg) -> None:
    for leg in legs:
        await leg.hang_up()
