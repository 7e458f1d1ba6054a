"""One story is one card: counted there, claimed with it or out of it, and never lost in it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select, update

from alerts.cards.card import Card
from alerts.cards.card_of_rows import CardStyle, load_card
from alerts.channels.slack.blocks import render_card
from alerts.deciding.decide import Reason
from alerts.desk.actions import Action, act
from alerts.dispatch import decide_some
from alerts.inbox.slack_clicks import parse
from listener.store.session import Database
from listener.store.tables import alert_mentions, alerts, decisions, notices
from listener.words import words
from tests.alerts.channels.world import RIYADH, World

SAID = "زين متى تردون على الناس النت مقطوع من أمس في حي الورود"


@pytest_asyncio.fixture
async def world(db: Database) -> World:
    made = World(db)
    await made.brands()
    return made


@dataclass(frozen=True)
class Alert:
    id: int
    state: str
    held: list[int]
    folded: list[int]


async def cards(world: World) -> list[Alert]:
    async with world.db.reading() as connection:
        found = await connection.execute(select(alerts.c.id, alerts.c.state).order_by(alerts.c.id))
        held = (
            await connection.execute(select(alert_mentions).order_by(alert_mentions.c.mention_id))
        ).all()
    return [
        Alert(
            row.id,
            row.state,
            [h.mention_id for h in held if h.alert_id == row.id and not h.folded],
            [h.mention_id for h in held if h.alert_id == row.id and h.folded],
        )
        for row in found
    ]


async def card(world: World, alert_id: int) -> Card:
    async with world.db.reading() as connection:
        found = await load_card(connection, alert_id, CardStyle.of(world.settings))
    assert found is not None
    return found


async def queued(world: World) -> list[tuple[int, str]]:
    async with world.db.reading() as connection:
        rows = await connection.execute(
            select(notices.c.alert_id, notices.c.kind).order_by(notices.c.alert_id, notices.c.kind)
        )
        return [(row.alert_id, row.kind) for row in rows]


async def close(world: World, alert_id: int, state: str = "resolved") -> None:
    async with world.db.writing() as connection:
        await connection.execute(update(alerts).where(alerts.c.id == alert_id).values(state=state))


@pytest.mark.parametrize("at_once", [True, False])
async def test_thirteen_who_say_the_same_are_one_card_with_twelve_others(
    world: World, at_once: bool
) -> None:
    ids = []
    for n in range(13):
        ids.append(await world.mention(SAID if n % 2 else f"RT @سعد: {SAID} https://t.example/{n}"))
        if not at_once:
            await world.decide()
    if at_once:
        assert await world.decide() == 13
    [one] = await cards(world)
    assert (one.held, one.folded) == (ids[:1], ids[1:])
    assert await queued(world) == [(one.id, "card")]
    shown = await card(world, one.id)
    assert (shown.count, shown.others, len(shown.listed)) == (1, 12, 12)
    async with world.db.reading() as connection:
        reasons = await connection.execute(select(decisions.c.reason))
        assert set(reasons.scalars()) == {Reason.matched_route}
    for language, line in (
        ("en", "and 12 other mentions that say the same"),
        ("ar", "و12 مشاركة أخرى بالمضمون نفسه"),
    ):
        text, _blocks = render_card(shown, words(language), RIYADH, world.clock())
        assert line in text


async def test_a_sent_card_is_updated_and_its_thread_stays_quiet(world: World) -> None:
    await world.mention(SAID)
    await world.decide()
    async with world.db.writing() as connection:
        await connection.execute(update(notices).values(state="sent"))
    await world.mention(SAID)
    await world.decide()
    assert [kind for _alert, kind in await queued(world)] == ["card", "update"]


@pytest.mark.parametrize("state", ["resolved", "dismissed"])
async def test_who_comes_after_a_card_was_closed_is_heard(world: World, state: str) -> None:
    await world.mention(SAID)
    await world.decide()
    await close(world, (await cards(world))[0].id, state)
    world.clock.pass_(days=2)
    await world.mention(SAID)
    await world.decide()
    assert [(a.state, len(a.held), a.folded) for a in await cards(world)] == [
        (state, 1, []), ("open", 1, []),
    ]  # fmt: skip


async def test_a_card_that_lay_open_for_days_hides_nobody(world: World) -> None:
    await world.mention(SAID)
    await world.decide()
    world.clock.pass_(days=4)
    await world.mention(SAID)
    await world.decide()
    assert [a.folded for a in await cards(world)] == [[], []]


@pytest.mark.parametrize("state", ["claimed", "snoozed"])
async def test_folding_leaves_the_state_alone(world: World, state: str) -> None:
    await world.mention(SAID)
    await world.decide()
    await close(world, (await cards(world))[0].id, state)
    await world.mention(SAID)
    await world.decide()
    assert [(a.state, len(a.folded)) for a in await cards(world)] == [(state, 1)]


async def test_another_order_number_is_another_card(world: World) -> None:
    for n in range(5):
        await world.mention(f"{SAID} رقم الطلب {n}")
    await world.decide()
    assert len(await cards(world)) == 5


async def test_who_goes_on_in_own_words_has_a_card(world: World) -> None:
    await world.mention(SAID)
    await world.mention(SAID, author_id="b", author_handle="b", native_id="b1")
    await world.decide()
    own = await world.mention(
        "وأنا بعد دفعت فاتورتين", author_id="b", author_handle="b", kind="reply",
        parent_id="b1", thread_id="b1",
    )  # fmt: skip
    await world.decide()
    first, second = await cards(world)
    assert (len(first.folded), second.held) == (1, [own])


async def test_the_same_author_goes_on_in_the_thread(world: World) -> None:
    await world.mention(SAID, author_id="a", author_handle="a")
    await world.decide()
    world.clock.pass_(days=1)
    again = await world.mention(SAID, author_id="a", author_handle="a")
    await world.decide()
    [one] = await cards(world)
    assert (one.held[1:], one.folded) == ([again], [])


async def test_an_edit_that_says_something_else_comes_out_of_the_card(world: World) -> None:
    await world.mention(SAID)
    other = await world.mention(SAID)
    await world.decide()
    await world.edit(other, f"{SAID} والفاتورة زادت مئة ريال وأريد تعويضا عن كل يوم", revision=2)
    await world.decide()
    first, second = await cards(world)
    assert (first.folded, second.held) == ([], [other])
    await world.edit(other, "زين شكرا تم الرد", revision=3)
    await world.decide()
    assert len(await cards(world)) == 2


async def test_an_edit_of_a_sign_stays_on_the_card(world: World) -> None:
    await world.mention(SAID)
    other = await world.mention(SAID)
    await world.decide()
    await world.edit(other, f"{SAID}!!!")
    await world.decide()
    assert [a.folded for a in await cards(world)] == [[other]]


async def test_a_deleted_first_leaves_the_others_on_the_card(world: World) -> None:
    first = await world.mention(SAID)
    other = await world.mention(SAID)
    await world.mention(SAID)
    await world.decide()
    await world.delete(first)
    await world.decide()
    [one] = await cards(world)
    shown = await card(world, one.id)
    assert (shown.quote.mention_id, shown.others) == (other, 1)
    await world.mention(SAID)
    await world.decide()
    [one] = await cards(world)  # compared with the others' words
    assert len(one.folded) == 3


async def test_what_was_deleted_is_compared_with_nothing(world: World) -> None:
    first = await world.mention(SAID)
    await world.decide()
    await world.delete(first)
    await world.decide()
    await world.mention(SAID)
    await world.decide()
    assert len(await cards(world)) == 2


async def test_one_of_them_is_claimed_apart(world: World) -> None:
    await world.mention(SAID)
    other = await world.mention(SAID, author_name="هند", author_handle="hind")
    await world.decide()
    [one] = await cards(world)
    _text, blocks = render_card(await card(world, one.id), words("ar"), RIYADH, world.clock())
    [menu] = [
        element
        for block in blocks
        for element in block.get("elements", ())
        if element.get("action_id") == "rasid_single"
    ]
    assert "@hind" in menu["options"][0]["text"]["text"]
    action = parse(_click(menu["options"][0]["value"]))
    assert action is not None
    assert await act(world.db, action, now=world.clock(), zone=RIYADH) == "done"
    assert await act(world.db, action, now=world.clock(), zone=RIYADH) == "already"
    first, second = await cards(world)
    assert (first.state, first.folded) == ("open", [])
    assert (second.state, second.held) == ("claimed", [other])
    assert (second.id, "card") in await queued(world)
    twice = Action("again", one.id, "U9", "single", str(other))
    assert await act(world.db, twice, now=world.clock(), zone=RIYADH) == "already"
    wrong = Action("wrong", one.id, "U9", "single", "x")
    assert await act(world.db, wrong, now=world.clock(), zone=RIYADH) == "refused"


def _click(value: str) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": {"id": "U012AB3CD", "name": "noura"},
        "container": {"message_ts": "1.1"},
        "actions": [
            {"action_id": "rasid_single", "action_ts": "2", "selected_option": {"value": value}}
        ],
    }


async def test_claimed_apart_it_joins_its_authors_open_card(world: World) -> None:
    await world.mention(SAID)
    other = await world.mention(SAID, author_id="b", author_handle="b")
    await world.decide()
    own = await world.mention("زين أنا بعد", author_id="b", author_handle="b")
    await world.decide()
    first, second = await cards(world)
    action = Action("k", first.id, "U9", "single", str(other))
    assert await act(world.db, action, now=world.clock(), zone=RIYADH) == "done"
    first, second = await cards(world)
    assert (first.folded, sorted(second.held), second.state) == ([], [other, own], "claimed")


async def test_an_urgent_one_makes_the_card_urgent(world: World) -> None:
    await world.mention(SAID)
    await world.decide()
    await world.mention(SAID, need={"urgency": "urgent"})
    await world.decide()
    [one] = await cards(world)
    assert (await card(world, one.id)).urgency == "urgent"


async def test_two_brands_have_a_card_each(db: Database) -> None:
    """A story is told of a brand: what another brand's card says folds nothing here."""
    world = World(db)
    await world.brands()
    await world.mention(SAID)
    await world.mention(SAID, brand=2)
    await world.decide()
    [one] = await cards(world)
    assert one.folded == []


async def test_two_workers_make_one_card(world: World) -> None:
    for _ in range(12):
        await world.mention(SAID)

    async def work(name: str) -> None:
        while await decide_some(world.db, world.settings, worker=name, now=world.clock(), limit=2):
            pass

    await asyncio.gather(*(work(f"w{n}") for n in range(4)))
    [one] = await cards(world)
    assert (len(one.held), len(one.folded)) == (1, 11)


async def test_nobody_is_folded_into_a_card_that_the_channel_refused(world: World) -> None:
    await world.mention(SAID)
    await world.decide()
    async with world.db.writing() as connection:
        await connection.execute(update(notices).values(state="failed"))
    await world.mention(SAID)
    await world.decide()
    assert [a.folded for a in await cards(world)] == [[], []]
