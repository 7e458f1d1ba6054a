"""The models that commands take by name."""

from __future__ import annotations

import click

from classifiers import Classifier, load

MODELS = "bundled, auto, full, fast, lexicon, a folder, or a hub name."


def loaded(name: str) -> Classifier:
    """The model called ``name``, or the end with what would be right."""
    try:
        return load(name)
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from None
