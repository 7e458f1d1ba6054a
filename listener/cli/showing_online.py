"""What `rasid check --online` says to people, in the service's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from listener.cli.online_rows import OFFERS
from listener.cli.wrapping import wrapped
from listener.collecting.tried import SKEW, NetworkTried, Tried
from listener.networks import BUILT, HANDED_IN, about
from listener.settings import Settings
from listener.settings.secrets import named_secrets
from listener.store.expiry_rows import DAY, WEEK
from listener.words import Words
from listener.words.bidi import one_line, rtl_line, strip_isolates

LISTED = 3
"""Accounts or addresses that work and are named one by one."""
_ITS_WORDS = ("token", "right", "plan", "gone", "query", "clock", "later")
"""States that the network itself spoke of; of the others we say what happened."""
_LEADS = {"works": "works", "later": "later", "skipped": "skipped", "unsure": "unsure",
          "nothing": "nothing"}  # fmt: skip


def lines(
    tried: Sequence[NetworkTried],
    unread: Sequence[str],
    settings: Settings,
    words: Words,
    *,
    now: datetime,
    isolate: bool,
) -> list[str]:
    """For people. ``now``: aware UTC. ``isolate``: marks of direction, for a terminal."""
    page = _Page(settings, words, now)
    shown = [line for network in tried for line in page.network(network)]
    shown += [line for name in unread for line in page.unread(name)]
    shown += page.end(tried)
    return shown if isolate else [strip_isolates(line) for line in shown]


class _Page:
    def __init__(self, settings: Settings, words: Words, now: datetime) -> None:
        self._settings, self._words, self._now = settings, words, now

    def network(self, network: NetworkTried) -> Iterator[str]:
        yield self._head(network.network)
        yield from self._unoffered(network.network)
        for group in _alike(network.tried):
            yield from self._group(network, group)
        yield from self._token(network)

    def unread(self, name: str) -> Iterator[str]:
        yield self._head(name)
        if name in HANDED_IN:
            yield from self._line("handed_in")
            return
        yield from self._unoffered(name)
        yield from self._line("not_built")

    def end(self, tried: Sequence[NetworkTried]) -> Iterator[str]:
        skews = [each.skew for network in tried for each in network.tried if each.skew is not None]
        off = min(skews, key=abs, default=None)  # one server's clock may be off, all are not
        if off is not None and abs(off) > SKEW:
            yield from self._line("skew", indent=0, minutes=self._minutes(abs(off).total_seconds()))
        bad = sum(any(each.to_mend for each in network.tried) for network in tried)
        key = "end_mend" if bad else "end_well"
        yield from self._line(key, indent=0, n=bad or len(tried))

    def _head(self, name: str) -> str:
        return strip_isolates(self._words.one_of("network", name))

    def _unoffered(self, name: str) -> Iterator[str]:
        known = about(name)
        if not known.listens:
            figures = name in BUILT and known.own_figures != "no"
            yield from self._line("no_listening_figures" if figures else "no_listening")
            return
        missing = [self._kind(kind) for kind in OFFERS if getattr(known, kind) == "no"]
        if missing:
            yield from self._line("not_offered", kinds=self._listed(missing))

    def _group(self, network: NetworkTried, group: Sequence[Tried]) -> Iterator[str]:
        first = group[0]
        lead = _LEADS.get(first.state, "mend")
        kinds = self._listed(self._kinds(group))
        yield from self._line(lead, kinds=kinds)
        if first.to_mend:
            yield from self._what_to_do(network, first)
        elif lead in ("later", "unsure", "skipped"):
            key = "say.busy" if lead == "later" and first.seconds is None else f"say.{first.state}"
            yield from self._line(key, indent=4, **self._values(network, first))
        if first.why:
            why = self._words.aside(one_line(first.why))
            key = "why" if first.state in _ITS_WORDS else "detail"
            yield "    " + self._own(self._words.say(f"command.online.{key}", why=why))
        costs = [cost for each in group if each.state == "works" for cost in each.costs]
        if costs:
            yield from self._line("cost", indent=4, costs=self._listed(costs))

    def _what_to_do(self, network: NetworkTried, tried: Tried) -> Iterator[str]:
        own = tried.arabic if self._words.rtl else tried.english
        if own and tried.state in ("token", "right", "plan", "gone", "query"):
            yield from self._wrapped(own, indent=4)
            return
        key = f"say.{tried.state}"
        if tried.state in ("token", "right") and not network.signed:
            key = "say.sign_in"
        elif tried.state == "gone" and tried.target is None:
            key = "say.gone_address"
        yield from self._line(key, indent=4, **self._values(network, tried))

    def _values(self, network: NetworkTried, tried: Tried) -> dict[str, str]:
        aside, known = self._words.aside, about(network.network)
        return {
            "place": aside(self._place(network.network)),
            "section": aside(f"networks.{network.network}"),
            "api_url": aside(f"networks.{network.network}.{self._addresses(network, tried)}"),
            "target": aside(tried.target or "-"),
            "host": aside(tried.host or "-"),
            "credential": aside(known.credential),
            "price": aside(known.price),
            "costs": self._listed(tried.costs),
            "minutes": self._minutes(
                abs(tried.skew).total_seconds()
                if tried.state == "clock" and tried.skew
                else tried.seconds or 60
            ),
        }

    def _addresses(self, network: NetworkTried, tried: Tried) -> str:
        """The key under which the settings write the address that was asked."""
        options = about(network.network).options
        feeds = [key for key, option in options.items() if option.kind == "feeds"]
        return feeds[0] if feeds and tried.kind == "feed" else "api_url"

    def _place(self, name: str) -> str:
        """Where its token is named: networks.x.token = env:X_TOKEN."""
        begins = f"networks.{name}."
        for named in named_secrets(self._settings):
            if named.path.startswith(begins):
                return f"{named.path} ({named.secret.name})"
        keys = [*about(name).secrets, "token"]
        return f"{begins}{keys[0]}"

    def _token(self, network: NetworkTried) -> Iterator[str]:
        if network.until is None or any(t.state == "token" for t in network.tried):
            return
        left, zone = network.until - self._now, self._settings.service.zone
        until = self._words.moment(network.until, zone)
        span = self._words.span(max(int(left.total_seconds() // 60), 0))
        key = "until_renewed" if network.renews else "until"
        if not network.renews and left <= WEEK:
            key = "until_day" if left <= DAY else "until_week"
        yield from self._line(key, until=until, left=span, place=self._words.aside(
            self._place(network.network)))  # fmt: skip

    def _kinds(self, group: Sequence[Tried]) -> list[str]:
        """Each with its account or address; of many that work their number."""
        by_kind: dict[str, list[Tried]] = {}
        for each in group:
            by_kind.setdefault(each.kind, []).append(each)
        return [
            name
            for kind, some in by_kind.items()
            for name in (
                [f"{self._kind(kind)} ({self._words.number(len(some))})"]
                if len(some) > LISTED and some[0].state == "works"
                else map(self._of, some)
            )
        ]

    def _of(self, tried: Tried) -> str:
        kind = self._kind(tried.kind)
        return f"{kind} ({self._words.aside(tried.target)})" if tried.target else kind

    def _kind(self, kind: str) -> str:
        return self._words.say(f"command.online.kind.{kind.replace('-', '_')}")

    def _minutes(self, seconds: float) -> str:
        return self._words.span(max(round(seconds / 60), 1))

    def _listed(self, texts: Sequence[str]) -> str:
        return ("، " if self._words.rtl else ", ").join(dict.fromkeys(texts))

    def _line(self, key: str, /, *, indent: int = 2, **values: str | int) -> Iterator[str]:
        yield from self._wrapped(self._words.say(f"command.online.{key}", **values), indent=indent)

    def _wrapped(self, text: str, *, indent: int) -> Iterator[str]:
        margin = " " * indent
        for line in wrapped(text, first=margin, rest=margin):
            yield margin + self._own(line[indent:])

    def _own(self, line: str) -> str:
        return rtl_line(line) if self._words.rtl else line


def _alike(tried: Sequence[Tried]) -> list[list[Tried]]:
    """Those of which the same is to be said, in the order of the first; what is to be mended last
    is read best."""
    groups: dict[tuple[object, ...], list[Tried]] = {}
    for each in tried:
        says: tuple[object, ...] = (each.state,)
        if each.state != "works":
            says = (each.state, each.why, each.english, each.target if each.state == "gone" else "")
        groups.setdefault(says, []).append(each)
    return sorted(groups.values(), key=lambda group: group[0].to_mend)
