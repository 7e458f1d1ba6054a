"""Every day: import, report."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any, BinaryIO

import click

from listener.cli.call import Call
from listener.cli.import_help import MANY, import_help
from listener.handed_in.csv_tables import NoTable
from listener.words import words


@click.command("import", epilog=import_help())
@click.argument("file", type=click.File("rb"))
@click.option("--brand", help="Count every row as a match of this brand.")
@click.option("--source", help="Keeps files apart whose ids collide.")
@click.option("--month-first", is_flag=True, help="11/05/2026 is 5 November; else 11 May.")
@click.option("--dry-run", is_flag=True, help="Count and check the rows; store nothing.")
@click.option("--no-alerts", is_flag=True, help="These rows alert nobody: they are only counted.")
@click.option("--alert", is_flag=True, help="Rows of unknown time may alert, too.")
@click.option("--yes", is_flag=True, help=f"Send more than {MANY} cards without asking.")
@click.option("--figures", is_flag=True, help="FILE holds figures: followers, spend, surveys.")
@click.option("--json", "as_json", is_flag=True, help="Only the counts, for scripts.")
@click.pass_obj
def import_(
    call: Call,
    file: BinaryIO,
    brand: str | None,
    source: str | None,
    month_first: bool,
    dry_run: bool,
    no_alerts: bool,
    alert: bool,
    yes: bool,
    figures: bool,
    as_json: bool,
) -> None:
    """Mentions from a CSV, JSONL or JSON FILE ("-": standard input), on the path every mention
    takes."""
    from listener.cli.cards_ahead import TooMany
    from listener.cli.importing import import_file, import_numbers, rehearse_file

    if no_alerts and alert:
        raise click.UsageError("--alert and --no-alerts: only one of them")
    if figures and (dry_run or no_alerts or alert or month_first or brand or source):
        raise click.UsageError("--figures goes with --json only")
    settings = call.settings() if dry_run else call.ready_settings()
    if brand is not None and brand not in {known.name for known in settings.brands}:
        raise click.ClickException(f"there is no brand {brand!r} in {call.config}")
    # asyncio's own handler only asks the task to end; one that reads a pipe does not hear it.
    signal.signal(signal.SIGINT, _interrupt)
    try:
        if figures:
            counts = asyncio.run(import_numbers(settings, file))
        elif dry_run:
            look = rehearse_file(
                settings, file, brand=brand, source=source, month_first=month_first
            )
            counts = asyncio.run(look)
        else:
            counts = asyncio.run(
                import_file(
                    settings,
                    file,
                    brand=brand,
                    source=source,
                    quiet=as_json,
                    alerting="never" if no_alerts else "always" if alert else None,
                    month_first=month_first,
                    ask=None if yes or no_alerts else _may_send,
                )
            )
    except NoTable as error:
        raise click.ClickException(str(error)) from None
    except TooMany as error:
        raise click.ClickException(str(error)) from None
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise click.ClickException(
            "stopped. What was stored stays; the same file again adds the rest."
        ) from None
    click.echo(json.dumps(counts))
    if counts["read"] and counts["stored"] + counts["duplicates"] == 0:
        raise click.ClickException("no row of it could be taken")


def _may_send(question: str) -> bool | None:
    """The answer of whoever sits there; None where nobody does."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    return click.confirm(question, err=True)


def _interrupt(_signal: int, frame: FrameType | None) -> None:
    """A read that blocks hears nothing but an exception. The loop's own code must not get one: it
    may stand in a callback of asyncpg, whose C then crashes the process. There the tasks are
    asked to end."""
    where = str(frame.f_globals.get("__name__", "")) if frame else ""
    if where.partition(".")[0] not in ("asyncio", "selectors"):
        raise KeyboardInterrupt
    loop = asyncio.get_running_loop()
    for task in asyncio.all_tasks(loop):
        loop.call_soon_threadsafe(task.cancel)


@click.command()
@click.argument("kind", type=click.Choice(["week", "month"]), default="week")
@click.option("--of", "of", help="A day, 2026-W47 or 2026-11; without it the last full one.")
@click.option("--brand", help="One brand only.")
@click.option("--format", "form", type=click.Choice(["text", "html", "json"]), default="text")
@click.option("--language", type=click.Choice(["ar", "en"]))
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def report(
    call: Call,
    kind: Any,
    of: str | None,
    brand: str | None,
    form: str,
    language: Any,
    output: Path | None,
) -> None:
    """The numbers of a week or a month, computed from rows now."""
    from alerts.numbers.due import summary_of
    from alerts.numbers.spans import last_full, named
    from alerts.numbers.summary_text import html, lines
    from listener.cli.house import open_for_reading
    from listener.words.bidi import strip_isolates

    settings = call.settings()
    service = settings.service
    brands = [b for b in settings.brands if b.name == brand or (not brand and b.role == "own")]
    if not brands:
        raise click.ClickException(f"there is no brand {brand!r} in {call.config}")
    now = datetime.now(UTC)
    try:
        span = (
            named(kind, of, service.timezone, service.week_starts)
            if of
            else last_full(kind, now, service.timezone, service.week_starts)
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    wording = words(language or service.language, service.digits)

    async def make() -> list[str]:
        async with open_for_reading(settings) as house, house.db.reading() as connection:
            new = [n for b in brands for n in (b.name, *b.competitors) if n not in house.brand_ids]
            if new:
                raise click.ClickException(
                    f"{new[0]!r} is new in {call.config} and not listened for yet: "
                    "start `rasid run` again, then ask"
                )
            summaries = [
                await summary_of(connection, settings, b, span, house.brand_ids, now=now)
                for b in brands
            ]
        if form == "json":
            objects = [json.loads(summary.as_json()) for summary in summaries]
            whole = objects[0] if len(objects) == 1 else objects
            return [json.dumps(whole, ensure_ascii=False, indent=2)]
        if form == "html":
            return [html(summary, wording) for summary in summaries]
        texts = ["\n".join(lines(summary, wording)) + "\n" for summary in summaries]
        terminal = output is None and sys.stdout.isatty()
        return texts if terminal else [strip_isolates(text) for text in texts]

    text = "\n".join(asyncio.run(make()))
    if output is not None:
        output.write_text(text + "\n", encoding="utf-8")
        click.echo(str(output), err=True)
    else:
        sys.stdout.write(text + "\n")
