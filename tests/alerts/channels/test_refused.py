"""What Slack refuses of one message, and what people delete there."""

from __future__ import annotations

from datetime import timedelta

from alerts.desk.actions import Action, act
from alerts.outbox.pauses import Pauses
from listener.store.tables import alerts, labels, notices
from listener.words import words
from tests.alerts.channels.slack_server import SlackServer
from tests.alerts.channels.world import RIYADH, World

CARE, OPS = "C0CUSTCARE", "C0RASIDOPS"


async def test_a_card_whose_blocks_are_refused_goes_as_bare_text_and_operators_hear_once(
    world: World, slack: SlackServer
) -> None:
    care = world.slack(slack.url)
    ops = world.slack(slack.url, name="ops", target="#rasid-ops")
    pauses = Pauses("ops", words("en"))
    slack.dislikes = "النت مقطوع"
    for _ in range(2):
        await world.mention()
    await world.decide()
    assert await world.deliver(care, pauses=pauses) == 2
    for message in slack.store.messages[CARE]:
        assert "النت مقطوع" in message["text"]
        assert not message.get("blocks")
    assert {row.state for row in await world.rows(notices) if row.channel == "care"} == {"sent"}
    await world.deliver(ops, pauses=pauses)
    (told,) = slack.store.messages[OPS]
    for part in ("care", "invalid_blocks", "alert 1", "without buttons"):
        assert part in told["text"]
    assert (await world.states()) == {"sent": 3}


async def test_an_update_that_is_refused_leaves_no_older_blocks_behind(
    world: World, slack: SlackServer
) -> None:
    care = world.slack(slack.url)
    mention = await world.mention()
    await world.decide()
    await world.deliver(care)
    slack.dislikes = "الخدمة رجعت"
    await world.edit(mention, "الخدمة رجعت وانقطعت")
    await world.decide()
    await world.deliver(care)
    (card,) = slack.store.messages[CARE]
    assert "الخدمة رجعت" in card["text"]
    assert card["blocks"] == []


async def test_what_is_refused_as_text_too_is_told_as_lost(
    world: World, slack: SlackServer
) -> None:
    care = world.slack(slack.url)
    ops = world.slack(slack.url, name="ops", target="#rasid-ops")
    pauses = Pauses("ops", words("ar"))
    await world.mention()
    await world.decide()
    slack.broken = "msg_too_long"
    await world.deliver(care, pauses=pauses)
    slack.broken = None
    await world.deliver(ops, pauses=pauses)
    (told,) = slack.store.messages[OPS]
    assert "msg_too_long" in told["text"]
    assert "لم تظهر في أي مكان" in told["text"]


async def test_a_follow_up_of_a_deleted_card_becomes_a_card_and_the_next_goes_under_it(
    world: World, slack: SlackServer
) -> None:
    care = world.slack(slack.url)
    await world.mention(author_id="sara")
    await world.decide()
    await world.deliver(care)
    first = slack.store.messages[CARE][0]["ts"]
    slack.store.delete(CARE, first)
    for text in ("وينكم؟ صار لي ساعة أنتظر", "خلاص بلغي الاشتراك"):
        world.clock.pass_(minutes=5)
        await world.mention(text, author_id="sara")
        await world.decide()
        for _ in range(3):
            await world.deliver(care)
            world.clock.pass_(seconds=30)
    card, reply = slack.store.messages[CARE]
    assert "thread_ts" not in card
    assert "وينكم؟ صار لي ساعة أنتظر" in card["text"]  # still, after the updates of its count
    assert "في هذه المحادثة 3 مشاركات" in card["text"]
    assert reply["thread_ts"] == card["ts"]
    assert "خلاص بلغي الاشتراك" in reply["text"]


async def test_who_says_the_same_after_the_card_was_deleted_is_seen_on_a_new_one(
    world: World, slack: SlackServer
) -> None:
    care = world.slack(slack.url)
    said = "زين متى تردون على الناس النت مقطوع من أمس في حي الورود"
    for handle, deleted in (("sara", False), ("ali", True), ("huda", False)):
        world.clock.pass_(minutes=5)
        await world.mention(said, author_handle=handle)
        await world.decide()
        if deleted:
            slack.store.delete(CARE, slack.store.messages[CARE][0]["ts"])
        for _ in range(3):
            await world.deliver(care)
            world.clock.pass_(seconds=30)
    (card,) = slack.store.messages[CARE]
    assert "@ali" in card["text"]
    assert len(await world.rows(alerts)) == 1
    done = Action("click", 1, "U012AB3CD", "sentiment", "positive")
    assert await act(world.db, done, now=world.clock(), zone=RIYADH) == "done"
    [said] = [row.mention_id for row in await world.rows(labels) if row.source.startswith("user:")]
    assert said == 2  # of what the card shows


async def test_a_deleted_card_that_only_changes_is_not_put_back(
    world: World, slack: SlackServer
) -> None:
    care = world.slack(slack.url)
    mention = await world.mention()
    await world.decide()
    await world.deliver(care)
    slack.store.delete(CARE, slack.store.messages[CARE][0]["ts"])
    await world.edit(mention, "النت مقطوع من أسبوع")
    await world.decide()
    await world.deliver(care)
    assert slack.store.messages[CARE] == []


async def test_a_clock_set_back_two_hours_stops_nothing(world: World, slack: SlackServer) -> None:
    care = world.slack(slack.url, pace=1.0)
    ops = world.slack(slack.url, name="ops", target="#rasid-ops")
    pauses = Pauses("ops", words("en"))
    for _ in range(3):
        await world.mention()
    await world.decide()
    slack.broken = "is_archived"
    await world.deliver(care, pauses=pauses)
    slack.broken = None
    world.clock.at -= timedelta(hours=2)
    await world.deliver(care, pauses=pauses)
    await world.deliver(ops, pauses=pauses)
    assert len(slack.store.messages[CARE]) == 3
    assert len(slack.store.messages[OPS]) == 2  # paused, and works again
