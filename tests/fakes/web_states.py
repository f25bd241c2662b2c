"""States that the web shows: of the service's parts and of phones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from switchboard.domain.diversion import PhoneState
from switchboard.views import HealthPart


@dataclass
class FakeHealth:
    states: Sequence[HealthPart] = tuple(HealthPart(name, True, "connected") for name in ("ari", "ami", "database"))

    async def parts(self) -> Sequence[HealthPart]:
        return self.states


@dataclass
class FakePhones:
    states: Mapping[str, PhoneState] = field(default_factory=dict)

    async def phone_states(self, accounts: Sequence[str]) -> Mapping[str, PhoneState]:
        return {account: self.states.get(account, PhoneState.UNREGISTERED) for account in accounts}
