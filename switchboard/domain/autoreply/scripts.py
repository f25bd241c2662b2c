"""The Sieve script that answers, and what to do with it in a mailbox that may have scripts of its own (RFC 5228).

One script of a mailbox is active. Ours answers and then includes the person's own, which goes on filtering. Its name
stands in ours, so that the mailbox itself knows what is to be active again, whatever becomes of the database.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from switchboard.domain.autoreply.parity import MailState

NAME = "switchboard-autoreply"
_BEFORE = "# Before: "
_NOISE = re.compile(
    r"""
    \#[^\n]*                            # a comment to the end of the line
    | /\*.*?(?:\*/|\Z)                  # one of several lines
    | "(?:\\.|[^"\\])*(?:"|\Z)          # a string
    | \btext:[ \t]*(?:\#[^\n]*)?\r?\n.*?(?:^\.\r?$|\Z)   # one of several lines, to a line with a dot alone
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
_ANSWERS = re.compile(r"\bvacation\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """`sender` is the person's address, `addresses` all those under which mail comes to them. `until` None: it holds
    until it is taken away."""

    subject: str
    body: str
    sender: str
    name: str = ""
    addresses: tuple[str, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Scripts:
    """What a mailbox has: the texts of all scripts by name, the active one, and what the server understands."""

    texts: Mapping[str, str] = field(default_factory=dict)
    active: str | None = None
    extensions: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Steps:
    """In this order: `put` our script, make `activate` the active one (empty: none, None: as it is), `delete` ours.
    `refused`: nothing can be done, and why. `state`: what the mailbox does then."""

    state: MailState
    put: str | None = None
    activate: str | None = None
    delete: bool = False
    refused: str = ""


def set_reply(found: Scripts, reply: Reply) -> Steps:
    """A reply of the person's own stays: two in one run are an error (RFC 5230, 4.7)."""
    before = _own_script(found)
    text = found.texts.get(before, "") if before is not None else ""
    if answers(text):
        return Steps(MailState.OWN, activate=before if found.active == NAME else None, delete=NAME in found.texts)
    refused = "the server knows no vacation" if "vacation" not in found.extensions else ""
    if before is not None and "include" not in found.extensions:
        refused = "the person's own script is active, and the server cannot include it"
    if refused:
        return Steps(state_of(found), refused=refused)
    return Steps(
        MailState.OURS,
        put=write_script(reply, before, found.extensions),
        activate=None if found.active == NAME else NAME,
    )


def lift_reply(found: Scripts) -> Steps:
    """The person's own script is the active one again. Where they have made another one active, that stays."""
    before = _own_script(found)
    state = MailState.OWN if before is not None and answers(found.texts.get(before, "")) else MailState.SILENT
    activate = (before or "") if found.active == NAME else None
    return Steps(state, activate=activate, delete=NAME in found.texts)


def only_look(found: Scripts) -> Steps:
    return Steps(state_of(found))


def state_of(found: Scripts) -> MailState:
    if found.active is None:
        return MailState.SILENT
    if found.active == NAME:
        return MailState.OURS
    return MailState.OWN if answers(found.texts.get(found.active, "")) else MailState.SILENT


def answers(script: str) -> bool:
    """Whether it has the command `vacation`: outside comments, strings, and `require`, which names it in a string.
    Scripts that it includes are not looked into."""
    return _ANSWERS.search(_NOISE.sub(" ", script)) is not None


def write_script(reply: Reply, before: str | None, extensions: Collection[str]) -> str:
    """The reply is silent from `until` on, also while nobody takes it away, where the server can tell the time. Mail
    that a filter marked as spam is not answered, and nobody twice on a day."""
    needed, tests = ["vacation"], ['header :contains "X-Spam-Flag" "YES"']
    if reply.until is not None and {"date", "relational"} <= set(extensions):
        needed += ["date", "relational"]
        end = f"{reply.until.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
        tests.append(f'currentdate :zone "+0000" :value "ge" "iso8601" "{end}"')
    if before is not None:
        needed.append("include")
    sender = f"{_phrase(reply.name)} <{reply.sender}>" if reply.name.strip() else reply.sender
    known = ", ".join(map(quote, dict.fromkeys((reply.sender, *reply.addresses))))
    lines = [
        "# Written by the switchboard, which takes it away when the absence ends. Changes are lost.",
        *([f"{_BEFORE}{json.dumps(before)}"] if before is not None else []),
        f"require [{', '.join(map(quote, needed))}];",
        f"if not anyof ({', '.join(tests)}) {{" if len(tests) > 1 else f"if not {tests[0]} {{",
        f"  vacation :days 1 :from {quote(sender)} :addresses [{known}]",
        f"    :subject {quote(' '.join(reply.subject.split()))} {quote(reply.body)};",
        "}",
        *([f"include :personal :optional {quote(before)};"] if before is not None else []),
    ]
    return "\r\n".join(lines) + "\r\n"


def script_before(script: str) -> str | None:
    """The name of the person's own script that ours has in it."""
    for line in script.splitlines():
        if line.startswith(_BEFORE):
            try:
                name = json.loads(line.removeprefix(_BEFORE))
            except ValueError:
                return None
            return name if isinstance(name, str) else None
    return None


def quote(text: str) -> str:
    """A quoted string; line ends are CRLF (RFC 5228, 2.4.2), and what no text has is left out."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    clean = ("".join(c if c.isprintable() else " " if c.isspace() else "" for c in line) for line in lines)
    return '"' + "\r\n".join(line.replace("\\", "\\\\").replace('"', '\\"') for line in clean) + '"'


def _own_script(found: Scripts) -> str | None:
    """What is active without us."""
    if found.active != NAME:
        return found.active
    before = script_before(found.texts.get(NAME, ""))
    return before if before in found.texts and before != NAME else None


def _phrase(name: str) -> str:
    """A quoted display name (RFC 5322)."""
    inner = " ".join(name.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inner}"'
