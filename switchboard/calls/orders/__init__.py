"""What colleagues order of the service, the same by keypad and by API: who is at work, and callback tasks."""

from switchboard.calls.orders.attendance import SignedIn, pause, resume, sign_in, sign_out
from switchboard.calls.orders.by_api import OrdersByApi
from switchboard.calls.orders.tasks import NewTask, mailbox_at, open_task, tell_owner

__all__ = [
    "NewTask",
    "OrdersByApi",
    "SignedIn",
    "mailbox_at",
    "open_task",
    "pause",
    "resume",
    "sign_in",
    "sign_out",
    "tell_owner",
]
