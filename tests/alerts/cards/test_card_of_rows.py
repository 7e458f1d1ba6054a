"""What a card quotes is what was decided, and no more than is sure."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from alerts.cards.card_of_rows import CardStyle, load_card
from alerts.cards.lines import Lines
from listener.cli.showing import show_why
from listener.settings import Settings
from listener.store.overview import why
from listener.store.session import Database
from listener.store.tables import alerts, decisions, labels, mentions
from listener.words import words
from tests.alerts.channels.world import RIYADH, SETTINGS, START, World

OURS = Settings.model_validate(
    SETTINGS.model_dump(exclude={"path"})
    | {
        "brands": [
            {"name": "زين", "accounts": [{"network": "mastodon", "handle": "@zain"}]},
            {"name": "stc", "role": "competitor"},
        ]
    }
)
UNSURE = {"needs_response": False, "needs_probability": 0.4, "needs_at": 0.5}


async def test_a_dialect_is_shown_from_four_in_five_on(db: Database) -> None:
    world = World(db)
    await world.brands()
    number = await world.mention()
    await world.decide()
    for detail, shown in (
        ({"dialect": "irq", "dialect_probability": 0.8}, "اللهجة: عراقية"),
        ({"dialect": "sud", "dialect_probability": 0.97}, "اللهجة: سودانية"),
        ({"dialect": "irq", "dialect_probability": 0.79}, "اللغة: العربية"),
        ({"dialect": "irq"}, "اللغة: العربية"),  # labelled before its probability was kept
    ):
        async with db.writing() as connection:
            mine = (labels.c.mention_id == number) & (labels.c.head == "language")
            await connection.execute(update(labels).where(mine).values(detail=detail))
        async with db.reading() as connection:
            card = await load_card(connection, 1, CardStyle())
        assert card is not None
        line = Lines(words("ar"), RIYADH, START).labels(card.quote)
        assert shown in line
        assert ("اللهجة" in line) == ("اللهجة" in shown)


async def test_one_text_alerts_where_it_speaks_to_us_and_says_so(
    db: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    """The labels are the same, so identical texts go on sharing them."""
    world = World(db, settings=OURS)
    await world.brands()
    text = {"text": "وش صار على العرض", "text_key": "same", "intent": "question"}
    about = await world.mention(**text, need=UNSURE)
    directed = await world.mention(**text, need=UNSURE, handles=["zain"])
    thanks = await world.mention(
        **text | {"intent": "praise"}, need=UNSURE | {"needs_probability": 0.49}, handles=["zain"]
    )
    assert await world.decide() == 3
    reasons = {row.mention_id: row.reason for row in await world.rows(decisions)}
    assert reasons == {about: "only_count", directed: "matched_route", thanks: "only_count"}
    async with db.reading() as connection:
        [alert] = (await connection.execute(select(alerts.c.id))).scalars()
        card = await load_card(connection, alert, CardStyle())
        histories = [await why(connection, number) for number in (about, directed, thanks)]
    assert card is not None
    assert (card.quote.mention_id, card.quote.needs_response) == (directed, True)
    for history, decided in zip(histories, (False, True, False), strict=True):
        assert history is not None
        for language, line in (
            ("en", "it speaks to the brand itself"),
            ("ar", "موجّهة إلى العلامة"),
        ):
            show_why(history, words("ar" if language == "ar" else "en"))
            shown = capsys.readouterr().out
            assert (line in shown) is decided
            assert ("0.64" in shown) is decided
            assert "ar/glf (0.93)" in shown


async def test_what_a_person_says_of_the_intent_is_not_overruled_on_the_card(db: Database) -> None:
    world = World(db, settings=OURS)
    await world.brands()
    number = await world.mention(intent="other", need=UNSURE, handles=["zain"])
    await world.decide()
    person = {"head": "intent", "source": "user:U1", "value": "other", "detail": {}, "at": START}
    async with db.writing() as connection:
        row = {"mention_id": number, "revision": 1, **person}
        await connection.execute(labels.insert(), [row])
    async with db.reading() as connection:
        card = await load_card(connection, 1, CardStyle())
    assert card is not None
    assert card.quote.needs_response is False


async def test_what_stands_beside_a_text_is_on_its_card_and_in_its_story_until_it_is_deleted(
    db: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    world = World(db)
    await world.brands()
    number = await world.mention(beside=[["picture", "فاتورة من زين"], ["poll", "نعم\nلا"]])
    await world.decide()
    async with db.reading() as connection:
        card = await load_card(connection, 1, CardStyle())
        history = await why(connection, number)
    assert card is not None
    assert card.quote.beside == (("picture", "فاتورة من زين"), ("poll", "نعم\nلا"))
    assert history is not None
    show_why(history, words("en"))
    assert "In the picture: فاتورة من زين" in capsys.readouterr().out
    show_why(history, words("ar"))
    assert "خيارات الاستطلاع: نعم لا" in capsys.readouterr().out
    async with db.writing() as connection:
        await connection.execute(update(mentions).values(gone_at=START))
    async with db.reading() as connection:
        gone = await load_card(connection, 1, CardStyle())
    assert gone is not None
    assert gone.quote.beside == ()
