"""Whether a call ended as a rule allows, and as fits what was done in it: values in, complaints out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tests.callers.phone import CallState

ENDS = {"connected", "message", "abandoned", "informed", "refused", "transferred", "booked", "served"}
"""Every outcome that a rule allows; `failed` and `interrupted` are faults of ours."""
NOT_OURS = {"fault: not connected", "fault: nobody could be rung"}
"""Who answered was gone before the two could be joined, or all of a function are absent: the caller goes on."""
REFUSALS = {403, 404, 480, 486, 487, 603}
"""With which a call that nobody answered may end; 5xx and silence are faults of ours."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A call of the journal: its row, the kinds of its events (of a fault also `fault: what`), and the sources of the
    tasks that it led to."""

    id: str
    source: str
    called: str
    outcome: str | None
    kinds: Collection[str]
    task_sources: Sequence[str]

    @property
    def is_order(self) -> bool:
        return self.called.startswith(("*", "#"))


def complaints(call: Ended, called_back: Collection[str], by_transfer: bool) -> list[str]:
    """`called_back`: calls whose kept place came up. `by_transfer`: somebody connected others in the sequence."""
    found: Mapping[str, bool] = {
        f"the outcome {call.outcome} is no rule's": call.outcome not in ENDS,
        "connected, but nobody talked": call.outcome == "connected" and "connected" not in call.kinds,
        "transferred, but nobody connected others": call.outcome == "transferred" and not by_transfer,
        "served, but no order was dialled": call.outcome == "served" and not call.is_order,
        "a citizen was refused": call.outcome == "refused" and call.source != "phone",
        "booked, but no place was kept": call.outcome == "booked" and not {"booked", "task_opened"} & set(call.kinds),
        "it has no end among its events": "ended" not in call.kinds,
        "it broke": bool({kind for kind in call.kinds if kind.startswith("fault: ")} - NOT_OURS),
    }
    return [f"{call.id}: {what}" for what, is_so in found.items() if is_so] + _about_tasks(call, called_back)


def _about_tasks(call: Ended, called_back: Collection[str]) -> list[str]:
    """A message has one task, a kept place a call back or one; an operator's note as many as were taken."""
    spoken, kept = call.task_sources.count("voicemail"), call.task_sources.count("queue")
    wanted_kept = int(call.outcome == "booked" and call.id not in called_back)
    others = [source for source in call.task_sources if source not in ("voicemail", "queue", "operator")]
    found = {
        f"{spoken} tasks of messages after the end {call.outcome}": spoken != int(call.outcome == "message"),
        f"{kept} tasks of the queue after the end {call.outcome}": kept != wanted_kept,
        f"tasks that nothing led to: {others}": bool(others),
        "a task that its events do not tell of": bool(call.task_sources) and "task_opened" not in call.kinds,
    }
    return [f"{call.id}: {what}" for what, is_so in found.items() if is_so]


def complaint_of_caller(state: CallState, code: int, answered: bool) -> str | None:
    """What the telephone that dialled saw of the end."""
    if state is not CallState.ENDED:
        return f"its call is {state}"
    if not answered and code not in REFUSALS:
        return f"its call ended with {code}"
    return None
