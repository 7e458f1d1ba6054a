"""`rasid model sample`: asked one at a time, left and gone on with, by sheet, and fitted."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from listener.store.tables import biases, labels, sampled, samples
from tests.listener.cli.installed import SECRET, Installed, mention

KINDS = ("الخدمة سيئة جدا", "خبر عن رشفان اليوم", "شكرا رشفان ممتاز")


def seeded(installed: Installed, number: int = 12) -> None:
    installed.seed(*(mention(n, f"رشفان {KINDS[n % 3]} رقم {n}") for n in range(1, number + 1)))


def sample(installed: Installed, *options: str, keys: str | None = None) -> Any:
    return installed.rasid("model", "sample", "--brand", "رشفان", *options, stdin=keys)


def said(installed: Installed) -> list[str | None]:
    rows = installed.rows(select(sampled.c.said).order_by(sampled.c.sample_id, sampled.c.place))
    return [row.said for row in rows]


def rows_of(path: Path) -> list[dict[str, str]]:
    text = path.read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(rows[0]))
        out.writeheader()
        out.writerows(rows)
    return path


def test_texts_are_asked_one_at_a_time_without_what_the_model_says(installed: Installed) -> None:
    seeded(installed)
    found = sample(installed, "--count", "4", "--seed", "3", keys="1\n٢\nj\nج\ns\n")
    assert found.exit_code == 0, found.output
    assert said(installed) == ["negative", "neutral", "positive", "skip"]
    before_first = found.stdout.split("→")[0]
    assert "1 of 4" in before_first
    assert "mastodon" in before_first.lower()
    assert before_first.count("negative") == 1  # the key's name, and nothing of the label
    assert "too few labels to fit anything: 3 of at least 30" in found.stdout
    assert installed.rows(select(labels.c.source).distinct()) == [("model-1",)]


def test_the_end_of_the_input_and_q_leave_and_the_same_command_goes_on(
    installed: Installed,
) -> None:
    seeded(installed)
    assert sample(installed, "--count", "5", "--seed", "3", keys="1\n2\n").exit_code == 0
    left = sample(installed, keys="3\nq\n")
    assert "3 of 5 posts labelled, 0 skipped, 2 open" in left.stdout
    assert "the same command goes on" in left.stdout
    assert sample(installed, keys="0\nb\n1\n1\n").exit_code == 0
    assert said(installed) == ["negative", "neutral", "positive", "negative", "negative"]
    assert len(installed.rows(select(samples))) == 1


def test_ctrl_c_loses_nothing(installed: Installed) -> None:
    """A real process on a real terminal, interrupted while it waits for a key."""
    seeded(installed)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "listener.cli", "--config", str(installed.config), "model",
         "sample", "--brand", "رشفان", "--count", "5", "--seed", "3"],
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        env={**os.environ, SECRET: installed.url, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    os.close(theirs)
    try:
        _until(ours, b"1 of 5")
        _press(ours, b"1")
        _until(ours, b"2 of 5")
        _press(ours, b"3")
        _until(ours, b"3 of 5")
        _press(ours, b"\x03")
        _until(ours, b"the same command goes on")
        assert process.wait(60) == 1
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert said(installed) == ["negative", "positive", None, None, None]
    assert sample(installed, keys="1\n1\n1\n").exit_code == 0
    assert None not in said(installed)


def _press(terminal: int, key: bytes) -> None:
    """Once the command waits for one key: what is typed ahead is thrown away then."""
    last = time.monotonic() + 120
    while termios.tcgetattr(terminal)[3] & termios.ICANON:
        assert time.monotonic() < last
        time.sleep(0.01)
    os.write(terminal, key)


def _until(terminal: int, wanted: bytes) -> None:
    seen, last = b"", time.monotonic() + 120
    while wanted not in seen:
        assert time.monotonic() < last, seen.decode("utf-8", "replace")
        try:
            seen += os.read(terminal, 4096)
        except OSError:  # the other side is closed
            raise AssertionError(seen.decode("utf-8", "replace")) from None


def test_the_same_seed_and_span_draw_the_same_sample(installed: Installed) -> None:
    seeded(installed)
    span = ("--since", "2020-01-01", "--count", "6", "--seed", "11")
    sample(installed, *span, keys="0\n" * 6)
    first = installed.rows(select(sampled.c.mention_id).order_by(sampled.c.place))
    installed.execute("DELETE FROM sampled")
    installed.execute("DELETE FROM samples")
    sample(installed, *span, keys="0\n" * 6)
    assert installed.rows(select(sampled.c.mention_id).order_by(sampled.c.place)) == first
    [row] = installed.rows(select(samples))
    assert (row.seed, row.texts, row.since.year) == (11, 12, 2019)  # midnight in Riyadh


def test_another_sample_only_when_the_last_is_done_and_of_other_texts(
    installed: Installed,
) -> None:
    seeded(installed)
    sample(installed, "--count", "5", keys="1\n")
    refused = sample(installed, "--new")
    assert refused.exit_code == 1
    assert "4 texts that nobody labelled" in refused.output
    sample(installed, keys="0\n" * 4)
    again = sample(installed, keys="1\n")  # complete: nothing is asked, nothing drawn
    assert "1 of 5 posts labelled, 4 skipped, 0 open" in again.stdout
    sample(installed, "--new", "--count", "20", keys="0\n" * 20)
    ids = [row.mention_id for row in installed.rows(select(sampled.c.mention_id))]
    assert len(ids) == len(set(ids)) == 12
    none_left = sample(installed, "--new")
    assert (none_left.exit_code, "nothing can be drawn" in none_left.output) == (1, True)


def test_a_sheet_goes_out_without_labels_and_comes_back_with_them(
    installed: Installed, tmp_path: Path
) -> None:
    seeded(installed)
    path = tmp_path / "sheet.csv"
    assert sample(installed, "--count", "6", "--export", str(path)).exit_code == 0
    rows = rows_of(path)
    assert [row["label"] for row in rows] == [""] * 6
    assert list(rows[0]) == ["sample", "place", "network", "written", "text", "label"]
    words = ["negative", "سلبي", "Neutral ", "إيجابي", "skip", ""]
    for row, word in zip(rows, words, strict=True):
        row["label"] = word
    taken = sample(installed, "--import", str(written(path, rows)), "--by", "manager", "--json")
    assert taken.exit_code == 0, taken.output
    result = json.loads(taken.stdout)
    counts = {k: result[k] for k in ("read", "labelled", "changed", "same", "empty", "refused")}
    assert counts == {
        "read": 6, "labelled": 5, "changed": 0, "same": 0, "empty": 1, "refused": 0,
    }  # fmt: skip
    assert said(installed) == ["negative", "negative", "neutral", "positive", "skip", None]
    assert {row.by for row in installed.rows(select(sampled.c.by))} == {"manager", None}
    rows[0]["label"] = "positive"
    again = json.loads(sample(installed, "--import", str(written(path, rows)), "--json").stdout)
    assert (again["labelled"], again["changed"], again["same"]) == (1, 1, 4)


def test_a_broken_sheet_is_counted_and_its_refused_rows_are_named(
    installed: Installed, tmp_path: Path
) -> None:
    seeded(installed)
    path = tmp_path / "sheet.csv"
    sample(installed, "--count", "6", "--export", str(path))
    rows = rows_of(path)
    for row in rows:
        row["label"] = "negative"
    rows[1]["label"] = "angry"
    rows[2]["place"] = "77"
    rows[3]["text"] = rows[4]["text"]
    rows[5]["sample"], rows[5]["place"] = rows[0]["sample"], rows[0]["place"]
    rows[5]["text"] = ""
    taken = sample(installed, "--import", str(written(path, rows)))
    assert taken.exit_code == 0, taken.output
    assert '"labelled": 2' in taken.stdout
    assert '"refused": 4' in taken.stdout
    for line, why in (
        (3, "'angry' is no label"), (4, "there is no such text"), (5, "were rows sorted apart"),
        (7, "line 2 labels the same text"),
    ):  # fmt: skip
        assert f"sheet.csv, line {line} is refused: " in taken.stderr
        assert why in taken.stderr
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    assert sample(installed, "--import", str(path)).exit_code == 1
    assert said(installed).count("negative") == 2


def test_a_complete_sample_is_fitted_and_shown(installed: Installed) -> None:
    """With the bundled fast model: whatever it makes of it, it is measured and told."""
    seeded(installed, 40)
    done = sample(installed, "--count", "36", "--seed", "3", "--json", keys="1\n" * 36)
    assert done.exit_code == 0, done.output
    result = json.loads(done.stdout)
    [bias] = result["biases"]
    assert (bias["labels"], bias["samples"], bias["network"]) == (36, [1], "")
    assert bias["model"].startswith("fast-")
    assert set(bias["measured"]) == {"before", "after", "error"}
    assert bias["since"] is not None  # all are complaints, and the model knows it too seldom
    shown = installed.rasid("model", "sample", "--show")
    assert "bias of رشفان: used since" in shown.stdout
    assert "from 36 labelled posts (samples: 1)" in shown.stdout
    assert "bias of رشفان: used since" in installed.rasid("status").stdout
    content = json.loads(installed.rasid("model", "sample", "--show", "--json").stdout)
    assert (content["samples"][0]["seed"], content["biases"]) == (3, [bias])
    sample(installed)
    assert len(installed.rows(select(biases))) == 1  # the same labels are not fitted twice


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--show", "--new"), "of a new sample"),
        (("--since", "2026-11-02", "--until", "2026-11-01"), "nothing lies between"),
        (("--network", "bluesky"), "nothing can be drawn"),
        (("--since", "soon"), "is no time"),
    ],
)
def test_what_makes_no_sense_is_said(
    installed: Installed, options: tuple[str, ...], why: str
) -> None:
    seeded(installed, 2)
    found = sample(installed, *options)
    assert found.exit_code in (1, 2)
    assert why in found.output


def test_which_brand_is_asked_where_there_are_two(installed: Installed) -> None:
    found = installed.rasid("model", "sample")
    assert (found.exit_code, "--brand NAME" in found.output) == (2, True)
