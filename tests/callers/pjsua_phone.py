"""Telephones on pjsua2, a second SIP stack with its own opinions; at most four calls in a process."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from random import randrange

import numpy as np
import pjsua2 as pj

from tests.callers.live_call import LiveCall, LivePhone
from tests.callers.phone import CallState, NotOnThisPhone, PhoneAccount, PhoneCall, RegistrationRefused
from tests.callers.pjsua_stack import Native, NativeAccount, NativeCall, PjsuaThread, new_transport
from tests.callers.sip.message import SipMessage, parse, party, reason_of
from tests.hearing.heard import Heard
from tests.hearing.pcm import Pcm, write_wav

_WAV_HEADER = 44
_STATES = {
    pj.PJSIP_INV_STATE_EARLY: CallState.RINGING,
    pj.PJSIP_INV_STATE_CONFIRMED: CallState.TALKING,
    pj.PJSIP_INV_STATE_DISCONNECTED: CallState.ENDED,
}


class PjsuaCall(LiveCall):
    """`messages` holds every SIP message that came from the other side. What is heard comes 0.3 s late."""

    def __init__(self, phone: PjsuaPhone, key: int, state: CallState) -> None:
        super().__init__(phone.account, state)
        self.key = key
        self.messages: list[SipMessage] = []
        self._phone = phone
        self._file: Path | None = None
        self._read = _WAV_HEADER
        self._said = ""

    def happened(self, what: str, data: Native) -> None:
        match what:
            case "state":
                self._enter_native(*data)
            case "message":
                self.note(data)
            case "held":
                self.held = data
            case "recorder":
                self._file = Path(data)
                self.recording.skip(self.age - self.recording.seconds)
            case "digit":
                self.digits += data
            case _:
                self._transferred(*data)
        self.changed()

    def _enter_native(self, state: int, code: int, reason: str) -> None:
        self.code, self.reason = code, self._said or reason
        if state in _STATES:
            self.enter(_STATES[state])

    def note(self, text: str) -> None:
        message = parse(text.encode("utf-8", "surrogateescape"))
        if message is None:
            return
        self.messages.append(message)
        shown = party(message) if message.method in ("INVITE", "UPDATE") else None
        if shown:
            self.show(shown)
        if message.method in ("BYE", "CANCEL") and not message.status:
            self.reason = self._said = reason_of(message)

    def _transferred(self, code: int, final: bool) -> None:
        self.transfer_codes.append(code)
        if final and code // 100 == 2 and self._phone.hangs_up_after_transfer:
            self._phone.later(self.hangup())

    @property
    def heard(self) -> Heard:
        if self._file and self._file.exists():
            with self._file.open("rb") as file:
                file.seek(self._read)
                data = file.read()
            data = data[: len(data) // 2 * 2]
            self.recording.add(np.frombuffer(data, dtype="<i2").astype(np.int16), follows=True)
            self._read += len(data)
        return super().heard

    async def ended(self, within: float = 10.0) -> None:
        await super().ended(within)
        await self.until(lambda: self.complete, 2.0, "the end of the recorded file")

    @property
    def complete(self) -> bool:
        """The file of what was heard ends some time after the call: the size in its header is written last."""
        if not super().complete:
            return False
        if self._file is None or not self._file.exists():
            return True
        with self._file.open("rb") as file:
            file.seek(_WAV_HEADER - 4)
            return int.from_bytes(file.read(4), "little") > 0

    # --- acts

    async def _do(self, act: Callable[[Native], None]) -> None:
        thread = self._phone.thread

        def work() -> None:
            if self.key in thread.calls:
                act(thread.calls[self.key])

        await thread.run(work)

    async def answer(self) -> None:
        await self._do(lambda native: native.respond(200))

    async def reject(self, code: int = 486) -> None:
        await self._do(lambda native: native.respond(code))

    async def hangup(self) -> None:
        await self._do(lambda native: native.end())

    async def hold(self) -> None:
        await self._do(lambda native: native.reinvite_with(0))

    async def unhold(self) -> None:
        await self._do(lambda native: native.reinvite_with(pj.PJSUA_CALL_UNHOLD))

    async def dtmf(self, digits: str) -> None:
        for digit in digits:
            await self._do(lambda native, digit=digit: native.press(digit))  # type: ignore[misc]
            await asyncio.sleep(0.32)

    async def play(self, pcm: Pcm) -> None:
        await self._play(pcm, over_and_over=False)

    async def play_on(self, pcm: Pcm) -> None:
        await self._play(pcm, over_and_over=True)

    async def _play(self, pcm: Pcm, *, over_and_over: bool) -> None:
        path = self._phone.folder / f"said-{self._phone.thread.new_key()}.wav"
        write_wav(path, pcm)
        await self._do(lambda native: native.play_file(str(path), over_and_over=over_and_over))

    async def stop_playing(self) -> None:
        await self._do(lambda native: setattr(native, "player", None))

    async def blind_transfer(self, number: str) -> None:
        await self._do(lambda native: native.xfer(self._phone.uri(number), pj.CallOpParam(True)))

    async def attended_transfer(self, consultation: PhoneCall) -> None:
        if not isinstance(consultation, PjsuaCall):
            raise NotOnThisPhone("both calls must be of the same stack")
        other = self._phone.thread.calls
        await self._do(lambda native: native.xferReplaces(other[consultation.key], pj.CallOpParam(True)))


class PjsuaPhone(LivePhone):
    """Made by PjsuaStack.phone."""

    def __init__(self, account: PhoneAccount, thread: PjsuaThread, folder: Path) -> None:
        super().__init__(account)
        self.thread = thread
        self.folder = folder
        self.calls: dict[int, PjsuaCall] = {}
        self.native = NativeAccount(None, lambda: self.refuses_with, folder)
        self.registration: asyncio.Future[tuple[int, str]] | None = None

    def rings(self, key: int, invite: str) -> None:
        call = self.calls[key] = PjsuaCall(self, key, CallState.RINGING)
        call.note(invite)
        self.note_ring(call)

    async def register(self) -> None:
        await self._set_registration(wanted=True)

    async def unregister(self) -> None:
        await self._set_registration(wanted=False)

    async def _set_registration(self, *, wanted: bool) -> None:
        self.registration = asyncio.get_running_loop().create_future()
        await self.thread.run(lambda: self.native.account.setRegistration(wanted))
        async with asyncio.timeout(10):
            code, reason = await self.registration
        if code != 200:
            raise RegistrationRefused(f"{self.account.user}: {code} {reason}")

    async def dial(self, number: str, headers: Mapping[str, str] | None = None) -> PjsuaCall:
        key = self.thread.new_key()
        call = self.calls[key] = PjsuaCall(self, key, CallState.CALLING)

        def work() -> None:
            parameters = pj.CallOpParam(True)
            for name, value in (headers or {}).items():
                header = pj.SipHeader()
                header.hName, header.hValue = name, value
                parameters.txOption.headers.append(header)
            native = NativeCall(self.thread, self.native, key, pj.PJSUA_INVALID_ID)
            native.makeCall(self.uri(number), parameters)

        await self.thread.run(work)
        return call

    async def close(self) -> None:
        for call in self.calls.values():
            await call.hangup()


class _NativePhone(pj.Account):  # type: ignore[misc]
    def __init__(self, thread: PjsuaThread, number: int, native: NativeAccount) -> None:
        super().__init__()
        self._thread, self._number, self._native = thread, number, native

    def onRegState(self, event: Native) -> None:
        self._thread.post(-self._number, "registration", (event.code, event.reason))

    def onMwiInfo(self, event: Native) -> None:
        self._thread.post(-self._number, "mwi", event.rdata.wholeMsg.partition("\r\n\r\n")[2])

    def onIncomingCall(self, event: Native) -> None:
        key = self._thread.new_key()
        call = NativeCall(self._thread, self._native, key, event.callId)
        self._thread.post(-self._number, "ring", (key, event.rdata.wholeMsg))
        call.respond(self._native.refuses_with() or 180)


class PjsuaStack:
    """`async with PjsuaStack() as stack: phone = await stack.phone(account)`."""

    def __init__(self) -> None:
        self._phones: list[PjsuaPhone] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="pjsua-")
        self.thread = PjsuaThread(self._post)

    async def __aenter__(self) -> PjsuaStack:
        self._loop = asyncio.get_running_loop()
        self.thread.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.thread.stop)
        self._folder.cleanup()

    def _post(self, key: int, what: str, data: Native) -> None:
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._deliver, key, what, data)

    def _deliver(self, key: int, what: str, data: Native) -> None:
        """Negative keys are phones, the others calls."""
        if key > 0:
            for phone in self._phones:
                if key in phone.calls:
                    phone.calls[key].happened(what, data)
            return
        phone = self._phones[-key - 1]
        match what:
            case "ring":
                phone.rings(*data)
            case "mwi":
                phone.messages_waiting.append(data)
            case _ if phone.registration and not phone.registration.done() and data[0] >= 200:
                phone.registration.set_result(data)

    async def phone(self, account: PhoneAccount) -> PjsuaPhone:
        """Not registered yet."""
        phone = PjsuaPhone(account, self.thread, Path(self._folder.name))
        self._phones.append(phone)
        number = len(self._phones)
        await self.thread.run(lambda: self._create(phone, number))
        return phone

    def _create(self, phone: PjsuaPhone, number: int) -> None:
        account = phone.account
        name = f'"{account.display_name}" ' if account.display_name else ""
        config = pj.AccountConfig()
        config.idUri = f"{name}<sip:{account.user}@{account.server}>"
        if account.password:
            config.regConfig.registrarUri = f"sip:{account.server}"
            config.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", account.user, 0, account.password))
        config.regConfig.registerOnAdd, config.regConfig.timeoutSec = False, 120
        config.sipConfig.transportId = new_transport()
        config.mediaConfig.transportConfig.port = randrange(42000, 58000, 2)
        config.mediaConfig.transportConfig.boundAddress = "127.0.0.1"
        config.natConfig.contactRewriteUse = config.natConfig.viaRewriteUse = config.natConfig.sdpNatRewriteUse = 0
        native = _NativePhone(self.thread, number, phone.native)
        native.create(config)
        phone.native.account = native
        self.thread.accounts.append(phone.native)
