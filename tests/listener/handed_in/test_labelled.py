"""Labelled files as people have them, from bytes to rows."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from listener.handed_in.labelled import labelled_rows

ROWS = [
    {"text": "الخدمة ممتازة، شكرا", "label": "positive", "lang": "ar", "source": "own"},
    {"text": "الشبكة زفت\nمن أمس", "label": "negative", "lang": "", "dialect": "glf"},
]
EMPTY = {"dialect": "", "source": "", "intent": "", "needs_response": ""}
LINES = "\n".join(json.dumps(row) for row in ROWS)
TABLE = 'Text,Label,lang,dialect,source\n"الخدمة ممتازة، شكرا",positive,ar,,own\n'
TABLE += '"الشبكة زفت\nمن أمس",NEGATIVE,,glf,\n'


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("content", [LINES, TABLE, TABLE.replace(",", ";"), "\ufeff" + TABLE])
def test_lines_and_tables_zipped_or_not_are_the_same_rows(
    tmp_path: Path, content: str, zipped: bool
) -> None:
    data = content.encode()
    path = tmp_path / "rows.whatever"
    path.write_bytes(gzip.compress(data) if zipped else data)
    rows, rejected = labelled_rows([path])
    assert rejected == 0
    assert rows == [{**EMPTY, **row} for row in ROWS]


def test_a_bad_row_is_told_with_its_file_and_line_and_the_others_are_read(tmp_path: Path) -> None:
    lines, table = tmp_path / "a.jsonl", tmp_path / "b.csv"
    lines.write_text(f'not json\n\n{LINES}\n{{"text": "x", "label": "unheard of"}}\n[1]\n')
    table.write_text('text,label\nx,neutral,more\n"open,neutral\ny,neutral\n,\nz,\n')
    told: list[tuple[str, int, str]] = []
    rows, rejected = labelled_rows(
        [lines, table], lambda path, line, why: told.append((path.name, line, why))
    )
    assert [row["text"] for row in rows] == [*(row["text"] for row in ROWS), "y"]
    assert [where[:2] for where in told] == [
        ("a.jsonl", 1),
        ("a.jsonl", 5),
        ("a.jsonl", 6),
        ("b.csv", 2),
        ("b.csv", 3),
        ("b.csv", 6),
    ]
    assert rejected == len(told)
    assert "unheard of" in told[1][2]


def test_a_text_of_any_length_with_nul_and_a_lone_surrogate_is_read(tmp_path: Path) -> None:
    texts = ["", "\x00", "\ud800", "a" * 100_000]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps({"text": text, "label": "neutral"}) for text in texts))
    rows, rejected = labelled_rows([path])
    assert ([row["text"] for row in rows], rejected) == (texts, 0)


HEADED = (
    {"text": "وين طلبي؟", "intent": "question", "needs_response": True},
    {"text": "شكرا", "sentiment": "positive", "intent": "praise", "needs_response": False},
    {"text": "تأخرتوا", "needs_response": True},
)
HEADED_TABLE = """Text,Intent,Sentiment,Needs_Response
وين طلبي؟,Question,,نعم
شكرا,praise,positive,FALSE
تأخرتوا,,,1
"""


@pytest.mark.parametrize("content", ["\n".join(map(json.dumps, HEADED)), HEADED_TABLE])
def test_a_row_may_tell_any_of_sentiment_intent_and_need(tmp_path: Path, content: str) -> None:
    path = tmp_path / "rows"
    path.write_text(content, encoding="utf-8")
    rows, rejected = labelled_rows([path])
    assert rejected == 0
    assert [(row["label"], row["intent"], row["needs_response"]) for row in rows] == [
        ("", "question", "yes"),
        ("positive", "praise", "no"),
        ("", "", "yes"),
    ]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"intent": "anger"}, "intent 'anger' is none of question, complaint"),
        ({"intent": 3}, "intent '3' is none of"),
        ({"needs_response": "perhaps"}, "needs_response 'perhaps' is neither yes nor no"),
        ({"label": "", "intent": " ", "needs_response": None}, 'no "label", "intent" or'),
    ],
)
def test_a_row_that_tells_nothing_known_is_left_out_with_why(
    tmp_path: Path, fields: dict[str, object], why: str
) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"text": "x", **fields}) + "\n", encoding="utf-8")
    told: list[str] = []
    rows, rejected = labelled_rows([path], lambda _path, _line, reason: told.append(reason))
    assert (rows, rejected) == ([], 1)
    assert why in told[0]


def test_a_table_without_a_column_of_labels_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,score\nx,1\n")
    with pytest.raises(ValueError, match=r'a\.csv.*"label".*text, score'):
        labelled_rows([path])


@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_a_broken_gzip_file_is_refused_by_name(tmp_path: Path, damage: str) -> None:
    data = bytearray(gzip.compress(LINES.encode() * 50))
    if damage == "cut":
        del data[len(data) // 2 :]
    else:
        data[len(data) // 2] ^= 0xFF
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"a\.jsonl\.gz is a broken gzip file"):
        labelled_rows([path])
