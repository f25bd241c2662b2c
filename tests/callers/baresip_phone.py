"""Telephones on the baresip stack: many calls at once, one stack in a process at a time."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from time import monotonic
from typing import Literal

import numpy as np
from baresip import (
    AudioNotActive,
    AudioRestarted,
    BaresipError,
    Call,
    Config,
    DigitEvent,
    Event,
    RegistrationError,
    Runtime,
    StackEvent,
    StaleHandleError,
    TransferFailed,
    UserAgent,
)

from tests.callers.live_call import LiveCall, LivePhone
from tests.callers.phone import (
    CallState,
    NotOnThisPhone,
    Party,
    PhoneAccount,
    PhoneCall,
    RegistrationRefused,
)
from tests.hearing.pcm import RATE, Pcm
from tests.ports import free_port, free_rtp_range

Transport = Literal["udp", "tcp", "tls"]
_AHEAD_BYTES = RATE // 5 * 2
_READ_BYTES = RATE * 2
_GAP_S = 0.07
_TRIES = 20


class BaresipCall(LiveCall):
    def __init__(self, phone: BaresipPhone, call: Call, state: CallState) -> None:
        super().__init__(phone.account, state)
        self.native = call
        self._phone = phone
        self._to_say = b""
        self._over = b""
        self._last_read = 0.0
        call.on(self.happened)
        call.on_dtmf(self._on_digit)
        self._show(call.peer or "", call.headers)
        phone.later(self._pump())

    def _show(self, peer: str, headers: Mapping[str, str]) -> None:
        shown = headers.get("P-Asserted-Identity") or headers.get("From") or peer
        name = re.match(r'\s*"?([^"<]*?)"?\s*<', shown)
        user = re.search(r"sips?:([^@;>]*)@", shown)
        if self._state is CallState.RINGING:
            self.show(Party(name[1] if name else "", user[1] if user else ""))

    def _on_digit(self, digit: DigitEvent) -> None:
        self.digits += digit.digit
        self.changed()

    def happened(self, event: StackEvent) -> None:
        match event.event:
            case Event.CALL_RINGING | Event.CALL_PROGRESS:
                self.code = 180 if event.event is Event.CALL_RINGING else 183
                self.enter(CallState.RINGING)
            case Event.CALL_ESTABLISHED:
                self.code = 200
                self.enter(CallState.TALKING)
            case Event.CALL_HOLD | Event.CALL_RESUME:
                self.held = event.event is Event.CALL_HOLD
                self.changed()
            case Event.CALL_CLOSED:
                self._closed(event.text or "")
            case _:
                self.changed()

    def _closed(self, text: str) -> None:
        status = re.match(r"(\d{3}) (.*)", text)
        self.code, self.reason = (int(status[1]), status[2]) if status else (self.code, text)
        self.enter(CallState.ENDED)

    async def _pump(self) -> None:
        """Moves sound between the stack and us, every 20 ms."""
        while self._state is not CallState.ENDED:
            try:
                self._listen()
                self._speak()
            except (AudioNotActive, AudioRestarted):
                self._last_read = 0.0
            await asyncio.sleep(0.02)

    def _listen(self) -> None:
        data = self.native.audio.read(_READ_BYTES)
        if data:
            now = monotonic()
            pcm = np.frombuffer(data, dtype=np.int16)
            self.recording.add(pcm, follows=now - self._last_read < _GAP_S)
            self._last_read = now

    def _speak(self) -> None:
        if not self._to_say:
            self._to_say = self._over
        room = _AHEAD_BYTES - self.native.audio.info().tx_buffered
        if self._to_say and room > 0:
            written = self.native.audio.write(self._to_say[:room])
            self._to_say = self._to_say[written:]

    # --- acts

    async def answer(self) -> None:
        await self.native.answer()

    async def reject(self, code: int = 486) -> None:
        if code != 486:
            raise NotOnThisPhone("baresip refuses with 486 only; use RawPhone or the pjsua2 phone")
        self.code = code
        await self.native.reject()

    async def hangup(self) -> None:
        try:
            await self.native.hangup()
        except StaleHandleError:
            self.changed()

    async def hold(self) -> None:
        await self._when_free(self.native.hold)

    async def unhold(self) -> None:
        await self._when_free(self.native.resume)

    async def _when_free(self, act: Callable[[], Awaitable[None]]) -> None:
        """baresip refuses a re-INVITE while the ACK of the one before is on its way."""
        for _ in range(_TRIES):
            try:
                return await act()
            except StaleHandleError:
                raise
            except BaresipError:
                await asyncio.sleep(0.05)
        await act()

    async def dtmf(self, digits: str) -> None:
        await self.native.send_dtmf(digits, interdigit_ms=200)

    async def play(self, pcm: Pcm) -> None:
        self._to_say, self._over = pcm.tobytes(), b""

    async def play_on(self, pcm: Pcm) -> None:
        self._to_say = self._over = pcm.tobytes()

    async def stop_playing(self) -> None:
        self._to_say = self._over = b""
        self.native.audio.flush_tx()

    async def blind_transfer(self, number: str) -> None:
        self._phone.later(self._follow_transfer(None, self._phone.uri(number)))

    async def attended_transfer(self, consultation: PhoneCall) -> None:
        if not isinstance(consultation, BaresipCall):
            raise NotOnThisPhone("both calls must be of the same phone")
        self._phone.later(self._follow_transfer(consultation.native, ""))

    async def _follow_transfer(self, consultation: Call | None, uri: str) -> None:
        try:
            if consultation is None:
                await self.native.transfer(uri)
            else:
                await self.native.attended_transfer(consultation)
            self.transfer_codes.append(200)
        except TransferFailed as refused:
            self.transfer_codes.append(refused.status or 0)
        except BaresipError:
            self.transfer_codes.append(0)
        self.changed()


class BaresipPhone(LivePhone):
    """Made by BaresipStack.phone."""

    def __init__(self, account: PhoneAccount, agent: UserAgent) -> None:
        super().__init__(account)
        self._agent = agent
        self._dialling: list[StackEvent] = []
        agent.on_incoming(self._ring)
        agent.on(self._on_event)

    def _on_event(self, event: StackEvent) -> None:
        if event.event is Event.MWI_NOTIFY:
            self.messages_waiting.append(event.text or "")
        elif event.call:
            self._dialling.append(event)

    def _ring(self, native: Call) -> None:
        call = BaresipCall(self, native, CallState.RINGING)
        self.note_ring(call)
        if self.refuses_with is not None:
            self.later(call.reject(self.refuses_with))

    async def register(self) -> None:
        try:
            await self._agent.register()
        except RegistrationError as error:
            raise RegistrationRefused(f"{self.account.user}: {error}") from error

    async def unregister(self) -> None:
        await self._agent.unregister()

    async def dial(self, number: str, headers: Mapping[str, str] | None = None) -> BaresipCall:
        self._dialling.clear()
        native = await self._agent.dial(self.uri(number), dict(headers or {}))
        early = [event for event in self._dialling if event.call == native.handle]
        call = BaresipCall(self, native, CallState.CALLING)
        for event in early:  # a quick answer comes before baresip-python has made its Call, and is lost on it
            native._on_stack_event(event)
        return call

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class BaresipStack:
    """`async with BaresipStack() as stack: phone = await stack.phone(account)`."""

    def __init__(self) -> None:
        self._runtime = Runtime()
        self._phones: list[BaresipPhone] = []
        self.host_port = ""

    async def __aenter__(self) -> BaresipStack:
        first, last = _sound_ports()
        self.host_port = f"127.0.0.1:{free_port(neighbours=1)}"  # it listens for TLS on the next one
        config = Config(
            net_interface="127.0.0.1",
            max_concurrent_calls=None,
            expose_headers=("P-Asserted-Identity", "From", "Reason"),
            extra_config_text=f"sip_listen {self.host_port}\nrtp_ports {first}-{last}\n",
        )
        await self._runtime.start(config)
        return self

    async def __aexit__(self, *_: object) -> None:
        for phone in self._phones:
            await phone.close()
        await self._runtime.close()

    async def phone(self, account: PhoneAccount, *, transport: Transport = "udp", srtp: bool = False) -> BaresipPhone:
        """Not registered yet; an account without a password never is."""
        sound = ";mediaenc=srtp-mand" if srtp else ""
        name = f'"{account.display_name}" ' if account.display_name else ""
        secret = f';auth_pass="{account.password}";regint=120' if account.password else ";regint=0"
        agent = await UserAgent.create(
            self._runtime,
            f"{name}<sip:{account.user}@{account.server};transport={transport}>{secret}"
            f";answermode=manual;audio_codecs=pcma;dtmfmode=rtpevent{sound}",
        )
        phone = BaresipPhone(account, agent)
        self._phones.append(phone)
        return phone


@cache
def _sound_ports() -> tuple[int, int]:
    """One range for all stacks: there is one at a time."""
    return free_rtp_range(1000)
