"""Codes and menus of the keypad services as a telephone meets them."""

import urllib.request
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.acceptance.house import House
from tests.acceptance.operators.api import new_api
from tests.callers.phone import Phone, PhoneCall
from tests.hearing.pcm import RATE, Pcm

SERVICES = "+46980319299"
PIN = "730518"


async def hears_in_turn(call: PhoneCall, *prompts: str, within: float = 20) -> None:
    """Each after the one before; Swedish unless said otherwise."""
    await call.hears_prompt(*(each if "/" in each else f"sv/{each}" for each in prompts), within=within)


async def press_at(call: PhoneCall, prompt: str, keys: str, times: int = 1) -> None:
    """Once the prompt has been heard so many times."""
    wanted = f"sv/{prompt}"
    await call.hears(lambda heard: heard.prompts.count(wanted) >= times, within=30, what=f"{prompt} ({times})")
    await call.dtmf(keys)


@dataclass(frozen=True, slots=True)
class Step:
    """When this prompt is heard (again), these keys; then, where there is a sound, it is spoken after the tone."""

    prompt: str
    keys: str = ""
    says: Pcm | None = None


async def walk(call: PhoneCall, steps: Sequence[Step], hang_up_at: str | None = None) -> None:
    """Each step as its prompt comes. `hang_up_at`: the prompt at which there is a hang-up after them."""
    heard: Counter[str] = Counter()
    for step in steps:
        heard[step.prompt] += 1
        await press_at(call, step.prompt, step.keys, heard[step.prompt])
        if step.says is not None:
            heard["beep"] += 1
            await speak_at(call, step.says, heard["beep"])
    if hang_up_at is not None:
        await press_at(call, hang_up_at, "", heard[hang_up_at] + 1)
        await call.hangup()


async def speak_at(call: PhoneCall, sound: Pcm, times: int) -> None:
    """After the tone, so many times heard; ended with the hash key."""
    await press_at(call, "beep", "", times)
    await call.play(sound)
    length = len(sound) / RATE
    await call.until(lambda: call.heard.since("sv/beep").quiet_for > length, within=length + 8, what="speaking")
    await call.dtmf("#")


async def left_at_each_step(phone: Phone, code: str, steps: Sequence[Step], first: int = 0) -> None:
    """Walked again and again, and left one step further each time, before its keys."""
    for count in range(first, len(steps)):
        call = await phone.dial(code)
        await walk(call, steps[:count], steps[count].prompt)


def absences(house: House, name: str) -> list[tuple[str, str]]:
    """Reason and source of what was written by keypad or API, the latest first."""
    rows = house.sql("SELECT * FROM absence WHERE person_id = ? ORDER BY id DESC", house.person(name))
    return [(row["reason"], row["source"]) for row in rows]


def choose_pin(house: House, name: str, pin: str = PIN) -> None:
    """As an administrator does over HTTP."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{house.http_port}/api/v1/people/{house.person(name)}/pin",
        data=f'{{"pin": "{pin}"}}'.encode(),
        method="PUT",
        headers={"Authorization": f"Bearer {new_api(house, 'admin').token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 204
