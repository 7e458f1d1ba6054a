"""What `rasid backfill` says while it reads, and at its end."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo

import click

from listener.cli.speaking import say_line
from listener.collecting.backfill_rows import Standing
from listener.collecting.source import Source
from listener.words import Words
from listener.words.bidi import one_line, rtl_line, strip_isolates

EVERY = 15.0
"""Seconds between two lines where nobody watches."""
LIVELY = 0.2
_WIDTH = 100


class Progress:
    """On a terminal one line that is written over; elsewhere a line now and then. On stderr."""

    def __init__(
        self,
        words: Words,
        *,
        quiet: bool,
        zone: tzinfo,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._words, self._zone, self._seconds = words, zone, seconds
        self._watched = sys.stderr.isatty() and not quiet
        self._quiet, self._last, self._waits = quiet, seconds(), dict[str, str]()

    def begin(self, sources: Sequence[Source], since: datetime, now: datetime) -> None:
        """How far each network goes back by its own word, and where that is not far enough."""
        for source in () if self._quiet else sources:
            known, words = source.network.about, self._words
            name = strip_isolates(words.one_of("network", source.network.name))
            self._say(words.say("command.backfill.history", network=name,
                                history=words.aside(known.history)))  # fmt: skip
            shortest = min(known.lookback.values(), default=None)
            if shortest is not None and since < now - shortest:
                hours = round(shortest.total_seconds() / 3600)
                key, n = ("days", hours // 24) if hours >= 48 else ("hours", hours)
                self._say("  " + words.say(f"command.backfill.no_further_{key}", n=n))

    def told(self, network: str, read: str, said: Standing | str | None) -> None:
        """A page was stored, or something is waited for."""
        if self._quiet:
            return
        name = strip_isolates(self._words.one_of("network", network))
        if not isinstance(said, Standing):
            why = said or "-"
            if self._waits.get(network) != why:  # once, and again when it is another
                self._waits[network] = why
                why = self._words.aside(one_line(why))
                self._say(self._words.say("command.backfill.waits", network=name, why=why))
            return
        self._waits.pop(network, None)
        at = self._seconds()
        if at - self._last < (LIVELY if self._watched else EVERY):
            return
        self._last = at
        values = {"network": name, "read": self._words.aside(one_line(read, limit=40))}
        values["at"] = self._words.aside(day(said.reached_at, self._zone))
        line = self._words.say("command.backfill.page", n=said.pages, found=said.fetched, **values)
        self._say(line, over=self._watched)

    def end(self) -> None:
        if self._watched:
            click.echo("\r\x1b[K", err=True, nl=False)

    def _say(self, line: str, *, over: bool = False) -> None:
        line = rtl_line(line) if self._words.rtl else line
        line = line if sys.stderr.isatty() else strip_isolates(line)
        begins = "\r\x1b[K" if self._watched else ""
        click.echo(begins + (line[:_WIDTH] if over else line), err=True, nl=not over)


def show_end(outcome: Sequence[Standing], words: Words, zone: tzinfo, *, stopped: bool) -> None:
    """Each read in a row: how far back it is, what came of it; and what to do where it is not
    over. Numbers stand in columns only where no Arabic stands before them."""
    for row in outcome:
        values: dict[str, str | int] = {
            "network": strip_isolates(words.one_of("network", row.network)),
            "read": one_line(row.read),
            "at": day(row.reached_at, zone),
            "since": day(row.since, zone),
        }
        values |= {"stored": row.stored, "known": row.duplicates}
        values |= {"skipped": row.skipped, "gaps": row.gaps}
        nothing = row.state == "ended" and row.reached_at is None
        nowhere = row.state == "failed" and row.reached_at is None
        key = "nothing" if nothing else "failed_at_once" if nowhere else row.state
        say_line(words, f"backfill.{key}", **values)  # type: ignore[arg-type]
        if row.why:
            say_line(words, "backfill.why", indent=2, why=row.why)
    say_line(words, "backfill.total", stored=sum(row.stored for row in outcome),
             known=sum(row.duplicates for row in outcome),
             gaps=sum(row.gaps for row in outcome))  # fmt: skip
    if stopped and any(row.state == "going" for row in outcome):
        say_line(words, "backfill.stopped")
    elif any(row.state == "failed" for row in outcome):
        say_line(words, "backfill.again")


def day(at: datetime | None, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d") if at else "-"
