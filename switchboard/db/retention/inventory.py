"""Every column that holds personal data, and what takes it away. A test asks this of each new column of the schema."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from switchboard.domain.keeping.retention import Kind


class Beside(StrEnum):
    """What no policy limits. DIRECTORY: until an administrator takes the row out, or the person it belongs to. PASSING:
    until what it is for is over, hours as a rule."""

    DIRECTORY = "directory"
    PASSING = "passing"


@dataclass(frozen=True, slots=True)
class Personal:
    """`also`: what else takes it away, for administrators to read."""

    how: Kind | Beside
    columns: tuple[str, ...]
    also: str = ""


_WITH_PERSON = "goes with the person"
PERSONAL: Mapping[str, Personal] = {
    "person": Personal(
        Beside.DIRECTORY, ("name", "title", "duties", "keywords", "email", "mail_login", "language", "pin_hash")
    ),
    "device": Personal(Beside.DIRECTORY, ("person_id", "account", "password"), _WITH_PERSON),
    "extension": Personal(Beside.DIRECTORY, ("digits", "destination_key")),
    "phone_number": Personal(Beside.DIRECTORY, ("e164", "destination_key")),
    "unit": Personal(Beside.DIRECTORY, ("manager_id", "email")),
    "function_member": Personal(Beside.DIRECTORY, ("person_id",), _WITH_PERSON),
    "mailbox_watcher": Personal(Beside.DIRECTORY, ("person_id", "substitute_id"), _WITH_PERSON),
    "routing_rule": Personal(Beside.DIRECTORY, ("caller_pattern",)),
    "outgoing_rule": Personal(Beside.DIRECTORY, ("pattern",)),
    "greeting": Personal(Beside.DIRECTORY, ("owner_id", "sha256"), "the night after its person has gone; on request"),
    "operator_session": Personal(Beside.PASSING, ("person_id", "pause_reason"), "the sign-out"),
    "calendar_source": Personal(
        Beside.DIRECTORY, ("person_id", "url", "username", "password", "credentials", "failure"), _WITH_PERSON
    ),
    "calendar_lifting": Personal(
        Beside.PASSING, ("series", "reason", "deputy_id", "lifted_by"), "the end of the event; goes with the person"
    ),
    "autoreply": Personal(Beside.DIRECTORY, ("person_id", "told", "seen", "error"), _WITH_PERSON),
    "blocked_address": Personal(Beside.PASSING, ("address",), "a week after the block's end; lifting it"),
    "greeting_reminder": Personal(Beside.DIRECTORY, ("person_id",), _WITH_PERSON),
    "unanswered_calls": Personal(Beside.PASSING, ("person_id",), "the next touch of a telephone"),
    "absence": Personal(Kind.ABSENCES, ("person_id", "reason", "deputy_id", "calendar_series"), _WITH_PERSON),
    "greeting_version": Personal(
        Kind.GREETINGS,
        ("owner_id", "sha256", "master_sha256", "actor"),
        "the night after its person has gone; what is in force stays",
    ),
    "pin_lock": Personal(Kind.PINS, ("subject",), "a right PIN, or unlocking"),
    "pending_recording": Personal(Beside.PASSING, ("person_id", "caller"), "the end of the recording"),
    "voicemail_message": Personal(
        Kind.AUDIO,
        ("caller", "sha256", "spoken_by", "preface_sha256", "forwarded_by", "secret_by", "threat_by"),
    ),
    "call": Personal(
        Kind.CALLS, ("caller", "caller_name", "called", "account"), "our own number that was called stays"
    ),
    "call_event": Personal(Kind.CALLS, ("detail", "account"), "particulars that tell of nobody stay"),
    "queue_place": Personal(Kind.CALLS, ("number", "why")),
    "callback_task": Personal(Kind.TASKS, ("caller", "taken_by_id")),
    "callback_event": Personal(Kind.TASKS, ("actor", "detail")),
    "outbox": Personal(
        Kind.LETTERS, ("recipient", "subject", "body", "headers", "attachment_sha256", "error"), "what waits stays"
    ),
    "audit_log": Personal(Kind.AUDIT, ("actor", "detail"), "on request only what names the person"),
}
HELD: Mapping[Kind, str] = {
    Kind.AUDIO: "a threat mark; a callback task that has not ended",
    Kind.CALLS: "a threat mark; a callback task that has not ended; a place in a queue",
    Kind.TASKS: "a threat mark; the task has not ended",
    Kind.LETTERS: "a threat mark; a callback task that has not ended",
    Kind.AUDIT: "a threat mark of the message it tells of",
}
