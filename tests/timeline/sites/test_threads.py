"""The collector over a simulated Threads: what is found, said to the brand, and below its threads."""

from __future__ import annotations

from listener.demo.posts import Post
from listener.store import tables as t
from listener.store.session import Database
from tests.timeline.at_sites import END, at_site
from tests.timeline.sites.meta import (
    own,
    root,
    settled,
)  # fmt: skip


def shown(post: Post) -> bool:
    return post.rating is None and not post.own


def media(post: Post) -> bool:
    return post.reply_to is None and post.rating is None


async def test_what_threads_shows_of_the_brand_is_what_is_stored(db: Database) -> None:
    async with at_site(db, "threads") as site:
        await settled(site)
        ours = {row["native_id"] for row in await site.rows(t.own_posts)}
        assert ours == site.written(own).keys()
        rows = {row["native_id"]: row for row in await site.rows()}
        written = site.written(shown)
        assert rows.keys() - ours == written.keys()
        for key, post in written.items():
            row = rows[key]
            assert row["text"] == post.text_at(END)
            assert row["created_at"] == post.at.replace(microsecond=0)
            assert row["author_handle"] == post.author.handle
            assert row["kind"] == ("post" if post.reply_to is None else "reply")
            if post.reply_to is not None:
                assert (row["parent_id"], row["thread_id"]) == (
                    post.reply_to.native, root(post).native,
                )  # fmt: skip
