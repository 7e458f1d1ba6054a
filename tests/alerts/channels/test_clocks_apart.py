"""Slack's clock and this machine's may be minutes apart: a message is found all the same.

A look reads the channel's history from five minutes before the first attempt, by *our* clock; where
Slack's runs behind, its messages are dated before that attempt.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from listener.store.tables import notices
from tests.alerts.channels.slack_faults import Faults
from tests.alerts.channels.slack_server import SlackServer
from tests.alerts.channels.world import World

CARE = "C0CUSTCARE"
APART = [timedelta(minutes=-4), timedelta(0), timedelta(minutes=4)]
"""Slack's clock, as seen from here."""


def apart(world: World, slack: SlackServer, by: timedelta) -> None:
    slack.store.clock = lambda: (world.clock() + by).timestamp()


@pytest.mark.parametrize("by", APART, ids=str)
async def test_a_card_that_arrived_unanswered_is_found(
    world: World, slack: SlackServer, by: timedelta
) -> None:
    apart(world, slack, by)
    slack.faults = Faults(by_index={0: "500_after"})
    channel = world.slack(slack.url)
    await world.mention()
    await world.decide()
    for _ in range(4):  # twice more than it takes to look twice and to send again
        await world.deliver(channel)
        world.clock.pass_(seconds=31)
    (message,) = slack.store.messages[CARE]
    (notice,) = await world.rows(notices)
    assert (notice.state, notice.ts) == ("sent", message["ts"])
    assert slack.posts == 1


@pytest.mark.parametrize("by", APART, ids=str)
async def test_a_follow_up_that_arrived_unanswered_is_found_in_its_thread(
    world: World, slack: SlackServer, by: timedelta
) -> None:
    apart(world, slack, by)
    slack.faults = Faults(by_index={1: "500_after"})
    channel = world.slack(slack.url)
    for text in ("أول", "ثانٍ"):
        await world.mention(text, author_id="sara")
    await world.decide()
    for _ in range(5):
        await world.deliver(channel)
        world.clock.pass_(seconds=31)
    assert len(slack.store.messages[CARE]) == 2
    assert set(await world.states()) == {"sent"}
    assert slack.posts == 2


async def test_what_was_said_long_before_is_not_read_again(
    world: World, slack: SlackServer
) -> None:
    apart(world, slack, timedelta(0))
    for n in range(450):  # more than two pages, the last of it ten minutes old
        slack.store.post(CARE, {"text": f"chat {n}"})
    world.clock.pass_(minutes=10)
    slack.faults = Faults(by_index={0: "500_after"})
    channel = world.slack(slack.url)
    await world.mention()
    await world.decide()
    for _ in range(2):
        await world.deliver(channel)
    assert set(await world.states()) == {"sent"}
    assert slack.calls.count("conversations.history") == 1
