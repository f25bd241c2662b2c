"""Ports that tests choose."""

import pytest

from tests.ports import FIRST, LAST, SHARES, free_port, own_share


def test_processes_side_by_side_never_choose_the_same() -> None:
    shares = [own_share({"PYTEST_XDIST_WORKER": f"gw{number}"}) for number in range(SHARES)]
    assert sorted(port for share in shares for port in share) == list(range(FIRST, LAST + 1))


@pytest.mark.parametrize("environment", [{}, {"PYTEST_XDIST_WORKER": "master"}])
def test_a_process_that_is_alone_has_them_all(environment: dict[str, str]) -> None:
    assert own_share(environment) == range(FIRST, LAST + 1)


def test_none_is_given_twice_nor_are_its_neighbours() -> None:
    given = [free_port(neighbours=1) for _ in range(50)]
    taken = [port for first in given for port in (first, first + 1)]
    assert len(set(taken)) == len(taken)
    assert set(taken) <= set(own_share())
