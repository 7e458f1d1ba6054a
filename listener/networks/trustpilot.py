"""Trustpilot: reviews of one business. Not read yet: only declared.

API: https://developers.trustpilot.com, ``api_url`` https://api.trustpilot.com/v1. Limits: by
contract. The key is the header ``apikey``, which no redirect to another host takes along.
"""

from __future__ import annotations

from listener.networks.about import About, minutes
from listener.networks.options import Option

ABOUT = About(
    name="trustpilot",
    english="Trustpilot",
    arabic="تراست بايلوت",
    search="partial",
    stream="no",
    hashtag="no",
    replies="yes",
    own_figures="yes",
    reach="no",
    credential="API key",
    quota="by contract",
    price="by contract",
    history="all reviews",
    note="reviews of one business",
    every=minutes(30),
    delay="as soon as a review is published",
    duty="change no review, link back to Trustpilot, show no customer's data in public",
    terms="https://support.trustpilot.com/hc/en-us/articles/202319278",
    rate=0.5,
    secrets={"key": "needed"},
    options={"domain": Option("text", "the business's domain", needed=True)},
)
