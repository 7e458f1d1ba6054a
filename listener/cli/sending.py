"""`rasid check --send CHANNEL`: one card, marked as a test."""

from __future__ import annotations

import sys
import uuid
from datetime import UTC, datetime

import click

from alerts.cards.card import Card
from alerts.channels.base import ChannelError, Message
from alerts.channels.opening import open_channels
from classifiers import load
from listener.cli.cards import quote_of
from listener.records import Author, Mention
from listener.settings import Settings

SAMPLE = {
    "ar": "هذه بطاقة تجريبية من راصد: هل وصلتكم؟",
    "en": "This is a test card from Rasid: did it arrive?",
}


async def send_test(settings: Settings, name: str) -> None:
    """Posts one marked card to the channel ``name``. Raises ClickException with what to do."""
    now = datetime.now(UTC)
    channels = open_channels(
        settings, clock=lambda: datetime.now(UTC), plain=not sys.stdout.isatty()
    )
    channel = channels.get(name)
    if channel is None:
        there = ", ".join(channels) or "none"
        raise click.ClickException(f"there is no channel {name!r} that can post; there is: {there}")
    language = settings.service.language
    text = SAMPLE[language]
    mention = Mention("import", "test", text, now, author=Author("import", handle="rasid"))
    card = Card(
        alert_id=0,
        brand=settings.brands[0].name if settings.brands else "Rasid",
        route="check --send",
        state="open",
        urgency="low",
        quote=quote_of(mention, load("lexicon").classify([text])[0]),
        test=True,
    )
    try:
        place = await channel.resolve()
        await channel.send(Message(str(uuid.uuid4()), "card", place, card=card, since=now))
    except ChannelError as error:
        raise click.ClickException(f"{name}: {error}. See docs/slack.md") from None
    finally:
        for opened in channels.values():
            await opened.close()
    click.echo(f"a test card was sent to {name}", err=True)
