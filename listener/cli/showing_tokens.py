"""`status` for people: until when tokens are good, and networks that offer nothing to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from listener.cli.speaking import say_line
from listener.words import Words
from listener.words.bidi import strip_isolates


def show_tokens(tokens: Iterable[Mapping[str, Any]], words: Words, zone: tzinfo) -> None:
    """``tokens``: of ``serving.status``; those that need somebody first."""
    for token in sorted(tokens, key=lambda token: token["stage"] == "good"):
        key = f"status.token.{token['stage']}"
        if token["stage"] == "good" and token["renews"]:
            key = "status.token.renewed"
        until = token["expires_at"]
        at = words.moment(datetime.fromisoformat(until), zone) if until else "-"
        say_line(words, key, network=_name(token["network"], words), until=at)
        if token["why"]:
            say_line(words, "status.token.why", indent=2, why=token["why"])


def show_unoffered(networks: Mapping[str, bool], words: Words) -> None:
    """``networks``: of ``checking.unoffered.unoffered``."""
    for network, figures in networks.items():
        key = "status.unoffered.figures" if figures else "status.unoffered"
        say_line(words, key, network=_name(network, words))


def _name(network: str, words: Words) -> str:
    return strip_isolates(words.one_of("network", network))
