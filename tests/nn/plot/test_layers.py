"""Rows are layers, the first on top; filters are tiles."""

import sys

import numpy as np
import pytest

import autograd_core as ac
import nn
from nn import plot


@pytest.fixture
def drawn():
    """matplotlib, where it is installed."""
    return pytest.importorskip("matplotlib")


def network():
    """Two layers and what lies between."""
    return nn.Sequential(nn.Linear(2, 8, rng=0), nn.ReLU(), nn.Linear(8, 3, rng=1))


def rows(ax):
    """The names of the rows, from the top."""
    return [text.get_text() for text in ax.get_yticklabels()]


def test_gradients_of_each_layer(drawn):
    """Mean and maximum over weight and bias; layers without any say so."""
    model = network()
    model[2].freeze()
    (model(np.ones((4, 2))) ** 2).sum().backward()
    ax = plot.gradient_flow(model)

    sizes = np.abs(np.concatenate([p.grad.reshape(-1) for p in model[0].parameters()]))
    assert rows(ax) == ["0 Linear", "2 Linear"]
    assert [text.get_text() for text in ax.texts] == ["no gradient"]
    assert ax.collections[1].get_offsets()[:, 0].tolist() == [pytest.approx(sizes.mean())]
    assert ax.collections[2].get_offsets()[:, 0].tolist() == [pytest.approx(sizes.max())]
    assert ax.get_xscale() == "log"


def test_gradients_that_are_all_zero(drawn):
    """They have no place on a logarithmic axis, and are named instead."""
    model = nn.Sequential(nn.Linear(2, 1, rng=0))
    (model(np.zeros((1, 2))) * 0.0).sum().backward()

    assert [text.get_text() for text in plot.gradient_flow(model).texts] == ["all zero"]


def test_weights_and_outputs_have_a_row_each(drawn):
    """Parameters by path; layers by path and kind, with the share of zeros."""
    model = network()
    model.train()

    assert rows(plot.weight_histograms(model)) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    ax = plot.activations(model, np.random.default_rng(0).normal(size=(300, 2)))
    assert rows(ax) == ["0 Linear", "1 ReLU", "2 Linear"]
    assert len(ax.texts) == 1
    assert ax.texts[0].get_text().endswith("% zero")
    assert model.training
    assert not any(vars(module).get("_hooks") for module in model.modules())


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (lambda: nn.Conv2d(1, 9, 3, rng=0), (11, 11)),
        (lambda: nn.Conv2d(2, 5, 3, rng=0), (19, 7)),
        (lambda: nn.Conv2d(3, 4, 3, rng=0), (7, 7, 3)),
        (lambda: nn.Conv1d(4, 4, 3, rng=0), (9, 7)),
        (lambda: nn.Sequential(nn.Conv2d(1, 100, 2, rng=0), nn.Flatten()), (23, 23)),
    ],
    ids=["one channel", "two channels", "color", "Conv1d", "a model"],
)
def test_filters_are_tiles(drawn, layer, shape):
    """Kernels side by side with a gap of one, at most 64 of them."""
    assert plot.conv_filters(layer()).images[0].get_array().shape == shape


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: plot.gradient_flow(nn.Linear(2, 2)), "no gradients"),
        (lambda: plot.conv_filters(nn.Linear(2, 2)), "no kernels"),
        (lambda: plot.weight_histograms(nn.ReLU()), "no values"),
    ],
)
def test_what_cannot_be_drawn_is_an_error(drawn, call, text):
    """The message says what is missing."""
    with pytest.raises(ac.ArgumentError, match=text):
        call()


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("scatter", lambda: plot.scatter(np.eye(2))),
        ("decision_boundary", lambda: plot.decision_boundary(lambda X: X[:, 0], np.eye(2))),
        ("weight_histograms", lambda: plot.weight_histograms(nn.Linear(2, 2))),
        ("conv_filters", lambda: plot.conv_filters(nn.Conv2d(1, 2, 3))),
        ("loss_curve", lambda: plot.loss_curve([1.0])),
        ("lr_curve", lambda: plot.lr_curve([1.0])),
        ("roc_curve", lambda: plot.roc_curve([0, 1], [0.1, 0.2])),
        ("confusion_matrix", lambda: plot.confusion_matrix([0, 1], [0, 1])),
    ],
)
def test_without_matplotlib_the_message_names_the_extra(monkeypatch, name, call):
    """Error 18, whichever picture was asked for."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)

    with pytest.raises(ac.MissingDependencyError) as caught:
        call()
    assert str(caught.value) == (
        f'plot.{name}() needs matplotlib.\n  try: pip install "autograd-core[plot]"'
    )
