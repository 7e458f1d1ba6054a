"""From a labelled row to the card in Slack, over HTTP."""

from __future__ import annotations

from sqlalchemy import update

from listener.store.tables import alert_mentions, channels, decisions, labels, notices
from tests.alerts.channels.slack_server import SlackServer
from tests.alerts.channels.world import World

CARE = "C0CUSTCARE"


async def test_a_complaint_becomes_one_card(world: World, slack: SlackServer) -> None:
    await world.mention()
    assert await world.decide() == 1
    assert await world.deliver(world.slack(slack.url)) == 1
    (message,) = slack.store.messages[CARE]
    for part in ("النت مقطوع من أمس", "@user1", "1,200 متابع", "ماستودون", "سلبي"):
        assert part in message["text"]
    assert message["metadata"]["event_type"] == "rasid_notice"
    assert len(message["blocks"]) <= 50
    (notice,) = await world.rows(notices)
    assert (notice.state, notice.place, notice.ts) == ("sent", CARE, message["ts"])
    assert await world.deliver(world.slack(slack.url)) == 0


async def test_the_channels_name_is_resolved_once_and_kept(
    world: World, slack: SlackServer
) -> None:
    for _ in range(2):
        await world.mention()
        await world.decide()
        await world.deliver(world.slack(slack.url))
    assert slack.calls.count("conversations.list") == 1
    (row,) = await world.rows(channels)
    assert (row.target, row.place, row.state) == ("#customer-care", CARE, "ok")


async def test_what_does_not_alert_has_a_reason_all_the_same(world: World) -> None:
    await world.mention(intent="praise", sentiment="positive")
    await world.mention(brand=2)
    assert await world.decide() == 2
    assert [r.reason for r in await world.rows(decisions)] == ["only_count", "not_own_brand"]
    assert await world.rows(notices) == []


async def test_a_follow_up_goes_into_the_thread_and_updates_the_card(
    world: World, slack: SlackServer
) -> None:
    channel = world.slack(slack.url)
    await world.mention(author_id="sara")
    await world.decide()
    await world.deliver(channel)
    await world.mention("وينكم؟ صار لي ساعة أنتظر", author_id="sara")
    await world.decide()
    await world.deliver(channel)
    card, reply = slack.store.messages[CARE]
    assert reply["thread_ts"] == card["ts"]
    assert "وينكم؟ صار لي ساعة أنتظر" in reply["text"]
    assert "مشاركتان في هذه المحادثة" in card["text"]
    assert len(await world.rows(alert_mentions)) == 2


async def test_a_reply_days_later_in_the_same_thread_is_the_same_conversation(
    world: World, slack: SlackServer
) -> None:
    channel = world.slack(slack.url)
    await world.mention(author_id="sara")
    await world.decide()
    await world.deliver(channel)
    world.clock.pass_(days=3)
    await world.mention(author_id="sara", kind="reply", thread_id="post-1")
    await world.mention(author_id="other", kind="reply", thread_id="post-1")
    await world.decide()
    await world.deliver(channel)
    first, *rest = slack.store.messages[CARE]
    assert [m.get("thread_ts") for m in rest].count(first["ts"]) == 1
    assert len([m for m in rest if "thread_ts" not in m]) == 1  # another author: another card


async def test_an_edit_updates_the_card_and_never_doubles_it(
    world: World, slack: SlackServer
) -> None:
    channel = world.slack(slack.url)
    mention = await world.mention()
    await world.decide()
    await world.deliver(channel)
    await world.edit(mention, "رجعت الخدمة ثم انقطعت من جديد")
    await world.decide()
    await world.deliver(channel)
    (card,) = slack.store.messages[CARE]
    assert "رجعت الخدمة ثم انقطعت من جديد" in card["text"]
    assert "النت مقطوع" not in str(card["blocks"])
    assert "عُدّل النص" in card["text"]


async def test_a_deletion_blanks_the_card_and_the_thread(world: World, slack: SlackServer) -> None:
    channel = world.slack(slack.url)
    ids = [await world.mention(f"نص سري {n}", author_id="sara") for n in (1, 2)]
    await world.decide()
    await world.deliver(channel)
    for mention in ids:
        await world.delete(mention)
    await world.decide()
    await world.deliver(channel)
    assert len(slack.store.messages[CARE]) == 2
    everything = str(slack.store.messages[CARE])
    assert "نص سري" not in everything
    assert "@user1" not in everything
    assert "حُذفت هذه المشاركة" in everything
    assert {r.reason for r in await world.rows(decisions)} == {"gone"}


async def test_deleted_before_it_was_sent_is_not_shown(world: World, slack: SlackServer) -> None:
    mention = await world.mention("نص سري")
    await world.decide()
    await world.delete(mention)
    await world.decide()
    await world.deliver(world.slack(slack.url))
    assert "نص سري" not in str(slack.store.messages)


async def test_updates_coalesce_while_they_wait(world: World, slack: SlackServer) -> None:
    channel = world.slack(slack.url)
    mention = await world.mention()
    await world.decide()
    await world.deliver(channel)
    for revision in (2, 3, 4):
        await world.edit(mention, f"نسخة {revision}", revision=revision)
        await world.decide()
    await world.deliver(channel)
    assert slack.calls.count("chat.update") == 1
    assert "نسخة 4" in slack.store.messages[CARE][0]["text"]


async def test_the_same_revision_is_not_decided_twice(world: World, slack: SlackServer) -> None:
    mention = await world.mention()
    await world.decide()
    await world.again(mention)
    assert await world.decide() == 1
    await world.deliver(world.slack(slack.url))
    assert len(slack.store.messages[CARE]) == 1
    assert [r.reason for r in await world.rows(decisions)] == ["matched_route"]


async def test_one_bad_row_does_not_hold_the_others_up(world: World) -> None:
    ids = [await world.mention() for _ in range(5)]
    async with world.db.writing() as connection:
        await connection.execute(
            update(labels)
            .where(labels.c.mention_id == ids[2], labels.c.head == "intent")
            .values(detail=["not", "an", "object"])
        )
    assert await world.decide() == 5
    reasons = {r.mention_id: r.reason for r in await world.rows(decisions)}
    assert reasons.pop(ids[2]) == "failed"
    assert set(reasons.values()) == {"matched_route"}
