"""The operators' desk: how queues are run, who may call out, who waits, and who is told of a task."""

from sqlalchemy import Boolean, Column, ForeignKey, Identity, Index, Integer, Table, Text, UniqueConstraint, text, true

from switchboard.db.tables.columns import Instant, RowId
from switchboard.db.tables.registry import mailbox_columns, metadata, of_authority, own_id


def _number(name: str, default: int, comment: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=str(default), comment=comment)


operator_queue = Table(
    "operator_queue",
    metadata,
    own_id(),
    Column(
        "group_id",
        ForeignKey("function_group.id", ondelete="CASCADE"),
        nullable=False,
        unique=True,
        comment="The operators' group",
    ),
    Column(
        "distribution",
        Text,
        nullable=False,
        server_default="ring_all",
        comment="To whom the first caller is offered: ring_all, longest_idle or fixed_order (by position)",
    ),
    _number("announce_seconds", 45, "Between two spoken positions, in seconds"),
    _number("wrap_up_seconds", 0, "After a call before the operator is rung again, in seconds"),
    Column(
        "keep_place",
        Boolean,
        nullable=False,
        server_default=true(),
        comment="Callers may keep their place and be called back",
    ),
    _number("callback_tries", 3, "How often a kept place is called before it becomes a callback task"),
    _number("callback_pause_seconds", 600, "Between two such calls, in seconds"),
    _number("transfer_seconds", 25, "How long a transfer rings before the caller comes back, in seconds"),
    _number("hold_seconds", 120, "How long a caller is held before the holder is rung, in seconds"),
    _number("park_seconds", 120, "How long a caller is parked before they come back, in seconds"),
    _number("missed_before_pause", 2, "Calls in a row not answered that pause an operator"),
    _number("recall_priority", 10, "Place of callers who come back; the lowest number has its turn first"),
    _number("external_priority", 20, "Place of callers from outside"),
    _number("internal_priority", 30, "Place of colleagues"),
    comment="How an operators' group shares out its callers; a group without a row has what is used if left out",
    sqlite_autoincrement=True,
)

overflow_rule = Table(
    "overflow_rule",
    metadata,
    own_id(),
    Column(
        "group_id",
        ForeignKey("function_group.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
        comment="The operators' group",
    ),
    Column("situation", Text, nullable=False, comment="nobody_signed_in, max_wait, max_length or closing"),
    Column("action", Text, nullable=False, comment="group, message, callback or announcement"),
    Column(
        "threshold",
        Integer,
        comment="max_wait: seconds of waiting; max_length: callers in line; closing: seconds after; empty: default",
    ),
    Column("action_key", Text, comment="group: id of the other group; announcement: a prompt id; else empty"),
    comment="What becomes of callers whom the operators cannot take; a situation without a row has a default",
    sqlite_autoincrement=True,
)

call_class = Table(
    "call_class",
    metadata,
    own_id(),
    of_authority(),
    Column("name", Text, nullable=False, comment="Name to know it by, e.g. Handläggare"),
    UniqueConstraint("authority_id", "name"),
    comment="Classes of service: what people who have one may dial outside",
    sqlite_autoincrement=True,
)

outgoing_rule = Table(
    "outgoing_rule",
    metadata,
    own_id(),
    Column(
        "class_id",
        ForeignKey("call_class.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
        comment="The class of service",
    ),
    _number("priority", 100, "Lowest is looked at first"),
    Column("pattern", Text, nullable=False, comment="Pattern of the number in E.164 with +, e.g. +46!"),
    Column("allow", Boolean, nullable=False, comment="Whether such numbers may be dialled"),
    comment="Numbers that a class may dial; the first rule that fits decides, and what no rule fits is refused",
    sqlite_autoincrement=True,
)

queue_place = Table(
    "queue_place",
    metadata,
    Column("id", RowId, Identity(), primary_key=True, comment="Row number"),
    Column("call_id", Text, nullable=False, comment="The call; a kept place has that of the call that booked it"),
    Column("group_id", Integer, nullable=False, comment="The operators' group"),
    Column("authority_id", Integer, nullable=False, comment="The authority that was called"),
    Column("kind", Text, nullable=False, comment="caller: on the line; callback: to be called back"),
    Column("priority", Integer, nullable=False, comment="Lowest has its turn first"),
    Column("since", Instant, nullable=False, comment="In line since then; equal priorities go by it"),
    Column("called", Text, nullable=False, comment="Called number"),
    Column("number", Text, comment="Caller's number, or the one to call back (personal data)"),
    Column("language", Text, nullable=False, comment="The caller's language: sv or en"),
    Column("why", Text, comment="Why a caller came back, for the operator's display (personal data)"),
    Column("tries", Integer, nullable=False, server_default="0", comment="Calls back that were in vain"),
    Column("not_before", Instant, comment="Not to be called before then"),
    Column(
        "entered_at", Instant, comment="Came into this line then, from which the longest wait counts; empty: at `since`"
    ),
    Column("left_at", Instant, comment="When the place was over; empty: still in line"),
    Column("left_how", Text, comment="answered, abandoned, booked, overflowed, closed or failed"),
    comment="Places in the operators' queues, those that are over too",
    sqlite_autoincrement=True,
)
Index(
    "ix_queue_place_in_line",
    queue_place.c.call_id,
    unique=True,
    sqlite_where=text("left_at IS NULL"),
    postgresql_where=text("left_at IS NULL"),
)
Index(None, queue_place.c.group_id, queue_place.c.left_at)

notice = Table(
    "notice",
    metadata,
    Column("id", RowId, Identity(), primary_key=True, comment="Row number"),
    Column("created_at", Instant, nullable=False, comment="When there was something to tell"),
    Column("task_id", ForeignKey("callback_task.id"), nullable=False, index=True, comment="The callback task"),
    Column("kind", Text, nullable=False, comment="task_opened, message_joined, handed_over, reminder or breach"),
    *mailbox_columns(),
    Column("state", Text, nullable=False, server_default="new", comment="new, told by e-mail, nobody to tell, or over"),
    Column(
        "about",
        Text,
        nullable=False,
        server_default="",
        comment="Tells apart notices of one kind: the time it is about",
    ),
    Column("message_id", Text, comment="The voicemail message it tells of"),
    Index(None, "task_id", "kind", "about", unique=True),
    Index(None, "person_id", "id"),
    comment="What somebody is to be told about callback tasks, written with the task",
    sqlite_autoincrement=True,
)
