"""Asterisk's copies of stored audio (res_http_media_cache). It keeps what it has played by address for ever, and has
what it has not played only from the service: so what callers hear while the service is away is fetched beforehand, and
what is erased here is dropped there (R44).

Only AMI's Command reaches the cache; https://docs.asterisk.org/Asterisk_22_Documentation/API_Documentation/AMI_Actions/Command/
"""

import re
from collections.abc import Iterable, Set

from switchboard.asterisk.ami import Ami, AmiError
from switchboard.calls.ports import TelephonyFault


class MediaCache:
    """`root` is the address of stored audio as Asterisk sees it, without a slash at its end."""

    def __init__(self, ami: Ami, root: str) -> None:
        self._ami = ami
        self._root = root
        self._ours = re.compile(re.escape(root) + r"/([0-9a-f]{64})\.wav")

    async def fetch(self, media: Iterable[str]) -> int:
        """Of the media URIs those that are stored audio; how many could not be had. Raises TelephonyFault."""
        wanted = {found[1] for uri in media if (found := self._ours.fullmatch(uri.removeprefix("sound:")))}
        missing = wanted - await self.copies()
        for sha256 in missing:
            await self._command("refresh", sha256)
        # Asterisk says the same whether it could or not.
        return len(missing - await self.copies()) if missing else 0

    async def copies(self) -> Set[str]:
        """sha256 of each. Raises TelephonyFault."""
        return set(self._ours.findall(await self._run("media cache show all")))

    async def drop(self, sha256: str) -> None:
        """Raises TelephonyFault."""
        await self._command("delete", sha256)

    async def _command(self, verb: str, sha256: str) -> None:
        await self._run(f"media cache {verb} {self._root}/{sha256}.wav")

    async def _run(self, command: str) -> str:
        try:
            return await self._ami.command(command)
        except AmiError as error:
            raise TelephonyFault(str(error)) from None
