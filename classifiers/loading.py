"""Which classifier a name stands for."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from classifiers.labels import Classifier

TIERS = ("auto", "fast", "full")


def load(name: str = "bundled", *, tier: str = "auto", threads: int | None = None) -> Classifier:
    """The classifier called ``name``.

    bundled, auto or fast: the fast bag that ships in the wheel; lexicon: word lists; a folder:
    the fast tier's own format or a transformers sequence classifier; anything with a slash that
    is no folder: that model of the Hugging Face hub (downloaded, safetensors only).
    ``tier`` chooses among the bundled models (so far each means the fast one);
    ``threads`` bounds torch, None leaves it alone.
    Raises ValueError, saying what was found, when there is no such model or its labels are not
    those of sentiment.
    """
    if tier not in TIERS:
        raise ValueError(f"tier {tier!r} is unknown: choose one of {', '.join(TIERS)}")
    if threads is not None and threads < 1:
        raise ValueError(f"threads is {threads}: at least 1, or None to leave it to torch")
    if name in ("bundled", "auto", "fast"):
        return _bundled()
    if name == "lexicon":
        return _lexicon()
    folder = Path(name).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").is_file():
            from classifiers.bag import BagClassifier

            return BagClassifier.read(folder)
    elif "/" not in name or name.startswith((".", "/", "~")) or name.count("/") > 1:
        raise ValueError(
            f"no model {name!r}: use bundled, fast, lexicon, a folder that exists, "
            "or a hub name such as owner/model"
        )
    from classifiers.sentiment import SequenceClassifier

    return SequenceClassifier.read(str(folder) if folder.is_dir() else name, threads=threads)


@lru_cache(maxsize=1)
def _bundled() -> Classifier:
    from classifiers.bag import BagClassifier

    return BagClassifier.read(Path(str(files("classifiers"))) / "weights" / "fast")


@lru_cache(maxsize=1)
def _lexicon() -> Classifier:
    from classifiers.lexicon import LexiconClassifier

    return LexiconClassifier()
