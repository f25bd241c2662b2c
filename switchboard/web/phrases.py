"""How calls to an authority are answered, as text on the operator's screen (R38)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from switchboard.calls.ports import Announcer
from switchboard.domain.directory import Directory
from switchboard.domain.greeting import answer_phrase
from switchboard.views import WaitingCaller


def phrases_for(
    waiting: Sequence[WaitingCaller], directory: Directory, announcer: Announcer, now: datetime
) -> Mapping[int | None, str]:
    """By the id of each authority that somebody waits for, in its first language."""
    found: dict[int | None, str] = {}
    for id in dict.fromkeys(each.authority_id for each in waiting):
        authority = directory.authority(id) if id is not None else None
        if authority is not None:
            language = authority.languages[0] if authority.languages else "sv"
            found[id] = announcer.transcript(answer_phrase(directory, authority, now), language, now)
    return found
