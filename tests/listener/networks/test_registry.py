"""The registry, and that adding a network is three touched places."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from dataclasses import fields
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest

from listener.networks import (
    BUILT,
    HANDED_IN,
    NETWORKS,
    about,
    build,
    build_stream,
    called,
    keyless,
    load,
)
from listener.networks.about import About, account_every, minutes
from listener.networks.base import Network, Read
from listener.networks.capabilities import COLUMNS, MORE, TEXTS, capabilities, every_text
from listener.networks.options import takes
from listener.records import Query
from tests.listener.networks import recorded
from tests.listener.networks.contracts import CONTRACTS
from tests.listener.networks.pages.bluesky import BLUESKY

ROOT = Path(__file__).parents[3]
ALL = (*NETWORKS, *HANDED_IN)
every_name = pytest.mark.parametrize("name", ALL)


@every_name
def test_every_path_of_the_registry_leads_to_what_it_names(name: str) -> None:
    target = load({**NETWORKS, **HANDED_IN}[name])
    assert about(name).name == name
    if name in BUILT:
        assert (target.name, target.about) == (name, about(name))
        assert isinstance(target.about, About)
    else:
        assert target is about(name)


@every_name
def test_a_declaration_is_complete(name: str) -> None:
    known = about(name)
    assert {getattr(known, key) for key in COLUMNS} <= {"yes", "no", "partial"}
    assert all(getattr(known, key).strip() for key in TEXTS)
    assert known.english.isascii()
    assert re.fullmatch(r"[\u0621-\u064a ]+", known.arabic)
    assert called(name, "ar") == known.arabic
    assert known.rate > 0
    assert known.burst >= 1
    assert set(known.secrets) <= {"token", "key", "secret"}
    for option in known.options.values():
        assert option.meaning
        written = list(option.default) if isinstance(option.default, tuple) else option.default
        assert option.default in (None, ()) or takes(option.kind, written)
        assert option.follows in (None, *known.secrets)


@pytest.mark.parametrize("name", BUILT)
def test_every_option_that_is_declared_is_known_to_the_network(name: str) -> None:
    names = {field.name for field in fields(load(NETWORKS[name]))}
    declared = {key for key, o in about(name).options.items() if o.kind != "secret"}
    assert declared - {"stream"} <= names
    assert names - {"api_url", "timezone", "push"} <= declared  # the service's


def test_every_network_that_is_read_has_a_contract_and_so_has_the_one_to_copy() -> None:
    assert {*BUILT, "demo", "odd"} == {contract.name for contract in CONTRACTS}


def test_the_one_to_copy_is_offered_to_nobody() -> None:
    assert "demo" not in ALL
    assert called("demo", "en") is None
    assert "demo" not in {row["name"] for row in capabilities()}
    text = (ROOT / "listener/networks/demo.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 120
    assert len(re.findall(r"(?<!:) # (?!fmt|type)", text)) >= 15


def test_what_is_only_declared_holds_no_code() -> None:
    for name in set(NETWORKS) - set(BUILT):
        module = import_module(f"listener.networks.{name}")
        assert module.__file__ is not None
        tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
        kinds = {type(node) for node in tree.body}
        assert kinds <= {ast.Expr, ast.ImportFrom, ast.Assign}
        assert "api_url" in (module.__doc__ or "")


HOMES = (
    "listener/networks/",
    "listener/demo/",
    "listener/words/",
    "listener/cli/demo",
    "listener/cli/init.py",
    "listener/web_address.py",
    "listener/store/finding.py",
    "listener/matching/own_voice.py",
    "listener/settings/brands.py",
    "listener/store/own_posts.py",
)
"""Where networks may be named: their files, what shows, asks for or simulates a few of them, what
sites write into addresses ("?ref=rss"), how accounts are named (a feed's author is its site)."""
PLAIN_WORDS = {"x", "webhook", "import", "threads"}
"""Names that are words of another meaning, too."""


def test_nothing_else_in_the_tree_names_a_network() -> None:
    names = set(ALL) - PLAIN_WORDS
    told = []
    for room in ("listener", "alerts", "classifiers"):
        for path in sorted((ROOT / room).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            if place.startswith(HOMES):
                continue
            tokens = tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline)
            for token in tokens:
                code = token.type in (tokenize.NAME, tokenize.STRING)
                code = code and not token.string.startswith('"""')  # a reason may name one
                words = set(re.findall(r"[a-z_]+", token.string.lower())) if code else set()
                told += [f"{place}:{token.start[0]}: {word}" for word in words & names]
    assert told == []


def test_the_names_that_can_be_written_are_the_registrys() -> None:
    rows = capabilities()
    assert [row["name"] for row in rows] == list(ALL)
    assert len(set(ALL)) == len(ALL) == 24
    for row in rows:
        told = {"name", *COLUMNS, *TEXTS, *MORE, "listening", "keep", "every", "built"}
        assert set(row) == told
        assert row["listening"] == ("yes" if about(row["name"]).listens else "no")
    for name in ("snapchat", "linkedin", "facebook", "pinterest", "instagram"):
        assert about(name).search == "no"
    built = {row["name"] for row in rows if row["built"] == "yes"}
    assert built == {*BUILT, *HANDED_IN}


def test_every_is_one_span_or_one_for_each_kind() -> None:
    assert about("mastodon").every_of("search") == about("mastodon").every_of("hashtag")
    assert about("mastodon").every_of("figures") == timedelta(hours=6)  # many, and slow to change
    x = about("x")
    assert x.every_of("search") == timedelta(minutes=5)
    assert x.every_of("figures") == timedelta(hours=6)
    assert x.every_of("feed") == timedelta(days=1)  # not named: as seldom as any
    assert every_text(x) == "5 min; replies, own posts: 1 h; refresh: 24 h; figures: 6 h"
    assert about("youtube").every_of("replies") == minutes(360)
    assert every_text(about("rss")) == "10 min"
    assert account_every(5)["replies"] == account_every(1)["own_posts"] == minutes(15)


def test_what_answers_without_a_sign_in_is_declared() -> None:
    assert set(keyless()) == {"bluesky", "mastodon", "hackernews", "rss", "appstore"}
    assert not about("x").keyless
    assert not about("reddit").keyless  # its secrets are options of its own


def test_build_ignores_the_runners_keys_and_refuses_wrong_types() -> None:
    options = {"every": "1m", "keep": "30d", "token": "t", "api_url": "https://m.example"}
    assert build("mastodon", options) == build("mastodon", {**options, "searching": True})
    assert build("mastodon", {}) == build(
        "mastodon", {"token": "t", "searching": False, "notifications": False}
    )
    with pytest.raises(ValueError, match=r"networks\.rss\.feeds: expected a list"):
        build("rss", {"feeds": "https://example.com/feed.xml"})
    with pytest.raises(ValueError, match=r"networks\.mastodon\.api_url"):
        build("mastodon", {"api_url": 3})
    for name in ("trustpilot", "webhook", "nowhere"):
        with pytest.raises(KeyError):
            build(name, {})


def test_streams_are_declared_too() -> None:
    paths = [about(name).live for name in ALL if about(name).live]
    assert paths
    for path in paths:
        stream = load(str(path))
        assert stream.network in BUILT
    assert build_stream("nowhere", {"stream": "wss://x"}) is None
    assert build_stream("x", {"stream": True}) is None


def test_reads_without_a_target_fall_back_to_their_query() -> None:
    request = BLUESKY.request(
        Read("search", query=recorded.QUERY), credential=None, since=None, page=None
    )
    assert request.url.params["q"] == "رشفان"


def test_a_hashtag_in_a_query_is_not_read_twice_nor_searched_where_there_are_none() -> None:
    query = Query("b", '"رشفان" OR #رشفان OR #قهوة OR @rashfan')

    def targets(network: Network) -> list[tuple[str, str | None]]:
        return [(read.kind, read.target) for read in network.reads([query], ["رشفان"])]

    assert targets(build("bluesky", {})) == [
        ("search", "رشفان"),
        ("search", "@rashfan"),
        ("hashtag", "رشفان"),
        ("hashtag", "قهوة"),
        ("hashtag", "قهوه"),  # another spelling, which it keeps apart
    ]
    assert targets(build("mastodon", {})) == [("hashtag", "رشفان"), ("hashtag", "قهوة")]
    assert targets(build("hackernews", {})) == [("search", "رشفان")]
