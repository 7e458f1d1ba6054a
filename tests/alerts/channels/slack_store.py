"""What the Slack stand-in holds: channels, messages, and the journal that is the truth of a run."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.metadata import Metadata


@dataclass
class Store:
    """``channels``: name → id. ``journal``: a file that gets one JSON line, fsynced, for everything
    that is stored, changed or removed. ``clock``: Slack's own, in seconds since 1970."""

    channels: dict[str, str] = field(default_factory=dict)
    journal: Path | None = None
    messages: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    clock: Callable[[], float] = time.time
    _last: float = 0.0

    def __post_init__(self) -> None:
        self._file = self.journal.open("a", encoding="utf-8") if self.journal else None

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def channel_id(self, channel: str) -> str | None:
        if channel in self.channels.values():
            return channel
        return self.channels.get(channel.lstrip("#"))

    def post(self, channel: str, body: dict[str, Any]) -> str:
        """Stores a message; returns its ts, which is unique and grows."""
        self._last = max(self.clock(), self._last + 0.000001)
        ts = f"{self._last:.6f}"
        self._last = float(ts)
        kept = ("text", "blocks", "metadata", "thread_ts", "client_msg_id")
        message = {"type": "message", "ts": ts, "bot_id": "B0RASID"}
        message |= {key: body[key] for key in kept if body.get(key) is not None}
        self.messages.setdefault(channel, []).append(message)
        self.check(body)
        self._write("post", channel, message)
        return ts

    def update(self, channel: str, ts: str, body: dict[str, Any]) -> bool:
        message = self.get(channel, ts)
        if message is None:
            return False
        message |= {key: body[key] for key in ("text", "blocks") if key in body}
        self.check(body)
        self._write("update", channel, message)
        return True

    def delete(self, channel: str, ts: str) -> bool:
        message = self.get(channel, ts)
        if message is None:
            return False
        self.messages[channel].remove(message)
        self._write("delete", channel, message)
        return True

    def get(self, channel: str, ts: str) -> dict[str, Any] | None:
        return next((m for m in self.messages.get(channel, []) if m["ts"] == ts), None)

    def history(self, channel: str, oldest: float) -> list[dict[str, Any]]:
        """Top-level messages, newest first."""
        held = self.messages.get(channel, [])
        return [m for m in reversed(held) if "thread_ts" not in m and float(m["ts"]) >= oldest]

    def replies(self, channel: str, thread: str, oldest: float) -> list[dict[str, Any]]:
        """The parent and its replies, oldest first."""
        held = self.messages.get(channel, [])
        return [
            m
            for m in held
            if m["ts"] == thread or (m.get("thread_ts") == thread and float(m["ts"]) >= oldest)
        ]

    def check(self, body: dict[str, Any]) -> None:
        """Notes what Slack would refuse, by the SDK's own models."""
        try:
            blocks = body.get("blocks") or []
            if len(blocks) > 50:
                self.violations.append(f"{len(blocks)} blocks")
            parsed = Block.parse_all(blocks)
            if None in parsed:  # what the SDK makes of it
                self.violations.append("a block of an unknown type")
            for block in filter(None, parsed):
                block.validate_json()
                for element in getattr(block, "elements", None) or []:
                    if hasattr(element, "validate_json"):
                        element.validate_json()
            if len(body.get("text") or "") > 4000:
                self.violations.append("text over 4,000")
            if body.get("metadata"):
                Metadata(**body["metadata"])
        except (SlackObjectFormationError, TypeError, KeyError) as error:
            self.violations.append(f"{type(error).__name__}: {error}")

    def _write(self, event: str, channel: str, message: dict[str, Any]) -> None:
        if self._file is None:
            return
        line = {"event": event, "channel": channel, "at": time.time(), "message": message}
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def notice_of(message: dict[str, Any]) -> str | None:
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    return payload.get("notice")


def standing(journal: Path) -> dict[str, list[dict[str, Any]]]:
    """Notice id → the messages that stand at the end of ``journal``: empty where it was deleted,
    two or more where it was shown twice."""
    held: dict[str, dict[str, dict[str, Any]]] = {}
    for line in journal.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        message = entry["message"]
        notice = notice_of(message)
        if notice is None:
            continue
        place = held.setdefault(notice, {})
        if entry["event"] == "delete":
            place.pop(message["ts"], None)
        else:
            place[message["ts"]] = message
    return {notice: list(messages.values()) for notice, messages in held.items()}
