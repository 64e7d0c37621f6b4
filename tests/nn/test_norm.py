"""Normalization layers beyond the table of cases."""

import numpy as np
import pytest

import autograd_core as ac
import nn


def test_running_statistics():
    """They move by momentum: the mean, and the unbiased variance."""
    x = np.random.default_rng(0).normal(size=(5, 3, 2, 2))
    layer = nn.BatchNorm2d(3, momentum=0.3)

    layer(x)

    np.testing.assert_allclose(layer.running_mean.data, 0.3 * x.mean((0, 2, 3)))
    np.testing.assert_allclose(layer.running_var.data, 0.7 + 0.3 * x.var((0, 2, 3), ddof=1))


def test_running_statistics_are_pytorchs():
    """After ten batches they are PyTorch's."""
    torch = pytest.importorskip("torch")
    layer, twin = nn.BatchNorm1d(4), torch.nn.BatchNorm1d(4).double()
    rng = np.random.default_rng(0)

    for _ in range(10):
        x = rng.normal(2.0, 3.0, size=(6, 4))
        layer(x)
        twin(torch.from_numpy(x))

    np.testing.assert_allclose(layer.running_mean.data, twin.running_mean.numpy(), rtol=1e-12)
    np.testing.assert_allclose(layer.running_var.data, twin.running_var.numpy(), rtol=1e-12)


def test_what_leaves_the_statistics_alone():
    """Evaluation, an empty batch and a refused one."""
    layer = nn.BatchNorm1d(2)

    layer(np.ones((0, 2)))
    layer.eval()(np.ones((4, 2)))
    with pytest.raises(ac.ShapeError):
        layer.train()(np.ones((1, 2)))

    assert layer.running_mean.data.tolist() == [0.0, 0.0]
    assert layer.running_var.data.tolist() == [1.0, 1.0]


def test_float32_statistics():
    """The statistics have the parameters' dtype, whatever comes in."""
    layer = nn.BatchNorm1d(2, dtype=np.float32)

    layer(np.random.default_rng(0).normal(size=(4, 2)))

    assert layer.running_mean.dtype == layer.running_var.dtype == np.float32


def test_one_value_in_evaluation():
    """One sample is legal in evaluation."""
    assert nn.BatchNorm1d(2).eval()(np.ones((1, 2))).shape == (1, 2)


def test_error_17():
    """One value per channel in training says what to do."""
    with pytest.raises(ac.ShapeError) as caught:
        nn.BatchNorm1d(4)(np.ones((1, 4)))

    assert str(caught.value) == (
        "BatchNorm1d (4) needs more than one value per channel to normalize; call eval(), "
        "or use a larger batch.\n"
        "  why: it got shape (1, 4): each value is its own mean.\n"
        "  try: model.eval()"
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda: nn.BatchNorm1d(0),
        lambda: nn.BatchNorm2d(3, momentum=1.5),
        lambda: nn.LayerNorm(3, eps=0.0),
        lambda: nn.LayerNorm(()),
        lambda: nn.GroupNorm(2, 3),
        lambda: nn.RMSNorm(-1),
    ],
)
def test_what_makes_no_layer(make):
    """Mistakes are found when the layer is made."""
    with pytest.raises(ac.ArgumentError) as caught:
        make()

    assert caught.value.hint


def test_one_sample_without_its_axis():
    """Norms over the last axes take a single sample."""
    assert nn.LayerNorm(4)(np.arange(4.0)).shape == (4,)
    assert nn.RMSNorm(4)(np.arange(4.0)).shape == (4,)
