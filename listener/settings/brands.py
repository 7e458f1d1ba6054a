"""The brands as the matcher needs them."""

from __future__ import annotations

from collections.abc import Iterable

from listener.records import Brand
from listener.settings.model import Settings


def brands_of(settings: Settings) -> tuple[Brand, ...]:
    """In the order they are written; hashtags without #, handles without @, each once."""
    return tuple(
        Brand(
            name=brand.name,
            query=brand.query,
            keywords=brand.keywords,
            hashtags=_bare(brand.hashtags, "#"),
            handles=_bare((account.handle for account in brand.accounts), "@"),
            context=brand.context,
            exclude=brand.exclude,
            al=brand.al,
            role=brand.role,
        )
        for brand in settings.brands
    )


def _bare(words: Iterable[str], sign: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip().lstrip(sign) for word in words))
