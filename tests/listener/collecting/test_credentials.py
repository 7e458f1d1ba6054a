"""Tokens that end, are renewed, rotate, are refused, and must not be lost, sent astray or told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from listener.clock import SteeredClock, SystemClock
from listener.collecting import renewing
from listener.collecting.credentials import Credentials
from listener.collecting.host import Answer, Host
from listener.collecting.seeds import KnownValues, Seed
from listener.networks.base import Broken, Read, Refused, Wait
from listener.records import Credential
from listener.store import credential_rows as rows
from listener.store.session import Database
from listener.store.tables import credentials as table
from tests.listener.collecting.tokens import (
    Signed,
    Tokens,
    desk,
    in_files,
    seed_for,
    token_server,
)
from tests.upstream import READ, START, serving


@pytest.fixture
async def tokens() -> AsyncIterator[Tokens]:
    async with token_server() as served:
        yield served


@pytest.fixture
def clock() -> SteeredClock:
    return SteeredClock(START)


async def kept(db: Database) -> dict[str, Any]:
    async with db.reading() as connection:
        return dict((await connection.execute(select(table))).mappings().one())


async def test_ten_reads_that_meet_an_ended_token_renew_it_once(
    db: Database, tokens: Tokens, clock: SteeredClock
) -> None:
    async with desk(db, tokens, clock) as one:
        answers = await one.reads(10)
    assert all(isinstance(answer, Answer) for answer in answers)
    assert len(tokens.forms) == 1
    assert tokens.forms[0]["refresh_token"] == "refresh-0"
    row = await kept(db)
    assert ("token-1" in row["tokens"], row["taken_by"]) == (True, None)


async def test_two_processes_renew_it_once(db: Database, tokens: Tokens) -> None:
    clock = SystemClock()
    async with desk(db, tokens, clock) as one, desk(db, tokens, clock) as other:
        answers = await asyncio.gather(one.reads(5), other.reads(5))
    assert all(isinstance(answer, Answer) for some in answers for answer in some)
    assert len(tokens.forms) == 1


async def test_a_process_that_died_while_renewing_is_waited_for_a_minute_at_most(
    db: Database, tokens: Tokens, clock: SteeredClock
) -> None:
    async with db.writing() as connection:
        await rows.take(
            connection, "plain", holder="dead", now=START, until=START + timedelta(seconds=60)
        )
    async with desk(db, tokens, clock) as one:
        reading = asyncio.create_task(one.reads(1))
        await clock.settled()
        await clock.advance(59)
        assert tokens.forms == []
        clock.jump(timedelta(seconds=2))
        async with asyncio.timeout(30):
            while not reading.done():
                await clock.advance(renewing.LOOK, sleepers=0)
                await asyncio.sleep(0)
        assert isinstance(reading.result()[0], Answer)
    assert len(tokens.forms) == 1


@pytest.mark.parametrize(("lasts", "early"), [(3600, 300), (60, 15)])
async def test_an_end_that_is_known_is_not_waited_for(
    db: Database, tokens: Tokens, clock: SteeredClock, lasts: int, early: int
) -> None:
    tokens.expires_in = lasts
    async with desk(db, tokens, clock) as one:
        await one.reads(1)
        clock.jump(timedelta(seconds=lasts - early - 1))
        await one.reads(3)
        assert len(tokens.forms) == 1
        clock.jump(timedelta(seconds=2))
        assert all(isinstance(answer, Answer) for answer in await one.reads(3))
    assert [form["refresh_token"] for form in tokens.forms] == ["refresh-0", "refresh-1"]
    assert tokens.used == ["stale-token", *["token-1"] * 4, *["token-2"] * 3]


async def test_after_a_restart_what_was_renewed_counts_and_not_the_seed(
    db: Database, tokens: Tokens, clock: SteeredClock
) -> None:
    async with desk(db, tokens, clock) as one:
        await one.reads(1)
    tokens.used.clear()
    async with desk(db, tokens, clock) as one:
        assert isinstance((await one.reads(1))[0], Answer)
        clock.jump(timedelta(hours=2))
        assert isinstance((await one.reads(1))[0], Answer)
    assert tokens.used == ["token-1", "token-2"]
    assert tokens.forms[1]["refresh_token"] == "refresh-1"


async def test_a_refusal_says_what_to_do_is_asked_once_and_ends_with_a_new_file(
    db: Database, tokens: Tokens, clock: SteeredClock, tmp_path: Path
) -> None:
    named = in_files(tmp_path, token="stale-token", refresh_token="revoked-refresh")
    async with desk(db, tokens, clock, seed_for(tokens.url, named)) as one:
        found = await one.reads(10) + await one.reads(5)
        assert len(tokens.forms) == 1
        for trouble in found:
            assert isinstance(trouble, Refused)
            assert trouble.kind == "sign-in"
        assert any("networks.plain.refresh_token" in trouble.why for trouble in found)
        assert all("revoked-refresh" not in trouble.why for trouble in found)
        assert len({trouble.why for trouble in found}) == 1
        before = one.credentials.mark("plain")
        (tmp_path / "refresh_token").write_text("refresh-0\n")
        assert one.credentials.mark("plain") != before
        assert isinstance((await one.reads(1))[0], Answer)
    assert len(tokens.forms) == 2


async def test_a_replaced_file_counts_at_the_next_request_also_after_renewals(
    db: Database, tokens: Tokens, clock: SteeredClock, tmp_path: Path
) -> None:
    named = in_files(tmp_path, token="stale-token", refresh_token="refresh-0")
    async with desk(db, tokens, clock, seed_for(tokens.url, named)) as one:
        await one.reads(1)
        (tmp_path / "token").write_text("token-of-a-new-sign-in")
        tokens.used.clear()
        await one.reads(1)
    assert tokens.used[0] == "token-of-a-new-sign-in"


async def test_a_token_without_renewal_is_read_anew_and_a_file_in_between_keeps_its_value(
    db: Database, clock: SteeredClock, tmp_path: Path
) -> None:
    credentials = Credentials(db, [Seed("plain", in_files(tmp_path, token="first"))], clock)

    async def token() -> str | None:
        found = await credentials.credential("plain")
        return found.values["token"] if found else None

    assert await token() == "first"
    (tmp_path / "token").write_text("second")
    assert await token() == "second"
    (tmp_path / "token").unlink()
    assert await token() == "second"
    assert await credentials.renewed("plain", Credential("plain", {"token": "second"})) is None
    (tmp_path / "token").write_text("third")
    assert await credentials.renewed("plain", Credential("plain", {"token": "second"})) is not None
    assert await credentials.credential("other") is None


async def test_what_was_granted_is_stored_before_it_is_used(
    db: Database, tokens: Tokens, clock: SteeredClock
) -> None:
    stored_then: list[bool] = []

    async def look(request: web.Request) -> None:
        stored_then.append(tokens.good in (await kept(db))["tokens"])

    tokens.api.answer = look
    async with desk(db, tokens, clock) as one:
        await one.reads(3)
    assert stored_then == [True] * 3


async def test_a_grant_that_the_database_did_not_take_is_stored_before_all_else(
    db: Database, tokens: Tokens, clock: SteeredClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, failing = rows.keep, [True, True]

    async def full(connection: Any, fresh: rows.Kept) -> None:
        if failing:
            failing.pop()
            raise OperationalError("INSERT", {}, Exception("database or disk is full"))
        await real(connection, fresh)

    monkeypatch.setattr(rows, "keep", full)
    async with desk(db, tokens, clock) as one:
        for _ in range(2):
            (trouble,) = await one.reads(1)
            assert isinstance(trouble, Wait)
        assert "token-1" not in tokens.used
        assert isinstance((await one.reads(1))[0], Answer)
    assert len(tokens.forms) == 1  # refresh-0 was spent: asked again it would be refused
    assert "refresh-1" in (await kept(db))["tokens"]


async def test_being_stopped_between_the_answer_and_the_store_loses_nothing(
    db: Database, tokens: Tokens, clock: SteeredClock
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(request: web.Request) -> None:
        begun.set()
        await go_on.wait()

    tokens.answer = slow
    async with desk(db, tokens, clock) as one:
        reading = asyncio.create_task(one.reads(1))
        await begun.wait()
        reading.cancel()
        await asyncio.sleep(0)
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await reading
    row = await kept(db)
    assert ("refresh-1" in row["tokens"], row["taken_by"]) == (True, None)


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_while_the_token_endpoint_is_away_the_token_serves_to_its_end(
    db: Database, tokens: Tokens, clock: SteeredClock, status: int
) -> None:
    async def away(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Retry-After": "400"})

    async with desk(db, tokens, clock) as one:
        await one.reads(1)
        tokens.answer = away
        clock.jump(timedelta(seconds=3400))
        assert isinstance((await one.reads(1))[0], Answer)
        assert isinstance((await one.reads(1))[0], Answer)
        assert len(tokens.forms) == 2  # not at each read
        clock.jump(timedelta(seconds=300))
        (trouble,) = await one.reads(1)
        assert isinstance(trouble, Wait)
        assert len(tokens.forms) == 2
        tokens.answer = None
        await clock.advance(401, sleepers=0)
        assert isinstance((await one.reads(1))[0], Answer)


async def test_a_network_that_refuses_every_token_does_not_have_us_ask_at_each_read(
    db: Database, tokens: Tokens, clock: SteeredClock
) -> None:
    async def refuses(request: web.Request) -> web.Response:
        return web.json_response({"error": "no"}, status=401)

    tokens.api.answer = refuses
    async with desk(db, tokens, clock) as one:
        for _ in range(5):
            (trouble,) = await one.reads(1)
            assert isinstance(trouble, Refused)
        assert len(tokens.forms) == 1
        await clock.advance(renewing.SPOILED, sleepers=0)
        await one.reads(5)
    assert len(tokens.forms) == 2


async def test_no_secret_is_told_by_logs_reasons_or_reprs(
    db: Database, tokens: Tokens, clock: SteeredClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="listener")
    hidden: set[str] = set()
    seed = seed_for(tokens.url)
    credentials = Credentials(db, [seed], clock, hide=hidden.update)
    host = Host(Signed(tokens.url), credentials, clock)  # type: ignore[arg-type]
    answers = [await host.ask(READ, since=None, page=None)]
    in_use = await credentials.credential("plain")
    clock.jump(timedelta(hours=2))
    async with db.writing() as connection:  # somebody spoilt it: the next renewal is refused
        broken = '{"token": "token-1", "refresh_token": "refresh-9"}'
        await connection.execute(update(table).values(tokens=broken))
    other = Credentials(db, [seed], clock, hide=hidden.update)
    again = Host(Signed(tokens.url), other, clock)  # type: ignore[arg-type]
    answers.append(await again.ask(READ, since=None, page=None))
    await host.close()
    await again.close()
    assert isinstance(answers[1], Refused)
    told = caplog.text + repr((seed, in_use, credentials._accounts, answers[1]))
    secrets = {"stale-token", "app-secret", "refresh-0", "refresh-1", "refresh-9", "token-1"}
    assert {secret for secret in secrets if secret in told} == set()
    assert secrets - {"refresh-9"} <= hidden


async def test_old_tokens_are_let_go_so_that_logs_do_not_grow_slow(
    db: Database, tokens: Tokens, clock: SteeredClock
) -> None:
    hidden: set[str] = set()
    credentials = Credentials(
        db,
        [seed_for(tokens.url)],
        clock,
        hide=hidden.update,
        forget=hidden.difference_update,
    )
    for _ in range(30):
        await credentials.credential("plain")
        clock.jump(timedelta(hours=2))
    in_use = await credentials.renewed("plain", Credential("plain", {"token": "stale-token"}))
    assert in_use is not None
    assert len(hidden) <= 12
    assert {tokens.good, f"refresh-{tokens.granted}"} <= hidden


async def test_what_only_the_token_endpoint_is_told_reaches_no_request(
    db: Database, tokens: Tokens, clock: SteeredClock
) -> None:
    credentials = Credentials(db, [seed_for(tokens.url)], clock)
    found = await credentials.credential("plain")
    assert found is not None
    assert found.values == {"token": "stale-token", "client_id": "app-id"}


async def test_no_token_goes_to_another_host_by_a_redirect_or_by_a_next_page(
    db: Database, tokens: Tokens, clock: SteeredClock
) -> None:
    seen: list[dict[str, str]] = []

    async def elsewhere(request: web.Request) -> web.Response:
        seen.append(dict(request.headers) | {"url": str(request.url)})
        return web.json_response({"posts": []})

    class Wandering(Signed):
        private_hosts = ("localhost",)

        def request(self, read: Read, **more: Any) -> Any:
            request = super().request(read, **more)
            if more["page"]:
                request.url = request.url.copy_with(host="localhost")
            return request

    async with serving(elsewhere) as other:
        port = other.rpartition(":")[2]

        async def moved(request: web.Request) -> web.Response:
            raise web.HTTPFound(f"http://localhost:{port}/taken")

        tokens.api.answer = moved
        async with desk(db, tokens, clock) as one:
            host = Host(Wandering(tokens.url), one.credentials, clock)  # type: ignore[arg-type]
            assert isinstance(await host.ask(READ, since=None, page=None), Answer)
            strayed = await host.ask(READ, since=None, page="2")
            await host.close()
    assert len(seen) == 1
    assert "token-1" not in str(seen)
    assert isinstance(strayed, Broken)
    assert "another host" in strayed.why


async def test_a_redirect_of_the_token_endpoint_is_not_followed(
    db: Database, tokens: Tokens, clock: SteeredClock
) -> None:
    async def moved(request: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect(f"{tokens.url}/elsewhere")

    tokens.answer = moved
    async with desk(db, tokens, clock) as one:
        (trouble,) = await one.reads(1)
    assert isinstance(trouble, Broken)
    assert tokens.used == ["stale-token"]


async def test_where_a_secret_for_renewing_is_missing_the_token_is_all_there_is(
    db: Database, tokens: Tokens, clock: SteeredClock
) -> None:
    seed = seed_for(tokens.url, {"token": KnownValues("stale-token")})
    async with desk(db, tokens, clock, seed) as one:
        (trouble,) = await one.reads(1)
    assert isinstance(trouble, Refused)
    assert tokens.forms == []


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_the_database_file_is_for_its_owner_alone(db: Database, tmp_path: Path) -> None:
    path = tmp_path / "rasid.db"
    path.chmod(0o644)
    async with db.writing() as connection:
        await rows.keep(connection, rows.Kept("plain", "s", {"token": "t"}, START))
    files = list(tmp_path.glob("rasid.db*"))
    assert len(files) == 3
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
