"""The lock files are complete and hashed: what is installed is what was locked, whoever serves it."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "tests/requirements.lock", "sounds/requirements.lock")
_PINNED = re.compile(
    r"(?P<name>[a-z0-9._-]+)==(?P<version>[^ ;\\]+)(?P<marker> ;[^\\]*)?"
    r"(?P<hashes>( ?\\\n    --hash=sha256:[0-9a-f]{64})*)"
)


def pins(lock: str) -> dict[str, list[re.Match[str]]]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    found: dict[str, list[re.Match[str]]] = {}
    rest = text
    for pin in _PINNED.finditer(text):
        found.setdefault(canonicalize_name(pin["name"]), []).append(pin)
        rest = rest.replace(pin.group(), "", 1)
    assert rest.strip() == "", f"{lock}: not a pinned package: {rest.strip()[:80]}"
    return found


@pytest.mark.parametrize("lock", [*LOCKS, "docker/audit.lock"])
def test_each_line_is_one_version_with_its_hashes(lock: str) -> None:
    found = pins(lock)
    assert len(found) > 20
    assert [name for name, versions in found.items() if not all(pin["hashes"] for pin in versions)] == []


def wanted(extra: str | None) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    lines += project["project"]["optional-dependencies"][extra] if extra else []
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize(("lock", "extra"), [*zip(LOCKS, (None, "dev", "speech"), strict=True)])
def test_what_the_project_asks_for_is_in_it_and_in_its_range(lock: str, extra: str | None) -> None:
    found = pins(lock)
    for each in wanted(extra):
        versions = [pin["version"] for pin in found.get(canonicalize_name(each.name), [])]
        assert versions, f"{each.name} is not in {lock}: run make lock"
        assert all(each.specifier.contains(version, prereleases=True) for version in versions), each


def needed_by(name: str) -> list[str]:
    """Of what is installed here, for this Python and system; what is not installed is of another system."""
    try:
        lines = requires(name) or []
    except PackageNotFoundError:
        return []
    parsed = [Requirement(line) for line in lines]
    return [each.name for each in parsed if each.marker is None or each.marker.evaluate({"extra": ""})]


@pytest.mark.parametrize("lock", LOCKS[:2])
def test_what_its_packages_need_is_in_it_too(lock: str) -> None:
    found = pins(lock)
    missing = {need for name in found for need in needed_by(name) if canonicalize_name(need) not in found}
    assert missing == set()
