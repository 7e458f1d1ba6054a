"""`rasid model sample`: a random sample of a brand's mentions, labelled by a person, and the bias
that it gives the model."""

from __future__ import annotations

import asyncio
import getpass
import secrets
from pathlib import Path

import click

from listener.cli.call import Call
from listener.settings import Settings

COUNT, SINCE = 50, "30d"
_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_new = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--brand", help="Whose mentions; may be left out where there is one own brand.")
@click.option("--network", help="Only those of one network, which gets a bias of its own.")
@click.option("--count", type=click.IntRange(1, 1000), help=f"Texts of a new sample; {COUNT}.")
@click.option("--since", help=f"When the mentions of a new sample were written; {SINCE}.")
@click.option("--until", help="The same; now where it is left out.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Of a new sample; else by chance.")
@click.option("--new", is_flag=True, help="Another sample, of texts that were not drawn before.")
@click.option("--export", "to", type=_new, metavar="FILE.csv", help="Write the sample as a sheet.")
@click.option("--import", "sheet", type=_file, metavar="FILE.csv", help="Take a sheet's labels.")
@click.option("--show", is_flag=True, help="How samples and biases stand; changes nothing.")
@click.option("--by", help="Who labels; the user of this machine where it is left out.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_obj
def sample(
    call: Call,
    brand: str | None,
    network: str | None,
    count: int | None,
    since: str | None,
    until: str | None,
    seed: int | None,
    new: bool,
    to: Path | None,
    sheet: Path | None,
    show: bool,
    by: str | None,
    as_json: bool,
) -> None:
    """Label a random sample of a brand's mentions: the model is fitted to the brand.

    Texts are shown one at a time, without what the model says of them. Every label is kept at once:
    leave with q or Ctrl-C, and the same command goes on. From 30 labels two numbers are fitted, and
    used where leave-one-out says that they help.
    """
    from listener.cli.sitting import Drawing, Sitting, opened, show_standing

    if sum([show, sheet is not None, to is not None]) > 1:
        raise click.UsageError("--export, --import and --show: only one of them")
    asked = new or any(value is not None for value in (count, since, until, seed))
    if asked and (show or sheet):
        raise click.UsageError("--new, --count, --since, --until, --seed are of a new sample")
    settings = call.settings()
    if show:
        asyncio.run(show_standing(settings, brand, as_json))
        return
    drawing = Drawing(
        since=since or SINCE,
        until=until,
        count=count or COUNT,
        seed=secrets.randbelow(2**31) if seed is None else seed,
        asked=asked,
    )
    with asyncio.Runner() as runner, opened(runner, settings) as house:
        name = _one_brand(settings, brand)
        sitting = Sitting(runner, house, name, network or "", by or _user(), as_json)
        if sheet is not None:
            sitting.take(sheet)
        elif to is not None:
            sitting.write(drawing, to)
        else:
            sitting.ask(drawing)


def _one_brand(settings: Settings, brand: str | None) -> str:
    names = [known.name for known in settings.brands]
    own = [known.name for known in settings.brands if known.role == "own"]
    if brand is None and len(own) == 1:
        return own[0]
    if brand is None:
        raise click.UsageError(f"whose mentions? --brand NAME: {', '.join(names)}")
    if brand not in names:
        raise click.ClickException(f"there is no brand {brand!r}; there is: {', '.join(names)}")
    return brand


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user without a name
        return "unknown"
