"""Keep: networks, model."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from itertools import islice
from typing import Any, TextIO

import click

from listener.cli.evaluating import evaluate
from listener.cli.models import MODELS, loaded
from listener.cli.sampling import sample
from listener.cli.showing_networks import lines
from listener.cli.training import train
from listener.networks.capabilities import capabilities

BATCH = 256


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def networks(as_json: bool) -> None:
    """What each network lets a listener read, and what it does not."""
    rows = capabilities()
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for number, row in enumerate(rows):
        if number:
            click.echo()
        click.echo("\n".join(lines(row)))


@click.group()
def model() -> None:
    """Classify texts, measure a model, train one, fit it to a brand."""


@model.command()
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"), default="-")
@click.option("--jsonl", is_flag=True, help='Lines are objects with "text".')
@click.option("--model", "name", default="bundled", show_default=True, help=MODELS)
def classify(file: TextIO, jsonl: bool, name: str) -> None:
    """A text a line in, an object a line out, in order."""
    classifier = loaded(name)
    texts = (text_of(line, jsonl=jsonl) for line in file)
    while batch := list(islice(texts, BATCH)):
        for text, label in zip(batch, classifier.classify(batch), strict=True):
            sys.stdout.write(line_of({"text": text, **asdict(label)}) + "\n")


model.add_command(evaluate)
model.add_command(train)
model.add_command(sample)


def text_of(line: str, *, jsonl: bool) -> str:
    """The text of an input line; what is no object with a text is an empty one, so that lines
    stay in step."""
    if not jsonl:
        return line.rstrip("\r\n")
    try:
        text = json.loads(line)["text"]
        return str(text) if text is not None else ""
    except (ValueError, TypeError, KeyError, RecursionError):
        click.echo(f"a line without a text: {line[:80]!r}", err=True)
        return ""


def line_of(row: dict[str, Any]) -> str:
    """``row`` as a line of JSON, its letters as they are."""
    line = json.dumps(row, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:  # half of a surrogate pair has no form but an escape
        return json.dumps(row)
    return line
