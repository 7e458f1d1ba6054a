"""Whose a post and its numbers are."""

from __future__ import annotations

from datetime import UTC, datetime

from listener.collecting.ours import figures_of, posts_of
from listener.networks.base import Page, Read
from listener.records import Author, Engagement, Mention, Query

NOW = datetime(2026, 11, 29, tzinfo=UTC)
MINE = Query("زين", "")


def _post(author: Author | None) -> Mention:
    return Mention("facebook", "p_9", "نعتذر", NOW, author=author, engagement=Engagement(likes=3))


def test_our_answer_in_a_thread_is_not_counted_for_an_account_named_like_the_post_above() -> None:
    read = Read("replies", "p_1", MINE)
    for author, account in ((Author("facebook", "page"), "page"), (None, None)):
        page = Page(own_posts=(_post(author),))
        [figure] = figures_of(read, page, NOW)
        assert (figure.account, figure.post_id, figure.value) == (account, "p_9", 3)
        assert [post.author for post in posts_of(read, page)] == [author]


def test_a_post_on_our_timeline_is_the_accounts_that_was_read() -> None:
    read, page = Read("own_posts", "page", MINE), Page(own_posts=(_post(None),))
    [figure] = figures_of(read, page, NOW)
    assert figure.account == "page"
    assert [post.author for post in posts_of(read, page)] == [Author("facebook", "page")]
