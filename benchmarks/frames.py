"""Frames as Jetstream sends them where posts alone are asked for, by the thousand, seeded.

Of a hundred some seventy are posts in the languages that Bluesky is written in, a tenth deletions,
the rest edits, and what comes whatever was asked for: accounts and identities. In the documented
shape (github.com/bluesky-social/jetstream): replies, facets, cards, pictures.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.matching import make_posts

START = datetime(2026, 11, 1, tzinfo=UTC)
POST = "app.bsky.feed.post"
TONGUES = {
    "ja": (
        25,
        "今日は|とても|いい天気|ですね|コーヒー|飲みたい|仕事|おはよう|猫|写真",
    ),
    "pt": (12, "hoje|muito|bom|dia|gente|café|trabalho|não|quero|mais|isso|aqui|com|para|que|uma"),
    "de": (6, "heute|ist|das|nicht|mehr|schön|und|der|Kaffee|Wetter|wirklich|über|größte|für|ein"),
    "es": (5, "hoy|muy|bueno|día|gente|café|trabajo|no|quiero|más|eso|aquí|con|para|que|una|año"),
    "ko": (4, "오늘|날씨가|정말|좋다|커피|마시고|싶어|일|끝났다|안녕|고양이|사진|진짜|너무"),
    "fa": (3, "امروز|خیلی|خوب|است|قهوه|کار|نمی‌خواهم|دیگر|این|برای|با|که|یک|سال|مردم"),
    "ru": (3, "сегодня|очень|хороший|день|кофе|работа|не|хочу|больше|это|здесь|для|что|год"),
}
NAMED = 0.05
"""Of the posts: those that name something sought."""
KINDS = {"create": 74, "delete": 12, "update": 3, "identity": 6, "account": 5}


def frames(count: int, names: Sequence[str], seed: int) -> Iterator[str]:
    """In order; some hundred a second of the stream's time. ``names``: what is sought."""
    rng = random.Random(seed)
    arabic_or_english = iter(make_posts(count, ["."], rng))
    people = [_did(rng) for _ in range(max(count // 8, 20))]
    at, known = START, list[tuple[str, str]]()
    for number in range(count):
        at += timedelta(microseconds=rng.randint(2_000, 18_000))
        kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
        did = rng.choice(people)
        micros = int(at.timestamp()) * 1_000_000 + at.microsecond
        raw: dict[str, Any] = {"did": did, "time_us": micros}
        if kind in ("identity", "account"):
            told = {"did": did, "seq": 31_000_000_000 + number, "time": _iso(at)}
            more = {"handle": f"u{number}.bsky.social"} if kind == "identity" else {"active": True}
            yield json.dumps(raw | {"kind": kind, kind: told | more}, separators=(",", ":"))
            continue
        commit: dict[str, Any] = {"rev": _key(rng), "operation": kind, "collection": POST}
        if kind != "create" and known:
            place = rng.randrange(max(len(known) - 2000, 0), len(known))
            raw["did"], commit["rkey"] = known.pop(place) if kind == "delete" else known[place]
        else:
            commit |= {"operation": "create", "rkey": _key(rng)}
            known.append((did, commit["rkey"]))
        if commit["operation"] != "delete":
            text, lang = _text(rng, arabic_or_english)
            if rng.random() < NAMED:
                text = f"{text} {rng.choice(names)}"
            commit["record"] = _record(rng, text, lang, at, people)
            commit["cid"] = f"bafyrei{_key(rng)}{_key(rng)}{_key(rng)}{_key(rng)}"
        yield json.dumps(
            raw | {"kind": "commit", "commit": commit}, ensure_ascii=False, separators=(",", ":")
        )


def _text(rng: random.Random, posts: Iterator[Any]) -> tuple[str, str]:
    """Two of five in Arabic or English."""
    if rng.random() < 0.42:
        return next(posts).text, "en"
    tongue = rng.choices(list(TONGUES), [weight for weight, _ in TONGUES.values()])[0]
    words = TONGUES[tongue][1].split("|")
    between = "" if tongue == "ja" else " "
    return between.join(rng.choice(words) for _ in range(rng.randint(3, 40)))[:300], tongue


def _record(
    rng: random.Random, text: str, lang: str, at: datetime, people: Sequence[str]
) -> dict[str, Any]:
    made: dict[str, Any] = {"$type": POST, "createdAt": _iso(at), "langs": [lang]}
    if rng.random() < 0.55:
        parent = {"cid": f"bafyrei{_key(rng) * 4}", "uri": _uri(rng.choice(people), _key(rng))}
        made["reply"] = {"parent": parent, "root": parent}
    facets = []
    for word in (word for word in text.split() if word[0] in "#@"):
        start = len(text[: text.find(word)].encode())
        feature = {"$type": "app.bsky.richtext.facet#tag", "tag": word[1:]} if word[0] == "#" else {
            "$type": "app.bsky.richtext.facet#mention", "did": rng.choice(people)}  # fmt: skip
        index = {"byteStart": start, "byteEnd": start + len(word.encode())}
        facets.append({"features": [feature], "index": index})
    drawn = rng.random()
    if drawn < 0.15:
        card = {"uri": f"https://example.com/{_key(rng)}", "title": text[:60], "description": text}
        made["embed"] = {"$type": "app.bsky.embed.external", "external": card}
    elif drawn < 0.35:
        blob = {"$type": "blob", "ref": {"$link": f"bafkrei{_key(rng) * 4}"}, "size": 720_303,
                "mimeType": "image/jpeg"}  # fmt: skip
        image = {"alt": text[:80] if drawn < 0.22 else "", "image": blob,
                 "aspectRatio": {"height": 1200, "width": 900}}  # fmt: skip
        made["embed"] = {"$type": "app.bsky.embed.images", "images": [image]}
    return made | ({"facets": facets} if facets else {}) | {"text": text}


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _key(rng: random.Random) -> str:
    return "3m" + "".join(rng.choices("234567abcdefghijklmnopqrstuvwxyz", k=11))


def _did(rng: random.Random) -> str:
    return "did:plc:" + "".join(rng.choices("abcdefghijklmnopqrstuvwxyz234567", k=24))


def _uri(did: str, key: str) -> str:
    return f"at://{did}/{POST}/{key}"
