"""The query language: what is read, how it prints, and where errors point."""

from __future__ import annotations

import pytest

from listener.query.parser import (
    MAX_DEPTH,
    MAX_LENGTH,
    And,
    Field,
    Near,
    Not,
    Or,
    QueryError,
    Term,
    parse,
    positive_terms,
)

a, b, c, d = (Term(letter) for letter in "abcd")


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("a", a),
        ("a b", And((a, b))),
        ("a AND b c", And((a, b, c))),
        ("a OR b c", Or((a, And((b, c))))),
        ("a أو b او c", Or((a, b, c))),
        ("a بدون b", And((a, Not(b)))),
        ("a NOT b NEAR/2 c d", None),
        ("a b NEAR/3 c", And((a, Near(b, c, 3)))),
        ("a NEAR/3 b NEAR/5 c", Near(Near(a, b, 3), c, 5)),
        ("a NEAR/1 (b OR c)", Near(a, Or((b, c)), 1)),
        ("NOT a b", And((Not(a), b))),
        ("a NOT (b OR c)", And((a, Not(Or((b, c)))))),
        ("a and or not near", And(tuple(map(Term, ["a", "and", "or", "not", "near"])))),
        ("زين وشبكة و بس", And(tuple(map(Term, ["زين", "وشبكة", "و", "بس"])))),
        ('"a b" “c” «d»', And((Term("a b", "phrase"), c, d))),
        ('"OR" "أو"', And((Term("OR"), Term("أو")))),
        ("a، b؛ c, d", And((a, b, c, d))),
        ("a\nb\u00a0c", And((a, b, c))),
        ("#عالم_جميل @ZainKSA", And((Term("عالم_جميل", "hashtag"), Term("ZainKSA", "handle")))),
        ('"#عالم"', Term("#عالم")),
        ('exact:"e&"', Term("e&", "exact")),
        ("exact:«زين»", Term("زين", "exact")),
        ("lang:AR network:x from:@Zain", None),
        ("followers:>10k", Field("followers", 10_000, ">")),
        ("followers:>=١٠", Field("followers", 10, ">=")),
        ("followers:5", Field("followers", 5, "=")),
        (r'"say \"hi\" \\"', Term('say "hi" \\', "phrase")),
        ("AT&T C++ 10:30", And((Term("AT&T"), Term("C++"), Term("10:30")))),
    ],
)
def test_reads_and_prints_back(query: str, tree: object) -> None:
    if query == "a NOT b NEAR/2 c d":  # NOT binds first, and NEAR cannot measure from it
        with pytest.raises(QueryError, match="NEAR stands between words"):
            parse(query)
        return
    node = parse(query)
    if tree is None:
        tree = And((Field("lang", "ar"), Field("network", "x"), Field("from", "zain")))
    assert node == tree
    assert parse(str(node)) == node


@pytest.mark.parametrize(
    ("query", "position", "message"),
    [
        ("", 0, "the query is empty"),
        ("  ،", 0, "the query is empty"),
        ("a (b OR c", 2, "never closed: add )"),
        ("a) b", 1, "closes nothing"),
        ("a ()", 2, "empty"),
        ('زين "السعودية', 4, "quote is never closed"),
        ("زين «السعودية", 4, "never closed: add »"),
        ("a OR", 4, "ends where a word is expected"),
        ("(a OR) b", 5, "missing before this )"),
        ("a OR OR b", 5, "put it in quotes"),
        ("NOT a", 0, "NOT alone"),
        ("NOT a NOT b", 0, "NOT alone"),
        ("a OR NOT b", 0, "NOT alone"),
        ("a NEAR b", 2, "number of words"),
        ("a NEAR/0 b", 2, "number of words"),
        ("a NEAR/9999999999999 b", 2, "number of words"),
        ("a NEAR/2 (b c)", 9, "NEAR stands between"),
        ("lang:ar NEAR/2 b", 0, "NEAR stands between"),
        ("a -b", 2, "write NOT b"),
        ("site:x.com", 0, "there is no field site:"),
        ("lang: ar", 0, "right after the colon"),
        ("followers:many", 10, "write a number"),
        ("exact:zain", 0, 'exact:"zain"'),
        ("a !!!", 2, "no letter or digit"),
        ('""', 0, "no letter or digit"),
        ("a #", 2, "one name after #"),
        ("a @!", 2, "one name after @"),
        ("(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1), MAX_DEPTH, "nested deeper"),
        ("a " + "NOT " * (MAX_DEPTH + 1) + "b", 2 + 4 * MAX_DEPTH, "nested deeper"),
        ("a" * (MAX_LENGTH + 1), MAX_LENGTH, "at most"),
    ],
)
def test_errors_name_their_place_and_the_way_out(query: str, position: int, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert caught.value.position == position
    assert message in caught.value.message


def test_deep_but_allowed_nesting_parses() -> None:
    assert parse("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH) == a


def test_positive_terms_leave_out_what_must_not_be_there() -> None:
    node = parse('(زين OR "زين السعودية") #نت NEAR/3 a NOT (b OR @c) from:x NOT NOT d')
    assert positive_terms(node) == [
        Term("زين"),
        Term("زين السعودية", "phrase"),
        Term("نت", "hashtag"),
        a,
    ]
