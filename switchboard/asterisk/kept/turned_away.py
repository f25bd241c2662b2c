"""How many callers the dialplan has turned away by itself: its context overload counts them in a global variable."""

from switchboard.asterisk.ari_client import GONE, AriClient, AriError
from switchboard.calls.ports import TelephonyFault

VARIABLE = "TURNED_AWAY"


class TurnedAway:
    def __init__(self, client: AriClient) -> None:
        self._client = client

    async def count(self) -> int:
        """Since Asterisk's start. Raises TelephonyFault."""
        try:
            answer = await self._client.request("GET", "asterisk", "variable", query={"variable": VARIABLE})
        except AriError as error:
            if error.status == GONE:
                return 0
            raise TelephonyFault(str(error)) from None
        value = str(answer.get("value", "")) if isinstance(answer, dict) else ""
        return int(value) if value.isascii() and value.isdigit() else 0
