"""The parts of ``listener.match``: reading a mention, finding terms in it, deciding by rules."""
