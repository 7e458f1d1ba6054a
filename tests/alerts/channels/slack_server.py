"""A Slack stand-in over HTTP on loopback: the part of the Web API that Rasid uses, Socket Mode, and
faults. It runs in a test's own loop, or as a process of its own:

    python -m tests.alerts.channels.slack_server --port 8900 --journal posts.jsonl \
        --faults faults.json --kill-pid-file sender.pid --log faults.jsonl --rate 1

It prints its address once it listens. The journal, not our tables, is the truth of a run:
``slack_store.standing`` reads it. Like Slack's, ``client_msg_id`` dedupes nothing here.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import aiohttp
from aiohttp import WSMsgType, web

from tests.alerts.channels.slack_answers import drop, error, gone, ok, page, seen
from tests.alerts.channels.slack_faults import Fault, Faults
from tests.alerts.channels.slack_press import click, form, sign
from tests.alerts.channels.slack_store import Store

CHANNELS = {"customer-care": "C0CUSTCARE", "rasid-ops": "C0RASIDOPS"}
Hook = Callable[[str, int], Awaitable[None] | None]


@dataclass
class Slow:
    """An update that is held between its arrival and its effect."""

    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    landed: asyncio.Event = field(default_factory=asyncio.Event)


class SlackServer:
    """``on(point, index)`` is called at "received", "stored", "answered" of every post; ``late``,
    when given, is waited for before a late post is stored instead of ``late_seconds``; ``rate``:
    posts a second and channel before 429 (None: no limit); ``broken``: error for every post;
    ``slow``: the next updates, held one each; ``dislikes``: a text, and messages whose blocks hold
    it are refused as ``invalid_blocks``; ``groups``: handle -> id of user groups, None where the
    app may not ask."""

    def __init__(
        self, store: Store | None = None, faults: Faults | None = None, *, rate: float | None = None
    ) -> None:
        self.store = store or Store(dict(CHANNELS))
        self.faults = faults or Faults()
        self.rate, self.broken = rate, None
        self.on: Hook | None = None
        self.late: asyncio.Event | None = None
        self.slow: list[Slow] = []
        self.dislikes: str | None = None
        self.groups: dict[str, str] | None = {}
        self.posts = 0
        self.calls: list[str] = []
        self.uploads: dict[str, bytes] = {}
        self.lines: dict[str, web.WebSocketResponse] = {}
        self.sockets: list[web.WebSocketResponse] = []
        self.acks: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.url = ""
        self._tokens: dict[str, tuple[float, float]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None
        self.broken: str | None

    async def start(self, *, port: int = 0, socket: str | None = None) -> Self:
        app = web.Application(client_max_size=4 * 2**20)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link", self._link)
        app.router.add_post("/upload/{id}", self._upload)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        if socket is not None:
            await web.UnixSite(self._runner, socket).start()
            self.url = "http://localhost/api/"
        else:
            await web.TCPSite(self._runner, "127.0.0.1", port).start()
            self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/api/"
        return self

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for link in self.sockets:
            await link.close()
        if self._runner is not None:
            await self._runner.cleanup()
        self.store.close()

    async def settle_late(self) -> None:
        """Until every late post is stored."""
        await asyncio.gather(*self._tasks)

    async def press(
        self,
        action_id: str,
        user: str,
        *,
        message: dict[str, Any],
        channel: str = "C0CUSTCARE",
        option: str | None = None,
        to: str | None = None,
        secret: str = "",
    ) -> Any:
        """Clicks: over the websocket (returns the ack), or signed to the URL ``to`` (returns the
        HTTP status)."""
        payload = click(channel, message, action_id, user, option=option)
        if to is None:
            return await self.envelope(payload)
        body = form(payload)
        async with (
            aiohttp.ClientSession() as session,
            session.post(to, data=body, headers=sign(secret, body, time.time())) as answer,
        ):
            return answer.status

    async def envelope(self, payload: dict[str, Any], app: str | None = None) -> dict[str, Any]:
        """``app``: over the line that was opened with this token; the newest line when None."""
        envelope_id = str(uuid.uuid4())
        self.acks[envelope_id] = asyncio.get_running_loop().create_future()
        await (self.lines[app] if app else self.sockets[-1]).send_json(
            {
                "type": "interactive",
                "envelope_id": envelope_id,
                "accepts_response_payload": True,
                "payload": payload,
            }
        )
        async with asyncio.timeout(3):  # Slack waits no longer
            return await self.acks[envelope_id]

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.calls.append(method)
        if not request.headers.get("Authorization", "").startswith("Bearer x"):
            return error("not_authed")
        body: dict[str, Any] = dict(request.query)
        if request.can_read_body and request.content_type == "application/json":
            body |= await request.json()
        elif request.can_read_body:
            body |= dict(await request.post())
        handler = getattr(self, "_" + method.replace(".", "_"), None)
        if handler is None:
            return error("unknown_method")
        answer: web.StreamResponse = await handler(request, body)
        return answer

    async def _chat_postMessage(self, request: web.Request, body: dict[str, Any]) -> Any:
        index, self.posts = self.posts, self.posts + 1
        if self.broken is not None:
            return error(self.broken)
        channel = self.store.channel_id(str(body.get("channel", "")))
        if channel is None:
            return error("channel_not_found")
        if self._disliked(body):
            return error("invalid_blocks")
        thread = body.get("thread_ts")
        if thread is not None and self.store.get(channel, str(thread)) is None:
            return error("thread_not_found")
        fault = self.faults.of(index)
        await self._point("received", index, fault)
        if fault == "429" or self._too_fast(channel):
            wait = str(self.faults.retry_after)
            return error("ratelimited", 429, headers={"Retry-After": wait})
        if fault == "500_before":
            return error("internal_error", 500)
        if fault == "kill_received":
            return await drop(request)
        if fault == "late":
            self._later(request, channel, body)
            await gone(request)
            return await drop(request)
        ts = self.store.post(channel, body)
        await self._point("stored", index, fault)
        if fault == "500_after":
            return error("internal_error", 500)
        if fault in ("drop_after", "kill_stored"):
            return await drop(request)
        answer = ok(channel=channel, ts=ts, message=self.store.get(channel, ts))
        await answer.prepare(request)
        await answer.write_eof()
        await self._point("answered", index, fault)
        return answer

    def _disliked(self, body: dict[str, Any]) -> bool:
        blocks = json.dumps(body.get("blocks") or [], ensure_ascii=False)
        return self.dislikes is not None and self.dislikes in blocks

    async def _point(self, point: str, index: int, fault: Fault | None) -> None:
        if fault == f"kill_{point}":
            self.faults.kill()
        if self.on is not None and (waited := self.on(point, index)) is not None:
            await waited

    def _later(self, request: web.Request, channel: str, body: dict[str, Any]) -> None:
        async def store() -> None:
            await gone(request)
            if self.late is not None:
                await self.late.wait()
            else:
                await asyncio.sleep(self.faults.late_seconds)
            self.store.post(channel, body)

        task = asyncio.ensure_future(store())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _too_fast(self, channel: str) -> bool:
        """A token bucket of 2 per channel, filled at ``rate``."""
        if self.rate is None:
            return False
        now = time.monotonic()
        level, at = self._tokens.get(channel, (2.0, now))
        level = min(2.0, level + (now - at) * self.rate)
        self._tokens[channel] = (level - 1 if level >= 1 else level, now)
        return level < 1

    async def _usergroups_list(self, _request: web.Request, _body: dict[str, Any]) -> Any:
        if self.groups is None:
            return error("missing_scope")
        return ok(usergroups=[{"id": i, "handle": h} for h, i in self.groups.items()])

    async def _chat_update(self, _request: web.Request, body: dict[str, Any]) -> Any:
        if self._disliked(body):
            return error("invalid_blocks")
        slow = self.slow.pop(0) if self.slow else None
        if slow is not None:
            slow.arrived.set()
            await slow.go_on.wait()
        done = self.store.update(str(body["channel"]), str(body["ts"]), body)
        if slow is not None:
            slow.landed.set()
        return ok(channel=body["channel"], ts=body["ts"]) if done else error("message_not_found")

    async def _chat_delete(self, _request: web.Request, body: dict[str, Any]) -> Any:
        done = self.store.delete(str(body["channel"]), str(body["ts"]))
        return ok(channel=body["channel"], ts=body["ts"]) if done else error("message_not_found")

    async def _conversations_list(self, _request: web.Request, body: dict[str, Any]) -> Any:
        held = [{"id": i, "name": n} for n, i in self.store.channels.items()]
        return page(body, "channels", held)

    async def _conversations_info(self, _request: web.Request, body: dict[str, Any]) -> Any:
        for name, channel in self.store.channels.items():
            if channel == body.get("channel"):
                return ok(channel={"id": channel, "name": name})
        return error("channel_not_found")

    async def _conversations_history(self, _request: web.Request, body: dict[str, Any]) -> Any:
        held = self.store.history(str(body["channel"]), float(body.get("oldest", 0)))
        return page(body, "messages", seen(held, body))

    async def _conversations_replies(self, _request: web.Request, body: dict[str, Any]) -> Any:
        oldest = float(body.get("oldest", 0))
        held = self.store.replies(str(body["channel"]), str(body["ts"]), oldest)
        return page(body, "messages", seen(held, body))

    async def _auth_test(self, _request: web.Request, _body: dict[str, Any]) -> Any:
        return error(self.broken) if self.broken else ok(user_id="U0RASID", team_id="T0TEAM")

    async def _files_getUploadURLExternal(self, request: web.Request, _body: Any) -> Any:
        file_id = f"F{len(self.uploads):08d}"
        self.uploads[file_id] = b""
        return ok(upload_url=f"{request.url.origin()}/upload/{file_id}", file_id=file_id)

    async def _files_completeUploadExternal(self, _request: web.Request, body: Any) -> Any:
        raw = body.get("files", "[]")
        return ok(files=json.loads(raw) if isinstance(raw, str) else raw)

    async def _upload(self, request: web.Request) -> web.Response:
        self.uploads[request.match_info["id"]] = await request.read()
        return web.Response(text="OK")

    async def _apps_connections_open(self, request: web.Request, _body: Any) -> Any:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        return ok(url=f"ws://{request.host}/link?app={token}")

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        link = web.WebSocketResponse()
        await link.prepare(request)
        self.sockets.append(link)
        self.lines[request.query["app"]] = link
        await link.send_json({"type": "hello", "num_connections": 1})
        async for message in link:
            if message.type == WSMsgType.TEXT:
                answer = json.loads(message.data)
                waiting = self.acks.get(answer.get("envelope_id", ""))
                if waiting is not None and not waiting.done():
                    waiting.set_result(answer)
        self.sockets.remove(link)
        return link


async def _main() -> None:
    parser = argparse.ArgumentParser(description="A Slack stand-in")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--socket", help="a unix socket instead of a port")
    parser.add_argument("--journal", type=Path)
    parser.add_argument("--faults", help="JSON, or a file of it")
    parser.add_argument("--kill-pid-file", type=Path, help="whom the kill faults kill")
    parser.add_argument("--rate", type=float, help="posts a second and channel; more get 429")
    parser.add_argument("--log", type=Path, help="gets a line for every fault that happened")
    asked = parser.parse_args()
    faults = Faults.read(asked.faults, asked.kill_pid_file, asked.log)
    server = SlackServer(Store(dict(CHANNELS), asked.journal), faults, rate=asked.rate)
    await server.start(port=asked.port, socket=asked.socket)
    print(server.url, flush=True)
    with suppress(asyncio.CancelledError):
        await asyncio.Event().wait()
    await server.stop()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(_main())
