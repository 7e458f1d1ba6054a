"""A card ends at the newest state, however late Slack lets an update take effect."""

from __future__ import annotations

import asyncio
from typing import Any

from alerts.inbox.slack_clicks import Clicks
from listener.store.tables import notices
from tests.alerts.channels.slack_press import click
from tests.alerts.channels.slack_server import SlackServer, Slow
from tests.alerts.channels.world import RIYADH, World

CARE = "C0CUSTCARE"


def card(slack: SlackServer) -> dict[str, Any]:
    return slack.store.messages[CARE][0]


async def press(world: World, slack: SlackServer, action: str) -> None:
    clicks = Clicks(world.db, RIYADH, world.clock)
    assert await clicks.handle(click(CARE, card(slack), action, "U0NOURA")) == "done"


async def test_an_update_does_not_overtake_one_that_is_under_way(
    world: World, slack: SlackServer
) -> None:
    care, beside = world.slack(slack.url), world.slack(slack.url)
    await world.mention()
    await world.decide()
    await world.deliver(care)
    slow = Slow()
    slack.slow = [slow]
    await press(world, slack, "rasid_claim")
    first = asyncio.ensure_future(world.deliver(care))
    await asyncio.wait_for(slow.arrived.wait(), 5)
    await press(world, slack, "rasid_resolve")
    assert await world.deliver(beside) == 0  # another sender leaves the newer one alone
    slow.go_on.set()
    await first
    await world.deliver(beside)
    assert "rasid_reopen" in str(card(slack)["blocks"])
    assert await world.states() == {"sent": 3}


async def test_an_update_that_takes_effect_after_it_timed_out_is_put_right(
    world: World, slack: SlackServer
) -> None:
    care = world.slack(slack.url, timeout=0.3)
    await world.mention()
    await world.decide()
    await world.deliver(care)
    slow = Slow()
    slack.slow = [slow]
    await press(world, slack, "rasid_claim")
    await world.deliver(care)  # nobody answers in time
    await press(world, slack, "rasid_resolve")
    for _ in range(2):
        world.clock.pass_(seconds=3)
        await world.deliver(care)
    assert "rasid_reopen" in str(card(slack)["blocks"])
    slow.go_on.set()
    await asyncio.wait_for(slow.landed.wait(), 5)
    assert "rasid_reopen" not in str(card(slack)["blocks"])  # the older one, landed late
    world.clock.pass_(seconds=61)
    await world.deliver(care)
    assert "rasid_reopen" in str(card(slack)["blocks"])
    assert {row.state for row in await world.rows(notices)} == {"sent"}
    assert await world.deliver(care) == 0
