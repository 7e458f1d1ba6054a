"""Reading stored posts and comments again, many in one request, each with an answer of its own.

https://developers.facebook.com/docs/graph-api/batch-requests: at most 50 requests, each counted by
itself. ``?ids=`` fails as a whole where one id is gone, so it is not used. The error of an id that
is gone (#100, 33) is the same as of one that may not be seen any more, so a batch asks for what an
id hangs on, too (its post, its Page): only where that is shown, the id is gone.

A key is ``anchor/id``; what can be read again has it as its ``ref``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import httpx

from listener.networks import fields as f
from listener.networks import graph
from listener.networks.base import BadPage

MOST = 20


def request(
    network: graph.Graph,
    keys: Sequence[str],
    fields: Mapping[str, str],
    token: str | None,
) -> httpx.Request:
    """``fields``: what is asked of each id, by key; of an anchor, by itself."""
    anchors = list(dict.fromkeys(key.partition("/")[0] for key in keys))
    wanted = [(anchor, fields[anchor]) for anchor in anchors]
    wanted += [(key.partition("/")[2], fields[key]) for key in keys]
    batch = [
        {"method": "GET", "relative_url": f"{native}?{urlencode({'fields': names})}"}
        for native, names in wanted
    ]
    form = {"batch": json.dumps(batch), "include_headers": "false"}
    if token:
        form["access_token"] = token
    return httpx.Request("POST", network.address(""), data=form)


def parse(
    response: httpx.Response, keys: Sequence[str]
) -> tuple[dict[str, Mapping[str, object]], tuple[str, ...]]:
    """What was found by key, and the keys that are gone. A request that failed for another reason
    (a limit in the middle) is neither. Raises BadPage where the answer is no batch's."""
    parts = f.page_json(response)
    anchors = list(dict.fromkeys(key.partition("/")[0] for key in keys))
    if not isinstance(parts, list) or len(parts) != len(anchors) + len(keys):
        raise BadPage("expected as many answers as were asked for")
    bodies = [_body(part) for part in parts]
    shown = {a for a, body in zip(anchors, bodies, strict=False) if body and "id" in body}
    found, gone = {}, []
    for key, body in zip(keys, bodies[len(anchors) :], strict=True):
        if body and "id" in body:
            found[key] = body
        elif body and key.partition("/")[0] in shown and _missing(body):
            gone.append(key)
    return found, tuple(gone)


def _body(part: object) -> Mapping[str, object] | None:
    """None for a request that was not answered (``null``: it took too long)."""
    text = f.obj(part).get("body")
    try:
        return f.obj(json.loads(text)) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None


def _missing(body: Mapping[str, object]) -> bool:
    code, sub = graph.codes(f.obj(body.get("error")))
    return code in graph.MISSING or (code == graph.WRONG and sub == graph.NOT_THERE)
