"""The brands as the matcher needs them."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from listener.matching.own_voice import account_name
from listener.networks import build
from listener.records import Brand
from listener.settings.model import AccountSettings, Settings

_FEDERATED = frozenset({"mastodon", "lemmy"})
"""Where a name without a server is one of the server that is read."""
NUMBERED = frozenset({"appstore", "googleplay", "google_business"})
"""Where an account is an app or a place by its id: nobody writes that after an @."""
AS_WRITTEN = NUMBERED | {"rss"}
"""Where an account is no page's name: an id, or a site's or a feed's whole address."""


def brands_of(settings: Settings) -> tuple[Brand, ...]:
    """In the order they are written; hashtags without #, handles without @, each once."""
    return tuple(
        Brand(
            name=brand.name,
            query=brand.query,
            keywords=brand.keywords,
            hashtags=_bare(brand.hashtags, "#"),
            handles=_bare((_handle(a) for a in brand.accounts if a.network not in NUMBERED), "@"),
            accounts=tuple(
                named for account in brand.accounts for named in _account(account, settings)
            ),
            context=brand.context,
            exclude=brand.exclude,
            al=brand.al,
            role=brand.role,
        )
        for brand in settings.brands
    )


def _handle(account: AccountSettings) -> str:
    """What people write after an @, also where the account is named by its page's address."""
    return account_name(account.handle) if "/" in account.handle else account.handle


def _account(account: AccountSettings, settings: Settings) -> list[tuple[str, str]]:
    """By its handle, and by its id: some networks tell no more of an author."""
    name = account.handle.strip().lstrip("@")
    if account.network in _FEDERATED and not {"@", "/"} & set(name):
        section = settings.networks.get(account.network)
        server = (section and section.api_url) or _usual(account.network)
        name = f"{name}@{urlsplit(server).netloc}" if server else name
    names = dict.fromkeys((name, account.id.strip() if account.id else ""))
    return [(account.network, one) for one in names if one]


def _usual(network: str) -> str:
    try:
        return str(getattr(build(network, {}), "api_url", ""))
    except (KeyError, ValueError, TypeError):  # only declared, or not without its options
        return ""


def _bare(words: Iterable[str], sign: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip().lstrip(sign) for word in words))
