"""Which characters are unsafe where: the one place that says it.

A stranger's text must not drive a terminal, reorder what stands around it, break a line of the log,
hide in a name, or be refused by a database. ``classifiers`` reads texts, it shows none, and keeps
its own list of what a model need not see.
"""

from __future__ import annotations

import re

# Fragments of character classes.
CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
"""C0 but tab and line feed, DEL, C1."""
BREAKS = "\t\n\u2028\u2029"
"""What ends a line or leaps in it."""
BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Marks, embeddings, overrides and isolates (UAX #9)."""
INVISIBLE = "\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb"
"""Signs of no width. ZWJ and ZWNJ are not among them: Persian and emoji need them."""
JOINERS = "\u200c\u200d"
SURROGATES = "\ud800-\udfff"
"""Half a pair alone: no encoder takes it."""

IN_A_ROW = re.compile(f"[\x00{SURROGATES}]")
"""What a database refuses: PostgreSQL has no NUL in text."""
IN_A_LOG = re.compile(f"[{CONTROLS}\u2028\u2029{BIDI}{SURROGATES}]")
IN_A_LINE = re.compile(f"[{CONTROLS}{BREAKS}{BIDI}{SURROGATES}]")
"""In a value that is quoted within a sentence."""
IN_A_NAME = re.compile(f"[{CONTROLS}{BREAKS}{BIDI}{INVISIBLE}{SURROGATES}]")
"""In a name that is written down and looked for."""
IN_A_TEXT = re.compile(f"[{CONTROLS}{BIDI}{INVISIBLE}{SURROGATES}]")
"""In a post that is shown: its line breaks and tabs stay."""
DIRECTIONS = re.compile(f"[{BIDI}]")
WITHIN_A_NUMBER = f"[{BIDI}{INVISIBLE}{JOINERS}]"
"""What may stand unseen between the digits of a telephone number."""
