"""Which classifier a name stands for."""

from __future__ import annotations

import logging
from functools import lru_cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from classifiers.folders import kind_of
from classifiers.labels import Classifier

if TYPE_CHECKING:
    from classifiers.bag.classifier import BagClassifier
    from classifiers.encoder.full import EncoderClassifier

TIERS = ("auto", "fast", "full")
INTENTS_BY = ("bundled", "lexicon")
WEIGHTS = Path(str(files("classifiers"))) / "weights"
log = logging.getLogger(__name__)


def load(
    name: str = "bundled",
    *,
    tier: str = "auto",
    intent: str = "bundled",
    threads: int | None = None,
) -> Classifier:
    """The classifier called ``name``.

    bundled: the one of ``tier`` among those that ship in the wheel. fast: a bag of n-grams; full:
    the encoder; auto: fast keeps what it is sure of and full reads the rest (where torch is not
    installed, fast alone, said in the log). lexicon: word lists; a folder: either tier's own
    format or a transformers sequence classifier; anything with a slash that is no folder: that
    model of the Hugging Face hub (downloaded, safetensors only).
    A folder of the full tier's format with ``tier`` auto is half of an auto tier with the bundled
    fast model, where its ``auto.json`` was fitted for the two; else, or with another tier, it
    labels everything alone (said once in the log where auto was asked for).
    intent: bundled, the intent of the same model, or of the fast one where it tells sentiment
    alone; lexicon, of the rules.
    ``threads``: cores that torch may use, None all that this process may.
    Raises ValueError, saying what was found, when there is no such model or its labels are not
    those of sentiment.
    """
    if tier not in TIERS:
        raise ValueError(f"tier {tier!r} is unknown: choose one of {', '.join(TIERS)}")
    if intent not in INTENTS_BY:
        raise ValueError(f"intent {intent!r} is unknown: choose one of {', '.join(INTENTS_BY)}")
    if threads is not None and threads < 1:
        raise ValueError(f"threads is {threads}: at least 1, or None to leave it to torch")
    try:
        classifier = _named(tier if name == "bundled" else name, threads, tier)
    except ModuleNotFoundError as error:
        raise ValueError(f"model {name!r} needs {error.name}: pip install 'rasid[label]'") from None
    if intent == "lexicon" and name != "lexicon":
        from classifiers.rules.by_rules import IntentByRules

        return IntentByRules(classifier)
    return classifier


def _named(name: str, threads: int | None, tier: str) -> Classifier:
    if name == "fast":
        return bundled_fast()
    if name == "full":
        return _full(threads)
    if name == "auto":
        return _auto(threads)
    if name == "lexicon":
        return _lexicon()
    folder = Path(name).expanduser()
    if folder.is_file():
        raise ValueError(
            f"{name} is a file: a model is a folder, with its weights as model.safetensors"
        )
    if folder.is_dir():
        kind = kind_of(folder)
        if kind == "bag":
            from classifiers.bag.classifier import BagClassifier

            return BagClassifier.read(folder)
        if kind == "encoder":
            from classifiers.encoder.full import EncoderClassifier

            own = EncoderClassifier.read(folder, words=bundled_fast(), threads=threads)
            return _own_auto(own, folder) if tier == "auto" else own
    elif "/" not in name or name.startswith((".", "/", "~")) or name.count("/") > 1:
        raise ValueError(
            f"no model {name!r}: use bundled, auto, full, fast, lexicon, a folder that exists, "
            "or a hub name such as owner/model"
        )
    from classifiers.foreign.sequence import SequenceClassifier

    where = str(folder) if folder.is_dir() else name
    return SequenceClassifier.read(where, words=bundled_fast(), threads=threads)


@lru_cache(maxsize=1)
def bundled_fast() -> BagClassifier:
    """The fast tier's model that ships."""
    from classifiers.bag.classifier import BagClassifier

    return BagClassifier.read(WEIGHTS / "fast")


@lru_cache(maxsize=1)
def _full(threads: int | None) -> EncoderClassifier:
    from classifiers.encoder.full import EncoderClassifier

    return EncoderClassifier.read(WEIGHTS / "full", words=bundled_fast(), threads=threads)


@lru_cache(maxsize=1)
def _auto(threads: int | None) -> Classifier:
    if missing := [name for name in ("torch", "transformers") if find_spec(name) is None]:
        log.warning(
            "the fast model labels alone: %s is not installed (pip install 'rasid[label]')",
            " and ".join(missing),
        )
        return bundled_fast()
    from classifiers.auto import AutoClassifier, Gate

    return AutoClassifier(bundled_fast(), _full(threads), Gate.read(WEIGHTS / "auto.json"))


def _own_auto(own: EncoderClassifier, folder: Path) -> Classifier:
    """``own``, of ``folder``, and the bundled fast model, where a gate stands between them; a gate
    that cannot be read is a ValueError."""
    from classifiers.auto import FILE, AutoClassifier, Gate, weights_of

    if not (folder / FILE).exists():
        _alone(f"{folder} has no {FILE}: its model labels everything, the fast one keeps nothing")
        return own
    gate, fast = Gate.read(folder / FILE), bundled_fast()
    if (gate.fast, gate.full) != (weights_of(fast.model), weights_of(own.model)):
        _alone(
            f"{folder / FILE} was fitted for {gate.fast} and {gate.full}, found are {fast.model} "
            f"and {own.model}: the folder's model labels everything until it is fitted again "
            f"(python -m classifiers.making.fit_auto --folder {folder} --out {folder / FILE})"
        )
        return own
    return AutoClassifier(fast, own, gate)


@lru_cache(maxsize=32)
def _alone(why: str) -> None:
    """Say it once, however often the model is loaded."""
    log.warning("%s", why)


@lru_cache(maxsize=1)
def _lexicon() -> Classifier:
    from classifiers.lexicon.baseline import LexiconClassifier

    return LexiconClassifier()
