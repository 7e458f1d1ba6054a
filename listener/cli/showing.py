"""`status` and `why` for people: short lines, the trouble first, in the service's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from classifiers.labels import NEEDS_AT
from listener.cli.late_reads import written
from listener.cli.showing_house import minute, show_house
from listener.cli.showing_reason import show_reason
from listener.cli.speaking import echo, say_line
from listener.words import Words
from listener.words.bidi import one_line, rtl_line, strip_isolates

GROUPS = ("mentions", "matches", "alerts", "notices")
TAKES = "takes_seconds"
QUOTED = 300
"""Characters of a post that `why` shows."""


def show_status(
    standing: Mapping[str, Any], words: Words, unsearched: Mapping[str, Sequence[str]] | None = None
) -> None:
    """``unsearched``: network to what of the brands it is not asked for."""
    _show_unwritten(standing["unwritten"], words)
    show_house(standing, words, well=False)
    sources = standing["sources"]
    if not sources:
        say_line(words, "status.no_source")
    for source in sorted(sources, key=lambda s: s["state"] == "ok"):
        _show_source(source, words)
    for crowd in standing.get("late", ()):
        name = strip_isolates(words.one_of("network", crowd["network"]))
        every, takes = (words.aside(written(crowd[key])) for key in ("every_seconds", TAKES))
        say_line(words, "status.late", network=name, late=str(crowd["late"]),
                 reads=str(crowd["reads"]), every=every, takes=takes)  # fmt: skip
    for network, texts in (unsearched or {}).items():
        name, listed = words.one_of("network", network), "; ".join(texts)
        say_line(words, "status.unsearched", network=strip_isolates(name), texts=listed)
    for group in GROUPS:
        parts = (
            words.say(f"command.status.{group}.{state}", count=number)
            for state, number in standing[group].items()
        )
        comma = "، " if words.rtl else ", "
        name = words.say(f"command.status.{group}")
        echo(f"{name}: {comma.join(parts)}")
    show_house(standing, words, well=True)


def _show_unwritten(told: Sequence[Mapping[str, Any]], words: Words) -> None:
    """A line for each fault that keeps processes from writing, however many they are."""
    for fault in dict.fromkeys(said["fault"] for said in told):
        some = [said for said in told if said["fault"] == fault]
        what = words.say(f"fault.{fault}", why=words.aside(one_line(some[0]["why"])))
        since = f"{some[0]['since'][:16].replace('T', ' ')} UTC"
        comma = "، " if words.rtl else ", "
        names = comma.join(said["process"] for said in some)
        say_line(words, "status.unwritten", processes=names, since=since, what=what)


def _show_source(source: Mapping[str, Any], words: Words) -> None:
    network = words.one_of("network", source["network"])
    comma = "، " if words.rtl else ", "
    parts = [words.say(f"command.status.state.{source['state']}")]
    if source["lag_seconds"] is not None:
        parts.append(words.say("command.status.read", ago=words.ago(source["lag_seconds"])))
    if source["errors"]:
        parts.append(words.say("command.status.errors", n=source["errors"]))
    line = f"{network}{comma}{words.aside(one_line(source['read']))}: {comma.join(parts)}"
    if source.get("why"):
        line += f": {words.aside(one_line(source['why']))}"
    if source["next_try"] and source["state"] != "ok":
        again = words.say("command.status.next_try", at=words.aside(minute(source["next_try"])))
        line += f"{comma}{again}"
    echo(rtl_line(line) if words.rtl else line)
    if source["gaps"]:
        say_line(words, "status.gaps", indent=2, n=source["gaps"])
    if source["children"]:
        counts = (
            words.say(f"command.status.children.{state}", count=number)
            for state, number in source["children"].items()
        )
        line = f"{words.say('command.status.children')}: {comma.join(counts)}"
        echo("  " + (rtl_line(line) if words.rtl else line))


def show_relevance(models: Sequence[Mapping[str, Any]], words: Words) -> None:
    """How each brand's model of relevance stands; a line each."""
    for model in models:
        values = {"brand": model["brand"], "n": model["labels"]}
        if model["since"] is None:
            say_line(words, "relevance.unused", **values)
            continue
        say_line(
            words,
            "relevance.used",
            **values,
            since=model["since"][:10],
            least=f"{model['least']:.2f}",
            hidden=words.percent(model["hidden"]),
            caught=words.percent(model["caught"]),
        )


def show_why(history: Mapping[str, Any], words: Words) -> None:
    mention = history["mention"]
    network = words.one_of("network", mention["network"])
    key = "why.mention" if mention["created_known"] else "why.mention_undated"
    say_line(words, key, network=network, id=mention["native_id"],
             at=_moment(mention["created_at"]))  # fmt: skip
    echo(f"  {one_line(mention['url']) if mention['url'] else words.say('command.no_link')}")
    echo(f"  {words.aside(one_line(mention['text'], limit=QUOTED))}")
    for kind, text in mention["beside"] or ():
        line = words.say(f"beside.{kind}", text=words.aside(one_line(text, limit=QUOTED)))
        echo("  " + (rtl_line(line) if words.rtl else line))
    if mention["gone_at"]:
        say_line(words, "why.gone", indent=2, at=_moment(mention["gone_at"]))
    for label in history["labels"]:
        key = "why.label" if label["counts"] else "why.label_replaced"
        head = _head(label["head"], history["matches"])
        say_line(words, key, head=head, value=_value(label), by=label["source"])
        if label["head"] == "intent":
            _show_needs(label["detail"], words)
    if not history["matches"]:
        say_line(words, "why.no_match")
    for match in history["matches"]:
        _show_match(match, words)
    for alert in history["alerts"]:
        _show_alert(alert, words)


def _head(head: str, matches: Sequence[Mapping[str, Any]]) -> str:
    """``sentiment:3`` with the brand's name in it."""
    name, _, of = head.partition(":")
    brands = {str(match["brand_id"]): match["brand"] for match in matches}
    return f"{name} ({brands[of]})" if of in brands else head


def _show_match(match: Mapping[str, Any], words: Words) -> None:
    pieces = [f"«{term}» ({place})" for term, place, _found in match["evidence"]]
    say_line(words, "why.match", brand=match["brand"], evidence=" · ".join(pieces))
    for decision in match["decisions"]:
        key = "why.decided_by_route" if decision["route"] else "why.decided"
        say_line(words, key, indent=2, reason=decision["reason"], route=decision["route"] or "",
                 at=_moment(decision["at"]))  # fmt: skip
        show_reason(decision, words)
        if "directed" in decision["detail"]:
            _show_directed(decision["detail"]["directed"], words)
        if decision["reason"] == "not_about_brand" and "about" in decision["detail"]:
            _show_score(decision["detail"], words)
    for reply in match["replies"]:
        link = one_line(reply["url"]) if reply["url"] else words.say("command.no_link")
        if reply["at"]:
            say_line(words, "why.replied", indent=2, at=_moment(reply["at"]), link=link)
        else:
            say_line(words, "why.replied_undated", indent=2, link=link)


def _value(label: Mapping[str, Any]) -> str:
    """``ar/egy (0.64)`` of a language, else the value alone."""
    dialect = label["detail"].get("dialect") if label["head"] == "language" else None
    if not dialect:
        return str(label["value"])
    sure = label["detail"].get("dialect_probability")
    return f"{label['value']}/{dialect}" + ("" if sure is None else f" ({sure:.2f})")


def _show_needs(detail: Mapping[str, Any], words: Words) -> None:
    """Whether the text needs a response, by itself; a head of its own beside the intent."""
    if (needs := detail.get("needs_response")) is None:
        return
    key = "why.needs_yes" if needs else "why.needs_no"
    if (share := detail.get("needs_probability")) is None:
        say_line(words, key, indent=2)
        return
    least = detail.get("needs_at", NEEDS_AT)
    say_line(words, f"{key}_by", indent=2, share=f"{share:.2f}", least=f"{least:.2f}")


def _show_directed(detail: Mapping[str, Any], words: Words) -> None:
    """That speaking to the brand decided: of the text alone it would be another decision."""
    say_line(
        words, "why.directed", indent=4, share=f"{detail['needs_probability']:.2f}",
        shifted=f"{detail['shifted']:.2f}", least=f"{detail['needs_at']:.2f}",
    )  # fmt: skip


def _show_score(detail: Mapping[str, Any], words: Words) -> None:
    """Why relevance said no, from the decision's detail."""
    if detail.get("about") == 0:
        say_line(words, "why.no_longer", indent=4)
        return
    score, least = f"{detail['about']:.2f}", f"{detail['least']:.2f}"
    say_line(words, "why.score", indent=4, score=score, least=least)
    if "by" in detail:
        say_line(words, "why.score_by", indent=4, by=detail["by"], n=detail["labels"],
                 since=detail["since"][:10])  # fmt: skip


def _show_alert(alert: Mapping[str, Any], words: Words) -> None:
    state = words.say(f"command.alert.{alert['state']}")
    say_line(words, "why.alert", id=str(alert["id"]), state=state, channel=alert["channel"])
    if alert["folded"]:
        say_line(words, "why.folded", indent=2)
    for notice in alert["notices"]:
        key = "why.notice_error" if notice["error"] else "why.notice"
        say_line(words, key, indent=2, kind=notice["kind"], number=str(notice["n"]),
                 state=notice["state"], error=notice["error"] or "")  # fmt: skip
    for action in alert["actions"]:
        say_line(words, "why.action", indent=2, action=action["action"], who=action["user_id"],
                 outcome=action["outcome"])  # fmt: skip


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
