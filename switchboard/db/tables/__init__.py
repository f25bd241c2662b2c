"""All tables. `metadata` holds every one; migrations are compared with it."""

from switchboard.db.tables.calendars import calendar_lifting, calendar_source
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
    greeting_version,
    pending_recording,
    pin_lock,
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
    absence_reason_code,
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
    "absence_reason_code",
    "api_token",
    "audit_log",
    "authority",
    "authority_day_off",
    "calendar_lifting",
    "calendar_source",
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
    "greeting_version",
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
    "pin_lock",
    "policy",
    "queue_place",
    "routing_rule",
    "schedule",
    "schedule_exception",
    "unit",
    "voicemail_message",
]
