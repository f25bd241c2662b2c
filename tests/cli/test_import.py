"""A directory as CSV."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.cli.directory_csv import read_directory
from tests.cli.conftest import Command


def _problems(data: bytes) -> list[tuple[int, str]]:
    return [(problem.line, problem.column) for problem in read_directory(data).problems]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rows_are_read_from_any_usual_form(mark: str, delimiter: str, end: str) -> None:
    lines = (("Name", "authority ", "EXTENSION"), (' "Åsa ""Ö"" Öberg"', "Norrby kommun", " 214 "), ("", "", ""))
    text = mark + end.join(delimiter.join(cells) for cells in lines) + end
    file = read_directory(text.replace(' "Å', '"Å').encode())
    assert file.problems == ()
    (row,) = file.rows
    assert (row.line, row.name, row.authority, row.extension, row.unit) == (
        2,
        'Åsa "Ö" Öberg',
        "Norrby kommun",
        "214",
        "",
    )


def test_a_cell_with_a_line_break_does_not_shift_the_lines_that_are_named() -> None:
    data = b'authority,name,duties\nN,Anna,"one\ntwo"\nN,,x\n'
    assert _problems(data) == [(4, "name")]


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        (b"", [(1, "authority"), (1, "name")]),
        (b"name\nAnna\n", [(1, "authority")]),
        (b"authority,name,shoe size\n", [(1, "shoe size")]),
        (b"authority,name,name\n", [(1, "name")]),
        (b"authority,name\nN\n", [(2, "")]),
        (b"authority,name\nN,Anna,more\n", [(2, "")]),
        (b"authority,name\n,Anna\nN,\n", [(2, "authority"), (3, "name")]),
        (b"authority,name,language\nN,Anna,de\n", [(2, "language")]),
        (b"authority,name,extension\nN,Anna,2x1\nN,Bo,123456789\n", [(2, "extension"), (3, "extension")]),
        (b"authority,name,extension\nN,Anna,211\nn,Bo,211\nM,Bo,211\n", [(3, "extension")]),
        (b"authority,name,number\nN,Anna,0980 319211\nN,Bo,0980-319211\n", [(3, "number")]),
        (b"authority,name,email\nN,Anna,anna at home\n", [(2, "email")]),
        (b"authority,name\nN,An\x07na\n", [(2, "name")]),
        (b"authority,name\nN," + b"x" * 501 + b"\n", [(2, "name")]),
        (b"authority,name\nN,Anna\nN,\xe5sa\n", [(3, "")]),
        (b'authority,name\nN,"Anna\n', [(2, "")]),
    ],
)
def test_each_problem_has_its_line_and_column(data: bytes, problems: list[tuple[int, str]]) -> None:
    assert _problems(data) == problems


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: f"authority,name\n{text}".encode()))
def test_no_file_breaks_the_reader(data: bytes) -> None:
    file = read_directory(data)
    assert all(row.authority and row.name for row in file.rows)


def test_a_file_is_imported_whole(switchboard: Command, tmp_path: Path) -> None:
    file = tmp_path / "directory.csv"
    file.write_text("authority;name;extension;number\nNorrby kommun;Berit Ny;215;0980-31 92 15\n", encoding="utf-8")
    dry = switchboard("import", str(file), "--dry-run")
    assert (dry.status, dry.out) == (0, "1 people would be added, 0 would be updated\n")
    assert switchboard("person", "show", "215").status == 2
    assert switchboard("import", str(file)).out == "1 people added, 0 updated\n"
    assert switchboard("explain", "+46980319215", "--json").document["route"]["person"] == "Berit Ny"
    assert switchboard("import", str(file), "--json").document["updated"] == 1


def test_every_problem_is_named_at_once_and_nothing_is_kept(switchboard: Command, tmp_path: Path) -> None:
    file = tmp_path / "directory.csv"
    lines = ("authority,name,extension", "Norrby kommun,Berit Ny,215", "Nowhere,Bo,216", "Norrby kommun,,217")
    file.write_text("\n".join(lines), encoding="utf-8")
    said = switchboard("import", str(file))
    assert said.status == 1
    told = said.err.splitlines()
    assert told[0].startswith("line 3, column authority: there is no authority Nowhere")
    assert told[1] == "line 4, column name: is empty"
    assert told[2] == "nothing was changed: 2 problems"
    assert switchboard("person", "show", "215").status == 2
    assert switchboard("import", "no-such-file.csv").status == 2
