"""What `rasid check` says around its findings (``checking.po``).

Every Arabic line starts with an Arabic letter, so that a terminal lays it out from the right.
"""

from __future__ import annotations

from listener.words import Language, words
from listener.words.bidi import isolate as isolated


def say(key: str, language: Language, /, *, isolate: bool = False, **values: str) -> str:
    """The text of ``key``; a reason without words of its own is told by its name.

    ``isolate`` wraps each value in FSI…PDI.
    """
    catalog = words(language)
    if key.startswith("reason_") and not catalog.has(f"check.{key}"):
        key, values = "reason_unknown", {"reason": key.removeprefix("reason_")}
    texts = {k: isolated(v) if isolate else v for k, v in values.items()}
    return catalog.raw(f"check.{key}").format_map(texts)


def value(name: str, language: Language) -> str:
    """The word for a label's value."""
    return words(language).raw(f"check.value.{name}")
