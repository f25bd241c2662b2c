"""Whether one more call is taken. The emergency number and operators' telephones always are; who else calls above
capacity is told so, or refused, as the authority has chosen."""

from dataclasses import dataclass
from enum import StrEnum

from switchboard.domain.call import IncomingCall
from switchboard.domain.directory import Authority, Directory, OverloadAnswer
from switchboard.domain.diversion import people_of_group
from switchboard.domain.routing import authority_called, dials_emergency


class Shortage(StrEnum):
    """What there is too much of; the value is the journal's reason."""

    CALLS = "all lines are busy"
    CLAIMS = "too many calls arrive at once"
    LAG = "the service is late"


class Answer(StrEnum):
    SPOKEN = "spoken"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Load:
    """`calls` in progress, without the one that asks; `claims`: calls that are being taken from Asterisk just now;
    `lag_s`: how late the event loop has been, at the least, for some time."""

    calls: int
    claims: int = 0
    lag_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Limits:
    """A `claims` or a `lag_s` above these means that more arrive than can be dealt with, however few calls there
    are."""

    calls: int
    claims: int = 200
    lag_s: float = 0.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """`answer` None: the call is taken. `authority` is whose call is turned away, where it is known."""

    answer: Answer | None = None
    shortage: Shortage | None = None
    authority: Authority | None = None

    @property
    def admitted(self) -> bool:
        return self.answer is None


ADMITTED = Verdict()


def shortage_of(load: Load, limits: Limits) -> Shortage | None:
    if load.calls >= limits.calls:
        return Shortage.CALLS
    if load.claims > limits.claims:
        return Shortage.CLAIMS
    return Shortage.LAG if load.lag_s > limits.lag_s else None


def decide_admission(call: IncomingCall, directory: Directory, load: Load, limits: Limits) -> Verdict:
    """The directory is not looked at while there is room."""
    shortage = shortage_of(load, limits)
    if shortage is None or _comes_first(call, directory):
        return ADMITTED
    authority = authority_called(call, directory)
    chosen: OverloadAnswer = authority.overload_answer if authority is not None else "spoken"
    return Verdict(Answer(chosen), shortage, authority)


def _comes_first(call: IncomingCall, directory: Directory) -> bool:
    if call.source != "phone":
        return call.source == "service"
    return dials_emergency(call, directory) or _is_operators(call.account, directory)


def _is_operators(account: str | None, directory: Directory) -> bool:
    """Signed in or not: whoever has it may be about to sign in."""
    device = directory.device(account) if account else None
    if device is None:
        return False
    return any(device.person_id in people_of_group(group, directory) for group in directory.operators_groups())
