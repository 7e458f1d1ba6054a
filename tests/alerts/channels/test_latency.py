"""From stored to decided to shown, counted once, in the transactions that end each step."""

from __future__ import annotations

from listener.store.latencies import histograms
from tests.alerts.channels.slack_server import SlackServer
from tests.alerts.channels.world import World


async def counted(world: World) -> dict[str, tuple[int, float]]:
    async with world.db.reading() as connection:
        found = await histograms(connection)
    return {step: (each.buckets[-1][1], each.seconds) for step, each in found.items()}


async def test_each_step_is_counted_once(world: World, slack: SlackServer) -> None:
    channel = world.slack(slack.url)
    await world.mention()
    world.clock.pass_(seconds=7)
    await world.decide()
    assert (await counted(world))["decided"] == (1, 7.0)
    world.clock.pass_(seconds=11)
    await world.deliver(channel)
    number, seconds = (await counted(world))["delivered"]
    assert (number, seconds) == (1, 11.0)
    await world.decide()
    await world.deliver(channel)
    assert {step: n for step, (n, _s) in (await counted(world)).items()} == {
        "decided": 1, "delivered": 1,
    }  # fmt: skip


async def test_an_edit_is_decided_again_and_not_counted_again(
    world: World, slack: SlackServer
) -> None:
    mention_id = await world.mention()
    await world.decide()
    world.clock.pass_(days=2)
    await world.edit(mention_id, "نص آخر تمامًا عن الطلب")
    await world.decide()
    another = await world.mention()
    await world.edit(another, "عُدّل قبل أن يُحسم أمره")
    await world.decide()
    assert (await counted(world))["decided"][0] == 1


async def test_a_card_that_is_found_in_the_channel_counts_as_delivered(
    world: World, slack: SlackServer
) -> None:
    channel = world.slack(slack.url)
    slack.faults.by_index[0] = "drop_after"
    await world.mention()
    await world.decide()
    await world.deliver(channel)
    world.clock.pass_(seconds=40)
    await world.deliver(channel)
    assert (await counted(world))["delivered"][0] == 1
