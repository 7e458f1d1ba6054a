"""What a log line may hold: no secret, nothing that drives a terminal, nothing without end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any
from urllib.parse import quote

from listener.words.unsafe import IN_A_LOG

HIDDEN = "***"
_LONGEST = 2_000
_LONGEST_TRACE = 20_000
_MOST_ITEMS = 50
_DEEPEST = 4
_SHORTEST_SECRET = 4  # shorter ones would blot out ordinary words

_NAMED = re.compile(
    r"authorization|cookie|password|passwd|secret|token|api_?key|signature|credential|dsn", re.I
)
_PATTERNS = tuple(
    (re.compile(pattern, re.I), instead)
    for pattern, instead in (
        # the whole value, so that "Bearer", "Basic" or a bare token leave nothing behind
        (
            r"(\b(?:proxy-)?authorization\b[\"']?\s*[:=]\s*[\"']?)(?:(?:bearer|basic|dpop|apikey)\s+)?"
            r"[^\s,;\"'}]+",
            rf"\1{HIDDEN}",
        ),
        (r"\b(bearer|basic)\s+[A-Za-z0-9._~+/=:-]{6,}", rf"\1 {HIDDEN}"),
        (r"\bxox[a-z]-[A-Za-z0-9-]+|\bxapp-[A-Za-z0-9-]+", HIDDEN),
        (r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*", HIDDEN),  # a JSON web token
        (r"hooks\.slack\.com/(?:services|workflows)/[^\s\"'<>]+", f"hooks.slack.com/{HIDDEN}"),
        (r"(/bot)\d+:[\w-]{10,}", rf"\1{HIDDEN}"),  # Telegram's address holds its token
        (r"(//)[^/\s:@\"']*:[^/\s@\"']*@", rf"\1{HIDDEN}@"),
        (
            r"([?&;](?:[\w-]*(?:token|secret|password|signature|api_?key)|key|sig|code|auth)=)"
            r"[^&\s\"'<>#]+",
            rf"\1{HIDDEN}",
        ),
    )
)


def _forms(secret: str) -> set[str]:
    """As it is, as an address writes it, and as Python escapes it."""
    escaped = secret.encode("unicode_escape").decode("ascii")
    return {secret, quote(secret), quote(secret, safe=""), escaped}


class Safety:
    """A structlog processor. ``hide`` teaches it the values of secrets once settings are read."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: re.Pattern[str] | None = None
        self._known: set[str] = set()
        self.hide(secrets)

    def hide(self, secrets: Iterable[str]) -> None:
        """These values, as they are and as an address writes them, are shown as ``***``."""
        for secret in secrets:
            if len(secret) >= _SHORTEST_SECRET:
                self._known |= _forms(secret)
        self._compile()

    def forget(self, secrets: Iterable[str]) -> None:
        """These values are shown again: tokens that were renewed long ago."""
        for secret in secrets:
            self._known -= _forms(secret)
        self._compile()

    def _compile(self) -> None:
        longest_first = sorted(self._known, key=lambda s: (-len(s), s))
        self._secrets = re.compile("|".join(map(re.escape, longest_first))) if self._known else None

    def __call__(
        self, _logger: Any, _method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        for key, value in list(event.items()):
            event[key] = self._field(str(key), value, 0)
        return event

    def text(self, text: str, *, longest: int = _LONGEST, lines: bool = False) -> str:
        """``text`` as it may be logged; line feeds stay only where ``lines``."""
        # cut far beyond the end first: the patterns need not read a whole page of 100,000 signs,
        # and a secret across the last cut was hidden before it
        text = text[: longest * 2 + 10_000]
        if self._secrets is not None:
            text = self._secrets.sub(HIDDEN, text)
        for pattern, instead in _PATTERNS:
            text = pattern.sub(instead, text)
        text = IN_A_LOG.sub("\ufffd", text)
        if not lines:
            text = text.replace("\n", "\\n")
        return text if len(text) <= longest else f"{text[:longest]}… (+{len(text) - longest})"

    def _field(self, key: str, value: Any, depth: int) -> Any:
        if _NAMED.search(key) and value not in (None, "", False, True):
            return HIDDEN
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, str):
            trace = key in ("exception", "stack")
            return self.text(value, longest=_LONGEST_TRACE if trace else _LONGEST, lines=trace)
        if depth < _DEEPEST and isinstance(value, Mapping):
            kept = list(value.items())[:_MOST_ITEMS]
            return {self.text(str(k)): self._field(str(k), v, depth + 1) for k, v in kept}
        if depth < _DEEPEST and isinstance(value, list | tuple | set | frozenset):
            return [self._field("", v, depth + 1) for v in list(value)[:_MOST_ITEMS]]
        try:
            return self.text(
                value.decode("utf-8", "replace") if type(value) is bytes else str(value)
            )
        except Exception as error:
            return f"<{type(value).__name__} that cannot be shown: {type(error).__name__}>"
