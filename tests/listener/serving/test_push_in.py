"""``/push/NAME`` over real HTTP: who may call, what is written down, and what floods cannot do."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import exc, select

from listener.collecting import hints
from listener.collecting.push_in import BODY, REMEMBERED, Caller, PushIn
from listener.networks.pushing import Push
from listener.networks.signatures import token_of, verify_token
from listener.records import Credential
from listener.store import tables as t
from listener.store.session import Database
from tests.pushing import SECRET, Calling, signed, told
from tests.served import Served, serving
from tests.upstream import START, an_intake, stored

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"])


@dataclass
class Door:
    db: Database
    route: PushIn
    served: Served
    woken: list[int] = field(default_factory=list)

    async def push(
        self, body: bytes, *, secret: str = SECRET, network: str = "plain"
    ) -> httpx.Response:
        return await self.served.client.post(
            f"/push/{network}", content=body, headers=signed(body, secret)
        )

    async def hints(self) -> dict[str, int]:
        """Key of a read to how often it was told."""
        async with self.db.reading() as connection:
            waiting = await hints.waiting(connection, ["plain"])
        return {hint.read.key: hint.n for hint in waiting}

    async def rows(self, table: Any) -> list[dict[str, Any]]:
        async with self.db.reading() as connection:
            return [dict(row) for row in (await connection.execute(select(table))).mappings()]


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def door(db: Database, clock: Clock) -> Callable[..., Any]:
    @asynccontextmanager
    async def door_(*, network: Calling | None = None, **caller: Any) -> AsyncIterator[Door]:
        woken: list[int] = []

        async def wake(ids: Sequence[int]) -> None:
            woken.extend(ids)

        intake = await an_intake(db, wake)
        given: dict[str, Any] = {"secret": lambda: SECRET, **caller}
        one = Caller(network or Calling("http://127.0.0.1:1"), (), **given)  # type: ignore[arg-type]
        route = PushIn(db, {"plain": one}, intake, clock)
        async with serving(*route.routes()) as served:
            yield Door(db, route, served, woken)

    return door_


async def test_who_knows_the_verify_token_is_given_its_challenge(door: Any) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}
    async with door() as at:
        query = {**asked, "hub.verify_token": verify_token(SECRET)}
        answer = await at.served.client.get("/push/plain", params=query)
        assert (answer.status_code, answer.text) == (200, "1158201444")
        assert answer.headers["content-type"].startswith("text/plain")
        [row] = await at.rows(t.pushes)
        assert (row["confirmed_at"], row["state"]) == (START, "ok")
        for wrong in ({"hub.verify_token": SECRET}, {}):
            answer = await at.served.client.get("/push/plain", params={**asked, **wrong})
            assert answer.status_code == 404
            assert "1158201444" not in answer.text
        answer = await at.served.client.get("/push/plain", params={"crc": "7"})
        assert answer.json() == {"token": token_of(SECRET, "7")}


async def test_a_signed_push_is_written_down_before_it_is_answered(door: Any) -> None:
    async with door() as at:
        answer = await at.push(told("زين", "v1"))
        assert (answer.status_code, answer.text) == (200, "ok")
        assert await at.hints() == {"search:زين": 1, "search:v1": 1}
        [row] = await at.rows(t.pushes)
        assert row["last_at"] == START
        assert at.route.standings() == {"plain": {"taken": 1}}


@pytest.mark.parametrize(
    "change",
    [
        {"secret": "another"},
        {"headers": {}},
        {"headers": {"X-Hub-Signature-256": "sha256=" + "0" * 64}},
        {"headers": {"X-Hub-Signature": "sha1=" + "0" * 40}},
        {"content": told("زين") + b" "},
    ],
)
async def test_what_is_not_signed_is_refused_counted_and_never_read(
    door: Any, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_args: Any) -> Push:
        raise AssertionError("read before it was verified")

    monkeypatch.setattr(Calling, "pushed", never)
    body = told("زين")
    sent = {"content": body, "headers": signed(body, change.pop("secret", SECRET)), **change}
    async with door() as at:
        answer = await at.served.client.post("/push/plain", **sent)
        assert answer.status_code == 403
        assert await at.hints() == {}
        assert await at.rows(t.pushes) == []
        assert at.route.standings() == {"plain": {"refused": 1}}


async def test_refused_pushes_do_not_fill_the_log(
    door: Any, caplog: pytest.LogCaptureFixture, clock: Clock
) -> None:
    async with door() as at:
        with caplog.at_level(logging.WARNING):
            for n in range(100):
                await at.push(told(f"v{n}"), secret="forged")
            clock.now += timedelta(minutes=11)
            await at.push(told("v100"), secret="forged")
        lines = [r.getMessage() for r in caplog.records if "refused" in r.getMessage()]
        assert len(lines) == 4
        assert "97 more" in lines[-1]
        assert at.route.standings() == {"plain": {"refused": 101}}


async def test_unknown_networks_large_and_unreadable_bodies_are_refused(door: Any) -> None:
    async with door() as at:
        assert (await at.push(told("زين"), network="other")).status_code == 404
        assert (await at.served.client.get("/push/other")).status_code == 404
        assert (await at.served.client.delete("/push/plain")).status_code == 405
        large = told("زين", more="x" * BODY)
        assert (await at.push(large)).status_code == 413
        for odd in (b"", b"<html>", b"[]", b'{"due": 7}', b"\xff\xfe", b'{"due": [{}]}'):
            assert (await at.push(odd)).status_code == 400, odd
        assert await at.hints() == {}


async def test_a_networks_own_bug_is_a_400_and_the_next_push_is_read(
    door: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Calling.pushed

    def buggy(self: Calling, body: bytes, accounts: Any) -> Push:
        if b"bug" in body:
            raise ZeroDivisionError
        return real(self, body, accounts)

    monkeypatch.setattr(Calling, "pushed", buggy)
    async with door() as at:
        assert (await at.push(told("bug"))).status_code == 400
        assert (await at.push(told("زين"))).status_code == 200
        assert await at.hints() == {"search:زين": 1}


async def test_the_same_push_a_thousand_times_is_written_down_once(door: Any, clock: Clock) -> None:
    async with door() as at:
        body = told("زين")
        for _ in range(10):
            answers = await asyncio.gather(*(at.push(body) for _ in range(100)))
            assert {answer.status_code for answer in answers} == {200}
        assert await at.hints() == {"search:زين": 1}
        assert at.route.standings() == {"plain": {"taken": 1, "repeated": 999}}
        clock.now += REMEMBERED + timedelta(seconds=1)  # much later it may be news again
        await at.push(body)
        assert await at.hints() == {"search:زين": 2}


async def test_a_flood_of_different_hints_is_bounded_and_told_in_the_ledger(door: Any) -> None:
    async with door() as at:
        for n in range(30):
            body = told(*(f"v{n}-{m}" for m in range(10)))
            assert (await at.push(body)).status_code == 200
        assert len(await at.hints()) == hints.MOST
        await at.push(told("v0-0", again=1))  # what waits is told once more all the same
        assert (await at.hints())["search:v0-0"] == 2
        ledger = [row for row in await at.rows(t.ledger) if row["kind"] == "limit"]
        assert [(row["read"], row["skipped"]) for row in ledger] == [("push", 300 - hints.MOST)]


async def test_what_a_push_brings_along_is_stored_once_and_the_labeller_woken(door: Any) -> None:
    posts = [
        {"id": "1", "text": "شكرًا زين", "at": START.isoformat()},
        {"id": "2", "text": "عن غيرها", "at": START.isoformat()},
    ]
    async with door() as at:
        assert (await at.push(told(posts=posts))).status_code == 200
        assert await stored(at.db) == ["1"]
        assert len(at.woken) == 1
        again = told(posts=posts, update=2)
        assert (await at.push(again)).status_code == 200
        assert await stored(at.db) == ["1"]
        assert len(at.woken) == 1
        [row] = await at.rows(t.mentions)
        assert (row["source"], row["state"]) == ("push", "collected")
        assert (await at.push(told(gone=["1"]))).status_code == 200
        assert await stored(at.db) == []


async def test_a_push_that_holds_the_token_is_not_stored(door: Any) -> None:
    posts = [{"id": "t0ken-of-ours", "text": "زين", "at": START.isoformat()}]
    known = Credential("plain", {"token": "t0ken-of-ours"})
    async with door(known=lambda: known) as at:
        assert (await at.push(told(posts=posts))).status_code == 400
        assert (await at.push(told("v1?token=t0ken-of-ours"))).status_code == 400
        assert await at.rows(t.mentions) == []
        assert await at.hints() == {}


async def test_while_the_secret_is_not_there_nobody_is_let_in(door: Any) -> None:
    async with door(secret=lambda: None) as at:
        assert (await at.push(told("زين"), secret="")).status_code == 503
        query = {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": ""}
        assert (await at.served.client.get("/push/plain", params=query)).status_code == 503
        assert await at.hints() == {}


async def test_a_database_that_takes_nothing_has_the_network_come_again(
    door: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_args: Any, **_named: Any) -> int:
        raise exc.OperationalError(
            "INSERT", {}, sqlite3.OperationalError("database or disk is full")
        )

    body = told("زين")
    async with door() as at:
        with monkeypatch.context() as patched:
            patched.setattr(hints, "put", full)
            answer = await at.push(body)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
        assert (await at.push(body)).status_code == 200  # and is not taken for a repeat
        assert await at.hints() == {"search:زين": 1}


async def test_no_answer_tells_a_secret(door: Any) -> None:
    async with door() as at:
        answers = [
            await at.push(told("زين")),
            await at.push(told("زين"), secret="no"),
            await at.push(b"{"),
            await at.served.client.get("/push/plain"),
        ]
        said = json.dumps([a.text + str(a.headers) for a in answers])
        assert SECRET not in said
