"""Telephones' SIP accounts, put into Asterisk at run time (`res_pjsip` push configuration, dialplan/sorcery.conf).

They live in Asterisk's own database and so survive its restart while we are away. Beside them, in the family
`switchboard-phones`, stands a fingerprint of what was put there: only differences are sent. In `switchboard-caller-ids`
stands for each the number that its calls out show, for the dialplan's fallback (112 while the service is away).
"""

import asyncio
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from switchboard.asterisk.ami import Ami, AmiError
from switchboard.asterisk.ari_client import GONE, AriClient, AriError
from switchboard.calls.ports import Log, TelephonyFault

FAMILY = "switchboard-phones"
CALLER_IDS = "switchboard-caller-ids"
ENDPOINTS = "ps_endpoints"
REALM = "asterisk"
LAMPS_CONTEXT = "lamps"
NO_TEXTS_CONTEXT = "no-texts"
MAILBOXES = "switchboard"
AT_ONCE = 4
RESERVED = frozenset({"trunk"})
_ACCOUNT = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_OUTSIDE = re.compile(r"\+[0-9]{3,15}")

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PhoneAccount:
    """`display_name` and `display_number` are what colleagues see when this phone calls, `outside_number` (E.164) what
    is seen outside, where that is known. `mailbox`: whose messages its lamp shows, in digits; empty: nobody's.
    `encrypted`: by rule of its authority, as `PhoneMedia` has it for all."""

    account: str
    password: str = field(repr=False)
    display_name: str = ""
    display_number: str = ""
    enabled: bool = True
    outside_number: str = ""
    mailbox: str = ""
    encrypted: bool = False


@dataclass(frozen=True, slots=True)
class Synchronised:
    """`faults`: account and why it could not be put in or taken out."""

    put: int
    removed: int
    faults: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PhoneMedia:
    """`address`: of Asterisk's own, for sound; None where it may choose. `context` is the dialplan's for phones.
    `transfers`: whether their transfer button (REFER) is heard; else it is refused with 603. `encrypted`: they
    call and are rung over TLS and their sound is encrypted (SRTP, keys by SDES), or there is no call."""

    address: str | None = None
    context: str = "from-phone"
    encrypted_context: str = "from-encrypted-phone"
    transfers: bool = True
    encrypted: bool = False


class PhoneAccounts:
    def __init__(self, client: AriClient, ami: Ami, media: PhoneMedia, log: Log) -> None:
        self._client = client
        self._ami = ami
        self._media = media
        self._log = log
        self._turn = asyncio.Lock()

    async def synchronise(self, accounts: Sequence[PhoneAccount]) -> Synchronised:
        """Make Asterisk's phones these and no others. Raises TelephonyFault where Asterisk cannot be reached at all."""
        async with self._turn:
            try:
                there = await self._ami.tree(FAMILY)
            except AmiError as error:
                raise TelephonyFault(str(error)) from None
            return await self._make_same(accounts, there)

    async def _make_same(self, accounts: Sequence[PhoneAccount], there: Mapping[str, str]) -> Synchronised:
        faults = {each.account: why for each in accounts if each.enabled and (why := fault_of(each))}
        wanted = {each.account: each for each in accounts if each.enabled and each.account not in faults}
        changed = [each for each in wanted.values() if there.get(each.account) != self._fingerprint(each)]
        unwanted = [account for account in there if account not in wanted]
        limit = asyncio.Semaphore(AT_ONCE)
        why_not = await asyncio.gather(
            *(self._one(limit, each.account, each) for each in changed),
            *(self._one(limit, account, None) for account in unwanted),
        )
        names = [*(each.account for each in changed), *unwanted]
        faults |= {name: why for name, why in zip(names, why_not, strict=True) if why}
        for account, why in faults.items():
            self._log.warning("phone_account_not_set", account=account, why=why)
        put = sum(1 for each in changed if each.account not in faults)
        return Synchronised(put, sum(1 for account in unwanted if account not in faults), faults)

    async def _one(self, limit: asyncio.Semaphore, account: str, wanted: PhoneAccount | None) -> str | None:
        """Why it failed."""
        async with limit:
            try:
                if wanted is None:
                    await self._remove(account)
                else:
                    await self._put(wanted)
            except (AriError, AmiError) as error:
                return str(error)
        return None

    async def _put(self, account: PhoneAccount) -> None:
        """The endpoint last, so that it never points to what is not there. What Asterisk then keeps of it is every
        option there is, obsolete ones too, which cost a warning at each look-up: ours alone replace it."""
        name = account.account
        endpoint = self._endpoint(account)
        await self._put_object("aor", name, _AOR)
        await self._put_object("auth", name, _auth(account))
        await self._put_object("endpoint", name, endpoint)
        await self._ami.put(ENDPOINTS, f"endpoint/{name}", json.dumps(endpoint, ensure_ascii=False))
        await self._put_caller_id(account)
        await self._ami.put(FAMILY, name, self._fingerprint(account))

    async def _put_caller_id(self, account: PhoneAccount) -> None:
        """One that is no number leaves the extension to be seen."""
        if _OUTSIDE.fullmatch(account.outside_number):
            await self._ami.put(CALLER_IDS, account.account, account.outside_number)
        else:
            await self._ami.delete(CALLER_IDS, account.account)

    async def _put_object(self, kind: str, name: str, fields: Fields) -> None:
        body = {"fields": [{"attribute": attribute, "value": value} for attribute, value in fields.items()]}
        await self._client.request("PUT", *_path(kind, name), body=body)

    async def _remove(self, name: str) -> None:
        for kind in ("endpoint", "auth", "aor"):
            try:
                await self._client.request("DELETE", *_path(kind, name))
            except AriError as error:
                if error.status != GONE:
                    raise
        await self._ami.delete(CALLER_IDS, name)
        await self._ami.delete(FAMILY, name)

    def _endpoint(self, account: PhoneAccount) -> Fields:
        """A REFER moves nobody by itself: each leg of a phone says so (`ringing.TRANSFERS_ARE_OURS`, the dialplan's
        from-phone). Lamps are subscribed to, and texts sent, where no call can come of it."""
        name = account.account
        encrypted = account.encrypted or self._media.encrypted
        address = {"bind_rtp_to_media_address": "true", "media_address": self._media.address}
        return {
            "context": self._media.encrypted_context if encrypted else self._media.context,
            "aors": name,
            "auth": name,
            "identify_by": "username",
            "callerid": caller_id(account),
            "disallow": "all",
            "allow": "alaw",
            "language": "sv",
            "direct_media": "false",
            "rtp_symmetric": "true",
            "force_rport": "true",
            "rewrite_contact": "true",
            "send_pai": "true",
            "trust_id_outbound": "true",
            "allow_transfer": "true" if self._media.transfers else "false",
            "allow_subscribe": "true",
            "subscribe_context": LAMPS_CONTEXT,
            "message_context": NO_TEXTS_CONTEXT,
            "device_state_busy_at": "0",
            "notify_early_inuse_ringing": "true",
            **(_ENCRYPTED if encrypted else {}),
            **({"mailboxes": f"{account.mailbox}@{MAILBOXES}"} if account.mailbox else {}),
            **{key: value for key, value in address.items() if self._media.address and value},
        }

    def _fingerprint(self, account: PhoneAccount) -> str:
        parts = (_AOR, _auth(account), self._endpoint(account), account.outside_number)
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


_AOR: Fields = {
    "max_contacts": "1",
    "remove_existing": "true",
    "qualify_frequency": "2",
    "qualify_timeout": "1.0",
    "default_expiration": "120",
    "minimum_expiration": "30",
}


# The transport is that of what Asterisk sends by itself: whoever signed in over another gets neither calls nor OPTIONS.
_ENCRYPTED: Fields = {"media_encryption": "sdes", "transport": "transport-tls"}


def _auth(account: PhoneAccount) -> Fields:
    """Digest's own hash in place of the password (RFC 2617 `HA1`): nothing else is needed to check one."""
    secret = f"{account.account}:{REALM}:{account.password}".encode()
    return {
        "auth_type": "md5",
        "username": account.account,
        "password": "",
        "md5_cred": hashlib.md5(secret, usedforsecurity=False).hexdigest(),
    }


def _path(kind: str, name: str) -> tuple[str, ...]:
    return ("asterisk", "config", "dynamic", "res_pjsip", kind, name)


def is_account(name: str) -> bool:
    """It can be the name of a telephone of ours."""
    return _ACCOUNT.fullmatch(name) is not None and name not in RESERVED


def fault_of(account: PhoneAccount) -> str | None:
    """Why an account cannot be put into Asterisk."""
    if not _ACCOUNT.fullmatch(account.account):
        return "an account is 1 to 40 of A-Z a-z 0-9 _ . -"
    if account.account in RESERVED:
        return "the name is taken by Asterisk's own configuration"
    if not account.password:
        return "it has no password"
    return None


def caller_id(account: PhoneAccount) -> str:
    """`"name" <number>`; characters that would break the form are left out."""
    name = "".join(each for each in account.display_name if each.isprintable() and each not in '"\\<>,;')[:60]
    number = "".join(each for each in account.display_number if each in "0123456789+*#")[:20]
    return f'"{name}" <{number}>'
