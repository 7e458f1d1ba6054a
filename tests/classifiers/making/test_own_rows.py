"""Which of the own rows are learned from, held out, kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from classifiers.making.own_rows import (
    CALIBRATES,
    OwnSet,
    distinct,
    enough,
    fold,
    keep,
    kept,
    parts,
)


def row(text: str, label: str = "negative", source: str = "") -> dict[str, str]:
    return {"text": text, "label": label, "lang": "ar", "dialect": "", "source": source}


def many(count: int) -> OwnSet:
    return OwnSet("shop", tuple(row(f"الطلب رقم {at} لم يصل") for at in range(count)))


def test_about_a_tenth_is_held_out_and_always_the_same() -> None:
    cut = parts([many(1000)])
    assert 70 < len(cut.held) < 130
    assert not cut.spare
    assert {fold(one["text"]) for one in cut.held} == {0}
    learned = {one["text"] for one in cut.learn[0].rows}
    assert len(learned) + len(cut.held) == 1000
    later = parts([many(1200)])
    assert {one["text"] for one in cut.held} <= {one["text"] for one in later.held}


def test_links_and_names_do_not_put_one_text_on_both_sides() -> None:
    first = "@nora الطلب لم يصل https://a.example/1"
    assert fold(first) == fold("@sami  الطلب لم يصل https://b.example/2")


def test_many_rows_give_a_tenth_for_calibration() -> None:
    cut = parts([many(CALIBRATES)])
    assert len(cut.spare) > 200
    assert {fold(one["text"]) for one in cut.spare} == {1}
    assert len(cut.learn[0].rows) + len(cut.spare) + len(cut.held) == CALIBRATES


def test_held_out_rows_are_named_by_source_or_set() -> None:
    sets = [many(200), OwnSet("other", tuple(row(f"رد {at}", source="x") for at in range(200)))]
    assert {one["source"] for one in parts(sets).held} == {"shop", "x"}


def test_the_set_before_wins_a_text_and_in_a_set_the_last_row() -> None:
    said = OwnSet("corrections", (row("سيء", "neutral"), row("سيء", "negative")), 2.0)
    file = OwnSet(
        "file", (row("سيء", "positive"), row("سيء", "complaint"), row("جميل", "positive"))
    )
    first, second = distinct([said, file])
    assert [one["label"] for one in first.rows] == ["negative"]
    assert [(one["text"], one["label"]) for one in second.rows] == [
        ("سيء", "complaint"),  # another question about the same text
        ("جميل", "positive"),
    ]


def test_a_text_is_one_row_with_all_that_is_said_of_it() -> None:
    clicks = OwnSet(
        "corrections",
        (
            row("سيء", "") | {"needs_response": "no", "lang": ""},
            row("سيء", "") | {"intent": "complaint"},
            row("سيء", "") | {"intent": "other"},
        ),
    )
    file = OwnSet(
        "file",
        (
            row("سيء", "negative") | {"intent": "request", "needs_response": "yes"},
            row("سيء", "not_complaint"),
            row("جميل", "complaint") | {"intent": "complaint"},
        ),
    )
    first, second = distinct([clicks, file])
    assert [dict(one) for one in first.rows] == [
        row("سيء", "negative") | {"intent": "other", "needs_response": "no"}
    ]
    # that it is no complaint says nothing more where the intent is known
    assert [(one["text"], one["label"], one["intent"]) for one in second.rows] == [
        ("جميل", "", "complaint")
    ]


@pytest.mark.parametrize(
    ("taught", "why"),
    [
        ({"label": "", "needs_response": "no"}, "every row is labelled no"),
        ({"label": "positive", "intent": "praise"}, "labelled positive and praise"),
    ],
)
def test_rows_that_tell_nothing_apart_are_refused(taught: dict[str, str], why: str) -> None:
    rows = tuple(row(f"رد {at}") | taught for at in range(250))
    with pytest.raises(ValueError, match=why):
        enough([OwnSet("few", rows)])
    other = rows[0] | {"text": "آخر", "needs_response": "yes", "intent": "other"}
    enough([OwnSet("few", (*rows, other))])


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    sets = (OwnSet("corrections", (row("سيء"),), 2.0), many(3))
    keep(tmp_path / "rows.jsonl.gz", sets)
    assert kept(tmp_path / "rows.jsonl.gz") == sets
