"""Reddit: search of posts, comments of chosen communities and of posts that were found, the own
account's inbox, posts and followers.

API: https://www.reddit.com/dev/api, ``api_url`` https://oauth.reddit.com; tokens of an app alone,
or of the account where its ``inbox`` is read, come from www.reddit.com
(https://github.com/reddit-archive/reddit/wiki/OAuth2). Limits: 100 requests a minute for a client,
averaged over ten; the User-Agent has to say who asks
(https://support.reddithelp.com/hc/en-us/articles/16160319875092-Reddit-Data-API-Wiki): a library's
own is throttled hard. Commercial use needs a contract with Reddit. What was deleted there is
deleted here within two days.

Reach: none; an account tells who follows it. Cannot see: comments by words (search finds posts),
comments folded away behind "more", private communities, private messages (the inbox's are left
out). Listings go back about 1,000 items. They are read from the top until what is known: a
``before`` whose post was deleted since would be answered by an empty page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import quote

import httpx

from listener.networks import failures
from listener.networks.about import About, minutes
from listener.networks.allowance import Allowance, Cost
from listener.networks.base import Page, Probe, Read, Refused, Trouble
from listener.networks.defaults import (
    Defaults,
    base_url,
    bearer,
    own_reads,
    search_reads,
    searched,
)
from listener.networks.oauth import OAuth
from listener.networks.options import Option
from listener.networks.reddit import listing as reddit_listing
from listener.records import Account, Credential, Mention, Query

TERMS = "https://support.reddithelp.com/hc/en-us/articles/16160319875092-Reddit-Data-API-Wiki"
_NAME = re.compile(r"t[13]_\w{1,20}")
_TAG = re.compile(r"(?<![\w&])#(?=\w)")

_OAUTH = OAuth(
    token_url="https://www.reddit.com/api/v1/access_token",
    flow="client_credentials",
    home="https://oauth.reddit.com",
    lasts=timedelta(hours=1),
)
ABOUT = About(
    name="reddit",
    english="Reddit",
    arabic="ريديت",
    search="yes",
    stream="no",
    hashtag="no",
    replies="yes",
    own_figures="partial",
    reach="no",
    credential="OAuth client",
    quota="100 requests a minute",
    price="free for non-commercial use, else a contract",
    history="about 1,000 items a listing",
    note="search finds posts, not comments; commercial use needs a contract with Reddit",
    every={
        "search": minutes(2),
        "feed": minutes(2),
        "mentions": minutes(2),
        "replies": minutes(30),
        "own_posts": minutes(15),
        "refresh": minutes(30),
        "figures": minutes(360),
    },
    secrets={"token": "optional"},
    options={
        "client_id": Option("secret", "id of the registered app", needed=True),
        "client_secret": Option("secret", "its secret", needed=True),
        "refresh_token": Option("secret", "of the own account, for its inbox"),
        "user_agent": Option("text", "platform:app:version (by /u/name)", needed=True),
        "subreddits": Option("texts", "communities whose comments are read", ()),
        "inbox": Option("yes_no", "read the own account's inbox; needs refresh_token", False),
    },
    oauth=_OAUTH,
    allowances={
        "requests": Allowance(most=1000, per=timedelta(minutes=10), unit="requests"),
    },
    keep=timedelta(hours=48),
    terms=TERMS,
    duty="what is deleted there, or whose author is, is deleted here within 48 hours",
    delay="minutes",
)


@dataclass(frozen=True, slots=True)
class Reddit(Defaults):
    """``subreddits``: by name, with or without "r/"."""

    name: ClassVar[str] = ABOUT.name
    about: ClassVar[About] = ABOUT
    most_reread: ClassVar[int] = 100
    api_url: str = "https://oauth.reddit.com"
    user_agent: str = ""
    subreddits: tuple[str, ...] = ()
    inbox: bool = False

    @property
    def oauth(self) -> OAuth:
        """The account's tokens where its inbox is read, else the app's own."""
        return replace(_OAUTH, flow="refresh_token") if self.inbox else _OAUTH

    def reads(
        self, brands: Sequence[Query], hashtags: Sequence[str], accounts: Sequence[Account] = ()
    ) -> Sequence[Read]:
        """A search for each alternative; a tag is a word here."""
        plain = [replace(query, text=_TAG.sub("", query.text)) for query in brands]
        searches = search_reads(plain, without="@")
        known = {(read.target or "").casefold() for read in searches}
        tags = [tag.strip().lstrip("#").replace("_", " ") for tag in hashtags]
        for read in search_reads([Query("", f'"{tag}"') for tag in tags if tag]):
            if (read.target or "").casefold() not in known:
                searches.append(replace(read, query=None))
        named = [name.strip().strip("/").removeprefix("r/") for name in self.subreddits]
        feeds = [Read("feed", name) for name in dict.fromkeys(named) if name]
        inbox = own_reads(accounts, "mentions") if self.inbox else []
        return [*searches, *feeds, *inbox, *own_reads(accounts, "own_posts", "figures")]

    def request(
        self, read: Read, *, credential: Credential | None, since: str | None, page: str | None
    ) -> httpx.Request:
        target = quote((read.target or "").removeprefix("u/"), safe="")
        params = {"limit": "100", "raw_json": "1"} | ({"after": page} if page else {})
        match read.kind:
            case "feed":
                return self._get(f"/r/{target}/comments", credential, params)
            case "replies":
                post = target.removeprefix("t3_")
                return self._get(
                    f"/comments/{post}", credential, params | {"sort": "new", "limit": "500"}
                )
            case "mentions":
                return self._get("/message/inbox", credential, params | {"mark": "false"})
            case "own_posts":
                return self._get(f"/user/{target}/overview", credential, params | {"sort": "new"})
            case "figures":
                return self._get(f"/user/{target}/about", credential, params)
            case _:
                asked = {"q": searched(read), "sort": "new", "t": "all", "type": "link"}
                return self._get("/search", credential, params | asked | {"include_over_18": "on"})

    def _get(
        self, path: str, credential: Credential | None, params: dict[str, str]
    ) -> httpx.Request:
        headers = dict(bearer(credential))
        headers |= {"user-agent": self.user_agent} if self.user_agent else {}
        return httpx.Request("GET", base_url(self.api_url) + path, params=params, headers=headers)

    def parse(self, response: httpx.Response, read: Read, page: str | None) -> Page:
        if read.kind == "figures":
            return reddit_listing.account_of(response, read)
        if read.kind == "replies":
            return reddit_listing.thread_of(response)
        found = read.kind in ("search", "hashtag")
        return reddit_listing.page_of(response, read, search=found)

    def mark(self, mention: Mention) -> str | None:
        """Seconds since 1970, by Reddit's own clock."""
        return str(int(mention.created_at.timestamp())) if mention.created_at else None

    def trouble(self, response: httpx.Response, now: datetime | None = None) -> Trouble | None:
        """As ``failures.trouble``; a client that does not say who it is gets a page instead."""
        status, kind = response.status_code, response.headers.get("content-type", "")
        if status == 302:
            return Refused("HTTP 302: there is no such community or account", "gone")
        if status == 403 and "html" in kind:
            hint = "check user_agent: platform:app:version (by /u/name)"
            return Refused(f"HTTP 403: the client is turned away; {hint}", "not allowed", "host")
        return failures.trouble(response, now)

    def cost(self, read: Read, page: str | None) -> Sequence[Cost]:
        return (Cost("requests"),)

    def spent(self, response: httpx.Response, read: Read, page: str | None) -> Sequence[Cost]:
        return (Cost("requests"),)

    def reread_key(self, mention_id: str, ref: str | None) -> str | None:
        return mention_id if _NAME.fullmatch(mention_id) else None

    def reread_request(
        self, keys: Sequence[str], *, credential: Credential | None
    ) -> httpx.Request:
        """keys: fullnames of posts and comments, at most ``most_reread``."""
        return self._get("/api/info", credential, {"id": ",".join(keys), "raw_json": "1"})

    def parse_reread(self, response: httpx.Response, keys: Sequence[str]) -> Page:
        return reddit_listing.reread(response, keys)

    def probes(
        self, accounts: Sequence[Account], *, credential: Credential | None
    ) -> Sequence[Probe]:
        """A search of one post, then the communities and the own account."""
        one = {"q": "a", "limit": "1", "type": "link", "raw_json": "1"}
        probes = [Probe("search", self._get("/search", credential, one), *_NO_APP)]
        for read in self.reads((), (), accounts):
            words = {"feed": _NO_COMMUNITY, "mentions": _NO_INBOX}.get(read.kind, _NO_ACCOUNT)
            request = self.request(read, credential=credential, since=None, page=None)
            probes.append(Probe(read.kind, request, *words))
        return probes


_NO_APP = (
    "سجّل تطبيقًا في reddit.com/prefs/apps واكتب معرّفه وسرّه؛ "
    "والاستخدام التجاري يحتاج إلى عقد مع ريديت",
    "register an app at reddit.com/prefs/apps and name its id and secret; commercial use needs a "
    "contract with Reddit",
)
_NO_COMMUNITY = (
    "راجع اسم المجتمع في subreddits؛ المجتمعات الخاصة والمحجورة لا تُقرأ",
    "check the community's name in subreddits; private and quarantined ones cannot be read",
)
_NO_INBOX = (
    "يحتاج صندوق الوارد إلى refresh_token من حسابك بالصلاحيتين privatemessages وread",
    "the inbox needs a refresh_token of your account with the scopes privatemessages and read",
)
_NO_ACCOUNT = ("راجع اسم حسابك على ريديت", "check the name of your account on Reddit")
