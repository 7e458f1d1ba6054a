"""One sitting over a sample: drawn or gone on with, labelled or taken from a sheet, then fitted.

Each label is a transaction of its own, on disk before the next text is shown.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from listener.cli.asking import Left, ask_for
from listener.cli.exporting import as_csv, opened_file
from listener.cli.house import House, open_for_reading, open_house
from listener.cli.showing_samples import figures, say_bias, say_samples
from listener.cli.since import moment
from listener.cli.speaking import say_line
from listener.handed_in.sample_sheet import COLUMNS, read_sheet
from listener.settings import Settings
from listener.store import bias_rows, sample_rows
from listener.store.drawing import Scope, draw, drawn_keys, keep
from listener.store.sample_rows import Asked, Said, Standing
from listener.words import words

T = TypeVar("T")
TOLD = 20
"""Refused rows that are named one by one; the others are only counted."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a new sample is to be. asked: somebody asked for one; else one is drawn only where
    there is none yet."""

    since: str
    until: str | None
    count: int
    seed: int
    asked: bool

    def span(self, settings: Settings, now: datetime) -> tuple[datetime, datetime]:
        zone, starts = settings.service.timezone, settings.service.week_starts
        try:
            since = moment(self.since, now, zone, starts, end=False)
            until = moment(self.until, now, zone, starts, end=True) if self.until else now
        except ValueError as error:
            raise click.UsageError(str(error)) from None
        if since >= until:
            raise click.UsageError("--since lies after --until: nothing lies between")
        return since, until


@contextmanager
def opened(runner: asyncio.Runner, settings: Settings) -> Iterator[House]:
    """The house for as long as the block runs. Between two calls of the runner Ctrl-C is Python's
    own: a key that is waited for hears it."""
    house = open_house(settings)
    yielded = runner.run(_entered(house))
    try:
        yield yielded
    finally:
        runner.run(_left(house))


async def show_standing(settings: Settings, brand: str | None, as_json: bool) -> None:
    """Every sample and the newest bias of each scope; only reads."""
    async with open_for_reading(settings) as house, house.db.reading() as connection:
        if brand is not None and brand not in house.brand_ids:
            raise click.ClickException(f"there is no brand {brand!r}")
        brand_id = house.brand_ids[brand] if brand is not None else None
        every = await sample_rows.standings(connection, brand_id=brand_id)
        biases = await bias_rows.standing(connection, brand_id=brand_id)
    if as_json:
        content = {"samples": [figures(standing) for standing in every], "biases": biases}
        click.echo(json.dumps(content, ensure_ascii=False, indent=2))
        return
    wording = words(settings.service.language, settings.service.digits)
    say_samples(every, wording)
    for bias in biases:
        say_bias(bias, wording)


class Sitting:
    """by: who labels."""

    def __init__(
        self,
        runner: asyncio.Runner,
        house: House,
        brand: str,
        network: str,
        by: str,
        as_json: bool,
    ) -> None:
        self._runner, self._house, self._by, self._json = runner, house, by, as_json
        self._brand, self._scope = brand, Scope(house.brand_ids[brand], network)
        service = house.settings.service
        self._words = words(service.language, service.digits)

    def ask(self, drawing: Drawing) -> None:
        """Shows text after text until all are labelled or somebody leaves. Exit code 1 where it
        was left by Ctrl-C."""
        sample_id = self._begin(drawing).id
        left = None
        try:
            left = self._ask_all(sample_id)
        except KeyboardInterrupt:
            click.echo(err=True)
        self._end(sample_id)
        if left is None:
            raise SystemExit(1)

    def write(self, drawing: Drawing, path: Path) -> None:
        """The sample as a sheet, with the labels that it has already; never what the model says."""
        standing = self._begin(drawing)
        texts = self._run(self._texts(standing.id))
        with opened_file(path) as stream:
            write = as_csv(stream, COLUMNS)
            write(())
            write([_sheet_row(text) for text in texts])
        click.echo(f"{len(texts):,} texts in {path}", err=True)
        if self._json:
            self._print({"sample": figures(standing)})

    def take(self, path: Path) -> None:
        """The labels of a sheet; what cannot be taken is named with its line, and counted."""
        with path.open("rb") as file:
            try:
                sheet = read_sheet(file, self._run(self._every_text()))
            except ValueError as error:
                raise click.ClickException(f"{path.name}: {error}") from None
        self._run(self._say(sheet.said))
        for line, why in sheet.refused[:TOLD]:
            click.echo(f"{path.name}, line {line} is refused: {why}", err=True)
        if len(sheet.refused) > TOLD:
            click.echo(f"… and {len(sheet.refused) - TOLD:,} more", err=True)
        counts = {
            "read": sheet.read, "labelled": len(sheet.said), "changed": sheet.changed,
            "same": sheet.same, "empty": sheet.empty, "refused": len(sheet.refused),
        }  # fmt: skip
        if not self._json:
            click.echo(json.dumps(counts))
        self._end(None, counts)

    def _begin(self, drawing: Drawing) -> Standing:
        every = self._run(self._standings())
        unfinished = next((standing for standing in every if not standing.complete), None)
        if unfinished is not None and drawing.asked:
            raise click.ClickException(
                f"sample {unfinished.id} has {unfinished.open} texts that nobody labelled: go on "
                "with it first (without --new, --count, --since, --until, --seed), or skip them"
            )
        if unfinished is not None:
            return unfinished
        if every and not drawing.asked:
            return every[-1]
        return self._run(self._draw(drawing))

    async def _draw(self, drawing: Drawing) -> Standing:
        now = self._house.clock.now()
        since, until = drawing.span(self._house.settings, now)
        async with self._house.db.reading() as connection:
            without = await drawn_keys(connection, self._scope)
            drawn = await draw(
                connection, self._scope, seed=drawing.seed, since=since, until=until,
                count=drawing.count, without=without,
            )  # fmt: skip
        if not drawn.texts:
            where = f" on {self._scope.network}" if self._scope.network else ""
            more = " that was not drawn before" if without else ""
            raise click.ClickException(
                f"there is no text of {self._brand}{where} from {since:%Y-%m-%d} to "
                f"{until:%Y-%m-%d}{more}: nothing can be drawn"
            )
        async with self._house.db.writing(durable=True) as connection:
            sample_id = await keep(
                connection, self._scope, drawn, seed=drawing.seed, since=since, until=until,
                by=self._by, now=now,
            )  # fmt: skip
        every = await self._standings()
        return next(standing for standing in every if standing.id == sample_id)

    def _ask_all(self, sample_id: int) -> Left:
        before: list[int] = []  # places of this sitting, to go back
        while True:
            texts = self._run(self._texts(sample_id))
            open_texts = [text for text in texts if text.said is None]
            if not open_texts:
                return "done"
            text = open_texts[0]
            at = len(texts) - len(open_texts) + 1
            zone = self._house.settings.service.zone
            answer = ask_for(text, at, len(texts), self._words, zone, err=self._json)
            if answer == "quit":
                return "quit"
            if answer == "back":
                if before:
                    self._run(self._unsay(sample_id, before.pop()))
                continue
            self._run(self._say([Said(sample_id, text.place, answer)]))
            before.append(text.place)

    def _end(self, sample_id: int | None, counts: dict[str, int] | None = None) -> None:
        """Fits what is due, and says how all stands."""
        every = self._run(self._standings())
        enabled = self._house.settings.classifiers.bias.enabled
        if enabled and any(standing.complete and standing.labelled for standing in every):
            self._run(self._fit())
        mine = [standing for standing in every if sample_id in (None, standing.id)]
        biases = [
            bias for bias in self._run(self._biases()) if bias["network"] == self._scope.network
        ]
        if self._json:
            content: dict[str, Any] = {"samples": [figures(standing) for standing in mine]}
            self._print({**(counts or {}), **content, "biases": biases})
            return
        say_samples(mine, self._words)
        if any(not standing.complete for standing in mine):
            say_line(self._words, "sample.goes_on")
            return
        for bias in biases:
            say_bias(bias, self._words)
        if not enabled:
            say_line(self._words, "bias.off")
        elif not biases:
            from classifiers.bias import LEAST

            labelled = sum(standing.labelled for standing in every)
            say_line(self._words, "sample.few", labelled=labelled, least=LEAST)

    async def _fit(self) -> None:
        from listener.cli.models import configured
        from listener.labelling.bias import Biases

        try:
            classifier = await asyncio.to_thread(configured, self._house.settings)
        except (ValueError, OSError) as error:
            raise click.ClickException(
                f"the labels are kept, but no model could be loaded to fit: {error}"
            ) from None
        await Biases(self._house.db, classifier).fit(self._scope, now=self._house.clock.now())

    async def _standings(self) -> list[Standing]:
        async with self._house.db.reading() as connection:
            return await sample_rows.standings(connection, self._scope)

    async def _biases(self) -> list[dict[str, Any]]:
        async with self._house.db.reading() as connection:
            return await bias_rows.standing(connection, brand_id=self._scope.brand_id)

    async def _texts(self, sample_id: int) -> list[Asked]:
        async with self._house.db.reading() as connection:
            return await sample_rows.texts_of(connection, sample_id)

    async def _every_text(self) -> list[Asked]:
        return [text for s in await self._standings() for text in await self._texts(s.id)]

    async def _say(self, said: list[Said]) -> None:
        async with self._house.db.writing(durable=True) as connection:
            await sample_rows.say(connection, said, by=self._by, now=self._house.clock.now())

    async def _unsay(self, sample_id: int, place: int) -> None:
        async with self._house.db.writing(durable=True) as connection:
            await sample_rows.unsay(connection, sample_id, place)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def _print(self, content: dict[str, Any]) -> None:
        click.echo(json.dumps(content, ensure_ascii=False, indent=2))


def _sheet_row(text: Asked) -> dict[str, Any]:
    return {
        "sample": text.sample_id,
        "place": text.place,
        "network": text.network,
        "written": text.written_at,
        "text": text.text,
        "label": text.said or "",
    }


async def _entered(house: Any) -> House:
    entered: House = await house.__aenter__()
    return entered


async def _left(house: Any) -> None:
    await house.__aexit__(None, None, None)
