"""Those of the lived day whom the demo follows: six who write, each in another way, whom one hears
again, who corrects a post and who deletes one; and the one whose words the crisis passes on.

They are people of their own, so that nothing else in the week happens to their posts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from listener.demo.people import Person
from listener.demo.posts import DAY, Category, Home, Post
from listener.demo.writing import Writer

ASIDE = (0.80, 0.86, 0.92)
"""Shares of the lived day, between which ``writes_again``, the correction and the deletion lie: who
shows them one by one holds the clock there."""
PASSED_ON = 12
"""Of the crisis's first post."""


@dataclass(frozen=True, slots=True)
class Part:
    """``at``: when, as a share of the lived day."""

    network: Home
    category: Category
    author: Person
    at: float
    text: str
    dialect: str = ""  # the author's own


ASKS = (
    Part("bluesky", "complaint", Person("menna_adel", "منة عادل", "waha.example", 3_314, "egy"),
         0.04, "طلبت من رشفان لاتيه من غير سكر جالي شربات، ولما قلت للكاشير قالي ده النظام 🙄"),
    Part("mastodon", "question", Person("noura_otaibi", "نورة العتيبي", "majlis.example", 840,
         "glf"), 0.08, "فيه جلسات عوائل في فرع العليا حق رشفان؟ ناوين نجيكم الليلة"),
    Part("bluesky", "request", Person("tala_masri", "تالا المصري", "diwan.example", 271, "lev"),
         0.12, "بدي حدا من رشفان يحكي معي عالخاص كرمال حجز يوم الخميس بفرع الصويفية"),
    Part("mastodon", "complaint", Person("hamza_idrissi", "حمزة الإدريسي", "waha.example", 1_206,
         "mgr"), 0.16, "بقيت 40 دقيقة كنتسنى ف فرع أكدال ديال رشفان وحتى واحد ما داها فيا"),
    Part("hackernews", "complaint", Person("nfrost", "Nadia Frost", "", 0, "en"),
         0.2, "Rashfan locks loyalty points to the device id. Change your phone and they are gone; "
         "support says wait."),
    Part("bluesky", "complaint", Person("omar_hany", "Omar Hany", "diwan.example", 96, "egy"),
         0.24, "rashfan 7azfo no2ati ba3d el update!! raga3oha ya gama3a", "latn"),
)  # fmt: skip
AGAIN = "يا رشفان قلتوا هتبعتوا واحد بداله ولسه محدش كلمني"
CORRECTED = "بدي حدا من رشفان يحكي معي عالخاص كرمال حجز بفرع الصويفية يوم الجمعة، مو الخميس"
CRISIS = Part(
    "bluesky", "complaint", Person("saad_anzi", "سعد العنزي", "waha.example", 18_240, "glf"), 0.44,
    "تطبيق رشفان خصم من بطاقتي نفس الطلب مرتين والدعم ما يرد، تأكدوا من حساباتكم يا جماعة",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cast:
    """Their posts: the six in their order; of those, who is heard again, who corrects and who
    deletes; the first of the crisis."""

    asks: tuple[Post, ...]
    heard_again: Post
    corrected: Post
    deleted: Post
    crisis: Post


def write(writer: Writer, lived: datetime) -> Cast:
    """Lets them write what they write on the day that begins at ``lived``, and twelve others pass
    the crisis on."""

    def when(share: float) -> datetime:
        return lived + DAY * share

    def say(part: Part, reply_to: Post | None = None) -> Post:
        return writer.say(
            part.category, part.dialect or part.author.home, part.text, when(part.at),
            network=part.network, author=part.author, reply_to=reply_to,
        )  # fmt: skip

    first, second, third = ASIDE
    posts = [say(part) for part in ASKS]
    again = replace(ASKS[0], text=AGAIN, at=(first + second) / 2)
    say(again, reply_to=posts[0])
    corrected = writer.change(posts[2], edited=(when((second + third) / 2), CORRECTED))
    deleted = writer.change(posts[5], deleted=when((third + 1) / 2))
    crisis = say(CRISIS)
    writer.passed_on(crisis, PASSED_ON, (1.5, 7, 2))
    posts[2], posts[5] = corrected, deleted
    return Cast(tuple(posts), posts[0], corrected, deleted, crisis)
