"""Keep: `backup` while it runs, `restore` into an empty folder."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import text

from listener.cli import archive
from listener.cli.archive import ArchiveError, Manifest, unpacked
from listener.cli.call import Call
from listener.cli.house import open_for_reading
from listener.cli.opening import opening
from listener.running.supervise import lock
from listener.settings import Settings
from listener.settings.places import database_url
from listener.settings.plan import PLAN_NAME
from listener.store.copying import (
    CopyError,
    copy_sqlite,
    is_sqlite,
    pg_dump,
    pg_restore,
    whole_sqlite,
)
from listener.store.migrate import head, known, migrate
from listener.store.overview import overview
from listener.store.session import open_database

HERE = "rasid.db"


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(call: Call, file: Path) -> None:
    """Everything that is kept, in one FILE (.tar.gz), also while Rasid runs.

    Database, key of the tombstones, rasid.toml, plan.toml, and the model and the lists of feeds
    that they name. Secrets stay out, those too that a network renewed.
    """
    settings = call.settings()
    if not file.parent.is_dir():
        raise click.ClickException(f"{file.parent} is no folder: make it first")
    try:
        manifest, left = _backed_up(settings, file)
    except (CopyError, OSError, sqlite3.Error) as error:
        raise click.ClickException(f"no backup was made: {_said(error)}") from None
    size = file.stat().st_size / 1_000_000
    click.echo(f"{file}: {manifest.mentions:,} mentions, {size:,.1f} MB, checked")
    if left:
        click.echo(f"{left} renewed token(s) are not in it: where it is restored, the tokens that "
                   "the settings name must be good", err=True)  # fmt: skip


def _backed_up(settings: Settings, file: Path) -> tuple[Manifest, int]:
    url = database_url(settings)
    count = asyncio.run(_mentions(settings))
    left = 0
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".rasid-backup.") as name:
        copy = Path(name) / "database"
        if is_sqlite(url):
            left = copy_sqlite(settings.service.data / HERE, copy)
            with closing(sqlite3.connect(copy)) as counting:
                [count] = counting.execute("SELECT count(*) FROM mentions").fetchone()
        else:
            pg_dump(url, copy)
        model = archive.model_of(settings)
        manifest = Manifest(
            archive.FORMAT, _version(), head(), "sqlite" if is_sqlite(url) else "postgresql",
            datetime.now(UTC).isoformat(timespec="seconds"), count, model[0] if model else None,
        )  # fmt: skip
        archive.pack(file, manifest, settings, copy)
    return manifest, left


async def _mentions(settings: Settings) -> int:
    """How many there are; on the way it is seen that the database can be read by this code."""
    async with open_for_reading(settings) as house, house.db.reading() as connection:
        return sum((await overview(connection))["mentions"].values())


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--force", is_flag=True, help="Replace the data that is there.")
@click.pass_obj
def restore(call: Call, file: Path, force: bool) -> None:
    """What `rasid backup` put into FILE, where the configuration (its own, or the one that is
    there) says. Rasid must not be running there."""
    base = call.config.absolute().parent
    try:
        base.mkdir(parents=True, exist_ok=True)
        with unpacked(file, base) as (manifest, folder):
            if manifest.schema not in known():
                raise ArchiveError(f"{file} has schema {manifest.schema}, this Rasid knows up to "
                                   f"{head()}: use the Rasid that made it, {manifest.rasid}, "
                                   "or a newer one")  # fmt: skip
            kept = _configuration(call.config, folder)
            try:
                _place_model(base, manifest.model, folder / archive.MODEL)
                settings = call.settings()
                _restored(settings, manifest, folder, force=force)
            except BaseException:
                for path in kept:  # nothing is left of a restore that failed
                    path.unlink(missing_ok=True)
                raise
    except (ArchiveError, CopyError, OSError) as error:
        raise click.ClickException(_said(error)) from None
    click.echo(f"{manifest.mentions:,} mentions of {manifest.made_at[:16].replace('T', ' ')} UTC "
               f"are in {settings.service.data}. Next: rasid check, then rasid run")  # fmt: skip


def _configuration(config: Path, folder: Path) -> list[Path]:
    """Puts the backup's own files where none are; returns those. A configuration that is there
    stays, with all that it says of places."""
    if config.exists():
        return []
    made = []
    beside = folder / archive.BESIDE
    files = [(folder / archive.CONFIG, config), (folder / PLAN_NAME, config.parent / PLAN_NAME)]
    files += [(path, config.parent / path.relative_to(beside))
              for path in sorted(beside.rglob("*")) if path.is_file()]  # fmt: skip
    for source, target in files:
        if source.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            made.append(target)
    return made


def _restored(settings: Settings, manifest: Manifest, folder: Path, *, force: bool) -> None:
    url, data = database_url(settings), settings.service.data
    if is_sqlite(url) != (manifest.dialect == "sqlite"):
        raise ArchiveError(f"the backup is of {manifest.dialect}, [storage] names another kind of "
                           "database: let it name one of that kind")  # fmt: skip
    with lock(data):
        there = [name for name in (HERE, archive.KEY) if (data / name).exists()]
        if not is_sqlite(url) and asyncio.run(_has_tables(url)):
            there.append("the database")
        if there and not force:
            raise ArchiveError(f"{data} has data already ({', '.join(there)}): restore into an "
                               "empty folder, or replace what is there with --force")  # fmt: skip
        if is_sqlite(url):
            _place_sqlite(folder / archive.SQLITE, data / HERE)
        else:
            pg_restore(url, folder / archive.DUMP, clean=force)
        if (folder / archive.KEY).is_file():
            _place(folder / archive.KEY, data / archive.KEY)
        asyncio.run(_migrated(url))


def _place_sqlite(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as copy:
        whole_sqlite(copy)
    for old in (f"{target}-wal", f"{target}-shm"):  # of another file: they would be replayed
        Path(old).unlink(missing_ok=True)
    _place(source, target)


def _place(source: Path, target: Path) -> None:
    draft = target.with_name(f".{target.name}.restored")
    shutil.copyfile(source, draft)
    os.chmod(draft, 0o600)
    draft.replace(target)


def _place_model(base: Path, name: str | None, source: Path) -> None:
    """Where the configuration looks for it; one that is there stays."""
    if name is None or not source.is_dir():
        return
    target = base / Path(name).expanduser()
    if not target.exists():
        shutil.copytree(source, target)


async def _has_tables(url: str) -> bool:
    with opening(url):
        db = open_database(url)
        try:
            async with db.reading() as connection:
                asked = text("SELECT to_regclass('alembic_version') IS NOT NULL")
                return bool((await connection.execute(asked)).scalar_one())
        finally:
            await db.close()


async def _migrated(url: str) -> None:
    """Older backups are brought up to date, as a start would."""
    with opening(url):
        db = open_database(url)
        try:
            await migrate(db)
        finally:
            await db.close()


def _version() -> str:
    from listener.cli.main import installed_version

    return installed_version()


def _said(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)
