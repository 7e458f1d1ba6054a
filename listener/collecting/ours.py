"""What a page brings of our own account: its posts, and the numbers of each as figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from listener.networks.base import Page, Read
from listener.records import Author, Figure, Mention

SO_FAR = "lifetime"
"""``Figure.period`` of a post's numbers: since it was published, up to ``as_of``."""


def posts_of(read: Read, page: Page) -> list[Mention]:
    """The page's own posts; where one does not say who wrote it, the account did that was read."""
    if read.kind == "replies":  # what was read is a post
        return list(page.own_posts)
    return [
        post if post.author else replace(post, author=Author(post.network, read.target))
        for post in page.own_posts
    ]


def figures_of(read: Read, page: Page, now: datetime) -> Sequence[Figure]:
    """The page's figures, and the engagement of its own posts: likes, comments (what networks call
    replies), shares and views, as of ``now`` (aware UTC) where the network does not say. What it
    does not tell is no figure; nor is anything where nobody knows whose it is."""
    brand = read.brand
    if brand is None:
        return page.figures
    told = [
        Figure(brand, post.network, _account(read, post), measure, value, at, SO_FAR, post.id)
        for post in page.own_posts
        for measure, value, at in _numbers(post, now)
    ]
    return [*told, *page.figures]


def _account(read: Read, post: Mention) -> str | None:
    """Whose post it is: a thread is read by the post above it, and that is no account."""
    if read.kind != "replies":
        return read.target
    return (post.author.id or post.author.handle) if post.author else None


def _numbers(post: Mention, now: datetime) -> list[tuple[str, int, datetime]]:
    told, at = post.engagement, post.engagement.as_of or now
    numbers = {
        "likes": told.likes,
        "comments": told.replies,
        "shares": told.shares,
        "views": told.views,
    }
    return [(measure, value, at) for measure, value in numbers.items() if value is not None]
