"""Finding many phrases of several kinds in one pass over a folded text."""

from __future__ import annotations

from collections.abc import Mapping

import ahocorasick

from classifiers.rules.stems import read_entry


class Phrases:
    """Phrases by kind, given as ``"one|two words|stem*"``: whole words, ``*`` lets the last go on.

    An Arabic phrase is found behind و and ف too: they are written onto the word they join.
    Raises ValueError for an entry that would find more than it says (``stems.read_entry``).
    """

    def __init__(self, kinds: Mapping[str, str]) -> None:
        keys: dict[str, set[tuple[str, str]]] = {}
        for kind, joined in kinds.items():
            for raw in joined.split("|"):
                phrase, goes_on, joins = read_entry(raw)
                end = "" if goes_on else " "
                for clitic in ("", "و", "ف") if joins else ("",):
                    keys.setdefault(f" {clitic}{phrase}{end}", set()).add((kind, phrase))
        self._automaton = ahocorasick.Automaton()
        for key, phrases in keys.items():
            self._automaton.add_word(key, tuple(phrases))
        self._automaton.make_automaton()

    def find(self, folded: str) -> dict[str, set[str]]:
        """Kind to the different phrases of it that stand in ``folded``."""
        result: dict[str, set[str]] = {}
        for _, phrases in self._automaton.iter(f" {folded} "):
            for kind, phrase in phrases:
                result.setdefault(kind, set()).add(phrase)
        return result
