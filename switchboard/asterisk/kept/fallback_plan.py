"""What the dialplan's fallback does while the service is away, kept in Asterisk's own database (family
`switchboard-fallback`), where it outlives a restart of either.

Keys: `default` the id of the authority for a number that is nobody's, `country` its country code,
`number-<first digits>` an authority's id, and of each authority `line-<id>-` with `name`, `phrase` (what `Playback` is
given), `phones` (what `Dial` is given), `seconds`, `open`: `always`, or epoch seconds `from-to&from-to…`, and
`overload`: `refused` where callers are not told that all lines are busy. `most-calls` may go on at the same time,
`most-told` hear that all lines are busy, and above `most-arriving` none is offered to the service. Read by
dialplan/extensions.conf, contexts arrival, fallback, fallback-line and overload.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from switchboard.asterisk.ami import LONGEST_LINE, Ami, AmiError
from switchboard.asterisk.phones import is_account
from switchboard.calls.ports import TelephonyFault
from switchboard.domain.routing.fallback import FallbackLine

FAMILY = "switchboard-fallback"
LONGEST_VALUE = LONGEST_LINE - 100
SHORTEST_RING_S = 5
LEAST_ARRIVING = 10

Entries = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line and the media URIs of its phrase."""

    line: FallbackLine
    media: Sequence[str]


def plan_entries(lines: Iterable[Spoken], prefixes: Mapping[str, int]) -> Entries:
    """Everything that is to stand in the family. The authority with the lowest id answers for numbers of nobody."""
    entries = {f"number-{digits}": str(id) for digits, id in prefixes.items()}
    for spoken in lines:
        line = spoken.line
        first = line.authority.id
        if first <= int(entries.get("default", first)):
            entries |= {"default": str(first), "country": line.authority.country_code}
        values = {
            "name": "".join(sign for sign in line.authority.name if sign.isprintable() and sign != '"')[:60],
            "phrase": _fitting(uri.removeprefix("sound:") for uri in spoken.media if "&" not in uri),
            "phones": _fitting(f"PJSIP/{account}" for account in line.accounts if is_account(account)),
            "seconds": str(max(SHORTEST_RING_S, line.ring_seconds)),
            "open": _hours(line),
            "overload": "refused" if line.authority.overload_answer == "refused" else "",
        }
        entries |= {f"line-{line.authority.id}-{name}": value for name, value in values.items() if value}
    return entries


def _hours(line: FallbackLine) -> str:
    if line.open is None:
        return "always"
    return _fitting(f"{start.timestamp():.0f}-{end.timestamp():.0f}" for start, end in line.open)


def _fitting(parts: Iterable[str]) -> str:
    """As many as AMI and the dialplan can carry, from the first on."""
    text = ""
    for part in parts:
        longer = f"{text}&{part}" if text else part
        if len(longer.encode()) > LONGEST_VALUE:
            break
        text = longer
    return text


def limit_entries(most_calls: int, most_told: int) -> Entries:
    """What comes above `most_calls` is the service's to turn away, and in the journal; what it does not turn away in
    time, above both together, the dialplan does by itself."""
    return {
        "most-calls": str(most_calls),
        "most-told": str(most_told),
        "most-arriving": str(most_calls + max(most_told, LEAST_ARRIVING)),
    }


class FallbackPlan:
    def __init__(self, ami: Ami) -> None:
        self._ami = ami

    async def synchronise(self, wanted: Entries) -> int:
        """Only differences are sent; how many they were. What is added stands before what is gone is taken away.
        Raises TelephonyFault."""
        try:
            there = await self._ami.tree(FAMILY)
            changed = {key: value for key, value in wanted.items() if there.get(key) != value}
            for key, value in changed.items():
                await self._ami.put(FAMILY, key, value)
            unwanted = [key for key in there if key not in wanted]
            for key in unwanted:
                await self._ami.delete(FAMILY, key)
        except AmiError as error:
            raise TelephonyFault(str(error)) from None
        return len(changed) + len(unwanted)
