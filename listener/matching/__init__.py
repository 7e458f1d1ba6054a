"""The parts of ``listener.matching.matcher``: reading a mention, finding terms in it, deciding by rules."""
