"""lr_find measures the loss at growing rates, and leaves the model as it was."""

import numpy as np
import pytest

import autograd_core as ac
import nn


def data(n=100):
    """A linear law of three numbers."""
    x = np.random.default_rng(0).normal(size=(n, 3))
    return x, x @ np.array([[1.0], [-2.0], [0.5]])


def test_the_loss_falls_and_rises():
    """Rates grow by one factor; the suggestion lies where it falls."""
    model = nn.Sequential(nn.Linear(3, 16, rng=0), nn.ReLU(), nn.Linear(16, 1, rng=1))
    found = nn.lr_find(model, *data(), loss="mse", rng=0)

    assert np.allclose(found.rates[1:] / found.rates[:-1], (10 / 1e-6) ** (1 / 99))
    assert len(found.losses) == len(found.rates) < 100
    assert 1e-3 < found.suggestion < 1.0
    assert found.losses.min() < 0.8 * found.losses[0]


def test_the_model_is_what_it_was():
    """Weights, running statistics, gradients, modes, generators; also after an exception."""
    model = nn.Sequential(nn.Linear(3, 8, rng=0), nn.BatchNorm1d(8), nn.Dropout(0.5, rng=1),
                          nn.Linear(8, 1, rng=2))  # fmt: skip
    model.eval()
    model[1].train()
    before = {name: np.array(value) for name, value in model.state_dict().items()}
    states = [g.bit_generator.state for _, g in model.named_generators()]

    def failing(output, target):
        raise RuntimeError

    nn.lr_find(model, *data(), loss="mse", optimizer="adam", steps=20, rng=0)
    with pytest.raises(RuntimeError):
        nn.lr_find(model, *data(), loss=failing)
    assert all(np.array_equal(before[k], v) for k, v in model.state_dict().items())
    assert [False, False, True, False, False] == [m.training for m in model.modules()]
    assert states == [g.bit_generator.state for _, g in model.named_generators()]
    assert all(p.grad is None for p in model.parameters())


def test_one_seed_one_result():
    """Bit for bit; inputs are cast to the dtype of the model."""

    def run():
        model = nn.Linear(3, 1, rng=0, dtype=np.float32)
        return nn.lr_find(model, *data(), loss="mse", steps=30, rng=7)

    assert np.array_equal(run().losses, run().losses)


@pytest.mark.parametrize(
    "options", [{"start": 0.0}, {"start": 2.0, "end": 1.0}, {"steps": 1}, {"loss": "mze"}]
)
def test_what_it_cannot_do(options):
    """Is an error before anything is trained."""
    with pytest.raises(ac.errors.ArgumentError):
        nn.lr_find(nn.Linear(3, 1), *data(), **({"loss": "mse"} | options))
    with pytest.raises(ac.errors.ArgumentError):
        nn.lr_find(nn.Linear(3, 1), data()[0], data()[1][:5], loss="mse")


def test_its_picture():
    """Is the curve of the losses over the rates."""
    pytest.importorskip("matplotlib")
    found = nn.lr_find(nn.Linear(3, 1, rng=0), *data(), loss="mse", steps=20, rng=0)

    ax = found.plot()
    assert "loss" == ax.get_ylabel()
    assert np.array_equal(found.rates, ax.lines[0].get_xdata())


def test_the_loss_of_the_model():
    """That of ``compile`` or the last ``fit``; without one, a proposal."""
    model = nn.Model(nn.Linear(3, 1, rng=0))
    with pytest.raises(ac.ArgumentError) as caught:
        nn.lr_find(model, *data())
    assert caught.value.what == "lr_find() got no loss."
    assert caught.value.hint == 'lr_find(..., loss="mse")'

    named = nn.lr_find(model, *data(), loss="mse", steps=5, rng=0)
    compiled = nn.lr_find(model.compile("sgd", "mse"), *data(), steps=5, rng=0)
    assert np.array_equal(named.losses, compiled.losses)
