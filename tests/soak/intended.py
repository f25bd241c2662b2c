"""What each caller did, and whether the journal's ending is one that this explains."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from tests.acceptance.operators.verdicts import Ended, complaints
from tests.soak.pace import Kind

WANTED: Mapping[Kind, Collection[str]] = {
    Kind.ANNOUNCEMENT: {"informed", "abandoned"},
    Kind.MESSAGE: {"message"},
    Kind.HANGS_UP: {"abandoned", "connected"},
    Kind.OPERATOR: {"connected", "transferred"},
    Kind.COLLEAGUE: {"connected"},
    Kind.MAYBE_ABSENT: {"abandoned", "informed"},
    Kind.ABSENCE: {"served"},
}
"""Who hangs up in the queue may do so just as an operator answers."""


@dataclass(frozen=True, slots=True)
class Intended:
    """`caller` is the number, or the account, by which the journal knows the call; each calls once."""

    caller: str
    kind: Kind


def unexplained(intended: Sequence[Intended], ended: Mapping[str, Sequence[Ended]]) -> list[str]:
    """`ended`: the journal's calls by caller. Also a caller whom the journal does not know, or knows twice."""
    found: list[str] = []
    for each in intended:
        calls = ended.get(each.caller, ())
        if len(calls) != 1:
            found.append(f"{each.kind}: {len(calls)} calls in the journal of {each.caller}")
        found += [complaint for call in calls for complaint in _about(each.kind, call)]
    return found


KEPT_LATER = "fault: the message is kept later"
"""A rule of ours: no promise waits for a slow disk. The task is opened behind the caller's back."""


def _about(kind: Kind, call: Ended) -> list[str]:
    if KEPT_LATER in call.kinds:
        call = replace(call, kinds={*call.kinds, "task_opened"} - {KEPT_LATER})
    found = complaints(call, called_back=(), by_transfer=True)
    if call.outcome not in WANTED[kind]:
        found.append(f"{call.id}: {kind}, but it ended as {call.outcome}")
    return found


def unexplained_announcements(dialled: int, failed: int, outcomes: Mapping[str, int]) -> list[str]:
    """`dialled` and `failed` as SIPp counts them, `outcomes` as the journal does."""
    found = [f"{failed} callers of the announcement were not served"] if failed else []
    strange = {name: count for name, count in outcomes.items() if name not in WANTED[Kind.ANNOUNCEMENT]}
    found += [f"{count} announcements ended as {name}" for name, count in strange.items()]
    written = Counter(outcomes).total()
    if written != dialled:
        found.append(f"{dialled} announcements were dialled, {written} are in the journal")
    return found
