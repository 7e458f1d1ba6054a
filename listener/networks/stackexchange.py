"""Stack Exchange: questions and answers, by words and tags. Not read yet: only declared.

API: https://api.stackexchange.com/docs, ``api_url`` https://api.stackexchange.com/2.3. Limits:
10,000 requests a day with a key, 300 without; ``backoff`` seconds in an answer must be waited.
"""

from __future__ import annotations

from listener.networks.about import About, minutes
from listener.networks.options import Option

ABOUT = About(
    name="stackexchange",
    english="Stack Exchange",
    arabic="ستاك إكستشينج",
    search="yes",
    stream="no",
    hashtag="yes",
    replies="yes",
    own_figures="no",
    reach="partial",
    credential="free key",
    quota="10,000 a day",
    price="free",
    history="all",
    note="tags are the hashtags; views are shown; attribution is required",
    every=minutes(10),
    delay="about a minute: answers of the API are cached",
    duty="CC BY-SA: name the author and the site, and link the post",
    reach_by="views of a question",
    secrets={"key": "optional"},
    options={"sites": Option("texts", "sites to search", ("stackoverflow",))},
)
