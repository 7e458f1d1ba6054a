"""Fills the demo's week: who writes what on which network, and what is changed later."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from listener.demo import texts
from listener.demo.people import BRAND_HANDLE, Person
from listener.demo.posts import ANSWERABLE, DAY, Category, Home, Post, known_as, noise_tags

_TID = "234567abcdefghijklmnopqrstuvwxyz"  # atproto's sortable base 32


class Writer:
    """Collects posts; every draw comes from the one ``rng``, so the order of calls matters."""

    def __init__(self, rng: Random, people: list[Person], end: datetime) -> None:
        self.rng = rng
        self.people = people
        self.end = end
        self.posts: list[Post] = []
        self.left: list[tuple[datetime, Person]] = []

    def post(self, category: Category, at: datetime) -> Post:
        """An ordinary post on Mastodon or Bluesky."""
        if category == "repost":
            return self._repost(at)
        dialect = self.rng.choice(texts.dialects(category))
        return self.say(category, dialect, texts.line(self.rng, category, dialect), at)

    def crisis(self, at: datetime) -> Post:
        """One of the many who were charged twice."""
        dialect = self.rng.choice(texts.dialects("crisis"))
        return self.say("complaint", dialect, texts.line(self.rng, "crisis", dialect), at)

    def passed_on(self, first: Post, times: int, hours: tuple[float, float, float]) -> None:
        """So many others pass on what ``first`` says, by its name or as their own words, so many
        hours later (at the least, at the most, mostly)."""
        others = [p for p in self.people if p.writes(first.dialect)]
        for number, author in enumerate(self.rng.sample(others, times)):
            at = first.at + timedelta(hours=self.rng.triangular(*hours))
            if number % 2:
                text = f"RT @{first.author.handle}: {first.text}"
                self.say("repost", first.dialect, text, at, author=author)
            else:
                text = first.text + self.rng.choice(texts.SAYS_AGAIN)
                self.say("complaint", first.dialect, text, at, author=author)

    def _repost(self, at: datetime) -> Post:
        earlier = [p for p in self.posts if p.at < at and p.category in ("praise", "complaint")]
        if not earlier:
            return self.post("praise", at)
        copied = max(
            self.rng.sample(earlier, min(3, len(earlier))), key=lambda p: p.author.followers
        )
        return self.say("repost", copied.dialect, f"RT @{copied.author.handle}: {copied.text}", at)

    def say(
        self, category: Category, dialect: str, text: str, at: datetime,
        network: Home | None = None, reply_to: Post | None = None, author: Person | None = None,
    ) -> Post:  # fmt: skip
        """Posts ``text``, with the hashtag or the brand's name that such a post has; where and by
        whom is drawn, unless it is said."""
        latin, drawn = dialect == "en", author is None
        author = author or self.rng.choice([p for p in self.people if p.writes(dialect)])
        network = network or self.rng.choices(["mastodon", "bluesky"], [45, 55])[0]
        about = category != "noise"
        tags: tuple[str, ...] = noise_tags(text)
        if about and f"#{'Rashfan' if latin else 'رشفان'}" in text:
            tags = ("Rashfan" if latin else "رشفان",)
        elif about and (network == "mastodon" or self.rng.random() < 0.3):
            tags = ("Rashfan",) if dialect in texts.LATIN else (self._arabic_tag(),)
            text += f" #{tags[0]}"
        speaks_to_it = drawn and network == "bluesky" and category in ANSWERABLE
        if about and speaks_to_it and self.rng.random() < 0.25:
            text = f"@{BRAND_HANDLE} {text}"
        fame = author.followers**0.5
        return self._add(
            Post(
                network=network or "bluesky",
                id="",
                native="",
                at=at,
                author=author,
                text=text,
                category=category,
                dialect=dialect,
                about=about,
                hashtags=tags,
                reply_to=reply_to,
                likes=int(self.rng.expovariate(1 / (1 + fame / 4))),
                replies=int(self.rng.expovariate(1 / (1 + fame / 20))),
                shares=int(self.rng.expovariate(1 / (1 + fame / 15))),
            )
        )

    def _arabic_tag(self) -> str:
        return "رشفان" if self.rng.random() < 0.8 else "قهوة_رشفان"

    def _add(self, post: Post) -> Post:
        """Give a post the ids its network would."""
        at = post.at.replace(microsecond=post.at.microsecond // 1000 * 1000)
        number, millis = len(self.posts), int(at.timestamp() * 1000)
        native = {
            "mastodon": str((millis << 16) + number),
            "bluesky": _tid(millis * 1000 + number % 1000),
            "rss": str(number),
            "hackernews": str(48_000_000 + (millis - 1_795_000_000_000) // 1000 % 10**8 + number),
        }.get(post.network, str((millis << 16) + number))
        identity = known_as(post.network, post.author, native)
        if post.network == "rss":
            identity = f"https://sahifa.example/{post.dialect}/{native}"
        post = replace(post, at=at, native=native, id=identity)
        self.posts.append(post)
        return post

    def articles(self, lived: datetime) -> None:
        """News over the week, Hacker News now and then, and the crisis in the papers."""
        editor = Person("sahifa", "صحيفة الواحة", "sahifa.example", 0, "msa")
        for category in ("news", "crisis_news"):
            for dialect, lines in texts.lines()[category].items():
                for text in lines:
                    late = category == "crisis_news"
                    at = lived + DAY * (
                        self.rng.uniform(0.74, 0.85) if late else self.rng.uniform(-6, 0.4)
                    )
                    self._article(editor, dialect, text, at)
        for kind, lines in texts.lines()["hackernews"].items():
            for text in lines:
                author = self.rng.choice([p for p in self.people if p.home == "en"])
                at = (lived + DAY * self.rng.uniform(-6, 0.9)).replace(microsecond=0)
                self._add(
                    Post("hackernews", "", "", at, author, text, kind, "en", kind != "noise",
                         likes=self.rng.randint(1, 90), replies=self.rng.randint(0, 20))
                )  # fmt: skip

    def _article(self, editor: Person, dialect: str, text: str, at: datetime) -> None:
        slots = texts.lines()["slots"][dialect]
        title, _, body = text.format(branch=self.rng.choice(slots["branch"])).partition("|")
        about = "رشفان" in text or "Rashfan" in text
        at = at.replace(microsecond=0)
        self._add(
            Post(
                "rss",
                "",
                "",
                at,
                editor,
                body,
                "news" if about else "noise",
                dialect,
                about,
                title=title,
            )
        )

    def follow_ups(self, lived: datetime) -> None:
        """People who write again under their own complaint."""
        waiting = [p for p in self.posts if p.at > lived and p.category == "complaint"]
        waiting = [
            p for p in waiting if p.network in ("mastodon", "bluesky") and p.at < lived + DAY * 0.8
        ]
        for first in self.rng.sample(waiting, 6):
            text = texts.line(self.rng, "follow_up", first.dialect)
            self.say(
                "complaint", first.dialect, text,
                first.at + timedelta(hours=self.rng.uniform(0.7, 2.5)),
                network=first.network, reply_to=first, author=first.author,
            )  # fmt: skip

    def changes(self, lived: datetime) -> None:
        """Edits, deletions and one closed account, on the lived day."""
        lines = [p for p in self.posts if lived < p.at < lived + DAY * 0.6 and not p.reply_to]
        blue = [p for p in lines if p.network == "bluesky"]
        parents = {p.reply_to.id for p in self.posts if p.reply_to}
        complaints = [p for p in blue if p.category == "complaint" and p.id not in parents]
        praised = [p for p in blue if p.category == "praise"]
        tooted = [p for p in lines if p.network == "mastodon" and p.category == "question"]
        solved = texts.edited(self.rng, "solved", complaints[0].dialect)
        self._edit(complaints[0], f"{complaints[0].text}\n{solved}", 2.0)
        soured = texts.edited(self.rng, "soured", praised[0].dialect)
        self._edit(praised[0], soured, 1.5, "complaint")
        for question in tooted[:1]:
            meant = texts.edited(self.rng, "question", question.dialect)
            self._edit(question, question.text + meant, 0.1)
        for regretted in complaints[1:3] + praised[1:2]:
            self.change(regretted, deleted=regretted.at + timedelta(hours=3))
        spammers = [p for p in blue if p.category == "spam"] or blue[-1:]
        self.left.append((lived + DAY * 0.9, spammers[0].author))

    def _edit(self, post: Post, text: str, hours: float, category: Category | None = None) -> None:
        moment = post.at + timedelta(hours=hours)
        self.change(post, edited=(moment, text), category=category or post.category)

    def change(self, post: Post, **fields: Any) -> Post:
        """``post`` with other fields, put in its place."""
        changed = replace(post, **fields)
        self.posts[self.posts.index(post)] = changed
        return changed


def _tid(micros: int) -> str:
    """A record key as atproto makes it: 53 bits of microseconds and a clock id, sortable."""
    number, letters = micros << 10, []
    for _ in range(13):
        letters.append(_TID[number & 31])
        number >>= 5
    return "".join(reversed(letters))
