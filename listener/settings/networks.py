"""Every network a section may be written for, and the options of each.

Networks that are not built yet are here too, so that a configuration can be written and checked
before they are; a section of one is noted, not refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Literal

OptionKind = Literal["text", "texts", "number", "yes_no", "secret", "feeds"]
Need = Literal["needed", "optional"]

COMMON = ("enabled", "every", "api_url", "keep", "budget")
"""Keys that every network takes."""
SECRETS = ("token", "key", "secret")
"""Keys that name a secret; a network takes those of ``Known.secrets``."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option of one network's own."""

    kind: OptionKind
    meaning: str
    default: object = None
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """``every``: how often it is read where nothing is written. ``secrets``: those of ``token``,
    ``key`` and ``secret`` that it takes. ``ids``: its own options."""

    every: timedelta
    built: bool = False
    secrets: Mapping[str, Need] = field(default_factory=dict)
    options: Mapping[str, Option] = field(default_factory=dict)

    @property
    def keys(self) -> list[str]:
        """Every key its section may hold."""
        return [*COMMON, *self.secrets, *self.options]


def _minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


_LIMIT = Option("number", "items a page; the network's own most when not written")
_VERSION = Option("text", "version of the API to ask for")
_USER = Option("text", "id of the own account", needed=True)
_TOKEN: Mapping[str, Need] = {"token": "needed"}
_META = {"user": _USER, "version": _VERSION}
_PAGE = {"page": _USER, "version": _VERSION}
_STREAM = Option("text", "address of the live stream (wss://…); none: polling only")

KNOWN: Mapping[str, Known] = MappingProxyType(
    {
        "mastodon": Known(
            _minutes(2),
            built=True,
            secrets={"token": "optional"},
            options={
                "limit": _LIMIT,
                "searching": Option("yes_no", "search full text too; needs a token", False),
                "stream": _STREAM,
            },
        ),
        "bluesky": Known(
            _minutes(1),
            built=True,
            secrets={"token": "optional"},
            options={"limit": _LIMIT, "stream": _STREAM},
        ),
        "hackernews": Known(_minutes(5), built=True, options={"limit": _LIMIT}),
        "rss": Known(
            _minutes(10),
            built=True,
            options={
                "feeds": Option("feeds", "addresses, or files with an address a line", needed=True)
            },
        ),
        "webhook": Known(
            _minutes(1),
            built=True,
            secrets={"secret": "needed"},
            options={
                "timed": Option("yes_no", "take only signatures that carry their time", False)
            },
        ),
        "x": Known(
            _minutes(5),
            secrets=_TOKEN,
            options={
                "archive": Option("yes_no", "search the whole archive, not 7 days", False),
                "stream": Option("yes_no", "use the filtered stream", False),
                "naming": Option("text", 'field names of the API: "tweet" or "post"', "tweet"),
                "limit": _LIMIT,
            },
        ),
        "instagram": Known(_minutes(15), secrets=_TOKEN, options=_META),
        "facebook": Known(_minutes(15), secrets=_TOKEN, options=_PAGE),
        "threads": Known(_minutes(10), secrets=_TOKEN, options={"user": _USER}),
        "linkedin": Known(
            _minutes(30), secrets=_TOKEN, options={"organization": _USER, "version": _VERSION}
        ),
        "youtube": Known(
            _minutes(60),
            secrets={"key": "needed", "token": "optional"},
            options={
                "channels": Option("texts", "ids of channels whose comments are read", ()),
                "region": Option("text", 'country of the search, such as "SA"'),
                "language": Option("text", 'language the search leans to, such as "ar"'),
            },
        ),
        "pinterest": Known(_minutes(60), secrets=_TOKEN),
        "snapchat": Known(
            _minutes(360), secrets=_TOKEN, options={"profile": Option("text", "own public profile")}
        ),
        "tiktok": Known(
            _minutes(60),
            secrets=_TOKEN,
            options={"account": Option("text", "own business account")},
        ),
        "reddit": Known(
            _minutes(2),
            options={
                "client_id": Option("secret", "id of the registered app", needed=True),
                "client_secret": Option("secret", "its secret", needed=True),
                "user_agent": Option("text", "platform:app:version (by /u/name)", needed=True),
                "subreddits": Option("texts", "communities whose comments are read", ()),
            },
        ),
        "telegram": Known(
            _minutes(1), secrets=_TOKEN, options={"chats": Option("texts", "only these chats", ())}
        ),
        "appstore": Known(
            _minutes(30),
            options={
                "apps": Option("texts", "ids of the apps", needed=True),
                "countries": Option("texts", "stores to read", ("sa",)),
            },
        ),
        "googleplay": Known(
            _minutes(30),
            secrets={"key": "needed"},
            options={"packages": Option("texts", "package names of own apps", needed=True)},
        ),
        "googlebusiness": Known(
            _minutes(30),
            secrets=_TOKEN,
            options={"locations": Option("texts", "accounts/…/locations/…", needed=True)},
        ),
        "trustpilot": Known(
            _minutes(30),
            secrets={"key": "needed"},
            options={"domain": Option("text", "the business's domain", needed=True)},
        ),
        "lemmy": Known(_minutes(5), secrets={"token": "optional"}, options={"limit": _LIMIT}),
        "stackexchange": Known(
            _minutes(10),
            secrets={"key": "optional"},
            options={"sites": Option("texts", "sites to search", ("stackoverflow",))},
        ),
        "github": Known(_minutes(5), secrets={"token": "optional"}, options={"limit": _LIMIT}),
    }
)


def takes(kind: OptionKind, value: Any) -> bool:
    """Whether ``value`` is of the kind an option takes (secrets are checked elsewhere)."""
    if kind == "yes_no":
        return isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int) and not isinstance(value, bool) and value > 0
    if kind in ("texts", "feeds"):
        return isinstance(value, list) and all(isinstance(v, str) and v.strip() for v in value)
    return isinstance(value, str) and bool(value.strip())
