"""Text in, labels out. Knows no network, no database, no mention; imports no torch until asked.

>>> from classifiers import load
>>> load("lexicon").classify(["الخدمة ممتازة"])[0].sentiment
'positive'
"""

from __future__ import annotations

from classifiers.labels import Classifier, Intent, Label, Probabilities, Sentiment, Urgency
from classifiers.loading import load

__all__ = ["Classifier", "Intent", "Label", "Probabilities", "Sentiment", "Urgency", "load"]
