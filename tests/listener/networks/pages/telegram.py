from __future__ import annotations

from listener.networks.base import Read
from listener.networks.telegram import Telegram
from listener.records import Query
from tests.listener.networks.contract import Case, Contract, Refusal, by_proxy

UPDATES = Read("mentions")
MEMBERS = Read("figures", "rashfan", Query("رشفان", ""))
TELEGRAM = Telegram()


def error(code: int, told: str, **more: object) -> dict[str, object]:
    return {"ok": False, "error_code": code, "description": told, **more}


CONTRACT = Contract(
    TELEGRAM,
    cases=(
        Case(UPDATES, "telegram/updates.json", 3, ("full", "next"), older=True),
        Case(UPDATES, "telegram/updates_group.json", 4, page="633291231", older=True),
        Case(UPDATES, "telegram/updates_empty.json", 0, ("empty", "last"), page="633291246"),
        Case(MEMBERS, "telegram/members.json", 0, figures=1),
    ),
    refusals=(
        Refusal(401, "sign-in", error(401, "Unauthorized")),
        Refusal(403, "not allowed", error(403, "Forbidden: bot was kicked from the channel chat")),
        Refusal(404, "sign-in", error(404, "Not Found")),
        Refusal(400, "gone", error(400, "Bad Request: chat not found")),
        Refusal(
            409, "not allowed", error(409, "Conflict: terminated by other getUpdates request")
        ),
        Refusal(
            429, 35.0,
            error(429, "Too Many Requests: retry after 35", parameters={"retry_after": 35}),
        ),
        by_proxy(503, None),
    ),
    items=("result",),
    lacks={"deleted": "a bot is told of no deletion"},
    secret_in="path",
    anonymous=True,
)  # fmt: skip
