"""The service's own image, as docker/compose.yaml runs it: nobody in particular, on a root that cannot be written."""

import asyncio
import secrets
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.acceptance.asterisk_box import ROOT, AsteriskBox
from tests.acceptance.house import House
from tests.acceptance.phones import PhoneRoom
from tests.acceptance.wait import until

IMAGE = "switchboard-switchboard:latest"
ERIK = "+46980319211"
ITS_OWN_PATHS = ("DATABASE_URL", "RECORDINGS", "SOUNDS")


def docker(*words: str, within: float = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["docker", *words], capture_output=True, text=True, timeout=within, stdin=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def image() -> str:
    """Of the sources as they are."""
    subprocess.run([str(ROOT / "docker" / "images.sh"), "switchboard"], check=True, timeout=160)
    return IMAGE


@pytest.fixture(scope="module")
def composed() -> dict[str, Any]:
    document = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text(encoding="utf-8"))
    service: dict[str, Any] = document["services"]["switchboard"]
    return service


def environment_of(house: House, composed: dict[str, Any]) -> dict[str, str]:
    """The house's, what compose.yaml leaves empty where nobody sets it, and the image's own paths."""
    unset = {name: "" for name, value in composed["environment"].items() if value.endswith(":-}")}
    own = {f"SWITCHBOARD_{each}" for each in ITS_OWN_PATHS}
    houses = {name: value for name, value in house.environment.items() if name.startswith("SWITCHBOARD_")}
    return {name: value for name, value in {**unset, **houses}.items() if name not in own}


@pytest.fixture
def contained(image: str, composed: dict[str, Any], asterisk: AsteriskBox) -> Iterator[tuple[House, str]]:
    """A house whose service is in a container of that name. Volumes of its own, which go with it."""
    house, name = House(asterisk), f"switchboard-image-{secrets.token_hex(4)}"
    flags = [f"-e{key}={value}" for key, value in environment_of(house, composed).items()]
    flags += [f"--cap-drop={each}" for each in composed["cap_drop"]]
    flags += [f"--security-opt={each}" for each in composed["security_opt"]]
    flags += [f"--tmpfs={each}" for each in composed["tmpfs"]]
    flags += ["--read-only"] if composed["read_only"] else []
    flags += [f"-v{asterisk.sounds_folder}:/sounds:ro", "--network", composed["network_mode"]]
    begun = docker("run", "-d", "--name", name, "--user", composed["user"], *flags, image, *composed["command"])
    try:
        assert begun.returncode == 0, begun.stderr
        yield house, name
    finally:
        docker("stop", "-t", composed["stop_grace_period"].removesuffix("s"), name)
        docker("rm", "-f", "-v", name)
        house.remove()


async def is_well(house: House, name: str) -> None:
    try:
        await until(house.is_healthy, 40, "the service in the image is healthy")
    except AssertionError:
        raise AssertionError(docker("logs", "--tail", "30", name)) from None


async def calls_itself_healthy(name: str) -> bool:
    state = await asyncio.to_thread(docker, "inspect", "-f", "{{.State.Health.Status}}", name)
    return state.stdout.strip() == "healthy"


async def test_the_image_takes_a_call_and_writes_into_its_volumes_alone(contained: tuple[House, str]) -> None:
    house, name = contained
    await is_well(house, name)
    loaded = await asyncio.to_thread(docker, "exec", name, "switchboard", "demo", "load")
    assert loaded.returncode == 0, loaded
    async with PhoneRoom(house) as phones:
        call = await (await phones.caller()).dial(ERIK)
        await call.hears_prompt("demo/sv/greeting-erik-lund", within=20)
        await call.hangup()
    await house.no_channel_left()
    await until(lambda: calls_itself_healthy(name), 25, "the image's own look at /health says so")
    assert docker("exec", name, "id", "-u").stdout.strip() not in ("", "0")
    for place in ("/opt/switchboard", "/etc", "/sounds", "/home"):
        refused = docker("exec", name, "touch", f"{place}/written")
        assert "Read-only file system" in refused.stderr, place
    assert docker("exec", name, "test", "-s", "/data/switchboard.sqlite3").returncode == 0
    said = docker("logs", name)
    assert "Traceback" not in said.stdout + said.stderr, said.stderr[-4000:]
    assert '"level": "error"' not in said.stdout + said.stderr, said.stdout[-4000:]
