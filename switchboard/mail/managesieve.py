"""Scripts of mailboxes over ManageSieve (RFC 5804): one session for each look, always under TLS.

We log in as one who may act for everybody, and for the owner of the mailbox (SASL PLAIN, authorization id). The library
blocks, so a session runs in a thread. Errors tell what went wrong and never the server's words: they may hold the
address.
"""

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor

from sievelib.managesieve import Client, Error

from switchboard.calls.ports.autoreply import Decide, ScriptServerAway, ScriptsRefused
from switchboard.domain.autoreply.scripts import NAME, Scripts, Steps
from switchboard.mail.address import MailServer

CONNECT_S, WHOLE_S = 5.0, 40.0
"""Less than the lease of a job. The library itself waits 5 s for each answer."""
MOST_SCRIPTS = 50
_NOT_OURS_TO_SAY = (OSError, ValueError, LookupError, AttributeError, TypeError)
"""What the library makes of answers that it does not understand."""


class SieveServer:
    """The port `calls.ports.autoreply.ScriptServer`."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="managesieve")

    async def carry_out(self, login: str, decide: Decide) -> Steps:
        await self._knock()
        work = asyncio.get_running_loop().run_in_executor(self._threads, self._session, login, decide)
        try:
            async with asyncio.timeout(WHOLE_S):
                return await work
        except TimeoutError:
            raise ScriptServerAway("the server did not answer in time") from None

    async def _knock(self) -> None:
        """The library waits for a connection as long as the system does, minutes. A server that does not answer here
        never gets a thread."""
        try:
            async with asyncio.timeout(CONNECT_S):
                _, writer = await asyncio.open_connection(self._server.host, self._server.port)
                writer.close()
                await writer.wait_closed()
        except (OSError, TimeoutError) as error:
            raise ScriptServerAway(f"no server to be had: {type(error).__name__}") from None

    def _session(self, login: str, decide: Decide) -> Steps:
        client = Client(self._server.host, self._server.port)
        try:
            self._log_in(client, login)
            return _carry_out(client, decide)
        except Error as error:
            raise ScriptServerAway(_what_failed(error)) from None
        except _NOT_OURS_TO_SAY as error:
            raise ScriptServerAway(f"the server was not understood: {type(error).__name__}") from None
        finally:
            _leave(client)

    def _log_in(self, client: Client, login: str) -> None:
        server = self._server
        # Where neither is there the library sends the password all the same; with `starttls` it refuses before that.
        welcome = client.connect(
            server.user or "",
            server.password or "",
            authz_id=login,
            starttls=not server.tls,
            ssl=server.tls,
            authmech="PLAIN",
        )
        if not welcome:
            raise ScriptsRefused("the login was refused")


def _carry_out(client: Client, decide: Decide) -> Steps:
    steps = decide(_scripts(client))
    if steps.refused:
        raise ScriptsRefused(steps.refused)
    if steps.put is not None and not client.putscript(NAME, steps.put):
        raise ScriptsRefused("the server did not take the script")
    if steps.activate is not None and not client.setactive(steps.activate):
        raise ScriptsRefused("the server did not make the script active")
    if steps.delete and not client.deletescript(NAME):
        raise ScriptsRefused("the server did not delete the script")
    return steps


def _scripts(client: Client) -> Scripts:
    listed = client.listscripts()
    if listed is None:
        raise ScriptsRefused("the server lists no scripts")
    active, others = listed
    names = [*others, *([active] if active is not None else [])]
    if any("\\" in name for name in names):
        # The library does not read names with quotation marks; whose script is active is not known then.
        raise ScriptsRefused("a script's name has a quotation mark or a backslash: rename it")
    if len(names) > MOST_SCRIPTS:
        raise ScriptsRefused(f"there are more than {MOST_SCRIPTS} scripts")
    texts = {name: client.getscript(name) for name in names}
    if None in texts.values():
        raise ScriptsRefused("the server does not give a script")
    return Scripts(
        {name: str(text) for name, text in texts.items()}, active, frozenset(client.get_sieve_capabilities())
    )


def _what_failed(error: Error) -> str:
    """The library's own words where they are no server's."""
    said = str(error)
    return "TLS failed" if said.startswith("SSL") else "the session broke off"


def _leave(client: Client) -> None:
    if client.sock is None:
        return
    with contextlib.suppress(Error, OSError, ValueError):
        client.logout()
    with contextlib.suppress(OSError):
        client.sock.close()
    client.sock = None
