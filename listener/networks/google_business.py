"""Google Business Profile: reviews of own verified places. Not read yet: only declared.

API: https://developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews,
``api_url`` https://mybusiness.googleapis.com/v4. Limits: 300 requests a minute. Stars are words
(ONE to FIVE); a review that goes there goes here.
"""

from __future__ import annotations

from listener.networks.about import About, minutes
from listener.networks.options import TOKEN, Option

ABOUT = About(
    name="google_business",
    english="Google reviews",
    arabic="تقييمات غوغل",
    search="partial",
    stream="no",
    hashtag="no",
    replies="yes",
    own_figures="yes",
    reach="no",
    credential="OAuth, access by request",
    quota="300 requests a minute",
    price="free",
    history="all reviews",
    note="reviews of own verified places",
    every=minutes(30),
    secrets=TOKEN,
    options={"locations": Option("texts", "accounts/…/locations/…", needed=True)},
)
