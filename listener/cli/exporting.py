"""`rasid export`: rows for a spreadsheet or a script, streamed in pages."""

from __future__ import annotations

import asyncio
import codecs
import csv
import io
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click

from listener.cli.call import Call
from listener.cli.since import moment
from listener.settings import Settings
from listener.store.export import KINDS, Row, Selection, export
from listener.words.unsafe import CONTROLS, SURROGATES

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet computes, or runs, where a cell begins with it."""
LISTS = {"hashtags": " "}
"""What stands between the items of a list in a CSV cell, where it is not "; "."""
TELL_EVERY = 50_000
_UNSAFE = re.compile(f"[{CONTROLS}{SURROGATES}]")

Write = Callable[[Sequence[Row]], None]


@click.command("export")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl",
              show_default=True, help="CSV opens in Excel as it is.")  # fmt: skip
@click.option("--brand", help="Only what concerns this brand.")
@click.option("--since", help='7d, 2026-11-01, 2026-11, 2026-W47, "last month"; its start.')
@click.option("--until", help="The same; a day, a week or a month counts in whole.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False),
              help="A file, there once it is whole; else standard output.")  # fmt: skip
@click.pass_obj
def export_(
    call: Call,
    kind: str,
    form: str,
    brand: str | None,
    since: str | None,
    until: str | None,
    output: Path | None,
) -> None:
    """Stored rows as JSONL or CSV; nothing is changed, and what was deleted stays blank."""
    settings = call.settings()
    bounds = [_bound(settings, since, end=False), _bound(settings, until, end=True)]
    if bounds[0] and bounds[1] and bounds[0] >= bounds[1]:
        raise click.UsageError("--since lies after --until: nothing lies between")
    with opened_file(output) as stream:
        write = as_csv(stream, KINDS[kind][0]) if form == "csv" else _jsonl(stream)
        rows = asyncio.run(_export(settings, kind, brand, bounds, write))
    if output is not None:
        click.echo(f"{rows:,} {kind} in {output}", err=True)


async def _export(
    settings: Settings,
    kind: str,
    brand: str | None,
    bounds: Sequence[datetime | None],
    write: Write,
) -> int:
    from listener.cli.house import open_for_reading

    done = printed = 0
    async with open_for_reading(settings) as house:
        if brand is not None and brand not in house.brand_ids:
            there = ", ".join(house.brand_ids) or "none"
            raise click.ClickException(f"there is no brand {brand!r}; there is: {there}")
        selection = Selection(house.brand_ids[brand] if brand else None, *bounds)
        write(())  # the head of a table, also of one without rows
        async with aclosing(export(house.db, kind, selection)) as pages:
            async for rows in pages:
                write(rows)
                done += len(rows)
                if _terminal() or done - printed >= TELL_EVERY:
                    printed = done
                    _tell(done, kind)
    if _terminal() and done:
        click.echo(err=True)
    return done


def _bound(settings: Settings, text: str | None, *, end: bool) -> datetime | None:
    service = settings.service
    try:
        now = datetime.now(UTC)
        return moment(text, now, service.timezone, service.week_starts, end=end) if text else None
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _jsonl(stream: TextIO) -> Write:
    """An object a line; control characters are escaped: a post must not drive a terminal."""

    def write(rows: Sequence[Row]) -> None:
        for row in rows:
            line = json.dumps(row, ensure_ascii=False, default=_plain)
            stream.write(_UNSAFE.sub(lambda unsafe: f"\\u{ord(unsafe[0]):04x}", line) + "\n")

    return write


def as_csv(stream: TextIO, columns: Sequence[str]) -> Write:
    """With a byte order mark, by which Excel knows that it is UTF-8, and formulas defused."""
    out = csv.writer(stream, lineterminator="\r\n")
    begun = False

    def write(rows: Sequence[Row]) -> None:
        nonlocal begun
        if not begun:
            begun = True
            stream.write(codecs.BOM_UTF8.decode())
            out.writerow(columns)
        out.writerows([[_cell(name, value) for name, value in row.items()] for row in rows])

    return write


def _cell(column: str, value: object) -> object:
    if isinstance(value, list):
        value = LISTS.get(column, "; ").join(map(str, value))
    elif isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    elif isinstance(value, bool):
        return "true" if value else "false"
    elif isinstance(value, datetime):
        return _plain(value)
    if not isinstance(value, str):
        return value
    cleaned = _UNSAFE.sub("", value)
    return f"'{cleaned}" if cleaned.startswith(FORMULA) else cleaned


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)


@contextmanager
def opened_file(output: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that only its owner reads and that is there when it is whole. A
    device or a pipe is written to, never replaced; where a link leads, the file is."""
    if output is None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", newline="")
        yield sys.stdout
        return
    output = output.resolve()
    if output.exists() and not output.is_file():
        with output.open("w", encoding="utf-8", newline="") as stream:
            yield stream
        return
    try:
        handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}") from None
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            yield stream
        draft.replace(output)
    finally:
        draft.unlink(missing_ok=True)


def _tell(done: int, kind: str) -> None:
    end = "\r" if _terminal() else "\n"
    click.echo(f"{done:,} {kind}{end}", err=True, nl=False)


def _terminal() -> bool:
    """Progress goes where a person looks on, unless the rows go there too."""
    return sys.stderr.isatty() and not sys.stdout.isatty()
