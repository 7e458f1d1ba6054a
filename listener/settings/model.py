"""rasid.toml as frozen, typed settings. Attribute names are the keys that users write."""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from listener.settings.values import Duration, RateText, SecretName


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
    operators: str | None = None
    alert_within: Duration = timedelta(hours=48)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Storage(Part):
    database: str = "sqlite"  # "sqlite", env:NAME, file:PATH
    redis: str = "embedded"  # "embedded", "none", env:NAME, file:PATH


class Retention(Part):
    mentions: Duration = timedelta(days=13 * 31)
    raw: Duration = timedelta(days=30)
    mask: tuple[Literal["phone", "national_id", "email", "iban"], ...] = ()


class Account(Part):
    network: str
    handle: str
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
    al: bool = True
    competitors: tuple[str, ...] = ()
    role: Literal["own", "competitor", "leader"] = "own"
    summary: BrandSummary | None = None
    accounts: tuple[Account, ...] = ()


class Person(Part):
    name: str
    slack: str | None = None
    email: str | None = None


class NetworkSettings(Part):
    """What every network takes; its own options are what is left, in ``options``."""

    model_config = ConfigDict(frozen=True, extra="allow", arbitrary_types_allowed=True)

    enabled: bool = True
    every: Duration | None = None
    api_url: str | None = None
    keep: Duration | None = None
    token: SecretName | None = None
    key: SecretName | None = None
    secret: SecretName | None = None
    budget: dict[str, str] | None = None

    @property
    def options(self) -> dict[str, Any]:
        return dict(self.model_extra or {})


class SentimentSettings(Part):
    model: str = "bundled"
    tier: Literal["full", "fast", "auto"] = "auto"
    min_confidence: float = Field(default=0.5, ge=0, le=1)


class IntentSettings(Part):
    model: str = "bundled"


class Classifiers(Part):
    sentiment: SentimentSettings = SentimentSettings()
    intent: IntentSettings = IntentSettings()


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
    reconcile: bool = True  # off only to measure what reconciliation is worth


class Escalation(Part):
    after: Duration
    to: tuple[str, ...]


MatchValue = bool | str | tuple[str, ...]


class Route(Part):
    name: str
    match: dict[str, MatchValue] = Field(default_factory=dict)
    channel: str | None = None
    notify: tuple[str, ...] = ()
    respond_within: Duration | None = None
    hours: Literal["always", "configured"] = "configured"
    wait: Duration | None = None
    repeat: Duration | None = None
    cap: RateText | None = None
    escalate: Escalation | None = None
    digest: time | None = None
    only_count: bool = False


class Quiet(Part):
    channel: str
    start: time = Field(alias="from")
    end: time = Field(alias="to")
    except_: Literal["urgent"] | None = Field(default=None, alias="except")


class Storms(Part):
    enabled: bool = False
    sensitivity: Literal["sensitive", "balanced", "strict"] = "balanced"
    window: Duration = timedelta(hours=1)
    cooldown: Duration = timedelta(minutes=60)


class Reply(Part):
    name: str
    text: str
    intent: str | None = None


class Review(Part):
    sample: int = Field(default=0, ge=0)


class SummaryTimes(Part):
    week: str = "sun 09:00"
    month: str = "1st 09:00"


class HoursPeriod(Part):
    """Working hours inside one span, such as Ramadan; day keys as in [hours]."""

    name: str
    start: date = Field(alias="from")
    end: date = Field(alias="to")
    days: dict[str, str] = Field(default_factory=dict)


class Hours(Part):
    """``days``: "sunday-thursday" or "friday" to "09:00-17:00"; the loader gathers those keys."""

    days: dict[str, str] = Field(default_factory=dict)
    closed: tuple[date, ...] = ()
    periods: tuple[HoursPeriod, ...] = ()


class Settings(Part):
    """Everything in rasid.toml. ``path`` is the file it came from."""

    service: Service = Service()
    storage: Storage = Storage()
    retention: Retention = Retention()
    brands: tuple[BrandSettings, ...] = ()
    people: dict[str, Person] = Field(default_factory=dict)
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
