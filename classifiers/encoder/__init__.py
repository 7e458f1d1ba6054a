"""How the bundled encoder is made: import, prune, train, measure, pack.

Nothing here is needed to classify text except ``model`` and ``pack``; the other modules turn
labelled files into weights. ``rasid model train`` (``making.tiers``) does all of it after
prune; the steps are also run by name, with every path an argument::

    python -m classifiers.making.encoder.prune_pieces E5S1.bin tokenizer.json TEXTS... --out START
    python -m classifiers.making.encoder.train_encoder RECIPE --data DIR --start START --run RUN
    python -m classifiers.making.encoder.measure RUN/ema.safetensors --start START --data DIR
    python -m classifiers.encoder.pack RUN/ema.safetensors --start START --out FOLDER
"""
