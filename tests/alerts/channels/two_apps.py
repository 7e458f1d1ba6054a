"""Slack apps whose secrets stand in the environment of one test."""

from __future__ import annotations

import os

from alerts.inbox.slack_apps import SlackApp
from listener.settings.values import Secret


def named(value: str) -> Secret:
    """A secret with ``value``, in a variable of its own (never removed: it is no secret)."""
    name = "RASID_TEST_" + value.encode().hex().upper()
    os.environ[name] = value
    return Secret(f"env:{name}")


def app(
    name: str,
    *channels: str,
    token: str = "xoxb-test",
    app_token: str = "xapp-test",
    signing_secret: str | None = None,
    api_url: str = "https://slack.invalid/api/",
) -> SlackApp:
    """With the channel ``name`` and ``channels``."""
    return SlackApp(
        name,
        frozenset((name, *channels)),
        api_url,
        named(token),
        named(app_token),
        named(signing_secret) if signing_secret else None,
    )
