"""A service account's key buys tokens, again and again, and goes nowhere else."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import select

from listener.clock import SteeredClock
from listener.collecting.host import Answer
from listener.collecting.seeds import KnownValues
from listener.networks.base import Refused
from listener.store.session import Database
from listener.store.tables import credentials as table
from tests.listener.collecting.tokens import desk, seed_for, token_server
from tests.upstream import START


async def test_a_token_is_bought_with_an_assertion_and_anew_when_it_ends(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    key, clock = RSAKey.generate_key(2048), SteeredClock(START)
    pem = key.as_pem(private=True).decode()
    account = json.dumps({"client_email": "r@x.iam", "private_key": pem})
    async with token_server() as tokens:
        named = {"service_account": KnownValues(account)}
        seed = seed_for(tokens.url, named, flow="assertion", scope="reviews")
        with caplog.at_level(logging.DEBUG):
            async with desk(db, tokens, clock, seed) as one:
                assert all(isinstance(answer, Answer) for answer in await one.reads(5))
                clock.jump(timedelta(hours=2))
                assert all(isinstance(answer, Answer) for answer in await one.reads(2))
                held = one.credentials.in_hand("plain")
    assert [jwt.decode(form["assertion"], key).claims["iss"] for form in tokens.forms] == [
        "r@x.iam", "r@x.iam",
    ]  # fmt: skip
    assert set(tokens.used) == {"token-1", "token-2"}
    assert held is not None
    assert held.values == {"token": "token-2"}  # what a request may carry
    async with db.reading() as connection:
        (row,) = (await connection.execute(select(table))).mappings()
    assert pem.splitlines()[1] not in str(dict(row)) + caplog.text


async def test_a_key_that_is_none_is_told_to_the_operator(db: Database) -> None:
    async with token_server() as tokens:
        named = {"service_account": KnownValues("no json")}
        seed = seed_for(tokens.url, named, flow="assertion")
        async with desk(db, tokens, SteeredClock(START), seed) as one:
            (answer,) = await one.reads(1)
    assert isinstance(answer, Refused)
    assert "service_account" in answer.why
    assert not tokens.forms
