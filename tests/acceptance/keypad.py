"""Codes and menus of the keypad services as a telephone meets them."""

import urllib.request

from tests.acceptance.house import House
from tests.acceptance.operators.api import new_api
from tests.callers.phone import PhoneCall

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
