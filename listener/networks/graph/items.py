"""What texts and media of Meta's networks say: tags and names in a text, kinds of media, marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from listener.networks import fields as f
from listener.records import Mention

_TAG = re.compile(r"(?<![A-Za-z0-9_/&])#(\w[\w\u200c]*)")  # و may stand before it
_NAME = re.compile(r"(?<![\w.@/])@([A-Za-z0-9_](?:[A-Za-z0-9._]{0,28}[A-Za-z0-9_])?)")
_MEDIA: Mapping[str, tuple[str, ...]] = {
    "IMAGE": ("photo",),
    "VIDEO": ("video",),
    "CAROUSEL_ALBUM": ("album",),
    "AUDIO": ("audio",),
}


def tags(text: str) -> tuple[str, ...]:
    """Hashtags of a text, without '#', each once."""
    return tuple(dict.fromkeys(tag for tag in _TAG.findall(text) if not tag.isdecimal()))


def names(text: str, *further: str) -> tuple[str, ...]:
    """Handles in a text, without '@', and ``further`` ones that stand elsewhere, each once."""
    found = {name.casefold(): name for name in reversed([*further, *_NAME.findall(text)])}
    return tuple(reversed(found.values()))


def media(raw: Mapping[str, object]) -> tuple[str, ...]:
    """By ``media_type``, and "reel" or "story" by ``media_product_type``."""
    kind = _MEDIA.get(f.text(raw.get("media_type")) or "", ())
    shown = (f.text(raw.get("media_product_type")) or "").casefold()
    return (*kind, *({"reels": ("reel",), "story": ("story",)}.get(shown, ())))


def newest(mentions: Iterable[Mention]) -> str | None:
    """The latest time of a page, as a mark."""
    latest = max((m.created_at for m in mentions if m.created_at), default=None)
    return f.iso(latest) if latest else None
