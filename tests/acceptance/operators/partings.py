"""How scenarios go on: transfers that are done, callers who come back, and who leaves last."""

from tests.acceptance.operators.desk import Desk
from tests.acceptance.operators.party import Party, hear_each_other
from tests.hearing.noise import speech_like


async def transferred(sender: Party) -> None:
    """The phone is told that its transfer is done, and its leg ends."""
    await sender.ended()
    assert 200 in sender.call.transfer_codes, sender.call.transfer_codes


async def comes_back(desk: Desk, caller: Party, why: str, display: str, to: str = "op1") -> Party:
    """The caller hears why, then ring tone; the phone shows it; they talk again."""
    where = "operator" if to.startswith("op") else "colleague"
    await caller.hears_prompt(f"returned-{why}", f"returned-to-{where}")
    caller.forget()
    await caller.hears_ringing()
    back = await desk.answer(to)
    assert back.display == display
    await hear_each_other(caller, back)
    return back


async def farewell(caller: Party, other: Party) -> None:
    await caller.hang_up()
    await other.ended()
    caller.never_in_silence()


async def leave_message(caller: Party) -> None:
    """After the beep: two seconds of it, ended by `#`."""
    await caller.call.play(speech_like(2.0))
    await caller.call.until(lambda: caller.lately.since("sv/beep").quiet_for > 2.1, what="the message is spoken")
    await caller.press("#")
    await caller.hears_prompt("promise-call-by")
    await caller.ended()
