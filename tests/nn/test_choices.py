"""Choosing by name."""

import pytest

from autograd_core import ArgumentError
from nn.choices import choice

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


def test_lists_end_at_ten():
    """Where nothing is near, the names are listed, ten at most."""
    with pytest.raises(ArgumentError) as caught:
        choice("option", "zzz", TABLE)

    assert caught.value.what == "option='zzz' is not known."
    assert caught.value.hint.count("'name_") == 10
    assert caught.value.hint.endswith(", ...")
