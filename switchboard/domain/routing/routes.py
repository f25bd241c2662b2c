"""Where a call can go, each with the reason."""

from dataclasses import dataclass
from datetime import datetime

from switchboard.domain.announcement import SpokenName
from switchboard.domain.callback import Mailbox
from switchboard.domain.desk_codes import DeskOrder
from switchboard.domain.directory import Authority, FunctionGroup, Person, Unit


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: `text` for people; `table`, `key` and `column` name the row that decided or that is broken.

    `fault` True: the row could not be honoured and the operators got the call instead, or were closed.
    """

    text: str
    table: str | None = None
    key: str | None = None
    column: str | None = None
    fault: bool = False


@dataclass(frozen=True, slots=True)
class ToPerson:
    authority: Authority
    person: Person
    reason: Reason


@dataclass(frozen=True, slots=True)
class ToGroup:
    """A function group in its opening hours. Whom to ring is decided when it rings."""

    authority: Authority
    group: FunctionGroup
    reason: Reason


@dataclass(frozen=True, slots=True)
class ToOperators:
    """`announce_unknown`: say first that the number is not in use. `instead_of`: the unit that was called, which has no
    answering point (R22)."""

    authority: Authority
    group: FunctionGroup | None
    reason: Reason
    announce_unknown: bool = False
    instead_of: Unit | None = None


@dataclass(frozen=True, slots=True)
class ToClosed:
    """Outside opening hours: tell so, tell when it opens (None: not known), take a message for `mailbox`
    (R23). `announce_unknown`: say first that the number is not in use."""

    authority: Authority
    where: SpokenName
    opens_at: datetime | None
    mailbox: Mailbox
    reason: Reason
    announce_unknown: bool = False


@dataclass(frozen=True, slots=True)
class ToAnnouncement:
    """Play a prompt, then offer the menu of the authority."""

    authority: Authority
    prompt_id: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class ToRefusal:
    authority: Authority
    reason: Reason


@dataclass(frozen=True, slots=True)
class ToOutside:
    """Out through the trunk: `number` in E.164, or a national short number as dialled (112, 1177); `shown_number` is
    what the called party sees. `private`: by the authority's prefix (R40)."""

    authority: Authority
    number: str
    shown_number: str
    reason: Reason
    private: bool = False
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class ToDesk:
    """A code that the service itself carries out, for the colleague who dialled it."""

    authority: Authority
    order: DeskOrder
    reason: Reason


@dataclass(frozen=True, slots=True)
class ToKeypad:
    """The keypad services: absence, and whatever else a colleague does with the keys. Who calls from outside has to say
    who they are."""

    authority: Authority
    reason: Reason


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """A colleague dialled what their class of service does not allow. They are told so."""

    authority: Authority
    reason: Reason


Route = (
    ToPerson
    | ToGroup
    | ToOperators
    | ToClosed
    | ToAnnouncement
    | ToRefusal
    | ToOutside
    | ToDesk
    | ToKeypad
    | NotAllowed
)


def mailbox_of(route: Route) -> Mailbox:
    """Whose message it is, when the caller of this route leaves one."""
    match route:
        case ToPerson(person=person):
            return Mailbox(person.authority_id, person_id=person.id)
        case ToGroup(group=group):
            return Mailbox(group.authority_id, unit_id=group.unit_id, group_id=group.id)
        case ToClosed(mailbox=mailbox):
            return mailbox
        case ToOperators() | ToAnnouncement() | ToRefusal() | ToOutside() | ToDesk() | ToKeypad() | NotAllowed():
            return Mailbox(route.authority.id)


@dataclass(frozen=True, slots=True)
class RouteExplanation:
    """The route and how it was found, step by step, for people. The steps name rows, never numbers or people."""

    route: Route
    steps: tuple[str, ...]
