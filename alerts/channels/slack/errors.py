"""What Slack's answers mean for sending: not now, nobody knows, never.

Error names are those of docs.slack.dev/reference/methods/chat.postMessage and
/reference/methods/conversations.history; application errors come as HTTP 200 {"ok": false}.
"""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from alerts.channels.base import (
    ChannelBroken,
    ChannelError,
    Later,
    MessageGone,
    MessageRefused,
    Unknown,
)

TOKEN = {
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "not_allowed_token_type",
    "org_login_required",
    "ekm_access_denied",
    "team_access_not_granted",
    "access_denied",
    "no_permission",
}
CHANNEL = {
    "channel_not_found",
    "is_archived",
    "not_in_channel",
    "restricted_action",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "restricted_action_non_threadable_channel",
}
SCOPE = {"missing_scope"}
GONE = {"thread_not_found", "message_not_found"}
# "It's possible some aspect of the operation succeeded before the error was raised."
AMBIGUOUS = {
    "fatal_error",
    "internal_error",
    "request_timeout",
    "service_unavailable",
    "duplicate_message_not_found",
    "duplicate_channel_not_found",
}
SLOW_DOWN = {"ratelimited", "rate_limited", "team_added_to_org", "accesslimited"}


def meaning(error: Exception, *, reading: bool = False) -> ChannelError:
    """The channel error that ``error`` amounts to. ``reading``: the call only looked, so a missing
    scope stops the looking and not the channel."""
    if isinstance(error, ChannelError):
        return error
    if isinstance(error, SlackApiError):
        return _answered(error, reading=reading)
    if isinstance(error, aiohttp.ClientConnectorError):  # never reached Slack: nothing was shown
        return Later(f"unreachable: {type(error).__name__}", 10)
    if isinstance(error, asyncio.TimeoutError):
        return Unknown("timeout")
    return Unknown(type(error).__name__)


def fix_of(code: str) -> str:
    """The key, below ``channel.fix``, of what to do about a channel that is paused by ``code``."""
    found = (("scope", SCOPE), ("token", TOKEN), ("channel", CHANNEL))
    return next((fix for fix, codes in found if code in codes), "other")


def _answered(error: SlackApiError, *, reading: bool) -> ChannelError:
    response: Any = error.response
    status = int(getattr(response, "status_code", None) or getattr(response, "status", 0) or 0)
    data = getattr(response, "data", None)
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    code = code[:80] or f"http_{status}"
    headers = getattr(response, "headers", None) or {}
    if status == 429 or code in SLOW_DOWN:
        return Later(code, _seconds(headers))
    if status >= 500 or code in AMBIGUOUS or code.startswith("http_2"):
        return Unknown(code)
    if code in SCOPE or (reading and code in ("no_permission", "not_allowed_token_type")):
        return MessageRefused(code) if reading else ChannelBroken(code, "scope")
    if code in TOKEN or status in (401, 403):
        return ChannelBroken(code, "token")
    if code in CHANNEL or status in (404, 407):
        return ChannelBroken(code, "channel")
    return MessageGone(code) if code in GONE else MessageRefused(code)


def _seconds(headers: Any) -> float:
    """Whole seconds of Retry-After; 30 where Slack names none or nonsense."""
    try:
        value = float(headers.get("Retry-After", ""))
    except (TypeError, ValueError):
        return 30.0
    return min(max(value, 0.0), 3600.0)
