"""`python -m tests.demo`: place the calls on the running stack, tell what happened, say where to look.

Exit status 0 only when every call ended as it should. The stack is left running.
"""

import asyncio
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from time import monotonic

from tests.demo.account import tell
from tests.demo.library import HeardClip, Library
from tests.demo.phones import Phones
from tests.demo.plan import DEMO_CALLERS, Demonstration
from tests.demo.stack import Stack, StackFault
from tests.demo.story import Story
from tests.demo.verdict import judge
from tests.hearing.pcm import Pcm

CALLS, TASKS = "calls", "callback-tasks"
_JOURNAL_S = 10.0
_library: Library | None = None


def say(text: str = "") -> None:
    print(text, flush=True)


async def demonstrate(stack: Stack) -> list[Story]:
    library = Library.load(stack.sounds)
    absences = {
        row["person"]: datetime.fromisoformat(row["until"]) if row["until"] else None
        for row in await stack.items("absences")
    }
    await stack.end_earlier_tasks(DEMO_CALLERS)
    since = stack.now()
    # The demo's clock begins at ten each time, so that an earlier demonstration may lie after this moment.
    known = {row["id"] for what in (CALLS, TASKS) for row in await stack.items(what, since)}
    async with Phones(stack) as phones:
        demonstration = Demonstration(stack, phones, library, absences)
        say(f"It is {demonstration.now:%A %d %B %Y, %H:%M} on the service's clock. Placing the calls …")
        stories = await demonstration.run()
        await _look_up(stack, stories, since, known)
    say("listening to what the callers heard …")
    await _listen(stories, stack)
    for story in stories:
        judge(story, library)
    return stories


async def _look_up(stack: Stack, stories: list[Story], since: datetime, known: set[str]) -> None:
    """The journal's row and the callback task of each call."""
    end = monotonic() + _JOURNAL_S
    while True:
        calls = [row for row in await stack.items(CALLS, since) if row["id"] not in known and row["ended_at"]]
        tasks = {row["call_id"]: row for row in await stack.items(TASKS, since) if row["id"] not in known}
        for story in stories:
            story.journal = next((row for row in calls if _is_of(row, story)), None)
            story.task = tasks.get(story.journal["id"]) if story.journal else None
        if all(story.journal for story in stories) or monotonic() > end:
            return
        await asyncio.sleep(0.3)


def _is_of(row: dict[str, object], story: Story) -> bool:
    """Every caller of the demonstration has a number of their own, but for the one that hides it."""
    caller = str(row["caller"] or "")
    return row["called"] == story.called and (caller if caller.startswith("+") else "") == story.caller


async def _listen(stories: list[Story], stack: Stack) -> None:
    """In processes of their own: it is a minute's work for one processor."""
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(2, initializer=_open_library, initargs=(stack,)) as pool:
        recordings = [story.line.recording.pcm() for story in stories]
        heard = await asyncio.gather(*(loop.run_in_executor(pool, _read, each) for each in recordings))
    for story, clips in zip(stories, heard, strict=True):
        story.heard = clips


def _open_library(stack: Stack) -> None:
    global _library
    _library = Library.load(stack.sounds)


def _read(recording: Pcm) -> list[HeardClip]:
    assert _library is not None
    return _library.read(recording)


def where_to_look(stack: Stack) -> str:
    return "\n".join([
        "The stack is running. Where to look (each command in this folder):",
        f"  http://{stack.http}/health",
        f"  http://{stack.http}/api/v1/openapi.json",
        "  . docker/environment.sh; switchboard token create --role admin      a token for the API, then:",
        f"  curl -H 'Authorization: Bearer TOKEN' http://{stack.http}/api/v1/callback-tasks",
        "  . docker/environment.sh; switchboard calls                          the journal",
        "  . docker/environment.sh; switchboard callbacks                      whom to call back, and by when",
        "  . docker/environment.sh; switchboard explain +46980319211           why a call goes where it goes",
        "  var/demo-phones.txt                                                 accounts for your own softphone",
        "  make down                                                           stop it all",
    ])  # fmt: skip


def main() -> int:
    began = monotonic()
    try:
        stack = Stack.find()
        try:
            stories = asyncio.run(demonstrate(stack))
        finally:
            stack.revoke_token()
    except StackFault as fault:
        say(f"demo: error: {fault}")
        return 2
    except KeyboardInterrupt:
        say("demo: interrupted; the stack is still running")
        return 130
    for number, story in enumerate(stories, start=1):
        say(f"\n{tell(number, story)}")
    wrong = sum(1 for story in stories if story.problems)
    result = "all as they should be" if not wrong else f"{wrong} NOT as they should be"
    say(f"\n{len(stories)} calls in {monotonic() - began:.0f} s, {result}.\n")
    say(where_to_look(stack))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
