"""What a brand's words will not find, however often they are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from classifiers.arabic import fold
from listener.matching.parting import cut, is_address, tag_key
from listener.matching.reading import handle_names
from listener.matching.signs import pattern
from listener.settings.findings import Finding
from listener.settings.model import BrandSettings, Settings

_EMPTY: Final = frozenset(
    word
    for line in (
        "في من على الي عن مع هذا هذه ذلك الذي التي هو هي ما لا يا كل بس ان انه او ثم قد لم لن اللي",
        "the a an of to in on at by for and or is are it this that with from as be we you my our",
    )
    for word in line.split()
)
"""Words that say nothing by themselves, folded."""


def findings(settings: Settings, lines: Mapping[str, int]) -> list[Finding]:
    """For each brand: addresses, words that say nothing, a word twice in two spellings, and one
    that its own ``exclude`` takes away."""
    found = []
    for i, brand in enumerate(settings.brands):
        for key, code, values in _of(brand):
            path = f"brands[{i}].{key}"
            found.append(Finding(path, code, lines.get(path), values, "warning"))
    return found


def _of(brand: BrandSettings) -> Iterator[tuple[str, str, dict[str, str]]]:
    excluded = {_same(term): term for term in brand.exclude if _same(term)}
    for name in ("keywords", "context", "exclude"):
        seen: dict[str, str] = {}
        for j, term in enumerate(getattr(brand, name)):
            at, same = f"{name}[{j}]", _same(term)
            if not same:
                continue  # said already: there is nothing to look for
            if is_address(term) and {"/", "@"} & set(term.strip().lstrip("@")):
                yield at, "address_term", {"given": term}
            elif name == "keywords" and _says_nothing(term):
                yield at, "stop_words", {"given": term}
            if same in seen:
                yield at, "same_term", {"given": term, "other": seen[same]}
            elif name == "keywords" and same in excluded:
                yield at, "excluded_term", {"given": term, "other": excluded[same]}
            seen.setdefault(same, term)


def _same(term: str) -> str:
    """Equal for terms that find the same; "" for one that finds nothing."""
    text = term.strip()
    if text.startswith("#"):
        return f"#{key}" if (key := tag_key(text)) else ""
    if text.startswith("@"):
        return f"@{handle_names(text)[0]}"
    words = " ".join(cut(fold(text)))
    like = pattern(text)
    return f"{words} {like.pattern}" if words and like else words


def _says_nothing(term: str) -> bool:
    words = cut(fold(term))
    return len(words) > 1 and pattern(term) is None and _EMPTY.issuperset(words)
