"""The recorded answers of ``data/`` as responses."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import httpx

from listener.networks.base import Read
from listener.records import Query

DATA = Path(__file__).parent / "data"
DATE = "Sun, 22 Nov 2026 20:00:00 GMT"
QUERY = Query("رشفان", "رشفان OR Rashfan")

SEARCH = Read("search", "rashfan", QUERY)


def exchange(name: str) -> dict[str, Any]:
    return json.loads((DATA / name).read_text("utf-8"))  # type: ignore[no-any-return]


def body(name: str) -> Any:
    return copy.deepcopy(exchange(name)["body"])


def answer(name: str) -> httpx.Response:
    """The recorded response; a feed gets a Date and the type its server would send."""
    if not name.endswith(".json") or name.startswith("rss/"):
        kind = "application/feed+json" if name.endswith(".json") else "application/xml"
        headers = {"content-type": kind, "date": DATE}
        return httpx.Response(200, headers=headers, content=(DATA / name).read_bytes())
    found = exchange(name)
    headers = {"date": DATE, **found["headers"]}
    return httpx.Response(found["status"], headers=headers, content=json.dumps(found["body"]))


def of_json(value: Any) -> httpx.Response:
    headers = {"content-type": "application/json", "date": DATE}
    return httpx.Response(200, headers=headers, content=json.dumps(value))
