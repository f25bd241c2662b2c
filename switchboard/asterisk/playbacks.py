"""Playing and recording on a channel: choose the name, expect its end, act, and always stop.

An end that was lost with the event socket is found by asking: now and then Asterisk is asked whether the playback or
recording still goes on.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from switchboard.asterisk.ari_client import GONE, AriError
from switchboard.asterisk.ari_events import PlaybackFinished
from switchboard.asterisk.channels import HANG_UP_FOLLOWS_S, HeldChannel
from switchboard.calls.ports import LegGone, PlaybackControl, RecordingLimits, TelephonyFault

ASK_AFTER_S = 5.0
STOP_TRIES = 20
STOP_PAUSE_S = 0.1
STOPPED_WITHIN_S = 1.0
# Of one step back or forward in a sound (a step past the end Asterisk makes one from the end back), and of a pause that
# is forgotten.
SKIP_MS = 3000
LONGEST_PAUSE_S = 120.0
# Nothing that can be heard is shorter: a list that failed sooner has not been heard at all.
SHORTEST_SOUND_S = 0.1


async def play(channel: HeldChannel, media: Sequence[str], until_digit: bool) -> str | None:
    """Play `media` in one request. Raises LegGone, and TelephonyFault where nothing could be heard."""
    name = channel.next_playback()
    with channel.expecting(name) as finished:
        if until_digit and channel.digits:
            return channel.digits.popleft()
        if not media:
            raise TelephonyFault("nothing to play")
        began = asyncio.get_running_loop().time()
        try:
            await channel.send("POST", "play", name, body={"media": list(media)})
            await _until_played(channel, name, lambda: bool(finished() or (until_digit and channel.digits)))
        finally:
            if not finished() and not channel.gone:
                await channel.client.undo("DELETE", "playbacks", name)
        await _check_heard(channel, finished(), asyncio.get_running_loop().time() - began)
        return channel.digits.popleft() if until_digit and channel.digits else None


async def play_controlled(channel: HeldChannel, medium: str, controls: Mapping[str, PlaybackControl]) -> str | None:
    """Raises LegGone, and TelephonyFault where nothing could be heard."""
    name = channel.next_playback()
    with channel.expecting(name) as finished:
        began = asyncio.get_running_loop().time()
        digit: str | None = None
        try:
            body = {"media": [medium], "skipms": SKIP_MS}
            await channel.send("POST", "play", name, body=body)
            digit = await _until_other_key(channel, name, controls, lambda: finished() is not None)
        finally:
            if not finished() and not channel.gone:
                await channel.client.undo("DELETE", "playbacks", name)
        await _check_heard(channel, finished(), asyncio.get_running_loop().time() - began)
        return digit


async def stop_left_playing(channel: HeldChannel) -> bool:
    """What somebody who held the channel before us was playing: a long greeting goes on, and all that is played after
    it waits for its end. False: it is not known whether it stopped. Never raises."""
    faults = await asyncio.gather(*(_stop_left(channel, name) for name in channel.playback_names()))
    first = next((fault for fault in faults if fault), None)
    if first is not None and not channel.client.fenced:
        channel.log.warning("playback_not_stopped", channel=channel.id, error=first)
    return first is None


async def _stop_left(channel: HeldChannel, name: str) -> str | None:
    """What went wrong."""
    if channel.gone:
        return None
    with channel.expecting(name) as finished:
        try:
            await channel.client.carry_through(channel.client.request("DELETE", "playbacks", name))
        except AriError as error:
            return None if error.status == GONE else str(error)
        await channel.until(lambda: channel.gone or finished() is not None, STOPPED_WITHIN_S)
        return None


async def _until_other_key(
    channel: HeldChannel, name: str, controls: Mapping[str, PlaybackControl], over: Callable[[], bool]
) -> str | None:
    """The key that is none of `controls`; None at the end of the sound."""
    paused = False
    while True:
        wait_s = LONGEST_PAUSE_S if paused else ASK_AFTER_S
        happened = await channel.until(lambda: channel.gone or over() or bool(channel.digits), wait_s)
        if channel.gone or over():
            return None
        if not happened:
            going_on = _control(channel, name, "unpause") if paused else _goes_on(channel, "playbacks", name)
            if not await going_on:
                return None
            paused = False
            continue
        digit = channel.digits.popleft()
        if digit not in controls:
            return digit
        paused = await _move(channel, name, controls[digit], paused)


async def _move(channel: HeldChannel, name: str, act: PlaybackControl, paused: bool) -> bool:
    """Whether it is paused now. Asterisk moves about only in what is playing."""
    if paused:
        await _control(channel, name, "unpause")
    match act:
        case PlaybackControl.PAUSE:
            return not paused and await _control(channel, name, "pause")
        case PlaybackControl.BACK:
            await _control(channel, name, "reverse")
        case PlaybackControl.FORWARD:
            await _control(channel, name, "forward")
    return False


async def _control(channel: HeldChannel, name: str, operation: str) -> bool:
    """False: it could not be done now, e.g. because the sound has just ended. That costs nobody the call."""
    try:
        await channel.client.request("POST", "playbacks", name, "control", query={"operation": operation})
    except AriError as error:
        if error.status != GONE:
            channel.log.info("playback_not_controlled", operation=operation, error=str(error))
        return False
    return True


async def _until_played(channel: HeldChannel, name: str, over: Callable[[], bool]) -> None:
    while not await channel.until(lambda: channel.gone or over(), ASK_AFTER_S):
        if not await _goes_on(channel, "playbacks", name):
            return


async def _check_heard(channel: HeldChannel, event: object, lasted_s: float) -> None:
    """A hang-up makes a playback fail as well, and is told after it."""
    failed = isinstance(event, PlaybackFinished) and event.failed
    if channel.gone or (failed and await channel.until(lambda: channel.gone, HANG_UP_FOLLOWS_S)):
        raise LegGone
    if failed:
        channel.log.warning("medium_missing", channel=channel.id, seconds=round(lasted_s, 2))
        if lasted_s < SHORTEST_SOUND_S:
            raise TelephonyFault("nothing of it could be played")


async def record(channel: HeldChannel, name: str, limits: RecordingLimits) -> None:
    """Raises LegGone or TelephonyFault."""
    body = {
        "name": name,
        "format": "wav",
        "maxDurationSeconds": limits.max_seconds,
        "maxSilenceSeconds": limits.silence_seconds,
        "beep": True,
        "terminateOn": "#",
        "ifExists": "fail",
    }
    with channel.expecting(name) as finished:
        over = False
        try:
            await channel.send("POST", "record", body=body)
            await _until_recorded(channel, name, lambda: finished() is not None)
            over = True
        except TelephonyFault:
            over = await _state(channel, "recordings", "live", name) is None
            raise
        finally:
            if not over and not channel.gone:
                await channel.client.carry_through(_stop_recording(channel, name))


async def await_recording(channel: HeldChannel, name: str) -> None:
    """Wait for the end of a recording that was begun before. Raises LegGone."""
    with channel.expecting(name) as finished:
        if await _state(channel, "recordings", "live", name) is not None:
            await _until_recorded(channel, name, lambda: finished() is not None)


async def _until_recorded(channel: HeldChannel, name: str, over: Callable[[], bool]) -> None:
    while not await channel.until(lambda: channel.gone or over(), ASK_AFTER_S):
        if not await _goes_on(channel, "recordings", "live", name):
            break
    if await channel.until(lambda: channel.gone, HANG_UP_FOLLOWS_S):
        raise LegGone


async def _stop_recording(channel: HeldChannel, name: str) -> None:
    """A stop during the beep is lost and cannot be repeated (asterisk.md §10); the file is there once the beep is
    over."""
    for _ in range(STOP_TRIES):
        if channel.gone or channel.client.fenced or await _state(channel, "recordings", "live", name) is None:
            return
        if await _is_stored(channel, name):
            await channel.client.undo("POST", "recordings", "live", name, "stop")
            return
        await asyncio.sleep(STOP_PAUSE_S)
    channel.log.warning("recording_not_stopped", recording=name)


async def _is_stored(channel: HeldChannel, name: str) -> bool:
    try:
        await channel.client.request("GET", "recordings", "stored", name)
    except AriError:
        return False
    return True


async def _state(channel: HeldChannel, *path: str) -> str | None:
    """How a playback or recording stands in Asterisk; None: it is over. An Asterisk that does not answer now counts as
    going on: it is asked again."""
    try:
        answer = await channel.client.request("GET", *path)
    except AriError as error:
        return None if error.status == GONE else "unknown"
    state = str(answer.get("state"))
    return None if state in ("done", "failed", "canceled") else state


async def _goes_on(channel: HeldChannel, *path: str) -> bool:
    """Raises TelephonyFault for one that hangs in the channel's queue."""
    state = await _state(channel, *path)
    if state == "queued":
        raise TelephonyFault(f"{path[0]}: did not start in {ASK_AFTER_S:g} s")
    return state is not None
