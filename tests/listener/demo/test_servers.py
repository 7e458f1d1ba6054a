"""The simulated networks, read over HTTP on loopback by the real collectors' functions."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import websockets

from listener.demo import wire
from listener.demo.posts import DAY, Post
from listener.demo.servers import Urls, simulated
from listener.demo.world import BRAND, World, make_world
from listener.networks import build, build_stream
from listener.networks.base import Gone, Network, Page, Read, Refused, Resolves, Wait
from listener.records import Mention, Query
from tests.listener.networks.recorded import DATA, body

END = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
WORLD = make_world(END)
QUERY = Query(BRAND.name, "رشفان OR Rashfan")


class Hands:
    """A clock that a test sets."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def hands() -> Hands:
    return Hands(END)


@pytest.fixture
async def urls(hands: Hands) -> AsyncIterator[Urls]:
    async with simulated(WORLD, hands) as found:
        yield found


async def fetch(
    network: Network, read: Read, since: str | None, page: str | None
) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.send(network.request(read, credential=None, since=since, page=page))


async def walk(network: Network, read: Read, since: str | None = None) -> list[Page]:
    """Newest to oldest, as the runner does it."""
    pages: list[Page] = []
    page = None
    while not pages or page:
        response = await fetch(network, read, since, page)
        assert network.trouble(response) is None
        pages.append(network.parse(response, read, None))
        page = pages[-1].older
        assert len(pages) < 100, "the walk must end"
    return pages


async def collect(network: Network) -> dict[str, Mention]:
    found: dict[str, Mention] = {}
    for read in network.reads([QUERY], BRAND.hashtags):
        for page in await walk(network, read):
            assert page.skipped == 0
            found |= {mention.id: mention for mention in page.mentions}
    return found


def expected(world: World, network: str, now: datetime) -> dict[str, Post]:
    return {post.id: post for post in world.seen(network, now) if post.about}  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["mastodon", "bluesky", "hackernews", "rss"])
async def test_a_collector_finds_exactly_the_truth(urls: Urls, hands: Hands, name: str) -> None:
    options = urls.options()[name] | ({"limit": 17} if name != "rss" else {})
    found = await collect(build(name, options))
    truth = expected(WORLD, name, hands.now)
    assert len(truth) > 3
    if name == "rss":  # a feed holds whatever its site writes
        assert set(found) >= set(truth)
    else:
        assert set(found) == set(truth)
    for key, post in truth.items():
        mention = found[key]
        assert mention.created_at == post.at
        assert post.text_at(hands.now).splitlines()[0] in mention.text
        if name == "mastodon":
            assert mention.author is not None
            assert mention.author.followers == post.author.followers
        if post.reply_to and name == "bluesky":
            assert mention.parent_id == post.reply_to.id


@pytest.mark.parametrize("name", ["mastodon", "bluesky", "hackernews"])
async def test_a_second_walk_from_the_mark_brings_only_what_is_new(
    urls: Urls, hands: Hands, name: str
) -> None:
    network = build(name, urls.options()[name])
    read = next(r for r in network.reads([QUERY], BRAND.hashtags) if r.target == "Rashfan")
    hands.now = WORLD.lived_from - timedelta(hours=1)
    first = await walk(network, read)
    before = {m.id for page in first for m in page.mentions}
    hands.now = END
    second = await walk(network, read, since=first[0].newest)
    after = {m.id for page in second for m in page.mentions}
    everything = {m.id for page in await walk(network, read) for m in page.mentions}
    assert before | after >= everything
    assert 0 < len(after) < len(everything)


async def test_nothing_shows_before_its_time(urls: Urls, hands: Hands) -> None:
    hands.now = WORLD.lived_from
    found = await collect(build("bluesky", urls.options()["bluesky"]))
    assert found
    assert all(mention.created_at <= WORLD.lived_from for mention in found.values())


async def test_the_stream_tells_of_posts_changes_deletions_and_leavers(
    urls: Urls, hands: Hands
) -> None:
    stream = build_stream("bluesky", urls.options()["bluesky"])
    assert stream is not None
    start = str(int(WORLD.lived_from.timestamp() * 1e6) + 5_000_000)
    request = stream.connect([QUERY], cursor=start)
    seen: list[Mention | Gone] = []
    positions: list[int] = []
    posts = [p for p in WORLD.posts if p.network == "bluesky" and p.at > WORLD.lived_from]
    edits, deletions = (
        sum(p.edited is not None for p in posts),
        sum(p.deleted is not None for p in posts),
    )
    async with websockets.connect(str(request.url)) as socket:
        while len(seen) < len(posts) + edits + deletions + 1:
            data = await socket.recv()
            found = stream.event(data.encode() if isinstance(data, str) else data)
            assert found is not None
            seen.append(found)
            positions.append(int(stream.position(str(data).encode()) or 0))
    assert positions == sorted(set(positions))
    mentions = [event for event in seen if isinstance(event, Mention)]
    assert {mention.id for mention in mentions} == {post.id for post in posts}
    final = {mention.id: mention.text for mention in mentions}
    assert all(final[post.id] == post.text_at(END) for post in posts)
    gone = {event.id for event in seen if isinstance(event, Gone) and not event.author}
    assert gone == {post.id for post in posts if post.deleted}
    assert [e.id for e in seen if isinstance(e, Gone) and e.author] == [WORLD.left[0][1].did]


async def test_the_stream_goes_on_from_a_cursor_and_follows_the_clock(
    urls: Urls, hands: Hands
) -> None:
    stream = build_stream("bluesky", urls.options()["bluesky"])
    assert stream is not None
    posts = [p for p in WORLD.posts if p.network == "bluesky" and p.at > WORLD.lived_from]
    hands.now = posts[3].at
    cursor = str(int(posts[3].at.timestamp() * 1e6) + 5_000_000)
    async with websockets.connect(str(stream.connect([], cursor=cursor).url)) as socket:
        first = stream.event(str(await socket.recv()).encode())
        assert isinstance(first, Mention)
        assert first.id == posts[3].id
        hands.now = posts[4].at
        second = stream.event(str(await socket.recv()).encode())
        assert isinstance(second, Mention)
        assert second.id == posts[4].id


async def test_a_limited_server_says_when_to_come_back(urls: Urls, hands: Hands) -> None:
    fault = next(fault for fault in WORLD.faults if fault.kind == "limited")
    hands.now = fault.start
    network = build("mastodon", urls.options()["mastodon"])
    response = await fetch(network, Read("hashtag", "رشفان"), None, None)
    assert network.trouble(response) == Wait(2.0, "HTTP 429: Too many requests")
    hands.now = fault.end
    assert (await fetch(network, Read("hashtag", "رشفان"), None, None)).status_code == 200


async def test_a_server_that_is_down_answers_503_and_drops_connections(
    urls: Urls, hands: Hands
) -> None:
    fault = next(fault for fault in WORLD.faults if fault.server == "bluesky")
    hands.now = fault.start + DAY * 0.03
    network = build("bluesky", urls.options()["bluesky"])
    outcomes = set()
    for _ in range(4):
        try:
            response = await fetch(network, Read("search", "رشفان"), None, None)
        except httpx.TransportError:
            outcomes.add("dropped")
        else:
            assert isinstance(network.trouble(response), Wait)
            outcomes.add("503")
    assert outcomes == {"dropped", "503"}
    with pytest.raises((websockets.InvalidStatus, OSError, EOFError, websockets.InvalidMessage)):
        await websockets.connect(urls.jetstream, open_timeout=2)
    assert len(urls.journal) >= 4


async def drain(socket: websockets.ClientConnection) -> None:
    async for _ in socket:
        pass


async def test_an_outage_closes_an_open_stream(urls: Urls, hands: Hands) -> None:
    fault = next(fault for fault in WORLD.faults if fault.server == "jetstream")
    hands.now = fault.start - timedelta(minutes=1)
    async with websockets.connect(urls.jetstream) as socket:
        hands.now = fault.start
        with pytest.raises(websockets.ConnectionClosedError, match="1012"):
            await drain(socket)


async def test_an_unchanged_feed_is_not_sent_twice(urls: Urls, hands: Hands) -> None:
    network = build("rss", urls.options()["rss"])
    for read in network.reads([], []):
        first = network.parse(await fetch(network, read, None, None), read, None)
        assert first.mentions
        again = await fetch(network, read, first.newest, None)
        assert again.status_code == 304
        assert network.parse(again, read, None) == Page(unchanged=True)


async def test_wrong_requests_are_refused_as_the_network_would(urls: Urls) -> None:
    network = build("bluesky", urls.options()["bluesky"] | {"limit": 500})
    assert isinstance(
        network.trouble(await fetch(network, Read("search", "x"), None, None)), Refused
    )
    network = build("mastodon", urls.options()["mastodon"])
    refused = network.trouble(await fetch(network, Read("search", "x"), None, None))
    assert isinstance(refused, Refused)
    assert refused.kind == "sign-in"


def shape(values: list[Any]) -> Any:
    """The fields of all values together: objects by key, lists by their items."""
    objects = [value for value in values if isinstance(value, dict)]
    if objects:
        keys = {key for value in objects for key in value}
        return {key: shape([value[key] for value in objects if key in value]) for key in keys}
    items = [item for value in values if isinstance(value, list) for item in value]
    return [shape(items)] if items else None


def same(recorded: Any, simulated: Any, path: str = "") -> list[str]:
    """Where two shapes differ; a list that is empty on one side says nothing."""
    if recorded is None or simulated is None:
        return []
    if isinstance(recorded, list):
        return (
            same(recorded[0], simulated[0], path + "[]") if isinstance(simulated, list) else [path]
        )
    wrong = [f"{path}.{key}" for key in set(recorded) ^ set(simulated)]
    for key in set(recorded) & set(simulated):
        wrong += same(recorded[key], simulated[key], f"{path}.{key}")
    return wrong


async def raw(url: str, **params: str) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.get(url, params=params)


async def test_a_mastodon_page_has_the_fields_and_headers_of_a_recorded_one(urls: Urls) -> None:
    response = await raw(f"{urls.mastodon}/api/v1/timelines/tag/رشفان")
    assert same(shape(body("mastodon/tag_first.json")), shape(response.json())) == []
    recorded = json.loads((DATA / "mastodon/tag_first.json").read_text("utf-8"))["headers"]
    assert set(recorded) <= set(response.headers)
    assert set(response.links) == {"next", "prev"}


async def test_a_bluesky_page_has_the_fields_of_a_recorded_one(urls: Urls) -> None:
    url = f"{urls.bluesky}/xrpc/app.bsky.feed.searchPosts"
    simulated = [(await raw(url, q=q, limit="40")).json() for q in ("رشفان", "Rashfan")]
    recorded = [body("bluesky/search_first.json"), body("bluesky/search_middle.json")]
    differences = same(shape(recorded), shape(simulated))
    # Replies are in the world, and not among the recorded posts of that server.
    assert set(differences) <= {".posts[].record.reply"}
    reply = {"parent": {"cid": "", "uri": ""}, "root": {"cid": "", "uri": ""}}
    replies = [
        p["record"]["reply"] for page in simulated for p in page["posts"] if "reply" in p["record"]
    ]
    assert same(shape([reply]), shape(replies)) == []


async def test_bluesky_profiles_have_the_fields_of_a_recorded_one(urls: Urls, hands: Hands) -> None:
    people = list(dict.fromkeys(p.author for p in WORLD.posts if p.network == "bluesky"))
    left_at, left = WORLD.left[0]
    url = f"{urls.bluesky}/xrpc/app.bsky.actor.getProfiles"
    asked = [left.did, "did:plc:nobody", *(p.did for p in people if p != left)][:25]
    hands.now = left_at
    async with httpx.AsyncClient() as client:
        response = await client.get(url, params={"actors": asked})
        too_many = await client.get(url, params={"actors": ["did:plc:nobody"] * 26})
        nobody = await client.get(url)
    assert same(shape([body("bluesky/profiles.json")]), shape([response.json()])) == []
    assert [p["did"] for p in response.json()["profiles"]] == asked[2:]
    assert (too_many.status_code, nobody.status_code) == (400, 400)


async def test_every_author_on_bluesky_has_the_worlds_handle_and_followers(
    urls: Urls, hands: Hands
) -> None:
    network = build("bluesky", urls.options()["bluesky"])
    assert isinstance(network, Resolves)
    people = {p.author.did: p.author for p in WORLD.seen("bluesky", END)}
    dids = list(people)[: network.most_authors]
    async with httpx.AsyncClient() as client:
        response = await client.send(network.authors_request(dids, credential=None))
    found = network.parse_authors(response)
    assert {did: (a.handle, a.name, a.followers) for did, a in found.items()} == {
        did: (wire.handle(people[did]), people[did].name, people[did].followers) for did in dids
    }


def test_stream_events_have_the_fields_of_recorded_ones() -> None:
    lines = [
        json.loads(x) for x in (DATA / "jetstream/events.jsonl").read_text("utf-8").splitlines()
    ]
    post = next(x for x in lines if x.get("commit", {}).get("collection") == "app.bsky.feed.post")
    deletion = next(x for x in lines if x.get("commit", {}).get("operation") == "delete")
    account = next(x for x in lines if x["kind"] == "account")
    written = next(p for p in WORLD.posts if p.network == "bluesky" and p.reply_to)
    created = wire.event(written.at, "create", written, 1)
    extra = same(shape([post]), shape([created]))
    assert set(extra) <= {".commit.record.facets"}  # the recorded post has no tags
    assert same(shape([deletion]), shape([wire.event(END, "delete", written, 1)])) == []
    left = same(shape([account]), shape([wire.event(END, "left", written.author, 1)]))
    assert left == [".account.status"]  # only accounts that are not active say why


async def test_a_hacker_news_page_has_the_documented_fields(urls: Urls) -> None:
    response = await raw(f"{urls.hackernews}/api/v1/search_by_date", query="Rashfan")
    assert same(shape([body("hackernews/search_first.json")]), shape([response.json()])) == []


@pytest.mark.parametrize(
    ("feed", "name", "item"),
    [(0, "atom.xml", "{http://www.w3.org/2005/Atom}entry"), (1, "rss2_no_ids.xml", "item")],
)
async def test_feeds_have_the_elements_of_recorded_ones(
    urls: Urls, feed: int, name: str, item: str
) -> None:
    simulated = ElementTree.fromstring((await raw(urls.feeds[feed])).text)
    recorded = ElementTree.fromstring((DATA / "rss" / name).read_text("utf-8"))

    def elements(root: ElementTree.Element) -> set[str]:
        return {element.tag for entry in root.iter(item) for element in entry.iter()}

    assert elements(simulated) == elements(recorded)
    assert {e.tag for e in simulated.iter()} == {e.tag for e in recorded.iter()}
