"""What a team does in the demo: it takes a card and closes it, its customer writes again, and two
others change their posts. Each step is done when the one before is on the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal

from alerts.cards.card import Card
from alerts.desk.actions import Action, act
from listener.cli.demo_screen import Screen
from listener.cli.house import House
from listener.demo.cast import Cast
from listener.demo.day_clock import DayClock

PATIENCE = 60.0
"""Seconds for a step; what has not come until then is passed over."""
LOOK = 0.1
MANY = 3
"""Others who say what a card says, from which on it is the day's crisis."""
WHO = {"ar": "ليلى", "en": "Layla"}


async def play(
    house: House,
    clock: DayClock,
    screen: Screen,
    cast: Cast,
    *,
    settled: Callable[[], Awaitable[bool]],
    say: Callable[[str], None],
) -> None:
    """Until the clock has passed its last stop. ``settled`` returns when all that is written so far
    has been read and sent."""
    while not clock.stands():
        await screen.show_next()
        await asyncio.sleep(LOOK)
    await settled()
    await screen.show_rest()
    if (crisis := _crisis(screen)) is not None:
        await screen.show_alert(crisis)
    say(f"… and {len(screen.cards) - len(screen.shown)} more cards. Now the team:\n")
    mine = screen.alerts.get(cast.heard_again.id)
    if mine is not None:
        await _press(house, screen, mine, "claim")
        await _press(house, screen, mine, "resolve")
    await _step(clock, screen, cast.heard_again.id, lambda card: card.state == "open")
    await _step(clock, screen, cast.corrected.id, lambda card: card.quote.edited)
    await _step(clock, screen, cast.deleted.id, lambda card: card.quote.gone)


def _crisis(screen: Screen) -> int | None:
    """The card whose words most others say."""
    most = max(screen.cards.values(), key=lambda card: card.others, default=None)
    return most.alert_id if most is not None and most.others >= MANY else None


async def _press(
    house: House, screen: Screen, alert_id: int, verb: Literal["claim", "resolve"]
) -> None:
    """A click, as a channel with buttons hands it in; returns when the card shows it."""
    name = WHO[house.settings.service.language]
    action = Action(f"demo:{alert_id}:{verb}", alert_id, "demo", verb, user_name=name)
    await act(house.db, action, now=house.clock.now(), zone=house.settings.service.zone)
    state = {"claim": "claimed", "resolve": "resolved"}[verb]
    await _until(lambda: screen.cards[alert_id].state == state)


async def _step(clock: DayClock, screen: Screen, native: str, come: Callable[[Card], bool]) -> None:
    """Lets the day go on until the post's card shows what has happened."""
    clock.go_on()
    alert_id = screen.alerts.get(native)
    if alert_id is not None:
        await _until(lambda: come(screen.cards[alert_id]))


async def _until(come: Callable[[], bool], seconds: float = PATIENCE) -> None:
    try:
        async with asyncio.timeout(seconds):
            while not come():  # noqa: ASYNC110 (a card on a screen has no event)
                await asyncio.sleep(LOOK)
    except TimeoutError:
        return
