"""What every network promises, run over every network and every page of its contract."""

from __future__ import annotations

import copy
import json
from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.collecting.secrecy import secrets_of, storable
from listener.networks.base import BadPage, Network, Page, Read, Refused, Wait
from listener.networks.defaults import own_reads
from listener.records import Account, Credential, Mention, Query
from tests.listener.networks import recorded
from tests.listener.networks.contract import ROLES, STATUSES, Case, Contract, Refusal, counts
from tests.listener.networks.contracts import CONTRACTS
from tests.listener.networks.recorded import DATA, QUERY, answer, of_json

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
ACCOUNT = Account("رشفان", "rashfan")
SECRET = "77:s3cret/+token"
PAGES = [(contract, case) for contract in CONTRACTS for case in contract.cases]
every_page = pytest.mark.parametrize(
    ("contract", "case"), PAGES, ids=lambda v: v.name if isinstance(v, Case) else ""
)
every_network = pytest.mark.parametrize("contract", CONTRACTS, ids=lambda c: c.name)
REFUSALS = [(contract, refusal) for contract in CONTRACTS for refusal in contract.refusals]


def read_page(contract: Contract, case: Case) -> Page:
    return contract.network.parse(answer(case.name), case.read, case.page)


def moved(network: Network, address: str = "http://127.0.0.1:9/base/") -> Network:
    """The same network at another address."""
    return replace(network, api_url=address)  # type: ignore[type-var]


def reads_of(contract: Contract) -> list[Read]:
    """Every kind of read that the network does: those it names, and those of its pages."""
    named = contract.network.reads([QUERY], ["رشفان"], [ACCOUNT])
    asked = [case.read for case in contract.cases]
    by_kind = {read.kind: read for read in [*named, *asked]}
    return list(by_kind.values())


def signed(contract: Contract) -> Credential:
    values = dict.fromkeys(contract.network.about.secrets, SECRET)
    return Credential(contract.name, values or {"token": SECRET})


@every_network
def test_a_contract_has_every_role_and_refusal_or_says_why_not(contract: Contract) -> None:
    roles = {role for case in contract.cases for role in case.roles}
    assert roles | set(contract.lacks) == set(ROLES)
    assert not roles & set(contract.lacks)
    assert {refusal.status for refusal in contract.refusals} >= set(STATUSES)
    for case in contract.cases:
        assert ("next" not in case.roles) or case.older
        assert ("last" not in case.roles) or not case.older
        assert ("deleted" not in case.roles) or case.gone
        assert ("full" not in case.roles) or case.mentions + case.own_posts > 1
        assert ("empty" not in case.roles) or not any(case.counted())


@every_page
def test_a_recorded_page_is_read_as_a_person_counted_it(contract: Contract, case: Case) -> None:
    page = read_page(contract, case)
    assert counts(page) == case.counted()
    assert (page.older is not None) == case.older


def _items(contract: Contract, page: Any) -> list[Any]:
    for key in contract.items or ():
        page = page[key]
    return page if isinstance(page, list) else []


JSON_PAGES = [
    (contract, case)
    for contract, case in PAGES
    if case.name.endswith(".json") and contract.items is not None
]


def raw_page(case: Case) -> Any:
    raw = json.loads((DATA / case.name).read_text("utf-8"))
    return raw.get("body", raw) if isinstance(raw, dict) else raw


@pytest.mark.parametrize(
    ("contract", "case"),
    [(c, p) for c, p in JSON_PAGES if "full" in p.roles],
    ids=lambda v: v.name if isinstance(v, Case) else "",
)
@pytest.mark.parametrize("junk", [None, 7, {}, "x", []], ids=str)
def test_every_item_that_cannot_be_read_is_skipped_and_counted(
    contract: Contract, case: Case, junk: object
) -> None:
    whole = raw_page(case)
    number = len(_items(contract, whole))
    kinds = (case.mentions, case.own_posts, case.figures, case.gone)
    assert number == sum(kinds) + case.skipped  # a person counted every item
    for at in range(number):
        raw = copy.deepcopy(whole)
        _items(contract, raw)[at] = junk
        page = contract.network.parse(of_json(raw), case.read, case.page)
        kept = (page.mentions, page.own_posts, page.figures, page.gone)
        assert sum(map(len, kept)) + page.skipped == number
        assert page.skipped == case.skipped + 1


@every_page
def test_mentions_are_storable_and_say_who_when_where(contract: Contract, case: Case) -> None:
    page = read_page(contract, case)
    for mention in (*page.mentions, *page.own_posts):
        assert mention.network == contract.name
        assert mention.id
        assert mention.text or mention.media
        if (at := mention.created_at) is not None:  # None: the page does not say
            assert at.utcoffset() == timedelta(0)
            assert at <= NOW
        assert contract.anonymous or (mention.url and mention.author)
        assert (mention.url or "https://").startswith(("http://", "https://"))
        assert mention.author is None or not (mention.author.handle or "").startswith("@")
        assert not any(tag.startswith("#") for tag in mention.hashtags)
        assert "<" not in mention.text or "<3" in mention.text
        mention.text.encode()  # no lone surrogate


@every_page
def test_figures_and_further_reads_say_whose_they_are(contract: Contract, case: Case) -> None:
    page = read_page(contract, case)
    for figure in page.figures:
        assert (figure.network, figure.brand) == (contract.name, case.read.brand)
        assert figure.as_of == NOW or (figure.period == "day" and figure.as_of < NOW)
        assert figure.source == "collected"
    for read in page.more:
        assert read.target
        assert read.brand == case.read.brand
        assert read.key != case.read.key
        contract.network.request(read, credential=None, since=None, page=None)


@every_page
def test_parse_is_pure_and_its_ids_are_unique(contract: Contract, case: Case) -> None:
    first = read_page(contract, case)
    assert read_page(contract, case) == first
    ids = [mention.id for mention in (*first.mentions, *first.own_posts)]
    assert len(set(ids)) == len(ids)
    assert not set(ids) & set(first.gone)


@every_page
def test_a_good_page_is_no_trouble(contract: Contract, case: Case) -> None:
    assert contract.network.trouble(answer(case.name)) is None


@pytest.mark.parametrize(
    ("contract", "refusal"), REFUSALS, ids=lambda v: getattr(v, "name", "") or str(v.status)
)
def test_a_refusal_says_what_to_change_or_how_long_to_wait(
    contract: Contract, refusal: Refusal
) -> None:
    response = refusal.response()
    assert response.status_code == refusal.status
    trouble = contract.network.trouble(response, NOW)
    if isinstance(refusal.means, str):
        assert isinstance(trouble, Refused)
        assert trouble.kind == refusal.means
    else:
        assert isinstance(trouble, Wait)
        assert trouble.seconds == refusal.means
    assert trouble.why.startswith(f"HTTP {refusal.status}")
    assert "<" not in trouble.why


@every_network
def test_every_network_takes_api_url_and_is_frozen(contract: Contract) -> None:
    network = contract.network
    assert is_dataclass(network)
    assert "api_url" in {field.name for field in fields(network)}
    with pytest.raises(FrozenInstanceError):
        network.api_url = "x"  # type: ignore[attr-defined]


@every_network
def test_requests_go_to_api_url_with_since_and_page_and_are_pure(contract: Contract) -> None:
    network = moved(contract.network)
    for read in reads_of(contract):
        if read.kind == "feed":
            read = Read("feed", "f.xml")
        plain = network.request(read, credential=None, since=None, page=None)
        assert str(plain.url).startswith("http://127.0.0.1:9/base/")
        assert plain.method in ("GET", "POST")
        assert plain.method == "POST" or not plain.read()
        assert "authorization" not in plain.headers
        again = network.request(read, credential=None, since=None, page=None)
        assert (plain.url, plain.read(), plain.headers) == (again.url, again.read(), again.headers)
        paged = network.request(read, credential=None, since=None, page="7")
        if read.kind in {case.read.kind for case in contract.cases if case.older}:
            assert (paged.url, paged.read()) != (plain.url, plain.read())


@every_network
def test_a_secret_travels_in_one_place_and_never_where_none_is_declared(
    contract: Contract,
) -> None:
    for read in reads_of(contract):
        request = contract.network.request(read, credential=signed(contract), since=None, page="7")
        secrets = secrets_of(signed(contract))
        places = {
            "header": str(list(request.headers.values())),
            "query": request.url.query.decode(),
            "path": request.url.raw_path.decode().partition("?")[0],
            "body": request.read().decode(),
        }
        assert secrets is not None
        found = {name for name, text in places.items() if secrets.search(text)}
        assert found == ({contract.secret_in} if contract.secret_in else set())
        assert (contract.secret_in is not None) == bool(contract.network.about.secrets)
        assert SECRET not in read.key
        assert SECRET not in repr(contract.network)


def _echoing(value: Any, network: Network, echo: str) -> Any:
    """``value`` with ``echo`` for every address of the API's own that asks for something."""
    api_url: str = network.api_url  # type: ignore[attr-defined]
    if isinstance(value, dict):
        found = {key: _echoing(item, network, echo) for key, item in value.items()}
        return found | {"next": echo, "paging": {"next": echo}} if "next" not in found else found
    if isinstance(value, list):
        return [_echoing(item, network, echo) for item in value]
    asks = isinstance(value, str) and api_url and value.startswith(api_url) and "?" in value
    return echo if asks else value


@every_page
def test_a_page_that_repeats_the_address_it_was_asked_at_stores_no_secret(
    contract: Contract, case: Case
) -> None:
    """APIs name the next page by an address that holds the token (Graph: paging.next)."""
    response = answer(case.name)
    asked = contract.network.request(
        case.read, credential=signed(contract), since=None, page=case.page
    )
    echo = str(asked.url.copy_merge_params({"access_token": SECRET}))
    if (contract, case) in JSON_PAGES:
        response = of_json(_echoing(raw_page(case), contract.network, echo))
    response.request = asked
    response.headers["link"] = f'<{echo}>; rel="next"'
    page = contract.network.parse(response, case.read, case.page)
    assert storable(page, secrets_of(signed(contract))) is page


def test_the_last_line_of_defence_refuses_a_page_that_holds_a_secret() -> None:
    address = "https://graph.example/next?access_token=77%3As3cret%2F%2Btoken&after=5"
    mention = Mention("n", "1", "x", NOW, url=address)
    secrets = secrets_of(Credential("n", {"token": SECRET}))
    for page in (
        Page(older=address),
        Page(newest=SECRET),
        Page(mentions=(mention,)),
        Page(own_posts=(mention,)),
        Page(gone=(f"1/{SECRET}",)),
        Page(more=(Read("replies", address),)),
    ):
        with pytest.raises(BadPage, match="token"):
            storable(page, secrets)
        assert storable(page, None) is page


@every_network
def test_reads_are_distinct(contract: Contract) -> None:
    twice = [QUERY, Query("b", "Rashfan")]
    found = contract.network.reads(twice, ["رشفان", "#رشفان", "RASHFAN"], [ACCOUNT])
    assert len({read.key for read in found}) == len(found)
    assert found
    declared = contract.network.about.every_of
    assert all(declared(read.kind) >= timedelta(seconds=1) for read in found)


NO_PAGES = [b"", b"{", b"<html><body>Sign in to the wi-fi", b"[[[", b"null", b'"x"', b"\xff\xfe"]


@every_network
@pytest.mark.parametrize("content", [*NO_PAGES, b"[" * 100_000], ids=lambda v: str(v[:9]))
def test_what_is_no_page_is_bad_page_and_nothing_else(contract: Contract, content: bytes) -> None:
    for read in reads_of(contract):
        with pytest.raises(BadPage):
            contract.network.parse(httpx.Response(200, content=content), read, None)


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5),
    st.lists(st.integers(), max_size=2), st.just({}), st.just({"id": 1}), st.just("\ud800\x00"),
    st.just(10**30), st.just(-1), st.just("9" * 5000), st.just("2026-99-99T00:00:00Z"),
)  # fmt: skip


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, item in inner:
        found.append((*path, key))
        if isinstance(item, dict | list):
            found += _places(item, (*path, key))
    return found


@settings(max_examples=250, deadline=None)
@given(data=st.data())
def test_no_mutated_page_raises_anything_but_bad_page(data: st.DataObject) -> None:
    contract, case = data.draw(st.sampled_from(JSON_PAGES))
    page = raw_page(case)
    for _ in range(data.draw(st.integers(1, 4))):
        places = _places(page)
        if not places:
            break
        *path, last = data.draw(st.sampled_from(places))
        holder = page
        for key in path:
            holder = holder[key]
        if data.draw(st.booleans()):
            holder[last] = copy.deepcopy(data.draw(JUNK))
        else:
            del holder[last]
    try:
        result = contract.network.parse(of_json(page), case.read, case.page)
    except BadPage:
        return
    for mention in (*result.mentions, *result.own_posts):
        mention.text.encode()
        assert "\x00" not in mention.text
        told = mention.engagement
        for number in (told.likes, told.shares, told.replies, told.views):
            assert number is None or 0 <= number < 2**63
    assert all(0 <= figure.value < 2**63 for figure in result.figures)


XML_PAGES = [(contract, case) for contract, case in PAGES if case.name.endswith(".xml")]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_mutated_feed_raises_anything_but_bad_page(data: st.DataObject) -> None:
    contract, case = data.draw(st.sampled_from(XML_PAGES))
    content = bytearray((DATA / case.name).read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        piece = data.draw(
            st.sampled_from([b"", b"<", b"]]>", b"&", b"\xff", b"<!", b"</", b"\x00"])
        )
        content[at : at + data.draw(st.integers(0, 40))] = piece
    response = httpx.Response(200, headers={"date": recorded.DATE}, content=bytes(content))
    try:
        page = contract.network.parse(response, case.read, case.page)
    except BadPage:
        return
    assert all(mention.text and mention.id for mention in page.mentions)


def test_own_reads_know_their_brand_and_nothing_is_searched_for_them() -> None:
    (read,) = own_reads([ACCOUNT], "figures")
    assert (read.key, read.brand) == ("figures:rashfan", "رشفان")


def test_pages_are_counted_by_the_page_that_was_asked_for() -> None:
    demo = next(contract for contract in CONTRACTS if contract.name == "demo")
    first = answer("demo/search_first.json")
    assert demo.network.parse(first, recorded.SEARCH, None).older == "2"
    assert demo.network.parse(first, recorded.SEARCH, "2").older is None


@pytest.mark.parametrize("hidden", [None, "15230", -1, True])
def test_a_figure_that_is_hidden_is_no_figure_and_never_nought(hidden: object) -> None:
    demo = next(contract for contract in CONTRACTS if contract.name == "demo")
    read = Read("figures", "rashfan", Query("رشفان", ""))
    page = demo.network.parse(of_json({"followers": hidden}), read, None)
    assert page == Page()
    nobody = Read("figures", "rashfan")  # a figure belongs to a brand
    assert demo.network.parse(of_json({"followers": 7}), nobody, None) == Page()
