"""`rasid init`: asks for a brand, a hashtag and a language, and writes the two files."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Literal

import click

from listener.settings.starting import (
    InitAnswers,
    StartError,
    brand_name,
    hashtag_name,
    start,
    zone_name,
)

_ASK = {
    "ar": ("اسم العلامة أو الشركة", "وسم تتابعه (اتركه فارغًا إن لم يوجد)"),
    "en": ("Name of the brand", "A hashtag to follow (empty: none)"),
}
_NEXT = {
    "ar": "التالي: rasid check ثم rasid run",
    "en": "next: rasid check, then rasid run",
}


@click.command()
@click.option("--brand", help="Whom to listen for.")
@click.option("--hashtag", help="A hashtag to follow, with or without #.")
@click.option("--language", type=click.Choice(["ar", "en"]), help="Of remarks, cards, reports.")
@click.option(
    "--timezone", default="Asia/Riyadh", show_default=True, help="Days are counted there."
)
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option("--yes", is_flag=True, help="Ask nothing: --brand, and defaults for the rest.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
def init(
    brand: str | None,
    hashtag: str | None,
    language: Literal["ar", "en"] | None,
    timezone: str,
    folder: Path,
    yes: bool,
    force: bool,
) -> None:
    """Write a rasid.toml and a plan.toml that run as they are."""
    if yes and brand is None:
        raise click.UsageError("--yes asks nothing, so say whom to listen for: --brand NAME")
    try:
        if language is None:
            language = "ar" if yes else _asked_language()
        about_brand, about_hashtag = _ASK[language]
        if brand is None:
            brand = click.prompt(about_brand, err=True, value_proc=_answer)
        if hashtag is None and not yes:
            hashtag = click.prompt(about_hashtag, default="", show_default=False, err=True)
    except click.Abort:
        if sys.stdin is not None and sys.stdin.isatty():
            raise
        unsaid = _unsaid(brand, hashtag, language)
        raise click.UsageError(
            f"there is no terminal to ask on, so say it: {' '.join(unsaid)}; or --brand NAME --yes "
            "and take defaults for the rest"
        ) from None
    try:
        answers = InitAnswers(
            brand_name(brand), hashtag_name(hashtag or ""), language, zone_name(timezone)
        )
        # a plan starts on the operator's own day, as their wall shows it
        paths = start(folder, answers, today=date.today(), force=force)  # noqa: DTZ011
    except StartError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be written: {error.strerror}") from None
    for path in paths:
        click.echo(path)
    click.echo(_NEXT[language], err=True)


def _unsaid(brand: str | None, hashtag: str | None, language: str | None) -> list[str]:
    """The flags that answer what would be asked."""
    given = (("--brand NAME", brand), ("--hashtag NAME", hashtag), ("--language ar|en", language))
    return [flag for flag, value in given if value is None]


def _asked_language() -> Literal["ar", "en"]:
    choice = click.Choice(["ar", "en"])
    answer = click.prompt("اللغة / language", type=choice, default="ar", err=True)
    return "en" if answer == "en" else "ar"


def _answer(text: str) -> str:
    try:
        return brand_name(text)
    except StartError as error:
        raise click.UsageError(str(error)) from None
