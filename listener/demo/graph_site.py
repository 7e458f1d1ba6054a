"""What simulated networks with a Graph API have alike: tokens, fields, pages, errors, batches."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence, Set
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiohttp import web

from listener.demo.posts import Post
from listener.demo.sites.base import Clock, number
from listener.demo.world import World

TOKEN, APP_TOKEN = "graph-demo-token-4f1c", "1234567890|graph-demo-app-secret"
Params = Mapping[str, str]
Fields = dict[str, str]


class GraphError(Exception):
    """An answer that is an error, in the form all Graph APIs share."""

    def __init__(self, message: str, code: int, sub: int | None = None, status: int = 400) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {
            "message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A1kHq5",
        }  # fmt: skip
        if sub is not None:
            self.body["error_subcode"] = sub


def missing(native: str) -> GraphError:
    """Of an object that is not there."""
    said = (
        f"Unsupported get request. Object with ID '{native}' does not exist, cannot be loaded due "
        "to missing permissions, or does not support this operation"
    )
    return GraphError(said, 100, 33)


class GraphSite:
    """``answer`` is a subclass's. ``token``: the one that is good, until ``ends``; for another
    there is error 190. ``used``: percent of the app's limit, as ``X-App-Usage`` tells it.
    ``refused``: metrics that are gone."""

    name = ""
    version = "v26.0"
    token, used = TOKEN, 7
    refused: frozenset[str] = frozenset()
    ends: datetime | None = None

    def __init__(self, world: World, clock: Clock) -> None:
        self.world, self.clock = world, clock

    def routes(self) -> Sequence[web.RouteDef]:
        path = f"/{self.name}/{self.version}/{{path:.*}}"
        return [web.get(path, self._asked), web.post(path, self._batched)]

    def limited(self) -> web.Response:
        """The app asked too often."""
        error = GraphError("(#4) Application request limit reached", 4, status=403)
        return self._json({"error": error.body}, 403, used=100)

    def answer(self, path: str, params: Params) -> Any:
        """The body for a GET of ``path``. Raises GraphError."""
        raise NotImplementedError

    def posts(self) -> list[Post]:
        """What is there now, newest first."""
        return self.world.seen(self.name, self.clock())

    async def _asked(self, request: web.Request) -> web.Response:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        status, body = self._told(
            request.match_info["path"], request.query, token or request.query.get("access_token"),
            str(request.url.with_query(None)),
        )  # fmt: skip
        return self._json(body, status)

    async def _batched(self, request: web.Request) -> web.Response:
        form = await request.post()
        token = str(form.get("access_token", ""))
        parts = []
        for part in json.loads(str(form.get("batch", "[]"))):
            asked = urlsplit(part["relative_url"])
            params = dict(parse_qsl(asked.query))
            status, body = self._told(asked.path, params, token, "")
            parts.append({"code": status, "body": json.dumps(body, ensure_ascii=False)})
        return self._json(parts, 200)

    def _told(self, path: str, params: Params, token: str | None, address: str) -> tuple[int, Any]:
        try:
            if path == "debug_token":
                return 200, self._debug(params, token)
            over = self.ends is not None and self.clock() >= self.ends
            if token != self.token or over:
                raise GraphError(
                    "Error validating access token: Session has expired", 190, 463, status=401
                )
            body = self.answer(path, params)
        except GraphError as error:
            return error.status, {"error": error.body}
        if isinstance(body, list):
            body = self._paged(body, params, address, token)
        return 200, body

    def _debug(self, params: Params, token: str | None) -> Any:
        if token not in (APP_TOKEN, self.token):
            raise GraphError("You must provide an app access token", 100)
        ends = int(self.ends.timestamp()) if self.ends else 0
        told = {
            "app_id": "1234567890", "type": "USER", "application": "Rasid", "expires_at": ends,
            "is_valid": params.get("input_token") == self.token, "scopes": [], "user_id": "1",
        }  # fmt: skip
        return {"data": told}

    def _paged(
        self, found: list[dict[str, Any]], params: Params, address: str, token: str | None
    ) -> dict[str, Any]:
        limit = min(max(number(params.get("limit"), 25), 1), 100)
        start = _place(params.get("after"))
        shown = [chosen(one, fields_of(params.get("fields", ""))) for one in found]
        body: dict[str, Any] = {"data": shown[start : start + limit]}
        if body["data"]:
            after = _cursor(start + limit)
            body["paging"] = {"cursors": {"before": _cursor(start), "after": after}}
            if start + limit < len(found):
                query = urlencode({**params, "access_token": token or "", "after": after})
                body["paging"]["next"] = f"{address}?{query}"
        return body

    def _json(self, body: Any, status: int, *, used: int | None = None) -> web.Response:
        percent = self.used if used is None else used
        usage = {"call_count": percent, "total_time": percent // 2, "total_cputime": 1}
        headers = {
            "X-App-Usage": json.dumps(usage),
            "Date": format_datetime(self.clock().astimezone(UTC), usegmt=True),
        }
        return web.json_response(body, status=status, headers=headers)


def insights(
    values: Mapping[str, int], params: Params, refused: Set[str], native: str
) -> dict[str, Any]:
    """An answer about insights; a metric that is refused refuses all."""
    asked = [name for name in params.get("metric", "").split(",") if name]
    for at, name in enumerate(asked):
        if name in refused or name not in values:
            known = ", ".join(sorted(values.keys() - refused))
            raise GraphError(
                f"(#100) metric[{at}] must be one of the following values: {known}", 100
            )
    period = params.get("period", "lifetime")
    told = {"total_value": 1} if "metric_type" in params else {}
    return {
        "data": [
            {
                "name": name, "period": period, "title": name, "description": name,
                "id": f"{native}/insights/{name}/{period}",
                **({"total_value": {"value": values[name]}} if told
                   else {"values": [{"value": values[name]}]}),
            }
            for name in asked
        ]
    }  # fmt: skip


def fields_of(text: str) -> Fields:
    """The names of ``fields``, each with what stands in its braces."""
    found: Fields = {}
    depth, name, inner = 0, "", ""
    for sign in text + ",":
        if sign == "," and not depth:
            if name:
                found[name.partition(".")[0]] = inner
            name, inner = "", ""
            continue
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth and not (sign == "{" and depth == 1):
            inner += sign
        elif not depth and sign != "}":
            name += sign
    return found


def chosen(one: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    """What was asked for of an object; its id always."""
    shown = {}
    for name, inner in {"id": "", **fields}.items():
        value = one.get(name)
        if value is None:
            continue
        if inner and isinstance(value, dict) and isinstance(value.get("data"), list):
            value = {**value, "data": [chosen(v, fields_of(inner)) for v in value["data"]]}
        elif inner and isinstance(value, dict):
            value = chosen(value, fields_of(inner))
        shown[name] = value
    return shown


def stamp(moment: datetime) -> str:
    """A time as Graph APIs write it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S+0000")


def _cursor(place: int) -> str:
    return urlsafe_b64encode(f"QVFI{place}".encode()).decode().rstrip("=")


def _place(cursor: str | None) -> int:
    if not cursor:
        return 0
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        return int(text.removeprefix("QVFI"))
    except ValueError:
        raise GraphError("(#100) Invalid cursors values are not allowed", 100) from None
