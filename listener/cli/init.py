"""`rasid init`: asks for what only the operator knows, and writes a rasid.toml that runs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, TypeVar

import click

from listener.settings.starting import (
    InitAnswers,
    StartError,
    account,
    brand_name,
    channel_name,
    hashtag_name,
    several,
    start,
    unlike,
    zone_name,
)

Language = Literal["ar", "en"]
T = TypeVar("T")

_ASK = {
    "ar": {
        "brand": "اسم العلامة أو الشركة",
        "spelling": "كيف يكتبه الناس غير ذلك، وبالأحرف اللاتينية مثلًا (بينها فواصل، أو لا شيء)",
        "hashtag": "وسوم تتابعها (بينها فواصل، أو اتركه فارغًا)",
        "account": "حساباتكم، مثل x:@acme, instagram:acme (أو اتركه فارغًا)",
        "competitor": "منافسون تُعدّ أخبارهم دون تنبيه (بينها فواصل، أو اتركه فارغًا)",
        "slack": "قناة Slack التي تصلها البطاقات، مثل #care (فارغًا: تُطبع هنا)",
        "operators": "قناة Slack التي يصلها خبر الأعطال (فارغًا: القناة نفسها)",
    },
    "en": {
        "brand": "Name of the brand",
        "spelling": "Other spellings, in the other script for one (commas between; empty: none)",
        "hashtag": "Hashtags to follow (commas between; empty: none)",
        "account": "Your own accounts, such as x:@acme, instagram:acme (empty: none)",
        "competitor": "Competitors, counted and never alerted (commas between; empty: none)",
        "slack": "Slack channel for cards, such as #care (empty: print them here)",
        "operators": "Slack channel for what breaks (empty: the same)",
    },
}
_NEXT = {
    "ar": "التالي: rasid check ثم rasid run",
    "en": "next: rasid check, then rasid run",
}
_TOKENS = {
    "ar": "عرّف SLACK_BOT_TOKEN و SLACK_APP_TOKEN في البيئة (docs/slack.md).",
    "en": "set SLACK_BOT_TOKEN and SLACK_APP_TOKEN in the environment (docs/slack.md).",
}
_FLAGS = (
    "--brand NAME [--spelling NAME]… [--hashtag TAG]… [--account NETWORK:HANDLE]… "
    "[--competitor NAME]… [--slack #CHANNEL [--operators #CHANNEL]] [--language ar|en] --yes"
)


@click.command()
@click.option("--brand", help="Whom to listen for.")
@click.option("--spelling", multiple=True, help="Another spelling of the brand; several times.")
@click.option("--hashtag", multiple=True, help="A hashtag to follow, with or without #.")
@click.option("--account", "accounts", multiple=True, metavar="NETWORK:HANDLE",
              help="An own account, such as x:@acme.")  # fmt: skip
@click.option("--competitor", multiple=True, help="Counted, never alerted.")
@click.option("--slack", metavar="#CHANNEL", help="Cards go there; without it to the terminal.")
@click.option("--operators", metavar="#CHANNEL", help="Where it is said what breaks.")
@click.option("--language", type=click.Choice(["ar", "en"]), help="Of remarks, cards, reports.")
@click.option(
    "--timezone", default="Asia/Riyadh", show_default=True, help="Days are counted there."
)
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option("--yes", is_flag=True, help="Ask nothing: --brand, and what else is given.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def init(
    brand: str | None,
    spelling: Sequence[str],
    hashtag: Sequence[str],
    accounts: Sequence[str],
    competitor: Sequence[str],
    slack: str | None,
    operators: str | None,
    language: Language | None,
    timezone: str,
    folder: Path,
    yes: bool,
    force: bool,
) -> None:
    """Write a rasid.toml that runs as it is.

    Each option may be given several times, or its values with commas between them.
    """
    if yes and brand is None:
        raise click.UsageError(f"--yes asks nothing, so say whom to listen for: {_FLAGS}")
    if language is None:
        language = "ar" if yes else _asked_language()
    ask = _Asking(language, silent=yes)
    try:
        name = brand_name(brand) if brand is not None else ask.for_brand()
        answers = InitAnswers(
            brand=name,
            spellings=unlike(ask.for_all("spelling", spelling, brand_name), name),
            hashtags=unlike(tag for tag in ask.for_all("hashtag", hashtag, hashtag_name) if tag),
            accounts=tuple(dict.fromkeys(ask.for_all("account", accounts, account))),
            competitors=unlike(ask.for_all("competitor", competitor, brand_name), name),
            slack=(channel := channel_name(ask.for_one("slack", slack))),
            operators=channel_name(ask.for_one("operators", operators)) if channel else None,
            language=language,
            timezone=zone_name(timezone),
        )
        path = start(folder, answers, force=force)
    except StartError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be written: {error.strerror}") from None
    click.echo(path)
    if answers.slack:
        click.echo(_TOKENS[language], err=True)
    click.echo(_NEXT[language], err=True)


class _Asking:
    """Questions on standard error; one that nobody is there to answer has its default."""

    def __init__(self, language: Language, *, silent: bool) -> None:
        self._texts, self._silent = _ASK[language], silent

    def for_brand(self) -> str:
        return _prompted(self._texts["brand"], value_proc=_checked(brand_name))

    def for_all(self, what: str, given: Sequence[str], read: Callable[[str], T]) -> list[T]:
        """Every part of what was given, or else of the answer. Raises StartError."""
        if given or self._silent:
            return [read(part) for text in given for part in several(text)]

        def parts(answer: str) -> list[T]:
            return [read(part) for part in several(answer)]

        return _optional(self._texts[what], _checked(parts), [])

    def for_one(self, what: str, given: str | None) -> str:
        if given is not None or self._silent:
            return given or ""
        return _optional(self._texts[what], str, "")


def _optional(text: str, read: Callable[[str], T], default: T) -> T:
    try:
        answer: T = click.prompt(text, default="", show_default=False, err=True, value_proc=read)
    except click.Abort:
        if sys.stdin.isatty():  # Ctrl-C
            raise
        return default
    return answer


def _prompted(text: str, value_proc: Callable[[str], T]) -> T:
    """Raises UsageError, with the options to give, where nobody is there to answer."""
    try:
        answer: T = click.prompt(text, err=True, value_proc=value_proc)
    except click.Abort:
        if sys.stdin.isatty():
            raise
        click.echo(err=True)
        raise click.UsageError(f"nobody is there to answer; say it all at once: {_FLAGS}") from None
    return answer


def _asked_language() -> Language:
    choice = click.Choice(["ar", "en"])

    def read(text: str) -> str:
        return str(choice.convert(text, None, None)) if text else "ar"

    return "en" if _prompted("اللغة / language (ar, en)", read) == "en" else "ar"


def _checked(read: Callable[[str], T]) -> Callable[[str], T]:
    def checked(text: str) -> T:
        try:
            return read(text)
        except StartError as error:
            raise click.UsageError(str(error)) from None

    return checked
