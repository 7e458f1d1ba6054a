"""Every day: `status` and `why`, which only look."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import click

from listener.cli.call import Call
from listener.settings import Settings
from listener.words import Words, words

SHOWN = 5
"""Mentions that `why` shows of one card or one address."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_obj
def status(call: Call, as_json: bool) -> None:
    """Does it run, and what needs you; then sources, queues, alerts."""
    from listener.checking.unoffered import unoffered
    from listener.checking.unsearched import by_network
    from listener.cli.house import open_for_status
    from listener.cli.serving import biases, house_facts, relevance
    from listener.cli.serving import status as read_status
    from listener.cli.showing import show_relevance, show_status
    from listener.cli.showing_budgets import show_budgets
    from listener.cli.showing_samples import say_bias
    from listener.cli.showing_tokens import show_tokens, show_unoffered
    from listener.cli.showing_verdict import show_facts, show_verdict

    settings = call.settings()

    async def read() -> Any:
        async with open_for_status(settings) as house:
            standing = await read_status(house)
            facts = await house_facts(house, standing)
            return standing, facts, await relevance(house), await biases(house)

    standing, facts, models, moved = asyncio.run(read())
    if as_json:
        click.echo(_json({**standing, **facts}))
        return
    wording, zone = words_of(settings), settings.service.zone
    show_verdict(facts, wording, zone)
    show_status(standing, wording, by_network(settings))
    show_budgets(standing["budgets"], wording, zone)
    show_tokens(standing["tokens"], wording, zone)
    show_unoffered(unoffered(settings), wording)
    show_relevance(models, wording)
    for bias in moved:
        say_bias(bias, wording)
    show_facts(facts, wording, zone)


@click.command()
@click.argument("what", metavar="ID|ADDRESS|LINK")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_obj
def why(call: Call, what: str, as_json: bool) -> None:
    """Why a mention did, or did not, become an alert.

    Names it by its ID, by the post's ADDRESS, or by the LINK of a card in Slack ("Copy link").
    """
    from listener.cli.house import open_for_reading
    from listener.cli.showing import show_why
    from listener.store.overview import why as read_why

    if not (what.isdecimal() or any(sign in what for sign in "/.:")):
        raise click.UsageError(f"{what!r} is neither a mention's number nor an address or a link")
    settings = call.settings()
    wording = words_of(settings)

    async def read() -> tuple[list[Any], list[int]]:
        async with open_for_reading(settings) as house, house.db.reading() as connection:
            ids = await _meant(connection, what, wording)
            found = [await read_why(connection, number) for number in ids[:SHOWN]]
            return [history for history in found if history is not None], ids[SHOWN:]

    histories, rest = asyncio.run(read())
    if not histories:
        raise click.ClickException(wording.say("command.why.no_mention", what=what))
    if as_json:
        click.echo(_json(histories[0] if len(histories) == 1 else histories))
        return
    for place, history in enumerate(histories):
        if place:
            click.echo()
        show_why(history, wording)
    if rest:
        from listener.cli.speaking import say_line

        listed = " ".join(map(str, rest[:20])) + (" …" if len(rest) > 20 else "")
        say_line(wording, "why.more", n=len(rest), ids=listed)


async def _meant(connection: Any, what: str, wording: Words) -> list[int]:
    """Ids of the mentions that ``what`` names. ClickException where it can name none."""
    from listener.store.finding import is_slack_link, of_address, of_card

    if what.isdecimal():
        return [int(what)] if int(what) < 2**63 else []
    if not is_slack_link(what):
        return await of_address(connection, what)
    of = await of_card(connection, what)
    if of is None:
        raise click.ClickException(wording.say("command.why.not_ours"))
    if not of:
        raise click.ClickException(wording.say("command.why.of_no_mention"))
    return of


def words_of(settings: Settings) -> Words:
    """The language of whoever reads."""
    return words(settings.service.language, settings.service.digits)


def _json(value: Mapping[str, Any] | list[Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)
