"""Keep: `forget`, for who asks not to be kept."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence

import click
from sqlalchemy import text

from listener.cli.call import Call
from listener.cli.house import House, open_house
from listener.cli.looking import words_of
from listener.cli.speaking import say_line
from listener.networks import HANDED_IN, NETWORKS
from listener.settings import Settings
from listener.store.forget import forget_author
from listener.store.people import Person, author_of, called
from listener.store.tombstones import bury, tombstone, tombstone_key
from listener.words import Words


@click.command()
@click.argument("author", required=False)
@click.option("--network", help="Only there; needed for somebody of whom nothing is stored yet.")
@click.option("--of", "mention_id", type=int, metavar="ID", help="The author of this mention.")
@click.option("--dry-run", is_flag=True, help="Say who is meant and how much; change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_obj
def forget(
    call: Call,
    author: str | None,
    network: str | None,
    mention_id: int | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Blank everything by AUTHOR (a handle, or the network's id) and never take it in again.

    Texts, names, addresses, earlier versions and what people quoted of them go, on cards too, once
    Rasid runs. Counts stay. It cannot be undone; earlier backups and exports keep what they hold.
    """
    if (author is None) == (mention_id is None):
        raise click.UsageError("name an AUTHOR, or a mention by its author: --of ID")
    if network is not None and network not in {**NETWORKS, **HANDED_IN}:
        raise click.UsageError(f"there is no network {network!r}: see rasid networks")
    settings = call.settings()
    wording = words_of(settings)
    if not (yes or dry_run or sys.stdin.isatty()):
        raise click.UsageError("nobody is there to be asked: add --yes, or --dry-run to look first")
    asyncio.run(_forget(settings, author, network, mention_id, dry_run, yes, as_json, wording))


async def _forget(
    settings: Settings,
    author: str | None,
    network: str | None,
    mention_id: int | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
    words: Words,
) -> None:
    async with open_house(settings) as house:
        async with house.db.reading() as connection:
            if mention_id is not None:
                people = await author_of(connection, mention_id)
            else:
                people = await called(connection, author or "", network)
        if not people and (author is None or network is None):
            who = author if author is not None else str(mention_id)
            raise click.ClickException(words.say("command.forget.nobody", who=who))
        if not people and author is not None and network is not None:
            people = [Person(network, author.strip().lstrip("@"), (), (), 0)]
        if not as_json:
            for person in people:
                _say(person, words)
        if not dry_run:
            if not yes:
                click.confirm(words.say("command.forget.sure"), abort=True, err=True)
            for person in people:
                await _one(house, person)
            await _scrub(house)
        if as_json:
            click.echo(json.dumps(_rows(people, done=not dry_run), ensure_ascii=False))
        elif not dry_run:
            say_line(words, "forget.done", n=sum(person.mentions for person in people))


async def _one(house: House, person: Person) -> None:
    """One transaction. Their handles are kept out too: an import may know them by nothing else."""
    key, now = tombstone_key(house.data), house.clock.now()
    async with house.db.writing(durable=True) as connection:
        if house.db.dialect == "sqlite":
            await connection.execute(text("PRAGMA secure_delete = ON"))
        await forget_author(connection, person.network, person.id, key=key, now=now)
        names = {person.id, *person.handles}
        stones = [tombstone(key, "author", person.network, name) for name in sorted(names)]
        await bury(connection, "author", stones, now=now)


async def _scrub(house: House) -> None:
    """SQLite's log holds the pages as they were until it is put in and emptied. Where somebody
    reads meanwhile it is not; the next checkpoint does it."""
    if house.db.dialect == "sqlite":
        async with house.db.write.connect() as connection:
            raw = await connection.get_raw_connection()
            if raw.driver_connection is not None:  # not inside a transaction
                await raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _say(person: Person, words: Words) -> None:
    who = " ".join([f"@{handle}" for handle in person.handles] or [person.id])
    name = " · ".join(person.names) or "-"
    network = words.one_of("network", person.network)
    say_line(words, "forget.person", network=network, who=who, name=name, n=person.mentions)


def _rows(people: Sequence[Person], *, done: bool) -> dict[str, object]:
    of = [{"network": p.network, "id": p.id, "mentions": p.mentions} for p in people]
    return {"forgotten": done, "mentions": sum(p.mentions for p in people), "authors": of}
