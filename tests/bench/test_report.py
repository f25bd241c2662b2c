"""The figures' arithmetic, and that tables and JSON say what was measured."""

import json
import math
from pathlib import Path

import pytest

from tests.bench.measure import Held, Idle, Stage
from tests.bench.measure_clients import ClientFigures, gave_up
from tests.bench.per_call import PerCall
from tests.bench.processes import TICKS, read_busy_s, read_cpu_s, read_memory_kib
from tests.bench.report import CLIENTS, Report, render, stage_row, table
from tests.bench.search_people import QUERIES, PeopleSearchFigures, measure_search
from tests.bench.sipp_files import Percentiles
from tests.bench.stand import System
from tests.bench.traffic import path_shape


def stage(system: System, rate: int, p95: float, failed: int = 0) -> Stage:
    times = Percentiles(p95 / 2, p95, p95 * 2, p95 * 3, 1000)
    return Stage(system, rate, 1000, failed, 0, times, 4.0, 3.0, 0.5)


def report(service_p95: float = 6.0, service_highest: int = 200) -> Report:
    found = Report({"processors": 2}, {"commit": "abc"}, {"rates": (50,)}, Idle(0.01, 0.02))
    found.stages = [stage(System.DIALPLAN, 50, 4.0), stage(System.SERVICE, 50, service_p95)]
    found.stages += [stage(System.DIALPLAN, 100, 5.0), stage(System.SERVICE, 100, service_p95)]
    for system, highest in ((System.DIALPLAN, 300), (System.SERVICE, service_highest)):
        found.searches[system] = [stage(system, highest, 50), stage(system, highest + 50, 150)]
        found.highest[system] = highest
    found.held = [Held(System.SERVICE, 240, 60000, 90000, 90000, 120000, 110.0, 95.0)]
    found.per_call = PerCall(
        {"POST /ari/channels/{id}/answer": 1.0},
        {"StasisStart": 1.0},
        2048.0,
        7.0,
        {"SELECT": 3.0, "INSERT": 2.5},
        {"writing": 2.0},
    )
    return found


def test_the_service_is_set_against_the_dialplan() -> None:
    ratios = report().ratios
    assert ratios["setup_p95_at_50"] == 1.5
    assert ratios["cpu_at_50"] == 1.75, "the dialplan's calls cost no processor time of the service"
    assert ratios["highest_rate"] == 0.667


def clients(**highest: int) -> ClientFigures:
    stages = [stage(system, rate, 5.0) for system in CLIENTS for rate in (50, 100)]
    searched = [stage(System.ASYNCARI, 50, 50), stage(System.ASYNCARI, 75, math.inf)]
    return ClientFigures(stages, searched, highest)


def test_the_clients_tell_how_much_of_it_is_any_clients() -> None:
    found = report(service_p95=6.0)
    assert found.client_ratios == {}
    found.clients = clients(bare=250, aioari=190, asyncari=50)
    assert found.client_ratios["bare"] == {
        "setup_p50_at_50": 1.25,
        "setup_p95_at_50": 1.25,
        "cpu_at_50": 1.75,
        "service_to_it_p95_at_50": 1.2,
        "setup_p50_at_100": 1.0,
        "setup_p95_at_100": 1.0,
        "cpu_at_100": 1.75,
        "service_to_it_p95_at_100": 1.2,
        "service_to_it_highest_rate": 0.8,
    }
    assert found.ratios == report(service_p95=6.0).ratios
    text = render(found)
    assert "bare against dialplan: setup_p50_at_50 1.25, setup_p95_at_50 1.25" in text
    assert "Highest rate through asyncari: 50 calls/s (tried 50 yes, 75 no)" in text
    assert "bare against" not in render(report())


@pytest.mark.parametrize(("aioari", "asyncari", "met"), [(199, 50, (True, True)), (200, 51, (False, False))])
def test_the_libraries_are_surpassed(aioari: int, asyncari: int, met: tuple[bool, bool]) -> None:
    found = report()
    assert goals(found, "asyncari", "aioari") == [None, None]
    found.clients = clients(aioari=aioari, asyncari=asyncari)
    assert goals(found, "asyncari", "aioari") == [met[1], met[0]]


def test_a_client_that_gave_up_and_one_that_is_missing_are_named(tmp_path: Path) -> None:
    lost = gave_up(System.ASYNCARI, 100, 500)
    assert not lost.passes
    assert lost.failed == 500
    found = report()
    found.clients = ClientFigures([lost], [], {}, {"aioari": "no such version"})
    assert "aioari was not measured: no such version" in render(found)
    found.save(tmp_path / "bench.json")
    read = json.loads((tmp_path / "bench.json").read_text(), parse_constant=pytest.fail)
    assert read["clients"]["stages"][0]["service_cpu_ms"] is None


def test_of_several_rounds_the_middle_one_counts() -> None:
    found = report(service_p95=30.0)
    found.stages += [stage(System.SERVICE, 50, 7.0), stage(System.SERVICE, 50, 5.0)]
    assert found.ratios["setup_p95_at_50"] == 1.75
    assert "30.0" in render(found), "the spoilt round is shown too"


def goals(found: Report, *words: str) -> list[bool | None]:
    """Whether the goals with these words are met."""
    return [next(goal.met for goal in found.goals if word in goal.what) for word in words]


@pytest.mark.parametrize(
    ("p95", "highest", "met"), [(7.0, 240, [True, True]), (7.1, 239, [False, False]), (6.9, 100, [True, False])]
)
def test_the_goals_of_speed(p95: float, highest: int, met: list[bool]) -> None:
    assert goals(report(p95, highest), "p95 at 100/s", "0.8 of the dialplan's") == met


def test_the_goals_of_cost() -> None:
    found = report()
    assert goals(found, "CPU of a call at 100/s within", "below Asterisk's", "30 kB") == [False, True, False]
    found.held = [Held(System.DIALPLAN, 240, 0, 0, 0, 0, 200.0, 1.0), Held(System.SERVICE, 240, 0, 0, 0, 0, 200, 29.2)]
    assert goals(found, "30 kB") == [True]


@pytest.mark.parametrize(("people", "slowest", "met"), [(100_000, 49.9, True), (100_000, 50.0, False), (9, 1.0, None)])
def test_the_search_in_the_directory_has_its_goal(
    people: int, slowest: float, met: bool | None, tmp_path: Path
) -> None:
    found = report()
    found.parts["search"] = PeopleSearchFigures(people, 1.5, {"'anna'": 0.5, "'obreg'": slowest}, 4.0)
    goal = "a search among 100000 people within 50 ms"
    assert goals(found, goal) == [met]
    assert f"{ {True: 'met', False: 'NOT MET', None: 'not measured'}[met] }: {goal}" in render(found)
    assert f"slowest {slowest:.1f} ms of 2 queries" in render(found)
    found.save(tmp_path / "bench.json")
    assert json.loads((tmp_path / "bench.json").read_text())["parts"]["search"]["queries"]["'obreg'"] == slowest


async def test_the_search_is_measured() -> None:
    said: list[str] = []
    figures = await measure_search(300, said.append)
    assert figures.people == 300
    assert set(figures.queries) == {f"{query!r}{where}" for query in QUERIES for where in ("", " in authority 3")}
    assert len(said) == len(figures.queries)
    assert figures.slowest_ms > 0
    assert [goal.met for goal in figures.goals] == [None], "three hundred people prove nothing"


def test_what_was_not_measured_meets_no_goal() -> None:
    empty = Report({}, {}, {}, Idle(0, 0))
    assert {goal.met for goal in empty.goals} == {None}
    assert all(line.startswith("not measured: ") for line in render(empty).strip().splitlines())


@pytest.mark.parametrize(("p95", "failed", "passes"), [(100.0, 9, True), (100.1, 0, False), (5.0, 10, False)])
def test_a_stage_passes_with_p95_and_failures_in_bounds(p95: float, failed: int, passes: bool) -> None:
    assert stage(System.SERVICE, 100, p95, failed).passes is passes


def test_the_report_names_every_figure() -> None:
    text = render(report())
    for words in (
        "service 200 calls/s",
        "200 yes, 250 no",
        "the service 95 KiB",
        "A call to an announcement: 1.0 ARI requests",
        "5.5 SQL statements (SELECT 3, INSERT 2.5) in 2.0 transactions (writing 2)",
        "met: set-up p95 at 100/s within 1.4x",
    ):
        assert words in text
    assert "NOT MET: highest rate at least 0.8 of the dialplan's (0.667)" in text
    found = report()
    found.broken["queue"] = "AssertionError: nobody came"
    assert "BROKE OFF: queue: AssertionError: nobody came" in render(found)


def test_the_json_holds_ratios_goals_and_no_infinity(tmp_path: Path) -> None:
    found = report()
    found.stages += [stage(System.SERVICE, 400, math.inf), stage(System.BARE, 50, 5.0)]
    found.save(tmp_path / "deep" / "bench.json")
    read = json.loads((tmp_path / "deep" / "bench.json").read_text(), parse_constant=pytest.fail)
    assert read["ratios"]["highest_rate"] == 0.667
    assert read["stages"][0]["setup_ms"]["p95"] == 4.0
    assert read["stages"][4]["setup_ms"]["p95"] is None
    assert read["stages"][5]["system"] == "bare"
    assert read["client_ratios"]["bare"]["setup_p95_at_50"] == 1.25
    assert read["goals"][0]["met"] is True
    assert read["highest"] == {"dialplan": 300, "service": 200}


def test_columns_are_aligned() -> None:
    lines = table([("name", "ms"), ("a", "1.0"), ("long name", "100.0")]).splitlines()
    assert lines == ["name          ms", "-" * 16, "a            1.0", "long name  100.0"]


def test_the_dialplans_row_shows_no_service_time() -> None:
    assert stage_row(stage(System.DIALPLAN, 50, 4.0))[8] == "-"
    assert stage_row(stage(System.SERVICE, 50, 4.0))[8] == stage_row(stage(System.BARE, 50, 4.0))[8] == "3.00"


def test_processor_time_is_that_of_threads_and_ended_children() -> None:
    stat = "42 (a (strange) name) S " + " ".join(str(number) for number in range(4, 53))
    assert read_cpu_s(stat) == (14 + 15 + 16 + 17) / TICKS


def test_resident_memory() -> None:
    assert read_memory_kib("Name:\tx\nVmHWM:\t  99 kB\nVmRSS:\t  7654 kB\n") == 7654


def test_a_busy_machine_is_what_is_not_idle() -> None:
    assert read_busy_s("cpu  100 10 50 9999 777 5 6 4 3 2\ncpu0 1 1 1 1 1 1 1 1 1 1\n") == 175 / TICKS


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/ari/channels/box-1700.1/answer", "/ari/channels/{id}/answer"),
        ("/ari/events/claim", "/ari/events/claim"),
        ("/ari/recordings/stored/message-1/file", "/ari/recordings/stored/{id}/file"),
        ("/ari/channels", "/ari/channels"),
        ("/ari/channels/box-1700.1/play/playback-64eab3", "/ari/channels/{id}/play/{id}"),
        ("/ari/deviceStates/PJSIP%2Fanna", "/ari/deviceStates/{id}"),
    ],
)
def test_requests_are_counted_by_kind(path: str, shape: str) -> None:
    assert path_shape(path) == shape
