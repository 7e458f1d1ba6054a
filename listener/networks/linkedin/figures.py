"""The numbers of a LinkedIn page and of its posts.

https://learn.microsoft.com/linkedin/marketing/community-management/organizations/: network sizes
(organization-lookup-api), share-statistics (of the last twelve months), page-statistics.
``reach`` is ``uniqueImpressionsCount``: members, not views. A page has four answers; each is a read
of its own, told apart by what stands behind the page's id.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

from listener.networks import fields as f
from listener.networks.base import BadPage, Read
from listener.records import Figure

POSTS, PAGE = "posts", "page"
OF_PAGE = ("", POSTS, PAGE)
_ORGANIZATION = "urn:li:organization:"
_SHARES = {
    "impressionCount": "impressions", "uniqueImpressionsCount": "reach", "likeCount": "likes",
    "commentCount": "comments", "shareCount": "shares",
}  # fmt: skip


def target(organization: str, what: str = "") -> str:
    """What a read of figures is of: the followers of a page (""), all of its posts, views of the
    page, or one post by its URN."""
    return f"{organization}#{what}" if what else organization


def parted(read_target: str | None) -> tuple[str, str]:
    organization, _, what = (read_target or "").partition("#")
    return organization, what


def path(read_target: str | None) -> str:
    """Where the figures of a read are asked for. URNs are encoded, ``List( )`` is not."""
    organization, what = parted(read_target)
    urn = quote(_ORGANIZATION + organization, safe="")
    if not what:
        return f"/networkSizes/{urn}?edgeType=COMPANY_FOLLOWED_BY_MEMBER"
    if what == PAGE:
        return f"/organizationPageStatistics?q=organization&organization={urn}"
    shares = "/organizationalEntityShareStatistics?q=organizationalEntity"
    asked = f"{shares}&organizationalEntity={urn}"
    if what == POSTS:
        return asked
    kind = "ugcPosts" if ":ugcPost:" in what else "shares"
    return f"{asked}&{kind}=List({quote(what, safe='')})"


def figures(
    body: Mapping[str, object], read: Read, seen: datetime | None
) -> tuple[tuple[Figure, ...], int]:
    """The figures, and how many items could not be read. What is hidden is no figure. Raises
    BadPage where the answer is none."""
    organization, what = parted(read.target)
    if not what:
        if "firstDegreeSize" not in body:
            raise BadPage("expected a network size")
        return _made({"followers": body["firstDegreeSize"]}, read, organization, None, seen), 0
    if not isinstance(body.get("elements"), list):
        raise BadPage("expected an object with elements")
    found: list[Figure] = []
    unread = 0
    for raw in map(f.obj, f.items(body["elements"])):
        if what == PAGE:
            views = f.obj(f.obj(raw.get("totalPageStatistics")).get("views"))
            told: dict[str, object] = {
                "profile_views": f.obj(views.get("allPageViews")).get("pageViews")
            }
        else:
            total = f.obj(raw.get("totalShareStatistics"))
            told = {measure: total.get(name) for name, measure in _SHARES.items()}
        post = None if what in (POSTS, PAGE) else what
        made = _made(told, read, organization, post, seen)
        found += made
        unread += not made
    return tuple(found), unread


def _made(
    told: Mapping[str, object],
    read: Read,
    organization: str,
    post: str | None,
    seen: datetime | None,
) -> tuple[Figure, ...]:
    if seen is None or read.brand is None:
        return ()
    return tuple(
        Figure(read.brand, "linkedin", organization, measure, value, seen, "lifetime", post)
        for measure, told_value in told.items()
        if (value := f.count(told_value)) is not None
    )
