"""Intent and urgency by hand-written rules.

Where a model has an intent head that decides: mixed in at any weight the rules only cost there. A
complaint is named before a question ("why is it down?!"), a question before a request, and
promotion before praise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from classifiers.labels import INTENTS, Intent, Sentiment, Urgency
from classifiers.rules import response_words as words
from classifiers.rules.phrases import Phrases

_PHRASES = Phrases(words.ALL)
KindPhrases = Mapping[str, AbstractSet[str]]
"""Kind of phrase to the phrases of it that stand in a text."""
RULES = "r" + hashlib.sha256("".join(words.ALL.values()).encode()).hexdigest()[:4]
"""Names the phrase lists in a label's source, for they take part in every label."""
_OPENING = tuple(f"{word.strip()} " for word in words.OPENING.split("|"))


def find_phrases(folded: str) -> KindPhrases:
    """The known phrases of a folded text, by kind."""
    phrases = _PHRASES.find(folded)
    if "solved" in phrases and "complaint" in phrases and not phrases["complaint"] - words.PROBLEM:
        del phrases["complaint"]
    return phrases


def intent_of(
    tidied: str,
    folded: str,
    phrases: KindPhrases,
    sentiment: Sequence[float],
) -> Intent:
    """What the writer wants, by rules alone. ``sentiment``: probabilities in the labels' order."""
    if not has_words(folded):
        return "praise" if sentiment[2] > 0.6 else "other"
    score = dict.fromkeys(INTENTS, 0.0)
    negative, _, positive = sentiment
    marks = folded.count("?")
    count = {kind: len(phrases.get(kind, ())) for kind in (*INTENTS, "customer")}
    asks = _asks(folded)

    score["complaint"] += 1.6 * min(count["complaint"], 3) + 2.2 * (negative - 0.4)
    score["complaint"] += 0.8 * bool(count["customer"]) * (negative > 0.4)
    score["complaint"] -= 2.5 * (positive > 0.55)
    score["praise"] += 1.2 * min(count["praise"], 3) + 2.2 * (positive - 0.4)
    score["praise"] -= 2.5 * (negative > 0.5) + 1.5 * bool(count["complaint"])
    score["question"] += 1.5 * (marks > 0) + 0.9 * bool(count["question"]) + 1.2 * asks
    score["question"] -= 1.2 * (not marks and not count["question"])
    # "ممكن تشوفوا الخاص؟" has the mark of a question and is none.
    score["question"] -= 1.2 * (count["request"] > 0 and not count["question"])
    score["request"] += 1.7 * min(count["request"], 2)
    score["request"] -= 1.0 * (not count["request"])
    score["other"] += 0.8
    score["spam"] += _spam(tidied, folded, count["spam"], bool(count["customer"] or marks))
    return max(INTENTS, key=lambda intent: score[intent])


def has_words(folded: str) -> bool:
    """Whether anything but signs, names and links is there to be read."""
    return any(map(str.isalnum, folded.replace("@ user", "").replace("http", "")))


def _asks(folded: str) -> bool:
    """A question word opens the text or what follows a greeting or a handle."""
    start = folded
    for opener in ("@ user ", "السلام عليكم ", "مرحبا ", "هلا ", "hi ", "hello ", "hey "):
        while start.startswith(opener):
            start = start[len(opener) :]
    return start.startswith(_OPENING)


def _spam(tidied: str, folded: str, phrases: int, own_matter: bool) -> float:
    """Promotion shows in several signs at once; a customer's own matter is none."""
    signs = 1.5 * min(phrases, 4)
    signs += 0.8 * ("http" in folded and phrases > 0)
    signs += 0.8 * ("%" in tidied or "٪" in tidied)
    signs += 0.8 * (sum(map(str.isdigit, tidied)) >= 9)  # a telephone number
    signs += 0.8 * (tidied.count("#") >= 5)
    return signs - 1.0 - 2.5 * own_matter


def urgency_of(phrases: KindPhrases, intent: Intent, sentiment: Sentiment) -> Urgency:
    """urgent: safety, law, outage, fraud or a threat to leave, in a complaint. Praise never is."""
    if intent == "complaint":
        return "urgent" if "urgent" in phrases else "normal"
    if intent in ("question", "request"):
        return "normal"
    return "normal" if sentiment == "negative" and intent == "other" else "low"
