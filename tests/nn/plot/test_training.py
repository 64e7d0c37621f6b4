"""Losses, rates and landscapes show what training measured, and leave the model as it was."""

import math

import numpy as np
import pytest

import autograd_core as ac
import nn
from nn import datasets, plot
from nn.history import History

pytest.importorskip("matplotlib")


def names(ax):
    """What the legend says."""
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_losses_over_epochs():
    """Both curves, from epoch 1 on, and the best validation loss."""
    ax = plot.loss_curve({"loss": [1.0, 0.5, 0.4], "val_loss": [1.1, 0.6, 0.7], "lr": [1, 1, 1]})

    assert names(ax) == ["loss", "val_loss, best 0.6 in epoch 2"]
    assert ax.lines[0].get_xdata().tolist() == [1, 2, 3]
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()) == ("epoch", "loss", "linear")


def test_other_quantities_and_plain_lists():
    """A metric that grows is best at its maximum; a list is drawn over steps; nan is left out."""
    ax = plot.loss_curve({"accuracy": [0.5, 0.9], "val_accuracy": [0.4, 0.8]}, metric="accuracy")
    assert names(ax) == ["accuracy", "val_accuracy, best 0.8 in epoch 2"]
    ax = plot.loss_curve([100.0, 1.0, 0.1])
    assert (ax.get_xlabel(), ax.get_yscale()) == ("step", "log")
    plot.loss_curve({"loss": [1.0, 2.0], "val_loss": [math.nan, 1.0]}, log=False)


def test_histories_share_their_axes():
    """With a label each is one curve of a color of its own."""
    ax = plot.loss_curve({"loss": [1.0], "val_loss": [2.0]}, metric="val_loss", label="one")
    plot.loss_curve({"val_loss": [3.0]}, metric="val_loss", label="two", ax=ax)

    assert names(ax) == ["one", "two"]
    assert [line.get_ydata().tolist() for line in ax.lines] == [[2.0], [3.0]]
    assert ax.lines[0].get_color() != ax.lines[1].get_color()


def test_a_history_draws_itself():
    """``history.plot()`` is the loss curve, and ``lr_curve`` draws its rates."""
    history = History()
    for epoch in range(3):
        history.record({"loss": 1.0 / (epoch + 1)}, lr=0.1, seconds=0.0)

    assert history.plot().lines[0].get_ydata().tolist() == history["loss"]
    ax = plot.lr_curve(history)
    assert ax.lines[0].get_ydata().tolist() == [0.1] * 3
    assert ax.get_xlabel() == "epoch"


def test_rates_of_a_schedule_and_of_a_range_test():
    """A function of the step; losses over rates with the steepest fall marked."""
    ax = plot.lr_curve(lambda step: 0.5**step, steps=4)
    assert ax.lines[0].get_ydata().tolist() == [1.0, 0.5, 0.25, 0.125]
    rates = np.logspace(-4, 0, 41)
    ax = plot.lr_curve(rates, -np.tanh(3 * (np.log10(rates) + 2)))
    assert ax.get_xscale() == "log"
    assert ax.lines[1].get_xdata()[0] == pytest.approx(1e-2)


def test_the_landscape_around_the_weights():
    """The loss in the middle is the model's; the seed decides; the weights are put back."""
    X, y = datasets.sine(20, rng=0)
    model = nn.Sequential(nn.Linear(1, 4, rng=0), nn.Tanh(), nn.Linear(4, 1, rng=1))
    before = model.state_dict()

    def heights(**options):
        ax = plot.loss_landscape(model, X, y, "mse", resolution=5, rng=0, **options)
        return ax.collections[0].get_array()

    assert np.array_equal(heights(), heights())
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_the_weights_are_put_back_after_an_error():
    """A loss that fails leaves the model as it was."""
    model = nn.Linear(2, 1, rng=0)
    before = model.weight.data.copy()
    with pytest.raises(ac.AutogradError):
        plot.loss_landscape(model, np.ones((3, 2)), np.ones((4, 1)), "mse", resolution=3, rng=0)

    np.testing.assert_array_equal(model.weight.data, before)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: plot.loss_curve({"mae": [1.0]}), "one of mae"),
        (lambda: plot.loss_curve([]), "at least one epoch"),
        (lambda: plot.lr_curve([]), "0 rates"),
        (lambda: plot.lr_curve([0.1, 0.2], [1.0]), "2 rates and 1 losses"),
        (lambda: plot.lr_curve(lambda step: 0.1), "a schedule and the steps"),
        (lambda: plot.lr_curve([0.1], steps=3), "a schedule and the steps"),
        (lambda: plot.loss_landscape(nn.Linear(2, 1), np.eye(2), np.eye(2)), "needs a loss"),
        (
            lambda: plot.loss_landscape(nn.Linear(2, 1), np.eye(2), np.eye(2), resolution=1),
            "resolution=1",
        ),
    ],
)
def test_what_cannot_be_drawn_is_an_error(call, text):
    """The message says what is missing."""
    with pytest.raises(ac.ArgumentError, match=text):
        call()
