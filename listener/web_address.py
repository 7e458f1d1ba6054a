"""One writing for all addresses of one page: what two of them have in common, whoever shared them.

Site, path and the query that tells pages apart. Not in it: scheme, ``www.``, the mobile host and
AMP, port, sign-in, what follows a click about (``utm_source``, ``fbclid``), and a fragment that
names no comment.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

LIMIT = 4_096
_SCHEMES = ("http", "https")
_HOSTS = ("www.", "m.", "mobile.", "amp.")
_FOLLOWING = re.compile(  # the click, the campaign, the visit: not the page
    r"utm_\w+|fb_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|yclid|ysclid|msclkid|twclid|ttclid"
    r"|li_fat_id|epik|igshid|igsh|mc_[ce]id|mkt_tok|_ga|_gl|_hs(?:enc|mi)|hsctatracking"
    r"|vero_(?:id|conv)|oly_(?:anon|enc)_id|rb_clickid|wickedid|s_cid|cmpid|ito|xtor|spm|trk"
    r"|at_(?:medium|campaign)|ref_(?:src|url)|__twitter_impression"
    r"|phpsessid|jsessionid|aspsessionid\w*",
    re.IGNORECASE,
)
_SAID_BY = re.compile(r"ref|source|src|via|from|share", re.IGNORECASE)
_SAYERS = frozenset(("rss", "feed", "atom", "email", "newsletter", "social"))
_AMP = frozenset((("amp", ""), ("amp", "1"), ("outputtype", "amp"), ("amp", "true")))
_CACHE = re.compile(r"[a-z0-9-]+\.cdn\.ampproject\.org")
_CACHED = re.compile(r"/(?:amp|[cvw]|[civ]/s)/(?:s/)?([^/]+\.[^/]+)(/.*)?")
_GOOGLE = re.compile(r"(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?")
_ENDINGS = re.compile(r"(?:/amp|/index\.(?:html?|php|aspx?))/*$", re.IGNORECASE)
_PLACE = re.compile(  # a page of an app, or one comment of many on a page
    r"[!/].+|(?:p|post|pid|c|comment|issuecomment|reply|msg|m|answer)[-_]?\d+", re.IGNORECASE
)
_SESSION = re.compile(r";jsessionid=[^/?]*", re.IGNORECASE)


@lru_cache(maxsize=4_096)
def canonical(address: str | None) -> str | None:
    """``site/path?query`` of an http(s) address, None of anything else. For comparing only: it need
    not open. Two addresses of one page may still differ; two pages never share one."""
    if not address or len(address) > LIMIT:
        return None
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in _SCHEMES or not host:
        return None
    path = _SESSION.sub("", parts.path)
    if (_CACHE.fullmatch(host) or _GOOGLE.fullmatch(host)) and (inner := _CACHED.fullmatch(path)):
        host, path = inner[1].lower(), inner[2] or ""
    site = _site(host)
    if port not in (None, 80, 443):
        site += f":{port}"
    path = _ENDINGS.sub("", re.sub("/{2,}", "/", path)).rstrip("/")
    path = path.removesuffix(".amp").replace(".amp.html", ".html")
    query = _query(parts.query)
    place = parts.fragment if _PLACE.fullmatch(parts.fragment) else ""
    return site + quote(unquote(path)) + (f"?{query}" if query else "") + (place and f"#{place}")


def is_home(of: str) -> bool:
    """Whether a ``canonical`` is a whole site: of many things the address, of none the name."""
    return not re.search("[/?#]", of)


def path_of(of: str) -> str:
    """A ``canonical`` without its site: what stays when a site moves."""
    match = re.search("[/?#]", of)
    return of[match.start() :] if match else ""


def _site(host: str) -> str:
    host = host.lower().rstrip(".")
    if not host.isascii():
        with suppress(UnicodeError):
            host = host.encode("idna").decode()
    while host.startswith(_HOSTS) and host.count(".") > 1:
        host = host.partition(".")[2]
    return host


def _query(query: str) -> str:
    if not query:
        return ""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return query
    kept = [
        (name, value)
        for name, value in pairs
        if not _FOLLOWING.fullmatch(name)
        and (name.lower(), value.lower()) not in _AMP
        and not (_SAID_BY.fullmatch(name) and value.lower() in _SAYERS)
    ]
    return urlencode(sorted(kept))
