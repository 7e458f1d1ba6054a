"""From labelled files and people's corrections to a model folder with its card.

``full.train`` goes on from the bundled encoder (or makes one by a recipe), ``fast.train`` makes the
bag of n-grams anew. Both take a ``Request`` and say what they do through its ``Console``.
"""
