"""Every object of the service, built once and joined to the others. Nothing outside is touched here."""

from prometheus_client import CollectorRegistry

from switchboard.app.audio_copies import AudioCopies
from switchboard.app.duties import Duties
from switchboard.app.fallback import FallbackKeeping, Kept
from switchboard.app.guarding import Guarding, ami_access
from switchboard.app.settling import Settling
from switchboard.asterisk.ami import Ami
from switchboard.asterisk.ari_client import AriAccess, AriClient
from switchboard.asterisk.channels import HeldChannels
from switchboard.asterisk.event_stream import ConnectionState
from switchboard.asterisk.kept.fallback_book import AsteriskFallbackBook
from switchboard.asterisk.kept.fallback_plan import FallbackPlan, limit_entries
from switchboard.asterisk.kept.media_cache import MediaCache
from switchboard.asterisk.kept.turned_away import TurnedAway
from switchboard.asterisk.phone_states import PhoneStates
from switchboard.asterisk.phones import PhoneAccounts, PhoneMedia
from switchboard.asterisk.reception import Held
from switchboard.asterisk.recordings import AriRecordings
from switchboard.asterisk.telephony import AriTelephony
from switchboard.calendars.addresses import Allowed
from switchboard.calendars.fetching import CalendarFetcher
from switchboard.calendars.looking import Around
from switchboard.calendars.polling import CalendarPolling
from switchboard.calls.dispatcher import Dispatcher
from switchboard.calls.foresight import Foresight
from switchboard.calls.incoming import see_through
from switchboard.calls.live import LastingCalls, LiveTalks, Losses, ParkingLot
from switchboard.calls.mailbox.message_lamps import MessageLamps
from switchboard.calls.mailbox.ringing_both import CallsBack
from switchboard.calls.orders import OrdersByApi
from switchboard.calls.overload.admission import Admission
from switchboard.calls.overload.lag import LoopLag
from switchboard.calls.ports import Clock, Ports
from switchboard.calls.queue import Queues
from switchboard.calls.recovery import Recovery
from switchboard.db.absence_book import DatabaseAbsenceBook
from switchboard.db.audio_store import FolderAudioStore
from switchboard.db.autoreply.listing import Autoreplies
from switchboard.db.calendars import CalendarSources, DatabaseCalendarBook, Liftings
from switchboard.db.desk_tasks import DatabaseTasks
from switchboard.db.directory_store import DirectoryStore
from switchboard.db.engine import Database
from switchboard.db.guarding.blocked_addresses import BlockedAddresses
from switchboard.db.journal import DatabaseJournal
from switchboard.db.message_book import DatabaseMessageBook, DatabaseMessageCounts
from switchboard.db.messages import DatabaseMessages
from switchboard.db.operator_desk import DatabaseOperatorDesk
from switchboard.db.people_search import PeopleSearch
from switchboard.db.phone_accounts import DeviceAccounts
from switchboard.db.pins import DatabasePins
from switchboard.db.public_holidays import SwedishCalendars
from switchboard.db.queries.absences import Absences
from switchboard.db.queries.callback_tasks import CallbackTasks
from switchboard.db.queries.calls import Calls
from switchboard.db.queries.greetings import Greetings
from switchboard.db.queries.mailboxes import Mailboxes
from switchboard.db.queries.people import People
from switchboard.db.queries.pin_locks import PinLocks
from switchboard.db.queries.tokens import Tokens
from switchboard.db.queries.voicemail_messages import VoicemailMessages
from switchboard.db.queue_book import DatabaseQueueBook
from switchboard.db.reminders.unanswered import DatabasePresence
from switchboard.db.retention.marks import DatabaseMarks
from switchboard.db.retention.person_data import PersonData
from switchboard.db.retention.registry import Registry
from switchboard.db.spool import Spool
from switchboard.db.spool.beside import SpooledMessages, SpooledTasks
from switchboard.db.tasks.steps import TaskSteps
from switchboard.domain.calendar import words_of
from switchboard.domain.keypad.reason_codes import codes_of
from switchboard.domain.overload import Limits
from switchboard.errors import SettingsFault
from switchboard.health import BesideHealth, ServiceHealth, Stores
from switchboard.logs import named_log
from switchboard.monitoring import (
    CalendarFigures,
    DamageFigures,
    Figures,
    HealthFigures,
    LoadFigures,
    LossFigures,
    MailboxFigures,
    QueueBoard,
    age_of,
    registry_of,
)
from switchboard.settings import Settings
from switchboard.speech.greetings.workshop import ProcessWorkshop
from switchboard.speech.prompts import Prompts
from switchboard.web.live.bell import ChangeBell
from switchboard.web.ports import WebPorts
from switchboard.web.server import WebServer, build_app

# A database that is away for longer is written to later.
JOURNAL_PATIENCE_S = 2.0


class Parts:
    """The constructor reads from what keeps things to what acts on them."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._keep()
        self._reach_asterisk()
        self.bell = ChangeBell()
        self.queues = Queues()
        self.ports = self._ports()
        self.queues.attend(self.ports, see_through)
        self.phone_states.on_change = self.something_changed
        self.lag = LoopLag()
        self.turned_away = TurnedAway(self.ari)
        self.admission = Admission(Limits(settings.most_calls), lambda: self.directory.latest, named_log("overload"))
        self.dispatcher = Dispatcher(self.ports, self.admission)
        book = AsteriskFallbackBook(self.ami, self.ari, named_log("fallback"))
        self.recovery = Recovery(self.ports, book, self.follows, self.dispatcher.adopt)
        cache = MediaCache(self.ami, self.prompts.media_root)
        kept = Kept(FallbackPlan(self.ami), cache, limit_entries(settings.most_calls, settings.most_told))
        self.fallback = FallbackKeeping(self.directory, self.ports.calendars, self.prompts, kept, clock)
        self.audio_copies = AudioCopies(cache, self.audio, clock, named_log("audio"))
        self.guarding = Guarding(settings, self.ari, self.blocked_addresses, clock)
        self.duties = Duties(settings, self.ports, self.database)
        self.load_figures = LoadFigures(self.dispatcher, self.admission, self.lag)
        self.health = self._health()
        self.web = WebServer(build_app(self._web_ports()), settings.http_bind.host, settings.http_bind.port)

    def _keep(self) -> None:
        self.database = _database(self._settings)
        self.directory = DirectoryStore(self.database, self._clock.now, named_log("directory"))
        self.spool = Spool(self._settings.spool)
        self.settling = Settling(self.database, self.spool, named_log("spool"))
        self.journal = DatabaseJournal(self.database, named_log("journal"), JOURNAL_PATIENCE_S, self.spool)
        self.damage_figures = DamageFigures(named_log("recordings"))
        self.audio = FolderAudioStore(self._settings.recordings, self.damage_figures.tell)
        self.pins = DatabasePins(self.database)
        self.blocked_addresses = BlockedAddresses(self.database)
        self.device_accounts = DeviceAccounts(self.database)
        self.marks = DatabaseMarks(self.database, self.directory, self._settings.link_root)
        self.people_search = PeopleSearch(self.database, named_log("search"))
        self.greetings = Greetings(self.database)
        self.task_steps = TaskSteps(self.database, self.directory)
        self.workshop = ProcessWorkshop(named_log("greetings"))
        self.calendar_polling = self._calendar_polling()

    def _calendar_polling(self) -> CalendarPolling:
        settings = self._settings
        around = Around(
            self._clock.now,
            lambda authority_id: words_of(codes_of(self.directory.latest, authority_id).values()),
            settings.calendar_secrets,
            settings.calendar_interval,
        )
        fetcher = CalendarFetcher(Allowed(settings.calendar_hosts, settings.calendar_networks))
        return CalendarPolling(DatabaseCalendarBook(self.database), fetcher, around, named_log("calendars"))

    def _reach_asterisk(self) -> None:
        settings, log = self._settings, named_log("ari")
        self.prompts = Prompts.load(settings.sounds, settings.sounds_uri, settings.media_root)
        self.ari = AriClient(_ari_access(settings), log)
        self.ami = Ami(ami_access(settings), named_log("ami"))
        self.connection = ConnectionState()
        self.channels = HeldChannels(self.ari, log)
        self.phone_states = PhoneStates(self.ari, log)
        media = PhoneMedia(
            settings.media_address, transfers=settings.phone_transfers, encrypted=settings.phone_encryption
        )
        self.phone_accounts = PhoneAccounts(self.ari, self.ami, media, named_log("phones"))
        self.telephony = AriTelephony(self.ari, self.channels, self.phone_states, self._clock, named_log("telephony"))
        counts = DatabaseMessageCounts(self.database)
        self.message_lamps = MessageLamps(self.telephony, counts, named_log("message lamps"))

    @property
    def held(self) -> Held:
        return Held(self.channels, self.phone_states, self.connection)

    def something_changed(self) -> None:
        """A phone that became free may be an operator's, a row may sign one in: the queues look, and so does whoever
        watches."""
        self.queues.wake()
        self.bell.ring()

    def follows(self, call_id: str) -> bool:
        """Whether the story of a call is told here and now."""
        return self.dispatcher.follows(call_id) or self.queues.follows(call_id)

    def _ports(self) -> Ports:
        calendars = SwedishCalendars(lambda: self.directory.latest, self._clock.now)
        return Ports(
            telephony=self.telephony,
            recordings=AriRecordings(self.ari, named_log("ari")),
            audio=self.audio,
            messages=SpooledMessages(DatabaseMessages(self.database, self.message_lamps.wake), self.spool),
            journal=self.journal,
            directory=self.directory,
            calendars=calendars,
            announcer=self.prompts,
            clock=self._clock,
            log=named_log("calls"),
            lasting=LastingCalls(),
            losses=Losses(),
            live=LiveTalks(),
            parking=ParkingLot(),
            places=DatabaseQueueBook(self.database),
            desk=DatabaseOperatorDesk(self.database, self._clock.now),
            tasks=SpooledTasks(DatabaseTasks(self.database), self.spool),
            marks=self.marks,
            queues=self.queues,
            foresight=Foresight(self.directory, calendars, self._clock),
            absences=DatabaseAbsenceBook(self.database),
            pins=self.pins,
            greetings=self.greetings,
            workshop=self.workshop,
            message_book=DatabaseMessageBook(self.database, self.message_lamps.wake),
            task_book=self.task_steps,
            presence=DatabasePresence(self.database, self.directory, calendars, named_log("presence")),
        )

    def _web_ports(self) -> WebPorts:
        clock, database = self._clock, self.database
        return WebPorts(
            health=self.health,
            phones=self.telephony,
            queue=QueueBoard(self.queues, lambda: self.directory.latest),
            audio=self.audio,
            tokens=Tokens(database),
            callback_tasks=CallbackTasks(database),
            voicemail_messages=VoicemailMessages(database, self.message_lamps.wake),
            task_steps=self.task_steps,
            calls_back=CallsBack(self.ports, self.dispatcher.make),
            marks=self.marks,
            registry_office=Registry(database, self.message_lamps.wake),
            person_data=PersonData(database, self.audio),
            working_days=self.ports.calendars,
            absences=Absences(database),
            autoreplies=Autoreplies(database),
            people=People(database),
            calls=Calls(database),
            desk=OrdersByApi(self.ports),
            mailboxes=Mailboxes(database),
            people_search=self.people_search,
            greetings=self.greetings,
            workshop=self.workshop,
            pins=self.pins,
            pin_locks=PinLocks(database),
            blocked_addresses=self.blocked_addresses,
            calendars=CalendarSources(database),
            liftings=Liftings(database),
            failing_calendars=self.calendar_polling.states,
            directory=self.directory,
            announcer=self.prompts,
            changes=self.bell,
            clock=clock,
            log=named_log("web"),
            registry=self._registry(),
            media_peers=self._settings.media_peers,
        )

    def _health(self) -> ServiceHealth:
        stores = Stores(self.database, self.spool, self.audio)
        beside = BesideHealth(self._directory_age, self.load_figures.words)
        return ServiceHealth(self.connection, self.ami, stores, beside)

    def _directory_age(self) -> float:
        return age_of(self.directory, self._clock)

    def _registry(self) -> CollectorRegistry:
        figures = Figures(
            self.dispatcher,
            self.connection,
            self.journal,
            self._directory_age,
            self.duties.mail_counts,
        )
        calendars, mailboxes = CalendarFigures(self.calendar_polling.ages), MailboxFigures(self.duties.mailbox_counts)
        losses, health = LossFigures(self.ports.losses), HealthFigures(lambda: self.health.latest)
        return registry_of(figures, self.load_figures, calendars, mailboxes, losses, health, self.damage_figures)


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
