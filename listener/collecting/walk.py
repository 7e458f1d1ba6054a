"""The cursor rule, as pure functions: how a read goes from the newest page back in time.

    since     everything up to this mark is stored; requests ask for what is newer
    reaching  the newest mark of the first page of the walk that is under way
    page      where that walk goes on; None: the next request starts at the top
    ahead     the newest mark of the last walk that ended, waiting to become ``since``

``since`` moves only when a walk ends, never page by page and never when a walk is cut off: the
pages that were not read yet would be lost. It moves in two steps. A search index lags, so a post
may appear *below* a mark that was read already; and engagement grows. ``reaching`` therefore
becomes ``ahead`` first, and ``ahead`` becomes ``since`` once a walk that began at least ``overlap``
later has ended. What appears up to ``overlap`` late is still read, whatever time its author claims.

A capped walk goes on at the next poll. A refused page token or a page that follows itself sends
the walk back to the top with the same ``since``. Nothing is moved by that: it only reads again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from listener.networks.base import Page
from listener.records import Mention

End = Literal["no older page", "known from here", "far enough", "too many pages"]

FRUITLESS = 8
"""Pages in a row with nothing unseen; an honest network has empty pages, but not that many."""


@dataclass(frozen=True, slots=True)
class Rules:
    """``first``: how far back the first walk of a read goes; ``backfill`` goes further."""

    overlap: timedelta = timedelta(minutes=5)
    pages_a_poll: int = 20
    pages_a_walk: int = 1000
    first: timedelta = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Walk:
    """What is written down between two pages. Times are aware UTC."""

    since: str | None = None
    reaching: str | None = None
    page: str | None = None
    ahead: str | None = None
    ahead_at: datetime | None = None  # when the walk that found ``ahead`` began
    started_at: datetime | None = None
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What the rule needs to know of one page. ``ids``: everything on it, for the loop guard."""

    newest: str | None = None
    youngest: datetime | None = None  # latest created_at on it
    older: str | None = None
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    walk: Walk
    ended: End | None = None

    @property
    def skipped_some(self) -> bool:
        """True when the walk was ended before it met what is known: a gap for the ledger."""
        return self.ended == "too many pages"


def seen(page: Page, marks: list[str]) -> Seen:
    """``marks``: what the network says of the page's mentions, where it marks them at all."""
    mentions: tuple[Mention, ...] = (*page.mentions, *page.own_posts)
    comparable = [mark for mark in marks if _order(mark) is not None]
    return Seen(
        newest=page.newest or max(comparable, key=lambda m: _order(m) or (0, ""), default=None),
        youngest=max((m.created_at for m in mentions if m.created_at), default=None),
        older=page.older,
        ids=(*(m.id for m in mentions), *_besides(page)),
    )


def _besides(page: Page) -> list[str]:
    """What a page brings besides posts, named for the loop guard: a page of figures, of deletions
    or of reads to follow is progress, too. A figure's time is no part of its name: a network that
    leads in circles dates every answer anew."""
    figures = [(f.brand, f.account, f.post_id, f.measure, f.period) for f in page.figures]
    return [
        *(f"figure {name!r}" for name in figures),
        *(f"gone {native}" for native in page.gone),
        *(f"there {native}" for native in page.there or ()),
        *(f"read {read.key}" for read in page.more),
    ]


def begin(walk: Walk, now: datetime) -> Walk:
    """A walk that has no page to go on from begins at the top, now."""
    return walk if walk.page is not None else replace(from_top(walk), started_at=now)


def from_top(walk: Walk) -> Walk:
    """Forgets how far a walk had come: the same ``since``, from the newest page again."""
    return replace(walk, reaching=None, page=None, started_at=None, pages=0)


def step(walk: Walk, page: Seen, rules: Rules) -> Step:
    """What is known after ``page`` is stored; to be written down in the same transaction.

    ``walk`` has begun. Raises ValueError if it has not.
    """
    if walk.started_at is None:
        raise ValueError("step() on a walk that was not begun")
    reading = replace(
        walk, reaching=walk.reaching or page.newest, page=page.older, pages=walk.pages + 1
    )
    ended = _ended(reading, page, rules, walk.started_at)
    return Step(reading) if ended is None else Step(_end(reading, walk.started_at, rules), ended)


def cut(walk: Walk, rules: Rules) -> Walk:
    """A walk that is given up where it stands: what lies behind it is not read, as with one that
    was ended by ``pages_a_walk``. ``walk`` has begun."""
    return walk if walk.started_at is None else _end(walk, walk.started_at, rules)


def _ended(walk: Walk, page: Seen, rules: Rules, began: datetime) -> End | None:
    if page.older is None:
        return "no older page"
    if not later(page.newest, walk.since) and comparable(page.newest, walk.since):
        return "known from here"
    if walk.ahead_at is not None and page.youngest is not None:
        # All up to ``ahead`` was read by a walk begun at ``ahead_at``, except what was not yet
        # visible then: and that was no older than ``overlap``.
        settled = page.youngest <= walk.ahead_at - rules.overlap
        if settled and comparable(page.newest, walk.ahead) and not later(page.newest, walk.ahead):
            return "known from here"
    first = walk.since is None and walk.ahead is None
    if first and page.youngest is not None and page.youngest <= began - rules.first:
        return "far enough"
    return "too many pages" if walk.pages >= rules.pages_a_walk else None


def _end(walk: Walk, began: datetime, rules: Rules) -> Walk:
    rested = from_top(walk)
    newest = walk.ahead if later(walk.ahead, walk.reaching) else walk.reaching or walk.ahead
    if walk.ahead_at is None:
        return replace(rested, ahead=newest, ahead_at=began if newest else None)
    if began < walk.ahead_at:  # the clock was set back: measure from here
        return replace(rested, ahead_at=began)
    if began - walk.ahead_at >= rules.overlap:
        return replace(rested, since=walk.ahead, ahead=newest, ahead_at=began)
    return rested


def later(mark: str | None, other: str | None) -> bool:
    """True where ``mark`` is known to be newer. Opaque marks (a feed's validators) never are."""
    first, second = _order(mark), _order(other)
    return first is not None and second is not None and first > second


def comparable(mark: str | None, other: str | None) -> bool:
    """Whether ``later`` can tell which of the two is newer."""
    return _order(mark) is not None and _order(other) is not None


def _order(mark: str | None) -> tuple[int, str] | None:
    """Ids of digits by their value (they exceed 64 bits on some networks); ISO times by time."""
    if not mark:
        return None
    if mark.isascii() and mark.isdigit():
        digits = mark.lstrip("0")
        return len(digits), digits
    try:
        moment = datetime.fromisoformat(mark)
        if moment.tzinfo is None:
            return None
        return 0, moment.astimezone(UTC).isoformat(timespec="microseconds")
    except (ValueError, OverflowError):
        return None


@dataclass(slots=True)
class LoopGuard:
    """Watches the pages of one poll for a network that leads in circles.

    A token that is the same on every page is no loop by itself (Instagram's ``after``): a loop is
    the same answer to the same token, or a run of pages without anything unseen.
    """

    answers: set[tuple[str | None, tuple[str, ...]]] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    fruitless: int = 0

    def circles(self, page_token: str | None, page: Seen) -> bool:
        """``page_token``: the token that was answered by ``page``."""
        answer = (page_token, page.ids)
        again = answer in self.answers
        self.answers.add(answer)
        unseen = set(page.ids) - self.ids
        self.ids |= unseen
        self.fruitless = 0 if unseen else self.fruitless + 1
        follows_itself = page.older == page_token and not unseen
        return page.older is not None and (again or follows_itself or self.fruitless >= FRUITLESS)
