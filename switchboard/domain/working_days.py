"""Working days of an authority (R14, R28): Monday to Friday, but not on public holidays and the authority's days off.

Klämdagar (a Friday after Ascension Day, say) are working days like any other.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The dates in `first`–`last` that are no working days although they are not at a weekend."""

    first: date
    last: date
    days_off: frozenset[date]
