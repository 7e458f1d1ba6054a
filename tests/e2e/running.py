"""`rasid` as its users have it: real processes, watched from outside."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
PROCESSES = ("collect", "label", "alert", "count", "serve")
WITHIN = 60.0
"""Seconds that anything may take before a test gives up: generous, machines are shared."""

ENVIRONMENT = {
    key: value
    for key, value in os.environ.items()
    if not key.startswith("RASID_") and not key.lower().endswith("_proxy")
} | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "NO_PROXY": "*"}


def rasid(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "listener.cli", *map(str, arguments)]


def call(*arguments: str | Path, **more: Any) -> subprocess.CompletedProcess[str]:
    """One command to its end."""
    return subprocess.run(
        rasid(*arguments),
        capture_output=True,
        text=True,
        timeout=WITHIN,
        env=ENVIRONMENT,
        check=False,
        **more,
    )


def until(condition: Callable[[], Any], what: str, within: float = WITHIN) -> Any:
    """The first true answer of ``condition``."""
    end = time.monotonic() + within
    while not (found := condition()):
        assert time.monotonic() < end, f"not within {within:g} s: {what}"
        time.sleep(0.05)
    return found


def alive(pid: int) -> bool:
    """Runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def below(pid: int) -> list[int]:
    """Every process that descends from ``pid``."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found, todo = [], [pid]
    while todo:
        children = parents.get(todo.pop(), [])
        found += children
        todo += children
    return found


def naming(text: str) -> list[int]:
    """Processes whose command line holds ``text`` (a folder of this test)."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            try:
                line = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if text.encode() in line and alive(int(entry.name)):
                found.append(int(entry.name))
    return found


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Installation:
    """A folder with ``rasid.toml``, and `rasid run` on it."""

    def __init__(self, folder: Path, body: str, *, redis: str = "embedded") -> None:
        self.folder, self.port, self.apart = folder, free_port(), 0
        self.config, self.data = folder / "rasid.toml", folder / "data"
        self.out, self.err = folder / "out", folder / "err"
        self._head = (
            f'[service]\nlisten = "127.0.0.1:{self.port}"\nlanguage = "en"\n'
            f'[storage]\nredis = "{redis}"\n'
        )
        self.write(body)
        self.process: subprocess.Popen[bytes] | None = None

    def write(self, body: str) -> None:
        self.config.write_text(self._head + body, encoding="utf-8")

    def metrics_apart(self) -> None:
        """Gives ``/metrics`` a port of its own, ``apart``."""
        self.apart = free_port()
        text = self.config.read_text(encoding="utf-8")
        line = f'[service]\nmetrics = "127.0.0.1:{self.apart}"\n'
        self.config.write_text(text.replace("[service]\n", line), encoding="utf-8")

    def start(self, *process: str) -> None:
        with self.out.open("ab") as out, self.err.open("ab") as err:
            self.process = subprocess.Popen(
                rasid("--config", self.config, "--log-json", "run", *process),
                stdout=out,
                stderr=err,
                env=ENVIRONMENT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def log(self) -> list[dict[str, Any]]:
        lines = self.err.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def said(self, part: str) -> list[str]:
        """The log's messages that hold ``part``."""
        return [str(line["event"]) for line in self.log() if part in str(line["event"])]

    def child(self, name: str) -> int:
        """The pid that ``name`` was last started with; 0 before it was."""
        found = [re.search(r"pid (\d+)", said) for said in self.said(f"{name} started")]
        return int(found[-1][1]) if found and found[-1] else 0

    def children(self) -> dict[str, int]:
        names = [*PROCESSES, "queue"]
        return {name: pid for name in names if (pid := self.child(name))}

    def get(self, path: str) -> httpx.Response:
        """503 stands for a server that is not there (yet)."""
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=10, trust_env=False)
        except httpx.TransportError:
            return httpx.Response(503, json={"silent": ["serve"]})

    def post(self, path: str, body: bytes, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        url = f"http://127.0.0.1:{self.port}{path}"
        return httpx.post(url, content=body, headers=named, timeout=30, trust_env=False)

    def ready(self) -> None:
        def look() -> bool:
            assert self.process is not None
            assert self.process.poll() is None, self.err.read_text()[-3000:]
            return self.get("/readyz").status_code == 200

        until(look, f"/readyz says 200; its log: {self.err}")

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.data / 'rasid.db'}?mode=ro", uri=True)) as db:
            return db.execute(query, values).fetchall()

    def end(self, number: int = signal.SIGTERM) -> int:
        """Sends the signal to the parent alone and waits for its end; the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(WITHIN)

    def sweep(self) -> None:
        """Whatever a failed test left running."""
        if self.process is None:
            return
        left = [self.pid, *below(self.pid), *naming(str(self.folder))]
        for pid in left if self.process.poll() is None else naming(str(self.folder)):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(WITHIN)


@contextmanager
def installation(folder: Path, body: str, *, redis: str = "embedded") -> Iterator[Installation]:
    """Configured, not yet started; nothing of it runs on after the block."""
    made = Installation(folder, body, redis=redis)
    try:
        yield made
    finally:
        made.sweep()


def section(name: str, options: dict[str, Any]) -> str:
    """A TOML table."""
    lines = [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in options.items())]
    return "\n".join(lines) + "\n"


def networks(sections: dict[str, dict[str, Any]]) -> str:
    return "".join(section(f"networks.{name}", options) for name, options in sections.items())


def brands(*names: str, hashtags: Sequence[str] = ()) -> str:
    keywords = json.dumps(list(names), ensure_ascii=False)
    tags = json.dumps(list(hashtags), ensure_ascii=False)
    return f'[[brands]]\nname = "{names[0]}"\nkeywords = {keywords}\nhashtags = {tags}\n'


ROUTES = (
    '[channels.terminal]\nkind = "console"\n'
    '[[routes]]\nname = "needs an answer"\nmatch = { needs_response = true }\n'
    'channel = "terminal"\n[[routes]]\nname = "the rest"\nonly_count = true\n'
)
