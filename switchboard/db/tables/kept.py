"""What the service writes: the journal of calls, messages and callback tasks, tokens, the audit and erasure logs."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from switchboard.db.tables.columns import Instant, JsonObject, LocalDate, RowId
from switchboard.db.tables.registry import mailbox_columns, metadata

call = Table(
    "call",
    metadata,
    Column("id", Text, primary_key=True, comment="The caller's channel id, unique across all nodes"),
    Column("authority_id", Integer, index=True, comment="The authority that was called, once known"),
    Column("called", Text, nullable=False, comment="Called number as it came"),
    Column("caller", Text, comment="Caller's number as it came; empty: anonymous (personal data)"),
    Column("caller_name", Text, comment="Caller's name as it came (personal data)"),
    Column("source", Text, nullable=False, comment="trunk, phone, or service: a kept place is called back"),
    Column("account", Text, comment="The device, where one of our phones called"),
    Column("arrived_at", Instant, nullable=False, index=True, comment="When the call came"),
    Column("answered_at", Instant, comment="When it was first answered"),
    Column("ended_at", Instant, comment="When it ended; empty: it is going on"),
    Column(
        "outcome",
        Text,
        comment="connected, message, abandoned, informed, refused, failed, interrupted, transferred, booked or served",
    ),
    Column("outcome_reason", Text, comment="Why it ended so, in a short phrase"),
    Column("route_reason", Text, comment="Why it went where it went: which rule, which row"),
    Column("transfers", Integer, nullable=False, server_default="0", comment="How often it was passed on"),
    Column("waited_s", Float, comment="Longest wait for the operators, in seconds; empty: none"),
    Column("private", Boolean, nullable=False, server_default=false(), comment="A private call"),
    Column("erased_at", Instant, comment="When the numbers and names were erased; empty: they are there"),
    comment="One row for each call",
)
Index(
    "ix_call_not_erased",
    call.c.arrived_at,
    sqlite_where=text("erased_at IS NULL"),
    postgresql_where=text("erased_at IS NULL"),
)
Index(
    "ix_call_going_on",
    call.c.arrived_at,
    sqlite_where=text("ended_at IS NULL"),
    postgresql_where=text("ended_at IS NULL"),
)
Index(
    "ix_call_account",
    call.c.account,
    call.c.arrived_at,
    sqlite_where=text("account IS NOT NULL"),
    postgresql_where=text("account IS NOT NULL"),
)
Index(
    "ix_call_ended_from_phone",
    call.c.ended_at,
    sqlite_where=text("account IS NOT NULL"),
    postgresql_where=text("account IS NOT NULL"),
)

call_event = Table(
    "call_event",
    metadata,
    Column("id", RowId, Identity(), primary_key=True, comment="Row number; events of a call are in this order"),
    Column("call_id", Text, nullable=False, comment="The call"),
    Column("at", Instant, nullable=False, comment="When it happened"),
    Column("kind", Text, nullable=False, comment="What happened, e.g. routed, rang, played, recorded, ended"),
    Column(
        "detail",
        JsonObject,
        nullable=False,
        comment="Particulars; keys that begin with pii_ hold personal data",
    ),
    Column("account", Text, comment="The phone that talks, of the events connected and resumed"),
    Column("stamp", BigInteger, comment="Drawn when it happened: written again, the event is there once; empty: old"),
    comment="What happened in each call",
    sqlite_autoincrement=True,
)
Index("uq_call_event_stamp", call_event.c.call_id, call_event.c.stamp, unique=True)
Index(
    "ix_call_event_account",
    call_event.c.account,
    call_event.c.id,
    sqlite_where=text("account IS NOT NULL"),
    postgresql_where=text("account IS NOT NULL"),
)
Index(
    "ix_call_event_desk",
    call_event.c.at,
    sqlite_where=text("kind = 'desk'"),
    postgresql_where=text("kind = 'desk'"),
)

pending_recording = Table(
    "pending_recording",
    metadata,
    Column("name", Text, primary_key=True, comment="Name of the recording in Asterisk"),
    Column("call_id", Text, nullable=False, comment="The call in which it is recorded"),
    *mailbox_columns(),
    Column("caller", Text, comment="Caller's number, if known (personal data)"),
    Column("started_at", Instant, nullable=False, comment="When the recording began"),
    Column("task_id", Text, comment="The callback task of which it is a note; empty: a message that opens one"),
    comment="Recordings begun and not yet kept or thrown away; what a restart takes over",
)

voicemail_message = Table(
    "voicemail_message",
    metadata,
    Column("id", Text, primary_key=True, comment="Id of the message"),
    Column("recording_name", Text, nullable=False, unique=True, comment="Name that the recording had in Asterisk"),
    Column("call_id", Text, nullable=False, index=True, comment="The call in which it was left"),
    *mailbox_columns(),
    Column("caller", Text, comment="Caller's number, if known (personal data)"),
    Column("received_at", Instant, nullable=False, index=True, comment="When it was received"),
    Column("duration_s", Float, nullable=False, comment="Length in seconds"),
    Column("sha256", Text, nullable=False, comment="Name of the recording in the audio store (64 hex digits)"),
    Column(
        "secret",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="Marked secret: nothing leaves by e-mail",
    ),
    Column("heard", Boolean, nullable=False, server_default=false(), comment="Somebody has listened to it"),
    Column("spoken_by", Text, comment="The colleague who spoke it as a note of a callback task; empty: the caller"),
    Column("deleted_at", Instant, comment="When its owner deleted it; empty: it is in the mailbox"),
    Column("preface_sha256", Text, comment="Recording of what was said when it was forwarded; empty: nothing"),
    Column("forwarded_from", Text, index=True, comment="Id of the message it was forwarded from"),
    Column("forwarded_by", Integer, comment="Id of the person who forwarded it"),
    Column("task_id", Text, index=True, comment="The callback task that it opened or joined"),
    Column("secret_by", Text, comment="Who marked it secret, or lifted the mark, last"),
    Column("secret_at", Instant, comment="When"),
    Column(
        "threat",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="Marked as a threat: evidence, which is not erased",
    ),
    Column("threat_by", Text, comment="Who marked it as a threat, or lifted the mark, last"),
    Column("threat_at", Instant, comment="When"),
    Column("registered_as", Text, comment="Under which number the registry (diariet) took it over; empty: it did not"),
    Column("registered_at", Instant, comment="When it was handed over to the registry and erased here"),
    Column("erased_at", Instant, comment="When recording and number were erased; empty: they are there"),
    Index(None, "authority_id", "received_at"),
    Index(None, "person_id"),
    comment="Messages left by callers, and notes that colleagues spoke for callback tasks",
)

callback_task = Table(
    "callback_task",
    metadata,
    Column("id", Text, primary_key=True, comment="Id of the task"),
    *mailbox_columns(),
    Column("caller", Text, comment="Whom to call back, if known (personal data)"),
    Column("source", Text, nullable=False, comment="voicemail, operator, queue, abandoned, fallback or interrupted"),
    Column("call_id", Text, index=True, comment="The call that led to it"),
    Column(
        "voicemail_message_id",
        ForeignKey("voicemail_message.id", ondelete="SET NULL"),
        index=True,
        comment="The message",
    ),
    Column("received_at", Instant, nullable=False, index=True, comment="When the caller sought us"),
    Column("deadline_date", LocalDate, comment="Last working day to call back; empty: no term"),
    Column("deadline", Instant, comment="End of that day; empty: no term"),
    Column("rule", Text, nullable=False, comment="How the deadline was counted, for people"),
    Column("policy_id", Integer, comment="The version of the policy that it was counted by"),
    Column("promised_at", Instant, comment="A time agreed with the caller; a deadline of its own"),
    Column("status", Text, nullable=False, server_default="open", comment="open, taken, promised, done or closed"),
    Column("taken_by_id", Integer, comment="The person who has it, where one is named"),
    Column("attempts", Integer, nullable=False, server_default="0", comment="Calls in vain"),
    Column("erased_at", Instant, comment="When number and notes were erased; empty: they are there"),
    Index(None, "caller", "status"),
    Index(None, "status", "deadline"),
    Index(None, "authority_id", "status"),
    Index(None, "person_id", "status"),
    comment="Promises to call somebody back",
)

callback_event = Table(
    "callback_event",
    metadata,
    Column("id", RowId, Identity(), primary_key=True, comment="Row number; events of a task are in this order"),
    Column("task_id", ForeignKey("callback_task.id"), nullable=False, index=True, comment="The task"),
    Column("at", Instant, nullable=False, comment="When it happened"),
    Column(
        "kind",
        Text,
        nullable=False,
        comment="opened, joined, note, taken, released, attempted, promised, handed_over, registered, overdue, done "
        "or closed",
    ),
    Column("actor", Text, nullable=False, comment="Who did it: service, or the name of a person or token"),
    Column("detail", JsonObject, nullable=False, comment="Particulars of the event"),
    comment="What happened to each callback task; rows are only ever added, and emptied when they are erased",
    sqlite_autoincrement=True,
)

greeting_version = Table(
    "greeting_version",
    metadata,
    Column("id", RowId, Identity(), primary_key=True, comment="Row number"),
    Column("owner_kind", Text, nullable=False, comment="person, unit, function_group or authority"),
    Column("owner_id", Integer, nullable=False, comment="Id of the owner"),
    Column("kind", Text, nullable=False, comment="name, personal or answer_phrase"),
    Column("language", Text, nullable=False, comment="sv or en"),
    Column("situation", Text, nullable=False, comment="always, present, absent or temporary"),
    Column("reason", Text, comment="Only for this reason of absence"),
    Column("sha256", Text, nullable=False, comment="Name of the recording in the audio store (64 hex digits)"),
    Column("master_sha256", Text, comment="The same at 16 kHz; empty: the source had no more than 8 kHz"),
    Column("valid_until", Instant, comment="Until when it was to be played; empty: always"),
    Column("at", Instant, comment="When it was put in force; empty: before this was written down"),
    Column("actor", Text, nullable=False, comment="Who did it; unknown: before this was written down"),
    Index(None, "owner_kind", "owner_id"),
    comment="Every recording that was ever a greeting, so that an earlier one can be put in force again",
    sqlite_autoincrement=True,
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", Integer, Identity(), primary_key=True, comment="Row number, given by the database"),
    Column("name", Text, nullable=False, comment="What the token is for"),
    Column("role", Text, nullable=False, comment="What it may do: admin, operator or staff"),
    Column("sha256", Text, nullable=False, unique=True, comment="Hash of the token; the token itself is not kept"),
    Column("created_at", Instant, nullable=False, comment="When it was made"),
    Column("expires_at", Instant, comment="Not valid from this moment on; empty: no end"),
    Column("revoked_at", Instant, comment="When it was withdrawn; empty: it holds"),
    comment="Bearer tokens for the HTTP interface",
    sqlite_autoincrement=True,
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", RowId, Identity(), primary_key=True, comment="Row number"),
    Column("at", Instant, nullable=False, index=True, comment="When it was done"),
    Column("actor", Text, nullable=False, comment="Who did it"),
    Column("action", Text, nullable=False, comment="What was done, e.g. token.create"),
    Column("table_name", Text, comment="The table it was done to"),
    Column("row_key", Text, comment="The row it was done to"),
    Column(
        "detail",
        JsonObject,
        nullable=False,
        comment="Particulars; keys that begin with pii_ hold personal data",
    ),
    Column("erased_at", Instant, comment="When name and particulars were erased; empty: they are there"),
    comment="Who did what through the service; changes by plain SQL are not in it",
    sqlite_autoincrement=True,
)

erasure_log = Table(
    "erasure_log",
    metadata,
    Column("id", RowId, Identity(), primary_key=True, comment="Row number"),
    Column("at", Instant, nullable=False, index=True, comment="When it was erased"),
    Column(
        "kind", Text, nullable=False, comment="What: audio, calls, tasks, letters, audit, absences, greetings or pins"
    ),
    Column("authority_id", Integer, comment="The authority whose rule it was; empty: of none alone"),
    Column("rule", Text, nullable=False, comment="By which rule, or on request"),
    Column("count", Integer, nullable=False, comment="How many rows"),
    Column("row_keys", JsonObject, nullable=False, comment="Which rows, as a list; no personal data"),
    comment="What was erased, when and by which rule; rows are only ever added",
    sqlite_autoincrement=True,
)

pin_lock = Table(
    "pin_lock",
    metadata,
    Column("id", RowId, Identity(), primary_key=True, comment="Row number"),
    Column("kind", Text, nullable=False, comment="mailbox: against one extension; caller: from one number"),
    Column(
        "subject",
        Text,
        nullable=False,
        comment="mailbox: id of the authority, colon, digits; caller: the number in E.164 or hidden (personal data)",
    ),
    Column("failures", Integer, nullable=False, comment="Wrong PINs that count"),
    Column("latest_at", Instant, nullable=False, comment="The latest of them; after a week all are forgotten"),
    Column("locked_until", Instant, comment="No PIN is tried before then; empty: not locked"),
    UniqueConstraint("kind", "subject"),
    comment="Wrong PINs by keypad, and what is locked for them; deleting a row unlocks",
    sqlite_autoincrement=True,
)
