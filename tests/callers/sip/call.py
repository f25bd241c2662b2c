"""A call whose every SIP byte is ours."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from urllib.parse import quote

from tests.callers.live_call import LiveCall
from tests.callers.phone import CallState, DidNotHappen, NotOnThisPhone, PhoneCall
from tests.callers.sip.dialog import ALLOW, Dialog
from tests.callers.sip.media import CallMedia
from tests.callers.sip.message import (
    Header,
    SipMessage,
    authorization,
    echoed,
    parse,
    party,
    phrase_of,
    reason_of,
    with_to,
)
from tests.callers.sip.owner import CallOwner
from tests.callers.sip.rtp import Address
from tests.callers.sip.udp import T1
from tests.hearing.pcm import Pcm


class RawCall(LiveCall):
    """`messages` holds every SIP message that came from the other side."""

    def __init__(self, owner: CallOwner, dialog: Dialog, state: CallState) -> None:
        super().__init__(owner.account, state)
        self.dialog = dialog
        self.messages: list[SipMessage] = []
        self._owner = owner
        self.media = CallMedia(self.recording, owner.pacer, self._pressed)
        self._peer = owner.server
        self._invite = b""
        self._ack = b""
        self._headers: Sequence[Header] = ()
        self._incoming: SipMessage | None = None
        self._provisional = self._hanging_up = self._authorized = self._acked = False
        self._tasks: set[asyncio.Task[None]] = set()

    # --- acts

    async def start(self, headers: Sequence[Header]) -> None:
        """Sends the INVITE."""
        await self.media.open()
        self._headers = headers
        self._send_invite(headers)

    def take(self, invite: SipMessage, peer: Address) -> None:
        """Takes an INVITE that came in."""
        self._incoming, self._peer = with_to(invite, self.dialog.local), peer
        self._note(invite)

    async def ring(self) -> None:
        """Answers 180."""
        await self.media.open()
        if self._state is CallState.RINGING:
            self._respond(180)

    async def answer(self) -> None:
        if self._incoming is None or self._state is not CallState.RINGING:
            raise NotOnThisPhone("only a call that rings can be answered")
        self.code = 200
        self.enter(CallState.TALKING)
        self._listen_to(self._incoming)
        self._respond(200, self.media.description())
        self._later(self._repeat_answer())

    async def reject(self, code: int = 486, headers: Sequence[Header] = ()) -> None:
        """`headers`: for 302, the Contact to go to."""
        if self._incoming is None or self._state is not CallState.RINGING:
            raise NotOnThisPhone("only a call that rings can be rejected")
        self._respond(code, headers=headers)
        self._end(code, phrase_of(code))

    async def hangup(self) -> None:
        """BYE, CANCEL or a refusal, whichever it takes; returns when the other side has confirmed it."""
        if self._state is CallState.TALKING:
            bye = self.dialog.request("BYE")
            self._end(self.code, "hung up")
            await self._exchange(bye)
        elif self._incoming and self._state is CallState.RINGING:
            await self.reject(603)
        elif self._state is not CallState.ENDED:
            self._hanging_up = True
            if self._provisional:
                self._cancel()
            await self.ended(within=35.0)

    def vanish(self) -> None:
        """Stops sending anything, without a word: a telephone whose battery is empty."""
        self._end(self.code, "vanished")

    async def hold(self) -> None:
        await self._reinvite("sendonly")

    async def unhold(self) -> None:
        await self._reinvite("sendrecv")

    async def dtmf(self, digits: str) -> None:
        await self.media.stream.press(digits)

    async def play(self, pcm: Pcm) -> None:
        self.media.stream.play(pcm)

    async def play_on(self, pcm: Pcm) -> None:
        self.media.stream.play_on(pcm)

    async def stop_playing(self) -> None:
        self.media.stream.stop_playing()

    async def blind_transfer(self, number: str) -> None:
        await self._refer(f"<{self._owner.uri(number)}>")

    async def attended_transfer(self, consultation: PhoneCall) -> None:
        if not isinstance(consultation, RawCall):
            raise NotOnThisPhone("both calls must be of the same phone")
        other = consultation.dialog
        await self._refer(f"<{other.remote_uri()}?Replaces={quote(other.replaces(), safe='')}>")

    async def request(self, method: str, headers: Sequence[Header] = (), body: bytes = b"") -> SipMessage:
        """Any request within the dialog, and its final answer."""
        return await self._exchange(self.dialog.request(method, headers, body))

    @property
    def packets(self) -> tuple[int, int]:
        """RTP packets received and lost."""
        return self.media.stream.received, self.media.stream.lost

    # --- our requests

    def _send_invite(self, headers: Sequence[Header]) -> None:
        self._invite = self.dialog.request("INVITE", (ALLOW, *headers), self.media.description())
        self._owner.socket.request(self._invite, self._peer, self._invite_answered)

    def _invite_answered(self, answer: SipMessage | None) -> None:
        if answer is None:
            self._end(408, "no answer to the INVITE")
            return
        self._note(answer)
        if answer.status < 200:
            self._progress(answer)
        elif answer.status < 300:
            self._accepted(answer)
        else:
            self._refused(answer)

    def _progress(self, answer: SipMessage) -> None:
        self.code = max(self.code, answer.status)
        first, self._provisional = not self._provisional, True
        if answer.status > 100:
            # An early dialog: its tag is what a transfer names while the phone still rings.
            self.dialog.remote = echoed(answer.get("to"))
            self.enter(CallState.RINGING)
            self._listen_to(answer)
        if self._hanging_up and first:
            self._cancel()

    def _accepted(self, answer: SipMessage) -> None:
        if not self._ack:
            self.dialog.confirmed(answer)
            self._ack = self.dialog.ack(self._invite)
            self._listen_to(answer)
            self.code = answer.status
            self.enter(CallState.TALKING)
            if self._hanging_up:
                self._later(self.hangup())
        self._owner.socket.send(self._ack, self._peer)

    def _refused(self, answer: SipMessage) -> None:
        self.dialog.remote = echoed(answer.get("to"))
        self._owner.socket.send(self.dialog.within(self._invite, "ACK"), self._peer)
        if self._state is CallState.ENDED:
            return
        if answer.status in (401, 407) and self.account.password and not self._authorized:
            self._authorized = True
            uri = self.dialog.target.decode("latin-1")
            login = (self.account.user, self.account.password)
            self.dialog.remote = self.dialog.remote.split(b";tag=")[0]
            self._send_invite([*self._headers, authorization(answer, "INVITE", uri, login)])
            return
        self._end(answer.status, answer.phrase)

    def _cancel(self) -> None:
        self._owner.socket.request(self.dialog.within(self._invite, "CANCEL"), self._peer, lambda _: None)

    async def _exchange(self, data: bytes) -> SipMessage:
        answer = await self._owner.socket.exchange(data, self._peer)
        if answer is None:
            raise DidNotHappen(f"no answer to {data[:40]!r}; {self.account_of()}")
        self.messages.append(answer)
        return answer

    async def _reinvite(self, direction: str) -> None:
        invite = self.dialog.request("INVITE", (ALLOW,), self.media.description(direction))
        answer = await self._exchange(invite)
        accepted = answer.status < 300
        ack = self.dialog.ack(invite) if accepted else self.dialog.within(invite, "ACK")
        self._owner.socket.send(ack, self._peer)
        if not accepted:
            raise DidNotHappen(f"{direction} was refused with {answer.status}; {self.account_of()}")
        self._listen_to(answer)

    async def _refer(self, to: str) -> None:
        answer = await self.request("REFER", [("Refer-To", to)])
        if answer.status >= 300:
            self.transfer_codes.append(answer.status)
            self.changed()

    # --- requests of the other side

    def receive(self, request: SipMessage, peer: Address) -> None:
        """Any request that belongs to this call."""
        self._note(request)
        match request.method:
            case "ACK":
                self._acked = True
            case "CANCEL":
                self._reply(request, 200, peer)
                if self._state is CallState.RINGING:
                    self._respond(487)
                    self._end(487, reason_of(request))
            case "BYE":
                self._reply(request, 200, peer)
                self._end(self.code, reason_of(request))
            case "INVITE" | "UPDATE":
                self._listen_to(request)
                body = self.media.description() if request.body or request.method == "INVITE" else b""
                self._reply(request, 200, peer, body)
            case "NOTIFY":
                self._reply(request, 200, peer)
                self._transfer_progress(request)
            case _:
                self._reply(request, 603 if request.method == "REFER" else 200, peer)

    def _transfer_progress(self, notify: SipMessage) -> None:
        told = parse(notify.body.strip() + b"\r\n\r\n")
        if told is None or not told.status:
            return
        self.transfer_codes.append(told.status)
        self.changed()
        if 200 <= told.status < 300 and self._owner.hangs_up_after_transfer:
            self._later(self.hangup())

    def _respond(self, code: int, body: bytes = b"", headers: Sequence[Header] = ()) -> None:
        if self._incoming:
            self._reply(self._incoming, code, self._peer, body, headers)

    def _reply(
        self, request: SipMessage, code: int, peer: Address, body: bytes = b"", headers: Sequence[Header] = ()
    ) -> None:
        kind: list[Header] = [("Content-Type", "application/sdp")] if body else []
        status = (code, phrase_of(code))
        all_headers = [self.dialog.contact, ALLOW, *kind, *headers]
        self._owner.socket.respond(request, status, peer, all_headers, body)

    async def _repeat_answer(self) -> None:
        """The 200 again and again until the ACK comes (RFC 3261, 13.3.1.4)."""
        body, wait = self.media.description(), T1
        for _ in range(6):
            await asyncio.sleep(wait)
            if self._acked or self._state is CallState.ENDED:
                return
            self._respond(200, body)
            wait = min(2 * wait, 4.0)

    # --- media and end

    def _listen_to(self, message: SipMessage) -> None:
        self.media.agree(message)
        self.held = self.media.held
        if not self._incoming or self._state is CallState.TALKING:
            self.media.run()

    def _pressed(self, digit: str) -> None:
        self.digits += digit
        self.changed()

    def _note(self, message: SipMessage) -> None:
        self.messages.append(message)
        if message.method in ("INVITE", "UPDATE") and (shown := party(message)):
            self.show(shown)

    def _end(self, code: int, reason: str) -> None:
        if self._state is not CallState.ENDED:
            self.code, self.reason = code, reason
            self.enter(CallState.ENDED)
            self.media.close()
            self._owner.finished(self.dialog.call_id)

    def _later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
