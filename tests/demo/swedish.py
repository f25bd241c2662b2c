"""Days and times in Swedish words, written independently of the service, to hold its speech against."""

from datetime import date, datetime

from switchboard.domain.working_days import STOCKHOLM


def _listed(words: str) -> list[str]:
    return words.split()


_WEEKDAYS = _listed("måndag tisdag onsdag torsdag fredag lördag söndag")
_MONTHS = _listed("januari februari mars april maj juni juli augusti september oktober november december")
_ORDINALS = _listed(
    "första andra tredje fjärde femte sjätte sjunde åttonde nionde tionde elfte tolfte trettonde fjortonde femtonde "
    "sextonde sjuttonde artonde nittonde tjugonde tjugoförsta tjugoandra tjugotredje tjugofjärde tjugofemte "
    "tjugosjätte tjugosjunde tjugoåttonde tjugonionde trettionde trettioförsta"
)
_NUMBERS = _listed(
    "noll ett två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton sjutton arton nitton tjugo "
    "tjugoett tjugotvå tjugotre"
)
_MINUTES = {0: "", 5: " noll fem", 15: " och femton", 30: " och trettio", 45: " och fyrtiofem"}


def day_words(day: date) -> str:
    """`måndag den tredje augusti`."""
    return f"{_WEEKDAYS[day.weekday()]} den {_ORDINALS[day.day - 1]} {_MONTHS[day.month - 1]}"


def time_words(moment: datetime) -> str:
    """`klockan fjorton och trettio`; quarters of an hour and five past only, which is what the demo holds."""
    local = moment.astimezone(STOCKHOLM)
    return f"klockan {_NUMBERS[local.hour]}{_MINUTES[local.minute]}"


def return_words(until: datetime, now: datetime) -> str:
    """What follows `åter`: today only the time, else the day; midnight stands for the day."""
    local, today = until.astimezone(STOCKHOLM), now.astimezone(STOCKHOLM).date()
    ahead = (local.date() - today).days
    day = "" if ahead == 0 else "i morgon" if ahead == 1 else day_words(local.date())
    timed = (local.hour, local.minute) != (0, 0)
    return f"{day} {time_words(local)}".strip() if timed else day


def promise_words(day: date, today: date) -> str:
    """What follows `senast`."""
    near = "i morgon " if (day - today).days == 1 else ""
    return f"{near}{day_words(day)}"


def plain(text: str) -> str:
    """Words alone, for comparing: no marks, no capitals, single blanks."""
    kept = "".join(letter if letter.isalnum() or letter in "-/" else " " for letter in text.lower())
    return " ".join(kept.split())
