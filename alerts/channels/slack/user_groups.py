"""User groups of a workspace (``@care-oncall``) by their ids: only an id is a mention.

https://docs.slack.dev/reference/methods/usergroups.list, scope ``usergroups:read``.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from slack_sdk.web.async_client import AsyncWebClient

from alerts.cards.card import User
from alerts.channels.base import Seconds
from alerts.channels.slack.errors import meaning

log = logging.getLogger(__name__)

ASK_AGAIN = 600.0
"""Seconds before a group that was not found, or a workspace that did not answer, is asked for."""


class UserGroups:
    """The groups of ``client``'s workspace, asked for when the first is needed."""

    def __init__(self, channel: str, client: AsyncWebClient, *, monotonic: Seconds) -> None:
        self._channel, self._client, self._monotonic = channel, client, monotonic
        self._ids: dict[str, str] = {}
        self._asked: float | None = None

    async def linked(self, users: Sequence[User]) -> tuple[User, ...]:
        """``users`` with the ids of groups that are named by handle; a group that the workspace
        does not have, or does not tell of, stays a name. Raises nothing."""
        named = [user for user in users if _handle(user)]
        if any(_handle(user) not in self._ids for user in named) and self._may_ask():
            await self._ask()
            for user in named:
                if _handle(user) not in self._ids:
                    log.warning("channel %s: no user group %s is known; it is named on cards, "
                                "and nobody is notified", self._channel, user.name)  # fmt: skip
        return tuple(
            replace(user, id=self._ids.get(_handle(user), "")) if user in named else user
            for user in users
        )

    def _may_ask(self) -> bool:
        return self._asked is None or self._monotonic() - self._asked >= ASK_AGAIN

    async def _ask(self) -> None:
        self._asked = self._monotonic()
        try:
            answer = await self._client.api_call("usergroups.list", http_verb="GET")
            groups = answer.get("usergroups") or []
            self._ids = {str(one["handle"]).lower(): str(one["id"]) for one in groups}
        except Exception as error:
            said = meaning(error, reading=True)
            log.warning("channel %s cannot ask for user groups (%s): the app needs the scope "
                        "usergroups:read", self._channel, said.code)  # fmt: skip


def _handle(user: User) -> str:
    """The handle of a group that is not known by its id, else ""."""
    named = user.name or ""
    return named[1:].lower() if not user.id and named.startswith("@") else ""
