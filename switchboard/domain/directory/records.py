"""Every kind of row that the directory holds, and its table."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from switchboard.domain.directory import (
    Absence,
    AbsenceCode,
    Authority,
    CallClass,
    DayOff,
    Device,
    Extension,
    FunctionGroup,
    FunctionMember,
    Greeting,
    OperatorQueue,
    OperatorSession,
    OutgoingRule,
    OverflowRule,
    Person,
    PhoneNumber,
    Policy,
    RoutingRule,
    Schedule,
    UnansweredCalls,
    Unit,
    Watcher,
)

Record = (
    Authority
    | Policy
    | DayOff
    | Unit
    | Person
    | Extension
    | PhoneNumber
    | Device
    | FunctionGroup
    | FunctionMember
    | Schedule
    | Absence
    | AbsenceCode
    | Greeting
    | RoutingRule
    | OperatorSession
    | OperatorQueue
    | OverflowRule
    | CallClass
    | OutgoingRule
    | Watcher
    | UnansweredCalls
)
TABLES: Mapping[type[Any], str] = MappingProxyType(
    {
        Authority: "authority",
        Policy: "policy",
        DayOff: "authority_day_off",
        Unit: "unit",
        Person: "person",
        Extension: "extension",
        PhoneNumber: "phone_number",
        Device: "device",
        FunctionGroup: "function_group",
        FunctionMember: "function_member",
        Schedule: "schedule",
        Absence: "absence",
        AbsenceCode: "absence_reason_code",
        Greeting: "greeting",
        RoutingRule: "routing_rule",
        OperatorSession: "operator_session",
        OperatorQueue: "operator_queue",
        OverflowRule: "overflow_rule",
        CallClass: "call_class",
        OutgoingRule: "outgoing_rule",
        Watcher: "mailbox_watcher",
        UnansweredCalls: "unanswered_calls",
    }
)
