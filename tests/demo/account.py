"""A call told in plain English, with what was heard quoted in Swedish."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from tests.callers.phone import CallState
from tests.demo.library import HeardClip
from tests.demo.story import Story
from tests.hearing.heard import Kind

BROKEN_OFF = "… (broken off)"


def sentences(heard: Sequence[HeardClip]) -> list[tuple[float, str]]:
    """Clips that belong together make one sentence: a prompt that begins with a capital letter begins a new one, and
    so does a name said once more."""
    found: list[tuple[float, str]] = []
    before: HeardClip | None = None
    for each in heard:
        if not each.clip.text:
            continue
        words = each.clip.text if each.whole else f"{each.clip.text.split()[0]} {BROKEN_OFF}"
        if before is None or _begins_sentence(each, before):
            found.append((each.start, words))
        else:
            found[-1] = (found[-1][0], f"{found[-1][1]} {words}")
        before = each
    return found


def _begins_sentence(clip: HeardClip, before: HeardClip) -> bool:
    is_prompt = not clip.clip.name.startswith("demo/")
    ended = before.clip.text.endswith((".", "?", "!"))
    return ended or clip.clip.name == before.clip.name or (is_prompt and clip.clip.text[0].isupper())


def tell(number: int, story: Story) -> str:
    return "\n".join(_lines(number, story))


def _lines(number: int, story: Story) -> Iterator[str]:
    yield f"{number}. {story.title}"
    caller = f"the phone {story.account}" if story.account else story.caller or "a hidden number"
    does = "dials" if story.account else "calls"
    yield f"   {caller} {does} {story.called}{_at(story.journal)}"
    for second, line in sorted([*_heard(story), *story.steps, *_moments(story)]):
        yield f"   {second:6.1f} s  {line}"
    yield from (f"   phones: {line}" for line in story.phones)
    yield from _journal(story)
    yield from _task(story)
    yield from (f"   WRONG: {problem}" for problem in story.problems)
    yield "   as it should be" if not story.problems else "   NOT AS IT SHOULD BE"


def _at(journal: dict[str, Any] | None) -> str:
    return f" at {datetime.fromisoformat(journal['arrived_at']):%H:%M:%S}" if journal else ""


def _heard(story: Story) -> Iterator[tuple[float, str]]:
    answered = story.line.state_times.get(CallState.TALKING, 0.0)
    for second, words in sentences(story.heard):
        yield max(second, answered), f"hears “{words}”"
    tones = story.line.heard.of(Kind.RINGING)
    if tones:
        yield tones[0].start, "hears ring tone"


def _moments(story: Story) -> Iterator[tuple[float, str]]:
    times = story.line.state_times
    if CallState.RINGING in times:
        yield times[CallState.RINGING], "is told that it rings"
    if CallState.TALKING in times:
        yield times[CallState.TALKING], f"is answered, {1000 * times[CallState.TALKING]:.0f} ms after dialling"
    if CallState.ENDED in times:
        yield times[CallState.ENDED], "the call is over"


def _journal(story: Story) -> Iterator[str]:
    if story.journal is None:
        return
    reason = next((each["detail"].get("reason", "") for each in story.journal["events"] if each["kind"] == "ended"), "")
    yield f"   journal: {story.journal['route_reason']}; ended as {story.journal['outcome']}: {reason}"


def _task(story: Story) -> Iterator[str]:
    task = story.task
    if task is None:
        return
    whom = task["caller"] or "(number hidden)"
    who = task["person"] or task["unit"]
    yield f"   callback task: {who} calls {whom} by {task['deadline_date']} ({task['status']})"
    yield f"   because: {task['rule']}"
