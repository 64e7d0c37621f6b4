"""Losses of numbers: reductions, weights, shapes, and what is wrong with a target."""

import numpy as np
import pytest

import autograd_core as ac
import nn.functional as F

X, T = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[1.0, 0.0], [2.0, 1.0]])
PAIRS = {  # losses of an input and a target of one shape, one value per entry
    "mse": F.mse_loss,
    "l1": F.l1_loss,
    "huber": F.huber_loss,
    "smooth_l1": F.smooth_l1_loss,
    "kl_div": F.kl_div,
    "poisson": F.poisson_nll_loss,
    "bce": lambda x, t, *rest: F.binary_cross_entropy(x / 6, t / 2, *rest),
    "bce_with_logits": lambda x, t, *rest: F.binary_cross_entropy_with_logits(x, t / 2, *rest),
    "focal": lambda x, t, *rest: F.focal_loss(x, t / 2, *rest),
    "hinge": lambda x, t, *rest: F.hinge_loss(x, np.where(np.isnan(t), t, t > 0), *rest),
}
each_pair = pytest.mark.parametrize("loss", PAIRS.values(), ids=PAIRS)


@each_pair
def test_reductions(loss):
    """The mean and the sum are those of the entries; weights multiply, and divide the mean."""
    entries = loss(X, T, None, "none")
    weights = np.array([1.0, 3.0])

    assert entries.shape == X.shape
    assert loss(X, T, None, "mean") == pytest.approx(entries.mean(), rel=1e-14)
    assert loss(X, T, None, "sum") == pytest.approx(entries.sum(), rel=1e-14)
    weighted = entries * weights[:, None]
    np.testing.assert_allclose(loss(X, T, weights, "none"), weighted)
    assert loss(X, T, weights, "sum") == pytest.approx(weighted.sum())
    assert loss(X, T, weights, "mean") == pytest.approx(weighted.sum() / 8)
    full = np.arange(4.0).reshape(2, 2)
    assert loss(X, T, full, "mean") == pytest.approx((entries * full).sum() / 6)


@each_pair
def test_nothing_is_broadcast(loss):
    """Error 5: a column against a vector is refused, with the way to mend it."""
    with pytest.raises(ac.ShapeError) as caught:
        loss(np.ones((8, 1)), np.ones(8))

    text = str(caught.value)
    assert "got input of shape (8, 1) and target of shape (8,).\n" in text
    why = "NumPy would broadcast them to (8, 8), and the loss would be wrong without a word."
    assert caught.value.why == why
    assert caught.value.hint == "target.reshape(-1, 1), or input.reshape(-1)"


@each_pair
def test_a_nan_in_the_target(loss):
    """A nan in a target names its row; one in the input is left to be seen in the loss."""
    target = T.copy()
    target[1, 0] = np.nan

    for reduction in ("mean", "sum", "none"):
        with pytest.raises(ac.NumericError, match="got nan in row 1 of the target"):
            loss(X, target, None, reduction)
    assert np.isnan(loss(np.full((2, 2), np.nan), T))


@each_pair
def test_dtypes(loss):
    """float32 stays, whatever the targets and weights are."""
    x = ac.Variable(X.astype(np.float32))

    for target in (T, T.astype(np.float32), T.astype(int)):
        for weights in (None, np.array([1.0, 2.0])):
            out = loss(x, target, weights)
            assert out.dtype == np.float32
            out.backward()
            assert x.grad.dtype == np.float32


@each_pair
def test_no_rows(loss):
    """The mean over no rows is an error; the sum is 0."""
    nothing = np.zeros((0, 2))

    with pytest.raises(ac.ShapeError, match="got no rows"):
        loss(nothing, nothing)
    assert loss(nothing, nothing, None, "sum") == 0
    assert loss(nothing, nothing, None, "none").shape == (0, 2)


def test_squared_error_is_the_mean_of_squares():
    """The fused mean of squares equals its composition, to the second derivative."""

    def composed(x, t):
        return np.mean((x - t) ** 2)

    for transform in (lambda f: f, ac.grad, ac.hessian):
        np.testing.assert_allclose(transform(F.mse_loss)(X, T), transform(composed)(X, T))
    assert ac.gradcheck(F.mse_loss, X, T, order=2)


@pytest.mark.parametrize(
    "loss",
    [
        F.mse_loss,
        F.l1_loss,
        F.huber_loss,
        F.binary_cross_entropy_with_logits,
        lambda x, t: F.binary_cross_entropy(x / 9, t),
        lambda x, t: F.kl_div(x, t),
        lambda x, t: F.focal_loss(x, t),
        lambda x, t: F.gaussian_nll_loss(x, t, x * x),
    ],
)
def test_derivatives_by_the_target(loss):
    """A target that is computed has a gradient too."""
    assert ac.gradcheck(loss, X, np.array([[0.2, 0.4], [0.7, 0.9]]), order=2)


def test_weights_that_are_learned():
    """sample_weight may be a tracked Variable."""
    weights = np.array([1.0, 3.0])

    assert ac.gradcheck(lambda w: F.mse_loss(X, T, w), weights, order=2)
    assert ac.gradcheck(lambda w: F.cross_entropy(X, [0, 1], w), weights, order=2)


def test_batchmean_is_the_divergence():
    """kl_div sums over each row and takes the mean over rows; a share of 0 counts 0."""
    p, q = np.array([[0.5, 0.5], [1.0, 0.0]]), np.array([[0.25, 0.75], [1.0, 0.0]])
    with np.errstate(divide="ignore"):
        logs = np.log(q)
    expected = (0.5 * np.log(2) + 0.5 * np.log(2 / 3)) / 2

    assert F.kl_div(logs, p) == pytest.approx(expected)
    assert F.kl_div(logs, p, [3.0, 1.0]) == pytest.approx(expected * 6 / 4)
    assert F.kl_div(logs, p, reduction="mean") == pytest.approx(expected / 2)


def test_variance_shapes():
    """A variance has the shape of the input, or one column for all features."""
    v = np.array([[1.0], [4.0]])

    assert F.gaussian_nll_loss(X, T, v) == F.gaussian_nll_loss(X, T, np.repeat(v, 2, axis=1))
    with pytest.raises(ac.ShapeError):
        F.gaussian_nll_loss(X, T, np.ones(2))


def test_smooth_l1_without_a_quadratic_part():
    """beta=0 is the absolute error."""
    assert F.smooth_l1_loss(X, T, beta=0.0) == F.l1_loss(X, T)


def test_lengths_of_zero():
    """The derivative of a norm at 0 is 0, and of a cosine with a row of zeros too."""
    zeros, rows = np.zeros((2, 3)), np.array([[1.0, 2.0, 2.0], [0.0, 0.0, 1.0]])

    for p in (1, 1.5, 2, 3):
        gradient = ac.grad(lambda x, p=p: F.triplet_margin_loss(x, zeros, rows, margin=99.0, p=p))
        assert np.isfinite(gradient(zeros)).all()
        assert ac.gradcheck(lambda x, p=p: F.triplet_margin_loss(x, -rows, rows + 1, p=p), rows + 2)
    assert (ac.grad(lambda x: F.cosine_embedding_loss(x, rows, [1, 1]))(zeros) == 0).all()
    assert F.cosine_embedding_loss(zeros, rows, [1, -1], reduction="none").tolist() == [1, 0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: F.mse_loss(X, T, reduction="men"), "reduction='men', did you mean 'mean'?"),
        (lambda: F.mse_loss(X, T, np.ones(3)), "got sample_weight of shape (3,)"),
        (lambda: F.mse_loss(X, T, np.zeros(2)), "got weights that sum to 0"),
        (lambda: F.mse_loss(np.ones(3), np.ones(2)), "every entry of the input has a target"),
        (lambda: F.huber_loss(X, T, delta=0.0), "HuberLoss got delta=0.0."),
        (lambda: F.smooth_l1_loss(X, T, beta=-1.0), "SmoothL1Loss got beta=-1.0."),
        (lambda: F.triplet_margin_loss(X, X, X, p=0.5), "TripletMarginLoss got p=0.5."),
        (lambda: F.multi_margin_loss(X, [0, 1], p=3), "MultiMarginLoss got p=3."),
        (lambda: F.focal_loss(X, T / 2, gamma=-1.0), "FocalLoss got alpha=0.25 and gamma=-1.0."),
        (lambda: F.binary_cross_entropy(X, T / 2), "BCEWithLogitsLoss(), or a Sigmoid"),
        (lambda: F.kl_div(X, T, reduction="batch"), "did you mean 'batchmean'?"),
    ],
)
def test_what_is_refused(call, message):
    """Options and arguments that make no sense raise, and say what would."""
    with pytest.raises(ac.AutogradError) as caught:
        call()

    assert message in str(caught.value)
    assert caught.value.hint
