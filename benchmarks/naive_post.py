"""A mention cut into words letter by letter, and terms looked for word by word; see ``naive``."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from classifiers.arabic import fold, fold_letters
from listener.matching.clitics import SPOKEN
from listener.matching.parting import joined_ways, readable, tags_of
from listener.records import Mention

Span = tuple[int, int]
HANDLE_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_.-")


def script(letter: str) -> str:
    """Of a folded letter: arabic, latin (digits too) or "" for all others."""
    if letter in "abcdefghijklmnopqrstuvwxyz0123456789":
        return "latin"
    return "arabic" if "\u0620" <= letter <= "\u06fc" and letter.isalpha() else ""


@dataclass
class Word:
    letters: str
    start: int  # in the original text; -1 for a hashtag only the record names
    end: int
    tag: int = -1  # words with the same number are one hashtag
    handle: str = ""


def runs(word: str) -> list[tuple[str, int]]:
    return [(letter, len(list(group))) for letter, group in groupby(word)]


def same_word(written: str, term: str) -> bool:
    """Three or more letters in ``written`` stand for one or two; a word of one letter for three."""
    left, right = runs(written), runs(term)
    if [letter for letter, _ in left] != [letter for letter, _ in right]:
        return False
    for (letter, count), (_, wanted) in zip(left, right, strict=True):
        if count < 3 or not letter.isalpha():
            if count != wanted:
                return False
        elif len(left) == 1:
            if wanted != 3:
                return False
        elif wanted > 2:
            return False
    return True


def forms(word: str, al: bool) -> list[str]:
    """The word behind everything that may stand before it."""
    if len(word) == 1:
        return [word]
    heads = ["", "ب", "ك", "ل"]
    if word.startswith("ال") and len(word) > 4:
        heads += ["ه", "ع", "به", "له", "عه"]
    elif al:
        heads += ["ال", "بال", "كال", "لل"]
        if len(word) > 2:
            heads += ["هال", "عال", "بهال", "لهال", "عهال"]
    headed = [head + word for head in heads]
    if word.startswith("ال") and len(word) > 3:
        headed.append("لل" + word[2:])
        if word[2] == "ل":
            headed.append("ل" + word[2:])
    return [conjunction + form for conjunction in ("", "و", "ف") for form in headed]


def squeezed(word: str) -> str:
    """Without repeats; equal words are equal squeezed, which is quick to tell."""
    return "".join(letter for letter, _ in groupby(word))


@cache
def by_squeezed(word: str, al: bool) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for form in forms(word, al):
        grouped.setdefault(squeezed(form), []).append(form)
    return grouped


@cache
def cut(text: str) -> list[str]:
    """The words of ``text``; callers must not change the list."""
    words: list[str] = []
    for run in re.sub(r"\W|_", " ", fold(text)).split():
        letters, start = list(run), 0
        for at in range(1, len(letters)):
            if Post._parts(letters, start, at):
                words.append(run[start:at])
                start = at
        words.append(run[start:])
    return words


class Post:
    """A mention cut into words, letter by letter."""

    def __init__(self, mention: Mention) -> None:
        self.mention = mention
        text = readable(mention.text)  # addresses blanked, zero-width spaces made joints
        self.letters = [(letter, at) for at, raw in enumerate(text) for letter in fold_letters(raw)]
        self.tag_words = [(tag.key, tag.words) for tag in tags_of(text, mention.hashtags)]
        self.handles: set[str] = set()
        self.words: list[Word] = []
        self._cut()
        self.tags = {self.joined(number) for number in {word.tag for word in self.words} - {-1}}
        for number, tag in enumerate(mention.hashtags):
            key = "".join(cut(tag))
            if key and key not in self.tags:
                self.tags.add(key)
                self.words.append(Word("\0", -1, -1))
                self.words += [Word(word, -1, -1, -2 - number) for word in cut(tag)]
        for handle in mention.mentions:
            self.add_handle(handle.casefold())

        self.squeezed = [squeezed(word.letters) for word in self.words]

    def joined(self, tag: int) -> str:
        return "".join(cut("_".join(word.letters for word in self.words if word.tag == tag)))

    def add_handle(self, name: str) -> None:
        self.handles |= {name, name.split("@")[0].rstrip(".-")}

    def _cut(self) -> None:
        at, tag = 0, -1
        letters = [letter for letter, _ in self.letters]
        while at < len(letters):
            letter = letters[at]
            before = letters[at - 1] if at else " "
            if letter == "@" and before not in HANDLE_LETTERS | {"+", "@"}:
                end = self._handle_end(letters, at + 1)
                if end:
                    name = "".join(letters[at + 1 : end])
                    self.add_handle(name)
                    if name.strip("_.-@"):
                        self._add(at + 1, end, handle=name)
                    at, tag = end, -1
                    continue
            if letter.isalnum():
                end = at
                while end < len(letters) and letters[end].isalnum():
                    end += 1
                    if end < len(letters) and self._parts(letters, at, end):
                        break
                if before == "#":
                    tag = at
                self._add(at, end, tag=tag)
                at = end
                continue
            if letter == "#":
                tag = at if letters[at + 1 : at + 2] == ["_"] else -1
            elif letter != "_":
                tag = -1
            at += 1

    @staticmethod
    def _parts(letters: list[str], start: int, at: int) -> bool:
        """Whether the script changes at ``at`` in the word that began at ``start``."""
        one, other = script(letters[at - 1]), script(letters[at])
        if not one or not other or one == other:
            return False
        behind_start = start and letters[start - 1].isalnum()
        return one == "latin" or behind_start or "".join(letters[start:at]) not in SPOKEN

    @staticmethod
    def _handle_end(letters: list[str], at: int) -> int:
        end = at
        if letters[at : at + 1] and letters[at] in HANDLE_LETTERS - {".", "-"}:
            while end < len(letters) and letters[end] in HANDLE_LETTERS:
                end += 1
        else:
            while end < len(letters) and (letters[end].isalnum() or letters[end] == "_"):
                end += 1
        if end == at:
            return 0
        if letters[end : end + 1] == ["@"]:
            server = end + 1
            while server < len(letters) and letters[server] in HANDLE_LETTERS - {"_"}:
                server += 1
            end = server if server > end + 1 else end
        while letters[end - 1] in ".-":
            end -= 1
        return end

    def _add(self, at: int, end: int, *, tag: int = -1, handle: str = "") -> None:
        written = "".join(letter for letter, _ in self.letters[at:end])
        first = self.letters[at][1]
        last = self.letters[end][1] if end < len(self.letters) else len(self.mention.text)
        last = max(last, self.letters[end - 1][1] + 1)
        self.words.append(Word(written, first, last, tag, handle))

    def readable(self, word: Word) -> bool:
        """A handle with joints inside equals no term."""
        return not word.handle or word.handle.isalnum()

    def places(self, folded: list[str], al: bool) -> list[Span]:
        first, *others = folded
        starts = by_squeezed(first, al)
        places = []
        for at in range(len(self.words) - len(folded) + 1):
            if self.squeezed[at] not in starts:
                continue
            piece = self.words[at : at + len(folded)]
            if (
                all(self.readable(word) for word in piece)
                and any(same_word(piece[0].letters, form) for form in starts[self.squeezed[at]])
                and all(
                    same_word(word.letters, term)
                    for word, term in zip(piece[1:], others, strict=True)
                )
            ):
                places.append((at, at + len(folded) - 1))
        for key, words in self.tag_words:
            if self._in_tag(words, folded, al):
                places += self.tag_places(key)
        return places

    def _in_tag(self, words: list[str], folded: list[str], al: bool) -> bool:
        """Whether the words of a hashtag hold a term, apart or joined."""
        first, *others = folded
        size = len(folded)
        for at in range(len(words) - size + 1):
            if words[at] in forms(first, al) and words[at + 1 : at + size] == others:
                return True
        whole = {form + "".join(others) for form in forms(first, al) if form.endswith(first)}
        return size > 1 and any(way in whole for word in words for way in joined_ways(word))

    def tag_places(self, key: str) -> list[Span]:
        places = []
        for number in dict.fromkeys(word.tag for word in self.words if word.tag != -1):
            inside = [at for at, word in enumerate(self.words) if word.tag == number]
            if self.joined(number) == key:
                places.append((inside[0], inside[-1]))
        return places

    def handle_places(self, name: str) -> list[Span]:
        return [
            (at, at)
            for at, word in enumerate(self.words)
            if word.handle and name in (word.handle, word.handle.split("@")[0].rstrip(".-"))
        ]

    def exact_places(self, text: str) -> list[Span]:
        raw = self.mention.text
        inner = [at for at, letter in enumerate(text) if cut(letter)]
        lead, core = text[: inner[0]], text[inner[0] : inner[-1] + 1]
        while text[len(lead + core) :] and not fold(text[len(lead + core)]):
            core += text[len(lead + core)]
        places = []
        for at in range(len(raw)):
            if not raw.startswith(text, at):
                continue
            start, end = at + len(lead), at + len(lead) + len(core)
            covered = [
                number
                for number, word in enumerate(self.words)
                if word.start >= 0 and word.start < end and word.end > start
            ]
            if len(covered) != len(cut(core)) or not all(
                self.readable(self.words[number]) for number in covered
            ):
                continue
            rest = raw[end : self.words[covered[-1]].end]
            if self.words[covered[0]].start == start and all(
                unicodedata.category(letter) == "Cf" for letter in rest
            ):
                places.append((covered[0], covered[-1]))
        return places
