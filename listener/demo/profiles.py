"""Who writes on the demo's Bluesky, as app.bsky.actor.getProfiles tells it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from listener.demo import wire
from listener.demo.elsewhere import BRAND_PERSON
from listener.demo.people import BRAND_DID, BRAND_HANDLE, Person
from listener.demo.world import World

MOST = 25


def profiles(world: World, actors: Sequence[str], now: datetime) -> list[wire.Json]:
    """Those of ``actors`` (DIDs) that have an account at ``now``, in the order asked for. The brand
    has one, also where it writes nothing."""
    people = {post.author.did: post.author for post in world.posts if post.network == "bluesky"}
    gone = {person.did for at, person in world.left if at <= now}
    posts = Counter(post.author.did for post in world.seen("bluesky", now))
    shown = {did: _profile(who, posts[did]) for did, who in people.items() if did not in gone}
    brand = _profile(BRAND_PERSON, posts[BRAND_DID])
    shown.setdefault(BRAND_DID, brand | {"did": BRAND_DID, "handle": BRAND_HANDLE})
    return [shown[did] for did in actors if did in shown]


def _profile(person: Person, posts: int) -> wire.Json:
    """An app.bsky.actor.defs#profileViewDetailed as a guest is shown it: without ``viewer``."""
    picture = f"https://cdn.bsky.example/img/{{}}/plain/{person.did}/{wire.cid(person.did)}@jpeg"
    return {
        "did": person.did,
        "handle": wire.handle(person),
        "displayName": person.name,
        "avatar": picture.format("avatar"),
        "associated": {
            "lists": 0,
            "feedgens": 0,
            "starterPacks": 0,
            "labeler": False,
            "chat": {"allowIncoming": "following"},
            "activitySubscription": {"allowSubscriptions": "followers"},
        },
        "labels": [],
        "createdAt": "2024-03-01T00:00:00.000Z",
        "description": "",
        "indexedAt": "2026-03-01T00:00:00.000Z",
        "banner": picture.format("banner"),
        "followersCount": person.followers,
        "followsCount": 120,
        "postsCount": posts,
        "pinnedPost": {
            "cid": wire.cid(f"{person.did} pinned"),
            "uri": f"at://{person.did}/app.bsky.feed.post/3kpinned7xk22",
        },
    }
