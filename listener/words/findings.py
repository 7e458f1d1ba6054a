"""The words of findings, Arabic and English: code to (what is wrong, what would be right).

``{key}`` and the like are filled from the finding's values. The commands stay English; what a
person reads about their own file follows ``service.language``.
"""

from __future__ import annotations

from collections.abc import Mapping

from listener.words.findings_ar import ARABIC
from listener.words.findings_en import ENGLISH

FSI, PDI = "\u2068", "\u2069"

CATALOGS: Mapping[str, Mapping[str, tuple[str, str]]] = {"ar": ARABIC, "en": ENGLISH}


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def say(
    code: str, values: Mapping[str, str], language: str, *, isolate: bool = False
) -> tuple[str, str]:
    """(message, hint); with a near word among the values the hint asks whether it was meant.

    Raises KeyError for a code without words: that is a mistake of ours.
    """
    catalog = CATALOGS[language]
    message, hint = catalog[code]
    if values.get("near"):
        hint = catalog["did_you_mean"][1]
    filled = _Blank({k: f"{FSI}{v}{PDI}" if isolate else v for k, v in values.items()})
    return message.format_map(filled), hint.format_map(filled)
