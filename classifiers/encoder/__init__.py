"""How the bundled encoder is made: import, prune, train, measure, pack. Build time only.

Nothing here is needed to classify text except ``model`` and ``pack``; the other modules turn
labelled files into weights. Each is run by name, with every path an argument::

    python -m classifiers.encoder.prune E5S1.bin tokenizer.json LABELLED... --out START
    python -m classifiers.encoder.train RECIPE.toml --data DIR --start START --run RUN
    python -m classifiers.encoder.measure RUN/ema.safetensors --start START --data DIR
    python -m classifiers.encoder.pack RUN/ema.safetensors --start START --out FOLDER
"""
