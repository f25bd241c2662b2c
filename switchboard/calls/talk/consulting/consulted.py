"""Who answers a consultation, and how the colleague who asked hears that nobody does."""

from collections.abc import Mapping

from switchboard.calls.conversation import Conversation
from switchboard.calls.live import Party
from switchboard.calls.ports import OutsideRequest, RingFailure
from switchboard.calls.talk.joining import phone_party, tell_party
from switchboard.calls.talk.race import Winner
from switchboard.domain.absence import speaks_whole_days, told_reason
from switchboard.domain.announcement import (
    AbsenceNotice,
    Announcement,
    Closed,
    FixedPrompt,
    GroupUnreachable,
    SpokenName,
    UnknownNumber,
    Unreachable,
    WhyBack,
)
from switchboard.domain.display import ComingBack, show_coming_back

_COMING_BACK = "Åter: "
_PROMPTS: Mapping[WhyBack, str] = {
    "not_allowed": "call-not-allowed",
    "no_answering_point": "call-without-answering-point",
    "wrong_row": "call-wrong-row",
}


def answering_party(talk: Conversation, winner: Winner) -> Party:
    if isinstance(winner.request, OutsideRequest):
        return Party(winner.leg, winner.request.number)
    return phone_party(talk, winner.leg)


def why_back(failure: RingFailure) -> WhyBack:
    match failure:
        case RingFailure.BUSY:
            return "busy"
        case RingFailure.UNREGISTERED:
            return "no_phone"
        case RingFailure.NO_ANSWER | RingFailure.FAILED:
            return "no_answer"


async def tell_why(talk: Conversation, asked_by: Party, back: ComingBack) -> None:
    """On the display and aloud. LegGone: the colleague has left."""
    shown = show_coming_back(back, talk.now, talk.policy()).removeprefix(_COMING_BACK)
    await talk.ports.telephony.tell(asked_by.leg.account or "", shown)
    await tell_party(talk, asked_by.leg, _spoken(talk, back))


def _spoken(talk: Conversation, back: ComingBack) -> Announcement:
    if back.why in _PROMPTS:
        return FixedPrompt(_PROMPTS[back.why])
    name = _name(talk, back)
    match back.why:
        case "absent" if back.absence is not None:
            reason, until = told_reason(back.absence, talk.policy()), back.absence.until
            whole_days = until is not None and speaks_whole_days(until)
            return AbsenceNotice(name, reason, until, whole_days)
        case "busy" | "no_phone":
            return Unreachable(name, back.why)
        case "unknown":
            return UnknownNumber()
        case "closed":
            return Closed(name, back.opens_at)
        case "nobody_there":
            return GroupUnreachable(name)
        case _:
            return Unreachable(name, "no_answer")


def _name(talk: Conversation, back: ComingBack) -> SpokenName:
    tried = talk.tried
    if tried is None or tried.name != back.name:
        return SpokenName(back.name)
    extension = talk.directory.extension_of(tried.id)
    return SpokenName(back.name, digits=extension.digits if extension else None)
