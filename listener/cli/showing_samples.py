"""Samples and biases for people, a line each, and as figures for scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from listener.cli.speaking import say_line
from listener.store.sample_rows import Standing
from listener.words import Words


def figures(standing: Standing) -> dict[str, Any]:
    """For scripts; times as ISO 8601 in UTC."""
    return {
        "sample": standing.id,
        "brand": standing.brand,
        "network": standing.scope.network or None,
        "seed": standing.seed,
        "since": standing.since.isoformat(),
        "until": standing.until.isoformat(),
        "drawn_from": standing.texts,
        "texts": standing.places,
        "labelled": standing.labelled,
        "skipped": standing.skipped,
        "open": standing.open,
        "made_by": standing.made_by,
        "made_at": standing.made_at.isoformat(),
    }


def say_samples(every: Sequence[Standing], words: Words) -> None:
    """How far each is, and what it was drawn from."""
    if not every:
        say_line(words, "sample.none")
    for standing in every:
        say_line(
            words,
            "sample.standing",
            id=str(standing.id),
            brand=_whose(standing.brand, standing.scope.network, words),
            labelled=standing.labelled,
            of=standing.places,
            skipped=standing.skipped,
            open=standing.open,
        )
        say_line(
            words,
            "sample.drawn",
            indent=2,
            texts=standing.texts,
            since=f"{standing.since:%Y-%m-%d}",
            until=f"{standing.until:%Y-%m-%d}",
            seed=str(standing.seed),
        )


def say_bias(bias: Mapping[str, Any], words: Words) -> None:
    """What was fitted last for a scope, whether it is used, and what it is worth: each text by a
    bias that the others gave."""
    before, after = bias["measured"]["before"], bias["measured"]["after"]
    values = {
        "brand": _whose(bias["brand"], bias["network"] or "", words),
        "labels": bias["labels"],
        "samples": ", ".join(map(str, bias["samples"])),
    }
    if bias["since"] is None:
        say_line(words, "bias.unused", **values)
    else:
        moved = f"{bias['negative']:+.2f} / {bias['positive']:+.2f}"
        say_line(words, "bias.used", since=bias["since"][:10], moved=moved, **values)
    say_line(
        words,
        "bias.gain",
        indent=2,
        right_before=words.percent(before["accuracy"]),
        right_after=words.percent(after["accuracy"]),
        loss_before=f"{before['log_loss']:.3f}",
        loss_after=f"{after['log_loss']:.3f}",
        shares_before=words.percent(before["share_error"], decimals=1),
        shares_after=words.percent(after["share_error"], decimals=1),
    )


def _whose(brand: str, network: str, words: Words) -> str:
    return f"{brand} · {words.one_of('network', network)}" if network else brand
