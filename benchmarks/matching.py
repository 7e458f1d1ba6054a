"""How fast 10,000 queries meet a stream of posts, on one core, beside one compiled regex a query.

    python -m benchmarks.matching [--queries 10000] [--posts 5000] [--seconds 3] [--rounds 4]

A third of the queries is plain words, a third Arabic that needs clitics and folding, a third has
NOT, NEAR and phrases. Posts are made of words of the same languages by a seeded generator; the
share that matches, and a sample compared with ``benchmarks.naive``, are printed with the figures.
Seconds are processor time, so that a busy machine tells the same.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime

from benchmarks.naive import Naive
from benchmarks.naive_post import Post
from benchmarks.posts import texts
from classifiers.arabic import fold
from listener.matching.matcher import Matcher
from listener.query.parser import Term, parse, positive_terms
from listener.records import Brand, Mention

WORDS = """
شبكة خدمة سرعة تطبيق حساب بطاقة توصيل طلب مشكلة عرض باقة فرع موظف رصيد فاتورة اشتراك تحديث سعر خصم
جودة منتج ضمان شكر دعم رد اتصال رسالة موقع متجر مطعم قهوة رحلة حجز مطار فندق سيارة بنزين صيانة مدرسة
جامعة مستشفى دواء طبيب موعد مباراة فريق لاعب هدف فيلم حلقة أغنية صورة
في من على إلى هذا اللي ما يا مع عن كل بس ليش وين كيف متى الحين اليوم والله جدا مرة
network service speed account card delivery order problem offer bundle branch staff balance invoice
subscription update price discount quality product warranty support reply call message website store
restaurant coffee trip booking airport hotel car engine school doctor match team
the a is to of and in for on with it this my your not so very today again why
""".split()  # noqa: SIM905
SMALL = WORDS[WORDS.index("في") : WORDS.index("network")]
ARABIC = WORDS[: WORDS.index("في")]
LITTLE = WORDS[WORDS.index("the") :]
ENGLISH = WORDS[WORDS.index("network") : WORDS.index("the")]
ROOTS = "بتجحخدرزسشصضطعغفقكلمنهوي"
VOWELS = "اوي"
ENDS = "ةىءن"


def arabic_name(rng: random.Random) -> str:
    """An invented name, with the letters that people spell in more than one way."""
    word = "".join(
        rng.choice(ROOTS) + (rng.choice(VOWELS) if rng.random() < 0.5 else "") for _ in range(4)
    )
    return rng.choice(["", "", "أ", "إ"]) + word + rng.choice(["", *ENDS[:2]])


def latin_name(rng: random.Random) -> str:
    return "".join(
        rng.choice("bcdfgklmnprstz") + rng.choice("aeiou") for _ in range(3)
    ) + rng.choice(["", "n", "r", "x", "tech"])


def as_written(word: str, rng: random.Random) -> str:
    """The word with a clitic, a mark, another spelling or stretched, as posts have it."""
    if rng.random() < 0.4:
        word = rng.choice(["و", "ب", "ل", "ال", "وال", "بال", "لل", "وبال"]) + word
    if rng.random() < 0.3:
        word = word.translate(str.maketrans("ةىأإ", "هياا"))
    if rng.random() < 0.1:
        at = rng.randrange(1, len(word))
        word = word[:at] + rng.choice("\u064e\u0651\u0640") + word[at:]
    if rng.random() < 0.03:
        word += word[-1] * 4
    return word


def make_queries(count: int, rng: random.Random) -> tuple[list[str], list[str]]:
    """Queries, and the names they look for."""
    queries, names = [], []
    for number in range(count):
        arabic, latin = arabic_name(rng), latin_name(rng)
        if number % 3 == 0:
            names.append(latin)
            queries.append(rng.choice([latin, f"{latin} {rng.choice(ENGLISH)}"]))
        elif number % 3 == 1:
            names.append(arabic)
            queries.append(
                rng.choice([arabic, f"{arabic} {rng.choice(ARABIC)}", f"{arabic} OR #{arabic}_نت"])
            )
        else:
            name = rng.choice([arabic, latin])
            names.append(name)
            word, other = rng.choice(ARABIC), rng.choice(ENGLISH)
            queries.append(
                rng.choice(
                    [
                        f"{name} NOT {other}",
                        f"{name} NEAR/5 ({word} OR {other})",
                        f'"{word} {name}" OR "{name} {other}"',
                        f'({word} OR {other}) {name} NOT "{name} {word}"',
                        f'"{word} {rng.choice(ARABIC)}" NEAR/4 {name}',
                    ]
                )
            )
    return queries, names


def make_posts(count: int, names: list[str], rng: random.Random) -> list[Mention]:
    """Posts of 8 to 45 words, Arabic and English; about one in twenty names something sought."""
    posts = []
    for number in range(count):
        arabic = rng.random() < 0.7
        usual, small = (ARABIC, SMALL) if arabic else (ENGLISH, LITTLE)
        words = [
            rng.choice(small)
            if rng.random() < 0.45
            else as_written(rng.choice(usual), rng)
            if arabic
            else rng.choice(usual)
            for _ in range(rng.randint(8, 45))
        ]
        if rng.random() < 0.3:
            words.insert(rng.randrange(len(words)), "@" + latin_name(rng))
        if rng.random() < 0.3:
            words.append(f"#{rng.choice(usual)}_{rng.choice(usual)}")
        if rng.random() < 0.25:
            words.append(f"https://t.co/{latin_name(rng)}")
        if rng.random() < 0.05:
            name = rng.choice(names)
            at = rng.randrange(len(words))
            words.insert(at, as_written(name, rng) if name[0] > "\u0600" else name.title())
        if rng.random() < 0.1:
            words.append(rng.choice(["هههههههه", "!!!!", "...", "soooo", "حلوووو"]))
        posts.append(Mention("x", str(number), " ".join(words), datetime(2026, 11, 1, tzinfo=UTC)))
    return posts


def regexes(queries: list[str]) -> list[re.Pattern[str]]:
    """The usual way: a regex a query, any positive term, clitics as an optional prefix.

    It is given the folding for nothing and spared NOT and NEAR, so the ratio is a low one.
    """
    prefix = r"\b(?:[وف]?(?:[بكل]?|ال|بال|كال|لل))?"
    return [
        re.compile(
            "|".join(
                prefix + re.escape(fold(term.text)).replace(r"\ ", r"\s+") + r"\b"
                for term in positive_terms(parse(query))
                if isinstance(term, Term)
            )
        )
        for query in queries
    ]


def usual() -> tuple[Matcher, list[Mention]]:
    """What most installations are: two brands, and posts of which most name one."""
    brands = [
        Brand("r", query='رشفان OR "قهوة رشفان" OR Rashfan OR #رشفان', handles=("rashfan",)),
        Brand("t", query="تمرة OR Tamra", keywords=("مقهى تمرة",), context=("قهوة", "فرع", "طلب")),
    ]
    written = texts(5_000, random.Random(3))
    when = datetime(2026, 11, 1, tzinfo=UTC)
    return Matcher(brands), [Mention("x", str(at), text, when) for at, text in enumerate(written)]


def megabytes(brands: list[Brand]) -> float:
    """What ``brands`` take when they are compiled, as Python counts its memory."""
    tracemalloc.start()
    kept = Matcher(brands)
    size = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    del kept
    return size


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--posts", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=3.0, help="for one of the rounds")
    parser.add_argument("--rounds", type=int, default=4, help="the best of them counts")
    parser.add_argument("--sample", type=int, default=10, help="posts checked slowly")
    options = parser.parse_args()
    rng = random.Random(20261101)
    queries, names = make_queries(options.queries, rng)
    posts = make_posts(options.posts, names, rng)
    brands = [Brand(str(number), query=query) for number, query in enumerate(queries)]

    start = time.process_time()
    matcher = Matcher(brands)
    print(f"compiled {len(brands):,} queries in {time.process_time() - start:.2f} s, ", end="")
    print(f"{megabytes(brands):.0f} MB")

    hits = [matcher.match(post) for post in posts]
    matched = [number for number, brand_hits in enumerate(hits) if brand_hits]
    print(
        f"{len(matched):,} of {len(posts):,} posts match ({len(matched) / len(posts):.1%}), "
        f"{sum(map(len, hits)):,} matches"
    )

    sample = matched[: options.sample] + list(range(options.sample))
    naive = [Naive(brand) for brand in brands]
    wrong = 0
    for number in sample:
        post = Post(posts[number])
        slow = [rule.brand.name for rule in naive if rule.matches_post(post)]
        wrong += slow != [hit.brand for hit in hits[number]]
    print(f"{len(sample)} posts by the naive evaluator: {wrong} differ")

    patterns = regexes(queries)
    folded = {post.id: fold(post.text) for post in posts}

    def slowly(post: Mention) -> object:
        return [pattern for pattern in patterns if pattern.search(folded[post.id])]

    rate = slow_rate = 0.0
    for _ in range(options.rounds):  # in turns, so that both meet the same machine
        rate = max(rate, measure(matcher.match, posts, options.seconds))
        slow_rate = max(slow_rate, measure(slowly, posts, options.seconds))
    letters = sum(len(post.text) for post in posts) / len(posts)
    print(f"matcher     {rate:12,.0f} posts/s  ({rate * letters / 1e6:.1f} M characters/s)")
    print(f"one regex a query {slow_rate:6,.1f} posts/s")
    print(f"ratio       {rate / slow_rate:12,.0f}")
    few, usual_posts = usual()
    share = sum(bool(few.match(post)) for post in usual_posts) / len(usual_posts)
    usual_rate = max(
        measure(few.match, usual_posts, options.seconds / 3) for _ in range(options.rounds)
    )
    print(f"two brands, {share:.0%} of the posts match: {usual_rate:,.0f} posts/s")
    return 1 if wrong else 0


def measure(match: Callable[[Mention], object], posts: list[Mention], seconds: float) -> float:
    """Posts per second of processor time, going round ``posts`` for about ``seconds``."""
    start = time.process_time()
    done = 0
    while True:
        for post in posts:
            match(post)
            done += 1
            if done % 8 == 0 and time.process_time() - start > seconds:
                return done / (time.process_time() - start)


if __name__ == "__main__":
    sys.exit(main())
