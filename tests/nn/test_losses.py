"""Losses as modules: by name, with hints, and with errors that name them."""

import copy
import warnings

import numpy as np
import pytest

import autograd_core as ac
import nn
from nn import losses

RNG = np.random.default_rng(0)
LOGITS, LABELS = RNG.normal(size=(8, 3)), RNG.integers(3, size=8)
SHARES = np.exp(LOGITS) / np.exp(LOGITS).sum(1, keepdims=True)


def twice(loss, x, t):
    """Call a loss two times."""
    loss(x, t)
    loss(x, t)


@pytest.mark.parametrize(
    ("loss", "x", "t", "message"),
    [
        (
            nn.CrossEntropyLoss,
            nn.Softmax()(ac.Variable(LOGITS)),
            LABELS,
            "CrossEntropyLoss got rows that already sum to 1.\n"
            "  why: it applies softmax itself; twice slows learning.\n"
            "  try: drop the Softmax, or use NLLLoss after LogSoftmax",
        ),
        (
            nn.BCEWithLogitsLoss,
            nn.Sigmoid()(ac.Variable(LOGITS)),
            LOGITS > 0,
            "BCEWithLogitsLoss got the result of a sigmoid.\n"
            "  why: it applies the sigmoid itself; twice slows learning.\n"
            "  try: drop the Sigmoid, or use BCELoss",
        ),
    ],
)
def test_hints_come_once(loss, x, t, message):
    """Error 17: softmax or sigmoid before a loss that applies it brings one hint per loss."""
    module = loss()

    with pytest.warns(ac.UsageHint) as caught:
        twice(module, x, t)

    assert [str(warning.message) for warning in caught] == [message]
    assert caught[0].filename == __file__


def test_no_hint_without_reason():
    """Logits bring no hint, nor do such as happen to lie in [0, 1]."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        nn.CrossEntropyLoss()(LOGITS, LABELS)
        nn.CrossEntropyLoss()(np.ones((3, 1)), np.zeros(3, int))
        nn.BCEWithLogitsLoss()(LOGITS, LOGITS > 0)
        nn.BCEWithLogitsLoss()(ac.Variable(SHARES), LOGITS > 0)


def test_a_hint_for_float32():
    """Rows of float32 probabilities sum to 1 up to their rounding."""
    with pytest.warns(ac.UsageHint, match="rows that already sum to 1"):
        nn.CrossEntropyLoss()(SHARES.astype(np.float32), LABELS)


def test_names():
    """A loss is found by its name, its class name or as an object; a typo is told."""
    assert type(losses.get("cross_entropy")) is nn.CrossEntropyLoss
    assert type(losses.get("MSELoss")) is nn.MSELoss
    assert type(losses.get("bce-with-logits")) is nn.BCEWithLogitsLoss
    assert type(losses.get("sparse_categorical_crossentropy")) is nn.CrossEntropyLoss
    assert type(losses.get(nn.HuberLoss)) is nn.HuberLoss
    loss = nn.L1Loss()
    assert losses.get(loss) is loss
    with pytest.raises(ac.ArgumentError, match="loss='cros_entropy', did you mean 'cross_entropy'"):
        losses.get("cros_entropy")
    with pytest.raises(ac.ArgumentError, match="loss=3 is neither a name nor a callable"):
        losses.get(3)


def test_every_loss_has_a_name():
    """Each public loss is found under its class name."""
    for name in losses.__all__:
        loss = getattr(nn, name)
        assert type(losses.get(loss.__name__)) is loss


def test_aliases():
    """The articles' names are the same classes."""
    assert nn.SoftmaxLoss is nn.SoftMaxLoss is nn.SoftmaxWithLoss is nn.CrossEntropyLoss
    assert nn.MulticlassHinge is nn.MultiMarginLoss


@pytest.mark.parametrize("name", sorted(set(losses.__all__)))
def test_reduction_is_checked(name):
    """An unknown reduction is refused when the loss is made."""
    with pytest.raises(ac.ArgumentError, match="reduction='men', did you mean 'mean'"):
        getattr(nn, name)(reduction="men")


def test_options_are_shown_and_kept():
    """repr shows what is not default; a copy and the configuration keep it."""
    loss = nn.CrossEntropyLoss([1.0, 2.0, 3.0], label_smoothing=0.1)

    assert "label_smoothing=0.1" in repr(loss)
    other = nn.CrossEntropyLoss.from_config(loss.get_config())
    for module in (copy.deepcopy(loss), other):
        assert module(LOGITS, LABELS).item() == loss(LOGITS, LABELS).item()


def test_weights_reach_the_loss():
    """sample_weight is the third argument of every loss of an input and a target."""
    weights = np.arange(8.0)

    for loss in (nn.CrossEntropyLoss(), nn.NLLLoss()):
        entries = type(loss)(reduction="none")(LOGITS, LABELS).numpy()
        expected = (weights * entries).sum() / weights.sum()
        assert loss(LOGITS, LABELS, weights).item() == pytest.approx(expected)
