"""The one thread in which pjsua2 lives, and the objects that never leave it."""

from __future__ import annotations

import asyncio
import gc
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pjsua2 as pj

T = TypeVar("T")
Native = Any
"""An object of pjsua2, which has no types."""
Post = Callable[[int, str, Native], None]
"""Call key, what happened, and plain data about it; may be called from the pjsua2 thread only."""


_UPDATE = 1
"""PJMEDIA_STREAM_DTMF_IS_UPDATE, which the binding leaves out."""


class PjsuaError(Exception):
    """pjsua2 refused; the text is its own."""


@dataclass(slots=True)
class _Job:
    work: Callable[[], object]
    done: Callable[[object, Exception | None], None]


@dataclass(slots=True)
class NativeAccount:
    """What the thread keeps of a phone. `refuses_with` is asked for at every call that comes in."""

    account: Native
    refuses_with: Callable[[], int | None]
    heard_folder: Path
    calls: set[int] = field(default_factory=set)


class PjsuaThread:
    """`run` does work in the thread; `post` tells the event loop what happened."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.calls: dict[int, Native] = {}
        self.accounts: list[NativeAccount] = []
        self.graveyard: list[Native] = []
        self._keys = 0
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._live, name="pjsua2", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Blocks for about half a second."""
        self._stop.set()
        self._thread.join(15)

    def new_key(self) -> int:
        self._keys += 1
        return self._keys

    async def run(self, work: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()

        def settle(result: object, error: Exception | None) -> None:
            if future.done():
                return
            if error:
                future.set_exception(error)
            else:
                future.set_result(result)

        self._jobs.put(_Job(work, lambda *given: _soon(loop, settle, *given)))
        answer: T = await future
        return answer

    def _live(self) -> None:
        endpoint = _start_endpoint()
        while not self._stop.is_set():
            endpoint.libHandleEvents(10)
            self._work_off()
            self.graveyard.clear()
        self._end(endpoint)

    def _work_off(self) -> None:
        while not self._jobs.empty():
            job = self._jobs.get()
            result, error = _attempt(job.work)
            job.done(result, error)

    def _end(self, endpoint: Native) -> None:
        endpoint.hangupAllCalls()
        for _ in range(30):
            endpoint.libHandleEvents(10)
        for call in self.calls.values():
            call.release()
        self.calls.clear()
        self.graveyard.clear()
        for native in self.accounts:
            native.account.shutdown()
            native.account = None
        self.accounts.clear()
        gc.collect()
        endpoint.libDestroy(pj.PJSUA_DESTROY_NO_RX_MSG)


def _attempt(work: Callable[[], object]) -> tuple[object, Exception | None]:
    """No exception of pjsua2 may leave the thread: its traceback holds objects of pjsua2."""
    try:
        return work(), None
    except pj.Error as error:
        return None, PjsuaError(error.info())
    except Exception as error:  # noqa: BLE001
        return None, PjsuaError(repr(error))


def _soon(loop: asyncio.AbstractEventLoop, call: Callable[..., None], *given: object) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(call, *given)


def _start_endpoint() -> Native:
    endpoint = pj.Endpoint()
    endpoint.libCreate()
    config = pj.EpConfig()
    config.uaConfig.threadCnt, config.uaConfig.mainThreadOnly, config.uaConfig.maxCalls = 0, True, 4
    config.uaConfig.mwiUnsolicitedEnabled = True
    config.logConfig.level = config.logConfig.consoleLevel = 0
    media = config.medConfig
    media.clockRate = media.sndClockRate = 8000
    media.noVad, media.ecTailLen = True, 0
    endpoint.libInit(config)
    endpoint.libStart()
    endpoint.audDevManager().setNullDev()
    for codec in endpoint.codecEnum2():
        endpoint.codecSetPriority(codec.codecId, 255 if codec.codecId.startswith("PCMA/") else 0)
    return endpoint


def new_transport() -> int:
    """A UDP port of 127.0.0.1 of its own; pjsua2 thread only."""
    config = pj.TransportConfig()
    config.port, config.boundAddress = 0, "127.0.0.1"
    number: int = pj.Endpoint.instance().transportCreate(pj.PJSIP_TRANSPORT_UDP, config)
    return number


class NativeCall(pj.Call):  # type: ignore[misc]
    """Lives and dies in the pjsua2 thread."""

    def __init__(self, thread: PjsuaThread, native: NativeAccount, key: int, number: int) -> None:
        super().__init__(native.account, number)
        self.key = key
        self._thread = thread
        self._heard = str(native.heard_folder / f"heard-{key}.wav")
        self.player: Native = None
        self.recorder: Native = None
        thread.calls[key] = self

    def onCallState(self, _: Native) -> None:
        info = self.getInfo()
        over = info.state == pj.PJSIP_INV_STATE_DISCONNECTED
        self._thread.post(self.key, "state", (info.state, info.lastStatusCode, info.lastReason))
        if over:
            self.release()
            self._thread.calls.pop(self.key, None)
            self._thread.graveyard.append(self)

    def onCallMediaState(self, _: Native) -> None:
        info = self.getInfo()  # must outlive the loop: it owns the media it lists
        for media in info.media:
            if media.type != pj.PJMEDIA_TYPE_AUDIO:
                continue
            self._thread.post(self.key, "held", media.status == pj.PJSUA_CALL_MEDIA_REMOTE_HOLD)
            if media.status in (pj.PJSUA_CALL_MEDIA_ACTIVE, pj.PJSUA_CALL_MEDIA_REMOTE_HOLD):
                self._connect(self.getAudioMedia(media.index))

    def _connect(self, audio: Native) -> None:
        if self.recorder is None:
            self.recorder = pj.AudioMediaRecorder()
            self.recorder.createRecorder(self._heard)
            self._thread.post(self.key, "recorder", self._heard)
        audio.startTransmit(self.recorder)
        if self.player is not None:
            self.player.startTransmit(audio)

    def onCallTsxState(self, event: Native) -> None:
        if event.e.type == pj.PJSIP_EVENT_TSX_STATE and event.e.body.tsxState.type == pj.PJSIP_EVENT_RX_MSG:
            self._thread.post(self.key, "message", event.e.body.tsxState.src.rdata.wholeMsg)

    def onDtmfEvent(self, event: Native) -> None:
        if not event.flags & _UPDATE:
            self._thread.post(self.key, "digit", event.digit)

    def onCallTransferStatus(self, event: Native) -> None:
        self._thread.post(self.key, "transfer", (event.statusCode, bool(event.finalNotify)))

    def respond(self, code: int) -> None:
        answer = pj.CallOpParam()
        answer.statusCode = code
        self.answer(answer)

    def end(self) -> None:
        self.hangup(pj.CallOpParam())

    def reinvite_with(self, flag: int) -> None:
        parameters = pj.CallOpParam(True)
        if flag:
            parameters.opt.flag = flag
            self.reinvite(parameters)
        else:
            self.setHold(parameters)

    def press(self, digit: str) -> None:
        key = pj.CallSendDtmfParam()
        key.method, key.digits, key.duration = pj.PJSUA_DTMF_METHOD_RFC2833, digit, 120
        self.sendDtmf(key)

    def play_file(self, path: str, *, over_and_over: bool) -> None:
        self.player = pj.AudioMediaPlayer()
        self.player.createPlayer(path, 0 if over_and_over else pj.PJMEDIA_FILE_NO_LOOP)
        self.player.startTransmit(self.getAudioMedia(-1))

    def release(self) -> None:
        """Closes the files."""
        self.player = self.recorder = None
