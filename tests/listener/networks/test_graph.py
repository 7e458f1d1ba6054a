"""What Meta's networks share: errors, limits in percent, insights by pages, batches, pushes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from listener.networks import failures, graph, usage
from listener.networks.base import BadPage, Broken, Read, Refused, Wait
from listener.networks.graph import batch as graph_batch
from listener.networks.graph import insights as graph_insights
from listener.networks.graph import items as graph_items
from listener.networks.graph import push as graph_push
from listener.networks.instagram import Instagram
from listener.records import Account, Credential, Query
from tests.listener.networks.recorded import DATE, of_json

OWN = Query("رشفان", "")
NETWORK = Instagram(user="178")


def failed(code: object, message: str = "said", sub: int | None = None, status: int = 400,
           headers: dict[str, str] | None = None) -> httpx.Response:  # fmt: skip
    told = {"message": message, "code": code, "error_subcode": sub}
    return httpx.Response(status, headers=headers, json={"error": told})


@pytest.mark.parametrize(
    ("code", "sub", "means"),
    [
        (4, None, Wait), (17, None, Wait), (32, None, Wait), (613, None, Wait),
        (80001, None, Wait), (80002, None, Wait), (1, None, Wait), (2, None, Wait),
        (190, 460, "sign-in"), (102, None, "sign-in"),
        (10, None, "not allowed"), (200, None, "not allowed"), (299, None, "not allowed"),
        (100, None, "query"), (100, 33, "gone"), (803, None, "gone"),
        (12, None, "query"), (None, None, "query"), ("190", None, "query"), (-1, None, "query"),
    ],
)  # fmt: skip
def test_a_code_says_whether_to_wait_or_what_to_change(code: object, sub: Any, means: Any) -> None:
    for status in (400, 200):  # an error may come with a 200
        trouble = graph.trouble(failed(code, sub=sub, status=status))
        if means is Wait:
            assert isinstance(trouble, Wait)
        else:
            assert isinstance(trouble, Refused)
            assert trouble.kind == means
        assert trouble.why.startswith(f"HTTP {status}")


def test_a_dead_token_stops_all_that_it_asks_and_a_missing_right_one_read_only() -> None:
    dead, right = graph.trouble(failed(190)), graph.trouble(failed(10))
    assert isinstance(dead, Refused)
    assert isinstance(right, Refused)
    assert (dead.scope, right.scope) == ("host", "read")


def test_what_is_no_error_of_a_graph_api_is_taken_by_its_status() -> None:
    assert (
        graph.trouble(httpx.Response(200, json={"data": [{"text": 'an "error" in a text'}]}))
        is None
    )
    page = "<html>the word &quot;error&quot;</html>"
    assert isinstance(graph.trouble(httpx.Response(503, text=page)), Wait)
    assert isinstance(graph.trouble(httpx.Response(302, text='{"error"')), Broken)
    assert graph.error_of(httpx.Response(200, content=b'{"error": "a text"}')) is None


BUC = '{"178":[{"call_count":40,"total_time":1,"estimated_time_to_regain_access":0}]}'


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"x-app-usage": '{"call_count":79,"total_time":9,"total_cputime":1}'}, None),
        ({"x-app-usage": '{"call_count":3,"total_time":80,"total_cputime":1}'}, 30.0),
        ({"x-app-usage": '{"call_count":3,"total_time":2,"total_cputime":90}'}, 330.0),
        ({"x-page-usage": '{"call_count":100}'}, 900.0),
        ({"x-business-use-case-usage": BUC}, None),
        ({"x-business-use-case-usage": BUC.replace(":0}", ":7}")}, 420.0),
        ({"x-business-use-case-usage": BUC.replace("40", "85")}, 180.0),
        ({"x-app-usage": "{"}, None),
        ({"x-app-usage": '{"call_count":"90"}'}, None),
        ({"x-app-usage": '{"call_count":true}', "x-business-use-case-usage": "[1]"}, None),
        ({"x-business-use-case-usage": '{"1":[{"estimated_time_to_regain_access":99999999}]}'},
         86400.0),
    ],
)  # fmt: skip
def test_from_eighty_percent_on_a_good_answer_asks_for_rest(
    headers: dict[str, str], seconds: float | None
) -> None:
    response = httpx.Response(200, headers=headers, json={"data": []})
    assert usage.rest(response) == seconds
    assert failures.pause(response) == seconds


def test_only_the_cursor_of_a_next_page_is_taken_and_none_where_no_page_is_named() -> None:
    address = "https://graph.facebook.com/v26.0/1/feed?access_token=s3cret&limit=5&after=QVFI"
    assert graph.older({"paging": {"cursors": {"after": "A"}, "next": address}}) == "A"
    assert graph.older({"paging": {"next": address}}) == "QVFI"
    assert graph.older({"paging": {"cursors": {"after": "A"}}}) is None
    assert graph.older({"paging": {"next": "http://[bad?after=1"}}) is None
    assert graph.older({}) is None


@pytest.mark.parametrize(
    ("api_url", "address"),
    [
        ("https://graph.facebook.com", "https://graph.facebook.com/v26.0/1/tags"),
        ("https://graph.facebook.com/v25.0/", "https://graph.facebook.com/v25.0/1/tags"),
        ("http://127.0.0.1:9/base/", "http://127.0.0.1:9/base/v26.0/1/tags"),
    ],
)
def test_the_version_stands_in_the_address_once(api_url: str, address: str) -> None:
    assert Instagram(api_url=api_url).address("1/tags") == address


@pytest.mark.parametrize(
    ("text", "tags", "names"),
    [
        ("قهوة #رشفان و#قهوة_رشفان", ("رشفان", "قهوة_رشفان"), ()),
        ("#Rashfan, #رشفان. #1 a#b http://x.example/#part", ("Rashfan", "رشفان"), ()),
        ("شكرًا @rashfan! @a.b. mail@example.com", (), ("rashfan", "a.b")),
        ("@Rashfan @rashfan", (), ("Rashfan",)),
        ("", (), ()),
    ],
)
def test_tags_and_names_are_found_in_a_text(
    text: str, tags: tuple[str, ...], names: tuple[str, ...]
) -> None:
    assert graph_items.tags(text) == tags
    assert graph_items.names(text) == names


def test_our_handle_stands_beside_the_names_of_a_text_once() -> None:
    assert graph_items.names("thanks @Rashfan", "rashfan") == ("rashfan",)
    assert graph_items.names("قهوة", "rashfan") == ("rashfan",)


FIGURES = Read("figures", "178", OWN)
METRICS = ("reach", "views", "old")


def walked(refused: set[str]) -> tuple[list[str], dict[str, float], str | None]:
    """The requests of a walk, the figures it brought, and its doubt."""
    page: str | None = "all"
    asked, found = [], dict[str, float]()
    while page is not None:
        metric = graph_insights.asked(METRICS, page)
        asked.append(metric)
        names = metric.split(",")
        if refused & set(names):
            response = failed(100, "(#100) metric[0] must be one of the following values")
        else:
            response = of_json(
                {"data": [{"name": n, "period": "day", "values": [{"value": 7}]} for n in names]}
            )
        got = graph_insights.page_of(
            response, FIGURES, page, METRICS, network="instagram", account="178"
        )
        found |= {figure.measure: figure.value for figure in got.figures}
        page = got.older
    return asked, found, got.doubt


def test_insights_are_asked_for_at_once_and_one_by_one_only_after_a_refusal() -> None:
    assert walked(set()) == (["reach,views,old"], {"reach": 7, "views": 7, "old": 7}, None)
    assert walked({"old"}) == (
        ["reach,views,old", "reach", "views", "old"], {"reach": 7, "views": 7},
        "insights without old: refused",
    )  # fmt: skip
    _asked, found, doubt = walked({"reach", "old"})
    assert (found, doubt) == ({"views": 7}, "insights without reach, old: refused")
    assert walked(set(METRICS))[1:] == ({}, "insights without reach, views, old: refused")


def test_an_insight_without_a_value_is_no_figure_and_never_nought() -> None:
    shapes = [
        {"name": "a", "values": []}, {"name": "b", "values": [{"value": {"x": 1}}]},
        {"name": "c", "total_value": {"value": "7"}}, {"name": "d"}, 7, {"values": [{"value": 1}]},
        {"name": "e", "values": [{"value": 3}, {"value": 5}, {"end_time": "x"}]},
        {"name": "f", "total_value": {"value": 0}},
    ]  # fmt: skip
    page = graph_insights.page_of(
        of_json({"data": shapes}), FIGURES, None, METRICS, network="n", account=None, post="9"
    )
    assert [(f.measure, f.value, f.post_id) for f in page.figures] == [("e", 5, "9"), ("f", 0, "9")]


@pytest.mark.parametrize(
    ("code", "sub", "message", "is_metric"),
    [
        (100, None, "(#100) The value must be a valid insights metric", True),
        (3001, 1504028, "No metric was specified to be fetched", True),
        (10, None, "(#10) Not enough viewers for the media to show insights", True),
        (10, None, "(#10) Application does not have permission for this action", False),
        (100, 33, "Unsupported get request", False),
        (100, None, "(#100) missing permission", False),
        (190, None, "metric", False),
    ],
)
def test_only_a_refused_metric_is_no_trouble_of_insights(
    code: int, sub: int | None, message: str, is_metric: bool
) -> None:
    response = failed(code, message, sub)
    assert graph_insights.refuses(response) == is_metric
    response.request = httpx.Request("GET", "https://graph.facebook.com/v26.0/178/insights")
    assert (NETWORK.trouble(response) is None) == is_metric
    response.request = httpx.Request("GET", "https://graph.facebook.com/v26.0/178/media")
    assert NETWORK.trouble(response) is not None


def test_an_error_in_the_place_of_insights_is_no_empty_page() -> None:
    with pytest.raises(BadPage, match="error"):
        graph_insights.page_of(
            failed(190), FIGURES, None, METRICS, network="n", account=None
        )  # fmt: skip


def parts(*bodies: Any) -> httpx.Response:
    return of_json([None if b is None else {"code": 200, "body": json.dumps(b)} for b in bodies])


GONE = {"error": {"code": 100, "error_subcode": 33}}


def test_an_id_is_gone_only_where_what_it_hangs_on_is_shown() -> None:
    keys = ["1/11", "1/12", "2/21"]
    found, gone = graph_batch.parse(parts({"id": "1"}, GONE, {"id": "11"}, GONE, GONE), keys)
    assert (list(found), gone) == (["1/11"], ("1/12",))
    limited = {"error": {"code": 4}}
    found, gone = graph_batch.parse(parts({"id": "1"}, {"id": "2"}, None, limited, GONE), keys)
    assert (list(found), gone) == ([], ("2/21",))


@pytest.mark.parametrize("body", [{}, {"error": 1}, [], [None], "x", [1, 2, 3, 4, 5, 6]])
def test_an_answer_that_is_not_the_batch_s_is_bad(body: Any) -> None:
    with pytest.raises(BadPage):
        graph_batch.parse(of_json(body), ["1/11", "1/12", "2/21"])


def test_a_batch_asks_for_each_anchor_once_and_holds_its_token_in_its_body() -> None:
    fields = {"1": "id", "2": "id", "1/11": "id,text", "1/12": "id,text", "2/21": "id"}
    request = graph_batch.request(NETWORK, ["1/11", "1/12", "2/21"], fields, "s3cret")
    form = httpx.QueryParams(request.read().decode())
    assert [unquote(part["relative_url"]) for part in json.loads(form["batch"])] == [
        "1?fields=id", "2?fields=id", "11?fields=id,text", "12?fields=id,text", "21?fields=id",
    ]  # fmt: skip
    assert form["access_token"] == "s3cret"
    assert "s3cret" not in str(request.url)


def test_changes_are_read_in_all_the_forms_that_are_pushed() -> None:
    change = {"field": "comments", "value": {"id": "1"}}
    want = [("178", "comments", {"id": "1"})]
    listed = {"object": "instagram", "entry": [{"id": 178, "changes": [change]}]}
    assert list(graph_push.changes(json.dumps(listed).encode())) == want
    inner = [{"object": "instagram", "entry": [{"id": "178", **change}]}]
    assert list(graph_push.changes(json.dumps(inner).encode())) == want
    values = {"app_id": "1", "values": change}
    assert list(graph_push.changes(json.dumps(values).encode())) == [(None, *want[0][1:])]
    odd: dict[str, Any] = {
        "entry": [None, 7, {"changes": [{}, {"field": "x"}, {"value": {}}, "y"]}, {"id": []}]
    }
    assert list(graph_push.changes(json.dumps(odd).encode())) == []


@pytest.mark.parametrize("body", [b"", b"{", b"null", b"{}", b'{"entry": {}}', b"\xff", b"7"])
def test_what_is_no_push_of_metas_is_a_bad_page(body: bytes) -> None:
    with pytest.raises(BadPage):
        list(graph_push.changes(body))


def test_a_push_about_an_account_that_is_not_ours_is_nobody_s() -> None:
    accounts = [Account("a", "one", id="1"), Account("b", "two"), Account("c", "rival", "leader")]
    assert graph_push.account_of("1", accounts, "9") == ("1", Query("a", ""))
    assert graph_push.account_of("9", accounts, "9") == ("9", Query("b", ""))
    assert graph_push.account_of("5", accounts, "9") is None
    assert graph_push.account_of(None, accounts, "9") == ("1", Query("a", ""))
    assert graph_push.account_of(None, [], "9") is None


def test_a_token_ends_when_the_first_of_its_ends_comes_and_nought_is_never() -> None:
    def end(**told: object) -> datetime | None:
        return NETWORK.parse_expiry(of_json({"data": {"is_valid": True, **told}}))

    assert end(expires_at=1795377600) == datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
    assert end(expires_at=1795377600, data_access_expires_at=1795374000) == datetime(
        2026, 11, 22, 19, 0, tzinfo=UTC
    )
    assert end(expires_at=0, data_access_expires_at=1795374000) is not None
    assert end(expires_at=0, data_access_expires_at=0) is None
    assert end(expires_at="never") is None
    with pytest.raises(BadPage):
        NETWORK.parse_expiry(of_json({"error": {"code": 100}}))


def test_the_app_asks_until_when_a_token_is_good_where_it_has_one() -> None:
    both = Credential("instagram", {"token": "t0ken", "app_token": "1|app"})
    request = NETWORK.expiry_request(both)
    assert request.headers["authorization"] == "Bearer 1|app"
    assert request.url.params["input_token"] == "t0ken"
    alone = NETWORK.expiry_request(Credential("instagram", {"token": "t0ken"}))
    assert alone.headers["authorization"] == "Bearer t0ken"


def test_an_account_is_asked_for_by_its_id_and_once() -> None:
    accounts = [
        Account("a", "one", id="1"), Account("b", "two"), Account("b", "again", id="1"),
        Account("c", "rival", "competitor", "3"),
    ]  # fmt: skip
    reads = graph.own_reads(accounts, "9", "mentions")
    assert [(read.target, read.also) for read in reads] == [("1", ("again",)), ("9", ("two",))]
    assert graph.own_reads([Account("b", "two")], "", "mentions") == []


def test_the_date_of_recorded_answers_is_that_of_the_tests() -> None:
    assert DATE in of_json({}).headers["date"]
