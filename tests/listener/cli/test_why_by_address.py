"""`why` finds a mention by what a person has at hand: a number, an address, a card's link."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from listener.store.session import Database
from listener.store.tables import alert_mentions, alerts, decisions, notices, own_posts
from tests.listener.cli.installed import Installed, ids, mention

OURS = "https://social.example/@rashfan/9"
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
URLS = {
    "https://social.example/@nora/1": [
        "https://social.example/@nora/1",
        "http://www.social.example/@nora/1/?utm_source=x#top",
        "social.example/@nora/1",
    ],
    "https://x.com/nora/status/1234567890": [
        "https://twitter.com/nora/status/1234567890?s=20&t=abc",
        "https://mobile.twitter.com/i/web/status/1234567890",
    ],
    "https://bsky.app/profile/did:plc:abc/post/3kabcdefgh2x": [
        "https://bsky.app/profile/nora.bsky.social/post/3kabcdefgh2x"
    ],
    "https://forum.example/topic?t=12": ["https://forum.example/topic?t=12&utm_medium=mail"],
    "https://news.example/%D8%B1%D8%B4%D9%81%D8%A7%D9%86": ["https://news.example/رشفان"],
}


def seed(installed: Installed) -> None:
    installed.seed(*(mention(n, url=url) for n, url in enumerate(URLS, 1)))


def found(installed: Installed, what: str) -> list[str | None]:
    answer = installed.rasid("why", what, "--json")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    return [each["mention"]["url"] for each in (told if isinstance(told, list) else [told])]


@pytest.mark.parametrize("url", URLS)
def test_a_posts_address_is_known_however_it_was_copied(installed: Installed, url: str) -> None:
    seed(installed)
    for written in URLS[url]:
        assert found(installed, written) == [url], written


@pytest.mark.parametrize(
    "other",
    [
        "https://forum.example/topic?t=13",
        "https://social.example/@nora/11",
        "https://social.example/@sara/1",
        "https://x.com/nora",
        "9" * 30,
    ],
)
def test_another_posts_address_names_none(installed: Installed, other: str) -> None:
    seed(installed)
    answer = installed.rasid("why", other)
    assert (answer.exit_code, answer.stderr.count("\n")) == (1, 1), answer.output
    assert other in answer.stderr


def test_what_is_no_address_is_wrong_use(installed: Installed) -> None:
    answer = installed.rasid("why", "nothing at all")
    assert (answer.exit_code, "nothing at all" in answer.stderr) == (2, True)


def cards(installed: Installed) -> None:
    async def work(db: Database) -> None:
        async with db.writing() as connection:
            await connection.execute(
                insert(alerts).values(
                    id=7, brand_id=1, route="all", channel="care", group_key="k", state="open",
                    urgency="normal", opened_at=AT, published_at=AT, changed_at=AT,
                )
            )  # fmt: skip
            for number in ids(installed)[:2]:
                await connection.execute(
                    insert(alert_mentions).values(alert_id=7, mention_id=number, at=AT)
                )
            for alert, ts in ((7, "1795897829.000100"), (None, "1795897829.000200")):
                await connection.execute(
                    insert(notices).values(
                        id=ts, alert_id=alert, subject=f"s{ts}", channel="care", kind="card", n=0,
                        state="sent", place="C0CARE", ts=ts, due_at=AT, created_at=AT, body={},
                    )
                )  # fmt: skip

    installed.within(work)


@pytest.mark.parametrize(
    "link",
    [
        "https://acme.slack.com/archives/C0CARE/p1795897829000100",
        "https://acme.slack.com/archives/C0CARE/p1795899999000900"
        "?thread_ts=1795897829.000100&cid=C0CARE",
        "https://app.slack.com/client/T0ACME/C0CARE/thread/C0CARE-1795897829.000100",
    ],
    ids=["card", "reply-of-a-person", "client"],
)
def test_a_cards_link_names_the_mentions_that_it_shows(installed: Installed, link: str) -> None:
    seed(installed)
    cards(installed)
    assert found(installed, link) == list(URLS)[:2]


@pytest.mark.parametrize(
    ("message", "said"),
    [("p1795897829000200", "no single mention"), ("p1795897829000300", "sent no message")],
)
def test_a_message_that_is_no_card_says_so(installed: Installed, message: str, said: str) -> None:
    seed(installed)
    cards(installed)
    answer = installed.rasid("why", f"https://acme.slack.com/archives/C0CARE/{message}")
    assert (answer.exit_code, said in answer.stderr) == (1, True), answer.output


def test_every_condition_that_failed_is_told_with_what_it_was(installed: Installed) -> None:
    installed.seed(mention(1))
    failed = [
        ["angry", "sentiment", "negative ≥0.50", "negative 0.43"],
        ["angry", "followers", ">=1000", None],
        ["loud", "needs_response", "true", "false"],
    ]
    detail = {"tried": [["angry", "sentiment"], ["loud", "needs_response"]], "failed": failed}

    async def work(db: Database) -> None:
        async with db.writing() as connection:
            await connection.execute(
                insert(decisions).values(
                    mention_id=ids(installed)[0], brand_id=1, revision=1, route=None,
                    reason="no_route", detail=detail, at=AT,
                )
            )  # fmt: skip

    installed.within(work)
    lines = installed.rasid("why", str(ids(installed)[0])).stdout.splitlines()
    at = lines.index("    no alert: no route fits")
    assert lines[at + 1 : at + 4] == [
        "    route angry: sentiment should be negative ≥0.50, was negative 0.43",
        "    route angry: followers should be >=1000, was not known",
        "    route loud: needs_response should be true, was false",
    ]


def test_our_public_replies_are_told_with_their_address(installed: Installed) -> None:
    installed.seed(mention(1), mention(2))
    ours = {
        "network": "mastodon", "brand_id": 1, "account": "rashfan", "kind": "reply",
        "text": "شكرًا", "hashtags": [], "media": [], "collected_at": AT, "parent_id": "n1",
    }  # fmt: skip

    async def work(db: Database) -> None:
        async with db.writing() as connection:
            for native, at, url in (
                ("a", AT, OURS),
                ("b", None, None),
            ):
                row = {**ours, "native_id": native, "created_at": at, "url": url}
                await connection.execute(insert(own_posts).values(row))

    installed.within(work)
    first, second = (installed.rasid("why", str(number)).output for number in ids(installed))
    assert f"we replied in public at 2026-11-22 09:00 UTC: {OURS}\n" in first
    assert first.count("we replied in public") == 2
    assert "replied" not in second
    (match,) = json.loads(installed.rasid("why", "1", "--json").stdout)["matches"]
    assert [reply["url"] for reply in match["replies"]] == [
        OURS, None,
    ]  # fmt: skip
