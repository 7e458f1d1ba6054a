"""``--config`` behind the command, too: people write it where they think of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from listener.cli.call import Call

CONFIG = "--config"


def with_config(command: click.Command) -> click.Command:
    """``command``, and every command below it, takes ``--config PATH``; the last one counts."""
    if isinstance(command, click.Group):
        for below in command.commands.values():
            with_config(below)
    elif all(CONFIG not in parameter.opts for parameter in command.params):
        command.params.append(
            click.Option(
                [CONFIG],
                type=click.Path(path_type=Path, dir_okay=False),
                expose_value=False,
                is_eager=True,
                callback=_take,
                help="The service's configuration, as before the command.",
            )
        )
    return command


def _take(context: click.Context, _parameter: Any, path: Path | None) -> None:
    call = context.find_object(Call)
    if path is not None and call is not None:
        call.config = path
