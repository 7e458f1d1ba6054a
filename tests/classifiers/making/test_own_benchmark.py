"""The measurement of the recipe keeps its unseen rows unseen."""

from __future__ import annotations

import pytest

from benchmarks.own_model import cut
from tests.classifiers.making.own_rows import three_headed


def test_unseen_rows_are_on_one_side_whatever_their_links_and_names() -> None:
    rows = [dict(row) for row in three_headed(400)]
    twins = [{**row, "text": f"@nora  {row['text']} https://a.example/1"} for row in rows]
    both = [{**row, "text": f"@sami {row['text']} https://b.example/2"} for row in rows]
    learn, unseen = cut([*twins, *both], 300, 7)
    assert (len(learn), len(unseen)) == (200, 300)
    numbers = [{row["text"].split(" https")[0].split(" ", 1)[1].strip() for row in part}
               for part in (learn, unseen)]  # fmt: skip
    assert not numbers[0] & numbers[1]
    assert cut([*twins, *both], 300, 7) == (learn, unseen)
    assert cut([*twins, *both], 300, 8)[1] != unseen


def test_too_few_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="more than 300 are needed"):
        cut([dict(row) for row in three_headed(300)], 300, 7)
