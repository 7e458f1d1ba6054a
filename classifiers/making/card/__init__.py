"""Model cards: what a model learned from and on which terms, how good it is on what, its limits.

``trained.card`` is the one of a model that someone trained; ``python -m classifiers.making.card``
measures the models that ship on all dev sets and writes the card of the full tier.
"""
