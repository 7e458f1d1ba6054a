"""What goes wrong at the Slack stand-in, and when: by the number of the post, by chance with a
seed, or spread over a run. Posts are chat.postMessage calls, numbered from 0 as they arrive."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

Fault = Literal[
    "429",  # refused, with Retry-After
    "500_before",  # HTTP 500, nothing stored
    "500_after",  # stored, then HTTP 500
    "drop_after",  # stored, then the connection is dropped without an answer
    "late",  # never answered; stored some time after the client has given up
    "kill_received",  # SIGKILL to the sender when its request is in, nothing stored
    "kill_stored",  # … when it is stored, before the answer
    "kill_answered",  # … when the answer is out
]
FAULTS: tuple[Fault, ...] = get_args(Fault)


@dataclass
class Faults:
    """``by_index``: post number → fault; ``probability``: fault → chance for all other posts;
    ``retry_after``: whole seconds named with a 429; ``late_seconds``: how long after the client
    gave up a late post is stored; ``log``: a file that gets a JSON line for everything that
    really happened."""

    by_index: dict[int, Fault] = field(default_factory=dict)
    probability: dict[Fault, float] = field(default_factory=dict)
    seed: int = 0
    retry_after: int = 1
    late_seconds: float = 10.0
    pid_file: Path | None = None
    log: Path | None = None
    happened: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def spread(self, counts: Mapping[Fault, int], *, over: int, seed: int = 0) -> None:
        """Puts so many of each fault on random posts among the first ``over``."""
        total = sum(counts.values())
        chosen = random.Random(seed).sample(range(over), total)
        kinds = [kind for kind, n in counts.items() for _ in range(n)]
        self.by_index.update(zip(chosen, kinds, strict=True))

    def of(self, index: int) -> Fault | None:
        fault = self.by_index.get(index) or self._by_chance()
        if fault is not None:
            self.note(fault, post=index)
        return fault

    def note(self, what: str, **more: Any) -> None:
        """Counts and logs that it happened."""
        self.happened[what] += 1
        if self.log is not None:
            with self.log.open("a", encoding="ascii") as file:
                file.write(json.dumps({"what": what, "at": time.time(), **more}) + "\n")

    def _by_chance(self) -> Fault | None:
        for fault, chance in self.probability.items():
            if self._random.random() < chance:
                return fault
        return None

    def kill(self) -> int | None:
        """SIGKILL to the process named in ``pid_file``; its id, or None when there was none."""
        if self.pid_file is None:
            return None
        try:
            pid = int(self.pid_file.read_text())
            os.kill(pid, signal.SIGKILL)
        except (OSError, ValueError):
            self.note("kill_missed")
            return None
        self.note("killed", pid=pid)
        return pid

    @classmethod
    def read(cls, source: str | None, pid_file: Path | None, log: Path | None = None) -> Faults:
        """From JSON text or a file: {"by_index", "probability", "seed", "retry_after",
        "late_seconds", "spread": {"counts": {fault: n}, "over": n, "seed": n}}."""
        if source is None:
            return cls(pid_file=pid_file, log=log)
        text = source if source.lstrip().startswith("{") else Path(source).read_text()
        raw: dict[str, Any] = json.loads(text)
        spread = raw.pop("spread", None)
        raw["by_index"] = {int(k): v for k, v in raw.get("by_index", {}).items()}
        unknown = {*raw["by_index"].values(), *raw.get("probability", {})} - set(FAULTS)
        if unknown:
            raise ValueError(f"no such fault: {sorted(unknown)}; known are {FAULTS}")
        faults = cls(pid_file=pid_file, log=log, **raw)
        if spread:
            faults.spread(spread["counts"], over=spread["over"], seed=spread.get("seed", 0))
        return faults
