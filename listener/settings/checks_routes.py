"""Channels and routes: what each kind of channel needs, whom routes name, what they can match."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from classifiers.labels import DIALECTS, INTENTS, SENTIMENTS
from listener.settings.checks import check_known, check_twice
from listener.settings.document import Document
from listener.settings.findings import listed, near
from listener.settings.model import ChannelSettings, MatchValue, Route, Settings
from listener.settings.networks import NAMES

KeyKind = Literal["word", "flag", "number"]
MATCH_KEYS: Mapping[str, KeyKind] = MappingProxyType(
    {
        "sentiment": "word",
        "needs_response": "flag",
        "intent": "word",
        "urgency": "word",
        "language": "word",
        "dialect": "word",
        "network": "word",
        "kind": "word",
        "brand": "word",
        "followers": "number",
        "hashtag": "word",
        "author": "word",
        "rating": "number",
    }
)
_KINDS = ("post", "reply", "comment", "quote", "repost", "review", "message", "article")
_CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sentiment": SENTIMENTS,
        "intent": INTENTS,
        "urgency": ("low", "normal", "urgent"),
        "dialect": DIALECTS,
        "kind": _KINDS,
        "network": (*NAMES, "import"),
    }
)
_COMPARISON = re.compile(r"\s*(<=|>=|<|>|=)\s*(\d+(?:\.\d+)?)\s*")
_NEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"slack": ("token", "channel"), "webhook": ("url",), "apprise": ("url",), "console": ()}
)
_SLACK_ONLY = ("token", "app_token", "signing_secret", "channel")


def check_channels(document: Document, settings: Settings) -> None:
    """What a kind needs is an error; what it has no use for is probably a slip."""
    for name, channel in settings.channels.items():
        at = ("channels", name)
        for key in _NEEDS[channel.kind]:
            if not getattr(channel, key):
                document.find(at, "channel_needs", kind=channel.kind, key=key)
        for key in _unused(channel):
            document.find((*at, key), "channel_extra", "warning", kind=channel.kind, key=key)
        if channel.app_token and channel.signing_secret:
            document.find((*at, "signing_secret"), "two_click_ways", "note")


def _unused(channel: ChannelSettings) -> list[str]:
    if channel.kind == "slack":
        return ["url"] if channel.url else []
    # a webhook signs what it sends with the signing secret
    spared = ("signing_secret",) if channel.kind == "webhook" else ()
    set_keys = [key for key in _SLACK_ONLY if getattr(channel, key) and key not in spared]
    return set_keys + (["url"] if channel.kind == "console" and channel.url else [])


def check_routes(document: Document, settings: Settings) -> None:
    """First match wins, so a route behind one that takes everything is noted too."""
    if not settings.routes:
        document.find(("routes",), "no_route", "warning")
    check_twice(document, "routes", [route.name for route in settings.routes])
    catch_all: str | None = None
    for i, route in enumerate(settings.routes):
        at = ("routes", i)
        if catch_all is not None:
            document.find(at, "never_reached", "warning", given=catch_all)
        elif not route.match:
            catch_all = route.name
        if not route.name.strip():
            document.find((*at, "name"), "empty_name")
        _check_where(document, at, route, settings)
        _check_match(document, (*at, "match"), route.match, [b.name for b in settings.brands])
        if route.respond_within and route.hours == "configured" and settings.hours is None:
            document.find((*at, "respond_within"), "no_hours", "note")


def _check_where(document: Document, at: tuple[str, int], route: Route, settings: Settings) -> None:
    if route.only_count:
        for key in ("channel", "notify", "escalate", "digest", "wait", "repeat", "cap"):
            if getattr(route, key):
                document.find((*at, key), "counts_only", "warning", key=key)
    elif route.channel is None:
        document.find(at, "no_channel", given=route.name)
    if route.channel is not None:
        check_known(document, (*at, "channel"), route.channel, settings.channels, "channel")
    _check_people(document, (*at, "notify"), route.notify, route, settings)
    if route.escalate is not None:
        _check_people(document, (*at, "escalate", "to"), route.escalate.to, route, settings)


def _check_people(
    document: Document,
    at: tuple[str | int, ...],
    names: Sequence[str],
    route: Route,
    settings: Settings,
) -> None:
    known = [*settings.people, *settings.channels]
    channel = settings.channels.get(route.channel or "")
    for i, name in enumerate(names):
        if name.startswith("@") and len(name) > 1:
            continue  # a Slack group
        check_known(document, (*at, i), name, known, "recipient")
        person = settings.people.get(name)
        if person and not person.slack and channel and channel.kind == "slack":
            document.find((*at, i), "no_slack", "note", given=name)


def _check_match(
    document: Document,
    at: tuple[str | int, ...],
    match: Mapping[str, MatchValue],
    brands: Sequence[str],
) -> None:
    for key, value in match.items():
        loc = (*at, key)
        kind = MATCH_KEYS.get(key)
        texts = () if isinstance(value, bool) else (value,) if isinstance(value, str) else value
        if kind is None:
            guess = near(key, MATCH_KEYS)
            document.find(loc, "match_key", key=key, near=guess, known=listed(MATCH_KEYS))
        elif kind == "flag":
            if not isinstance(value, bool):
                document.find(loc, "match_flag")
        elif kind == "number":
            if not texts or not all(_COMPARISON.fullmatch(text) for text in texts):
                document.find(loc, "match_number")
        elif not texts:
            document.find(loc, "match_text")
        elif key == "brand":
            for text in texts:
                check_known(document, loc, text, brands, "brand")
        else:
            check_choices(document, loc, key, texts)


def check_choices(
    document: Document, at: tuple[str | int, ...], key: str, texts: Sequence[str]
) -> None:
    """Whether ``texts`` are values that ``key`` may have; a key with any value has no bad one."""
    for text in texts if key in _CHOICES else ():
        if text.strip().casefold() not in _CHOICES[key]:
            guess, known = near(text, _CHOICES[key]), listed(_CHOICES[key])
            document.find(at, "match_choice", given=text, near=guess, known=known)
