"""The models that commands take by name, and the one that the settings name."""

from __future__ import annotations

import click

from classifiers import Classifier, load
from listener.settings.model import Settings

MODELS = "bundled, auto, full, fast, lexicon, a folder, or a hub name."


class ModelError(ValueError):
    """The model that the settings name cannot be loaded; the message says why."""


def loaded(name: str) -> Classifier:
    """The model called ``name``, or the end with what would be right."""
    try:
        return load(name)
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from None


def configured(settings: Settings) -> Classifier:
    """The classifier that ``[classifiers]`` asks for; a folder's path starts at the file. Raises
    ModelError where it cannot be loaded."""
    chosen = settings.classifiers
    name = chosen.sentiment.model
    if settings.path is not None and (folder := settings.path.parent / name).is_dir():
        name = str(folder)
    try:
        return load(name, tier=chosen.sentiment.tier, intent=chosen.intent.model)
    except Exception as error:  # whatever a model's runtime raises of a damaged file
        why = str(error) or type(error).__name__
        raise ModelError((why if name in why else f"{name}: {why}")[:500]) from error
