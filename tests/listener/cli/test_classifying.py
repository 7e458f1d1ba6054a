"""`rasid model classify`: an object a line, whatever the lines are."""

from __future__ import annotations

import json
from dataclasses import asdict

from click.testing import CliRunner

from classifiers import load
from listener.cli.keep import model
from tests.classifiers.odd import ODD

KEYS = ["text", "language", "dialect", "sentiment", "probabilities", "intent", "needs_response"]
KEYS += ["urgency", "dialect_probability", "needs_probability"]


def test_odd_texts_come_back_in_order_with_their_labels() -> None:
    lines = "".join(json.dumps({"text": text}) + "\n" for text in ODD)
    answer = CliRunner().invoke(model, ["classify", "--jsonl", "--model", "fast"], input=lines)
    assert answer.exit_code == 0, answer.output
    rows = [json.loads(line) for line in answer.stdout.split("\n")[:-1]]
    assert [row["text"] for row in rows] == ODD
    assert [list(row) for row in rows] == [KEYS] * len(ODD)
    said = [{key: row[key] for key in KEYS[1:]} for row in rows]
    assert said == [asdict(label) for label in load("fast").classify(ODD)]


def test_what_is_no_object_with_a_text_is_an_empty_text_so_that_lines_stay_in_step() -> None:
    lines = ["not json", "[]", "{}", '{"text": null}', "[" * 5_000, '{"text": 5}', '"x"', ""]
    answer = CliRunner().invoke(
        model, ["classify", "--jsonl", "--model", "lexicon"], input="\n".join(lines) + "\n"
    )
    assert answer.exit_code == 0, answer.output
    texts = [json.loads(line)["text"] for line in answer.stdout.split("\n")[:-1]]
    assert texts == ["", "", "", "", "", "5", "", ""]
    assert answer.stderr.count("a line without a text") == 6
