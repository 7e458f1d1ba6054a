"""Tokens that nobody renews and that end, told to the operators: a week before, a day before, when
it is over; and once when there is a good one again. What is told hangs on the outage, so a restart
repeats nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.operators.outages import Outage, begin, close, open_outages, tell, well
from listener.settings import Settings
from listener.settings.secrets import named_secrets
from listener.store.expiry_rows import Expiry, load
from listener.store.session import Database
from listener.words import Words, words

TOKEN = "token:"
"""Begins the subject of such an outage."""
CHECK = "rasid check --online"


class TokenWatch:
    """Looks after the tokens of one installation. Without ``service.operators`` nobody is told:
    ``rasid status`` says it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._words = words(settings.service.language, settings.service.digits)

    async def look(self, db: Database, *, now: datetime) -> int:
        """Queues what is to be told. Returns how many messages that were."""
        async with db.reading() as connection:
            known = await load(connection)
            there = await open_outages(connection, TOKEN)
        wanted = {name for name, section in self._settings.networks.items() if section.enabled}
        queued = 0
        for name, told in known.items():
            outage, stage = there.pop(f"{TOKEN}{name}", None), told.stage(now)
            if name not in wanted:
                stage = "good"
            if stage != "good":
                if not self._said(outage, f"token_{stage}"):
                    async with db.writing() as connection:
                        queued += await self._ends(connection, told, f"token_{stage}", now)
            elif outage is not None:
                async with db.writing() as connection:
                    queued += await self._mended(connection, told, outage, name in wanted, now)
        for outage in there.values():  # of a network that nobody asks any more
            async with db.writing() as connection:
                await close(connection, outage, now)
        return queued

    def _said(self, outage: Outage | None, kind: str) -> bool:
        if outage is None or outage.kind != kind or outage.well_since is not None:
            return False
        return outage.told_at is not None or self._settings.service.operators is None

    async def _ends(
        self, connection: AsyncConnection, told: Expiry, kind: str, now: datetime
    ) -> int:
        outage = await begin(connection, f"{TOKEN}{told.network}", kind, told.why, now)
        channel, say = self._settings.service.operators, self._words.say
        if channel is None:
            return 0
        places = [
            named.secret.name
            for named in named_secrets(self._settings)
            if named.path.startswith(f"networks.{told.network}.")
        ]
        until = told.expires_at or now
        text = say(
            kind.replace("_", "."),
            network=_name(told.network, self._words),
            until=self._words.moment(until, self._settings.service.zone),
            place=self._words.aside(places[0] if places else f"networks.{told.network}"),
            command=self._words.aside(CHECK),
        )
        if any(place.startswith("env:") for place in places[:1]):  # read when a process starts
            text = f"{text} {say('token.restart')}"
        if told.why:
            text = f"{text} {say('token.why', why=self._words.aside(told.why))}"
        return int(await tell(connection, outage, channel, text, now))

    async def _mended(
        self, connection: AsyncConnection, told: Expiry, outage: Outage, wanted: bool, now: datetime
    ) -> int:
        if not wanted:
            await close(connection, outage, now)
            return 0
        ended = await well(connection, outage, now)
        channel, said = self._settings.service.operators, self._words
        if not ended or outage.told_at is None or channel is None:
            return 0
        name = _name(told.network, said)
        if told.expires_at is None:
            text = said.say("token.back", network=name)
        else:
            until = said.moment(told.expires_at, self._settings.service.zone)
            text = said.say("token.back_until", network=name, until=until)
        back = Outage(outage.id, outage.subject, "back", None, outage.began_at, now, now)
        return int(await tell(connection, back, channel, text, now))


def _name(network: str, said: Words) -> str:
    return said.one_of("network", network)
