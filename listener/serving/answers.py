"""What our routes answer in: JSON, and errors as ``{"error": one sentence}``."""

from __future__ import annotations

import json
from collections.abc import Mapping

from aiohttp import web

JSON = "application/json"


def as_json(
    value: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """``value`` as UTF-8 JSON, Arabic as it is written."""
    text = json.dumps(value, ensure_ascii=False)
    return web.Response(status=status, text=text, content_type=JSON, headers=headers)


def refusal(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """An error in plain words: what is wrong, and where it can be put right."""
    return as_json({"error": sentence}, status, headers)
