"""What the measurements share: databases of both kinds, settings, a table and a line of JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.servers import Postgres, Unavailable

SETTINGS = """
[service]
timezone = "Asia/Riyadh"
language = "ar"
data = "data"
[storage]
database = "{database}"
redis = "none"
[classifiers]
sentiment = {{ tier = "{tier}" }}
[[brands]]
name = "رشفان"
query = '(رشفان OR Rashfan) NOT "وظائف شاغرة"'
hashtags = ["رشفان"]
[[brands]]
name = "تمرة"
keywords = ["مقهى تمرة", "تمرة", "Tamra"]
role = "competitor"
[channels.care]
kind = "console"
[[routes]]
name = "angry and far-reaching"
match = {{ sentiment = "negative", needs_response = true, followers = ">=10000" }}
channel = "care"
[[routes]]
name = "needs an answer"
match = {{ needs_response = true }}
channel = "care"
[[routes]]
name = "the rest"
only_count = true
"""
SECRET = "BENCH_DATABASE_URL"


@contextmanager
def databases(folder: Path, *, only: str | None = None) -> Iterator[Iterator[tuple[str, str]]]:
    """(dialect, URL) of an empty SQLite file in ``folder`` and of an empty PostgreSQL database.

    PostgreSQL runs with its defaults (fsync on, on disk), else its figures would flatter."""
    with ExitStack() as stack:

        def each() -> Iterator[tuple[str, str]]:
            if only in (None, "sqlite"):
                yield "sqlite", f"sqlite+aiosqlite:///{folder / 'rasid.db'}"
            if only in (None, "postgresql"):
                try:
                    server = Postgres.start(durable=True)
                except Unavailable as why:
                    print(f"no PostgreSQL: {why}", file=sys.stderr)
                    return
                stack.callback(server.stop)
                yield "postgresql", stack.enter_context(server.database(template=None))

        yield each()


def write_settings(folder: Path, dialect: str, *, tier: str = "auto") -> Path:
    """A configuration in ``folder``; PostgreSQL's address is read from ``SECRET``."""
    path = folder / "rasid.toml"
    database = "sqlite" if dialect == "sqlite" else f"env:{SECRET}"
    path.write_text(SETTINGS.format(database=database, tier=tier), encoding="utf-8")
    return path


def table(rows: Sequence[dict[str, Any]], names: Sequence[str]) -> None:
    """A line a name, a column a row."""
    for name in names:
        print(f"{name:36}" + "".join(f"{_shown(row[name]):>16}" for row in rows))


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def as_json(name: str, rows: Sequence[dict[str, Any]]) -> None:
    print(json.dumps({"benchmark": name, "results": list(rows)}, ensure_ascii=False))
