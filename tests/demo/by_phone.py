"""An absence set on a colleague's own telephone, and the next caller, who hears it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time
from typing import Protocol

from switchboard.domain.working_days import STOCKHOLM
from tests.callers.raw_sip import RawPhone
from tests.demo.clock import working_day_after
from tests.demo.library import Library
from tests.demo.phones import Phones
from tests.demo.story import Expected, Story
from tests.demo.swedish import return_words

Act = Callable[[Story], Awaitable[None]]
MARIA, NUMBER = "maria", "+46980319212"


class Stage(Protocol):
    """The demonstration as this part of it knows it."""

    phones: Phones
    library: Library
    stories: list[Story]
    now: datetime

    async def call(self, title: str, number: str, expected: Expected, act: Act) -> None: ...


async def set_by_phone(stage: Stage) -> None:
    """While Maria still hears what callers will hear, the next one does. Then she takes it back, so that the demo is as
    it was."""
    back = working_day_after(stage.now.astimezone(STOCKHOLM).date(), 5)
    words = f"Maria Berg har semester och är åter {return_words(_midnight(back), stage.now)}"
    is_set = asyncio.Event()
    caller = asyncio.create_task(_next_caller(stage, words, is_set), name="the next caller")

    async def act(story: Story) -> None:
        await story.hears(stage.library, "sv/absence-callers-hear", within=20)
        is_set.set()
        await story.hears(stage.library, "sv/absence-keep-or-undo", within=40)
        await caller
        await story.press("2")
        await story.hears(stage.library, "sv/absence-undone", within=20)

    expected = Expected("served", ("Den som ringer får höra följande", words, "Frånvaron är ångrad"))
    story = Story("Maria Berg sets an absence on her own telephone", "", f"*23*4*{back:%m%d}#", expected, account=MARIA)
    stage.stories.append(story)
    try:
        await _dial(stage, story, act)
    finally:
        is_set.set()
        await caller


async def _dial(stage: Stage, story: Story, act: Act) -> None:
    phone = stage.phones[story.account]
    assert isinstance(phone, RawPhone)
    story.call = await phone.dial(story.called)
    await story.tell(act(story))
    await story.tell(story.line.ended(within=15))


async def _next_caller(stage: Stage, words: str, is_set: asyncio.Event) -> None:
    async with asyncio.timeout(60):
        await is_set.wait()

    async def act(story: Story) -> None:
        await story.hears(stage.library, "sv/menu-message", within=40)
        await story.hang_up()

    says = (words, "Tryck ett för att lämna ett meddelande")
    expected = Expected("abandoned", says, never=("sitter i möte",), silent=(MARIA,))
    await stage.call("The next caller hears what Maria has just set", NUMBER, expected, act)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), STOCKHOLM)
