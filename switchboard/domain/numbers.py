"""Telephone numbers: whatever the wire or a person writes becomes E.164 with `+`, or None.

ITU-T E.164: at most 15 digits, country code first, no leading zero. Sweden: trunk prefix `0`, international
prefix `00`. What cannot be read is None and never an error: a caller's number must not cost the call.
"""

_SEPARATORS = frozenset(" \t\u00a0\u202f-\u2010\u2011\u2013()./")
_DIGITS = frozenset("0123456789")
_WITHHELD = frozenset({"anonymous", "unknown", "restricted", "unavailable", "private"})
_LONGEST_WRITTEN = 48
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15
_FEWEST_NATIONAL = 7
_LOCAL_DIGITS = range(5, 9)
_SHORT_DIGITS = range(1, 9)

# Area codes of one and two digits (without the trunk prefix); the others of Sweden have three.
_ONE_DIGIT_AREA = "8"
_AREAS = "10 11 13 16 18 19 20 21 23 26 31 33 35 36 40 42 44 46 54 60 63 70 72 73 76 79 90"
_TWO_DIGIT_AREAS = frozenset(_AREAS.split())
_GROUPS = {5: (3, 2), 6: (2, 2, 2), 7: (3, 2, 2), 8: (3, 3, 2)}


def parse_number(raw: str, country_code: str = "46", area_code: str = "") -> str | None:
    """E.164 with `+` of a number written as `+46…`, `0046…`, `46…`, nationally (`0980-…`) or locally
    (where `area_code` is given, with or without its zero). None for anything else."""
    if len(raw) > _LONGEST_WRITTEN:
        return None
    text = raw.strip()
    international = text.lstrip("(").startswith(("+", "00"))
    if international:
        text = text.replace("(0)", "")
    digits = "".join(character for character in text if character not in _SEPARATORS)
    if digits.startswith("+"):
        return _e164(digits[1:], country_code)
    if digits.startswith("00"):
        return _e164(digits[2:], country_code)
    if digits.startswith("0"):
        return _e164(country_code + digits[1:], country_code)
    if digits.startswith(country_code) and len(digits) >= len(country_code) + _FEWEST_NATIONAL:
        return _e164(digits, country_code)
    if area_code and len(digits) in _LOCAL_DIGITS:
        return _e164(country_code + area_code.lstrip("0") + digits, country_code)
    return None


def _e164(digits: str, country_code: str) -> str | None:
    """`+46 0980 …`, with the trunk prefix left in by mistake, is read as meant."""
    if digits.startswith(country_code + "0"):
        digits = country_code + digits[len(country_code) + 1 :]
        if digits.startswith(country_code + "0"):
            return None
    valid = _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS and _DIGITS.issuperset(digits) and digits[0] != "0"
    return "+" + digits if valid else None


def parse_caller(raw: str | None, country_code: str = "46", area_code: str = "") -> str | None:
    """As `parse_number`; None also for a caller who withholds the number (RFC 3323 `anonymous`, and what
    trunks write instead)."""
    if raw is None or raw.strip().lower() in _WITHHELD:
        return None
    return parse_number(raw, country_code, area_code)


def display_number(e164: str, country_code: str = "46") -> str:
    """For a telephone's display: a Swedish number as `0980-31 92 00`, any other as it is."""
    if country_code != "46" or not e164.startswith("+46") or not _DIGITS.issuperset(e164[1:]):
        return e164
    national = e164[3:]
    area = _area(national)
    groups = _GROUPS.get(len(national) - len(area))
    if groups is None:
        return "0" + national
    rest = national[len(area) :]
    written = []
    for size in groups:
        written.append(rest[:size])
        rest = rest[size:]
    return f"0{area}-{' '.join(written)}"


def _area(national: str) -> str:
    if national.startswith(_ONE_DIGIT_AREA):
        return national[:1]
    return national[:2] if national[:2] in _TWO_DIGIT_AREAS else national[:3]


def short_digits(raw: str) -> str | None:
    """The digits of an extension as somebody dialled them, None where it cannot be one (1 to 8 digits)."""
    digits = raw.strip() if len(raw) <= _LONGEST_WRITTEN else ""
    return digits if len(digits) in _SHORT_DIGITS and _DIGITS.issuperset(digits) else None
