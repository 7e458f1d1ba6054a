"""Own rows in the form that training reads."""

from __future__ import annotations

from classifiers.evaluation.labelled_rows import needs_of
from classifiers.making.encoder.data import LabelledText
from classifiers.making.encoder.recipe import LabelledSet
from classifiers.making.own_rows import Fields, OwnSet


def as_set(one: OwnSet) -> LabelledSet:
    """``one`` as a recipe names it."""
    return LabelledSet(f"own/{one.name}", one.licence, one.weight, rules="own")


def labelled_text(row: Fields) -> LabelledText:
    """``row`` with the sentiment, the intent and the need of a response that it tells."""
    label, lang, dialect = row.get("label", ""), row.get("lang", ""), row.get("dialect", "")
    source, intent = row.get("source", ""), row.get("intent", "")
    return LabelledText(row["text"], label, lang, dialect, source, intent, needs_of(row))
