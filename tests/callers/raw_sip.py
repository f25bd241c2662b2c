"""A light telephone without a SIP stack: full control of every byte, many calls at once in a process."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from tests.callers.live_call import LivePhone
from tests.callers.phone import CallState, PhoneAccount, RegistrationRefused, SubscriptionRefused
from tests.callers.sip.call import RawCall
from tests.callers.sip.dialog import Dialog, Invitation
from tests.callers.sip.lamp import WANTED, BusyLamp
from tests.callers.sip.message import Header, SipMessage, authorization
from tests.callers.sip.rtp import Address, Pacer
from tests.callers.sip.udp import SipSocket

_EXPIRES_S = 120
_KEPT_S = 10.0


class RawPhone(LivePhone):
    """Open it with `async with RawPhone(account) as phone`. `port` for one that is called without registering,
    `at` for one at another address of this machine."""

    def __init__(self, account: PhoneAccount, pacer: Pacer | None = None, port: int = 0, at: str = "127.0.0.1") -> None:
        host, _, server_port = account.server.partition(":")
        super().__init__(account)
        self.server: Address = (host, int(server_port or 5060))
        self.socket = SipSocket(self._receive, at)
        self._port = port
        self.pacer = pacer or Pacer()
        self.calls: dict[bytes, RawCall] = {}
        self.texts: list[str] = []
        """What SIP MESSAGEs said, the newest last."""
        self._lamps: dict[bytes, BusyLamp] = {}
        self._register_dialog: Dialog | None = None

    async def __aenter__(self) -> RawPhone:
        await self.socket.open(self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Hangs up what is still up; does not unregister."""
        await self.hang_up_all()
        for task in self._tasks:
            task.cancel()
        await self.pacer.close()
        self.socket.close()

    async def hang_up_all(self) -> None:
        """What the other side does not confirm in a second is left as it is."""
        calls = [call for call in self.calls.values() if call.state is not CallState.ENDED]
        await asyncio.gather(*(_hang_up(call) for call in calls), return_exceptions=True)

    # --- registration

    async def register(self) -> None:
        await self._register(_EXPIRES_S)

    async def unregister(self) -> None:
        await self._register(0)

    async def _register(self, expires: int) -> None:
        uri = f"sip:{self.account.server}"
        mine = f"<sip:{self.account.user}@{self.account.server}>".encode()
        if self._register_dialog is None:
            invitation = Invitation(uri.encode(), mine, mine)
            self._register_dialog = Dialog.invited(invitation, self.socket.host_port, self.account.user)
        headers: list[Header] = [("Expires", str(expires))]
        answer = await self._send_register(headers)
        if answer and answer.status in (401, 407):
            login = (self.account.user, self.account.password)
            answer = await self._send_register([*headers, authorization(answer, "REGISTER", uri, login)])
        if answer is None or answer.status != 200:
            raise RegistrationRefused(f"{self.account.user}: {answer.start if answer else 'no answer'}")

    async def _send_register(self, headers: Sequence[Header]) -> SipMessage | None:
        dialog = self._register_dialog
        if dialog is None:
            raise RegistrationRefused("there is no registration")
        return await self.socket.exchange(dialog.request("REGISTER", headers), self.server)

    # --- lamps and texts

    async def watch(self, number: str) -> BusyLamp:
        """Subscribes to the state of `number`."""
        dialog = self._new_dialog(number)
        lamp = self._lamps[dialog.call_id] = BusyLamp(dialog)
        answer = await self._ask(dialog, "SUBSCRIBE", [*WANTED, ("Expires", str(_EXPIRES_S))])
        if answer is None or answer.status >= 300:
            raise SubscriptionRefused(f"{number}: {answer.start if answer else 'no answer'}")
        dialog.confirmed(answer)
        return lamp

    async def send_text(self, number: str, text: str) -> int:
        """A SIP MESSAGE; gives the final status, 0 where there was none."""
        answer = await self._ask(self._new_dialog(number), "MESSAGE", [("Content-Type", "text/plain")], text.encode())
        return answer.status if answer else 0

    def _new_dialog(self, number: str) -> Dialog:
        invitation = Invitation(self.uri(number).encode(), self._own_name())
        return Dialog.invited(invitation, self.socket.host_port, self.account.user)

    async def _ask(
        self, dialog: Dialog, method: str, headers: Sequence[Header], body: bytes = b""
    ) -> SipMessage | None:
        """Says who it is when asked."""
        answer = await self.socket.exchange(dialog.request(method, headers, body), self.server)
        if answer and answer.status in (401, 407) and self.account.password:
            login = (self.account.user, self.account.password)
            proof = authorization(answer, method, dialog.target.decode("latin-1"), login)
            answer = await self.socket.exchange(dialog.request(method, [*headers, proof], body), self.server)
        return answer

    # --- calls

    async def dial(self, number: str, headers: Mapping[str, str] | None = None) -> RawCall:
        return await self.dial_as(self._own_name(), number, tuple((headers or {}).items()))

    async def dial_as(self, caller: bytes, number: str | bytes, headers: Sequence[Header] = ()) -> RawCall:
        """`caller` is the whole From header without its tag, in any bytes; so is a `number` in bytes a whole URI."""
        uri = number if isinstance(number, bytes) else self.uri(number).encode()
        return await self.invite(Invitation(uri, caller, headers=tuple(headers)))

    async def invite(self, invitation: Invitation) -> RawCall:
        dialog = Dialog.invited(invitation, self.socket.host_port, self.account.user)
        call = RawCall(self, dialog, CallState.CALLING)
        self.calls[dialog.call_id] = call
        await call.start(invitation.headers)
        return call

    def _own_name(self) -> bytes:
        name = f'"{self.account.display_name}" ' if self.account.display_name else ""
        return f"{name}<sip:{self.account.user}@{self.server[0]}>".encode()

    def finished(self, call_id: bytes) -> None:
        """The call is kept for a while, to answer what still comes."""
        asyncio.get_running_loop().call_later(_KEPT_S, self.calls.pop, call_id, None)

    # --- what comes in

    def _receive(self, request: SipMessage, peer: Address) -> None:
        call = self.calls.get(request.get("call-id").encode("latin-1"))
        if call:
            call.receive(request, peer)
        elif request.method == "INVITE" and not request.tag:
            self._ring(request, peer)
        elif request.method == "NOTIFY" and (lamp := self._lamps.get(request.get("call-id").encode("latin-1"))):
            lamp.take(request)
            self.socket.respond(request, (200, "OK"), peer)
        elif request.method == "MESSAGE":
            self.texts.append(request.body.decode("utf-8", "replace"))
            self.socket.respond(request, (200, "OK"), peer)
        elif request.method == "NOTIFY":
            self.messages_waiting.append(request.body.decode("utf-8", "replace"))
            self.socket.respond(request, (200, "OK"), peer)
        elif request.method != "ACK":
            known = request.method in ("OPTIONS", "INFO")
            self.socket.respond(request, (200, "OK") if known else (481, "No such call"), peer)

    def _ring(self, invite: SipMessage, peer: Address) -> None:
        dialog = Dialog.incoming(invite, self.socket.host_port, self.account.user)
        call = RawCall(self, dialog, CallState.RINGING)
        self.calls[dialog.call_id] = call
        call.take(invite, peer)
        self.later(self._let_ring(call))

    async def _let_ring(self, call: RawCall) -> None:
        await call.ring()
        self.note_ring(call)
        if self.refuses_with:
            await call.reject(self.refuses_with)


async def _hang_up(call: RawCall) -> None:
    async with asyncio.timeout(1):
        await call.hangup()
