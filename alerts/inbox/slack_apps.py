"""Which Slack apps the channels belong to: each with its own signing secret and app token.

One app may post to several channels, and an installation may know several apps: one for each
workspace, say, of an agency's clients. Channels that name a secret with the same value are one app.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from listener.settings import Settings
from listener.settings.model import ChannelSettings
from listener.settings.values import MissingSecretError, Secret

log = logging.getLogger(__name__)

_SECRETS = ("token", "app_token", "signing_secret")


@dataclass(frozen=True, slots=True)
class SlackApp:
    """``name``: of its first channel. ``channels``: keys of the settings. The secrets are named,
    and read when they are used: one that was replaced is the one that counts."""

    name: str
    channels: frozenset[str]
    api_url: str
    token: Secret | None = None
    app_token: Secret | None = None
    signing_secret: Secret | None = None


def apps_of(settings: Settings) -> list[SlackApp]:
    """The apps in the order of their first channels. Raises MissingSecretError where a secret that
    is named is not there."""
    groups: list[tuple[dict[str, ChannelSettings], set[tuple[str, str]]]] = []
    for name, channel in settings.channels.items():
        if channel.kind != "slack":
            continue
        marks = {(key, secret.reveal()) for key, secret in _named(channel)}
        same = [group for group in groups if group[1] & marks]
        joined = {key: value for members, _ in same for key, value in members.items()}
        joined[name] = channel
        for _, more in same:
            marks |= more
        at = groups.index(same[0]) if same else len(groups)
        groups = [group for group in groups if group not in same]
        groups.insert(at, (joined, marks))
    return [_app(members) for members, _ in groups]


def secret_of(secret: Secret) -> str | None:
    """As it stands now; None where it is gone, which is told."""
    try:
        return secret.reveal()
    except MissingSecretError as error:
        log.warning("%s is not there any more", error)
        return None


def _app(members: dict[str, ChannelSettings]) -> SlackApp:
    channels = list(members.values())

    def first(secrets: Iterable[Secret | None]) -> Secret | None:
        return next((secret for secret in secrets if secret is not None), None)

    return SlackApp(
        name=next(iter(members)),
        channels=frozenset(members),
        api_url=channels[0].api_url,
        token=first(channel.token for channel in channels),
        app_token=first(channel.app_token for channel in channels),
        signing_secret=first(channel.signing_secret for channel in channels),
    )


def _named(channel: ChannelSettings) -> list[tuple[str, Secret]]:
    named = [(key, getattr(channel, key)) for key in _SECRETS]
    return [(key, secret) for key, secret in named if secret is not None]
