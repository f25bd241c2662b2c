"""docker/compose.yaml: the service runs as nobody in particular, and writes into its volumes alone."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from switchboard.app.parts import JOURNAL_PATIENCE_S
from switchboard.app.service import DRAIN_S, SETTLE_S
from switchboard.calls.dispatcher import CONCLUDE_S
from switchboard.settings import Settings

# What is open is closed in well under a second, on a slow disk in some.
CLOSES_WITHIN_S = 10
DOCKER = Path(__file__).parents[2] / "docker"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
    return document


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (DOCKER / "switchboard" / "Dockerfile").read_text(encoding="utf-8")


def test_the_service_may_do_nothing_that_it_does_not_need(compose: dict[str, Any]) -> None:
    service = compose["services"]["switchboard"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.keys() & {"privileged", "cap_add", "devices", "pid", "ipc"}
    (temporary,) = service["tmpfs"]
    folder, _, options = temporary.partition(":")
    assert folder.strip("/") == "tmp"
    assert {"noexec", "nosuid", "nodev"} <= set(options.split(","))


def test_its_user_is_the_images_and_owns_what_is_written(compose: dict[str, Any], dockerfile: str) -> None:
    service = compose["services"]["switchboard"]
    assert service["user"] == "990:990"
    assert re.findall(r"^USER (.+)$", dockerfile, re.MULTILINE) == ["990:990"]
    assert "--gid 990 switchboard" in dockerfile
    assert "--uid 990 --gid 990" in dockerfile
    written = {volume.split(":")[1] for volume in service["volumes"] if not volume.endswith(":ro")}
    assert written == {"/data", "/backup"}
    for folder in written:
        assert re.search(rf"install -d -o switchboard -g switchboard -m 07[05]0 {folder}\b", dockerfile)
        assert re.search(rf"^VOLUME .*{folder}\b", dockerfile, re.MULTILINE)


def test_a_stop_leaves_time_for_the_calls_in_progress(compose: dict[str, Any]) -> None:
    grace = compose["services"]["switchboard"]["stop_grace_period"]
    assert int(grace.removesuffix("s")) > DRAIN_S + CONCLUDE_S + SETTLE_S + JOURNAL_PATIENCE_S + CLOSES_WITHIN_S


def test_every_variable_is_a_setting(compose: dict[str, Any]) -> None:
    known = {f"SWITCHBOARD_{name.upper()}" for name in Settings.model_fields}
    assert compose["services"]["switchboard"]["environment"].keys() <= known


def test_every_volume_is_declared(compose: dict[str, Any]) -> None:
    used = {
        re.sub(r"^\$\{\w+:-(.*?)\}", r"\1", volume).split(":")[0]
        for service in compose["services"].values()
        for volume in service["volumes"]
        if not volume.startswith(("/", "."))
    }
    assert used == compose["volumes"].keys()
