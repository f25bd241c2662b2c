"""Numbers as people and trunks write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.numbers import display_number, parse_caller, parse_number, short_digits

NORRBY = "+46980319200"

WRITTEN = """
+46980319200            +46980319200
+46 980 319 200         +46980319200
+46 (0)980-31 92 00     +46980319200
0046 (0) 980 319200     +46980319200
0046 (0)980 319200      +46980319200
0046980319200           +46980319200
46980319200             +46980319200
46 0980 319 200         +46980319200
+460980319200           +46980319200
0980-319200             +46980319200
0980/31 92 00           +46980319200
(0980) 319 200          +46980319200
(0)980-319200           +46980319200
(+46) 980 319 200       +46980319200
08-123 456              +468123456
+4790123456             +4790123456
004790123456            +4790123456
+123456789012345        +123456789012345
+1234567890123456       None
+46                     None
+046980319200           None
000980319200            None
+4600980319200          None
319200                  None
211                     None
0980-CITY               None
+46980319200a           None
++46980319200           None
46+980319200            None
*21*0980319200#         None
٠٩٨٠٣١٩٢٠٠              None
+46 980 319 200;ext=1   None
""".strip().splitlines()


@pytest.mark.requirement("R39")
@pytest.mark.parametrize("line", WRITTEN)
def test_each_written_form(line: str) -> None:
    written, expected = line[:24].rstrip(), line[24:].strip()
    assert str(parse_number(written)) == expected


@pytest.mark.parametrize("area", ["0980", "980"])
def test_local_numbers_need_the_area_code(area: str) -> None:
    assert parse_number("31 92 00", area_code=area) == NORRBY
    assert parse_number("46 12 34", area_code=area) == "+46980461234"
    assert parse_number("112", area_code=area) is None


def test_another_country() -> None:
    assert parse_number("0501234567", country_code="358") == "+358501234567"


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "   ",
        "+46" + " " * 5000 + "980319200",
        "+",
        "()",
        "(0)",
        "<script>",
        "9" * 5000,
        "0" * 5000,
        "\udcff\udcfe",
        "\0",
    ],
)
def test_bad_input_is_no_number(raw: str) -> None:
    assert parse_number(raw) is None
    assert parse_caller(raw) is None
    assert short_digits(raw) is None


@given(st.text())
def test_any_text_is_a_valid_number_or_none(raw: str) -> None:
    number = parse_number(raw, area_code="0980")
    if number is not None:
        assert number[0] == "+"
        assert set(number[1:]) <= set("0123456789")
        assert 7 <= len(number) - 1 <= 15
        assert number[1] != "0"
        assert parse_number(number) == number
    assert parse_caller(raw) in {None, parse_number(raw)}
    assert display_number(raw) is not None


@given(st.from_regex(r"[1-9][0-9]{7,8}", fullmatch=True), st.data())
def test_every_form_of_a_swedish_number_is_the_same_number(national: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(national) - 1))
    mark = data.draw(st.sampled_from([" ", "-", "", "/", " - "]))
    spaced = national[:cut] + mark + national[cut:]
    forms = ["+46" + spaced, "0046" + spaced, "46" + spaced, "0" + spaced, "+46 (0)" + spaced, "(0)" + spaced]
    assert {parse_number(form) for form in forms} == {"+46" + national}
    assert parse_number(display_number("+46" + national)) == "+46" + national


@pytest.mark.parametrize("withheld", [None, "", " ", "anonymous", "Anonymous", "unknown", "Restricted", "unavailable"])
def test_withheld_callers_have_no_number(withheld: str | None) -> None:
    assert parse_caller(withheld) is None


@pytest.mark.requirement("R38")
@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+46980319200", "0980-31 92 00"),
        ("+46406280400", "040-628 04 00"),
        ("+4687654321", "08-765 43 21"),
        ("+46812345678", "08-123 456 78"),
        ("+46701740605", "070-174 06 05"),
        ("+46112", "0112"),
        ("+4790123456", "+4790123456"),
        ("anonymous", "anonymous"),
        ("", ""),
    ],
)
def test_what_a_display_shows(number: str, shown: str) -> None:
    assert display_number(number) == shown


def test_a_display_in_another_country_shows_it_all() -> None:
    assert display_number(NORRBY, "47") == NORRBY


@pytest.mark.parametrize(("dialled", "digits"), [("211", "211"), (" 04 ", "04"), ("2 1", None), ("123456789", None)])
def test_short_digits(dialled: str, digits: str | None) -> None:
    assert short_digits(dialled) == digits
