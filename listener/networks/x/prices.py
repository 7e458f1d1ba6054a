"""What X bills, in USD: every item that an answer holds, also those beside what was asked for.

https://docs.x.com/x-api/getting-started/pricing, with the prices of the developer console as they
are for pay-per-use in 2026. An item is billed once in a UTC day however often it is read, which X
calls a soft guarantee: each is named (``Cost.item``), and the books count it once
(``once_a_day``). At most 3 million posts a month may be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from listener.networks import fields as f
from listener.networks.about import ReadKind
from listener.networks.allowance import Allowance, Cost
from listener.networks.x.posts import includes_of

POST = 0.005
USER = 0.010
OWN = 0.001
"""An item of an own account's timelines, read with that account's app."""
COUNT = 0.005
"""One request for a count of posts."""
ALLOWANCES: Mapping[str, Allowance] = {
    "money": Allowance(most=None, per="month", unit="USD", once_a_day=True),
    "posts": Allowance(most=3_000_000, per="month", unit="items", once_a_day=True),
}
_OWN: frozenset[ReadKind] = frozenset({"mentions", "own_posts"})


def price(kind: ReadKind) -> float:
    """Of one post that a read of ``kind`` brings."""
    return OWN if kind in _OWN else POST


def of_page(kind: ReadKind, posts: int, *, authors: bool, referenced: bool) -> list[Cost]:
    """The most that a page of ``posts`` takes. ``authors``, ``referenced``: what is asked for
    besides, at most one of each for a post."""
    if kind == "figures":
        return [Cost("money", USER)]
    each = price(kind) + USER * authors + POST * referenced
    return [Cost("money", posts * each), Cost("posts", float(posts * (1 + referenced)))]


def of_answer(body: Mapping[str, object], kind: ReadKind) -> list[Cost]:
    """What an answer took; nothing where it holds nothing."""
    data = body.get("data")
    raws = [data] if isinstance(data, dict) else f.items(data)
    ids = [key for raw in raws if (key := f.ident(f.obj(raw).get("id")))]
    includes = includes_of(body)
    if kind == "figures":
        return list(_each("user", ids, USER))
    beside = [key for key in includes.posts if key not in ids]
    costs = [*_each("post", ids, price(kind)), *_each("post", beside, POST)]
    costs += _each("user", includes.users, USER)
    return [*costs, *(Cost("posts", 1.0, f"post {key}") for key in dict.fromkeys([*ids, *beside]))]


def _each(what: str, ids: Iterable[str], amount: float) -> Iterable[Cost]:
    return (Cost("money", amount, f"{what} {key}") for key in dict.fromkeys(ids))
