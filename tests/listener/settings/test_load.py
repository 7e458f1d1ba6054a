"""rasid.toml: the example is right, and every mistake is found where it stands, all at once."""

# ruff: noqa: E501  (one mistake a line)
from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from listener.settings import Inspected, SettingsError, brands_of, errors, inspect, load
from listener.words import Language, words
from tests.listener.settings.conftest import GOOD

Examined = Callable[[str], Inspected]


def codes(inspected: Inspected) -> list[tuple[str, str]]:
    return [(finding.path, finding.code) for finding in inspected.findings]


def test_the_example_has_no_error_and_no_network_that_waits(example: Path) -> None:
    inspected = inspect(example)
    assert errors(inspected.findings) == []
    assert codes(inspected) == []
    assert inspect(example, built=["mastodon", "bluesky", "rss", "webhook", "x", "youtube"]) == (
        Inspected(inspected.settings, (), "ar", inspected.lines, inspected.settings)
    )


def test_the_example_is_read_as_it_is_meant(example: Path) -> None:
    settings = load(example)
    assert settings.service.data == example.parent / "data"
    assert settings.path == example
    assert settings.hours is not None
    assert settings.hours.days == {"sunday-thursday": "09:00-17:00"}
    assert settings.hours.periods[0].days == {"sunday-thursday": "10:00-15:00"}
    assert settings.routes[0].match == {
        "sentiment": "negative",
        "needs_response": True,
        "followers": ">=10000",
    }
    assert settings.networks["bluesky"].options == {
        "stream": "wss://jetstream2.us-east.bsky.network/subscribe"
    }
    brand = brands_of(settings)[0]
    assert brand.handles == ("ZainKSA", "zainksa")
    assert brand.hashtags == ("زين", "عالم_جميل")
    assert brands_of(settings)[1].role == "competitor"


def test_the_small_file_has_no_finding(examined: Examined) -> None:
    assert examined(GOOD).findings == ()


MISTAKES = [
    # service and storage
    ('timezone = "Africa/Cairo"', 'timezone = "Africa/Caro"', "service.timezone", "zone"),
    ('timezone = "Africa/Cairo"', 'timezone = "../../etc/passwd"', "service.timezone", "zone"),
    ('language = "en"', 'langage = "en"', "service.langage", "unknown_key"),
    ('language = "en"', 'language = "fr"', "service.language", "not_one_of"),
    ('language = "en"', 'language = 1', "service.language", "not_one_of"),
    ('language = "en"', 'listen = "8080"', "service.listen", "listen"),
    ('language = "en"', 'listen = "127.0.0.1:99999"', "service.listen", "listen"),
    ('language = "en"', 'operators = "ops"', "service.operators", "unknown_channel"),
    ('language = "en"', 'alert_within = "0s"', "service.alert_within", "duration_zero"),
    ('language = "en"', 'alert_within = "999999999 months"', "service.alert_within", "duration"),
    ('language = "en"', "data = 5", "service.data", "not_text"),
    ("[service]", 'path = "x"\n[service]', "path", "unknown_key"),
    ("[service]", '[storage]\ndatabase = "postgresql://u:p@h/d"\n[service]', "storage.database", "database"),
    ("[service]", '[storage]\nredis = "localhost"\n[service]', "storage.redis", "redis"),
    ("[service]", '[retention]\nmask = ["phones"]\n[service]', "retention.mask[0]", "not_one_of"),
    # brands
    ('name = "زين"', 'name = ""', "brands[0].name", "empty_name"),
    ('name = "زين"', 'name = "a\\nb"', "brands[0].name", "odd_name"),
    ('name = "زين"', "", "brands[0].name", "needed"),
    ('keywords = ["زين"]', 'keywords = "زين"', "brands[0].keywords", "not_list"),
    ('keywords = ["زين"]', "keywords = [1]", "brands[0].keywords[0]", "not_text"),
    ('keywords = ["زين"]', 'keywords = ["ـ"]', "brands[0].keywords[0]", "empty_term"),
    ('keywords = ["زين"]', "", "brands[0]", "no_way_to_find"),
    ('keywords = ["زين"]', 'query = "(a OR"', "brands[0].query", "query.missing_end"),
    ('keywords = ["زين"]', 'hashtags = ["a"]\ncontext = ["b"]', "brands[0].context", "no_context_use"),
    ('keywords = ["زين"]', 'keywords = ["a"]\ncompetitors = ["stc"]', "brands[0].competitors[0]", "unknown_brand"),
    ('keywords = ["زين"]', 'keywords = ["a"]\ncompetitors = ["زين"]', "brands[0].competitors[0]", "own_competitor"),
    ('keywords = ["زين"]', 'keywords = ["a"]\nrole = "competitor"', "brands", "no_own_brand"),
    ('keywords = ["زين"]', 'keywords = ["a"]\nsummary = { channel = "x" }', "brands[0].summary.channel", "unknown_channel"),
    ('keywords = ["زين"]', 'accounts = [{ network = "y", handle = "h" }]', "brands[0].accounts[0].network", "unknown_network"),
    ('keywords = ["زين"]', 'accounts = [{ network = "x", handle = "@" }]', "brands[0].accounts[0].handle", "empty_term"),
    ('keywords = ["زين"]', 'accounts = [{ network = "x", handle = "h", owner = "nora" }]', "brands[0].accounts[0].owner", "unknown_person"),
    ("[people.noura]", '[[brands]]\nname = "زين "\nkeywords = ["b"]\n[people.noura]', "brands[1].name", "twice"),
    # networks
    ("[networks.mastodon]", "[networks.mastodn]", "networks.mastodn", "unknown_network"),
    ("[networks.mastodon]", "[networks.import]", "networks.import", "import_section"),
    ("[networks.mastodon]", "[networks.webhook]", "networks.webhook", "needed"),
    ("[networks.mastodon]", "[networks.rss]", "networks.rss", "needed"),
    ("[networks.mastodon]", "[networks.mastodon]\nenabled = false", "networks", "no_network"),
    ("[networks.mastodon]", '[networks.mastodon]\nenabled = "yes"', "networks.mastodon.enabled", "not_yes_no"),
    ('every = "2m"', 'every = "0s"', "networks.mastodon.every", "every"),
    ('every = "2m"', "every = 120", "networks.mastodon.every", "duration"),
    ('every = "2m"', 'every = { serch = "2m" }', "networks.mastodon.every.serch", "read_kind"),
    ('every = "2m"', 'every = { search = 2 }', "networks.mastodon.every.search", "duration"),
    ('every = "2m"', 'every = { search = "0s" }', "networks.mastodon.every.search", "every"),
    ('every = "2m"', 'key = "env:K"', "networks.mastodon.key", "unknown_option"),
    ('every = "2m"', "limit = 0", "networks.mastodon.limit", "not_whole"),
    ('every = "2m"', 'searching = "no"', "networks.mastodon.searching", "not_yes_no"),
    ('every = "2m"', 'stream = "https://h"', "networks.mastodon.stream", "address"),
    ('every = "2m"', 'api_url = "mastodon.social"', "networks.mastodon.api_url", "address"),
    ('every = "2m"', 'api_url = "https://[::1"', "networks.mastodon.api_url", "address"),
    ('every = "2m"', 'budget = { per_month = "much" }', "networks.mastodon.budget.per_month", "budget"),
    ('every = "2m"', 'budget = { monthly = "5 USD" }', "networks.mastodon.budget.monthly", "budget_key"),
    ('every = "2m"', 'budget = { per_day = "5 units" }', "networks.mastodon.budget.per_day", "budget_uncounted"),
    ('every = "2m"', 'token = "xoxb-123"', "networks.mastodon.token", "secret"),
    ('every = "2m"', '[networks.reddit]\nclient_id="x"\nclient_secret="env:A"\nuser_agent="u"', "networks.reddit.client_id", "secret"),
    ('every = "2m"', '[networks.rss]\nfeeds = ["none.txt"]', "networks.rss.feeds[0]", "feeds_file"),
    ('every = "2m"', '[networks.rss]\nfeeds = ["ftp://h/x"]', "networks.rss.feeds[0]", "address"),
    # channels and routes
    ('kind = "console"', 'kind = "slack"', "channels.console", "channel_needs"),
    ('kind = "console"', 'kind = "mail"', "channels.console.kind", "not_one_of"),
    ('kind = "console"', 'kind = "console"\npace = "fast"', "channels.console.pace", "rate"),
    ('kind = "console"', 'kind = "console"\ntoken = "env:T"', "channels.console.token", "channel_extra"),
    ('channel = "console"', 'channel = "consol"', "routes[0].channel", "unknown_channel"),
    ('channel = "console"', "", "routes[0]", "no_channel"),
    ('channel = "console"', 'channel = "console"\nonly_count = true', "routes[0].channel", "counts_only"),
    ('channel = "console"', 'channel = "console"\nnotify = ["nora"]', "routes[0].notify[0]", "unknown_recipient"),
    ('channel = "console"', 'channel = "console"\nescalate = { after = "1h", to = ["nora"] }', "routes[0].escalate.to[0]", "unknown_recipient"),
    ('channel = "console"', 'channel = "console"\ndigest = 16', "routes[0].digest", "clock"),
    ('channel = "console"', 'channel = "console"\ndigest = "25:00"', "routes[0].digest", "clock"),
    ('hours = "always"', 'respond_within = "1h"', "routes[0].respond_within", "no_hours"),
    ('hours = "always"', 'match = { sentimant = "negative" }', "routes[0].match.sentimant", "match_key"),
    ('hours = "always"', 'match = { sentiment = "angry" }', "routes[0].match.sentiment", "match_choice"),
    ('hours = "always"', 'match = { dialect = ["irq", "sud", "iraqi"] }', "routes[0].match.dialect", "match_choice"),
    ('hours = "always"', "match = { sentiment = true }", "routes[0].match.sentiment", "match_text"),
    ('hours = "always"', 'match = { needs_response = "yes" }', "routes[0].match.needs_response", "match_flag"),
    ('hours = "always"', "match = { followers = 10 }", "routes[0].match.followers", "match_value"),
    ('hours = "always"', 'match = { followers = "10000" }', "routes[0].match.followers", "match_number"),
    ('hours = "always"', "match = { intent = [] }", "routes[0].match.intent", "match_value"),
    ('hours = "always"', 'match = { brand = "stc" }', "routes[0].match.brand", "unknown_brand"),
    ('hours = "always"', '[[routes]]\nname = "b"\nchannel = "console"', "routes[1]", "never_reached"),
    ('hours = "always"', '[[routes]]\nname = "All"\nchannel = "console"', "routes[1].name", "twice"),
    # times
    ("[service]", '[hours]\nsunday-thersday = "09:00-17:00"\n[service]', "hours.sunday-thersday", "day_range"),
    ("[service]", '[hours]\nfriday = "9 to 5"\n[service]', "hours.friday", "span"),
    ("[service]", '[hours]\nclosed = ["2027-02-30"]\n[service]', "hours.closed[0]", "day"),
    ("[service]", '[[hours.periods]]\nname = "r"\nfrom = "2027-02-08"\nto = "2027-01-08"\n[service]', "hours.periods[0].to", "dates_order"),
    ("[service]", '[[quiet]]\nchannel = "care"\nfrom = "23:00"\nto = "07:00"\n[service]', "quiet[0].channel", "unknown_channel"),
    ("[service]", '[summary]\nweek = "sunday"\n[service]', "summary.week", "week_moment"),
    ("[service]", '[summary]\nmonth = "31st 09:00"\n[service]', "summary.month", "month_moment"),
    ("[service]", '[review]\nsample = "20"\n[service]', "review.sample", "not_whole"),
    ("[service]", "[review]\nsample = -1\n[service]", "review.sample", "not_between"),
    ("[service]", "[classifiers]\nsentiment = { min_confidence = 2 }\n[service]", "classifiers.sentiment.min_confidence", "not_between"),
    ("[service]", "[classifiers]\nrelevance = { min_labels = 5 }\n[service]", "classifiers.relevance.min_labels", "not_between"),
    ("[service]", 'storms = "on"\n[service]', "storms", "not_table"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "path", "code"), MISTAKES)
def test_one_mistake_is_one_finding(
    examined: Examined, right: str, wrong: str, path: str, code: str
) -> None:
    assert right in GOOD
    text = GOOD.replace(right, wrong, 1)
    inspected = examined(text)
    assert (path, code) in codes(inspected)
    of_networks = {"not_built", "no_network", "unknown_option"}
    allowed = of_networks if path.startswith("networks") else {"unknown_channel"}
    allowed |= {"never_reached"} if code == "twice" else set()
    assert {c for p, c in codes(inspected) if (p, c) != (path, code)} <= allowed
    found = next(f for f in inspected.findings if f.code == code)
    assert found.line is None or 1 <= found.line <= text.count("\n") + 1
    languages: tuple[Language, ...] = ("ar", "en")
    for catalog in map(words, languages):
        keys = (f"finding.{code}", f"finding.{code}.hint")
        texts = "".join(catalog.raw(key) for key in keys if catalog.has(key))
        wanted = set(re.findall(r"(?<!\{)\{(\w+)\}", texts))
        assert wanted <= set(found.values)


def test_all_at_once_each_with_its_line(examined: Examined) -> None:
    inspected = examined(
        """\
[service]
timezone = "Asia/Riyad"
langage = "ar"
[people.نورة]
name = نورة
[[brands]]
name = "زين"
query = "(زين OR"
[networks.bluesky]
every = "0s"
[channels.ops]
kind = "console"
[[routes]]
name = "a"
channel = "opz"
match = { intent = "complain", folowers = ">=5" }
"""
    )
    assert inspected.settings is None
    assert [(f.line, f.path, f.code) for f in inspected.findings] == [
        (2, "service.timezone", "zone"),
        (3, "service.langage", "unknown_key"),
        (4, "rasid.toml", "toml_bare_key"),
        (5, "rasid.toml", "toml_bare_value"),
        (8, "brands[0].query", "query.missing_end"),
        (10, "networks.bluesky.every", "every"),
        (15, "routes[0].channel", "unknown_channel"),
        (16, "routes[0].match.intent", "match_choice"),
        (16, "routes[0].match.folowers", "match_key"),
    ]
    assert "did you mean" in inspected.findings[1].hint


def test_load_raises_everything_and_never_for_notes(examined: Examined, tmp_path: Path) -> None:
    path = tmp_path / "rasid.toml"
    path.write_text(GOOD.replace('channel = "console"', 'channel = "c"') + 'cap = "x"\n')
    with pytest.raises(SettingsError) as raised:
        load(path)
    assert {f.code for f in raised.value.findings} == {"unknown_channel", "rate"}
    assert raised.value.language == "en"
    assert "routes[0].channel" in str(raised.value)
    with pytest.raises(SettingsError, match="rasid init"):
        load(tmp_path / "nowhere.toml")


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace('every = "2m"', 'token = "xoxb-very-secret"'),
        GOOD.replace('every = "2m"', 'api_url = "ftp://me:very-secret@host/?q=very-secret"'),
        GOOD + '[storage]\ndatabase = "postgresql://rasid:very-secret@db/rasid"\n',
        GOOD + '[storage]\nredis = "redis://:very-secret@r/0"\n',
        GOOD + '[channels.c]\nkind = "apprise"\nurl = "mailto://a:very-secret@h"\n',
        GOOD.replace('every = "2m"', 'token = "very-secret'),
        GOOD.replace('every = "2m"', "token = xoxb-very-secret"),
    ],
)
def test_a_secret_written_by_mistake_is_not_repeated(examined: Examined, text: str) -> None:
    inspected = examined(text)
    assert errors(inspected.findings)
    said = [*map(str, inspected.findings), *(" ".join(f.say("ar")) for f in inspected.findings)]
    assert "very-secret" not in "\n".join(said)


def test_feeds_may_be_files_and_every_second_is_allowed(examined: Examined, tmp_path: Path) -> None:
    (tmp_path / "feeds.txt").write_text("# news\nhttps://a.example/feed\n\nhttps://b.example/f\n")
    inspected = examined(
        GOOD + '[networks.rss]\nevery = "1s"\nfeeds = ["feeds.txt", "https://a.example/feed"]\n'
    )
    assert inspected.findings == ()
    assert inspected.settings is not None
    rss = inspected.settings.networks["rss"]
    assert rss.every == timedelta(seconds=1)
    assert rss.options["feeds"] == ["https://a.example/feed", "https://b.example/f"]


def test_what_does_not_fit_is_told_without_a_crash(examined: Examined) -> None:
    for text in ("brands = 5", "networks = 5", "[networks]\nx = 5", "hours = 5", "routes = [5]"):
        assert errors(examined(text).findings), text
    assert ("brands", "no_brand") in codes(examined(""))


def test_a_stream_that_brings_nothing_without_a_token_is_a_warning(examined: Examined) -> None:
    stream = 'every = "2m"\nstream = "wss://h/api/v1/streaming"'
    alone = examined(GOOD.replace('every = "2m"', stream, 1))
    assert ("networks.mastodon.stream", "option_needs") in codes(alone)
    assert [f.level for f in alone.findings if f.code == "option_needs"] == ["warning"]
    signed = examined(GOOD.replace('every = "2m"', f'{stream}\ntoken = "env:T"', 1))
    assert "option_needs" not in [code for _path, code in codes(signed)]
