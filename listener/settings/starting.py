"""`rasid init`: a rasid.toml and a plan.toml that run as they are, with remarks to go on from."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Literal
from zoneinfo import ZoneInfo

from classifiers.arabic import fold, words
from listener.words.unsafe import IN_A_NAME

SETTINGS_NAME, PLAN_NAME = "rasid.toml", "plan.toml"
_PLAN_DAYS = 90
_LONGEST_NAME = 100
_GOAL_NAMES = {"ar": "يكتب بوسمنا ناس أكثر", "en": "more people use our hashtag"}


class StartError(ValueError):
    """An answer that cannot be used, or files that are already there; the text says what to do."""


@dataclass(frozen=True, slots=True)
class InitAnswers:
    """``brand`` and ``hashtag`` as ``brand_name`` and ``hashtag_name`` gave them."""

    brand: str
    hashtag: str | None = None
    language: Literal["ar", "en"] = "ar"
    timezone: str = "Asia/Riyadh"


def brand_name(text: str) -> str:
    """One line without invisible signs, and without the # or @ of a hashtag or handle: a name is
    a word, found in both. Raises StartError where nothing could be looked for."""
    name = " ".join(IN_A_NAME.sub(" ", text).split()).lstrip("#@ ")
    if len(name) > _LONGEST_NAME:
        raise StartError(f"a brand's name has at most {_LONGEST_NAME} characters")
    if not words(fold(name)):
        raise StartError("a brand's name needs a letter or a digit to look for")
    return name


def hashtag_name(text: str) -> str | None:
    """Without #, spaces as underscores; None where nothing is left: a hashtag is not needed."""
    joined = "_".join(IN_A_NAME.sub(" ", text).replace("#", " ").split())
    tag = "".join(c for c in joined if c.isalnum() or c == "_" or "\u064b" <= c <= "\u0652")
    tag = tag[:_LONGEST_NAME].strip("_")
    return tag if words(fold(tag)) else None


def zone_name(text: str) -> str:
    """A time zone's name. Raises StartError where there is none of that name."""
    try:
        ZoneInfo(text)
    except (ValueError, OSError, LookupError):
        raise StartError(f"no time zone is called {text!r}: name one like Asia/Riyadh") from None
    return text


def written(answers: InitAnswers, *, today: date) -> dict[str, str]:
    """The text of each file. ``today``: the plan's goals start then."""
    values = {
        "brand": toml_text(answers.brand),
        "hashtags": f"[{toml_text(answers.hashtag)}]" if answers.hashtag else "[]",
        "timezone": toml_text(answers.timezone),
        "start": today.isoformat(),
        "until": (today + timedelta(days=_PLAN_DAYS)).isoformat(),
        "hashtag_goal": "",
    }
    if answers.hashtag:
        values["hashtag_goal"] = _hashtag_goal(answers, values)
    return {
        name: Template(_template(name, answers.language)).substitute(values)
        for name in (SETTINGS_NAME, PLAN_NAME)
    }


def start(folder: Path, answers: InitAnswers, *, today: date, force: bool = False) -> list[Path]:
    """Writes both files into ``folder``, which is made if missing, each whole or not at all.

    Raises StartError where one is already there and ``force`` is False; then nothing is written.
    """
    texts = written(answers, today=today)
    there = [folder / name for name in texts if os.path.lexists(folder / name)]
    if there and not force:
        names = ", ".join(str(path) for path in there)
        raise StartError(f"already there: {names}. Choose another --folder, or --force to replace")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        write_whole(folder / name, text)
    return [folder / name for name in texts]


def toml_text(text: str) -> str:
    """A TOML basic string of ``text`` (TOML 1.0: quotes, backslashes and controls escaped)."""
    out = []
    for char in text:
        if char in '"\\':
            out.append("\\" + char)
        elif ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0:
            out.append(f"\\u{ord(char):04x}")
        else:
            out.append(char)
    return '"' + "".join(out) + '"'


def _hashtag_goal(answers: InitAnswers, values: dict[str, str]) -> str:
    return (
        "\n[[goals]]\n"
        f"name = {toml_text(_GOAL_NAMES[answers.language])}\n"
        f"brand = {values['brand']}\n"
        'why = "awareness"\n'
        'measure = "hashtag_authors"\n'
        f"where = {{ hashtag = {toml_text(answers.hashtag or '')} }}\n"
        'target = { change = "+10%", against = "last month" }\n'
        'per = "month"\n'
        f'start = "{values["start"]}"\n'
        f'until = "{values["until"]}"\n'
    )


def _template(name: str, language: str) -> str:
    stem = name.removesuffix(".toml")
    source = files("listener.settings.templates") / f"{stem}.{language}.toml"
    return source.read_text(encoding="utf-8")


def write_whole(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Beside it first, then in its place: Ctrl-C leaves the old file or the new one."""
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
            out.write(text)
        os.chmod(beside, mode)
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
