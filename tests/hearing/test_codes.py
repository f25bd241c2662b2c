import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hearing.codes import LARGEST, encode, number_of, symbols_of
from tests.hearing.ear import Ear, listen
from tests.hearing.heard import Kind
from tests.hearing.pcm import Pcm, from_alaw, from_signal, silence, to_alaw

NUMBERS = st.lists(st.integers(0, LARGEST), min_size=1, max_size=8)


def spoken(numbers: list[int], gaps: list[float] | None = None) -> Pcm:
    pauses = gaps or [0.0] * len(numbers)
    parts = [part for number, gap in zip(numbers, pauses, strict=True) for part in (encode(number), silence(gap))]
    return from_alaw(to_alaw(np.concatenate(parts)))


def heard(pcm: Pcm) -> list[int]:
    return [int(name) for name in listen(pcm).prompts]


def is_part(some: list[int], of: list[int]) -> bool:
    rest = iter(of)
    return all(number in rest for number in some)


@given(NUMBERS)
def test_codes_back_to_back_come_through_the_codec(numbers: list[int]) -> None:
    assert heard(spoken(numbers)) == numbers


@given(st.data(), NUMBERS)
def test_gaps_between_codes_do_not_matter(data: st.DataObject, numbers: list[int]) -> None:
    gaps = data.draw(st.lists(st.floats(0, 0.6), min_size=len(numbers), max_size=len(numbers)))
    assert heard(spoken(numbers, gaps)) == numbers


@given(NUMBERS, st.integers(0, 2**32 - 1), st.floats(0, 0.01))
def test_noise_up_to_12_db_below_the_code_does_not_matter(numbers: list[int], seed: int, level: float) -> None:
    noise = np.random.default_rng(seed).normal(0, 1, len(spoken(numbers))) * level * 3
    assert heard(from_signal(spoken(numbers) / 32768 + noise)) == numbers


@given(NUMBERS, st.integers(0, 2**32 - 1), st.floats(0, 0.3))
def test_lost_packets_lose_codes_but_never_turn_one_into_another(numbers: list[int], seed: int, rate: float) -> None:
    pcm = spoken(numbers)
    lost = np.random.default_rng(seed).random(len(pcm) // 160 + 1) < rate
    pcm[np.repeat(lost, 160)[: len(pcm)]] = 0
    assert is_part(heard(pcm), numbers)


@given(NUMBERS, st.data())
def test_one_lost_packet_costs_nothing(numbers: list[int], data: st.DataObject) -> None:
    pcm = spoken(numbers)
    at = data.draw(st.integers(0, len(pcm) - 160))
    pcm[at : at + 160] = 0
    assert heard(pcm) == numbers


@given(NUMBERS, st.data())
def test_a_slip_of_the_jitter_buffer_costs_nothing(numbers: list[int], data: st.DataObject) -> None:
    pcm = spoken(numbers)
    at = data.draw(st.integers(0, len(pcm) - 160))
    shorter = np.concatenate([pcm[:at], pcm[at + 160 :]])
    longer = np.concatenate([pcm[:at], pcm[at : at + 160], pcm[at:]])
    assert heard(shorter) == numbers
    assert heard(longer) == numbers


@given(st.integers(0, LARGEST), st.integers(0, LARGEST), st.floats(0.03, 0.26))
def test_a_code_broken_off_is_reported_as_cut(first: int, second: int, seconds: float) -> None:
    broken = encode(first)[: round(seconds * 8000)]
    sounds = listen(np.concatenate([broken, silence(0.3), encode(second)]))
    assert sounds.prompts == [str(second)]
    assert len(sounds.of(Kind.CUT)) == 1


@given(st.integers(0, LARGEST), st.integers(0, LARGEST), st.floats(0.13, 0.26))
def test_a_code_broken_off_by_the_next_is_reported_as_cut(first: int, second: int, seconds: float) -> None:
    sounds = listen(np.concatenate([encode(first)[: round(seconds * 8000)], encode(second)]))
    assert sounds.prompts == [str(second)]
    assert len(sounds.of(Kind.CUT)) == 1


@given(NUMBERS, st.lists(st.integers(1, 900), min_size=1, max_size=20))
def test_it_does_not_matter_in_which_pieces_sound_arrives(numbers: list[int], sizes: list[int]) -> None:
    pcm = np.concatenate([spoken(numbers), silence(0.1)])
    ear, at, turn = Ear(), 0, 0
    while at < len(pcm):
        size = sizes[turn % len(sizes)]
        ear.feed(pcm[at : at + size])
        at, turn = at + size, turn + 1
    assert [int(name) for name in ear.heard.prompts] == numbers


@given(st.integers(0, LARGEST), st.integers(0, 3), st.integers(1, 15))
def test_one_wrong_symbol_is_always_noticed(number: int, place: int, shift: int) -> None:
    first, second, third, check = symbols_of(number)
    values = [first, second, third, check]
    values[place] = (values[place] + shift) % 16
    assert number_of((values[0], values[1], values[2], values[3])) is None


def test_every_number_has_its_own_symbols() -> None:
    assert len({symbols_of(number) for number in range(LARGEST + 1)}) == LARGEST + 1


@pytest.mark.parametrize("number", [-1, LARGEST + 1])
def test_a_number_that_does_not_fit_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        encode(number)
