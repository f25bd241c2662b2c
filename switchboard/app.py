"""The composition root: builds every object once, starts them in order and closes them in the reverse order."""

import asyncio
import contextlib
import gc
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import NoReturn

from switchboard.asterisk.ami import Ami, AmiAccess, AsteriskFallbackBook
from switchboard.asterisk.ari_client import AriAccess, AriClient
from switchboard.asterisk.channels import HeldChannels
from switchboard.asterisk.event_stream import Connected, ConnectionState, EventStream, Hooks, NameTaken
from switchboard.asterisk.phone_states import PhoneStates
from switchboard.asterisk.phones import PhoneAccount, PhoneAccounts, PhoneMedia
from switchboard.asterisk.reception import Held, NewCalls, Reception
from switchboard.asterisk.recordings import AriRecordings
from switchboard.asterisk.telephony import AriTelephony
from switchboard.calls.dispatcher import Dispatcher
from switchboard.calls.ports import Clock, Ports
from switchboard.calls.recovery import Recovery
from switchboard.calls.waiting import LastingCalls, WaitingRoom
from switchboard.clock import choose_clock
from switchboard.db.audio_store import FolderAudioStore
from switchboard.db.directory_store import DirectoryStore
from switchboard.db.engine import Database, schema_is_current
from switchboard.db.journal import DatabaseJournal
from switchboard.db.messages import DatabaseMessages
from switchboard.db.phone_accounts import DeviceAccounts
from switchboard.db.public_holidays import SwedishCalendars
from switchboard.db.queries.absences import Absences
from switchboard.db.queries.callback_tasks import CallbackTasks
from switchboard.db.queries.calls import Calls
from switchboard.db.queries.greetings import Greetings
from switchboard.db.queries.operators import Operators
from switchboard.db.queries.people import People
from switchboard.db.queries.tokens import Tokens
from switchboard.db.queries.voicemail_messages import VoicemailMessages
from switchboard.errors import SettingsFault, Unavailable
from switchboard.logs import configure_logging, named_log
from switchboard.monitoring import Figures, QueueBoard, ServiceHealth, age_of, registry_of
from switchboard.settings import Settings
from switchboard.speech.prompts import Prompts
from switchboard.web.ports import WebPorts
from switchboard.web.server import WebServer, build_app

DRAIN_S = 10.0
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
    """Every object of the service. The constructor touches nothing outside; `run` reads as the order of start and
    stop."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.log = named_log("switchboard")
        self.database = _database(settings)
        self.directory = DirectoryStore(self.database, clock.now, named_log("directory"))
        self.journal = DatabaseJournal(self.database, named_log("journal"))
        self.audio = FolderAudioStore(settings.recordings)
        self.prompts = Prompts.load(settings.sounds, settings.sounds_uri, settings.media_root)
        self.ari = AriClient(_ari_access(settings), named_log("ari"))
        self.ami = Ami(_ami_access(settings), named_log("ami"))
        self.connection = ConnectionState()
        self.channels = HeldChannels(self.ari, named_log("ari"))
        self.phone_states = PhoneStates(self.ari, named_log("ari"))
        self.phone_accounts = PhoneAccounts(self.ari, self.ami, _media(settings), named_log("phones"))
        self.device_accounts = DeviceAccounts(self.database)
        self._phones_version: int | None = None
        self._all_recovered = False
        self._writable = True
        self.telephony = AriTelephony(self.ari, self.channels, self.phone_states, clock, named_log("telephony"))
        self.ports = self._ports(clock)
        self.dispatcher = Dispatcher(self.ports)
        self.recovery = Recovery(
            self.ports,
            AsteriskFallbackBook(self.ami, self.ari, named_log("fallback")),
            self.dispatcher.follows,
            self.dispatcher.adopt,
        )
        self.stream = self._event_stream(clock)
        self.web = WebServer(build_app(self._web_ports(clock)), settings.http_bind.host, settings.http_bind.port)

    async def run(self, stop: asyncio.Event) -> None:
        """The parts in the order in which they start; they close in the reverse order."""
        async with AsyncExitStack() as parts:
            parts.push_async_callback(self.database.close)
            await self._check_schema()
            parts.push_async_callback(self.directory.close)
            await self.directory.current()
            # The directory is never garbage: looking through 100,000 people for it holds every call up.
            gc.freeze()
            self._report_prompts()
            self.journal.start()
            parts.push_async_callback(self.journal.close)
            await parts.enter_async_context(self.ari)
            background = [
                asyncio.create_task(self.ami.run(), name="ami"),
                asyncio.create_task(self.stream.run(), name="ari events"),
                asyncio.create_task(self._look_after(), name="look after"),
            ]
            parts.push_async_callback(_end, background)
            await self.web.start()
            parts.push_async_callback(self.web.close)
            parts.push_async_callback(self.dispatcher.abandon)
            self.log.info("started", http=str(self.settings.http_bind), instance=self.settings.instance)
            try:
                await _first(stop, background)
                self.log.info("stopping", calls=len(self.dispatcher))
                await self.dispatcher.drain(DRAIN_S)
                await self.reception.settle(SETTLE_S)
                await self.dispatcher.hand_over()
            finally:
                # From here on Asterisk does not hear us: what goes on, goes on until the next start takes it up.
                self.ari.fence()
        self.log.info("stopped")

    async def _check_schema(self) -> None:
        if not await self.database.ping():
            raise Unavailable("the database does not answer; look at SWITCHBOARD_DATABASE_URL")
        if not await schema_is_current(self.database):
            raise Unavailable("the database's schema is not current; run: switchboard migrate")

    def _report_prompts(self) -> None:
        for fault in self.prompts.faults:
            self.log.warning("prompt_missing", fault=fault)

    async def _connected(self, connected: Connected) -> None:
        """What was known of Asterisk may have changed while it was not heard. No call is claimed before this is
        through."""
        if connected.restarted:
            self.log.warning("asterisk_restarted")
        self.phone_states.forget()
        self._phones_version = None
        await self.channels.compare()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.ami.wait_connected(), AMI_WITHIN_S)
        self._all_recovered = await self.recovery.run()

    async def _look_after(self) -> NoReturn:
        """What no event tells of: whether the database answers, phones that were changed by SQL, and what could not be
        recovered at once."""
        rounds = 0
        while True:
            await self.connection.reconciled.wait()
            rounds += 1
            try:
                await self.directory.current()
                self._writable = await self.database.writable()
                await self._synchronise_phones()
                if not self._all_recovered or rounds % RECOVER_EVERY_ROUNDS == 0:
                    self._all_recovered = await self.recovery.run()
            except Exception:
                self.log.exception("looking_after_failed")
            await asyncio.sleep(LOOK_AFTER_EVERY_S)

    async def _synchronise_phones(self) -> None:
        """Make Asterisk's phones those of the database; the state of each is then known before the first call."""
        version = await self.device_accounts.version()
        if version == self._phones_version:
            return
        devices = await self.device_accounts.all()
        accounts = [PhoneAccount(each.account, each.password, each.name, each.digits, each.enabled) for each in devices]
        done = await self.phone_accounts.synchronise(accounts)
        if done.put or done.removed:
            self.log.info("phones_synchronised", put=done.put, removed=done.removed, faults=len(done.faults))
        await self.telephony.phone_states([each.account for each in devices if each.enabled])
        self._phones_version = version

    def _ready(self) -> bool:
        """Whether a new call may be claimed. Without the database no message could be kept: such a call is the
        dialplan's fallback's, which loses nothing."""
        return self.dispatcher.taking_calls and self.directory.answering and self._writable

    def _ports(self, clock: Clock) -> Ports:
        return Ports(
            telephony=self.telephony,
            recordings=AriRecordings(self.ari, named_log("ari")),
            audio=self.audio,
            messages=DatabaseMessages(self.database),
            journal=self.journal,
            directory=self.directory,
            calendars=SwedishCalendars(lambda: self.directory.latest, clock.now),
            announcer=self.prompts,
            clock=clock,
            log=named_log("calls"),
            waiting=WaitingRoom(),
            lasting=LastingCalls(),
        )

    def _event_stream(self, clock: Clock) -> EventStream:
        held = Held(self.channels, self.phone_states, self.connection)
        new_calls = NewCalls(
            ready=self._ready,
            on_call=self.dispatcher.start,
            on_announced=self.directory.expect,
            on_lost=self.dispatcher.note_lost,
            clock=clock,
            log=named_log("reception"),
        )
        self.reception = Reception(self.ari, held, new_calls)
        hooks = Hooks(self.reception.receive, self._connected, self.channels.compare)
        return EventStream(self.ari, self.connection, hooks, named_log("ari"))

    def _web_ports(self, clock: Clock) -> WebPorts:
        figures = Figures(self.dispatcher, self.connection, self.journal, lambda: age_of(self.directory, clock))
        return WebPorts(
            health=ServiceHealth(self.connection, self.ami, self.database),
            phones=self.telephony,
            queue=QueueBoard(self.ports.waiting),
            audio=self.audio,
            tokens=Tokens(self.database),
            callback_tasks=CallbackTasks(self.database),
            voicemail_messages=VoicemailMessages(self.database),
            absences=Absences(self.database),
            people=People(self.database),
            calls=Calls(self.database),
            operators=Operators(self.database),
            greetings=Greetings(self.database),
            clock=clock,
            log=named_log("web"),
            registry=registry_of(figures),
            media_peers=self.settings.media_peers,
        )


def _database(settings: Settings) -> Database:
    try:
        return Database(settings.database_url.get_secret_value())
    except ValueError as error:
        raise SettingsFault([f"SWITCHBOARD_DATABASE_URL cannot be used: {error}"]) from None


def _ari_access(settings: Settings) -> AriAccess:
    return AriAccess(
        settings.ari_url,
        settings.ari_user,
        settings.ari_password.get_secret_value(),
        f"switchboard-{settings.instance}",
    )


def _ami_access(settings: Settings) -> AmiAccess:
    return AmiAccess(settings.ami_host, settings.ami_port, settings.ami_user, settings.ami_password.get_secret_value())


def _media(settings: Settings) -> PhoneMedia:
    return PhoneMedia(address=settings.media_address)


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
