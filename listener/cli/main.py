"""`rasid`: the options every command takes, and the commands, from the modules beside this."""

from __future__ import annotations

import logging
import os
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from listener.cli.call import Call
from listener.cli.grouped import GroupedGroup
from listener.logs.setup import set_up
from listener.words import Language, learn

COMMANDS = {
    "demo": "start:demo",
    "try": "start:try_",
    "init": "init:init",
    "check": "check:check",
    "run": "start:run",
    "status": "looking:status",
    "why": "looking:why",
    "import": "daily:import_",
    "report": "daily:report",
    "networks": "keep:networks",
    "backfill": "backfilling:backfill",
    "export": "exporting:export_",
    "forget": "forgetting:forget",
    "backup": "saving:backup",
    "restore": "saving:restore",
    "model": "keep:model",
}
"""Where each command is, below ``listener.cli``."""


def installed_version() -> str:
    try:
        return version("rasid")
    except PackageNotFoundError:  # run from a tree that was never installed
        return "0"


def network_name(name: str, language: Language) -> str | None:
    """As the network's own file says it; loaded when a card or a table asks for it."""
    from listener.networks import called

    return called(name, language)


def _open_streams() -> None:
    """A service manager may start us without one or the other."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nothing = open(os.devnull, mode, encoding="utf-8")  # noqa: SIM115 (for our lifetime)
            setattr(sys, name, nothing)


@click.group(
    cls=GroupedGroup, places=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("rasid.toml"),
    envvar="RASID_CONFIG",
    show_default=True,
    show_envvar=True,
    help="The service's configuration.",
)
@click.option("--verbose", is_flag=True, help="Log what each step does.")
@click.option("--log-json", is_flag=True, envvar="RASID_LOG_JSON", help="Logs as JSON lines.")
@click.version_option(installed_version(), prog_name="rasid")
@click.pass_context
def main(context: click.Context, config: Path, verbose: bool, log_json: bool) -> None:
    """Rasid (راصد): who talks about your brand, what needs an answer, what the numbers say.

    Self-hosted and Arabic first. Start with `rasid demo`, then `rasid init`.
    """
    _open_streams()
    learn("network", network_name)
    set_up(verbose=verbose, as_json=log_json or not sys.stderr.isatty())
    if context.invoked_subcommand != "run" and not verbose:
        logging.getLogger().setLevel(logging.WARNING)  # a command prints its own progress
    context.obj = Call(config=config)
