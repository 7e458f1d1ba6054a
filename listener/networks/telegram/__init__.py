"""Telegram, Bot API: messages of chats and channels that our bot is in, and how many follow.

API: https://core.telegram.org/bots/api, ``api_url`` https://api.telegram.org. Limits: one poller at
a time and none beside a webhook (409); Telegram keeps updates for 24 hours. Reach: none. Cannot
see: chats without the bot, what was written before it came, deletions; in groups it sees only what
speaks to it, unless its privacy mode is off (BotFather: /setprivacy) or it is an admin.

Asking with an ``offset`` makes Telegram forget everything below it
(https://core.telegram.org/bots/api#getupdates). So the offset is never what is remembered from an
earlier walk: it is the *next page*, which the runner asks for only once the page before is stored,
and writes down in the same transaction. A walk begins without one, at the oldest update that was
not confirmed, and ends with an empty page. That also holds after a silent week, when Telegram
begins to count from a random number.

The token stands in the *path*: such a request is never followed to another host, and the token is
masked wherever the address is told. Where Telegram pushes, nothing is polled.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal

import httpx

from listener.networks import failures
from listener.networks import fields as f
from listener.networks.about import About, Console, minutes
from listener.networks.base import BadPage, Page, Probe, Read, Refused, Trouble, Wait
from listener.networks.defaults import Defaults, base_url, own_reads
from listener.networks.options import TOKEN, Option
from listener.networks.pushing import Push
from listener.networks.signatures import same, token_of
from listener.networks.telegram.message import chat_names, message_mention
from listener.records import Account, Credential, Figure, Mention, Query

ABOUT = About(
    name="telegram",
    english="Telegram",
    arabic="تيليغرام",
    search="no",
    stream="no",
    hashtag="no",
    replies="partial",
    own_figures="partial",
    reach="no",
    credential="bot token",
    quota="one poller; 30 requests a second",
    price="free",
    history="24 h",
    note="only chats and channels the bot is in; nothing older than 24 h, no deletions",
    every={"mentions": minutes(1), "figures": minutes(360)},
    lookback={"mentions": timedelta(hours=24)},
    secrets=TOKEN,
    options={
        "chats": Option("texts", "only these chats: @names or ids; all of them when empty", ()),
    },
    duty="a message that is deleted there is not told here: delete it by hand where it is asked",
    delay="a minute, or at once where it is pushed",
    pushes=Console(),
)
KINDS = ("message", "edited_message", "channel_post", "edited_channel_post")
MOST = 100


@dataclass(frozen=True, slots=True)
class Telegram(Defaults):
    """``chats``: see the options. ``push``: Telegram calls us, so nothing is polled."""

    name: ClassVar[str] = ABOUT.name
    about: ClassVar[About] = ABOUT
    lease: ClassVar[timedelta] = timedelta(days=1)
    takes_away: ClassVar[Literal[True]] = True
    api_url: str = "https://api.telegram.org"
    chats: tuple[str, ...] = ()
    push: bool = False

    def reads(
        self, brands: Sequence[Query], hashtags: Sequence[str], accounts: Sequence[Account] = ()
    ) -> Sequence[Read]:
        """One read for all chats, of no brand: words decide, and whose group it is."""
        updates = [] if self.push else [Read("mentions")]
        return [*updates, *own_reads(accounts, "figures")]

    def request(
        self, read: Read, *, credential: Credential | None, since: str | None, page: str | None
    ) -> httpx.Request:
        if read.kind == "figures":
            return self._call("getChatMemberCount", credential, {"chat_id": _chat(read.target)})
        asked: dict[str, object] = {"limit": MOST, "allowed_updates": list(KINDS)}
        if page and page.isascii() and page.isdecimal():
            asked["offset"] = int(page)  # what lies below it is stored, and forgotten there
        return self._call("getUpdates", credential, asked)

    def _call(
        self, method: str, credential: Credential | None, asked: Mapping[str, object]
    ) -> httpx.Request:
        token = credential.values.get("token", "") if credential else ""
        return httpx.Request("POST", f"{base_url(self.api_url)}/bot{token}/{method}", json=asked)

    def parse(self, response: httpx.Response, read: Read, page: str | None) -> Page:
        body = f.obj(f.page_json(response))
        if body.get("ok") is not True:
            raise BadPage(f"expected ok, got {f.text(body.get('description')) or 'none'}"[:200])
        if read.kind == "figures":
            return _members(body, read, f.seen_at(response))
        if not isinstance(body.get("result"), list):
            raise BadPage("expected a list of updates")
        updates = [f.obj(raw) for raw in f.items(body["result"])]
        numbers = [n for update in updates if (n := f.count(update.get("update_id"))) is not None]
        brought = self._page(updates)
        return Page(
            mentions=brought.mentions,
            skipped=brought.skipped,
            older=str(max(numbers) + 1) if numbers else None,
            newest=f"update {max(numbers)}" if numbers else None,  # no order: see above
        )

    def _page(self, updates: Sequence[Mapping[str, object]]) -> Page:
        """An edited message comes after the message and has its id: the last one counts."""
        found, skipped = dict[str, Mention](), 0
        wanted = {chat.strip().lstrip("@").casefold() for chat in self.chats}
        for update in updates:
            kind = next((kind for kind in KINDS if kind in update), None)
            raw = f.obj(update.get(kind)) if kind else {}
            if f.count(update.get("update_id")) is None or (kind and not raw):
                skipped += 1
            elif not wanted or wanted & chat_names(raw):
                mention = message_mention(raw, posted=bool(kind and "channel" in kind))
                if mention is not None:
                    found[mention.id] = mention
        return Page(mentions=tuple(found.values()), skipped=skipped)

    def trouble(self, response: httpx.Response, now: datetime | None = None) -> Trouble | None:
        """Telegram tells in the body what is wrong and how long to wait."""
        try:
            body = f.obj(response.json())
        except (ValueError, RecursionError):
            return failures.trouble(response, now)
        status, told = response.status_code, f.text(body.get("description")) or ""
        why = f"HTTP {status}: {' '.join(told.split())[:150]}"
        if status == 429:
            seconds = f.count(f.obj(body.get("parameters")).get("retry_after"))
            return Wait(min(seconds, failures.MAX_WAIT) if seconds is not None else None, why)
        if status == 409:
            advice = "only one program may read a bot's updates: give Rasid a bot of its own"
            if "webhook" in told:
                advice = "a webhook is set: delete it (deleteWebhook), or write its secret here"
            return Refused(f"{why}; {advice}", "not allowed")
        if status == 404 and body.get("ok") is False:
            return Refused(f"{why}; check the token of this bot", "sign-in", "host")
        if status == 400 and "chat not found" in told:
            return Refused(f"{why}; add the bot to the chat and check its name", "gone")
        plain = failures.trouble(response, now)
        if isinstance(plain, Refused) and told:
            return Refused(f"{plain.why}: {why.partition(': ')[2]}", plain.kind, plain.scope)
        return plain

    def probes(
        self, accounts: Sequence[Account], *, credential: Credential | None
    ) -> Sequence[Probe]:
        """Who the bot is, and each own chat. Never its updates: asking may take them away."""
        chats = own_reads(accounts, "figures")
        return [
            Probe(
                "sign-in",
                self._call("getMe", credential, {}),
                "انسخ رمز البوت من @BotFather كما هو",
                "copy the bot's token from @BotFather as it is",
            ),
            *(
                Probe(
                    "figures",
                    self.request(chat, credential=credential, since=None, page=None),
                    "أضف البوت إلى القناة أو المجموعة بصفة مشرف",
                    "add the bot to the channel or group as an admin",
                )
                for chat in chats
            ),
        ]

    def challenge(
        self, query: Mapping[str, str], secret: str, accounts: Sequence[Account]
    ) -> str | None:
        """Telegram asks for none."""
        return None

    def signed(self, headers: Mapping[str, str], body: bytes, secret: str) -> bool:
        shown = headers.get("x-telegram-bot-api-secret-token", "")
        return same(shown, token_of(secret, ABOUT.name))

    def pushed(self, body: bytes, accounts: Sequence[Account]) -> Push:
        """One update, which Telegram sends again until it is answered with a 2xx."""
        try:
            update = f.obj(json.loads(body))
        except (ValueError, RecursionError):
            raise BadPage("expected an update") from None
        if f.count(update.get("update_id")) is None:
            raise BadPage("expected an update")
        return Push(page=self._page([update]), of=Read("mentions"))

    def subscribing(
        self,
        callback: str | None,
        secret: str,
        accounts: Sequence[Account],
        *,
        credential: Credential | None,
    ) -> Sequence[httpx.Request]:
        """https://core.telegram.org/bots/api#setwebhook: what waits there is kept, and pushed; once
        that is taken back, it is polled again."""
        if callback is None:
            return [self._call("deleteWebhook", credential, {})]
        shown = token_of(secret, ABOUT.name)
        asked = {"url": callback, "secret_token": shown, "allowed_updates": list(KINDS)}
        return [self._call("setWebhook", credential, asked)]


def _chat(written: str | None) -> str:
    """A chat as the API wants it: an id, or a public name with its @."""
    name = (written or "").strip().lstrip("@").removeprefix("https://t.me/")
    return name if name.removeprefix("-").isdecimal() else f"@{name}"


def _members(body: Mapping[str, object], read: Read, seen: datetime | None) -> Page:
    number = f.count(body.get("result"))
    if number is None:
        raise BadPage("expected a number of members")
    if seen is None or read.brand is None:
        return Page()
    return Page(figures=(Figure(read.brand, ABOUT.name, read.target, "followers", number, seen),))
