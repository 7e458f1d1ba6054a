"""What a Mastodon server tells of an own account: mentions, statuses, what is below, numbers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from listener.networks.base import BadPage, Page, Read
from listener.networks.mastodon import Mastodon
from listener.records import Account, Author, Engagement, Figure, Mention
from tests.listener.networks.pages.mastodon import MASTODON, OWN, STATUS, US
from tests.listener.networks.recorded import answer, body, of_json

SEEN = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
HOME = "http://localhost:3000/ap/users/"
NAMED, POSTS = Read("mentions", US, OWN), Read("own_posts", US, OWN)
BELOW, ACCOUNT = Read("replies", STATUS, OWN), Read("figures", "mastodonpy_test", OWN)
LOCAL = Mastodon(api_url="http://localhost:3000", limit=3)


def page_of(name: str, read: Read, page: str | None = None) -> Page:
    return LOCAL.parse(answer(f"mastodon/{name}.json"), read, page)


def test_a_mention_that_is_notified_is_read_field_by_field() -> None:
    page = page_of("notifications", NAMED)
    assert page.mentions == (
        Mention(
            network="mastodon",
            id=f"{HOME}117020565693913441/statuses/117020577157693549",
            text="@mastodonpy_test hello!",
            created_at=datetime(2026, 8, 1, 13, 51, 42, 823000, tzinfo=UTC),
            url="http://localhost:3000/@admin/117020577157693549",
            author=Author(
                "mastodon", f"{HOME}117020565693913441", "admin@localhost:3000", "admin", 1
            ),
            language="en",
            mentions=("mastodonpy_test",),
            engagement=Engagement(likes=0, replies=0, shares=0, as_of=SEEN),
            ref="localhost:3000:117020577157693549",
        ),
    )
    assert (page.newest, page.older) == ("21", "21")


def test_our_statuses_bring_their_numbers_and_lead_to_their_answers() -> None:
    page = page_of("account_statuses", POSTS)
    assert page.own_posts[0] == Mention(
        network="mastodon",
        id=f"{HOME}117020565966271181/statuses/117020580518794573",
        text="Toot number 9!",
        created_at=page.own_posts[0].created_at,
        url="http://localhost:3000/@mastodonpy_test/117020580518794573",
        author=page.own_posts[0].author,
        language="en",
        engagement=Engagement(likes=0, replies=1, shares=0, as_of=SEEN),
        ref="localhost:3000:117020580518794573",
    )
    assert page.own_posts[0].author is not None
    assert page.own_posts[0].author.handle == "mastodonpy_test@localhost:3000"
    assert page.more == ()  # written 113 days ago
    raw = body("mastodon/account_statuses.json")
    raw[0]["created_at"] = raw[1]["created_at"] = "2026-11-20T10:00:00.000Z"
    fresh = LOCAL.parse(of_json(raw), POSTS, None)
    assert fresh.more == (Read("replies", "117020580518794573", OWN),)
    assert LOCAL.parse(of_json(raw), POSTS, "9").more == ()


def test_what_is_below_a_status_is_who_answers_it_and_not_we() -> None:
    mentions = page_of("context", BELOW).mentions
    assert mentions[0].author is not None
    assert mentions[0].parent_id == f"localhost:3000:{STATUS}"
    assert mentions[2].parent_id == mentions[1].id
    raw = body("mastodon/context.json")
    raw["descendants"][2]["account"]["id"] = "109302436954721982"  # whose status it is
    assert len(LOCAL.parse(of_json(raw), BELOW, None).mentions) == 2


@pytest.mark.parametrize("hidden", ["direct", "private", "limited"])
def test_what_is_not_public_is_not_read(hidden: str) -> None:
    raw = body("mastodon/notifications.json")
    raw[0]["status"]["visibility"] = hidden
    page = LOCAL.parse(of_json(raw), NAMED, None)
    assert (page.mentions, page.skipped, page.newest) == ((), 0, "21")
    own = body("mastodon/account_statuses.json")
    own[0]["visibility"] = hidden
    assert len(LOCAL.parse(of_json(own), POSTS, None).own_posts) == 2


def test_an_account_has_its_numbers_under_its_id_and_leads_to_its_statuses() -> None:
    page = page_of("account", ACCOUNT)
    assert page.figures == tuple(
        Figure("رشفان", "mastodon", US, measure, value, SEEN, "lifetime")
        for measure, value in (("followers", 0), ("following", 0), ("posts", 1))
    )
    assert page.more == (POSTS,)
    raw = body("mastodon/account.json")
    raw["followers_count"] = -1  # hidden
    assert [f.measure for f in LOCAL.parse(of_json(raw), ACCOUNT, None).figures] == [
        "following", "posts",
    ]  # fmt: skip


def test_what_is_asked_of_an_account() -> None:
    def path(read: Read, since: str | None = None) -> str:
        return str(MASTODON.request(read, credential=None, since=since, page=None).url)

    home = "https://fosstodon.org/api/v1/"
    assert path(ACCOUNT) == home + "accounts/lookup?acct=mastodonpy_test"
    assert path(Read("figures", US, OWN)).rstrip("?") == home + f"accounts/{US}"
    assert path(POSTS, "5") == home + f"accounts/{US}/statuses?limit=3&exclude_reblogs=true"
    assert path(BELOW).rstrip("?") == home + f"statuses/{STATUS}/context"
    named = MASTODON.request(NAMED, credential=None, since="21", page="30").url
    assert dict(named.params) == {
        "limit": "3", "max_id": "30", "since_id": "21", "types[]": "mention",
    }  # fmt: skip


def test_only_the_tokens_own_account_is_told_of_its_notifications() -> None:
    ours, second = Account("رشفان", "rashfan"), Account("بن", "bun")
    other = Account("منافس", "c", "competitor")

    def named(network: Mastodon, *accounts: Account) -> list[str | None]:
        reads = network.reads([], [], accounts)
        assert {r.target for r in reads if r.kind == "figures"} == {
            a.handle for a in accounts if a.role == "own"
        }
        return [read.target for read in reads if read.kind == "mentions"]

    assert named(Mastodon(notifications=True), ours, other) == ["rashfan"]
    assert named(Mastodon(notifications=True), ours, second) == []
    assert named(Mastodon(notifications=True, account="@Bun"), ours, second) == ["bun"]
    assert named(Mastodon(), ours) == []


@pytest.mark.parametrize("read", [NAMED, POSTS, BELOW, ACCOUNT])
def test_a_200_that_is_no_page_is_bad_and_no_empty_one(read: Read) -> None:
    wholes: list[object] = [{}, {"error": "The access token is invalid"}, {"descendants": {}}]
    for whole in wholes:
        with pytest.raises(BadPage):
            LOCAL.parse(of_json(whole), read, None)
