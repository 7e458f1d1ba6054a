"""What is stored is masked, whichever way it comes in; matching saw the text as it came."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from listener.handed_in.import_mentions import import_mentions
from listener.handed_in.record import mention_of
from listener.handed_in.signed import signature
from listener.handed_in.webhook import WebhookIn
from listener.masking.masker import MASK, masker
from listener.records import Evidence, Hit, Mention
from listener.store.brand_rows import sync_brands
from listener.store.mentions import Arrival, add
from listener.store.session import Database
from listener.store.tables import matches, mentions, revisions
from tests.alerts.numbers.seeded import BRANDS, NOW
from tests.alerts.numbers.world import rows_of

TEXT = "رشفان كلموني على 0501234567"
BLOT = masker(("phone",))


def matched(mention: Mention) -> Sequence[Hit]:
    """A brand that is found by a number: on the text as it came."""
    found = "0501234567" in mention.text
    return [Hit("رشفان", (Evidence("رشفان", "text", mention.text),))] if found else []


async def ids(db: Database) -> dict[str, int]:
    async with db.writing() as connection:
        return await sync_brands(connection, BRANDS, NOW)


async def texts(db: Database) -> list[str]:
    return [row.text for row in await rows_of(db, mentions)]


async def test_stored_texts_and_evidence_are_masked_and_read_again_they_are_the_same(
    db: Database,
) -> None:
    brands = await ids(db)
    mention = Mention("rss", "1", TEXT, NOW)
    given: dict[str, Any] = {"brand_ids": brands, "source": "collect", "now": NOW, "mask": BLOT}
    for _again in range(2):
        async with db.writing() as connection:
            await add(connection, [Arrival(mention, tuple(matched(mention)))], **given)
    assert await texts(db) == [f"رشفان كلموني على {MASK}"]
    row = (await rows_of(db, mentions))[0]
    assert "0501234567" not in row.text_key
    assert "0501234567" not in json.dumps([m.evidence for m in await rows_of(db, matches)])
    assert await rows_of(db, revisions) == []


async def test_imports(db: Database) -> None:
    counts = await import_mentions(
        db,
        io.BytesIO(json.dumps({"text": TEXT, "id": "1"}).encode()),
        mention_of=mention_of,
        match=matched,
        brand_ids=await ids(db),
        key=None,
        mask=BLOT,
        zone=UTC,
        now=NOW,
    )
    assert (counts.stored, counts.matched) == (1, 1)
    assert await texts(db) == [f"رشفان كلموني على {MASK}"]


async def test_what_is_handed_in(db: Database) -> None:
    async def wake(_ids: Sequence[int]) -> None:
        return None

    body = json.dumps({"text": TEXT, "id": "1"}).encode()
    webhook = WebhookIn(
        db, matched, await ids(db), b"k" * 32, UTC, lambda: NOW, wake, lambda: "s", mask=BLOT
    )
    answer = await webhook.receive(body, {"X-Rasid-Signature": signature(body, "s")})
    assert answer.status == 202
    assert await texts(db) == [f"رشفان كلموني على {MASK}"]
