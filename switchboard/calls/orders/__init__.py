"""What colleagues order of the service, the same by keypad and by API: who is at work, absences, callback tasks."""

from switchboard.calls.orders.absences import lift_absence, may_be_away, set_absence, undo_absence
from switchboard.calls.orders.attendance import SignedIn, operators_groups, pause, resume, sign_in, sign_out
from switchboard.calls.orders.by_api import OrdersByApi
from switchboard.calls.orders.tasks import NewTask, mailbox_at, open_task, promised_time, tell_owner

__all__ = [
    "NewTask",
    "OrdersByApi",
    "SignedIn",
    "lift_absence",
    "mailbox_at",
    "may_be_away",
    "open_task",
    "operators_groups",
    "pause",
    "promised_time",
    "resume",
    "set_absence",
    "sign_in",
    "sign_out",
    "tell_owner",
    "undo_absence",
]
