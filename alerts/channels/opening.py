"""Channels made from settings."""

from __future__ import annotations

import sys

from alerts.channels.base import Channel, Clock, Pacer
from alerts.channels.console import Console
from alerts.channels.slack.channel import Slack, web_client
from listener.settings import Settings
from listener.settings.model import ChannelSettings
from listener.words import words


def open_channels(
    settings: Settings,
    *,
    clock: Clock,
    plain: bool = False,
) -> dict[str, Channel]:
    """The console and Slack channels that are configured. Raises MissingSecretError when a token
    that is named is not there, ValueError when a Slack channel lacks one."""
    opened: dict[str, Channel] = {}
    for name, channel in settings.channels.items():
        wording = words(channel.language or settings.service.language, settings.service.digits)
        zone = settings.service.zone
        if channel.kind == "console":
            opened[name] = Console(
                name, sys.stdout, words=wording, zone=zone, clock=clock, plain=plain
            )
        elif channel.kind == "slack":
            token, target = _needed(name, channel)
            timeout = channel.timeout.total_seconds()
            opened[name] = Slack(
                name,
                target,
                web_client(token, channel.api_url, timeout),
                words=wording,
                zone=zone,
                clock=clock,
                pacer=Pacer(channel.pace.seconds if channel.pace else 1.0),
                timeout=timeout,
                reconciles=channel.reconcile,
                look_again=channel.look_again,
            )
    return opened


def _needed(name: str, channel: ChannelSettings) -> tuple[str, str]:
    if channel.token is None or not channel.channel:
        raise ValueError(f'channels.{name}: a Slack channel needs "token" and "channel"')
    return channel.token.reveal(), channel.channel
