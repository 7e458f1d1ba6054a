"""`rasid check`: the configuration, a pasted text, a test card."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from pathlib import Path

import click

from alerts.cards import Card
from alerts.channels.base import ChannelError, Message
from alerts.channels.opening import open_channels
from alerts.decide import decide
from alerts.facts import Facts
from classifiers import Label, load
from listener.checking import Checked, check, report
from listener.cli.cards import quote_of
from listener.explaining import Outcome, explain, told
from listener.match import Matcher
from listener.networks import NETWORKS
from listener.records import Author, Brand, Mention
from listener.settings import Settings
from listener.settings.brands import brands_of

SAMPLE = {
    "ar": "هذه بطاقة تجريبية من راصد: هل وصلتكم؟",
    "en": "This is a test card from Rasid: did it arrive?",
}


def checked(config: Path, *, isolate: bool) -> Checked:
    """Prints every finding."""
    found = check(config, built={*NETWORKS, "webhook"})
    click.echo(report(found, isolate=isolate))
    return found


def explained(settings: Settings, text: str, *, isolate: bool) -> str:
    """What would happen to ``text`` if somebody posted it now."""
    brands = brands_of(settings)
    classifiers = settings.classifiers.sentiment
    found = explain(
        text,
        brands,
        matcher=Matcher(brands),
        classifier=load(classifiers.model, tier=classifiers.tier),
        decide=_Decide(settings),
        now=datetime.now(UTC),
    )
    return told(found, language=settings.service.language, isolate=isolate)


class _Decide:
    """``alerts.decide`` for a mention that is in no database."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __call__(self, mention: Mention, brand: Brand, label: Label, *, now: datetime) -> Outcome:
        facts = Facts(
            mention_id=0,
            brand_id=0,
            brand=brand.name,
            brand_role=brand.role,
            revision=1,
            network=mention.network,
            native_id=mention.id,
            kind=mention.kind,
            created_at=mention.created_at,
            hashtags=mention.hashtags,
            language=label.language,
            dialect=label.dialect,
            sentiment=label.sentiment,
            probability=getattr(label.probabilities, label.sentiment),
            intent=label.intent,
            needs_response=label.needs_response,
            urgency=label.urgency,
        )
        made = decide(
            facts,
            self._settings.routes,
            now=now,
            alert_within=self._settings.service.alert_within,
            min_confidence=self._settings.classifiers.sentiment.min_confidence,
        )
        tried = tuple((str(route), str(why)) for route, why in made.detail.get("tried", ()))
        return Outcome(made.reason.value, made.route, made.channel, tried)


async def send_test(settings: Settings, name: str) -> None:
    """Posts one marked card to the channel ``name``. Raises ClickException with what to do."""
    now = datetime.now(UTC)
    channels = open_channels(settings, clock=lambda: datetime.now(UTC))
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
        for each in channels.values():
            await each.close()
    click.echo(f"a test card was sent to {name}", err=True)
