"""The matcher agrees with the naive evaluator, whatever the brands and the posts."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.naive import Naive
from listener.matching.matcher import Matcher
from listener.query.parser import And, Field, Near, Node, Not, Or, QueryError, Term, parse
from listener.records import Author, Brand, Mention

ROOTS = [
    "زين",
    "الراجحي",
    "اللغة",
    "شبكة",
    "مي",
    "و",
    "ليل",
    "بلال",
    "موبايلي",
    "zain",
    "stc",
    "cool",
]
ROOTS += ["moon", "5g", "AAA", "Saad", "الله", "ممتاز", "ي", "الف", "col", "كوكا", "عالم"]
ROOTS += ["мтс", "саад", "中国", "niño", "ﻻما", "ｚａｉｎ"]  # letters without a byte
HEADS = ["", "", "", "و", "ب", "ل", "لل", "ال", "وبال", "هال", "ف", "كال", "عال", "فلل", "الا"]
TAILS = ["", "", "", "", "ه", "ن", "s", "\u064b", "\u200f", "\u0640"]
BREAKS = [
    " ",
    " ",
    " ",
    " ",
    "، ",
    "_",
    "\n",
    ". ",
    " #",
    " @",
    "-",
    "",
    " ... ",
    "\u200b",
    "#",
    "@",
    "'",
    "＠",
    "＃",
    "＿",
    "😂",
    "\ue000",
    "\x01",
    "…",
]
# four words an example, in its brands and its mentions, so that they often meet
FEW = st.shared(st.lists(st.sampled_from(ROOTS), min_size=4, max_size=4), key="few")
plain = st.builds(lambda few, at: few[at], FEW, st.integers(0, 3))
HANDLES = ["zain", "zain.ksa", "zain@mastodon.social", "stc_ksa", "زين"]


@st.composite
def written(draw: st.DrawFn) -> str:
    """A word as people write it: clitics, marks, stretching, other letters for the same."""
    word = draw(st.sampled_from(HEADS)) + draw(plain) + draw(st.sampled_from(TAILS))
    if draw(st.integers(0, 3)) == 0:
        at = draw(st.integers(0, len(word) - 1))
        word = word[:at] + word[at] * draw(st.integers(2, 4)) + word[at:]
    if draw(st.integers(0, 3)) == 0:
        at = draw(st.integers(1, len(word)))
        word = word[:at] + draw(st.sampled_from("\u064e\u0651\u0640\u200c\u200e\u0301")) + word[at:]
    swaps = st.sampled_from(["", "يى", "هة", "كک", "يی", "اأ", "5٥", "zZ", "cC"])
    swap = draw(swaps)
    return word.replace(swap[0], swap[1]) if swap else word


@st.composite
def texts(draw: st.DrawFn) -> str:
    parts: list[str] = []
    for _ in range(draw(st.integers(0, 9))):
        parts.append(draw(st.sampled_from(BREAKS)))
        choice = draw(st.integers(0, 9))
        if choice == 0:
            parts.append("@" + draw(st.sampled_from(HANDLES)))
        elif choice == 1:
            parts.append("#" + "_".join(draw(st.lists(written(), min_size=1, max_size=2))))
        elif choice == 2:
            parts.append("filler " * draw(st.sampled_from([1, 3, 19, 20, 21])))
        else:
            parts.append(draw(written()))
    return "".join(parts)


phrases = st.lists(plain, min_size=2, max_size=3).map(" ".join)
words = st.one_of(
    plain, plain, phrases, written().filter(lambda text: any(c.isalnum() for c in text))
)
tags = st.lists(plain, min_size=1, max_size=2).map("_".join)
terms = st.one_of(
    words.map(lambda text: Term(text, "phrase" if " " in text else "word")),
    words.map(lambda text: Term(text, "phrase" if " " in text else "word")),
    tags.map(lambda text: Term(text, "hashtag")),
    st.sampled_from(HANDLES).map(lambda text: Term(text, "handle")),
    st.one_of(words, phrases.map(lambda text: f"({text})")).map(lambda text: Term(text, "exact")),
)
fields = st.one_of(
    st.sampled_from(["ar", "en"]).map(lambda value: Field("lang", value)),
    st.sampled_from(["x", "rss"]).map(lambda value: Field("network", value)),
    st.sampled_from(HANDLES).map(lambda value: Field("from", value)),
    st.builds(
        Field,
        st.just("followers"),
        st.integers(0, 3),
        st.sampled_from([">", ">=", "<", "<=", "="]),
    ),
)
sides = st.one_of(
    terms, st.lists(terms, min_size=2, max_size=3).map(lambda found: Or(tuple(found)))
)
nears = st.recursive(
    st.builds(Near, sides, sides, st.integers(1, 6)),
    lambda inner: st.builds(Near, inner, sides, st.integers(1, 6)),
    max_leaves=2,
)


def _groups(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(several.map(And), several.map(Or), inner.map(Not))


nodes: st.SearchStrategy[Node] = st.recursive(
    st.one_of(terms, terms, nears, fields), _groups, max_leaves=6
)


@st.composite
def queries(draw: st.DrawFn) -> str:
    text = str(draw(nodes))
    try:
        parse(text)
    except QueryError:  # only NOT: give it something to look for
        text = f"({text}) {draw(plain)}"
    return text


brands = st.builds(
    Brand,
    name=st.just("b"),
    query=st.one_of(st.none(), queries()),
    keywords=st.lists(st.one_of(words, tags.map("#{}".format)), max_size=2).map(tuple),
    hashtags=st.lists(tags, min_size=0, max_size=1).map(tuple),
    handles=st.lists(st.sampled_from(HANDLES), max_size=1).map(tuple),
    context=st.lists(st.one_of(words, tags.map("#{}".format)), max_size=2).map(tuple),
    exclude=st.lists(words, max_size=1).map(tuple),
    al=st.booleans(),
)
mentions = st.builds(
    Mention,
    network=st.sampled_from(["x", "rss", "RSS"]),
    id=st.just("1"),
    text=texts(),
    created_at=st.just(datetime(2026, 11, 1, tzinfo=UTC)),
    author=st.one_of(
        st.none(),
        st.builds(
            Author,
            network=st.just("x"),
            handle=st.one_of(st.none(), st.sampled_from([*HANDLES, "Zain"])),
            followers=st.one_of(st.none(), st.integers(0, 3)),
        ),
    ),
    language=st.sampled_from([None, "ar", "ar-SA", "en"]),
    hashtags=st.lists(tags, max_size=2).map(tuple),
    mentions=st.lists(st.sampled_from(HANDLES), max_size=1).map(tuple),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(brands, min_size=1, max_size=4), st.lists(mentions, min_size=1, max_size=3))
def test_agrees_with_the_naive_evaluator(brands: list[Brand], mentions: list[Mention]) -> None:
    brands = [
        Brand(**{name: getattr(brand, name) for name in brand.__slots__} | {"name": str(number)})
        for number, brand in enumerate(brands)
    ]
    for brand in brands:  # alone: a brand of fields only has every mention read for all of them
        alone = Matcher([brand])
        for mention in mentions:
            assert bool(alone.match(mention)) == Naive(brand).matches(mention)
    matcher = Matcher(brands)
    for mention in mentions:
        expected = [brand.name for brand in brands if Naive(brand).matches(mention)]
        hits = matcher.match(mention)
        assert [hit.brand for hit in hits] == expected
        explained = matcher.explain(mention)
        assert list(explained.matched) == expected
        for brand, verdict in zip(brands, explained.verdicts, strict=True):
            asked = brand.query or brand.keywords or brand.hashtags or brand.handles
            assert verdict.matched or verdict.reasons or not asked


@settings(max_examples=200, deadline=None)
@given(nodes)
def test_parse_reads_what_str_prints(node: Node) -> None:
    try:
        again = parse(str(node))
    except QueryError as error:
        again, message = None, error.message
    else:
        message = ""
    assert again == node or "NOT alone" in message


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=40)
    | st.lists(st.sampled_from([*'()"«»#@ -/:ORANDT5', "NEAR/2", *ROOTS])).map("".join)
)
def test_any_text_parses_or_names_a_place_inside_it(text: str) -> None:
    try:
        node = parse(text)
    except QueryError as error:
        place = error.position
    else:
        assert parse(str(node)) == node
        return
    assert 0 <= place <= len(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | texts(), brands)
def test_any_text_can_be_matched_and_evidence_is_in_it(text: str, brand: Brand) -> None:
    mention = Mention("x", "1", text, datetime(2026, 11, 1, tzinfo=UTC))
    for hit in Matcher([brand]).match(mention):
        for evidence in hit.evidence:
            assert evidence.found in text or evidence.place == "author"
