"""Of the posts in the demo's world that need an answer, how many a model finds, and how many others
it takes for such: `python -m benchmarks.demo_truth [TIER ...]`.

The world's posts are invented and their kinds known; the models have learned from none of them.
Reposts and articles are left out (nobody answers them), as is what does not name the brand.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from classifiers import load
from listener.demo.posts import Post
from listener.demo.world import World, make_world

END = datetime(2026, 11, 2, 6, tzinfo=UTC)
SHOWN = 20


def answerable(world: World) -> list[Post]:
    """The posts that a card may be about."""
    return [
        post
        for post in world.posts
        if post.about and post.category not in ("repost", "news", "noise")
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("tiers", nargs="*", default=["full", "auto", "fast", "lexicon"])
    parser.add_argument("--seeds", type=int, default=5, help="worlds to look at")
    given = parser.parse_args(arguments)
    posts = {
        (post.text, post.needs_answer): post
        for seed in range(given.seeds)
        for post in answerable(make_world(END, seed))
    }
    for tier in given.tiers:
        labels = load(tier).classify([post.text for post in posts.values()])
        found = Counter(
            (post.needs_answer, label.needs_response)
            for post, label in zip(posts.values(), labels, strict=True)
        )
        needing, others = (found[need, True] + found[need, False] for need in (True, False))
        print(
            f"{tier}: of {needing:,} different posts that need an answer "
            f"{found[True, True] / needing:.1%} are found; of {others:,} others "
            f"{found[False, True] / others:.1%} seem to need one"
        )
        wrong = [
            (post, label)
            for post, label in zip(posts.values(), labels, strict=True)
            if post.needs_answer != label.needs_response
        ]
        for post, label in wrong[:SHOWN]:
            print(f"  {post.category}/{post.dialect}, said {label.intent}: {post.text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
