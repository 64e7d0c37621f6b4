"""Initializers: their laws, seeds, dtypes and forms in place."""

import inspect
import math

import numpy as np
import pytest

import autograd_core as ac
import nn
from nn import init

SHAPES = [(300, 200), (64, 32, 3, 3), (50, 40, 7)]
LAWS = {  # std as a function of the fans; the random ones that scale
    "kaiming_normal": lambda i, o: math.sqrt(2 / i),
    "kaiming_uniform": lambda i, o: math.sqrt(2 / i),
    "he_normal": lambda i, o: math.sqrt(2 / i),
    "he_uniform": lambda i, o: math.sqrt(2 / i),
    "xavier_normal": lambda i, o: math.sqrt(2 / (i + o)),
    "xavier_uniform": lambda i, o: math.sqrt(2 / (i + o)),
    "glorot_normal": lambda i, o: math.sqrt(2 / (i + o)),
    "glorot_uniform": lambda i, o: math.sqrt(2 / (i + o)),
    "lecun_normal": lambda i, o: math.sqrt(1 / i),
    "lecun_uniform": lambda i, o: math.sqrt(1 / i),
}
ARGUMENTS = {"constant": {"value": 0.5}, "sparse": {"sparsity": 0.5}}
ALL = sorted(name for name in init.__all__ if f"{name}_" in init.__all__ and not name.endswith("_"))


def shape_of(name):
    """A shape that an initializer takes."""
    return (4, 2, 3) if name == "dirac" else (4, 3)


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_spread(name, shape):
    """The standard deviation follows the fans, and a uniform law ends at √3 times it."""
    fan_in, fan_out = init.fans(shape)
    expected = LAWS[name](fan_in, fan_out)

    drawn = getattr(init, name)(shape, rng=0)

    assert drawn.shape == shape
    assert abs(drawn.mean()) < 5 * expected / math.sqrt(drawn.size)
    assert drawn.std() == pytest.approx(expected, rel=5 / math.sqrt(2 * drawn.size))
    if name.endswith("uniform"):
        assert 0.99 * math.sqrt(3) < np.abs(drawn).max() / expected <= math.sqrt(3)


@pytest.mark.parametrize("name", ALL)
def test_one_seed_one_array(name):
    """The same seed gives the same bits; the dtype is the one asked for, or the default."""
    draw, options = getattr(init, name), ARGUMENTS.get(name, {})
    shape = shape_of(name)

    first = draw(shape, rng=0, **options)

    assert (first == draw(shape, rng=np.random.default_rng(0), **options)).all()
    assert first.dtype == np.float64
    assert draw(shape, rng=0, dtype=np.float32, **options).dtype == np.float32
    with nn.default_dtype(np.float32):
        assert draw(shape, rng=0, **options).dtype == np.float32
    assert inspect.signature(draw).parameters["rng"].kind is inspect.Parameter.KEYWORD_ONLY


@pytest.mark.parametrize("name", ALL)
def test_in_place(name):
    """name_ writes the same numbers into the array that is there, and returns its holder."""
    options, shape = ARGUMENTS.get(name, {}), shape_of(name)
    parameter = nn.Parameter(np.full(shape, 7, np.float32))
    memory, array = parameter.data, np.empty(shape)

    assert getattr(init, f"{name}_")(parameter, rng=0, **options) is parameter
    assert getattr(init, f"{name}_")(array, rng=0, **options) is array

    expected = getattr(init, name)(shape, rng=0, **options)
    assert (array == expected).all()
    assert (memory == expected.astype(np.float32)).all()
    assert parameter.dtype == np.float32


def test_in_place_of_a_number():
    """A parameter that is a single number is filled too."""
    parameter = nn.Parameter(3.0)

    assert init.ones_(parameter).item() == 1.0


def test_constants():
    """zeros, ones, constant, identity and dirac are what they say."""
    assert init.zeros(3).tolist() == [0.0] * 3
    assert init.ones((1, 2)).tolist() == [[1.0, 1.0]]
    assert init.constant(2, 0.5).tolist() == [0.5, 0.5]
    assert init.identity((2, 3), gain=2.0).tolist() == [[2, 0, 0], [0, 2, 0]]
    x = np.random.default_rng(0).normal(size=(2, 4, 5, 5))
    kernels = init.dirac((4, 2, 3, 3), groups=2)
    torch = pytest.importorskip("torch")
    expected = torch.nn.init.dirac_(torch.empty(4, 2, 3, 3), groups=2).numpy()
    assert (kernels == expected).all()
    out = torch.nn.functional.conv2d(torch.tensor(x), torch.tensor(kernels), padding=1, groups=2)
    assert (out.numpy() == x).all()


def test_small_random_weights():
    """normal and uniform are the seeds' small random weights unless told otherwise."""
    assert init.normal(10_000, rng=0).std() == pytest.approx(0.01, rel=0.03)
    assert init.normal(10_000, 3.0, 0.5, rng=0).mean() == pytest.approx(3.0, abs=0.03)
    drawn = init.uniform(10_000, rng=0)
    assert -0.05 <= drawn.min() < -0.0499
    assert 0.0499 < drawn.max() < 0.05
    assert init.uniform(10_000, 0, 1, rng=0).mean() == pytest.approx(0.5, abs=0.02)


def test_truncated_normal_is_redrawn():
    """What lies beyond the cutoff is drawn again: nothing piles up at the bound."""
    drawn = init.truncated_normal(50_000, std=2.0, cutoff=1.5, rng=0)

    assert np.abs(drawn).max() <= 3.0
    assert np.count_nonzero(np.abs(drawn) > 2.999) < 50
    variance = 1 - 3 * math.exp(-1.125) / math.sqrt(2 * math.pi) / math.erf(1.5 / math.sqrt(2))
    assert drawn.std() == pytest.approx(2 * math.sqrt(variance), rel=0.02)


@pytest.mark.parametrize("shape", [(4, 4), (3, 7), (7, 3), (4, 2, 3)], ids=str)
def test_orthogonal(shape):
    """The shorter side of the matrix is orthonormal, times the gain."""
    q = init.orthogonal(shape, gain=3.0, rng=0).reshape(shape[0], -1)
    product = q @ q.T if q.shape[0] <= q.shape[1] else q.T @ q

    np.testing.assert_allclose(product, 9 * np.eye(len(product)), atol=1e-14)


def test_orthogonal_matrices_are_drawn_evenly():
    """Both signs of the determinant and of each entry occur equally often."""
    rng = np.random.default_rng(0)
    drawn = np.array([init.orthogonal((2, 2), rng=rng) for _ in range(400)])

    assert abs(np.sign(np.linalg.det(drawn)).mean()) < 0.15
    assert (np.abs(np.sign(drawn).mean(axis=0)) < 0.15).all()


def test_sparse():
    """A share of each column is zero, at random places."""
    weights = init.sparse((100, 20), 0.9, std=1.0, rng=0)

    assert (np.count_nonzero(weights, axis=0) == 10).all()
    assert len({tuple(np.flatnonzero(column)) for column in weights.T}) == 20


def test_gains():
    """The gains are PyTorch's."""
    torch = pytest.importorskip("torch")

    for name in ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"):
        expected = torch.nn.init.calculate_gain(name)
        assert init.calculate_gain(name) == pytest.approx(expected, rel=1e-15)
    assert init.calculate_gain("leaky_relu", 0.5) == math.sqrt(2 / 1.25)


def test_layers_without_inputs():
    """A layer of no inputs has no weights, which is no error."""
    assert init.kaiming_uniform((0, 3), rng=0).shape == (0, 3)
    assert init.xavier_normal((0, 0), rng=0).shape == (0, 0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: init.kaiming_normal(3), "scales by fans got shape (3,)"),
        (lambda: init.orthogonal((3,)), "scales by fans got shape (3,)"),
        (lambda: init.identity((2, 2, 2)), "init.identity got shape (2, 2, 2)"),
        (lambda: init.dirac((2, 2)), "init.dirac got shape (2, 2)"),
        (lambda: init.sparse((2, 2, 2), 0.5), "init.sparse got shape (2, 2, 2)"),
        (lambda: init.sparse((2, 2), 1.5), "init.sparse got sparsity=1.5"),
        (lambda: init.normal(2, std=-1.0), "init.normal got std=-1.0"),
        (lambda: init.uniform(2, 1.0, 0.0), "init.uniform got low=1.0 and high=0.0"),
        (lambda: init.truncated_normal(2, cutoff=0.0), "got cutoff=0.0"),
        (lambda: init.calculate_gain("rleu"), "did you mean 'relu'?"),
        (lambda: init.calculate_gain("tanh", 2.0), "calculate_gain('tanh') takes no parameter"),
        (lambda: init.get("kaiming"), "init='kaiming', did you mean 'kaiming_"),
        (lambda: init.get(None), "init=None is neither a name nor a callable."),
    ],
)
def test_what_is_refused(call, message):
    """Shapes and numbers that make no sense raise, and say what would."""
    with pytest.raises(ac.AutogradError) as caught:
        call()

    assert message in str(caught.value)
    assert caught.value.hint


def test_layers_take_names_and_functions():
    """A layer draws with a name or a function, and draws again on request."""
    layer = nn.Linear(3, 2, weight_init="orthogonal", bias_init=init.normal, rng=0)
    before = layer.weight.numpy()

    layer.initialize(rng=1)

    assert (layer.weight.numpy() != before).all()
    np.testing.assert_allclose(layer.weight.numpy().T @ layer.weight.numpy(), np.eye(2), atol=1e-14)
