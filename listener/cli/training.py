"""`model train`: labelled files and people's corrections in, a model folder and its card out."""

from __future__ import annotations

import asyncio
import itertools
import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from listener.cli.call import Call
from listener.handed_in.labelled import labelled_rows

if TYPE_CHECKING:
    from classifiers.making.own_rows import OwnSet
    from classifiers.making.tiers.request import Audience, Request
    from listener.store.corrections import Correction

CORRECTED = 2.0
"""A correction counts as two rows of a file: someone of the team said it of their brand."""
NEEDS = "needs_response"
EVERY = 60.0
"""Seconds between two lines where nobody watches a terminal."""
Files = tuple[Path, ...]
_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_folder = click.Path(exists=True, file_okay=False, path_type=Path)
_new = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("files", nargs=-1, type=_file)
@click.option("--corrections", is_flag=True, help="Learn from what people set on cards: "
              "sentiment, intent, need of a response.")  # fmt: skip
@click.option("--data", type=_folder, help="Labelled sets: sentiment/, intent/.")
@click.option("--recipe", help="full, open, or a TOML file; own where only rows are given.")
@click.option("--tier", type=click.Choice(["full", "fast"]), default="full", show_default=True)
@click.option("--start", type=_folder, help="Where the encoder begins; the bundled model.")
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), default=120.0,
              show_default=True, help="Of training, at most, over all sittings.")  # fmt: skip
@click.option("--threads", type=click.IntRange(min=1), help="Cores to use; all where left out.")
@click.option("--auto/--no-auto", default=True, show_default=True,
              help="Fit what the fast model may keep beside the new one (auto.json).")  # fmt: skip
@click.option("--out", type=_new, required=True, help="The model folder to write.")
@click.option("--run", type=_new, help="The state of the run; OUT.run where left out.")
@click.pass_obj
def train(
    call: Call,
    files: Files,
    corrections: bool,
    data: Path | None,
    recipe: str | None,
    tier: str,
    start: Path | None,
    minutes: float,
    threads: int | None,
    auto: bool,
    out: Path,
    run: Path | None,
) -> None:
    """A model of your own, from labelled FILES (as `evaluate` reads them) and corrections.

    It goes on from the bundled model, keeps every tenth text to measure on, and writes OUT with
    MODEL_CARD.md, better or not: the last lines say whether it is shown to be better than the one
    before, and at what. Ctrl-C saves; the same command goes on.
    """
    if not files and not corrections and data is None:
        raise click.UsageError("nothing to learn from: give FILES, --corrections or --data")
    if tier == "fast" and start:
        raise click.UsageError("--start is for --tier full: the fast model is made anew")
    try:
        from classifiers.making.tiers.request import Request, recipe_path

        own = _own(call, files, corrections)
        request = Request(
            out=out,
            run=run or out.with_name(f"{out.name}.run"),
            today=date.today(),  # noqa: DTZ011 - the day where the one who reads the card is
            own=own,
            data=data,
            recipe=recipe_path(recipe or ("own" if data is None else "full")),
            start=start,
            minutes=minutes,
            threads=threads,
            auto=auto,
        )
        finished = _train(tier, request, _console())
    except ModuleNotFoundError as error:
        raise click.ClickException(f"this needs {error.name}: pip install 'rasid[label]'") from None
    except (ValueError, OSError, KeyError) as error:
        raise click.ClickException(f"nothing is written: {error}") from None
    if not finished:
        raise SystemExit(1)


def _train(tier: str, request: Request, console: Audience) -> bool:
    """True where the folder is written."""
    from classifiers.making.card.trained import CARD, verdict

    if tier == "fast":
        from classifiers.making.tiers import fast_tier as fast

        trained = fast.train(request, console)
    else:
        from classifiers.making.tiers import full_tier as full

        end = full.train(request, console)
        if end.trained is None:
            click.echo(
                f"stopped at {end.done:.0%} and saved in {request.run}: the same command goes on",
                err=True,
            )
            return False
        trained = end.trained
    click.echo(f"{request.out}: {verdict(trained).replace('**', '')}")
    if trained.gate:
        click.echo(f"auto: {trained.gate.sentence.replace('`', '')}")
    click.echo(f"the figures: {request.out / CARD}")
    click.echo(f"use it: rasid model classify --model {request.out}")
    return True


def _own(call: Call, files: Files, corrected: bool) -> tuple[OwnSet, ...]:
    """Corrections first: a person's word on a text stands above a file's."""
    from classifiers.making.own_rows import OwnSet, distinct

    sets = []
    if corrected:
        rows = asyncio.run(_corrections(call))
        told = [sum(bool(row[name]) for row in rows) for name in ("label", "intent", NEEDS)]
        click.echo(
            f"{len(rows):,} corrections: {told[0]:,} of sentiment, {told[1]:,} of intent, "
            f"{told[2]:,} of the need of a response",
            err=True,
        )
        sets.append(OwnSet("corrections", tuple(rows), CORRECTED))
    names = {"corrections"}
    for path in files:
        file_rows, rejected = labelled_rows([path])
        if rejected:
            click.echo(f"{path}: {rejected} rows without a text or a known label", err=True)
        stem = path.name.split(".")[0]
        numbered = (f"{stem}-{number}" for number in itertools.count(2))
        name = next(name for name in itertools.chain([stem], numbered) if name not in names)
        names.add(name)
        sets.append(OwnSet(name, tuple(file_rows)))
    return distinct(sets)


async def _corrections(call: Call) -> list[dict[str, str]]:
    from listener.cli.house import open_house
    from listener.store.corrections import corrections

    async with open_house(call.settings()) as house, house.db.reading() as connection:
        return [_row(correction) for correction in await corrections(connection)]


def _row(correction: Correction) -> dict[str, str]:
    needs = correction.needs_response
    return {
        "text": correction.text,
        "label": correction.sentiment or "",
        "intent": correction.intent or "",
        NEEDS: "" if needs is None else "yes" if needs else "no",
        "lang": correction.language,
        "dialect": correction.dialect,
        "source": f"corrections {correction.network}",
    }


def _console() -> Audience:
    """On a terminal one line that is written over; elsewhere a line now and then."""
    from classifiers.making.tiers.request import Audience

    watched = sys.stderr.isatty()
    last = -EVERY

    def say(line: str) -> None:
        click.echo(f"\r\x1b[K{line}" if watched else line, err=True)

    def progress(figures: dict[str, Any]) -> None:
        nonlocal last
        now = time.monotonic()
        if not watched and now - last < EVERY:
            return
        last = now
        click.echo(f"\r\x1b[K{_line(figures)}" if watched else _line(figures), err=True,
                   nl=not watched)  # fmt: skip

    return Audience(say, progress)


def _line(figures: dict[str, Any]) -> str:
    return (
        f"{figures['done']:4.0%} · {figures['minutes_left']:.0f} min left · "
        f"{figures['texts_per_second']:.0f} texts/s · loss {figures['sentiment_loss']:.3f}"
    )
