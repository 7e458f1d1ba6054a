"""A summary in words: lines for a terminal or a Slack message, or a page of HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from zoneinfo import ZoneInfo

from alerts.numbers.reason import Reason
from alerts.numbers.shares import whole_percents
from alerts.numbers.summary import SampleState, Summary
from listener.words import Words
from listener.words.bidi import isolate, one_line

QUOTED = 80


def lines(summary: Summary, words: Words) -> list[str]:
    """The summary, a line a finding; what is unknown is left out, never shown as 0."""
    return list(_lines(summary, words))


def html(summary: Summary, words: Words) -> str:
    """The same as one self-contained page, in the language's direction."""
    title, *rest = lines(summary, words)
    items = "\n".join(f"<li>{escape(line)}</li>" for line in rest)
    direction = "rtl" if words.rtl else "ltr"
    return (
        f'<!doctype html>\n<html lang="{words.language}" dir="{direction}">\n'
        f'<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n'
        f"<title>{escape(title)}</title>\n<h1>{escape(title)}</h1>\n<ul>\n{items}\n</ul>\n</html>\n"
    )


def _lines(summary: Summary, words: Words) -> Iterator[str]:
    say, now, zone = words.say, summary.now, ZoneInfo(summary.span.zone)
    yield say(
        f"summary.{summary.span.kind}",
        brand=isolate(summary.brand),
        days=words.aside(words.days(summary.span.first, summary.span.last)),
    )
    if summary.compared.refused == "ahead":
        yield say("summary.ahead")
        return
    if summary.running is not None:
        yield say("summary.running", when=words.moment(summary.running, zone))
    if not now.mentions:
        yield say("summary.nothing")
    else:
        yield say("summary.mentions", n=now.mentions, change=_change(summary, words))
        if now.elsewhere is not None:
            yield say("summary.elsewhere", n=now.elsewhere)
        if now.undated:
            yield say("summary.undated", n=now.undated)
        if now.authors:
            yield say("summary.authors", n=now.authors)
        yield _sentiment(now.sentiment, words)
        if unlabelled := now.sentiment.get("unlabelled", 0):
            yield say("summary.unlabelled", n=unlabelled)
    if summary.reason is not None:
        yield _reason(summary.reason, words)
    for tag, people in now.hashtag_authors.items():
        yield say("summary.hashtag", n=people, tag=isolate(f"#{tag}"))
    if now.mentions:
        yield say("summary.needing", n=now.needing_response)
        if now.needing_response != summary.alerts:
            yield say("summary.needing.alerts")
    yield _alerts(summary, words)
    if summary.first_claim_minutes is not None:
        yield say("summary.first_claim", span=words.span(summary.first_claim_minutes))
    for name in ("engagement", "potential_reach", "reach"):
        if (value := getattr(now, name)) is not None:
            yield say(f"summary.{name}", value=words.aside(words.number(value)))
    if now.networks:
        yield say("summary.networks", list=_shares(now.networks, words, "network"))
    if summary.voice:
        yield say("summary.voice", list=_shares(summary.voice, words, None))
    if now.gaps:
        yield say("summary.gaps", n=now.gaps)
    if summary.sealed:
        yield say("summary.sealed")
    if summary.sample is not None and now.mentions:
        yield _sample(summary.sample, summary.brand, words)


def _reason(reason: Reason, words: Words) -> str:
    line = words.say(
        "summary.reason",
        day=words.weekday(reason.day),
        negative=reason.negative,
        total=reason.total,
        usual=reason.usual,
    )
    if not reason.told:
        return line
    text = isolate(one_line(reason.text, limit=QUOTED))
    return f"{line} {words.say('summary.reason.told', n=reason.told, text=text)}"


def _alerts(summary: Summary, words: Words) -> str:
    if not summary.claimed and not summary.resolved:
        return words.say("summary.alerts.unclaimed", n=summary.alerts)
    if summary.alerts == summary.resolved == 1:
        return words.say("summary.alerts.closed")
    return words.say(
        "summary.alerts", n=summary.alerts, claimed=summary.claimed, resolved=summary.resolved
    )


def _sample(sample: SampleState, brand: str, words: Words) -> str:
    """How good the labels are by the team's own sample; without one, or with one that is begun,
    the command that asks for it."""
    command = isolate(f'rasid model sample --brand "{brand}"')
    if sample.open and sample.labelled:
        return words.say("summary.sample.open", n=sample.open, command=command)
    if sample.right is None:
        return words.say("summary.sample.none", command=command)
    key = "summary.sample.used" if sample.used else "summary.sample.unused"
    return words.say(key, n=sample.labelled, right=words.percent(sample.right))


def _change(summary: Summary, words: Words) -> str:
    compared = summary.compared
    if compared.numbers is None:
        return words.say(f"summary.change.{compared.refused}")
    was, now = compared.numbers.mentions, summary.now.mentions
    days = ".days" if compared.same_days else ""
    if was == now:
        return words.say(f"summary.change{days}.same")
    percent = words.percent(abs(now - was) / was)
    return words.say(f"summary.change{days}.{'up' if now > was else 'down'}", percent=percent)


def _sentiment(counts: Mapping[str, int], words: Words) -> str:
    names = ("positive", "neutral", "negative")
    numbers = [counts.get(name, 0) for name in names]
    values: dict[str, str | int] = {}
    for name, number, share in zip(names, numbers, whole_percents(numbers), strict=True):
        values[name] = number
        values[f"{name}_share"] = words.percent(share / 100)
    return words.say("summary.sentiment", **values)


def _shares(counts: Mapping[str, int], words: Words, prefix: str | None) -> str:
    comma = "، " if words.rtl else ", "
    shares = whole_percents(list(counts.values()))
    return comma.join(
        f"{words.one_of(prefix, name) if prefix else isolate(name)} {words.percent(share / 100)}"
        for name, share in zip(counts, shares, strict=True)
    )
