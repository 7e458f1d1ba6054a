"""The items of one feed, told from each other and from those that were read before.

What several items of a page have in common names none of them: a guid that is the home page, a
link to the thread. It is left out of what an item is known by.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from listener.networks.addresses import public_address
from listener.records import Identity, Mention
from listener.sameness import keys_of, short_hash
from listener.web_address import canonical, is_home

_GLOBAL_ID = re.compile(r"[a-z][a-z0-9+.-]*:\S", re.IGNORECASE)  # http:, tag:, urn:, yt:


@dataclass(frozen=True, slots=True)
class Item:
    """``mention``: with any id; ``guid`` and ``link`` as the feed says them, None where not."""

    mention: Mention
    guid: str | None
    link: str | None


def told_apart(items: Iterable[Item], address: str) -> list[Mention]:
    """The mentions of a page, each item once, with an id of its own and its ``identity``.
    address: of the feed. Ids: guid, else link, else a hash; one such as "42" means something in its
    own feed only."""
    known = _once(items)
    guids, links = _told(known, lambda i: i.guid), _told(known, lambda i: canonical(i.link))
    place = canonical(address) or address
    mentions: list[Mention] = []
    taken: set[str] = set()
    for item in known:
        guid = item.guid if item.guid in guids and not _whole_site(item.guid) else None
        link = item.link if canonical(item.link) in links else None
        mention = item.mention
        own = guid or link or sha256(mention.text.replace("\n", "").encode()).hexdigest()
        name = guid if guid is None or _GLOBAL_ID.match(guid) else f"{place}#{guid}"
        by = mention.author.name if mention.author else None
        keys = keys_of(
            mention.network, name, link, mention.text, mention.created_at, by=by, place=place
        )
        ident = own if _GLOBAL_ID.match(own) else f"{public_address(address)}#{own}"
        if ident in taken:  # one item's guid is another's link
            ident = f"{ident}#{short_hash(mention.text)}"
        taken.add(ident)
        mentions.append(replace(mention, id=ident, identity=Identity(keys, home=short_hash(place))))
    shared = Counter(key for m in mentions if m.identity for key in m.identity.keys)
    return [_alone(mention, shared) for mention in mentions]


def _once(items: Iterable[Item]) -> Sequence[Item]:
    """Without those that say the same at the same time under the same address, else the same id."""
    known: dict[object, Item] = {}
    for item in items:
        name = canonical(item.link) or item.link or item.guid
        known.setdefault((name, item.mention.text, item.mention.created_at), item)
    return list(known.values())


def _told(items: Sequence[Item], of: Callable[[Item], str | None]) -> set[str | None]:
    """What of this kind names one item only."""
    times = Counter(of(item) for item in items)
    return {value for value, n in times.items() if value is not None and n == 1}


def _whole_site(guid: str | None) -> bool:
    page = canonical(guid)
    return page is not None and is_home(page)


def _alone(mention: Mention, shared: Counter[str]) -> Mention:
    assert mention.identity is not None
    keys = tuple(key for key in mention.identity.keys if shared[key] == 1)
    return replace(mention, identity=replace(mention.identity, keys=keys))
