"""Choosing by name."""

import pytest

from autograd_core import ArgumentError
from nn.choices import choice, one_axis

TABLE = {f"name_{k}": k for k in range(12)}


def test_letters_and_hyphens():
    """Capitals, hyphens and underscores do not matter."""
    assert choice("option", "Name-3", TABLE) == 3
    assert choice("option", "NAME3", TABLE) == 3


def test_near_names_are_proposed():
    """A typo is answered with the nearest name, ready to paste."""
    with pytest.raises(ArgumentError) as caught:
        choice("mode", "maxx", {"min": 1, "max": 2})

    assert str(caught.value) == "mode='maxx', did you mean 'max'?\n  try: mode='max'"


def test_abbreviations_are_proposed_in_full():
    """The beginning of a name is answered with the name, however long that is."""
    with pytest.raises(ArgumentError, match="did you mean 'accuracy'"):
        choice("metric", "acc", {"accuracy": 1, "f1": 2})


def test_lists_end_at_ten():
    """Where nothing is near, the names are listed, ten at most."""
    with pytest.raises(ArgumentError) as caught:
        choice("option", "zzz", TABLE)

    assert caught.value.what == "option='zzz' is not known."
    assert caught.value.hint.count("'name_") == 10
    assert caught.value.hint.endswith(", ...")


def test_axis_and_dim():
    """Two names of one argument: either, or both if they agree."""
    assert [one_axis("f()", 1, None), one_axis("f()", -1, 0), one_axis("f()", 2, 2)] == [1, 0, 2]
    with pytest.raises(ArgumentError, match=r"f\(\) got axis=0 and dim=1"):
        one_axis("f()", 0, 1)
