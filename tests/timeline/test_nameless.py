"""A mention without an author or an address, as some networks give it: stored, decided, shown.
(Counted: ``tests/alerts/numbers/test_numbers.py``.)"""

from __future__ import annotations

import io
import json
from datetime import timedelta

from sqlalchemy import select, update

from alerts.cards.card import Card, Quote
from alerts.channels.console import Console
from alerts.channels.slack.blocks import render_card
from listener.records import Mention
from listener.store.mentions import Arrival, add
from listener.store.session import Database
from listener.store.tables import alerts, matches, mentions
from listener.words import words
from tests.alerts.channels.world import RIYADH, START, World
from tests.listener.networks.pages.odd import CONTRACT
from tests.listener.networks.recorded import answer
from tests.upstream import about_zain

TEXTS = ("شبكة زين واقفة من أمس", "متى ترجع خدمة زين؟")


async def given(db: Database) -> list[int]:
    """Two of them, stored as the collector does it; their ids."""
    case = CONTRACT.cases[0]
    page = CONTRACT.network.parse(answer(case.name), case.read, None)
    assert all(m.author is None and m.url is None for m in page.mentions)
    made = [
        Mention("telegram", like.id, text, START - timedelta(minutes=9), kind=like.kind)
        for like, text in zip(page.mentions, TEXTS, strict=True)
    ]
    arrivals = [Arrival(mention, tuple(about_zain(mention))) for mention in made]
    async with db.writing() as connection:
        await add(
            connection, arrivals, source="collect", brand_ids={"زين": 1}, key=b"k" * 32, now=START
        )
        await connection.execute(update(mentions).values(state="labelled"))
        await connection.execute(update(matches).values(state="waiting"))
        return list((await connection.execute(select(mentions.c.id))).scalars())


async def test_each_of_two_is_a_card_of_its_own_with_text_network_and_time(db: Database) -> None:
    world = World(db)
    await world.brands()
    for mention_id in await given(db):
        await world.label(mention_id, 1, intent="complaint", sentiment="negative")
    await world.decide()
    out = io.StringIO()
    now = world.clock()
    wall = Console("care", out, words=words("ar"), zone=RIYADH, clock=lambda: now, plain=True)
    await world.deliver(wall)
    shown = out.getvalue()
    for text in TEXTS:  # nobody knows that one person wrote both
        assert text in shown
    for part in ("رسالة", "تيليغرام", "قبل 9 دقائق", "سلبي"):
        assert part in shown
    for wrong in ("None", "@", "http"):
        assert wrong not in shown
    async with db.reading() as connection:
        kept = (await connection.execute(select(mentions))).mappings().all()
        assert len((await connection.execute(select(alerts))).all()) == len(TEXTS)
    assert {(m["author_id"], m["author_handle"], m["url"]) for m in kept} == {(None, None, None)}


def test_slack_shows_it_without_a_link_or_a_name() -> None:
    quote = Quote(1, "telegram", "message", TEXTS[0], START)
    card = Card(1, "زين", "care", "open", "normal", quote)
    _, made = render_card(card, words("ar"), RIYADH, START)
    blocks = json.dumps(made, ensure_ascii=False)
    assert TEXTS[0] in blocks
    assert "None" not in blocks
    assert '"url"' not in blocks
