"""The order of start and stop, and what goes on beside the calls."""

import asyncio
import contextlib
import gc
import signal
import sys
from collections.abc import Awaitable, Sequence
from contextlib import AsyncExitStack
from typing import NoReturn

from switchboard.app.parts import Parts
from switchboard.asterisk.event_stream import Connected, EventStream, Hooks, NameTaken
from switchboard.asterisk.phones import PhoneAccount
from switchboard.asterisk.reception import NewCalls, Reception
from switchboard.calls.overload.admission import Gauges
from switchboard.calls.ports import Clock, TelephonyFault
from switchboard.clock import choose_clock
from switchboard.db.engine import schema_is_current
from switchboard.domain.routing import number_shown_by
from switchboard.errors import Unavailable
from switchboard.logs import configure_logging, named_log
from switchboard.settings import Settings

# Meanwhile nobody is taken: a longer wait turns as many new callers over to the fallback as it lets others end.
DRAIN_S = 1.0
SWITCH_INTERVAL_S = 0.0005
LOOK_AFTER_EVERY_S = 2.0
RECOVER_EVERY_ROUNDS = 15
AMI_WITHIN_S = 2.0
SETTLE_S = 2.0


async def serve(settings: Settings) -> None:
    """Answer calls until SIGTERM or SIGINT. Raises SettingsFault or Unavailable where it cannot begin."""
    configure_logging(settings.log_level, settings.log_pii)
    # A thread that comes back from the database asks the busy loop for its turn after this long, not after 5 ms: the
    # answer stands between a caller and the first sound.
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    await Service(settings, choose_clock(settings.now, settings.env)).run(stop)


class Service:
    """`run` reads as the order of start and stop. The constructor touches nothing outside."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.log = named_log("switchboard")
        self.parts = parts = Parts(settings, clock)
        new_calls = NewCalls(
            ready=self._ready,
            on_call=parts.dispatcher.start,
            on_announced=parts.dispatcher.announce,
            on_lost=parts.dispatcher.note_lost,
            clock=clock,
            log=named_log("reception"),
        )
        self.reception = Reception(parts.ari, parts.held, new_calls)
        hooks = Hooks(self.reception.receive, self._connected, parts.channels.compare)
        parts.admission.gauges = Gauges(lambda: self.reception.claims_under_way, lambda: parts.lag.seconds)
        self.stream = EventStream(parts.ari, parts.connection, hooks, named_log("ari"))
        self._phones_version: int | None = None
        self._directory_version: int | None = None
        self._all_recovered = False

    async def run(self, stop: asyncio.Event) -> None:
        """The parts in the order in which they start; they close in the reverse order."""
        parts = self.parts
        async with AsyncExitStack() as running:
            await self._open_stores(running)
            running.push_async_callback(parts.spool.close)
            await parts.settling.settle()
            parts.journal.start()
            running.push_async_callback(parts.journal.close)
            await running.enter_async_context(parts.ari)
            background = [
                asyncio.create_task(parts.ami.run(), name="ami"),
                asyncio.create_task(self.stream.run(), name="ari events"),
                asyncio.create_task(self._look_after(), name="look after"),
                asyncio.create_task(parts.message_lamps.run(), name="message lamps"),
                asyncio.create_task(parts.lag.run(), name="loop lag"),
                asyncio.create_task(parts.health.run(self.log), name="health"),
                asyncio.create_task(parts.calendar_polling.run(), name="calendars"),
                *parts.duties.start(),
                *parts.guarding.start(),
            ]
            running.push_async_callback(_end, background)
            await parts.web.start()
            running.push_async_callback(parts.web.close)
            running.push_async_callback(parts.queues.close)
            running.enter_context(parts.queues.heard_by(parts.bell.ring))
            running.push_async_callback(parts.dispatcher.abandon)
            running.callback(parts.admission.close)
            self.log.info("started", http=str(self.settings.http_bind), instance=self.settings.instance)
            try:
                await _first(stop, background)
                self.log.info("stopping", calls=len(parts.dispatcher))
                await parts.dispatcher.drain(DRAIN_S)
                await self.reception.settle(SETTLE_S)
                await parts.dispatcher.hand_over()
                await parts.queues.rest()
            finally:
                # From here on Asterisk does not hear us: what goes on, goes on until the next start takes it up.
                parts.ari.fence()
        self.log.info("stopped")

    async def _open_stores(self, running: AsyncExitStack) -> None:
        parts = self.parts
        await parts.audio.open()
        running.push_async_callback(parts.database.close)
        await self._check_schema()
        running.push_async_callback(parts.directory.close)
        await parts.directory.current()
        # The directory is never garbage: looking through 100,000 people for it holds every call up.
        gc.freeze()
        parts.people_search.start()
        running.push_async_callback(parts.people_search.close)
        for fault in parts.prompts.faults:
            self.log.warning("prompt_missing", fault=fault)

    async def _check_schema(self) -> None:
        if not await self.parts.database.ping():
            raise Unavailable("the database does not answer; look at SWITCHBOARD_DATABASE_URL")
        if not await schema_is_current(self.parts.database):
            raise Unavailable("the database's schema is not current; run: switchboard migrate")

    async def _connected(self, connected: Connected) -> None:
        """What was known of Asterisk may have changed while it was not heard. No call is claimed before this is
        through."""
        if connected.restarted:
            self.log.warning("asterisk_restarted")
        self.parts.phone_states.forget()
        self._phones_version = None
        self.parts.fallback.forget()
        self.parts.audio_copies.forget()
        self.parts.message_lamps.forget()
        self.parts.guarding.forget()
        await self.parts.channels.compare()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.parts.ami.wait_connected(), AMI_WITHIN_S)
        self._all_recovered = await self.parts.settling.settle() and await self.parts.recovery.run()

    async def _look_after(self) -> NoReturn:
        """What no event tells of: whether the database answers, rows that were changed by SQL, and what could not be
        recovered at once."""
        rounds = 0
        while True:
            settled = await self._attempt("database_not_settled", self.parts.settling.settle())
            if self.parts.connection.reconciled.is_set():
                rounds += 1
                await self._attempt("turned_away_not_counted", self._count_turned_away())
                await self._follow(settled is True, rounds)
            await asyncio.sleep(LOOK_AFTER_EVERY_S)

    async def _follow(self, settled: bool, rounds: int) -> None:
        """One thing that fails keeps nothing else from being done."""
        parts = self.parts
        if not settled:
            self._all_recovered = False
        elif not self._all_recovered or rounds % RECOVER_EVERY_ROUNDS == 0:
            self._all_recovered = await self._attempt("not_recovered", parts.recovery.run()) is True
        if parts.settling.writable:
            await self._attempt("directory_not_followed", self._follow_directory())
            await self._attempt("phones_not_synchronised", self._synchronise_phones())
            await self._attempt("fallback_not_kept", parts.fallback.keep())
            await self._attempt("audio_copies_not_kept", parts.audio_copies.keep())

    async def _count_turned_away(self) -> None:
        self.parts.admission.note_elsewhere(await self.parts.turned_away.count())

    async def _attempt(self, event: str, work: Awaitable[bool | None]) -> bool | None:
        """None where it failed, too."""
        try:
            return await work
        except TelephonyFault as fault:
            self.log.warning(event, fault=str(fault))
        except Exception:
            self.log.exception(event)
        return None

    async def _follow_directory(self) -> None:
        await self.parts.directory.current()
        if self.parts.directory.version != self._directory_version:
            self._directory_version = self.parts.directory.version
            self.parts.something_changed()

    async def _synchronise_phones(self) -> None:
        """Make Asterisk's phones those of the database; the state of each is then known before the first call."""
        parts = self.parts
        version = await parts.device_accounts.version()
        if version == self._phones_version:
            return
        devices = await parts.device_accounts.all()
        directory = await parts.directory.current()
        accounts = [
            PhoneAccount(
                each.account,
                each.password,
                each.name,
                each.digits,
                each.enabled,
                number_shown_by(each.account, directory),
                str(each.person_id),
                each.encrypted,
            )
            for each in devices
        ]
        done = await parts.phone_accounts.synchronise(accounts)
        if done.put or done.removed:
            self.log.info("phones_synchronised", put=done.put, removed=done.removed, faults=len(done.faults))
        await parts.telephony.phone_states([each.account for each in devices if each.enabled])
        self._phones_version = version

    def _ready(self) -> bool:
        """Whether a new call may be claimed: what is said in it must be kept, by the database or beside it. Where
        neither can, the call is the dialplan's fallback's, which loses nothing."""
        parts = self.parts
        kept = (parts.directory.answering and parts.settling.writable) or parts.settling.spool_takes
        return parts.dispatcher.taking_calls and parts.directory.version is not None and kept


async def _first(stop: asyncio.Event, background: Sequence[asyncio.Task[NoReturn]]) -> None:
    """Return when told to stop. A part that ends by itself ends the service; Unavailable where it is not our fault."""
    told = asyncio.create_task(stop.wait(), name="told to stop")
    try:
        await asyncio.wait({told, *background}, return_when=asyncio.FIRST_COMPLETED)
        for task in background:
            if task.done():
                task.result()
    except NameTaken:
        raise Unavailable("another service with the same SWITCHBOARD_INSTANCE has taken over") from None
    finally:
        told.cancel()


async def _end(tasks: Sequence[asyncio.Task[NoReturn]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
