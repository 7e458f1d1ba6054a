"""A channel that is broken for good: paused, said elsewhere, resumed by itself."""

from __future__ import annotations

from alerts.outbox.pauses import Pauses
from listener.store.tables import channels
from listener.words import words
from tests.alerts.channels.slack_server import SlackServer
from tests.alerts.channels.world import World


async def test_a_paused_channel_is_told_to_operators_and_resumes(
    world: World, slack: SlackServer
) -> None:
    care = world.slack(slack.url)
    ops = world.slack(slack.url, name="ops", target="#rasid-ops")
    pauses = Pauses("ops", words("ar"))
    for _ in range(3):
        await world.mention()
    await world.decide()
    slack.broken = "is_archived"
    await world.deliver(care, pauses=pauses)
    assert slack.posts == 1  # one try, not one a card
    (row,) = await world.rows(channels)
    assert (row.name, row.state, row.why) == ("care", "paused", "is_archived")
    slack.broken = None
    await world.deliver(ops, pauses=pauses)
    (told,) = slack.store.messages["C0RASIDOPS"]
    assert "is_archived" in told["text"]
    assert "care" in told["text"]
    await world.deliver(care, pauses=pauses)
    assert "C0CUSTCARE" not in slack.store.messages  # not before its minute
    world.clock.pass_(seconds=61)
    await world.deliver(care, pauses=pauses)
    assert len(slack.store.messages["C0CUSTCARE"]) == 3
    await world.deliver(ops, pauses=pauses)
    assert len(slack.store.messages["C0RASIDOPS"]) == 2
    states = {row.name: row.state for row in await world.rows(channels)}
    assert states == {"care": "ok", "ops": "ok"}


async def test_the_pause_outlives_the_process_and_is_told_once(
    world: World, slack: SlackServer
) -> None:
    await world.mention()
    await world.decide()
    slack.broken = "account_inactive"
    for _ in range(3):
        await world.deliver(world.slack(slack.url), pauses=Pauses("ops", words("en")))
        world.clock.pass_(seconds=61)
    slack.broken = None
    ops = world.slack(slack.url, name="ops", target="#rasid-ops")
    await world.deliver(ops)
    assert len(slack.store.messages["C0RASIDOPS"]) == 1
    await world.deliver(world.slack(slack.url))
    assert len(slack.store.messages["C0CUSTCARE"]) == 1


async def test_a_name_that_is_no_channel_pauses_it(world: World, slack: SlackServer) -> None:
    await world.mention()
    await world.decide()
    await world.deliver(world.slack(slack.url, target="#no-such-channel"))
    (row,) = await world.rows(channels)
    assert (row.state, row.why) == ("paused", "channel_not_found")
    assert slack.posts == 0


async def test_unreachable_is_no_pause(world: World) -> None:
    await world.mention()
    await world.decide()
    channel = world.slack("http://127.0.0.1:9/api/", target="C0CUSTCARE")
    await world.deliver(channel)
    assert await world.states() == {"pending": 1}
    assert {row.state for row in await world.rows(channels)} <= {"ok"}
