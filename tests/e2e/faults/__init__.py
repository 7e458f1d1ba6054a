"""The fault run: every process killed, Slack at its worst, and each post has one card.

    python -m tests.e2e.faults --cards 1000 --kills 50 [--no-reconcile] [--postgres]

The truth is the list of posts that the simulated networks show, held against the Slack stand-in's
journal; our tables only say when to stop waiting.
"""
