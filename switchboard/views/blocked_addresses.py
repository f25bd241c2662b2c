"""Addresses that are shut out."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class BlockedAddressView:
    """For the `times`-th time. `blocked`: at the time asked; one that has ended counts for a week."""

    id: int
    address: str
    times: int
    since: datetime
    until: datetime
    blocked: bool
