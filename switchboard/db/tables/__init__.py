"""All tables. `metadata` holds every one; migrations are compared with it."""

from switchboard.db.tables.columns import Instant, LocalDate, LocalTime
from switchboard.db.tables.desk import (
    call_class,
    notice,
    operator_queue,
    outgoing_rule,
    overflow_rule,
    queue_place,
)
from switchboard.db.tables.duties import job, mailbox_watcher, outbox
from switchboard.db.tables.feed import change_counter, change_log
from switchboard.db.tables.kept import (
    api_token,
    audit_log,
    call,
    call_event,
    callback_event,
    callback_task,
    erasure_log,
    pending_recording,
    voicemail_message,
)
from switchboard.db.tables.organisation import (
    authority,
    authority_day_off,
    device,
    extension,
    function_group,
    function_member,
    person,
    phone_number,
    unit,
)
from switchboard.db.tables.policies import policy
from switchboard.db.tables.registry import metadata
from switchboard.db.tables.rules import (
    absence,
    greeting,
    opening_period,
    operator_session,
    routing_rule,
    schedule,
    schedule_exception,
)

__all__ = [
    "Instant",
    "LocalDate",
    "LocalTime",
    "absence",
    "api_token",
    "audit_log",
    "authority",
    "authority_day_off",
    "call",
    "call_class",
    "call_event",
    "callback_event",
    "callback_task",
    "change_counter",
    "change_log",
    "device",
    "erasure_log",
    "extension",
    "function_group",
    "function_member",
    "greeting",
    "job",
    "mailbox_watcher",
    "metadata",
    "notice",
    "opening_period",
    "operator_queue",
    "operator_session",
    "outbox",
    "outgoing_rule",
    "overflow_rule",
    "pending_recording",
    "person",
    "phone_number",
    "policy",
    "queue_place",
    "routing_rule",
    "schedule",
    "schedule_exception",
    "unit",
    "voicemail_message",
]
