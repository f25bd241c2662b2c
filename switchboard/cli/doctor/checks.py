"""The commonest misconfigurations. Each check is a pure function of the facts and says the remedy with what it finds.

What could not be learnt is left to the check that says why: a check is silent about it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address

from switchboard.cli.doctor.facts import Facts
from switchboard.domain.checks import Severity

LEAST_FREE_BYTES = 1 << 30
LEAST_FREE_SHARE = 0.05
MOST_CLOCK_ERROR = timedelta(seconds=5)
OLDEST_BACKUP = timedelta(hours=26)
"""A day, and the time that a nightly copy may take."""
FEW_PHONES = 3
"""Of so few, one that is off says nothing."""


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    severity: Severity
    problem: str
    remedy: str


Findings = Iterator[Finding]


def examine(facts: Facts) -> Sequence[Finding]:
    """Errors first, each kind in the order of the checks."""
    found = [finding for check in CHECKS.values() for finding in check(facts)]
    return sorted(found, key=lambda finding: finding.severity)


def _error(check: str, problem: str, remedy: str) -> Finding:
    return Finding(check, Severity.ERROR, problem, remedy)


def _warning(check: str, problem: str, remedy: str) -> Finding:
    return Finding(check, Severity.WARNING, problem, remedy)


def check_settings(facts: Facts) -> Findings:
    for problem in facts.settings:
        yield _error("settings", problem, "set it in the environment; docs/operations.md lists every variable")


def check_database(facts: Facts) -> Findings:
    database = facts.database
    if database is None:
        return
    if database.fault is not None:
        yield _error("database", database.fault, "start the database, or correct SWITCHBOARD_DATABASE_URL")
    elif database.revision is None:
        yield _error("database", "it has no tables", "run: switchboard migrate, or correct SWITCHBOARD_DATABASE_URL")
    elif database.revision != database.needed:
        problem = f"its schema is {database.revision}, this release's is {database.needed}"
        yield _error("database", problem, "back it up, then run: switchboard migrate")
    elif not database.writable:
        yield _error("database", "it takes no change", "look for a full disk, a lock, or who owns its file")


def check_asterisk(facts: Facts) -> Findings:
    asterisk = facts.asterisk
    if asterisk is None:
        return
    if asterisk.ari_status in (401, 403):
        remedy = "give Asterisk and the service the same SWITCHBOARD_ARI_PASSWORD, and start both"
        yield _error("asterisk", "ARI refuses the login", remedy)
    elif asterisk.ari_fault is not None:
        remedy = "start Asterisk, or correct SWITCHBOARD_ARI_URL"
        yield _error("asterisk", f"ARI does not answer ({asterisk.ari_fault})", remedy)
    if asterisk.ami_fault is None:
        return
    if "Authentication" in asterisk.ami_fault:
        remedy = "give Asterisk and the service the same SWITCHBOARD_AMI_PASSWORD, and start both"
        yield _error("asterisk", "AMI refuses the login", remedy)
    else:
        remedy = "start Asterisk, or correct SWITCHBOARD_AMI_HOST and SWITCHBOARD_AMI_PORT"
        yield _error("asterisk", f"AMI does not answer ({asterisk.ami_fault})", remedy)


def check_open_doors(facts: Facts) -> Findings:
    exposure = facts.asterisk.exposure if facts.asterisk else None
    doors = (("ARI", exposure.ari), ("AMI", exposure.ami)) if exposure else ()
    for name, address in doors:
        if address is not None and not _is_local(address):
            remedy = "unset SWITCHBOARD_CONTROL_BIND, or let a firewall give its port to the service's machine alone"
            yield _warning("open doors", f"{name} listens on {address}", remedy)
    web = facts.web
    if web is not None and not _is_local(web.bind_host) and not web.open_on_purpose:
        remedy = "set SWITCHBOARD_HTTP_BIND=127.0.0.1:8080 and put a proxy with TLS before it, named by"
        problem = f"the API listens without TLS on {web.bind_host}, and nobody is said to need it"
        yield _warning("open doors", problem, f"{remedy} SWITCHBOARD_PUBLIC_URL")


def check_trunk(facts: Facts) -> Findings:
    exposure = facts.asterisk.exposure if facts.asterisk else None
    if exposure is None or all(_is_local(address) for address in exposure.sip):
        return
    if not exposure.trunk or all(_is_local(address) for address in exposure.trunk):
        problem = (
            "SIP listens to the world, but only this machine is taken for the trunk: calls from outside are refused"
        )
        yield _error("trunk", problem, "set SWITCHBOARD_TRUNK_MATCH to the addresses that your operator calls from")
    if exposure.identifier_order.startswith("username"):
        problem = "a call from the trunk's address may claim to be a telephone"
        yield _warning("trunk", problem, "set SWITCHBOARD_IDENTIFIER_ORDER=ip,username and start Asterisk again")


def check_disk(facts: Facts) -> Findings:
    disk = facts.disk
    if disk is None:
        return
    if disk.fault is not None:
        problem = f"nothing can be written to {disk.folder} ({disk.fault}): no message can be taken"
        yield _error("disk", problem, "give the folder to the service's user, or correct SWITCHBOARD_RECORDINGS")
    elif disk.free_bytes < min(LEAST_FREE_BYTES, disk.whole_bytes * LEAST_FREE_SHARE):
        problem = f"{disk.free_bytes >> 20} MB are left at {disk.folder}"
        yield _warning("disk", problem, "make room; switchboard retention --dry-run tells what the policies let go")


def check_sounds(facts: Facts) -> Findings:
    sounds = facts.sounds
    if sounds is None:
        return
    if sounds.fault is not None:
        yield _error("sounds", sounds.fault, "set SWITCHBOARD_SOUNDS to the folder sounds/ of this release")
    elif sounds.missing:
        first = f"{sounds.missing[0]}" + (f", and {len(sounds.missing) - 1} more" if len(sounds.missing) > 1 else "")
        yield _warning("sounds", first, "restore the folder from this release (git checkout sounds), or: make sounds")


def check_media(facts: Facts) -> Findings:
    """The address under which Asterisk fetches greetings: 404 is right for audio that does not exist."""
    web = facts.web
    if web is None:
        return
    if _is_local(web.media_host) and not web.asterisk_here:
        problem = f"Asterisk, on another machine, is to fetch greetings from {web.media_root}, which is itself there"
        remedy = "set SWITCHBOARD_MEDIA_URL and SWITCHBOARD_HTTP_BIND to an address of this machine that it reaches"
        yield _error("media", problem, f"{remedy}, and SWITCHBOARD_MEDIA_PEERS to Asterisk's")
    elif web.media_status == 0:
        problem = f"nothing answers at {web.media_root}: greetings are not heard"
        yield _error("media", problem, "start the service, or correct SWITCHBOARD_MEDIA_URL")
    elif web.media_status == 403:
        problem = f"{web.media_root} refuses this machine's address"
        yield _error("media", problem, "name Asterisk's address in SWITCHBOARD_MEDIA_PEERS")
    elif web.media_status != 404:
        problem = f"{web.media_root} answers {web.media_status}: it is not this service"
        yield _error("media", problem, "correct SWITCHBOARD_MEDIA_URL; it ends with /media")


def check_clock(facts: Facts) -> Findings:
    clock, database = facts.clock, facts.database
    if clock is None or clock.chosen:
        return
    if clock.synchronised is False:
        yield _warning("clock", "no time server sets this machine's clock", "turn on chrony or systemd-timesyncd")
    if database is not None and abs(database.ahead) > MOST_CLOCK_ERROR:
        problem = f"the database's clock and this machine's differ by {abs(database.ahead).total_seconds():.0f} s"
        yield _error("clock", problem, "let one time server set both")
    newest = database.organisation.newest_call if database and database.organisation else None
    if newest is not None and newest - clock.now > MOST_CLOCK_ERROR:
        problem = f"a call is noted at {newest:%Y-%m-%d %H:%M}, which is still to come"
        yield _error("clock", problem, "set the clock right: it goes back, or went before")


def check_organisation(facts: Facts) -> Findings:
    organisation = facts.database.organisation if facts.database else None
    if organisation is None:
        return
    errors = [fault for fault in organisation.faults if fault.severity is Severity.ERROR]
    for fault in (fault for fault in organisation.faults if fault.table == "authority"):
        row = f"authority {fault.key}: " if fault.key else ""
        column = f"{fault.column} " if fault.column else ""
        yield Finding("organisation", fault.severity, f"{row}{column}{fault.problem}", _IN_AUTHORITY)
    others = sum(fault.table not in ("authority", "sounds") for fault in errors)
    if others:
        yield _error("organisation", f"{others} rows cannot be honoured", "run: switchboard check")


_IN_AUTHORITY = "correct the row; docs/administration.md explains authority, phone_number, function_group and policy"


def check_admin_token(facts: Facts) -> Findings:
    organisation = facts.database.organisation if facts.database else None
    if organisation is not None and not organisation.admin_tokens:
        yield _warning(
            "admin token", "no token of an administrator holds", "run: switchboard token create --role admin"
        )


def check_phones(facts: Facts) -> Findings:
    """One telephone may be off; most of them are not at the same time."""
    organisation = facts.database.organisation if facts.database else None
    phones = facts.asterisk.phones if facts.asterisk else None
    if organisation is None or phones is None:
        return
    accounts = organisation.accounts
    unknown = sorted(accounts - phones.keys())
    if unknown:
        problem = f"Asterisk does not know {len(unknown)} of {len(accounts)} telephones, e.g. {unknown[0]}"
        yield _error("phones", problem, "start the service; its log says phone_account_not_set, and why")
    exposure = facts.asterisk.exposure if facts.asterisk else None
    if organisation.encrypted and exposure is not None and not exposure.tls:
        problem = f"{len(organisation.encrypted)} telephones must call over TLS, which Asterisk does not speak"
        yield _error("phones", problem, "set SWITCHBOARD_TLS, or take authority.phone_encryption back")
    away = sum(not phones[account] for account in accounts & phones.keys())
    if len(accounts) >= FEW_PHONES and away * 2 > len(accounts):
        problem = f"{away} of {len(accounts)} telephones are not registered"
        remedy = "look at the network between them and Asterisk, at SWITCHBOARD_BIND, and at their passwords"
        yield _warning("phones", problem, remedy)


def check_mail(facts: Facts) -> Findings:
    mail = facts.mail
    if mail is not None and mail.fault is not None:
        remedy = "correct SWITCHBOARD_SMTP_URL; docs/operations.md, E-mail"
        yield _error("mail", f"the mail server does not take letters ({mail.fault})", remedy)


def check_backup(facts: Facts) -> Findings:
    backup, clock = facts.backup, facts.clock
    if backup is None or clock is None:
        return
    remedy = f"run: switchboard backup {backup.folder} (each night, by a timer)"
    if backup.newest is None:
        yield _error("backup", f"there is no copy in {backup.folder}", remedy)
    elif clock.now - backup.newest > OLDEST_BACKUP:
        yield _warning("backup", f"the newest copy is of {backup.newest:%Y-%m-%d %H:%M}", remedy)


def _is_local(address: str) -> bool:
    """Of `127.0.0.1`, `[::1]:5060`, `127.0.0.1/32`, `localhost`."""
    bare = address.partition("/")[0]
    host = bare.rpartition("]")[0].lstrip("[") if bare.startswith("[") else bare
    host = host.rpartition(":")[0] if host.count(":") == 1 else host
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


CHECKS: dict[str, Callable[[Facts], Findings]] = {
    "settings": check_settings,
    "database": check_database,
    "asterisk": check_asterisk,
    "open doors": check_open_doors,
    "trunk": check_trunk,
    "disk": check_disk,
    "sounds": check_sounds,
    "media": check_media,
    "clock": check_clock,
    "organisation": check_organisation,
    "admin token": check_admin_token,
    "phones": check_phones,
    "mail": check_mail,
    "backup": check_backup,
}
