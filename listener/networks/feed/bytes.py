"""A feed's bytes → its text, whatever they say of themselves.

What they say (a byte order mark, ``charset`` of the Content-Type, ``encoding`` of the XML
declaration; RFC 7303 3) is often wrong, so it is a hint: bytes that are UTF-8 are UTF-8, Arabic in
windows-1256 or ISO 8859-6 is known by its letters. A byte that fits nothing costs one character.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass

_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?\bencoding\s*=\s*["']\s*([\w.:-]{1,40})""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_WINDOWS = re.compile(r"(?:x-)?(?:windows|win|cp|ms)?[-_]?(12[45]\d|874)")
_CODECS = re.compile(
    r"utf|cp\d|iso8859|iso2022|koi8|gb|big5|euc|shift|mac|tis|hz|johab|kz1048|ptcp|hkscs|ascii"
)
_LATIN = "cp1252"
_SEVEN_BIT = re.compile("iso2022|hz|utf-7")
_ARABIC = frozenset(("cp1256", "iso8859-6", "mac-arabic", "cp864", "cp720"))
_LETTERS = re.compile(
    "[\u0621-\u065f\u0670\u067e\u0686\u0688\u0691\u0698\u06a9\u06af\u06ba-\u06d2]"
)
_ALIKE = re.compile("[\u0621-\u0652]{3,}")
_ONLY = re.compile("[\u060c\u061b\u061f\u0621-\u0652]{2,}")
_HIGH = re.compile(rb"[\x80-\xff]+")
_BAD, _RUNS = "\ufffd", "rasid-runs"
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = (
    (re.compile(rb"[^\0]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0[^\0]"), "utf-32-be"),
    (re.compile(rb"[^\0]\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"\0[^\0]\0[^\0]"), "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """``doubt``: in what they were not what they say, None where they were."""

    text: str
    doubt: str | None = None


def decoded(content: bytes, content_type: str = "") -> Decoded:
    """The text of ``content``. Never raises."""
    said = _said(content, content_type)
    wide = _wide(content)
    if wide is not None:
        text = content.decode(wide, "replace").lstrip("\ufeff")
        return Decoded(text, _doubt(said, wide, text.count(_BAD)))
    content = content.removeprefix(codecs.BOM_UTF8)
    if said and _SEVEN_BIT.match(said[0]) and content.isascii():
        text = content.decode(said[0], "replace")
        return Decoded(text, _doubt(said, said[0], text.count(_BAD)))
    if content.isascii():
        return Decoded(content.decode("ascii"))
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return _not_utf8(content, said)
    return Decoded(text, _doubt(said, "utf-8", 0))


def _not_utf8(content: bytes, said: Sequence[str]) -> Decoded:
    fitting = content.decode("utf-8", "replace")
    bad = fitting.count(_BAD)
    good = len(fitting) - len(fitting.encode("ascii", "ignore")) - bad
    if 4 * good >= bad or _ALIKE.search(fitting):  # in another encoding next to nothing fits
        text = content.decode("utf-8", _RUNS)
        lost = text.count(_BAD)
        part = None if lost == bad else "part of it is windows-1256"
        return Decoded(text, "; ".join(filter(None, (part, _doubt(said, "utf-8", lost)))))
    used = _one_byte(content, said)
    text = content.decode(used, "replace")
    return Decoded(text, _doubt(said, used, text.count(_BAD)))


def _one_byte(content: bytes, said: Sequence[str]) -> str:
    """Which encoding it is, where it is not Unicode."""
    names = [name for name in said if not name.startswith("utf")]
    foreign = [name for name in names if name != _LATIN and name not in _ARABIC]
    if foreign:  # Cyrillic, Chinese, …: there is nothing to hold against it but a byte without one
        return max(foreign, key=lambda name: -content.decode(name, "replace").count(_BAD))
    best = max(dict.fromkeys([*names, "cp1256", "iso8859-6"]), key=lambda n: _arabic(content, n))
    if _arabic(content, best) > 0:
        return best
    return next((name for name in names if name in _ARABIC), _LATIN)


def _arabic(content: bytes, name: str) -> float:
    """How much like Arabic it reads: 0 where most of its strange letters are not Arabic at all."""
    text = content.decode(name, "replace")
    strange = len(text) - len(text.encode("ascii", "ignore"))
    runs = "".join(_ALIKE.findall(text))
    if not strange or len(_LETTERS.findall(text)) < 0.7 * strange or not runs:
        return 0.0
    # The article and the commonest letters, which the two encodings have in different places.
    usual = sum(text.count(word) for word in ("ال", "في", "من", "ية", "و"))
    return 1.0 + usual / strange - 2 * text.count(_BAD) / strange


def _said(content: bytes, content_type: str) -> list[str]:
    """What the declaration and the header name, as Python calls it, each once."""
    head = content[:1000].replace(b"\0", b"")
    inside, outside = _DECLARED.search(head), _CHARSET.search(content_type)
    labels = [inside[1].decode("ascii", "ignore") if inside else "", outside[1] if outside else ""]
    return list(dict.fromkeys(filter(None, map(_codec, labels))))


def _codec(label: str) -> str | None:
    """None for what is no encoding, or one of Python's own that is none of text."""
    label = label.strip().lower()
    numbered = _WINDOWS.fullmatch(label)
    try:
        name = codecs.lookup(f"cp{numbered[1]}" if numbered else label).name
    except (LookupError, ValueError):
        return "utf-8" if label.startswith("utf8") else None
    if name == "ascii":  # the default of some servers, and never true of Arabic
        return None
    return "cp1252" if name == "iso8859-1" else name if _CODECS.match(name) else None


def _wide(content: bytes) -> str | None:
    """UTF-16 or UTF-32, by its mark or by the zeros between the letters of its first tags."""
    for mark, name in _MARKS:
        if content.startswith(mark) and b"\0" in content[:64]:
            return name
    head = content[:4].ljust(4, b" ")
    return next((name for pattern, name in _WIDE if pattern.match(head)), None)


def _doubt(said: Sequence[str], used: str, bad: int) -> str | None:
    parts = []
    if said and not used.startswith(tuple(said)):
        parts.append(f"says {' and '.join(map(_called, said))}, is {_called(used)}")
    elif not said and not used.startswith("utf"):
        parts.append(f"does not say its encoding, read as {_called(used)}")
    if bad:
        parts.append("1 letter could not be read" if bad == 1 else f"{bad} letters not readable")
    return "; ".join(parts) or None


def _called(name: str) -> str:
    return re.sub(r"^cp(12\d\d)$", r"windows-\1", name)


def _runs(error: UnicodeError) -> tuple[str, int]:
    """Among UTF-8: two letters or more of windows-1256 in a row are read as that (an entry that
    was pasted in from elsewhere), any other byte that does not belong is one lost letter."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    run = _HIGH.match(error.object, error.start)
    if run is not None and len(run[0]) >= 2:
        text = run[0].decode("cp1256", "replace")
        if _ONLY.fullmatch(text):
            return text, run.end()
    return _BAD, error.end


codecs.register_error(_RUNS, _runs)
