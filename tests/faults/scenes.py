"""The states of a call in which a fault may come, each with real telephones."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from tests.acceptance.house import House
from tests.acceptance.phones import PhoneRoom
from tests.callers.phone import PhoneCall
from tests.hearing.noise import speech_like, tone

MARIA, ANNA, MAIN = "+46980319212", "+46980319210", "+46980319200"


@dataclass(frozen=True, slots=True)
class Scene:
    """`caller` is from outside; `others` are our telephones' legs. `spoke`: a message was being spoken after the beep.
    `talkers`: two who talk with each other, the caller or not."""

    caller: PhoneCall
    others: tuple[PhoneCall, ...] = ()
    spoke: bool = False
    talkers: tuple[PhoneCall, ...] = ()
    callers: int = field(default=1)


async def ringing(house: House, phones: PhoneRoom) -> Scene:
    anna = await phones.colleague("anna")
    call = await (await phones.caller()).dial(ANNA)
    return Scene(call, (await anna.wait_incoming(within=15),))


async def greeting(house: House, phones: PhoneRoom) -> Scene:
    call = await (await phones.caller()).dial(MARIA)
    await call.hears_prompt("sv/reason-meeting-back", within=20)
    return Scene(call)


async def menu(house: House, phones: PhoneRoom) -> Scene:
    call = await (await phones.caller()).dial(MARIA)
    await call.hears_prompt("sv/menu-message", within=20)
    return Scene(call)


async def recording(house: House, phones: PhoneRoom) -> Scene:
    call = (await menu(house, phones)).caller
    await call.dtmf("1")
    await call.hears_prompt("sv/beep", within=15)
    await call.play_on(speech_like(2))
    await call.until(lambda: call.heard.since("sv/beep").quiet_for > 1.5, within=10, what="the message is being spoken")
    return Scene(call, spoke=True)


async def queue(house: House, phones: PhoneRoom) -> Scene:
    op1 = await phones.colleague("op1")
    first = await (await phones.caller("+46701000009")).dial(MAIN)
    talk = await op1.wait_incoming(within=20)
    await talk.answer()
    await first.talks(within=10)
    call = await (await phones.caller()).dial(MAIN)
    await call.hears(lambda heard: heard.music, within=20, what="music")
    return Scene(call, (talk, first), talkers=(talk, first), callers=2)


async def talking(house: House, phones: PhoneRoom) -> Scene:
    scene = await ringing(house, phones)
    (rung,) = scene.others
    await rung.answer()
    await rung.play_on(tone(900, 1))
    await scene.caller.hears(lambda heard: heard.tone(900), within=10, what="Anna's voice")
    return Scene(scene.caller, (rung,), talkers=(scene.caller, rung))


async def transfer(house: House, phones: PhoneRoom) -> Scene:
    op1, anna = await phones.colleague("op1"), await phones.colleague("anna")
    call = await (await phones.caller()).dial(MAIN)
    talk = await op1.wait_incoming(within=20)
    await talk.answer()
    await call.talks(within=10)
    await talk.blind_transfer("210")
    return Scene(call, (await anna.wait_incoming(within=15), talk))


SCENES: Mapping[str, Callable[[House, PhoneRoom], Awaitable[Scene]]] = {
    "ringing": ringing,
    "greeting": greeting,
    "menu": menu,
    "recording": recording,
    "queue": queue,
    "talking": talking,
    "transfer": transfer,
}
