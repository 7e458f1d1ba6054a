"""What is written on a further network: by words, tags and names, under the brand's own posts and
in reviews; the brand's posts and answers; some of it edited or deleted later.

A network draws from a seed of its own, so that one more changes nothing on the others.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from listener.demo import texts
from listener.demo.people import BRAND, BRAND_HANDLE, Person, crowd
from listener.demo.posts import DAY, Category, Post, known_as

BRAND_PERSON = Person(BRAND, "رشفان", "rashfan.example", 41_800, "msa")
NEWS = (
    "قهوة اليوم في رشفان: كيمكس إثيوبي، من السابعة صباحًا",
    "فرع جديد في حي الياسمين، نلقاكم فيه الخميس #رشفان",
    "توصيل مجاني طوال نهاية الأسبوع من تطبيق رشفان",
    "Weekend in Rashfan: live oud from 8 pm #Rashfan",
)
SORRY = ("نعتذر عمّا حدث، أرسل لنا رقم الطلب على الخاص", "شكرًا لك، يسعدنا رأيك 🌿")
_STARS: dict[Category, tuple[int, ...]] = {
    "complaint": (1, 1, 2), "question": (3, 4), "request": (3,), "praise": (4, 5, 5),
}  # fmt: skip
_SAID: tuple[Category, ...] = ("complaint", "complaint", "question", "request", "praise", "praise")


def elsewhere(
    site: str, end: datetime, seed: int = 7, *, days: int = 7, a_day: int = 24
) -> list[Post]:
    """The ``days`` before ``end`` (aware UTC), about ``a_day`` posts of other people in each."""
    maker = _Maker(site, Random(f"{seed} {site}"))
    for day in range(days):
        maker.day(end - DAY * (days - day), a_day)
    maker.change(end)
    return maker.posts


class _Maker:
    def __init__(self, site: str, rng: Random) -> None:
        self.site, self.rng = site, rng
        self.people = crowd(rng)
        self.called = BRAND_HANDLE if site == "bluesky" else BRAND
        self.posts: list[Post] = []

    def day(self, start: datetime, a_day: int) -> None:
        """One own post, and what others write: a third by words, the rest by tag, by name, under
        the brand's posts, as reviews."""
        own = self._add(BRAND_PERSON, self.rng.choice(NEWS), start + DAY * 0.3, "news", own=True)
        for number in range(a_day):
            category = self.rng.choice(_SAID)
            dialect = self.rng.choice(texts.dialects(category))
            author = self.rng.choice([p for p in self.people if p.writes(dialect)])
            text = texts.line(self.rng, category, dialect)
            at = start + DAY * self.rng.uniform(0.31, 0.97)
            match number % 6:
                case 0 | 1:
                    self._add(author, text, at, category, dialect)
                case 2:
                    tag = "Rashfan" if dialect in texts.LATIN else "رشفان"
                    said = text if f"#{tag}" in text else f"{text} #{tag}"
                    self._add(author, said, at, category, dialect)
                case 3:
                    self._add(author, f"@{self.called} {text}", at, category, dialect)
                case 4:
                    under = self._add(author, text, at, category, dialect, reply_to=own)
                    if self.rng.random() < 0.35:
                        later = at + timedelta(minutes=self.rng.uniform(5, 90))
                        said = SORRY[category == "praise"]
                        self._add(BRAND_PERSON, said, later, "other", own=True, reply_to=under)
                case _:
                    stars = self.rng.choice(_STARS[category])
                    self._add(author, text, at, category, dialect, rating=stars)

    def change(self, end: datetime) -> None:
        """One of forty is edited some hours later, one of forty deleted."""
        for nth, post in enumerate(self.posts):
            if post.own or nth % 20:
                continue
            at = min(post.at + timedelta(hours=self.rng.uniform(1, 8)), end)
            if nth % 40:
                changed = replace(post, edited=(at, f"{post.text} …"))
            else:
                changed = replace(post, deleted=at)
            self.posts[nth] = changed

    def _add(
        self, author: Person, text: str, at: datetime, category: Category, dialect: str = "msa",
        *, own: bool = False, reply_to: Post | None = None, rating: int | None = None,
    ) -> Post:  # fmt: skip
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        native = str((int(at.timestamp() * 1000) << 16) + len(self.posts))
        fame = author.followers**0.5
        tags = [word.strip("#,.،!؟") for word in text.split() if word.startswith("#")]
        likes, replies, shares = (
            int(self.rng.expovariate(1 / (1 + fame / n))) for n in (4, 20, 15)
        )
        post = Post(
            self.site, known_as(self.site, author, native), native, at, author, text, category,
            dialect, True, tuple(tags), reply_to=reply_to, likes=likes, replies=replies,
            shares=shares, own=own, rating=rating,
        )  # fmt: skip
        self.posts.append(post)
        return post
