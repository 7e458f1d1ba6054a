"""Reddit: search of posts, comments of chosen communities, own inbox. Only declared.

API: https://www.reddit.com/dev/api, ``api_url`` https://oauth.reddit.com. Limits: 100 requests a
minute for a client, averaged over ten; a default User-Agent is throttled hard. What was deleted
there is deleted here: ``[deleted]`` and ``[removed]`` are texts, not absence.
"""

from __future__ import annotations

from listener.networks.about import About, minutes
from listener.networks.options import Option

ABOUT = About(
    name="reddit",
    english="Reddit",
    arabic="ريديت",
    search="yes",
    stream="no",
    hashtag="no",
    replies="yes",
    own_figures="no",
    reach="no",
    credential="OAuth client",
    quota="100 requests a minute",
    price="free for non-commercial use, else a contract",
    history="about 1,000 items a listing",
    note="search finds posts, not comments",
    every=minutes(2),
    options={
        "client_id": Option("secret", "id of the registered app", needed=True),
        "client_secret": Option("secret", "its secret", needed=True),
        "user_agent": Option("text", "platform:app:version (by /u/name)", needed=True),
        "subreddits": Option("texts", "communities whose comments are read", ()),
    },
)
