"""The words of findings: a code to what is wrong and what would be right (``findings.po``).

``{key}`` and the like are filled from the finding's values. The commands stay English; what a
person reads about their own file follows ``service.language``.
"""

from __future__ import annotations

from collections.abc import Mapping

from listener.words import Language, words
from listener.words.bidi import isolate as isolated


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def say(
    code: str, values: Mapping[str, str], language: Language, *, isolate: bool = False
) -> tuple[str, str]:
    """(message, hint), the hint empty where the message says it; with a near word among the values
    the hint asks whether it was meant.

    Raises KeyError for a code without words: that is a mistake of ours.
    """
    catalog, key = words(language), f"finding.{code}"
    hint_key = "finding.did_you_mean.hint" if values.get("near") else f"{key}.hint"
    if not catalog.has(hint_key):  # those of one kind share a hint
        hint_key = f"finding.{code.partition('.')[0]}.hint"
    message = catalog.raw(key)
    hint = catalog.raw(hint_key) if catalog.has(hint_key) else ""
    filled = _Blank({k: isolated(v) if isolate else v for k, v in values.items()})
    return message.format_map(filled), hint.format_map(filled)
