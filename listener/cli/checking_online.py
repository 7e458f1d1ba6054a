"""The part of `rasid check` that asks the networks, once the file is right."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import click

from listener.checking.check import Checked
from listener.cli.looking import words_of
from listener.cli.online_rows import rows
from listener.cli.showing_online import lines
from listener.cli.trying_online import progress, try_all, unread
from listener.collecting.tried import NetworkTried
from listener.words import words
from listener.words.bidi import rtl_line


def ask(checked: Checked, *, quiet: bool) -> list[NetworkTried] | None:
    """Tries every network; None where errors in the file come first. ``quiet``: no progress."""
    settings = checked.usable
    if settings is None:
        return None
    said = words_of(settings)

    def line(done: int, of: int) -> str:
        text = said.say("command.online.asking", done=done, of=of)
        return rtl_line(text) if said.rtl else text

    return asyncio.run(try_all(settings, step=_nobody if quiet else progress(line)))


def as_rows(checked: Checked, tried: list[NetworkTried] | None) -> list[dict[str, Any]] | None:
    """For scripts; None where nothing was tried."""
    settings = checked.usable
    if settings is None or tried is None:
        return None
    return rows(tried, unread(settings), words_of(settings))


def show(checked: Checked, tried: list[NetworkTried] | None, *, isolate: bool) -> None:
    """For people."""
    settings = checked.usable
    click.echo()
    if settings is None or tried is None:
        text = words(checked.language).say("command.online.first_mend")
        click.echo(rtl_line(text) if checked.language == "ar" else text)
        return
    others, now = unread(settings), datetime.now(UTC)
    for line in lines(tried, others, settings, words_of(settings), now=now, isolate=isolate):
        click.echo(line)


def _nobody(_done: int, _of: int) -> None:
    return None
