"""`rasid init`: a rasid.toml that runs as it is, with remarks to go on from."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Literal
from zoneinfo import ZoneInfo

from classifiers.arabic import fold, words
from listener.settings.findings import listed, near
from listener.settings.networks import NAMES
from listener.words.unsafe import IN_A_NAME

SETTINGS_NAME = "rasid.toml"
STREAM = "wss://jetstream2.us-east.bsky.network/subscribe"
"""One of Bluesky's own (github.com/bluesky-social/jetstream)."""
_LONGEST_NAME = 100


class StartError(ValueError):
    """An answer that cannot be used, or files that are already there; the text says what to do."""


@dataclass(frozen=True, slots=True)
class InitAnswers:
    """All of them as ``brand_name``, ``hashtag_name``, ``account`` and ``channel_name`` gave them.
    ``spellings``: other ways to write the brand. ``slack``: the channel of cards, None for the
    terminal; ``operators``: theirs, None for the same."""

    brand: str
    hashtags: tuple[str, ...] = ()
    language: Literal["ar", "en"] = "ar"
    timezone: str = "Asia/Riyadh"
    spellings: tuple[str, ...] = ()
    accounts: tuple[tuple[str, str], ...] = ()
    competitors: tuple[str, ...] = ()
    slack: str | None = None
    operators: str | None = None


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


def account(text: str) -> tuple[str, str]:
    """("x", "ZainKSA") of ``x:@ZainKSA``. Raises StartError with what would be right."""
    network, colon, handle = IN_A_NAME.sub(" ", text).partition(":")
    network, handle = network.strip().lower(), handle.strip().lstrip("@ ")
    if not colon or not words(fold(handle)):
        raise StartError(f"an account is written NETWORK:HANDLE, such as x:@acme, not {text!r}")
    if network not in NAMES:
        guess = near(network, NAMES)
        hint = f"did you mean {guess}?" if guess else f"one of {listed(NAMES)}"
        raise StartError(f"no network is called {network!r}: {hint}")
    return network, handle


def channel_name(text: str) -> str | None:
    """A Slack channel, ``#care`` or its id; None where nothing is left."""
    name = "".join(IN_A_NAME.sub(" ", text).split()).lstrip("#")
    if not name:
        return None
    return name if name[0] in "CG" and name.isalnum() and name.isupper() else f"#{name}"


def several(text: str) -> list[str]:
    """What a person wrote side by side, parted by commas of either script or by lines."""
    parts = text.replace("،", ",").replace("؛", ",").replace(";", ",").replace("\n", ",").split(",")
    return [part.strip() for part in parts if part.strip()]


def unlike(names: Iterable[str], *others: str) -> tuple[str, ...]:
    """``names`` in their order, each once, without ``others``; as the matcher tells them apart."""
    seen = {fold(other) for other in others}
    kept = []
    for name in names:
        if fold(name) not in seen:
            kept.append(name)
        seen.add(fold(name))
    return tuple(kept)


def zone_name(text: str) -> str:
    """A time zone's name. Raises StartError where there is none of that name."""
    try:
        ZoneInfo(text)
    except (ValueError, OSError, LookupError):
        raise StartError(f"no time zone is called {text!r}: name one like Asia/Riyadh") from None
    return text


def written(answers: InitAnswers) -> str:
    """The text of rasid.toml."""
    kind = "slack" if answers.slack else "console"
    hashtags = unlike((*answers.hashtags, *_joined(answers)))
    channels = _template(kind, answers.language).substitute(
        slack=toml_text(answers.slack or ""),
        operators=toml_text(answers.operators or answers.slack or ""),
    )
    return _template("rasid", answers.language).substitute(
        timezone=toml_text(answers.timezone),
        brand=toml_text(answers.brand),
        keywords=_array((answers.brand, *answers.spellings)),
        hashtags=_array(hashtags),
        competitors=_array(answers.competitors),
        accounts="".join(
            f"[[brands.accounts]]\nnetwork = {toml_text(network)}\nhandle = {toml_text(handle)}\n"
            for network, handle in answers.accounts
        ),
        rivals="".join(
            f"\n[[brands]]\nname = {toml_text(name)}\nkeywords = {_array((name,))}\n"
            'role = "competitor"\n'
            for name in answers.competitors
        ),
        stream=toml_text(STREAM),
        channels=channels,
    )


def start(folder: Path, answers: InitAnswers, *, force: bool = False) -> Path:
    """Writes the file into ``folder``, which is made if missing, whole or not at all.

    Raises StartError where one is already there and ``force`` is False; then nothing is written.
    """
    path = folder / SETTINGS_NAME
    if os.path.lexists(path) and not force:
        raise StartError(f"already there: {path}. Choose another --folder, or --force to replace")
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(path, written(answers))
    return path


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


def _joined(answers: InitAnswers) -> tuple[str, ...]:
    """A name of several words as the hashtag that it is likely to be: where hashtags are read and
    words are not, nothing else would find it."""
    names = (answers.brand, *answers.spellings)
    tags = [hashtag_name(name) for name in names if " " in name]
    return unlike(tag for tag in tags if tag)


def _array(items: Iterable[str]) -> str:
    return "[" + ", ".join(map(toml_text, items)) + "]"


def _template(name: str, language: str) -> Template:
    source = files("listener.settings.templates") / f"{name}.{language}.toml"
    return Template(source.read_text(encoding="utf-8"))


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
