"""What a real Asterisk keeps for the time while the service is away: the plan of its fallback, and audio."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from switchboard.app.audio_copies import AudioCopies
from switchboard.asterisk.ami import Ami, AmiAccess
from switchboard.asterisk.kept.fallback_book import AsteriskFallbackBook
from switchboard.asterisk.kept.fallback_plan import FAMILY, FallbackPlan, Spoken, limit_entries, plan_entries
from switchboard.asterisk.kept.media_cache import MediaCache
from switchboard.calls.ports import TelephonyFault
from switchboard.db.audio_store import FolderAudioStore
from switchboard.domain.announcement import AnswerPhrase, SpokenName
from switchboard.domain.routing.fallback import FallbackLine, NumberOwners
from tests.acceptance.asterisk_box import AsteriskBox
from tests.asterisk.exchange import Exchange, FrozenClock
from tests.asterisk.test_new_calls import ended_fallback
from tests.builders import NORRBY, NOW, SODERAS
from tests.callers.phone import PhoneAccount
from tests.callers.raw_sip import RawPhone
from tests.fakes.world import FakeLog
from tests.hearing.noise import speech_like
from tests.hearing.pcm import wav_bytes
from tests.ports import free_port

PHRASE = AnswerPhrase(SpokenName("Norrby"), {})
NORRBYS = FallbackLine(NORRBY, PHRASE, "sv", ("op1", "op2"), 20)
SODERAS_LINE = FallbackLine(SODERAS, PHRASE, "sv", open=())
SPOKEN = (
    Spoken(NORRBYS, ["sound:/sounds/sv/one"]),
    Spoken(SODERAS_LINE, ["sound:/sounds/sv/two", "sound:/sounds/sv/long"]),
)
PREFIXES = NumberOwners([NORRBY, SODERAS]).prefixes()


def test_the_entries() -> None:
    entries = plan_entries(SPOKEN, PREFIXES)
    assert entries == {
        "default": "1",
        "country": "46",
        "number-46980319": "1",
        "number-46406280": "2",
        "line-1-name": "Norrby kommun",
        "line-1-phrase": "/sounds/sv/one",
        "line-1-phones": "PJSIP/op1&PJSIP/op2",
        "line-1-seconds": "20",
        "line-1-open": "always",
        "line-2-name": "Söderås kommunalteknik",
        "line-2-phrase": "/sounds/sv/two&/sounds/sv/long",
        "line-2-seconds": "25",
    }


def test_hours_are_epoch_seconds() -> None:
    line = replace(NORRBYS, open=((NOW, NOW.replace(hour=12)),))
    assert plan_entries([Spoken(line, ())], {})["line-1-open"] == "1785744000-1785751200"


def test_what_could_be_read_as_dialplan_is_left_out_and_too_much_is_cut() -> None:
    many = tuple(f"a{n:039}" for n in range(60))
    line = replace(
        NORRBYS,
        authority=replace(NORRBY, name='No"rr\nby' + "x" * 80),
        accounts=("trunk", "op1,300,g", "a&b", "${EPOCH}", *many),
        ring_seconds=-3,
    )
    entries = plan_entries([Spoken(line, ["sound:/a&b", "sound:/c"])], {})
    assert entries["line-1-name"] == "Norrby" + "x" * 54
    assert entries["line-1-phrase"] == "/c"
    assert entries["line-1-seconds"] == "5"
    phones = entries["line-1-phones"].split("&")
    assert phones == [f"PJSIP/{account}" for account in many[: len(phones)]]
    assert len(phones) > 10
    assert len(entries["line-1-phones"]) <= 900


def test_the_dialplan_learns_how_many_calls_there_may_be() -> None:
    assert limit_entries(250, 25) == {"most-calls": "250", "most-told": "25", "most-arriving": "275"}
    assert limit_entries(2, 0)["most-arriving"] == "12"


def test_it_learns_who_wants_callers_refused() -> None:
    refuses = replace(NORRBYS, authority=replace(NORRBY, overload_answer="refused"))
    assert plan_entries([Spoken(refuses, ())], {})["line-1-overload"] == "refused"
    assert "line-1-overload" not in plan_entries([Spoken(NORRBYS, ())], {})


@pytest.mark.asterisk
async def test_only_differences_are_sent(exchange: Exchange) -> None:
    plan, entries = FallbackPlan(exchange.ami), plan_entries(SPOKEN, PREFIXES)
    await plan.synchronise({})
    assert await plan.synchronise(entries) == len(entries)
    assert await exchange.ami.tree(FAMILY) == entries
    assert await plan.synchronise(entries) == 0
    fewer = {key: value for key, value in entries.items() if key != "line-1-phones"} | {"line-1-seconds": "9"}
    assert await plan.synchronise(fewer) == 2
    assert await exchange.ami.tree(FAMILY) == fewer
    await plan.synchronise({})


@pytest.mark.asterisk
@pytest.mark.parametrize(
    ("dialled", "phrase"),
    [
        ("+46406280499", "sv/two"),
        ("0406280400", "sv/two"),
        ("0046406280400", "sv/two"),
        ("46406280400", "sv/two"),
        ("+46980319200", "sv/one"),
        ("0701234567", "sv/one"),
        ("112", "sv/one"),
    ],
)
async def test_the_dialplan_finds_whose_number_it_is(
    wire: AsteriskBox, exchange: Exchange, dialled: str, phrase: str
) -> None:
    plan = FallbackPlan(exchange.ami)
    await plan.synchronise(plan_entries([replace(SPOKEN[0], line=replace(NORRBYS, open=())), SPOKEN[1]], PREFIXES))
    exchange.ready = False
    async with RawPhone(PhoneAccount("+46701234567", wire.server, sounds=wire.sounds)) as phone:
        call = await phone.dial(dialled)
        await call.hears_prompt(phrase, within=10)
        await call.hangup()
        await ended_fallback(AsteriskFallbackBook(exchange.ami, exchange.client, exchange.log))
    await plan.synchronise({})


@pytest.fixture
async def store() -> AsyncIterator[tuple[str, str]]:
    """The address of a server with one recording, and its sha256."""
    sha256, body, port = "ab" * 32, wav_bytes(speech_like(1)), free_port()

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="audio/wav", headers={"Cache-Control": "max-age=31536000"})

    app = web.Application()
    app.router.add_get("/media/{name}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield f"http://127.0.0.1:{port}/media", sha256
    await runner.cleanup()


@pytest.mark.asterisk
@pytest.mark.requirement("R44")
async def test_audio_is_fetched_once_and_dropped(exchange: Exchange, store: tuple[str, str]) -> None:
    root, sha256 = store
    cache = MediaCache(exchange.ami, root)
    media = [f"sound:{root}/{sha256}.wav", "sound:/sounds/sv/one", "sound:http://elsewhere/media/x.wav"]
    assert await cache.fetch(media) == 0
    assert await cache.copies() == {sha256}
    await cache.drop(sha256)
    assert await cache.copies() == set()


@pytest.mark.asterisk
@pytest.mark.requirement("R44")
async def test_what_is_erased_here_is_dropped_there(exchange: Exchange, store: tuple[str, str], tmp_path: Path) -> None:
    root, erased = store
    audio, cache = FolderAudioStore(tmp_path), MediaCache(exchange.ami, root)
    kept = await audio.put(wav_bytes(speech_like(1)))
    both = [f"sound:{root}/{each}.wav" for each in (erased, kept)]
    copies = AudioCopies(cache, audio, FrozenClock(), exchange.log)
    await cache.fetch(both)
    await copies.keep()
    assert await cache.copies() == {kept}
    await cache.fetch(both)
    await copies.keep()
    assert await cache.copies() == {kept, erased}, "it was looked at a moment ago"
    copies.forget()
    await copies.keep()
    assert await cache.copies() == {kept}
    await cache.drop(kept)


@pytest.mark.asterisk
async def test_audio_that_cannot_be_had_is_not_there(exchange: Exchange) -> None:
    cache = MediaCache(exchange.ami, "http://127.0.0.1:1/media")
    assert await cache.fetch([f"sound:http://127.0.0.1:1/media/{'cd' * 32}.wav"]) == 1
    assert await cache.copies() == set()


async def test_without_asterisk_both_say_so() -> None:
    ami = Ami(AmiAccess("127.0.0.1", 1, "switchboard", "secret"), FakeLog())
    with pytest.raises(TelephonyFault, match="not connected"):
        await MediaCache(ami, "http://127.0.0.1:1/media").copies()
    with pytest.raises(TelephonyFault, match="not connected"):
        await FallbackPlan(ami).synchronise({})
