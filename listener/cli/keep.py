"""Keep: networks, model."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TextIO

import click

from listener.networks import capabilities


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def networks(as_json: bool) -> None:
    """What each network lets a listener read, and what it does not."""
    rows = capabilities()
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        built = "" if row["built"] == "yes" else " (not in this version)"
        click.echo(f"{row['name']}{built}")
        click.echo(
            f"  search {row['search']} · stream {row['stream']} · hashtag {row['hashtag']} · "
            f"replies {row['replies']} · own figures {row['own_figures']} · reach {row['reach']}"
        )
        click.echo(f"  sign-in: {row['credential']} · quota: {row['quota']}")
        if row["note"]:
            click.echo(f"  {row['note']}")


@click.group()
def model() -> None:
    """Classify texts, measure a model, train one."""


@model.command()
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"), default="-")
@click.option("--jsonl", is_flag=True, help='Lines are objects with "text".')
@click.option("--model", "name", default="bundled", show_default=True)
def classify(file: TextIO, jsonl: bool, name: str) -> None:
    """A text a line in, an object a line out, in order."""
    from classifiers.batches import classify_lines

    for row in classify_lines(file, jsonl=jsonl, model=name):
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


@model.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--model", "name", default="bundled", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def evaluate(files: tuple[Path, ...], name: str, as_json: bool) -> None:
    """Macro-F1, recall and calibration on labelled FILES, by source, dialect and language."""
    from classifiers.evaluate import evaluate_files

    click.echo(evaluate_files(files, model=name, as_json=as_json))


COMMANDS: tuple[click.Command, ...] = (networks, model)
