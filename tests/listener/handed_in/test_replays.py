"""A request to ``POST /mentions`` that carries its time is taken once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, timedelta

from listener.handed_in.signed import AGE, SIGNATURE, TIMESTAMP, Taken, signature
from listener.handed_in.webhook import WebhookIn
from listener.store.session import Database
from tests.listener.store.rows import NOW, brand_ids

BODY = json.dumps({"id": "1", "text": "زين"}).encode()
SECOND = timedelta(seconds=1)


def signed(body: bytes, at: int) -> dict[str, str]:
    return {TIMESTAMP: str(at), SIGNATURE: signature(body, "s", str(at))}


async def nobody(_ids: Sequence[int]) -> None:
    return None


async def test_a_copy_is_refused_while_its_time_counts_and_a_new_one_is_taken(db: Database) -> None:
    ids = await brand_ids(db)
    webhook = WebhookIn(db, lambda _m: [], ids, b"k" * 32, UTC, lambda: NOW, nobody, lambda: "s")
    at = int(NOW.timestamp())
    first = await webhook.receive(BODY, signed(BODY, at))
    again = await webhook.receive(BODY, signed(BODY, at))
    later = await webhook.receive(BODY, signed(BODY, at + 1))
    assert [answer.status for answer in (first, again, later)] == [202, 409, 202]


async def test_what_could_not_be_taken_may_come_again(db: Database) -> None:
    ids = await brand_ids(db)
    webhook = WebhookIn(db, lambda _m: [], ids, b"k" * 32, UTC, lambda: NOW, nobody, lambda: "s")
    headers = signed(b"no json", int(NOW.timestamp()))
    assert [(await webhook.receive(b"no json", headers)).status for _ in range(2)] == [400, 400]


def test_signatures_are_forgotten_when_their_time_is_over() -> None:
    taken = Taken()
    for n in range(100):
        taken.add(signed(BODY, n), NOW + n * SECOND)
    assert signed(BODY, 99) in taken
    taken.add(signed(BODY, 1000), NOW + 100 * SECOND + 2 * AGE)
    assert signed(BODY, 99) not in taken
    assert signed(BODY, 1000) in taken
    assert {} not in taken
