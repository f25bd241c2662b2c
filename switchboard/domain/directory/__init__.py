"""Who and what a call can reach, as values: the rows that administrators edit, parsed once.

Every record is frozen and carries the primary key of its row, so that a decision can name the row that made
it. Times of day are local to Europe/Stockholm; instants are aware datetimes."""

from switchboard.domain.directory.organisation import (
    LANGUAGES,
    Authority,
    DayOff,
    Destination,
    DestinationKind,
    Device,
    EveRule,
    Extension,
    FunctionGroup,
    FunctionMember,
    Language,
    OperatorSession,
    Person,
    PhoneNumber,
    Policy,
    RingOrder,
    Unit,
)
from switchboard.domain.directory.presence import (
    Absence,
    AbsenceReason,
    Greeting,
    GreetingKind,
    OpeningPeriod,
    OwnerKind,
    Schedule,
    ScheduleException,
)
from switchboard.domain.directory.rules import RoutingRule, RuleAction
from switchboard.domain.directory.view import Directory

__all__ = [
    "LANGUAGES",
    "Absence",
    "AbsenceReason",
    "Authority",
    "DayOff",
    "Destination",
    "DestinationKind",
    "Device",
    "Directory",
    "EveRule",
    "Extension",
    "FunctionGroup",
    "FunctionMember",
    "Greeting",
    "GreetingKind",
    "Language",
    "OpeningPeriod",
    "OperatorSession",
    "OwnerKind",
    "Person",
    "PhoneNumber",
    "Policy",
    "RingOrder",
    "RoutingRule",
    "RuleAction",
    "Schedule",
    "ScheduleException",
    "Unit",
]
