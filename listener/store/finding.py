"""Which mentions a person means: by our id, by the post's address, by the link to a Slack card."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.tables import alert_mentions, mentions, notices

_SLACK = re.compile(r"/(?:archives/|client/\w+/)([CGD]\w+)(?:/p(\d{10})(\d{6}))?")
_THREAD = re.compile(r"/thread/([CGD]\w+)-(\d{10}\.\d{6})")
_HOSTS = ("www.", "m.", "mobile.", "old.", "amp.")
_FOLLOWING = re.compile(r"utm_\w+|\w*clid|igsh\w*|ref(_\w+)?", re.IGNORECASE)
_FOLLOWING_ON = {"x.com": ("s", "t"), "youtube.com": ("si", "feature"), "youtu.be": ("si",)}
_TELLING = re.compile(r"(?=.*\d)[\w:.-]{8,}")
MOST = 50
"""Mentions that one address may name; more are not told apart by it."""


def is_slack_link(text: str) -> bool:
    """Whether ``text`` is a link to a message, as Slack's "Copy link" gives it
    (https://api.slack.com/methods/chat.getPermalink)."""
    return bool(_messages(text))


async def of_card(connection: AsyncConnection, link: str) -> list[int] | None:
    """The mentions of the alert that the message at ``link`` shows, or the message that its thread
    hangs from; in the order they came. Empty: the message is ours, of no mention (a summary, say).
    None: we sent no such message."""
    for place, ts in _messages(link):
        found = await connection.execute(
            select(notices.c.alert_id).where(notices.c.ts == ts, notices.c.place == place)
        )
        if (row := found.first()) is None:
            continue
        held = await connection.execute(
            select(alert_mentions.c.mention_id)
            .where(alert_mentions.c.alert_id == row.alert_id)
            .order_by(alert_mentions.c.at, alert_mentions.c.mention_id)
        )
        return list(held.scalars())
    return None


async def of_address(connection: AsyncConnection, address: str) -> list[int]:
    """The mentions at ``address``, newest first: as it is stored (or the network's own id, which on
    some is an address too), else by site, path and what of the query tells pages apart, else by a
    last part that only one post of that site has."""
    exact = or_(mentions.c.url == address, mentions.c.native_id == address)
    rows = await connection.execute(
        select(mentions.c.id).where(exact).order_by(mentions.c.id.desc()).limit(MOST)
    )
    if ids := list(rows.scalars()):
        return ids
    wanted = _page(address)
    last = (wanted[1].rsplit("/", 1)[-1] if wanted else "") or address
    written = {last, quote(last), quote(last).lower()}
    named = or_(
        mentions.c.native_id == last,
        *(mentions.c.url.contains(part, autoescape=True) for part in sorted(written)),
    )
    near = await connection.execute(
        select(mentions.c.id, mentions.c.url).where(named).order_by(mentions.c.id.desc()).limit(999)
    )
    found = [(row.id, _page(row.url or "")) for row in near]
    same = [number for number, page in found if page is not None and page == wanted]
    if not same and wanted and _TELLING.fullmatch(last):
        same = [
            number
            for number, page in found
            if page and page[0] == wanted[0] and page[1].endswith(f"/{last}")
        ]
    return same[:MOST]


def _messages(link: str) -> list[tuple[str, str]]:
    """Place and time of the message, then of what its thread hangs from."""
    try:
        parts = urlsplit(link.strip().strip("<>"))
    except ValueError:
        return []
    found: list[tuple[str, str]] = []
    if (message := _SLACK.search(parts.path)) is not None:
        if message[2]:
            found.append((message[1], f"{message[2]}.{message[3]}"))
        root = dict(parse_qsl(parts.query)).get("thread_ts")
        if root:
            found.append((message[1], root))
    if (thread := _THREAD.search(parts.path)) is not None:
        found.append((thread[1], thread[2]))
    return found


def _page(address: str) -> tuple[str, str, tuple[tuple[str, str], ...]] | None:
    """Site, path and query of an address without what tells of the click alone; None of what is no
    address."""
    text = address.strip().strip("<>")
    try:
        parts = urlsplit(text if "//" in text else f"https://{text}")
        host = (parts.hostname or "").rstrip(".")
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
        query = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return None
    if "." not in host and host != "localhost":
        return None
    while host.startswith(_HOSTS) and host.count(".") > 1:
        host = host.partition(".")[2]
    host = "x.com" if host == "twitter.com" else host
    clicks = _FOLLOWING_ON.get(host, ())
    kept = sorted(
        pair for pair in query if not _FOLLOWING.fullmatch(pair[0]) and pair[0] not in clicks
    )
    return host + port, unquote(parts.path).rstrip("/"), tuple(kept)
