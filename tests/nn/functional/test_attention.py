"""The attention functions, against their formulas and PyTorch's."""

import numpy as np
import pytest

import autograd_core as ac
import nn.functional as F

RNG = np.random.default_rng(0)
Q, K, V = (RNG.normal(size=(2, n, d)) for n, d in ((3, 4), (5, 4), (5, 2)))
SEEN = np.array([[1, 0, 1, 0, 0], [0, 0, 0, 0, 0], [1, 1, 1, 1, 1]], bool)


def test_masked_weights():
    """Weights are zero where the mask is, and rows sum to 1 or, where nothing is seen, to 0."""
    weights = F.attention_weights(Q, K, SEEN)

    assert not weights[:, ~SEEN].any()
    np.testing.assert_allclose(weights.sum(-1), [[1, 0, 1]] * 2, rtol=1e-14)


def test_row_without_keys():
    """A query that may look nowhere gets zeros, and its gradients are finite."""
    given = [ac.Variable(a) for a in (Q, K, V)]

    out = F.scaled_dot_product_attention(*given, SEEN)
    (out * out).sum().backward()

    assert (out.data[:, 1] == 0).all()
    assert (given[0].grad[:, 1] == 0).all()
    assert all(np.isfinite(v.grad).all() for v in given)


@pytest.mark.parametrize("options", [{}, {"mask": SEEN}, {"causal": True}])
def test_gradcheck(options):
    """First and second derivatives agree with finite differences, under masks too."""
    ac.gradcheck(lambda *a: F.scaled_dot_product_attention(*a, **options), Q, K, V, order=2)


def test_added_mask():
    """A mask of numbers is added to the scores; -inf masks, and there is a gradient by it."""
    numbers = np.where(SEEN, 0.0, -np.inf)
    bias = RNG.normal(size=(3, 5))

    np.testing.assert_array_equal(
        F.attention_weights(Q, K, numbers), F.attention_weights(Q, K, SEEN)
    )
    ac.gradcheck(lambda b: F.attention_weights(Q, K, b), bias, order=2)


def test_causal_and_masked():
    """Both may be given: a key is seen where both allow it."""
    past = np.tri(3, 5, dtype=bool)

    np.testing.assert_array_equal(
        F.attention_weights(Q, K, SEEN, causal=True), F.attention_weights(Q, K, SEEN & past)
    )


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("mask", [None, SEEN[[0, 2, 2]], np.where(SEEN, 0.5, -1.0)])
def test_against_torch(mask, causal):
    """The value is PyTorch's, whose mask means the same."""
    torch = pytest.importorskip("torch")
    attention = torch.nn.functional.scaled_dot_product_attention
    tensors = [torch.from_numpy(a) for a in (Q, K, V)]
    both = mask
    if causal and mask is not None:  # PyTorch takes one of the two
        past = np.tri(3, 5, dtype=bool)
        both = mask & past if mask.dtype == bool else np.where(past, mask, -np.inf)
    expected = attention(
        *tensors,
        attn_mask=None if both is None else torch.from_numpy(both),
        is_causal=causal and both is None,
    )

    actual = F.scaled_dot_product_attention(Q, K, V, mask, causal)

    np.testing.assert_allclose(actual, expected.numpy(), rtol=1e-12)


def test_large_scores():
    """Scores of ±1e4 give finite values and gradients."""
    given = [ac.Variable(a * 100) for a in (Q, K, V)]

    out = F.scaled_dot_product_attention(*given, causal=True)
    out.sum().backward()

    assert np.isfinite(out.data).all()
    assert all(np.isfinite(v.grad).all() for v in given)


def test_float32():
    """float32 is kept, also with a mask of float64."""
    given = [a.astype(np.float32) for a in (Q, K, V)]

    out = F.scaled_dot_product_attention(*given, np.zeros((3, 5)), causal=True)

    assert out.dtype == np.float32


def test_dropout():
    """A share of the weights is dropped, the others grow; the same seed drops the same."""
    ones = np.ones((1, 400, 1))

    first, again = (
        F.scaled_dot_product_attention(ones, ones, ones, dropout=0.5, rng=3) for _ in range(2)
    )

    assert abs(first.mean() - 1) < 0.02
    assert first.std() > 0.01
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ((Q, K[..., :3], V), "queries of shape (2, 3, 4) and keys of shape (2, 5, 3)"),
        ((Q, K, V[:, :4]), "k of shape (2, 5, 4) and v of shape (2, 4, 2)"),
        ((Q, K, V, SEEN[:, :4]), "a mask of shape (3, 4)"),
        ((Q, K, V, SEEN.astype(int)), "dtype int64"),
        ((Q, K, V, np.ones((7, 2, 3, 5), bool)), "a mask of shape (7, 2, 3, 5)"),
    ],
)
def test_shapes(arrays, message):
    """Arrays that do not fit are refused with their shapes."""
    with pytest.raises(ac.ShapeError) as caught:
        F.scaled_dot_product_attention(*arrays)

    assert message in str(caught.value)
