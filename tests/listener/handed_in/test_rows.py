"""Files as people have them, from bytes to rows."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from listener.handed_in.file_rows import BadRow, Row, read_rows
from listener.handed_in.headings import HEADINGS


def _read(data: bytes | str) -> list[Any]:
    file = io.BytesIO(data.encode() if isinstance(data, str) else data)
    rows: list[Any] = []
    for row in read_rows(file, need=("text",)):
        if isinstance(row, Row):
            rows.append((row.line, row.fields.get("text")))
        else:
            assert isinstance(row, BadRow)
            rows.append((row.line, row))
    return rows


def _good(data: bytes | str) -> list[tuple[int, object]]:
    return [row for row in _read(data) if not isinstance(row[1], BadRow)]


def _bad(data: bytes | str) -> list[tuple[int, str]]:
    return [(line, row.why) for line, row in _read(data) if isinstance(row, BadRow)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter: str, end: str) -> None:
    lines = ["id,text,author", "1,مرحبا,نورة", "", "2,'+',عمر", " "]
    data = end.join(lines).replace(",", delimiter).replace("'+'", '"فيها , و ; و\t و |"')
    assert _read(data) == [(2, "مرحبا"), (4, "فيها , و ; و\t و |")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1256", "utf-16", "utf-16-le-bom"])
def test_encodings(encoding: str) -> None:
    text = "id,text\n1,الخدمة سيئة؟ پگ\n2,plain\n"
    if encoding == "utf-16-le-bom":
        data = b"\xff\xfe" + text.encode("utf-16-le")
    else:
        data = text.encode(encoding)
    assert _read(data) == [(2, "الخدمة سيئة؟ پگ"), (3, "plain")]


def test_windows_1256_long_after_the_start() -> None:
    data = b"id,text\n" + b"1,plain ascii\n" * 50_000 + "2,مرحبا".encode("cp1256")
    assert _good(data)[-1] == (50_002, "مرحبا")


def test_one_broken_line_in_utf8_is_broken() -> None:
    data = "id,text\n1,مرحبا\n".encode() + b"2,\xd9\n" + "3,أهلا\n".encode()
    assert _good(data) == [(2, "مرحبا"), (4, "أهلا")]
    assert _bad(data) == [(3, "not UTF-8, as the lines before it are; save the file as UTF-8")]


def test_quoted_line_breaks() -> None:
    data = 'id,text\n1,"سطر\nوسطر\r\nوثالث"\n2,"قال ""نعم"""\n'
    assert _read(data) == [(2, "سطر\nوسطر\r\nوثالث"), (5, 'قال "نعم"')]


def test_an_open_quote_costs_one_row() -> None:
    data = 'id,text\n1,a\n2,"open\n3,c\n4,"quoted, fine"\n5,e\n'
    good = _good(data)
    assert (2, "a") in good
    assert good[1:] == [(4, "c"), (5, "quoted, fine"), (6, "e")]
    assert [line for line, _why in _bad(data)] == [3]


def test_an_open_quote_at_the_end() -> None:
    assert _bad('id,text\n1,a\n2,"open\n') == [(3, "a quote is opened and never closed")]


def test_an_open_quote_before_many_rows() -> None:
    rows = "".join(f"{n},row {n}\n" for n in range(3000))
    data = 'id,text\nx,"open\n' + rows
    assert len(_good(data)) == 3000
    assert _bad(data) == [(2, "a quote is opened and never closed")]


@pytest.mark.parametrize("row", ["1", "1,a,b,c", ",,,,,,"])
def test_the_wrong_number_of_fields(row: str) -> None:
    data = f"id,text,author\n{row}\n2,good,x\n"
    fields = row.count(",") + 1
    assert _bad(data) == [(2, f"{fields} fields where the header has 3")]
    assert _good(data) == [(3, "good")]


def test_text_after_a_closing_quote() -> None:
    data = 'id,text\n1,"خدمة" سيئة\n2,b\n'
    assert _bad(data) == [
        (2, "text stands after a closing quote; double the quotes inside a field")
    ]
    assert _good(data) == [(3, "b")]


def test_a_long_text_and_a_longer_one() -> None:
    data = f'id,text\n1,"{"ن" * 200_000}"\n2,"{"ن" * 1_000_001}"\n3,c\n'
    assert [line for line, _ in _good(data)] == [2, 4]
    assert [line for line, _ in _bad(data)] == [3]


def test_a_spreadsheets_hint_and_capital_names() -> None:
    assert _read("sep=;\nID; Text \n1;a,b\n") == [(3, "a,b")]


@pytest.mark.parametrize("header", ["id,content", "مرحبا", '"text'])
def test_a_table_without_text_is_refused_as_a_whole(header: str) -> None:
    with pytest.raises(ValueError, match='must name the columns, "text" among them'):
        _read(f"{header}\n1,2\n")


def test_a_column_named_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice: text"):
        _read("text,id,Text\na,1,b\n")


@pytest.mark.parametrize("data", ["", "\n \n", "\ufeff"])
def test_nothing(data: str) -> None:
    assert _read(data) == []


def test_a_header_alone() -> None:
    assert _read("id,text\n") == []


def test_json_lines() -> None:
    data = (
        '\n{"text": "مرحبا", "id": 1}\nnot json\n[1]\n"text"\n\n'
        '{"text": "a\u2028b\\ud83d"}\n{"n": ' + "9" * 5000 + "}\n" + "[" * 100_000 + '\n{"text": 7}'
    )
    assert _good(data) == [(2, "مرحبا"), (7, "a\u2028b\ud83d"), (10, 7)]
    bad = dict(_bad(data))
    assert bad[3] == "not JSON (Expecting value, column 1)"
    assert bad[4].startswith("a JSON array; write one object a line")
    assert bad[5] == "not a JSON object"
    assert bad[8].startswith("not JSON that can be read")
    assert bad[9] == "JSON nested too deep"


def test_a_json_line_that_is_not_utf8() -> None:
    data = '{"text": "مرحبا"}\n'.encode() + b'{"text": "\xff"}\n'
    assert len(_good(data)) == 1
    assert [line for line, _ in _bad(data)] == [2]


def test_a_pipe_is_read_without_seeking() -> None:
    class Pipe(io.RawIOBase):
        def __init__(self, data: bytes) -> None:
            self._data = io.BytesIO(data)

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            found = self._data.read(min(len(buffer), 7))
            buffer[: len(found)] = found
            return len(found)

    rows = read_rows(Pipe("id,text\n1,مرحبا\n".encode()), need=("text",))  # type: ignore[arg-type]
    assert [row.fields for row in rows if isinstance(row, Row)] == [{"id": "1", "text": "مرحبا"}]


@pytest.mark.parametrize("spaced", [None, 1])
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_json_array_is_read_whole(spaced: int | None, wrapped: bool) -> None:
    rows: Any = [{"id": "1", "text": "سيئة [1]"}, {"id": "2", "text": "متأخرة"}]
    rows = {"total": 2, "data": rows} if wrapped else rows
    data = json.dumps(rows, ensure_ascii=False, indent=spaced)
    assert [text for _line, text in _good(data)] == ["سيئة [1]", "متأخرة"]


def test_a_row_of_an_array_is_told_by_its_line() -> None:
    data = '[\n {"text": "a"},\n 7,\n {"text":\n  "b"}\n]\n'
    assert _good(data) == [(2, "a"), (4, "b")]
    assert _bad(data) == [(3, "not a JSON object")]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ('[\n{"text": "a"},\n{"text": }\n]', "broken at line 3"),
        ('[{"text": "a"}, {"text": "b"}', "cut off"),
        ('[[{"text": "a"}]]', "arrays within arrays"),
    ],
)
def test_a_broken_array_is_refused_whole(data: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        _read(data)


def test_objects_of_several_lines_one_after_another() -> None:
    rows = [{"text": "a"}, {"text": "b"}]
    assert [text for _, text in _good("\n".join(json.dumps(r, indent=2) for r in rows))] == [
        "a",
        "b",
    ]


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(order: str) -> None:
    assert _read("id,text\n1,مرحبا\n".encode(order)) == [(2, "مرحبا")]


@pytest.mark.parametrize("row", ["1,good", "1,good,", "1,good,,", "1,good,,,,,"])
def test_empty_fields_at_the_end_may_be_missing_or_too_many(row: str) -> None:
    assert _read(f"id,text,author,likes\n{row}\n2,b,c,4\n") == [(2, "good"), (3, "b")]


def test_a_row_that_ends_before_its_text_or_holds_more_is_broken() -> None:
    data = "id,author,text\n1,x\n2,x,a,b\n3,x,c\n"
    assert [line for line, _why in _bad(data)] == [2, 3]


def test_arabic_headings() -> None:
    called = HEADINGS
    data = "المعرّف;نصّ التعليق;التاريخ;الإعجابات;الرقم\n7;سيئة;22/11/2026;٣;1\n".encode(
        "cp1256", "ignore"
    )
    for content in (data, '{"النص": "سيئة", "التاريخ": "22/11/2026"}'.encode()):
        (row,) = read_rows(io.BytesIO(content), need=("text",), called=called)
        assert isinstance(row, Row)
        assert (row.fields["text"], row.fields["created_at"]) == ("سيئة", "22/11/2026")


def test_a_column_of_our_own_name_is_never_another() -> None:
    (row,) = read_rows(io.BytesIO("text,النص\na,b\n".encode()), need=("text",), called=HEADINGS)
    assert isinstance(row, Row)
    assert row.fields == {"text": "a", "النص": "b"}
