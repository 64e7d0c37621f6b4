"""What the docstrings of all public names have in common."""

import inspect

import pytest

import nn

SPACES = (
    *(nn, nn.articles, nn.callbacks, nn.datasets, nn.functional, nn.init, nn.metrics),
    *(nn.plot, nn.schedules, nn.testing),
)
NAMES = {
    f"{space.__name__}.{name}": value
    for space in SPACES
    for name in space.__all__
    if not inspect.ismodule(value := getattr(space, name))
}


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_has_an_example(name):
    """A sentence, and an example."""
    text = inspect.getdoc(NAMES[name]) or ""
    assert text.partition("\n")[0].endswith(".")
    assert ">>>" in text
