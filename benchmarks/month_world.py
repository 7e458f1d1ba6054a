"""A month that people write in, on every simulated network, and what goes wrong meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Literal

from listener.demo import youtube_wire
from listener.demo.elsewhere import elsewhere
from listener.demo.posts import DAY, Post
from listener.demo.sites import facebook, instagram, linkedin
from listener.demo.sites.base import Site
from listener.demo.world import BRAND, Fault, World, make_world
from listener.demo.x_wire import key_of

START = datetime(2026, 10, 23, 21, 0, tzinfo=UTC)
SITES = (
    "x", "instagram", "facebook", "youtube", "linkedin", "threads", "reddit", "telegram",
    "google_business", "appstore", "googleplay",
)  # fmt: skip
BASE = ("mastodon", "bluesky")
Kind = Literal["limited", "down", "token", "silent"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """``network`` is in trouble from ``start`` to ``end``, days since ``START``. token: its token
    is withdrawn, and another is put into its place by hand at ``end``; silent: what is searched is
    answered with an empty page."""

    network: str
    kind: Kind
    start: float
    end: float

    def now(self, at: datetime) -> bool:
        return START + self.start * DAY <= at < START + self.end * DAY


MONTH = (
    Trouble("mastodon", "limited", 2.2, 2.5),
    Trouble("reddit", "limited", 3.4, 3.65),
    Trouble("instagram", "down", 4.5, 6.0),
    Trouble("linkedin", "down", 6.0, 7.0),
    Trouble("facebook", "token", 9.3, 11.3),
    Trouble("bluesky", "down", 12.4, 13.4),
    Trouble("threads", "silent", 15.0, 18.0),
    Trouble("telegram", "down", 19.5, 21.0),
    Trouble("google_business", "limited", 22.2, 22.5),
    Trouble("x", "down", 24.1, 25.1),
    Trouble("appstore", "down", 26.0, 27.0),
)
"""Instagram shows a tag's last day and Telegram keeps a day: what was written in the first hours of
their trouble is there for nobody."""


class Month(World):
    """``World``, looked at quickly."""

    @cached_property
    def _of(self) -> dict[str, list[Post]]:
        of: dict[str, list[Post]] = {}
        for post in sorted(self.posts, key=lambda p: (p.at, p.id), reverse=True):
            of.setdefault(post.network, []).append(post)
        return of

    @cached_property
    def _seen(self) -> dict[str, tuple[datetime, list[Post]]]:
        return {}

    def seen(self, network: str, now: datetime) -> list[Post]:
        at, found = self._seen.get(network, (None, []))
        if at != now:
            found = [post for post in self._of.get(network, ()) if post.visible(now)]
            self._seen[network] = now, found
        return list(found)


def written(
    days: int, seed: int, networks: Sequence[str], troubles: Sequence[Trouble], a_day: int
) -> Month:
    """Everything that is written from a week before ``START`` on; ``a_day`` posts of others on each
    network, on one that falls silent as many as it takes to notice."""
    end = START + days * DAY
    posts: list[Post] = []
    for site in networks:
        if site in SITES:
            loud = any(t.kind == "silent" and t.network == site for t in troubles)
            often = max(24, a_day) if loud else a_day
            posts += elsewhere(site, end, seed, days=days + 7, a_day=often)
    for week in range(-(-days // 7) + 1):
        made = make_world(end - week * timedelta(days=7), seed + week)
        posts += [p for p in made.posts if p.network in networks]
    faults = tuple(
        Fault(t.network, t.kind, START + t.start * DAY, START + t.end * DAY)
        for t in troubles
        if t.kind in ("limited", "down")
    )
    return Month(end, tuple(sorted(posts, key=lambda p: (p.at, p.id))), faults)


def spoil(site: Any, name: str, troubles: Sequence[Trouble], clock: Callable[[], datetime]) -> None:
    """Makes ``site`` do what no server does for all: searches without results, other tokens."""
    if name == "reddit":
        site.limited = _for_long(site.limited)
    for trouble in troubles:
        if trouble.network == name and trouble.kind == "silent":
            site.answer = _silent(site.answer, trouble, clock)
        if trouble.network == name and trouble.kind == "token":
            site._told = _withdrawn(site, site._told, trouble, clock)


def _for_long(limited: Callable[[], Any]) -> Callable[[], Any]:
    """The demo's servers ask for seconds, since its day lasts minutes."""

    def answer() -> Any:
        made = limited()
        made.headers["x-ratelimit-reset"] = "600"
        return made

    return answer


def _silent(answer: Any, trouble: Trouble, clock: Callable[[], datetime]) -> Any:
    def quiet(path: str, params: Mapping[str, str]) -> Any:
        found = answer(path, params)
        return [] if isinstance(found, list) and trouble.now(clock()) else found

    return quiet


def _withdrawn(site: Any, told: Any, trouble: Trouble, clock: Callable[[], datetime]) -> Any:
    def asked(*given: Any) -> Any:
        if clock() >= START + trouble.start * DAY:
            site.token = NEW_TOKEN
        return told(*given)

    return asked


NEW_TOKEN = "graph-demo-token-of-later"

# What a network shows its collector of what others write, by the id that its mention has.


def _by_names(post: Post) -> bool:
    return any(name in post.text.casefold() for name in ("رشفان", "rashfan"))


def _tagged(post: Post) -> bool:
    tags = {tag.casefold() for tag in BRAND.hashtags}
    return any(tag.casefold() in tags for tag in post.hashtags)


def _on_x(post: Post) -> str | None:
    return key_of(post) if post.reply_to or _by_names(post) else None


def _on_instagram(post: Post) -> str | None:
    if post.rating is not None:
        return None
    shown = post.reply_to is not None or instagram.is_tagged(post) or _tagged(post)
    return post.native if shown else None


def _on_facebook(post: Post) -> str | None:
    shown = facebook.in_feed(facebook.root(post)) or facebook.is_tagged(post)
    return facebook.native(post) if shown and post.rating is None else None


def _on_linkedin(post: Post) -> str | None:
    return linkedin.key_of(post) if post.reply_to or "@rashfan" in post.text else None


def _plain(post: Post) -> str | None:
    return post.native if post.rating is None else None


def _review(post: Post) -> str | None:
    return post.native if post.rating is not None else None


def _on_mastodon(post: Post) -> str | None:
    return post.id if post.about and _tagged(post) else None


def _on_bluesky(post: Post) -> str | None:
    return post.id if post.about else None


_KEYS: Mapping[str, Callable[[Post], str | None]] = {
    "x": _on_x, "instagram": _on_instagram, "facebook": _on_facebook, "linkedin": _on_linkedin,
    "threads": _plain, "google_business": _review, "appstore": _review, "googleplay": _review,
    "mastodon": _on_mastodon, "bluesky": _on_bluesky,
}  # fmt: skip


def shown(world: Month, sites: Mapping[str, Site], name: str) -> dict[str, Post]:
    """All that others ever wrote there and the network offers to its collector, by mention's id."""
    posts = [post for post in world.posts if post.network == name and not post.own]
    site: Any = sites.get(name)
    if name == "telegram":
        return {site.key(post): post for post in posts if post.rating is None}
    if name == "reddit":
        return {one.name: one.post for one in site.placed if not one.post.own}
    if name == "youtube":
        return {
            one.id: replace(one.post, deleted=_last(site, one))
            for one in site.placed
            if not one.post.own
        }
    return {key: post for post in posts if (key := _KEYS[name](post)) is not None}


def _last(site: Any, one: youtube_wire.Placed) -> datetime | None:
    """When it, or what it hangs under, is deleted."""
    above = [site._by_id[key].post for key in (one.parent, one.under) if key]
    gone = [post.deleted for post in (one.post, *above) if post.deleted is not None]
    return min(gone, default=None)


ACCOUNTS: Sequence[Mapping[str, str]] = (
    *({"network": n, "handle": "rashfan"} for n in ("x", "instagram", "facebook", "threads")),
    {"network": "youtube", "handle": "rashfan", "id": "CHANNEL"},
    {"network": "linkedin", "handle": "rashfan", "id": linkedin.ORGANIZATION},
    {"network": "reddit", "handle": "rashfan"},
    {"network": "telegram", "handle": "rashfan"},
    {"network": "mastodon", "handle": "rashfan.example"},
)
