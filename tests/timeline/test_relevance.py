"""From clicks to a gate: the next mention in the other meaning is counted, not alerted."""

from __future__ import annotations

from datetime import timedelta

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from alerts.desk.actions import Action, Verb, act
from alerts.numbers.numbers import numbers
from listener.cli.showing import show_relevance, show_why
from listener.labelling.label import Labeller
from listener.labelling.relevance import Scorer
from listener.store.overview import why
from listener.store.relevance_rows import standing
from listener.store.session import Database
from listener.store.tables import alert_mentions, alerts, decisions
from listener.words import words
from tests.alerts.channels.world import RIYADH, START, World
from tests.listener.labelling.test_relevance import Toy
from tests.listener.store.rows import Model


@pytest.fixture
def reader() -> Toy:
    return Toy()


async def press(world: World, mention_id: int, verb: Verb) -> None:
    async with world.db.reading() as connection:
        found = await connection.execute(
            select(alert_mentions.c.alert_id).where(alert_mentions.c.mention_id == mention_id)
        )
        alert_id = int(found.scalar_one())
    action = Action(f"{verb}:{mention_id}", alert_id, "U012AB3CD", verb)
    assert await act(world.db, action, now=world.clock(), zone=RIYADH) == "done"


async def arrive(world: World, labeller: Labeller, *texts: str) -> list[int]:
    """Collected, labelled, decided."""
    found = [await world.mention(text, state="collected") for text in texts]
    await labeller.label_all(world.clock())
    await world.decide()
    return found


async def clicks(world: World, labeller: Labeller, count: int) -> list[int]:
    """So many cards; the operator's are claimed, "good" weather is not us."""
    texts = [f"متى {'ترجع شبكة' if n % 2 else 'صار الجو'} زين؟ {n}" for n in range(count)]
    found = await arrive(world, labeller, *texts)
    for n, mention_id in enumerate(found):
        await press(world, mention_id, "claim" if n % 2 else "not_us")
    return found


async def reason(world: World, mention_id: int) -> str:
    rows = [row for row in await world.rows(decisions) if row.mention_id == mention_id]
    return str(rows[-1].reason)


def shown(show: object, found: object) -> str:
    """What it prints in English, without the marks of direction."""

    @click.command()
    def command() -> None:
        show(found, words("en"))  # type: ignore[operator]

    return CliRunner().invoke(command, catch_exceptions=False).output


async def test_clicks_teach_and_the_next_in_the_other_meaning_is_counted_not_alerted(
    db: Database, reader: Toy
) -> None:
    world = World(db)
    await world.brands()
    scorer = Scorer(db, reader)
    labeller = Labeller(db, Model(), worker="l", scorer=scorer)

    await clicks(world, labeller, 49)
    reasons = {row.reason for row in await world.rows(decisions)}
    assert reasons == {"matched_route"}  # nobody has learned yet
    assert await scorer.fit_due([1], now=world.clock()) == 0  # one click too few

    world.clock.pass_(days=1)
    [last] = await arrive(world, labeller, "يا زين عيونك، متى نتقابل؟")
    await press(world, last, "not_us")
    learned_at = world.clock()
    assert await scorer.fit_due([1], now=learned_at) == 1

    world.clock.pass_(hours=1)
    cards = len(await world.rows(alerts))
    other, ours = await arrive(world, labeller, "متى يصير الطقس زين؟", "متى ترجع شبكة زين في حينا؟")
    assert await reason(world, other) == "not_about_brand"
    assert await reason(world, ours) == "matched_route"
    assert len(await world.rows(alerts)) == cards + 1

    week = {"since": START - timedelta(days=1), "until": world.clock() + timedelta(days=1)}
    async with db.reading() as connection:
        counted = await numbers(connection, 1, **week)
        story = await why(connection, other)
        models = await standing(connection)
    assert counted.mentions == 52
    assert counted.elsewhere == 27  # 26 by people's word, one by its score
    said = shown(show_why, story)
    assert "decided: not_about_brand" in said
    assert "is below" in said
    assert f"learned from 50 clicks; in use since {learned_at:%Y-%m-%d}" in said
    assert "it is stored and counted" in said
    assert f"relevance زين: learned from 50 clicks, used since {learned_at:%Y-%m-%d}" in shown(
        show_relevance, models
    )


async def test_taking_not_us_back_makes_it_the_brands_again(db: Database, reader: Toy) -> None:
    world = World(db)
    await world.brands()
    labeller = Labeller(db, Model(), worker="l", scorer=Scorer(db, reader))
    [mention_id] = await arrive(world, labeller, "متى ترجع شبكة زين؟")
    span = {"since": START - timedelta(days=1), "until": START + timedelta(days=1)}
    for verb, elsewhere in (("claim", None), ("not_us", 1), ("reopen", 0)):
        await press(world, mention_id, verb)  # type: ignore[arg-type]
        world.clock.pass_(minutes=1)
        async with db.reading() as connection:
            assert (await numbers(connection, 1, **span)).elsewhere == elsewhere


async def test_a_model_that_is_used_no_more_withholds_nothing(db: Database, reader: Toy) -> None:
    """Scored while a model was in use, decided after it was found no better than none."""
    world = World(db)
    await world.brands()
    scorer = Scorer(db, reader)
    labeller = Labeller(db, Model(), worker="l", scorer=scorer)
    await clicks(world, labeller, 50)
    await scorer.fit_due([1], now=world.clock())
    waiting = await world.mention("متى يصير الطقس زين؟", state="collected")
    await labeller.label_all(world.clock())
    blind = Toy("لا توجد")
    blind.name = "toy-2"
    assert await Scorer(db, blind).fit_due([1], now=world.clock()) == 1
    await world.decide()
    assert await reason(world, waiting) == "matched_route"
