"""Slack as a channel: chat.postMessage, chat.update, and a look into the history.

API: https://docs.slack.dev/reference/methods. About one message per second and channel. The client
is built without any retry: the SDK's default posts twice when a connection drops. Every message
carries the notice's id in its metadata ("rasid_notice"), which is how it is found again; it also
goes out as ``client_msg_id`` (undocumented; nothing relies on it).
"""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from alerts.channels.base import (
    ChannelBroken,
    Clock,
    Message,
    MessageGone,
    MessageRefused,
    Pacer,
    Sent,
)
from alerts.channels.slack.blocks import escape, render_card, render_follow_up
from alerts.channels.slack.errors import meaning
from alerts.channels.slack.user_groups import UserGroups
from listener.words import Words

EVENT = "rasid_notice"
NAMESPACE = uuid.UUID("6f2f0f5e-5f0f-5d3c-9a51-9f2c5c0a7a11")
BEFORE = timedelta(minutes=5)  # Slack's clock and ours may differ
PAGE = 200
_ID = re.compile(r"[CGD][A-Z0-9]{6,}")


def web_client(token: str, api_url: str, timeout: float) -> AsyncWebClient:
    """A client without retries; a proxy of the environment is used unless NO_PROXY names the
    host (the SDK itself reads no NO_PROXY). ``timeout``: seconds of a whole call."""
    url = api_url if api_url.endswith("/") else api_url + "/"
    client = AsyncWebClient(
        token=token,
        base_url=url,
        timeout=timeout,  # type: ignore[arg-type]  # aiohttp takes fractions of a second
        retry_handlers=[],
    )
    parts = urlsplit(url)
    bypass = proxy_bypass(parts.hostname or "")
    client.proxy = None if bypass else getproxies().get(parts.scheme)
    return client


class Slack:
    """One Slack channel. Raises ChannelError from all calls, nothing else."""

    def __init__(
        self,
        name: str,
        target: str,
        client: AsyncWebClient,
        *,
        words: Words,
        zone: tzinfo,
        clock: Clock,
        pacer: Pacer,
        timeout: float = 10.0,
        reconciles: bool = True,
        look_again: timedelta = timedelta(seconds=30),
    ) -> None:
        self.name, self.target, self.timeout = name, target, timeout
        self.reconciles, self.look_again, self.pacer = reconciles, look_again, pacer
        self._client, self._words, self._zone, self._clock = client, words, zone, clock
        self._groups = UserGroups(name, client, monotonic=pacer.monotonic)

    async def resolve(self) -> str:
        """An id as it is; a name by conversations.list (scope channels:read, groups:read)."""
        if _ID.fullmatch(self.target):
            return self.target
        wanted = self.target.lstrip("#")
        kinds = {"types": "public_channel,private_channel", "exclude_archived": "true"}
        try:
            async for page in self._pages("conversations.list", **kinds):
                for channel in page.get("channels", []):
                    if channel.get("name") == wanted:
                        return str(channel["id"])
        except Exception as error:
            raise meaning(error) from error
        raise ChannelBroken("channel_not_found", "channel")

    async def send(self, message: Message) -> Sent:
        text, blocks = await self._render(message)
        answer, refused = await self._shown(
            "chat.postMessage",
            channel=message.place,
            text=text,
            blocks=blocks or None,
            thread_ts=message.thread,
            unfurl_links=False,
            unfurl_media=False,
            metadata=self._metadata(message),
            client_msg_id=str(uuid.uuid5(NAMESPACE, message.id)),
        )
        return Sent(str(answer["channel"]), str(answer["ts"]), refused)

    async def update(self, message: Message) -> str | None:
        text, blocks = await self._render(message)
        _answer, refused = await self._shown(
            "chat.update",
            channel=message.place,
            ts=message.ts,
            text=text,
            blocks=blocks or None,
        )
        return refused

    async def _shown(self, method: str, **body: Any) -> tuple[dict[str, Any], str | None]:
        """The answer; and what Slack said to the blocks where only the bare text went, which holds
        all that is read, without the buttons. What was refused was not shown: nothing doubles."""
        try:
            return await self._call(method, **body), None
        except MessageGone:
            raise
        except MessageRefused as error:
            if not body.get("blocks"):
                raise
            # No blocks at all would leave those of the message that is changed.
            body["blocks"] = [] if method == "chat.update" else None
            return await self._call(method, **body), error.code

    async def delete(self, sent: Sent) -> None:
        try:
            await self._client.api_call("chat.delete", json={"channel": sent.place, "ts": sent.ts})
        except SlackApiError as error:
            if meaning(error).code != "message_not_found":
                raise meaning(error) from error
        except Exception as error:
            raise meaning(error) from error

    async def find(self, messages: Sequence[Message]) -> dict[str, list[Sent]]:
        """Reads the history of each place, and the replies of each thread, from five minutes before
        the first attempt, all pages."""
        groups: dict[tuple[str, str | None], list[Message]] = {}
        for message in messages:
            groups.setdefault((message.place, message.thread), []).append(message)
        sent: dict[str, list[Sent]] = {}
        for (place, thread), group in groups.items():
            wanted = {message.id for message in group}
            try:
                async for page in self._history(place, thread, _oldest(group, self._clock())):
                    for raw in page.get("messages", []):
                        notice = _notice_of(raw)
                        if notice in wanted:
                            sent.setdefault(notice, []).append(Sent(place, str(raw["ts"])))
            except Exception as error:
                raise meaning(error, reading=True) from error
        return {key: sorted(set(v), key=lambda s: float(s.ts)) for key, v in sent.items()}

    async def close(self) -> None:
        """Every call has a connection of its own: a kept one that Slack has closed in the
        meantime would end a post in the dark."""

    def _history(
        self, place: str, thread: str | None, oldest: datetime
    ) -> AsyncIterator[dict[str, Any]]:
        params: dict[str, Any] = {
            "channel": place,
            "oldest": f"{oldest.timestamp():.6f}",
            "inclusive": "true",
            "include_all_metadata": "true",
        }
        if thread is None:
            return self._pages("conversations.history", **params)
        return self._pages("conversations.replies", ts=thread, **params)

    async def _pages(self, method: str, **options: Any) -> AsyncIterator[dict[str, Any]]:
        cursor = ""
        while True:
            params = {**options, "limit": PAGE, **({"cursor": cursor} if cursor else {})}
            answer = await self._client.api_call(method, http_verb="GET", params=params)
            page: dict[str, Any] = answer.data if isinstance(answer.data, dict) else {}
            yield page
            following = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not following or following == cursor:
                return
            cursor = following

    async def _call(self, method: str, **body: Any) -> dict[str, Any]:
        body = {key: value for key, value in body.items() if value is not None}
        try:
            async with asyncio.timeout(self.timeout + 1):
                answer = await self._client.api_call(method, json=body)
        except Exception as error:
            raise meaning(error) from error
        return dict(answer.data) if isinstance(answer.data, dict) else {}

    async def _render(self, message: Message) -> tuple[str, list[dict[str, Any]]]:
        now = self._clock()
        if message.kind == "reminder":
            return self._words.say("reminder.snooze"), []
        if message.quote is not None:
            return render_follow_up(message.quote, self._words, self._zone, now)
        if message.card is not None:
            card = replace(message.card, notify=await self._groups.linked(message.card.notify))
            return render_card(card, self._words, self._zone, now)
        return escape(message.text or "") or "…", list(message.blocks)

    def _metadata(self, message: Message) -> dict[str, Any]:
        # Every member of the workspace can read metadata: an opaque id and nothing else.
        return {"event_type": EVENT, "event_payload": {"notice": message.id}}


def _oldest(messages: Iterable[Message], now: datetime) -> datetime:
    return min(message.since or now for message in messages) - BEFORE


def _notice_of(raw: dict[str, Any]) -> str | None:
    metadata = raw.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") != EVENT:
        return None
    payload = metadata.get("event_payload")
    return str(payload.get("notice")) if isinstance(payload, dict) else None
