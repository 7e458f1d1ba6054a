"""A click group whose help has four parts and whose mistyped verbs suggest."""

from __future__ import annotations

import difflib
import logging
import signal
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import IO, TYPE_CHECKING, Any

import click

from listener.cli.call import Call
from listener.cli.configured import with_config

if TYPE_CHECKING:
    from listener.words import Words

log = logging.getLogger(__name__)

PARTS: dict[str, tuple[str, ...]] = {
    "Start": ("demo", "try", "init", "check", "run"),
    "Every day": ("status", "why", "import", "report"),
    "Plan": ("plan",),
    "Keep": (
        "networks",
        "backfill",
        "backtest",
        "export",
        "forget",
        "backup",
        "restore",
        "model",
    ),
}


class Told(click.ClickException):
    """A sentence in the service's language, exit code 1."""

    def __init__(self, words: Words, message: str) -> None:
        super().__init__(message)
        self._words = words

    def show(self, file: IO[Any] | None = None) -> None:
        from listener.words.bidi import rtl_line, strip_isolates

        file = file or sys.stderr
        line = self._words.say("fault.error", message=self.message)
        line = rtl_line(line) if self._words.rtl else line
        click.echo(line if file.isatty() else strip_isolates(line), file=file)


class GroupedGroup(click.Group):
    """Commands are listed under the parts above, in that order.

    ``places``: name to "module:attribute", loaded when it is asked for: `rasid run` starts five
    processes, and each is to load (and hold in memory) what it needs, not what all commands need.
    """

    def __init__(self, *arguments: Any, places: Mapping[str, str], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._places = places

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self._places and cmd_name not in self.commands:
            module, _, attribute = self._places[cmd_name].partition(":")
            loaded = getattr(import_module(f"listener.cli.{module}"), attribute)
            self.add_command(with_config(loaded), cmd_name)
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        placed = [name for names in PARTS.values() for name in names]
        there = list(self._places)
        return sorted(there, key=lambda name: placed.index(name) if name in placed else 99)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        there = self.list_commands(ctx)
        for title, names in PARTS.items():
            rows = [
                (name, command.get_short_help_str(limit=66))
                for name in names
                if name in there and (command := self.get_command(ctx, name)) is not None
            ]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        """What ``boundary`` knows is told in one sentence, exit code 1; `rasid --verbose` shows
        where it came from."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise click.exceptions.Exit(128 + signal.SIGINT) from None
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except Exception as error:
            from listener.cli.boundary import sentence
            from listener.words import words

            call = ctx.obj
            language = call.language if isinstance(call, Call) else "en"
            trouble = sentence(error, words(language))
            if trouble is None:
                raise
            log.debug("%s", trouble, exc_info=True)
            raise Told(words(language), trouble) from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            close = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1, cutoff=0.5)
            hint = f' Did you mean "{close[0]}"?' if close else ""
            ctx.fail(f'No such command "{args[0]}".{hint} See "rasid --help".')
        return super().resolve_command(ctx, args)
