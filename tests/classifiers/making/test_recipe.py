"""Recipes are checked as a whole, and the committed ones are sound."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import classifiers.encoder
from classifiers.making.encoder.recipe import parse_recipe, read_recipe

RECIPES = Path(classifiers.making.__file__).parent / "recipes"
OPEN = ("MIT", "AFL-3.0", "CC-BY-4.0", "CC-BY-SA-4.0", "Apache-2.0")


def raw(**changes: Any) -> dict[str, Any]:
    return {"name": "toy", "set": [{"file": "sentiment/toy", "licence": "own"}], **changes}


@pytest.mark.parametrize("name", ["full", "open"])
def test_committed_recipes_read(name: str) -> None:
    recipe = read_recipe(RECIPES / f"{name}.toml")
    assert recipe.name == name
    assert len({labelled.file for labelled in recipe.sets}) == len(recipe.sets)
    assert all(labelled.licence for labelled in recipe.sets)
    assert all(recipe.rules_of(s) for s in recipe.sets if s.file.startswith("intent/"))


def test_the_open_recipe_has_open_licences_only() -> None:
    for labelled in read_recipe(RECIPES / "open.toml").sets:
        assert labelled.licence.startswith(OPEN), labelled.file


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sets": []}, "unknown keys in the recipe: sets"),
        ({"set": []}, "names no labelled set"),
        ({"set": [{"file": "a", "licence": "own", "wieght": 2}]}, "unknown keys wieght"),
        ({"set": [{"file": "a"}]}, "licence"),
        ({"set": [{"file": "a", "licence": "own", "rules": "b"}]}, "no rules named 'b'"),
        ({"set": [{"file": "a", "licence": "own", "sentiment": "bad"}]}, "'bad' is none of"),
        ({"rules": {"r": [{"allow": ["thanks"]}]}}, "'thanks' is none of question"),
        ({"rules": {"r": [{"allow": ["spam"], "forms": ["shout"]}]}}, "'shout' is none of"),
        ({"training": {"epochs": 3}}, "training: unknown keys epochs"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_recipe(raw(**changes))


def test_rules_come_from_the_shared_file_and_may_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(
        '[[rules.a]]\nallow = ["spam"]\n[[rules.b]]\nallow = ["other"]\n'
    )
    (tmp_path / "r.toml").write_text(
        'name = "r"\nrules_file = "rules.toml"\n[[set]]\nfile = "x"\nlicence = "own"\nrules = "a"\n'
        '[[rules.b]]\nallow = ["praise"]\n'
    )
    recipe = read_recipe(tmp_path / "r.toml")
    assert recipe.rules_of(recipe.sets[0])[0].allow == ("spam",)
    assert recipe.rules["b"][0].allow == ("praise",)
