from __future__ import annotations

from dataclasses import replace

import pytest

from listener.settings import Settings
from tests.alerts.channels.slack_server import SlackServer
from tests.alerts.channels.world import SETTINGS, World

CARE = "C0CUSTCARE"


@pytest.fixture
def named(world: World) -> World:
    plain = SETTINGS.model_dump(mode="python", by_alias=True, exclude_unset=True)
    plain["routes"][0]["notify"] = ["@care-oncall", "noura"]
    return replace(world, settings=Settings.model_validate(plain))


async def test_a_group_is_mentioned_by_its_id_and_named_where_mentions_are_not_read(
    named: World, slack: SlackServer
) -> None:
    slack.groups = {"care-oncall": "S0CAREON", "other": "S0OTHER1"}
    care = named.slack(slack.url)
    for _ in range(2):
        await named.mention()
    await named.decide()
    await named.deliver(care)
    for message in slack.store.messages[CARE]:
        blocks = str(message["blocks"])
        assert "<!subteam^S0CAREON>" in blocks
        assert "<@U012AB3CD>" in blocks
        assert "@care-oncall" in message["text"]
        assert "نورة" in message["text"]
        for code in ("S0CAREON", "U012AB3CD"):
            assert code not in message["text"]
    assert slack.calls.count("usergroups.list") == 1


@pytest.mark.parametrize("groups", [None, {"somebody": "S0ELSE11"}])
async def test_a_group_that_nobody_tells_of_stays_a_name_and_is_asked_for_now_and_then(
    named: World, slack: SlackServer, groups: dict[str, str] | None
) -> None:
    slack.groups = groups
    care = named.slack(slack.url)
    for _ in range(3):
        await named.mention()
    await named.decide()
    assert await named.deliver(care) == 3
    assert "@care-oncall" in str(slack.store.messages[CARE][0]["blocks"])
    assert slack.calls.count("usergroups.list") == 1
    slack.groups = {"care-oncall": "S0CAREON"}
    named.clock.pass_(minutes=11)
    await named.mention()
    await named.decide()
    await named.deliver(care)
    assert "<!subteam^S0CAREON>" in str(slack.store.messages[CARE][3]["blocks"])
