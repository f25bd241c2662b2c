"""Ports for servers of a test, chosen before they are used."""

import os
import secrets
import socket
from collections.abc import Mapping

FIRST, LAST = 16000, 19999
"""Below the ports that the kernel hands out (32768 and up), above the demo's, and apart from the ranges for sound."""
SHARES = 4
SOUND_FIRST, SOUND_LAST = 20000, 32600
_given: set[int] = set()
_ranges: list[range] = []


def own_share(environment: Mapping[str, str] = os.environ) -> range:
    """What one of several processes side by side chooses from: a port that is chosen here and not yet bound, another
    process would find free. All of it for a process that is alone."""
    worker = environment.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
    if not worker.isdecimal():
        return range(FIRST, LAST + 1)
    size = (LAST + 1 - FIRST) // SHARES
    start = FIRST + int(worker) % SHARES * size
    return range(start, start + size)


def free_port(neighbours: int = 0) -> int:
    """Free for UDP and for TCP, and given to nobody else in this run, as are so many `neighbours` after it.

    One that the kernel picks is not kept free by it: until its owner binds it, and between two starts of its owner, any
    socket of any test may be given the same."""
    share = own_share()
    for _ in range(1000):
        port = share.start + secrets.randbelow(len(share) - neighbours)
        wanted = range(port, port + neighbours + 1)
        if _given.isdisjoint(wanted) and all(_is_free(each) for each in wanted):
            _given.update(wanted)
            return port
    raise OSError(f"no port from {share.start} to {share.stop - 1} is free")


def free_rtp_range(size: int = 600) -> tuple[int, int]:
    """Begins at an even port, and shares none with another range of this run."""
    for _ in range(1000):
        start = SOUND_FIRST + 2 * secrets.randbelow((SOUND_LAST - SOUND_FIRST - size) // 2)
        wanted = range(start, start + size + 1)
        if not any(wanted.start < other.stop and other.start < wanted.stop for other in _ranges):
            _ranges.append(wanted)
            return start, start + size
    raise OSError(f"no {size} ports from {SOUND_FIRST} to {SOUND_LAST} are left")


def give_back_rtp_range(start: int) -> None:
    """Of a server that is gone. Harmless where there is none."""
    _ranges[:] = [each for each in _ranges if each.start != start]


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
        try:
            udp.bind(("127.0.0.1", port))
            tcp.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
