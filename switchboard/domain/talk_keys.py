"""Keys that a colleague presses while talking, on a telephone without buttons for hold and transfer.

`*NUMBER#` consult NUMBER; while consulting `*1` back to the caller, `*2` toggle, `*4` complete, at once. `**8#` the
caller to the message of whoever was tried last, `**8EXT#` to that of EXT, `**5#` park, `**7EXT#` take a message for
EXT, `**7EXT*TIME#` with the time that the caller was told. Three seconds without a key, or a key that fits nothing, and
it is forgotten.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

_PAUSE = timedelta(seconds=3)
_BEGUN = re.compile(r"\*(?:[0-9]{0,20}|\*(?:8[0-9]{0,8}|7(?:[0-9]{0,8}|[0-9]{1,8}\*[0-9]{0,10})|5)?)")


@dataclass(frozen=True, slots=True)
class Consult:
    """`number`: whatever can be dialled from the phone, digits only."""

    number: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """Back to the caller; the consulted party is let go."""


@dataclass(frozen=True, slots=True)
class Toggle:
    """Talk with the other of the two; the one left hears music."""


@dataclass(frozen=True, slots=True)
class Complete:
    """Caller and consulted party talk with each other; while the party still rings, a blind transfer."""


@dataclass(frozen=True, slots=True)
class SendToMessage:
    """`extension` None: of the person who was tried last."""

    extension: str | None = None


@dataclass(frozen=True, slots=True)
class ParkCaller: ...


@dataclass(frozen=True, slots=True)
class TakeMessageFor:
    """`promised`: the digits of a time that the caller was told, for `decide_promised_time`."""

    extension: str
    promised: str | None = None


TalkCommand = Consult | Cancel | Toggle | Complete | SendToMessage | ParkCaller | TakeMessageFor

_AT_ONCE: Mapping[str, TalkCommand] = {"*1": Cancel(), "*2": Toggle(), "*4": Complete()}
_ENDED: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], TalkCommand]], ...] = (
    (re.compile(r"\*([0-9]+)"), lambda found: Consult(found[1])),
    (re.compile(r"\*\*8([0-9]*)"), lambda found: SendToMessage(found[1] or None)),
    (re.compile(r"\*\*5"), lambda _: ParkCaller()),
    (re.compile(r"\*\*7([0-9]+)(?:\*([0-9]*))?"), lambda found: TakeMessageFor(found[1], found[2])),
)


class TalkKeys:
    """The keys of one phone in one talk. `consulting` is set by whoever carries the commands out."""

    def __init__(self) -> None:
        self.consulting = False
        self._keys = ""
        self._latest: datetime | None = None

    def feed(self, key: str, at: datetime) -> TalkCommand | None:
        """The command that this key completes. Never raises, and keeps 22 keys at most."""
        if self._latest is not None and at - self._latest > _PAUSE:
            self._keys = ""
        self._latest = at
        return self._while_consulting(key) if self.consulting else self._while_talking(key)

    def _while_consulting(self, key: str) -> TalkCommand | None:
        begun, self._keys = self._keys == "*", "*" if key == "*" else ""
        return _AT_ONCE.get("*" + key) if begun else None

    def _while_talking(self, key: str) -> TalkCommand | None:
        if key == "#":
            keys, self._keys = self._keys, ""
            return _command(keys)
        onward = self._keys + key
        if onward != "***":  # one star too many does no harm
            self._keys = onward if _BEGUN.fullmatch(onward) else "*" if key == "*" else ""
        return None


def _command(keys: str) -> TalkCommand | None:
    for pattern, command in _ENDED:
        if (found := pattern.fullmatch(keys)) is not None:
            return command(found)
    return None
