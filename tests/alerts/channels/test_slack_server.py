"""The stand-in itself, held against Slack's own client where that can be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from alerts.channels.slack.channel import web_client
from tests.alerts.channels.slack_faults import Faults
from tests.alerts.channels.slack_server import CHANNELS, SlackServer
from tests.alerts.channels.slack_store import Store, standing

CARE = "C0CUSTCARE"


def message(notice: str) -> dict[str, Any]:
    payload = {"event_type": "rasid_notice", "event_payload": {"notice": notice}}
    return {"channel": CARE, "text": "نص", "metadata": payload}


async def test_the_sdks_default_client_posts_twice_and_ours_does_not(slack: SlackServer) -> None:
    """Why our client has no retries: a dropped connection after the post was taken."""
    slack.faults = Faults(by_index={0: "drop_after", 2: "drop_after"})
    default = AsyncWebClient("xoxb-test", base_url=slack.url)
    default.proxy = None
    await default.chat_postMessage(**message("default"))
    with pytest.raises(Exception, match=r"[Dd]isconnected|reset"):
        await web_client("xoxb-test", slack.url, 2).chat_postMessage(**message("ours"))
    shown = standing(slack.store.journal or Path())
    assert {notice: len(held) for notice, held in shown.items()} == {"default": 2, "ours": 1}


async def test_application_errors_are_answered_with_200(slack: SlackServer) -> None:
    client = web_client("xoxb-test", slack.url, 2)
    with pytest.raises(SlackApiError, match="channel_not_found") as error:
        await client.chat_postMessage(channel="C0NOWHERE", text="x")
    assert error.value.response.status_code == 200
    with pytest.raises(SlackApiError, match="not_authed"):
        await web_client("bad", slack.url, 2).auth_test()


async def test_the_bucket_answers_429_with_retry_after(slack: SlackServer) -> None:
    slack.rate = 0.001
    client = web_client("xoxb-test", slack.url, 2)
    for n in range(2):
        await client.chat_postMessage(**message(str(n)))
    with pytest.raises(SlackApiError, match="ratelimited") as error:
        await client.chat_postMessage(**message("2"))
    assert error.value.response.headers["Retry-After"] == "1"


async def test_metadata_is_read_back_only_when_asked_for(slack: SlackServer) -> None:
    client = web_client("xoxb-test", slack.url, 2)
    await client.chat_postMessage(**message("n1"))
    plain = await client.conversations_history(channel=CARE)
    full = await client.conversations_history(channel=CARE, include_all_metadata=True)
    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"]["event_payload"] == {"notice": "n1"}


async def test_a_file_goes_up_in_three_calls(slack: SlackServer) -> None:
    client = web_client("xoxb-test", slack.url, 2)
    await client.files_upload_v2(filename="chart.png", content=b"\x89PNG")
    assert list(slack.uploads.values()) == [b"\x89PNG"]
    assert slack.calls == ["files.getUploadURLExternal", "files.completeUploadExternal"]


def test_what_slack_would_refuse_is_noted() -> None:
    store = Store(dict(CHANNELS))
    long = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
    store.check({"blocks": [long]})
    store.check({"blocks": [{"type": "divider"}] * 51})
    store.check({"blocks": [{"type": "no_such_block"}]})
    store.check({"text": "x" * 4001})
    assert len(store.violations) == 4


def test_faults_are_spread_the_same_way_every_time() -> None:
    asked = '{"spread": {"counts": {"500_after": 50, "kill_stored": 50}, "over": 1000, "seed": 3}}'
    first, second = (Faults.read(asked, None) for _ in range(2))
    assert first.by_index == second.by_index
    assert len(first.by_index) == 100
    with pytest.raises(ValueError, match="no such fault"):
        Faults.read('{"by_index": {"1": "501"}}', None)
