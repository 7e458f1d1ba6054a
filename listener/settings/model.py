"""rasid.toml as frozen, typed settings. Attribute names are the keys that users write."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

from listener.settings.moments import (
    Clock,
    Condition,
    Day,
    DayRange,
    MonthMoment,
    Number,
    Positive,
    Span,
    WeekMoment,
    Whole,
    YesNo,
)
from listener.settings.values import Duration, Every, RateText, SecretName


class Part(BaseModel):
    """Frozen; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Service(Part):
    timezone: str = "Asia/Riyadh"
    week_starts: Literal["saturday", "sunday", "monday"] = "sunday"
    language: Literal["ar", "en"] = "ar"
    digits: Literal["latin", "arabic"] = "latin"
    data: Path = Path("data")
    listen: str = "127.0.0.1:8080"
    metrics: str | None = None  # an address of its own for /metrics
    public: str | None = None  # where ``listen`` is reached from outside: networks push there
    operators: str | None = None
    alert_within: Positive = timedelta(hours=48)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Storage(Part):
    database: str = "sqlite"  # "sqlite", env:NAME, file:PATH
    redis: str = "embedded"  # "embedded", "none", env:NAME, file:PATH


class Retention(Part):
    mentions: Positive = timedelta(days=13 * 31)
    raw: Positive = timedelta(days=30)
    mask: tuple[Literal["phone", "national_id", "email", "iban"], ...] = ()


class AccountSettings(Part):
    network: str
    handle: str
    id: str | None = None  # the network's own, where it has to be asked for by that
    owner: str | None = None
    purpose: str | None = None


class BrandSummary(Part):
    channel: str
    language: Literal["ar", "en"] | None = None


class BrandSettings(Part):
    name: str
    query: str | None = None
    keywords: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    al: YesNo = True
    competitors: tuple[str, ...] = ()
    role: Literal["own", "competitor", "leader"] = "own"
    summary: BrandSummary | None = None
    accounts: tuple[AccountSettings, ...] = ()


class PersonSettings(Part):
    name: str
    slack: str | None = None
    email: str | None = None


class NetworkSettings(Part):
    """What every network takes; its own options are what is left, in ``options``."""

    model_config = ConfigDict(frozen=True, extra="allow", arbitrary_types_allowed=True)

    enabled: YesNo = True
    every: Every | None = None
    api_url: str | None = None
    keep: Positive | None = None
    token: SecretName | None = None
    key: SecretName | None = None
    secret: SecretName | None = None
    push: YesNo | None = None  # None: where ``service.public`` and ``secret`` are there
    budget: dict[str, str] | None = None

    @property
    def options(self) -> dict[str, Any]:
        return dict(self.model_extra or {})

    def building(self, *, named: bool = False) -> dict[str, Any]:
        """What ``networks.build`` is given: the network's own options, the address, and whether
        there is a token; ``named``: one that is named counts."""
        options = self.options
        if self.api_url:
            options["api_url"] = self.api_url
        if self.token is not None and (named or self.token.present()):
            options["token"] = True
        return options


class SentimentSettings(Part):
    model: str = "bundled"
    tier: Literal["full", "fast", "auto"] = "auto"
    min_confidence: Number = Field(default=0.5, ge=0, le=1)


class IntentSettings(Part):
    model: Literal["bundled", "lexicon"] = "bundled"


class RelevanceSettings(Part):
    enabled: YesNo = True
    min_labels: Whole = Field(default=50, ge=20)


class BiasSettings(Part):
    enabled: YesNo = True


class Classifiers(Part):
    sentiment: SentimentSettings = SentimentSettings()
    intent: IntentSettings = IntentSettings()
    relevance: RelevanceSettings = RelevanceSettings()
    bias: BiasSettings = BiasSettings()


class ChannelSettings(Part):
    kind: Literal["slack", "console", "webhook", "apprise"]
    token: SecretName | None = None
    app_token: SecretName | None = None
    signing_secret: SecretName | None = None
    channel: str | None = None
    api_url: str = "https://slack.com/api/"
    pace: RateText | None = None
    url: SecretName | None = None
    language: Literal["ar", "en"] | None = None
    timeout: Positive = timedelta(seconds=10)  # of one call
    look_again: Positive = timedelta(seconds=30)  # a post that timed out may appear this late
    reconcile: YesNo = True  # off only to measure what reconciliation is worth


class Escalation(Part):
    after: Positive
    to: tuple[str, ...]


MatchValue = bool | str | tuple[str, ...]


class Route(Part):
    name: str
    match: dict[str, Condition] = Field(default_factory=dict)
    channel: str | None = None
    notify: tuple[str, ...] = ()
    respond_within: Positive | None = None
    hours: Literal["always", "configured"] = "configured"
    wait: Duration | None = None
    repeat: Positive | None = None
    cap: RateText | None = None
    escalate: Escalation | None = None
    digest: Clock | None = None
    only_count: YesNo = False


class Quiet(Part):
    channel: str
    start: Clock = Field(alias="from")
    end: Clock = Field(alias="to")
    except_: Literal["urgent"] | None = Field(default=None, alias="except")


class Storms(Part):
    enabled: YesNo = False
    sensitivity: Literal["sensitive", "balanced", "strict"] = "balanced"
    window: Positive = timedelta(hours=1)
    cooldown: Duration = timedelta(minutes=60)


class Reply(Part):
    name: str
    text: str
    intent: str | None = None


class Review(Part):
    sample: Whole = Field(default=0, ge=0)


class SummaryTimes(Part):
    week: WeekMoment = "sun 09:00"
    month: MonthMoment = "1st 09:00"


class _Days(Part):
    """Gathers the keys that are no field, "sunday-thursday", into ``days``."""

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, value: Any) -> Any:
        if not isinstance(value, dict) or not isinstance(value.get("days", {}), dict):
            return value
        own = {field.alias or name for name, field in cls.model_fields.items()}
        days = {k: v for k, v in value.items() if k not in own}
        kept = {k: v for k, v in value.items() if k in own}
        return {**kept, "days": {**kept.get("days", {}), **days}}


class HoursPeriod(_Days):
    """Working hours inside one span, such as Ramadan; day keys as in [hours]."""

    name: str
    start: Day = Field(alias="from")
    end: Day = Field(alias="to")
    days: dict[DayRange, Span] = Field(default_factory=dict)


class Hours(_Days):
    """``days``: "sunday-thursday" or "friday" to "09:00-17:00"; read them with
    ``moments.day_range`` and ``moments.span``. A period's days stand instead of the usual ones."""

    days: dict[DayRange, Span] = Field(default_factory=dict)
    closed: tuple[Day, ...] = ()
    periods: tuple[HoursPeriod, ...] = ()


class Settings(Part):
    """Everything in rasid.toml. ``path`` is the file it came from."""

    service: Service = Service()
    storage: Storage = Storage()
    retention: Retention = Retention()
    brands: tuple[BrandSettings, ...] = ()
    people: dict[str, PersonSettings] = Field(default_factory=dict)
    networks: dict[str, NetworkSettings] = Field(default_factory=dict)
    classifiers: Classifiers = Classifiers()
    channels: dict[str, ChannelSettings] = Field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    hours: Hours | None = None
    quiet: tuple[Quiet, ...] = ()
    storms: Storms = Storms()
    replies: tuple[Reply, ...] = ()
    review: Review = Review()
    summary: SummaryTimes = SummaryTimes()
    path: Path | None = None
