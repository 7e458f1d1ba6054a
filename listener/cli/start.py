"""Start: demo, try, init, check, run."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import click

from listener.cli.call import Call
from listener.settings import MissingSecretError
from listener.supervise import AlreadyRunningError

LANGUAGE = click.Choice(["ar", "en"])
PROCESS_NAMES = ("collect", "label", "alert", "count", "serve")


@click.command()
@click.option("--language", type=click.Choice(["ar", "en"]), default="ar", show_default=True)
@click.option("--seconds", default=45, show_default=True, help="How long the seventh day lasts.")
@click.option("--seed", default=7, show_default=True, help="Another seed, another week.")
@click.option("--plain", is_flag=True, help="No colours and no direction marks.")
def demo(language: str, seconds: int, seed: int, plain: bool) -> None:
    """See it work: a simulated week, no account, no server, no internet."""
    from listener.cli.demo import show

    show(language=language, seconds=seconds, seed=seed, plain=plain)


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
@click.option("--brand", help="The name that people write.")
@click.option("--hashtag", help="Yours, with or without #; none with ''.")
@click.option("--language", type=click.Choice(["ar", "en"]), help="Of the files and the cards.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option("--timezone", default="Asia/Riyadh", show_default=True)
@click.option("--yes", is_flag=True, help="Ask nothing; what is not given is left out.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
def init(
    brand: str | None,
    hashtag: str | None,
    language: Literal["ar", "en"] | None,
    folder: Path,
    timezone: str,
    yes: bool,
    force: bool,
) -> None:
    """Write commented rasid.toml and plan.toml that run as they are."""
    from listener.starting import Answers, StartError, brand_name, hashtag_name, start

    if brand is None and yes:
        raise click.UsageError("--yes needs --brand")
    if language is None:
        asked = "ar" if yes else click.prompt("Language", type=LANGUAGE, default="ar")
        language = "en" if asked == "en" else "ar"
    brand = brand or click.prompt("Brand, as people write it")
    if hashtag is None:
        hashtag = "" if yes else click.prompt("Hashtag (enter for none)", default="")
    try:
        answers = Answers(brand_name(brand), hashtag_name(hashtag), language, timezone)
        made = start(folder, answers, today=datetime.now(UTC).date(), force=force)
    except StartError as error:
        raise click.ClickException(str(error)) from None
    for path in made:
        click.echo(str(path))
    click.echo("Next: rasid check, then rasid run", err=True)


@click.command()
@click.option("--text", help="Say what would happen to this text, and why.")
@click.option("--send", metavar="CHANNEL", help="Post one card that is marked as a test.")
@click.option("--plain", is_flag=True, help="No direction marks.")
@click.pass_obj
def check(call: Call, text: str | None, send: str | None, plain: bool) -> None:
    """Every finding in the configuration at once; nothing is asked of any network."""
    from listener.cli.checking import checked, explained, send_test

    isolate = not plain and sys.stdout.isatty()
    call.must_exist()
    found = checked(call.config, isolate=isolate)
    settings = found.usable
    if settings is not None and text is not None:
        click.echo(explained(settings, text, isolate=isolate))
    if send is not None:
        if settings is None:
            raise SystemExit(1)
        try:
            asyncio.run(send_test(settings, send))
        except MissingSecretError as error:
            raise click.ClickException(f"{error} is not set") from None
    raise SystemExit(found.exit_code)


@click.command()
@click.argument("process", required=False, type=click.Choice(PROCESS_NAMES))
@click.pass_obj
def run(call: Call, process: str | None) -> None:
    """Collect, label, alert, count and serve until stopped; or one PROCESS of these alone."""
    from listener.cli.running import run_all, run_one

    settings = call.ready_settings()
    if process is not None:
        run_one(process, settings)
        return
    try:
        run_all(settings, call.config)
    except AlreadyRunningError as error:
        raise click.ClickException(str(error)) from None


COMMANDS: tuple[click.Command, ...] = (demo, try_, init, check, run)
