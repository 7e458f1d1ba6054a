"""Whose own voice a mention is: what a brand's accounts write is no mention of that brand.

An account is named by its handle, the network's id, its page's address, or for feeds the site
(``nakhla.example``) or the author's name. A handle belongs to one network: the same name elsewhere
may be anybody's. Rows that were handed in without a network are told by the name alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from listener.records import Author, Brand, Mention

_NAMELESS: Final = frozenset({"import", "webhook"})
"""Networks of rows that name none."""
_SITE: Final = re.compile(r"[a-z0-9\-]+(?:\.[a-z0-9\-]+)+")
_FEED: Final = re.compile(
    r"/(?:feeds?|rss|atom|index)?(?:/|\.(?:xml|json|rss|atom))?$", re.IGNORECASE
)


def spelled(name: str) -> str:
    """What two spellings of an account's name have in common."""
    return " ".join(name.split()).strip().lstrip("@").casefold()


def account_name(written: str) -> str:
    """The name in ``written``, which may be the address of the account's page."""
    return spelled(page_name(written))


def page_name(written: str) -> str:
    """The same as it is spelled there: an id in an address may not be written otherwise."""
    site, path = _address(written)
    last = path.rstrip("/").rpartition("/")[2]
    if not site or not last:
        return written
    whole = path.rstrip("/") == f"/{last}" and _is_fediverse(last, site)
    return f"{last.lstrip('@')}@{site}" if whole else last.lstrip("@")


def _is_fediverse(last: str, site: str) -> bool:
    """``https://server/@name``; YouTube, TikTok, Threads and Medium write their pages so, too."""
    names = ("youtube.com", "tiktok.com", "threads.net", "threads.com", "medium.com")
    return last.startswith("@") and site not in names


def _address(written: str) -> tuple[str, str]:
    """Host without www and path of a web address; "" where it is none."""
    text = written.strip()
    if "://" not in text:
        if "/" not in text or not _SITE.fullmatch(text.partition("/")[0].casefold()):
            return "", ""
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").casefold().removeprefix("www.")
    except ValueError:
        return "", ""
    return host, parts.path


class OwnVoice:
    """The accounts of all brands; it may be shared between threads."""

    def __init__(self, brands: Iterable[Brand]) -> None:
        self._names: dict[tuple[str, str], set[str]] = {}
        self._sites: dict[str, list[tuple[str, str]]] = {}
        self._order: list[str] = []
        for brand in brands:
            self._order.append(brand.name)
            for network, written in brand.accounts:
                self._add(brand.name, network, written)

    def _add(self, brand: str, network: str, written: str) -> None:
        for name in {spelled(written), account_name(written)} - {""}:
            self._names.setdefault((network, name), set()).add(brand)
            for alone in {name, name.partition("@")[0]} - {""}:  # a file seldom names the server
                self._names.setdefault(("", alone), set()).add(brand)
        if network != "rss":
            return
        host, path = _address(written)
        if not host and _SITE.fullmatch(name := spelled(written)):
            host, path = name.removeprefix("www."), ""
        if host:
            home = _FEED.sub("", path.replace("/feed/@", "/@"))
            self._sites.setdefault(host, []).append((home.casefold(), brand))

    def __bool__(self) -> bool:
        return bool(self._names)

    def of(self, mention: Mention) -> tuple[str, ...]:
        """Names of the brands that speak in ``mention``, in the order they were given."""
        network = mention.network
        brands = set(self.by(network, mention.author))
        if self._sites and mention.url and network == "rss":
            brands.update(self._at(mention.url))
        return tuple(name for name in self._order if name in brands) if brands else ()

    def by(self, network: str, author: Author | None) -> Iterable[str]:
        """Brands of which ``author`` is an account on ``network``."""
        if author is None:
            return ()
        known = self._names
        scope = "" if network in _NAMELESS else network
        found: set[str] = set()
        names = (author.id, author.handle, author.name if network == "rss" else None)
        for name in names:
            if name and (brands := known.get((scope, spelled(name)))):
                found |= brands
        return found

    def _at(self, url: str) -> Iterable[str]:
        host, path = _address(url)
        while "." in host:
            for home, brand in self._sites.get(host, ()):
                if f"{path.casefold()}/".startswith(f"{home}/"):
                    yield brand
            host = host.partition(".")[2]
