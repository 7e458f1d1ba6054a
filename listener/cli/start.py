"""Start: demo, try, init, check, run."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from listener.cli.call import Call

PROCESS_NAMES = ("collect", "label", "alert", "count", "serve")


@click.command()
@click.option("--language", type=click.Choice(["ar", "en"]), default="ar", show_default=True)
@click.option("--seconds", default=45, show_default=True, help="How long the seventh day lasts.")
@click.option("--seed", default=7, show_default=True, help="Another seed, another week.")
@click.option("--plain", is_flag=True, help="No colours and no direction marks.")
@click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the data in this folder, to look into it.",
)
def demo(language: str, seconds: int, seed: int, plain: bool, keep: Path | None) -> None:
    """See it work: a simulated week, no account, no server, no internet."""
    from listener.cli.demo import show

    show(language=language, seconds=seconds, seed=seed, plain=plain, keep=keep)


@click.command("try")
@click.argument("name")
@click.option("--language", type=click.Choice(["ar", "en"]), default="ar", show_default=True)
@click.option("--most", default=20, show_default=True, help="Cards to print at the most.")
@click.option("--plain", is_flag=True, help="No colours and no direction marks.")
def try_(name: str, language: str, most: int, plain: bool) -> None:
    """One look at open sources for NAME; cards printed, nothing stored."""
    from listener.cli.trying import look

    raise SystemExit(asyncio.run(look(name, language=language, most=most, plain=plain)))


@click.command()
@click.argument("process", required=False, type=click.Choice(PROCESS_NAMES))
@click.pass_obj
def run(call: Call, process: str | None) -> None:
    """Collect, label, alert, count and serve until stopped; or one PROCESS of these alone."""
    from listener.cli.running import run_all, run_one

    settings = call.ready_settings()
    if process is not None:
        run_one(process, settings, call.reread)
    else:
        run_all(settings, call.config, call.reread)
