"""Every table, on one page. Rows are the truth; the queue only wakes.

States: ``mentions.state`` collected -> labelled | set_aside; ``matches.state`` waiting -> decided;
``alerts.state`` open -> claimed -> resolved, or snoozed, dismissed;
``notices.state`` pending -> sending -> sent | unknown | failed.
Work is leased through the columns ``taken_by``, ``taken_until`` and ``tries``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator


class UtcTime(TypeDecorator[datetime]):
    """Aware datetimes in, aware UTC datetimes out, on both databases. Naive ones are a bug."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        return _to_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        if dialect.name == "sqlite":
            return _of_text
        return super().result_processor(dialect, coltype)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r} for the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        # PostgreSQL's "-infinity" comes as a naive minimum, which no local zone can hold.
        aware: datetime = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC)


def _to_text(value: datetime | None) -> str | None:
    """What SQLAlchemy writes for SQLite, ``2026-11-22 09:30:00.000000``, in a fourth of its time:
    every mention has five times and more."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"naive datetime {value!r} for the database")
    return value.astimezone(UTC).isoformat(" ", "microseconds")[:26]


def _of_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_id = BigInteger().with_variant(Integer, "sqlite")  # SQLite autoincrements INTEGER keys only
_json = JSON().with_variant(JSONB, "postgresql")


def _lease() -> tuple[Column[Any], ...]:
    return (
        Column("taken_by", Text),
        Column("taken_until", UtcTime),
        Column("tries", Integer, nullable=False, server_default="0"),
    )


def _where(name: str, columns: list[str], condition: str) -> Index:
    """A partial index. Queries write its condition out: with a parameter neither database sees
    that it fits."""
    return Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))


def _brand(primary_key: bool = False) -> Column[Any]:
    return Column("brand_id", ForeignKey("brands.id"), primary_key=primary_key, nullable=False)


def _mention(primary_key: bool = False) -> Column[Any]:
    return Column(
        "mention_id",
        ForeignKey("mentions.id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
    )


brands = Table(
    "brands",
    metadata,
    Column("id", _id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
)

queries = Table(  # what was searched for when: a number is traced to the words that made it
    "queries",
    metadata,
    Column("id", _id, primary_key=True),
    _brand(),
    Column("text", Text, nullable=False),
    Column("since", UtcTime, nullable=False),
    UniqueConstraint("brand_id", "text"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", _id, primary_key=True),
    _brand(),
    Column("network", Text, nullable=False),
    Column("handle", Text, nullable=False),
    UniqueConstraint("brand_id", "network", "handle"),
)

mentions = Table(
    "mentions",
    metadata,
    Column("id", _id, primary_key=True),
    Column("network", Text, nullable=False),
    Column("native_id", Text, nullable=False),
    Column("url", Text),
    Column("author_id", Text),
    Column("author_handle", Text),
    Column("author_name", Text),
    Column("author_followers", BigInteger),
    Column("text", Text, nullable=False),
    Column("text_key", Text, nullable=False),  # classifiers.tidy.text_key(text): identical texts
    Column("kind", Text, nullable=False),
    Column("language", Text),
    Column("parent_id", Text),
    Column("thread_id", Text),
    Column("rating", Float),
    Column("hashtags", _json, nullable=False),
    Column("handles", _json, nullable=False),
    Column("media", _json, nullable=False),
    Column("beside", _json),  # [[kind, text], ...]: seen with the text, not classified
    Column("ref", Text),  # what the network is asked for it by, where that is not its native id
    Column("likes", BigInteger),
    Column("replies", BigInteger),
    Column("shares", BigInteger),
    Column("views", BigInteger),
    Column("engagement_at", UtcTime),
    Column("created_at", UtcTime, nullable=False),  # the time it is counted by
    Column("created_known", Boolean, nullable=False, server_default=true()),  # else: when it came
    Column("alerting", Text),  # what its importer said: never | always (its time may be unknown)
    Column("collected_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime),  # read again last, to the hour; null: never since it was collected
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("source", Text, nullable=False),  # collect | stream | push | import | webhook | backfill
    Column("gone_at", UtcTime),  # deleted upstream: text and author are blanked, counted no more
    Column("state", Text, nullable=False),
    Column("reason", Text),  # why it was set aside
    *_lease(),
    UniqueConstraint("network", "native_id"),
    Index("ix_mentions_created_at", "created_at"),
    Index("ix_mentions_text_key", "text_key"),
    Index("ix_mentions_author", "network", "author_id"),
    _where("ix_mentions_ref", ["network", "ref"], "ref IS NOT NULL"),  # deletions name it
    Index("ix_mentions_kept", "network", "collected_at", "id"),  # retention asks by it
    _where("ix_mentions_collected", ["id"], "state = 'collected'"),
    _where("ix_mentions_set_aside", ["id"], "state = 'set_aside'"),
)

identities = Table(  # what an item is known by where the network's ids do not tell
    "identities",
    metadata,
    Column("key", Text, primary_key=True),  # listener.sameness.keys_of
    _mention(),
    Column("home", Text),  # where it was read first; None: before that was kept
    Index("ix_identities_mention_id", "mention_id"),
)

revisions = Table(  # earlier texts of an edited mention; the row in mentions is the newest
    "revisions",
    metadata,
    _mention(primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)

matches = Table(
    "matches",
    metadata,
    _mention(primary_key=True),
    _brand(primary_key=True),
    Column("evidence", _json, nullable=False),  # [[term, place, found], ...]
    Column("about", Float),  # relevance, None where no model was fitted
    Column("about_by", Text),  # relevance.version of the model that said so
    Column("state", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("changed_at", UtcTime, nullable=False),  # roll-ups recompute what changed since
    *_lease(),
    Index("ix_matches_changed_at", "changed_at"),
    _where("ix_matches_waiting", ["mention_id", "brand_id"], "state = 'waiting'"),
)

labels = Table(
    "labels",
    metadata,
    _mention(primary_key=True),
    Column("revision", Integer, primary_key=True),
    # sentiment | intent | language | about:<brand> | sentiment:<brand>, with a bias of the brand
    Column("head", Text, primary_key=True),
    # model hash + calibration version, and +bias-<hash> where one is in it | user:<id>
    Column("source", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("detail", _json, nullable=False),
    Column("at", UtcTime, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    _mention(primary_key=True),
    _brand(primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("route", Text),  # None: no route took it
    Column("reason", Text, nullable=False),  # alerts.deciding.decide.Reason
    Column("detail", _json, nullable=False),
    Column("at", UtcTime, nullable=False),
)

relevance = Table(  # what clicks taught: is a text about the brand, or is its name another word?
    "relevance",
    metadata,
    _brand(primary_key=True),
    Column("version", Text, nullable=False),
    Column("reads", Text, nullable=False),  # the reader whose signs it understands
    Column("model", LargeBinary, nullable=False),  # classifiers.relevance.logistic.Relevance.pack()
    Column("least", Float, nullable=False),  # a score below it withholds an alert
    Column("hidden", Float, nullable=False),  # of held-out texts about the brand: share below
    Column("caught", Float, nullable=False),  # of held-out texts about something else
    Column("apart", Float, nullable=False),  # how often the former score above the latter
    Column("labels", Integer, nullable=False),  # clicks that it learned from
    Column("ours", Integer, nullable=False),  # of them: about the brand
    Column("learned", _json, nullable=False),  # [[mention id, about], ...] of the clicks
    Column("since", UtcTime),  # in use since; None: not better than no model, so not used
    Column("fitted_at", UtcTime, nullable=False),
)

samples = Table(  # random mentions of a brand that people label, apart from clicks on alerts
    "samples",
    metadata,
    Column("id", _id, primary_key=True),
    _brand(),
    Column("network", Text, nullable=False),  # "": of all networks
    Column("seed", BigInteger, nullable=False),  # with the span: the same texts, the same sample
    Column("since", UtcTime, nullable=False),  # of the mentions' own times
    Column("until", UtcTime, nullable=False),
    Column("texts", Integer, nullable=False),  # different texts that it was drawn from
    Column("made_by", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Index("ix_samples_brand_id_network", "brand_id", "network"),
)

sampled = Table(
    "sampled",
    metadata,
    Column("sample_id", ForeignKey("samples.id", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, primary_key=True),  # from 1, in the order of the draw
    _mention(),
    Column("revision", Integer, nullable=False),  # whose text is labelled
    Column("said", Text),  # negative | neutral | positive | skip; None: nobody yet
    Column("by", Text),
    Column("at", UtcTime),
    Index("ix_sampled_mention_id", "mention_id"),
)

biases = Table(  # every one that was fitted from samples; a stored label names its version
    "biases",
    metadata,
    Column("id", _id, primary_key=True),
    _brand(),
    Column("network", Text, nullable=False),  # "": of the brand's mentions on all networks
    Column("version", Text, nullable=False),  # classifiers.bias.Bias.version
    Column("model", Text, nullable=False),  # whose logits it is for
    Column("negative", Float, nullable=False),
    Column("positive", Float, nullable=False),
    Column("width", Float, nullable=False),  # of the prior that leave-one-out chose
    Column("labels", Integer, nullable=False),
    Column("measured", _json, nullable=False),  # before, after, error, as in classifiers.bias
    Column("samples", _json, nullable=False),  # ids of the samples that it learned from
    Column("learned", Text, nullable=False),  # hash of what was said of which text
    Column("since", UtcTime),  # in use since; None: leave-one-out says that it does not help
    Column("ended_at", UtcTime),  # another has taken its place
    Column("fitted_at", UtcTime, nullable=False),
    Index("ix_biases_brand_id_network", "brand_id", "network"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", _id, primary_key=True),
    _brand(),
    Column("route", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("group_key", Text, nullable=False),  # the conversation: root post, or author and day
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),  # one higher at every change
    Column("urgency", Text, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("published_at", UtcTime, nullable=False),  # of its first mention
    Column("changed_at", UtcTime, nullable=False),
    Column("claimed_by", Text),
    Column("claimed_at", UtcTime),  # first claim: response time ends here
    Column("resolved_by", Text),
    Column("resolved_at", UtcTime),
    Column("snoozed_until", UtcTime),
    Index(
        "uq_alerts_one_open",
        "brand_id",
        "route",
        "group_key",
        unique=True,
        sqlite_where=text("state IN ('open', 'claimed', 'snoozed')"),
        postgresql_where=text("state IN ('open', 'claimed', 'snoozed')"),
    ),
    Index("ix_alerts_group", "brand_id", "group_key"),
    Index("ix_alerts_state", "state"),
    Index("ix_alerts_brand_opened", "brand_id", "opened_at"),
)

alert_mentions = Table(
    "alert_mentions",
    metadata,
    Column("alert_id", ForeignKey("alerts.id", ondelete="CASCADE"), primary_key=True),
    _mention(primary_key=True),
    Column("at", UtcTime, nullable=False),
    # another says what the card says: counted there, claimed with it or taken out of it
    Column("folded", Boolean, nullable=False, server_default=false()),
    Index("ix_alert_mentions_mention", "mention_id"),
)

stories = Table(  # what a card's first mention tells, so that others who tell the same find it
    "stories",
    metadata,
    Column("key", Text, primary_key=True),  # alerts.desk.stories
    Column("alert_id", ForeignKey("alerts.id", ondelete="CASCADE"), primary_key=True),
    _mention(),
    Index("ix_stories_mention_id", "mention_id"),
)

notices = Table(  # the outbox: everything that is sent to a channel, and what became of it
    "notices",
    metadata,
    Column("id", Text, primary_key=True),  # uuid: the opaque id in the message's metadata
    Column("alert_id", ForeignKey("alerts.id", ondelete="CASCADE")),
    Column("subject", Text, nullable=False),  # "alert:12", "summary:3:2026-W47", "ops:..."
    Column("channel", Text, nullable=False),
    Column("kind", Text, nullable=False),  # card | update | follow_up | reminder | text | delete
    Column("n", Integer, nullable=False, server_default="0"),
    Column("state", Text, nullable=False),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("until", UtcTime),  # of the attempt that is sending: later it is stale
    Column("sending_at", UtcTime),  # of the first attempt: reconciliation looks from here
    Column("due_at", UtcTime, nullable=False),
    Column("sent_at", UtcTime),
    Column("looks", Integer, nullable=False, server_default="0"),  # reconciliation looks so far
    Column("place", Text),  # the channel's own id of where it was posted
    Column("ts", Text),  # the channel's own id of the message
    Column("body", _json, nullable=False),
    Column("error", Text),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("subject", "channel", "kind", "n"),
    Index("ix_notices_state_due", "state", "due_at"),
    Index("ix_notices_alert", "alert_id"),
)

channels = Table(  # what is known of a configured channel; sending to a paused one waits
    "channels",
    metadata,
    Column("name", Text, primary_key=True),  # as in the settings
    Column("target", Text, nullable=False),  # what the settings name, e.g. "#customer-care"
    Column("place", Text),  # the channel's own id of it: resolved once, so a rename changes nothing
    Column("state", Text, nullable=False),  # ok | paused
    Column("why", Text),
    Column("next_try", UtcTime),
    Column("at", UtcTime, nullable=False),
)

actions = Table(  # who clicked what when; idempotent by ``key``
    "actions",
    metadata,
    Column("id", _id, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("alert_id", ForeignKey("alerts.id", ondelete="CASCADE"), nullable=False),
    Column("user_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("outcome", Text, nullable=False),  # done | already | refused
    Column("detail", _json, nullable=False),
    Column("at", UtcTime, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("id", Text, primary_key=True),  # the channel's own user id
    Column("name", Text),
    Column("seen_at", UtcTime, nullable=False),
)

own_posts = Table(  # what brands write themselves: no mentions of theirs
    "own_posts",
    metadata,
    Column("network", Text, primary_key=True),
    Column("native_id", Text, primary_key=True),
    _brand(primary_key=True),
    Column("account", Text, nullable=False),
    Column("author_id", Text),
    Column("ref", Text),  # as of mentions: deletions name it
    Column("kind", Text, nullable=False),
    Column("parent_id", Text),
    Column("text", Text, nullable=False),
    Column("url", Text),
    Column("hashtags", _json, nullable=False),
    Column("media", _json, nullable=False),
    Column("created_at", UtcTime),  # None: not told
    Column("collected_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime),  # read again last; null: never since it was collected
    _where("ix_own_posts_parent", ["network", "parent_id"], "parent_id IS NOT NULL"),
)

figures = Table(
    "figures",
    metadata,
    Column("id", _id, primary_key=True),
    _brand(),
    Column("network", Text, nullable=False),
    Column("account", Text, nullable=False, server_default=""),
    Column("post_id", Text, nullable=False, server_default=""),
    Column("measure", Text, nullable=False),
    Column("period", Text, nullable=False, server_default=""),
    Column("value", Float, nullable=False),
    Column("as_of", UtcTime, nullable=False),
    Column("source", Text, nullable=False),  # collected | by hand
    Column("note", Text),
    UniqueConstraint(  # named: the convention's name is too long for PostgreSQL
        "brand_id",
        "network",
        "account",
        "post_id",
        "measure",
        "period",
        "as_of",
        "source",
        name="uq_figures_identity",
    ),
    Index("ix_figures_measure", "brand_id", "measure", "as_of"),
)

credentials = Table(  # what was renewed; the configured value is only the seed
    "credentials",
    metadata,
    Column("network", Text, primary_key=True),
    Column("tokens", Text, nullable=False),  # JSON: token, refresh_token
    Column("expires_at", UtcTime),
    Column("at", UtcTime, nullable=False),
    Column("seed", Text),  # hash of the configured values; others void what is here
    Column("taken_by", Text),  # who is renewing it
    Column("taken_until", UtcTime),
)

expiries = Table(  # until when tokens are good that nobody renews, as their networks say
    "expiries",
    metadata,
    Column("network", Text, primary_key=True),
    Column("token", Text, nullable=False),  # hash: which token it was asked of
    Column("state", Text, nullable=False),  # good | dead: the network refused it
    Column("why", Text),  # the network's words, of a dead one
    Column("expires_at", UtcTime),  # null: it does not end, or the network does not say
    Column("renews", Boolean, nullable=False),  # Rasid renews it by itself
    Column("asked_at", UtcTime, nullable=False),
)

cursors = Table(  # three values a read: moving ``since`` before the walk ends loses posts
    "cursors",
    metadata,
    Column("network", Text, primary_key=True),
    Column("read", Text, primary_key=True),
    Column("since", Text),
    Column("reaching", Text),
    Column("page", Text),
    Column("ahead", Text),  # of the last walk that ended; becomes ``since`` an overlap later
    Column("ahead_at", UtcTime),
    Column("walk_started_at", UtcTime),
    Column("pages", Integer, nullable=False, server_default="0"),
    Column("last_success", UtcTime),
    Column("next_try", UtcTime),
    # new | ok | waiting | unreachable | refused | paused | retired
    Column("state", Text, nullable=False),
    Column("why", Text),
    Column("errors", Integer, nullable=False, server_default="0"),  # in a row
    Column("config", Text),  # hash of what the request depends on: a change voids a refusal
    # host: the trouble holds every read of the host; budget, line: what was spent; else null
    Column("scope", Text),
    # A read that a page asked for (a post's replies); null for one that the settings name
    Column("parent", Text),  # the read of the settings whose pages led here
    Column("depth", Integer),  # 1: asked for by the parent itself
    Column("kind", Text),
    Column("target", Text),
    Column("query", Text),
    Column("query_brand", Text),
    Column("active_at", UtcTime),  # asked for, or brought something new, last
    Index(
        "ix_cursors_children",
        "network",
        "state",
        sqlite_where=text("parent IS NOT NULL"),
        postgresql_where=text("parent IS NOT NULL"),
    ),
)

hints = Table(  # reads that a network told of and that were not read since
    "hints",
    metadata,
    Column("network", Text, primary_key=True),
    Column("read", Text, primary_key=True),
    Column("n", BigInteger, nullable=False),  # how often it was told: what a poll has answered
    Column("kind", Text, nullable=False),
    Column("target", Text),
    Column("query", Text),
    Column("query_brand", Text),
    Column("at", UtcTime, nullable=False),  # told last
)

pushes = Table(  # how it stands with each network that calls us
    "pushes",
    metadata,
    Column("network", Text, primary_key=True),
    Column("callback", Text),  # what it was asked to call; None: a person enters that there
    Column("config", Text),  # hash of what was asked with: a change asks anew
    Column("asked_at", UtcTime),
    Column("confirmed_at", UtcTime),  # its challenge was answered last
    Column("last_at", UtcTime),  # it told of something last
    Column("state", Text, nullable=False),  # as of cursors
    Column("why", Text),
    Column("errors", Integer, nullable=False, server_default="0"),  # in a row
    Column("next_try", UtcTime),
)

backfills = Table(  # how far each read of a backfill is; the walk itself is a row of cursors
    "backfills",
    metadata,
    Column("network", Text, primary_key=True),
    Column("read", Text, primary_key=True),
    Column("since", UtcTime, primary_key=True),
    Column("asked", Text, nullable=False),  # as it was written: "30d"
    Column("started_at", UtcTime, nullable=False),
    Column("pages", Integer, nullable=False, server_default="0"),
    Column("fetched", Integer, nullable=False, server_default="0"),
    Column("stored", Integer, nullable=False, server_default="0"),
    Column("duplicates", Integer, nullable=False, server_default="0"),  # known before
    Column("skipped", Integer, nullable=False, server_default="0"),  # could not be read
    Column("gaps", Integer, nullable=False, server_default="0"),
    Column("reached_at", UtcTime),  # the oldest post that was seen
    # going | done (back to since) | ended (there is no more to be had) | failed
    Column("state", Text, nullable=False),
    Column("why", Text),
)

ledger = Table(  # what was read, what was not: so that a number can say how complete it is
    "ledger",
    metadata,
    Column("id", _id, primary_key=True),
    Column("network", Text, nullable=False),
    Column("read", Text, nullable=False),
    Column("kind", Text, nullable=False),  # window | gap | limit | retired
    Column("since", UtcTime),
    Column("until", UtcTime),
    Column("fetched", Integer, nullable=False, server_default="0"),
    Column("matched", Integer, nullable=False, server_default="0"),
    Column("skipped", Integer, nullable=False, server_default="0"),
    Column("note", Text),
    Column("at", UtcTime, nullable=False),
    Index("ix_ledger_read_at", "network", "read", "at"),
    Index("ix_ledger_at", "at"),
    _where("ix_ledger_gaps", ["network", "read"], "kind = 'gap'"),
)

spending = Table(  # what was taken of a network's allowances; amounts in millionths
    "spending",
    metadata,
    Column("network", Text, primary_key=True),
    Column("allowance", Text, primary_key=True),
    Column("credential", Text, primary_key=True),  # mark of what is configured; "": none
    Column("bucket", UtcTime, primary_key=True),  # begin of the grain; of a thing: 1970
    Column("item", Text, primary_key=True),  # where different things are counted; else ""
    Column("amount", BigInteger, nullable=False),
    Column("reserved", BigInteger, nullable=False),  # of requests that are not answered yet
    Column("first_at", UtcTime, nullable=False),
    Column("last_at", UtcTime, nullable=False),
)

budgets = Table(  # what holds for each allowance, as its collector began: for status
    "budgets",
    metadata,
    Column("network", Text, primary_key=True),
    Column("allowance", Text, primary_key=True),
    Column("credential", Text, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("limits", _json, nullable=False),  # [[most, "day" | "month" | seconds, zone, ours]]
    Column("planned", Float),  # a second, by the polls; null: nobody can tell
    Column("stretched", _json),  # [[kind, reads, from seconds, to seconds]]
    Column("left_out", _json),  # things that are never asked for
    Column("stopped_at", UtcTime),  # a poll could not be paid for
    Column("stopped_until", UtcTime),
    Column("at", UtcTime, nullable=False),
)

counts = Table(  # a cache of rows, by UTC hour; recomputed, never incremented
    "counts",
    metadata,
    _brand(primary_key=True),
    Column("hour", UtcTime, primary_key=True),
    Column("network", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("sentiment", Text, primary_key=True),
    Column("intent", Text, primary_key=True),
    Column("source", Text, primary_key=True),  # who gave the sentiment; "": nobody yet
    Column("mentions", Integer, nullable=False),
    Column("authors_unknown", Integer, nullable=False),
    Column("needing_response", Integer, nullable=False),
    Column("engagement", BigInteger),  # None: no network told any
    Column("elsewhere", Integer),  # None: nobody and no model said what they are about
    Column("at", UtcTime, nullable=False),
)

marks = Table(  # moments that are kept: how far a job has come, when it was stopped
    "marks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("at", UtcTime, nullable=False),
)

tallies = Table(  # a cache for status: rows by block of mention ids, where nothing changed lately
    "tallies",
    metadata,
    Column("block", _id, primary_key=True, autoincrement=False),
    Column("mentions", Integer, nullable=False),
    Column("matches", Integer, nullable=False),
)

sealed = Table(  # numbers of closed spans whose rows retention removed; never recomputed
    "sealed",
    metadata,
    _brand(primary_key=True),
    Column("span", Text, primary_key=True),  # day:2026-11-22 | week:2026-W47 | month:2026-11
    Column("numbers", _json, nullable=False),
    Column("at", UtcTime, nullable=False),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("key", Text, primary_key=True),  # keyed hash of network and id, or network and author
    Column("kind", Text, nullable=False),  # mention | author
    Column("at", UtcTime, nullable=False),
)

heartbeats = Table(  # a row for each worker that is alive, or died without a farewell
    "heartbeats",
    metadata,
    Column("worker", Text, primary_key=True),  # process@host:pid
    Column("process", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("detail", _json, nullable=False),
)

jobs = Table(  # how each job of each worker goes; written with the worker's heartbeat
    "jobs",
    metadata,
    Column("job", Text, primary_key=True),
    Column("worker", Text, primary_key=True),
    Column("every", Float, nullable=False),  # seconds
    Column("failures", Integer, nullable=False),  # in a row
    Column("last_success", UtcTime),
    Column("last_failure", UtcTime),
    Column("why", Text),  # of the last failure
    Column("next_at", UtcTime),  # None: woken, not timed
    Column("skipped", _json, nullable=False),  # [{"item", "why", "until"}, ...]
)

outages = Table(  # what the operators hear: one row from the beginning of a trouble to its end
    "outages",
    metadata,
    Column("id", _id, primary_key=True),
    Column("subject", Text, nullable=False),  # source:NETWORK:READ | job:NAME | token:NETWORK
    Column("kind", Text, nullable=False),  # failing | refused | empty | job | token_week | …
    Column("why", Text),
    Column("began_at", UtcTime, nullable=False),
    Column("told_at", UtcTime),  # None: not for long enough yet, or nobody to tell
    Column("well_since", UtcTime),  # it looks well again; told once that has held
    Column("ended_at", UtcTime),
    Index("ix_outages_subject", "subject", "told_at"),
    Index(
        "uq_outages_one_open",
        "subject",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

latencies = Table(  # histograms, added to in the transaction that ends what they measure
    "latencies",
    metadata,
    Column("step", Text, primary_key=True),
    Column("le", Float, primary_key=True),  # seconds: the bucket's upper bound; -1: above them all
    Column("n", BigInteger, nullable=False),
    Column("seconds", Float, nullable=False),
)
