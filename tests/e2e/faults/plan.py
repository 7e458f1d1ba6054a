"""What a run does: how many cards, how often each thing goes wrong, how long all may take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.alerts.channels.slack_faults import FAULTS

KILLS = ("kill_received", "kill_stored", "kill_answered")


@dataclass(frozen=True, slots=True)
class Plan:
    """``kills``: of the sender, at each of the three points; ``others``: every other fault, each;
    ``seconds``: over which the posts appear; ``rounds``: how often every other process and the
    queue server are killed in turn, alone and under `rasid run`, and `rasid run` itself;
    ``timeout`` and ``look_again``: the channel's, in seconds; ``late``: seconds between the
    client's timeout and the post; ``within``: seconds until the run is given up; ``beside``: how
    many more senders work beside the one that is killed (a post that is to kill its sender may then
    come from one of these); ``cuts``: losses of power, SQLite alone; ``restarts``: of PostgreSQL,
    killed and started again; ``stopped``: seconds for which the labeller and then the sender are
    held by SIGSTOP, 0 not at all."""

    cards: int
    kills: int
    others: int
    seconds: float
    rounds: int = 1
    timeout: int = 10
    look_again: int = 30
    late: float = 10.0
    reconcile: bool = True
    within: float = 3600.0
    beside: int = 0
    cuts: int = 1
    restarts: int = 1
    stopped: float = 3.0
    seed: int = 7

    @property
    def alone(self) -> int:
        """Cards that stand before the processes end and `rasid run` takes over."""
        return int(self.cards * 0.8)

    def faults(self) -> dict[str, Any]:
        """For the stand-in. All fall within the posts of the first part: there a kill meets a
        sender that the run restarts at once."""
        counts = {fault: self.kills if fault in KILLS else self.others for fault in FAULTS}
        spread = {"counts": counts, "over": int(self.alone * 0.95), "seed": self.seed}
        return {"spread": spread, "late_seconds": self.late, "retry_after": 1}


SHORT = Plan(cards=60, kills=2, others=2, seconds=20, timeout=1, look_again=4, late=1.5, within=600)


def full(cards: int, kills: int, *, reconcile: bool) -> Plan:
    """The whole run: Slack's own times."""
    return Plan(
        cards=cards,
        kills=kills,
        others=kills,
        seconds=cards / 3,
        rounds=3,
        cuts=3,
        restarts=3,
        stopped=120.0,
        reconcile=reconcile,
        within=max(900.0, cards * 4.0),
    )
