"""Facebook's Graph API about the world: the brand's Page, its wall, what tags it, comments."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from listener.demo import graph_site as g
from listener.demo.people import Person
from listener.demo.posts import Post

PAGE, HANDLE = "101010101010101", "rashfan"


class Site(g.GraphSite):
    name = "facebook"

    def options(self, address: str) -> Mapping[str, Any]:
        return {"api_url": address, "token": g.TOKEN, "page": PAGE, "app_token": g.APP_TOKEN}

    def answer(self, path: str, params: g.Params) -> Any:
        first, _, rest = path.partition("/")
        if first == PAGE:
            return self._page(rest, params)
        found = {native(post): post for post in self.posts() if post.rating is None}
        post = found.get(first)
        if post is None or not (in_feed(root(post)) or is_tagged(post)):
            raise g.missing(first)
        if rest == "insights":
            if not post.own:
                raise g.GraphError("(#200) Requires the Page's own post", 200, status=403)
            numbers = {"post_media_view": post.likes * 11, "post_total_media_view_unique": 90}
            return g.insights(numbers, params, self.refused, first)
        if rest == "comments":
            return [self._comment(below) for below in self.posts() if _under(below, post)]
        shown = self._post(post) if post.reply_to is None else self._comment(post)
        return g.chosen(shown, g.fields_of(params.get("fields", "")))

    def _page(self, rest: str, params: g.Params) -> Any:
        posts = [p for p in self.posts() if p.reply_to is None and p.rating is None]
        match rest:
            case "":
                shown: dict[str, Any] = {
                    "id": PAGE, "name": "رشفان", "followers_count": 41_800, "fan_count": 40_215,
                    "feed": {"data": [self._post(p) for p in posts if in_feed(p)][:1]},
                }  # fmt: skip
                return g.chosen(shown, g.fields_of(params.get("fields", "")))
            case "feed":
                return [self._post(post) for post in posts if in_feed(post)]
            case "tagged":
                return [self._post(post) for post in posts if is_tagged(post)]
            case "insights":
                day = {"page_media_view": 9300, "page_total_media_view_unique": 5120}
                day |= {"page_views_total": 210, "page_post_engagements": 640}
                return g.insights(day, params, self.refused, PAGE)
            case "ratings":
                said = "(#12) This field is deprecated for versions v22.0 and higher"
                raise g.GraphError(said, 12)
        raise g.GraphError(f"(#100) Tried accessing nonexisting field ({rest})", 100)

    def _post(self, post: Post) -> dict[str, Any]:
        key = native(post)
        below = [p for p in self.posts() if _under(p, post)]
        shown: dict[str, Any] = {
            "id": key, "message": post.text_at(self.clock()), "created_time": g.stamp(post.at),
            "permalink_url": f"https://www.facebook.com/{key.replace('_', '/posts/')}/",
            "reactions": _summary(post.likes, viewer_reaction="NONE"),
            "comments": _summary(len(below), order="ranked", can_comment=True)
            | {"data": [self._comment(one) for one in below[:1]]},
        }  # fmt: skip
        if post.shares:
            shown["shares"] = {"count": post.shares}
        if names_writer(post):
            shown["from"] = _writer(post)
        return shown

    def _comment(self, post: Post) -> dict[str, Any]:
        assert post.reply_to is not None
        top, key = root(post), native(post)
        answers = [p for p in self.posts() if p.reply_to and p.reply_to.native == post.native]
        shown: dict[str, Any] = {
            "id": key, "message": post.text_at(self.clock()), "created_time": g.stamp(post.at),
            "like_count": post.likes, "comment_count": len(answers),
            "permalink_url": f"https://www.facebook.com/{PAGE}/posts/{top.native}/"
            f"?comment_id={post.native}",
        }  # fmt: skip
        if names_writer(post):
            shown["from"] = _writer(post)
        if post.reply_to.reply_to is not None:
            shown["parent"] = {"id": native(post.reply_to)}
        return shown


def root(post: Post) -> Post:
    while post.reply_to is not None:
        post = post.reply_to
    return post


def is_wall(post: Post) -> bool:
    """Whether somebody wrote it on the Page's wall."""
    plain = post.reply_to is None and post.rating is None and not post.own and not is_tagged(post)
    return plain and int(post.native) % 3 == 0


def in_feed(post: Post) -> bool:
    return post.rating is None and (post.own or is_wall(post))


def is_tagged(post: Post) -> bool:
    """Whether it tags the brand's Page."""
    return post.reply_to is None and post.text.startswith(f"@{HANDLE}")


def names_writer(post: Post) -> bool:
    """The Page itself, and those who write on it; of those who tag it few."""
    return post.own or post.reply_to is not None or is_wall(post) or int(post.native) % 5 == 0


def native(post: Post) -> str:
    """A post's id by its wall, a comment's by its post."""
    if post.reply_to is not None:
        return f"{root(post).native}_{post.native}"
    return f"{PAGE if in_feed(post) else person_id(post.author)}_{post.native}"


def person_id(person: Person) -> str:
    return "1000" + str(int(sha256(person.handle.encode()).hexdigest()[:9], 16))


def _writer(post: Post) -> dict[str, str]:
    key = PAGE if post.own else person_id(post.author)
    return {"id": key, "name": post.author.name}


def _under(post: Post, top: Post) -> bool:
    return post.reply_to is not None and root(post).native == top.native


def _summary(total: int, **more: Any) -> dict[str, Any]:
    return {"data": [], "summary": {"total_count": total, **more}}
