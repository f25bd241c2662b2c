"""Asterisk, asked by both of its interfaces: does it let us in, where does it listen, whom does it know?"""

import re
from collections.abc import Mapping, Sequence

from switchboard.asterisk.ami import Ami, AmiAccess, AmiError
from switchboard.asterisk.ari_client import AriAccess, AriClient, AriError
from switchboard.cli.doctor.facts import AsteriskFacts, Exposure
from switchboard.logs import named_log
from switchboard.settings import Settings

_ARI = re.compile(r"Enabled and Bound to (\S+)")
_AMI = re.compile(r"TCP Bindaddress:\s+(\S+)")
_SIP = re.compile(r"^Transport:\s+\S+\s+\w+\s+\d+\s+\d+\s+(\S+)", re.MULTILINE)
_TLS = re.compile(r"^Transport:\s+\S+\s+tls\s", re.MULTILINE)
_TRUNK = re.compile(r"^\s+Match:\s+(?!<)(\S+)", re.MULTILINE)
_ORDER = re.compile(r"endpoint_identifier_order\s*:\s*(\S+)")


async def ask_asterisk(settings: Settings) -> AsteriskFacts:
    ari_status, ari_fault, phones = await _ask_ari(settings)
    try:
        exposure, ami_fault = await _ask_ami(settings), None
    except (AmiError, OSError, TimeoutError) as error:
        exposure, ami_fault = None, str(error) or type(error).__name__
    return AsteriskFacts(ari_fault, ari_status, ami_fault, exposure, phones)


async def _ask_ari(settings: Settings) -> tuple[int, str | None, Mapping[str, bool] | None]:
    access = AriAccess(settings.ari_url, settings.ari_user, settings.ari_password.get_secret_value(), "doctor")
    try:
        async with AriClient(access, named_log("ari")) as client:
            endpoints = await client.request("GET", "endpoints", "PJSIP")
        return 200, None, {str(each["resource"]): each["state"] == "online" for each in endpoints}
    except AriError as error:
        return error.status, str(error), None
    except (LookupError, TypeError):
        return 200, "what answers there is not ARI", None


async def _ask_ami(settings: Settings) -> Exposure:
    password = settings.ami_password.get_secret_value()
    access = AmiAccess(settings.ami_host, settings.ami_port, settings.ami_user, password)
    async with Ami(access, named_log("ami")).visit() as ami:
        transports = await ami.command("pjsip show transports")
        return Exposure(
            ari=_first(_ARI, await ami.command("http show status")),
            ami=_first(_AMI, await ami.command("manager show settings")),
            sip=_all(_SIP, transports),
            tls=_TLS.search(transports) is not None,
            trunk=_all(_TRUNK, await ami.command("pjsip show identifies")),
            identifier_order=_first(_ORDER, await ami.command("pjsip show settings")) or "",
        )


def _first(pattern: re.Pattern[str], printed: str) -> str | None:
    found = pattern.search(printed)
    return found[1] if found else None


def _all(pattern: re.Pattern[str], printed: str) -> Sequence[str]:
    return tuple(pattern.findall(printed))
