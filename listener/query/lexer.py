"""From the text of a query to tokens with positions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, cast

from classifiers.arabic import fold, words
from listener.query.ast import (
    AND_WORDS,
    FIELD,
    NEAR,
    NOT_WORDS,
    OR_WORDS,
    QUOTES,
    SEPARATORS,
    Comparison,
    Field,
    FieldName,
    QueryError,
    Term,
)

MAX_DISTANCE: Final = 1000
_FAMILIES: Final = ('"', "“”„‟", "«»")
_FOLLOWERS: Final = re.compile(r"(>=|<=|>|<|=|≥|≤)?(\d{1,15})([kKmM]?)")
_SIGNS: Final = {"≥": ">=", "≤": "<=", None: "="}
_FIELDS: Final = ("lang", "network", "from", "followers", "exact")

TokenKind = Literal["(", ")", "AND", "OR", "NOT", "NEAR", "leaf", "end"]


@dataclass(frozen=True, slots=True)
class Token:
    """``leaf`` is set where kind is "leaf", ``distance`` where it is "NEAR"."""

    kind: TokenKind
    position: int
    leaf: Term | Field | None = None
    distance: int = 0


class Lexer:
    """Cuts one query; every error is a ``QueryError`` that says what to write instead."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.at = 0

    def tokens(self) -> Iterator[Token]:
        """All tokens in order; the last is of kind "end"."""
        query = self.query
        while self.at < len(query):
            letter, start = query[self.at], self.at
            if letter.isspace() or letter in SEPARATORS:
                self.at += 1
            elif letter in "()":
                self.at += 1
                yield Token("(" if letter == "(" else ")", start)
            elif letter in QUOTES:
                yield Token("leaf", start, self._term(self._quote(), start))
            else:
                yield self._word(start)
        yield Token("end", len(query))

    def _quote(self) -> str:
        """The text between quotes; a backslash makes the next quote or backslash plain text."""
        query, start = self.query, self.at
        closing = next(family for family in _FAMILIES if query[start] in family)
        text: list[str] = []
        at = start + 1
        while at < len(query):
            if query[at] == "\\" and query[at + 1 : at + 2] in ('"', "\\"):
                text.append(query[at + 1])
                at += 2
                continue
            if query[at] in closing:
                self.at = at + 1
                return "".join(text)
            text.append(query[at])
            at += 1
        raise QueryError(
            f"this quote is never closed: add {closing[-1]} after the phrase",
            start,
            "unclosed_quote",
            closing=closing[-1],
        )

    def _bare(self) -> str:
        query, start = self.query, self.at
        while self.at < len(query):
            letter = query[self.at]
            if letter.isspace() or letter in "()" or letter in QUOTES or letter in SEPARATORS:
                break
            self.at += 1
        return query[start : self.at]

    def _word(self, start: int) -> Token:
        field = FIELD.match(self.query, start)
        if field:
            self.at = field.end()
            return Token("leaf", start, self._field(field[1], start))
        word = self._bare()
        if word in OR_WORDS:
            return Token("OR", start)
        if word in NOT_WORDS:
            return Token("NOT", start)
        if word in AND_WORDS:
            return Token("AND", start)
        if word == "NEAR" or word.startswith("NEAR/"):
            return Token("NEAR", start, distance=self._distance(word, start))
        if len(word) > 1 and word[0] == "-":
            raise QueryError(
                f"to leave a word out write NOT {word[1:]}; '-' is not used",
                start,
                "minus",
                word=word[1:],
            )
        return Token("leaf", start, self._bare_term(word, start))

    def _distance(self, word: str, start: int) -> int:
        match = NEAR.fullmatch(word)
        if not match or not 1 <= int(match[1][:9]) <= MAX_DISTANCE:
            raise QueryError(
                f"write NEAR with a number of words from 1 to {MAX_DISTANCE}: NEAR/5",
                start,
                "near_distance",
                most=MAX_DISTANCE,
            )
        return int(match[1])

    def _bare_term(self, word: str, start: int) -> Term:
        text = word.rstrip(",;")
        if text[:1] in ("#", "@"):
            sign, name = text[0], text[1:]
            if not words(fold(name)) or any(c in "#" for c in name):
                raise QueryError(
                    f"write one name after {sign}, without a space: {sign}zain",
                    start,
                    "tag_name",
                    sign=sign,
                )
            return Term(name, "hashtag" if sign == "#" else "handle")
        return self._term(text, start)

    def _term(self, text: str, start: int, *, exact: bool = False) -> Term:
        if not words(fold(text)):
            raise QueryError("there is no letter or digit to look for here", start, "no_letter")
        if exact:
            return Term(text, "exact")
        return Term(text, "phrase" if len(text.split()) > 1 else "word")

    def _field(self, written: str, start: int) -> Term | Field:
        name = written.lower()
        if name not in _FIELDS:
            raise QueryError(
                f"there is no field {written}: (only lang: network: from: followers: exact:); "
                "put the text in quotes if it is a word",
                start,
                "no_field",
                field=written,
            )
        is_quote = self.at < len(self.query) and self.query[self.at] in QUOTES
        value_at = self.at
        value = self._quote() if is_quote else self._bare()
        if name == "exact":
            if not is_quote:
                raise QueryError(
                    f'put the text in quotes: exact:"{value}"', start, "exact_quotes", value=value
                )
            return self._term(value, value_at, exact=True)
        if name == "followers":
            return self._followers(value, value_at)
        value = value.strip().removeprefix("@").casefold()
        if not value:
            raise QueryError(
                f"{name}: needs its value right after the colon", start, "no_value", field=name
            )
        return Field(cast(FieldName, name), value)

    def _followers(self, value: str, start: int) -> Field:
        match = _FOLLOWERS.fullmatch(value)
        if not match:
            raise QueryError(
                "write a number, as in followers:>1000 (also >=, <, <=, =)", start, "number"
            )
        scale = {"": 1, "k": 1000, "m": 1_000_000}[match[3].lower()]
        sign = cast(Comparison, _SIGNS.get(match[1], match[1]))
        return Field("followers", int(match[2]) * scale, sign)
