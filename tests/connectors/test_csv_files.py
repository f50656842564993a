"""Encodings, separators and quotes: what is read, and what is refused without harm to the rest."""

import contextlib
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewflow.connectors.csv_files import open_table
from reviewflow.core.reasons import Refused

ROWS = "工号;姓名;金额\n7;林月;1.234,50\n8;王芳;-\n"


def cells(data: bytes, **options: str) -> list[list[str]]:
    return [list(record.cells) for record in open_table(data, ["工号"], **options).records()]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_are_found_out(encoding: str, line_end: str) -> None:
    data = ROWS.replace("\n", line_end).encode(encoding)
    assert cells(data) == [["7", "林月", "1.234,50"], ["8", "王芳", "-"]]


@pytest.mark.parametrize("encoding", ["big5", "shift_jis"])
def test_an_encoding_can_be_said(encoding: str) -> None:
    assert cells("id,名\n7,林\n".encode(encoding), encoding=encoding) == [["7", "林"]]


WESTERN = "id,name\n1,Jos\u00e9 M\u00fcller\n2,Ren\u00e9e D\u00edaz\n3,S\u00f8ren\n"


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_western_letters_are_never_taken_for_chinese(encoding: str) -> None:
    with pytest.raises(Refused) as refused:
        cells(WESTERN.encode(encoding))
    assert [reason.key for reason in refused.value.reasons] == ["import.unknown_encoding"]
    assert cells(WESTERN.encode(encoding), encoding=encoding)[0] == ["1", "José Müller"]


def test_one_line_in_another_encoding_costs_itself_only() -> None:
    lines = [
        "工号,姓名".encode(),
        *(f"{n},林月".encode() for n in range(30)),
        "99,王芳".encode("gbk"),
        b"100,x",
    ]
    records = list(open_table(b"\n".join(lines), ["工号"]).records())
    assert [(record.line, record.problem) for record in records if record.problem] == [
        (32, "row.not_encoded")
    ]
    assert records[-1].cells == ["100", "x"]
    assert "\\x" in records[30].cells[0]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_the_one_that_shows_the_columns(separator: str) -> None:
    text = (
        separator.join(["Order ID", "Rep", "Amount"]) + "\n" + separator.join(["1", '"Lin, Yue; east"', "2"])
    )
    table = open_table(text.encode(), ["Order ID", "Amount"])
    assert (table.separator, [list(record.cells) for record in table.records()]) == (
        separator,
        [["1", "Lin, Yue; east", "2"]],
    )


def test_a_spreadsheet_may_say_its_separator() -> None:
    assert cells("sep=|\n工号|x\n7|a,b\n".encode()) == [["7", "a,b"]]


def test_headers_have_blanks_marks_and_other_capitals() -> None:
    table = open_table('\ufeff" Order\u00a0ID ";"REP  NAME"\n1;x\n'.encode(), ["Order ID"])
    assert table.header == ("Order ID", "REP NAME")
    assert table.places(["Order ID", "Rep Name"]) == {"Order ID": 0, "Rep Name": 1}


def test_all_missing_columns_are_named_with_what_is_there() -> None:
    table = open_table(b"Order,Rep,Rep\n", [])
    with pytest.raises(Refused) as refused:
        table.places(["Order No", "Total", "Rep"])
    assert [(reason.key, reason.params) for reason in refused.value.reasons] == [
        ("import.columns_missing", {"columns": "Order No, Total", "there": "Order, Rep, Rep"}),
        ("import.column_twice", {"column": "Rep"}),
    ]


def test_the_columns_that_are_there_are_told_once_and_not_without_end() -> None:
    table = open_table((",".join(f"Column {n}" for n in range(200)) + "\n").encode(), [])
    with pytest.raises(Refused) as refused:
        table.places(["Order No"])
    (reason,) = refused.value.reasons
    assert reason.key == "import.column_missing"
    there = str(reason.params["there"])
    assert there.startswith("Column 0, Column 1, ")
    assert there.endswith(", …")
    assert len(there) < 450


def test_quotes_line_breaks_and_blank_lines() -> None:
    data = b'id,note\n\n1,"two\nlines, ""quoted"""\n2,5" pipe\n,\n3,x\n'
    table = open_table(data, ["id"])
    assert [(record.line, list(record.cells)) for record in table.records()] == [
        (3, ["1", 'two\nlines, "quoted"']),
        (5, ["2", '5" pipe']),
        (7, ["3", "x"]),
    ]


def test_a_quote_that_never_closes_costs_its_line_only() -> None:
    data = b'id,note\n1,"open\n' + b"".join(b"%d,x\n" % n for n in range(2, 200))
    records = list(open_table(data, ["id"]).records())
    assert (records[0].line, records[0].problem) == (2, "row.quote_not_closed")
    assert (len(records), list(records[1].cells)) == (199, ["2", "x"])


def test_rows_of_another_width_are_refused_except_for_trailing_blanks() -> None:
    records = list(open_table(b"id,a,b\n1,2\n1,2,3,4\n1,2,3,,\n", ["id"]).records())
    assert [record.problem for record in records] == ["row.other_width", "row.other_width", None]


def test_control_signs_are_refused() -> None:
    records = list(open_table(b"id,a\n1,x\0y\n2,z\n", ["id"]).records())
    assert [record.problem for record in records] == ["row.control_sign", None]


@pytest.mark.parametrize("data", [b"", b"\n\n", "\ufeff\r\n".encode()])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        open_table(data, [])
    assert refused.value.reasons[0].key == "import.empty"


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with contextlib.suppress(Refused):
        table = open_table(data, ["id"])
        assert all(record.line > table.header_line for record in table.records())


TEXT = st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]), max_size=12)


@given(
    st.lists(st.lists(TEXT, min_size=3, max_size=3), max_size=5),
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8-sig", "utf-16"]),
)
def test_what_a_spreadsheet_writes_is_read_back(rows: list[list[str]], separator: str, encoding: str) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=separator, quoting=csv.QUOTE_ALL).writerows([["id", "a", "b"], *rows])
    table = open_table(written.getvalue().encode(encoding), ["id", "a", "b"])
    kept = [row for row in rows if any(cell and not cell.isspace() for cell in row)]
    assert [list(record.cells) for record in table.records()] == [list(row) for row in kept]
