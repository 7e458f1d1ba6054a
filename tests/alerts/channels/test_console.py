from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts.cards.card import Card, Quote, Replied, User
from alerts.channels.base import Message, MessageRefused
from alerts.channels.console import Console
from listener.words import words

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
QUOTE = Quote(
    mention_id=1,
    network="mastodon",
    kind="post",
    text="القهوة بردت \x1b[31m\u202eقبل ما توصل",
    created_at=NOW - timedelta(hours=3),
    url="https://majlis.example/1",
    handle="noura",
    name="نورة",
    followers=11,
    sentiment="negative",
    probability=0.9,
    intent="complaint",
    needs_response=True,
    language="ar",
    evidence=(("رشفان", "text", "رشفان"),),
)
CARD = Card(1, "رشفان", "care", "open", "normal", QUOTE)


def console(*, plain: bool = True) -> tuple[Console, io.StringIO]:
    out = io.StringIO()
    made = Console("t", out, words=words("ar"), zone=UTC, clock=lambda: NOW, plain=plain)
    return made, out


async def test_a_card_says_who_followers_text_network_age_link_sentiment_and_why() -> None:
    channel, out = console()
    await channel.send(Message("n", "card", "console", card=CARD))
    shown = out.getvalue()
    for part in ("نورة", "@noura", "11 متابعًا", "القهوة بردت", "ماستودون", "قبل 3 ساعات"):
        assert part in shown
    for part in ("https://majlis.example/1", "سلبي", "90%", "شكوى", "رشفان في النص"):
        assert part in shown


async def test_a_post_cannot_drive_the_terminal() -> None:
    channel, out = console()
    await channel.send(Message("n", "card", "console", card=CARD))
    assert "\x1b" not in out.getvalue()
    assert "\u202e" not in out.getvalue()


async def test_plain_has_no_direction_marks_and_a_terminal_isolates_the_text() -> None:
    for plain in (True, False):
        channel, out = console(plain=plain)
        await channel.send(Message("n", "card", "console", card=CARD))
        assert ("\u2068" in out.getvalue()) is not plain


async def test_a_card_that_only_grew_is_not_printed_again() -> None:
    channel, out = console()
    await channel.update(Message("n", "update", "console", card=replace(CARD, count=2)))
    assert out.getvalue() == ""


async def test_a_claim_and_an_edit_are_told() -> None:
    channel, out = console()
    claimed = replace(CARD, state="claimed", by=User("U1", "سارة"), at=NOW)
    await channel.update(Message("n", "update", "console", card=claimed))
    assert "سارة" in out.getvalue()
    edited = replace(QUOTE, text="انحلت المشكلة", edited=True)
    await channel.update(Message("n", "update", "console", card=CARD, quote=edited))
    assert out.getvalue().count("↳ بطاقة 1 · نورة: القهوة بردت") == 2
    assert "\n  انحلت المشكلة\n" in out.getvalue()


async def test_an_update_tells_what_is_new_under_its_own_card_and_nothing_twice() -> None:
    channel, out = console()
    await channel.send(Message("n", "card", "console", card=CARD))
    printed = len(out.getvalue())

    async def after(card: Card) -> list[str]:
        nonlocal printed
        await channel.update(Message("n", "update", "console", card=card))
        new, printed = out.getvalue()[printed:], len(out.getvalue())
        return new.splitlines()

    resolved = replace(CARD, state="resolved", by=User("U1", "سارة"), at=NOW)
    head, state, _ = await after(resolved)
    assert head.startswith("↳ بطاقة 1 · نورة")
    assert state.startswith("  الحالة: مغلقة (سارة")
    assert await after(replace(resolved, count=2)) == []
    assert (await after(CARD))[1] == "  الحالة: مفتوحة"
    replied = replace(CARD, replied=Replied(NOW))
    assert (await after(replied))[1:] == [f"  رددنا علنًا الساعة {NOW:%H:%M}", ""]
    assert await after(replace(replied, count=2)) == []
    edited = replace(CARD, quote=replace(QUOTE, text="وصلت حارة", edited=True))
    _, where, text, _ = await after(edited)
    assert "عُدّل" in where
    assert text == "  وصلت حارة"
    gone = replace(QUOTE, text="", name=None, handle=None, gone=True)
    head, text, _ = await after(replace(CARD, quote=gone))
    assert head == "↳ بطاقة 1"
    assert "حُذفت" in text
    assert await after(replace(CARD, quote=gone)) == []


async def test_a_follow_up_stands_under_the_card_it_belongs_to() -> None:
    channel, out = console()
    again = replace(QUOTE, mention_id=2, text="وللحين ما أحد رد")
    await channel.send(Message("n", "follow_up", "console", card=CARD, quote=again))
    head, *under, _ = out.getvalue().splitlines()
    assert head.startswith("↳ بطاقة 1 · نورة: القهوة بردت")
    assert all(line.startswith("  ") for line in under)
    assert under[1] == "  وللحين ما أحد رد"


async def test_a_closed_pipe_is_a_refusal_and_not_a_crash() -> None:
    channel, out = console()
    out.close()
    with pytest.raises(MessageRefused):
        await channel.send(Message("n", "card", "console", card=CARD))
