"""Whether a call went as it should: what was heard, the journal and the callback task, each against the other."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.demo.library import HeardClip, Library
from tests.demo.story import ExpectedTask, Story
from tests.demo.swedish import plain

OWN_RECORDING = "[inspelad hälsning: "


def words_of(heard: Sequence[HeardClip]) -> str:
    """Of what was heard to its end."""
    return plain(" ".join(each.clip.text for each in heard if each.whole))


def judge(story: Story, library: Library) -> None:
    """Adds a problem for everything that is not as expected."""
    text = words_of(story.heard)
    missing = first_missing(text, story.expected.says)
    if missing is not None:
        story.problems.append(f"not heard (in this order): {missing!r}")
    story.problems += [
        f"heard, and should not have been: {words!r}" for words in story.expected.never if plain(words) in text
    ]
    if story.journal is None:
        story.problems.append("the call is not in the journal")
        return
    if story.journal["outcome"] != story.expected.outcome:
        story.problems.append(f"the journal says {story.journal['outcome']}, expected {story.expected.outcome}")
    story.problems += journal_differs(story.heard, played(story.journal, library))
    story.problems += wrong_task(story.expected.task, story.task)


def first_missing(text: str, says: Sequence[str]) -> str | None:
    """The first of these sentences that does not come after the one before it."""
    at = 0
    for sentence in says:
        found = text.find(plain(sentence), at)
        if found < 0:
            return sentence
        at = found + len(plain(sentence))
    return None


def played(journal: Mapping[str, Any], library: Library) -> list[str]:
    """What the journal says was played, one announcement each; a greeting of somebody's own in its words."""
    texts = [event["detail"].get("pii_text", "") for event in journal["events"] if event["kind"] == "played"]
    return [plain(_with_greeting(text, library)) for text in texts]


def _with_greeting(text: str, library: Library) -> str:
    before, mark, rest = text.partition(OWN_RECORDING)
    if not mark:
        return text
    owner, _, after = rest.partition("]")
    greeting = next((clip.text for name, clip in library.clips.items() if f"greeting-{_slug(owner)}" in name), "")
    return f"{before}{greeting}{after}"


def _slug(name: str) -> str:
    return name.lower().translate(str.maketrans("åäö ", "aao-"))


def journal_differs(heard: Sequence[HeardClip], announcements: Sequence[str]) -> list[str]:
    """Every clip heard must be in the journal's words, in order. (The other way round an announcement may be cut by
    a key or a hang-up.)"""
    written, at = " ".join(announcements), 0
    for each in heard:
        words = plain(each.clip.text)
        if not words:
            continue
        found = written.find(words, at)
        if found < 0:
            return [f"heard at {each.start:.1f} s but not in the journal: {each.clip.text!r}"]
        at = found + len(words)
    return []


def wrong_task(expected: ExpectedTask | None, task: Mapping[str, Any] | None) -> list[str]:
    if expected is None:
        return [] if task is None else ["a callback task was opened and should not have been"]
    if task is None:
        return ["no callback task was opened"]
    wanted = {"deadline_date": expected.deadline.isoformat(), "status": "open", "person": expected.person}
    return [
        f"the task's {key} is {task[key]!r}, expected {value!r}" for key, value in wanted.items() if task[key] != value
    ]
