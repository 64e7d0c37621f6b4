"""Programs on which other libraries give a wrong answer without a word: each must be right here."""

import gc
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable

m = [True, False, True]
a = np.arange
ones = np.ones
A2 = np.array([[[2.0, 1], [0, 1]], [[1, 0], [1, 2]]])
NAMES = {"np": np, "m": m, "a": a, "ones": ones, "ac": ac, "A2": A2}

RIGHT = [  # expression, where, gradient
    ("np.sum(x, where=m)", [1.0, 2, 3], [1, 0, 1]),
    ("np.mean(x, where=m)", [1.0, 2, 3], [0.5, 0, 0.5]),
    ("np.prod(x, where=m)", [2.0, 3, 4], [4, 0, 2]),
    ("np.var(x, where=m)", [1.0, 2, 4], [-1.5, 0, 1.5]),
    ("np.std(x, where=m)", [1.0, 2, 4], [-0.5, 0, 0.5]),
    ("np.var(x, correction=1)", [1.0, 2, 4], [-4 / 3, -1 / 3, 5 / 3]),
    ("np.std(x, correction=1)", [1.0, 2, 4], [-0.4364357805, -0.1091089451, 0.5455447256]),
    ("np.sum(np.repeat(x, 2, axis=-1) * a(8.).reshape(2, 4))", ones((2, 2)), [[1, 5], [9, 13]]),
    ("np.sum(np.tile(x, (3,)) * a(9.).reshape(3, 3))", ones((3, 1)), [[3], [12], [21]]),
    (
        "np.sum(np.transpose(x, (-1, 0, 1)) * a(6.).reshape(3, 1, 2))",
        ones((1, 2, 3)),
        [[[0, 2, 4], [1, 3, 5]]],
    ),
    ("np.sum(np.diag(x) * [1, 2])", ones((2, 3)), [[1, 0, 0], [0, 2, 0]]),
    ("np.sum(np.outer(x, [1, 2]))", ones((2, 2)), [[3, 3], [3, 3]]),
    ("np.sum(np.where(np.ones((2, 3), bool), x, 0.))", [1.0, 2, 3], [2, 2, 2]),
    ("np.sum(x[[True, False]] * 3.)", [1.0, 2], [3, 0]),
    ("np.sum(np.array([-1., -2.])**(0*x + 2))", [2.0, 2], [0, 0]),
    ("np.sum(np.cross([[1, 2, 3], [0, 1, 1]], x) * [1, 2, 3])", [4.0, 5, 7], [-1, -1, 1]),
    ("np.max(x, initial=9.) + 0*x[0]", [1.0, 5], [0, 0]),
    ("np.sum(x.astype(int) * 1.) + 0*x[0]", [1.5, 2.5], [0, 0]),
    ("np.tensordot(np.ones(2), b=x*np.ones(2), axes=1)", 3.0, 2),
    ("np.sum(x.astype('f8') * [1, 2])", [1.0, 2], [1, 2]),
    ("np.sum(np.concatenate([x, x]) * a(4.))", [1.0, 2], [2, 4]),
    ("np.sum(np.dstack([x, x]) * [1, 5])", [1.0, 2], [6, 6]),
    ("np.sum(np.block([x, x]) * a(4.))", [1.0, 2], [2, 4]),
    ("np.sum(np.concat([x, x]) * a(4.))", [1.0, 2], [2, 4]),
    ("np.sum(x[[0, 0, 1]] * a(3.))", [1.0, 2], [1, 2]),
    ("np.einsum('ii->', x)", ones((2, 2)), [[1, 0], [0, 1]]),
    ("np.prod(x)", [0.0, 2, 3], [6, 0, 0]),
    ("np.prod(x)", [1e-200, 1e-200, 1e300], [1e100, 1e100, 0]),
    ("np.sinc(x)", 0.0, 0),
    ("np.sinc(x)", 1e-8, -3.289868133696453e-8),
    ("np.linalg.norm(x, np.inf)", [3.0, -4], [0, -1]),
    ("np.linalg.norm(x, 1.5)", [0.0, 1, 2], [0, 0.6392, 0.9040]),
    ("np.linalg.norm(x)**2", [0.0, 0], [0, 0]),
    ("np.sum(np.linalg.norm(x, 3, axis=0))", [[0.0, 1], [0, 2]], [[0, 0.2311], [0, 0.9245]]),
    (
        "np.sum(np.linalg.norm(x, axis=1, keepdims=True))",
        [[3.0, 4], [5, 12]],
        [[0.6, 0.8], [5 / 13, 12 / 13]],
    ),
    (
        "np.sum(np.linalg.solve(A2, x) * a(8.).reshape(2, 2, 2))",
        [[1.0, 2], [3, 4]],
        [[1, 2], [5, 6]],
    ),
    ("np.sum(np.fft.rfft(x, norm='backward').real * a(3.))", [1.0, 2, -1, 3], [3, -2, 1, -2]),
    (
        "np.sum(np.fft.rfft(x, norm='forward').real * a(3.))",
        [1.0, 2, -1, 3],
        [0.75, -0.5, 0.25, -0.5],
    ),
    ("np.expm1(x)", -40.0, 4.248354255291589e-18),
    ("np.logaddexp(x, 0.)", np.inf, 1),
    ("np.arctan2(x, 1e-200)", 1e-200, 5e199),
    ("np.std(x)", [2.0, 2, 2], [0, 0, 0]),
    ("np.max(x)", [1.0, np.nan, 3], [0, 1, 0]),
    ("np.maximum(x, x)", 3.0, 1),
    ("np.linalg.det(x)", [[1.0, 2], [2, 4]], [[4, -2], [-2, 1]]),
    ("np.sum(np.unique(x) * [1, 2])", [3.0, 1], [2, 1]),
    ("np.hypot(x, 0.)", 1e-200, 1),
    ("np.sum(x**0)", [0.0, 2], [0, 0]),
    ("np.sum(np.einsum('ij->j', x) * [1, 2])", ones((2, 2)), [[1, 2], [1, 2]]),
]


@pytest.mark.parametrize("row", RIGHT, ids=lambda row: row[0])
def test_gradient(row):
    """The right answer, in the shape of the operand."""
    expression, point, expected = row
    point, expected = np.asarray(point), np.asarray(expected, float)

    actual = ac.grad(lambda x: eval(expression, {**NAMES, "x": x}))(point)
    rounded = any(len(repr(e)) == 6 for e in np.ravel(expected).tolist())  # to four digits
    np.testing.assert_allclose(actual, expected, rtol=1e-3 if rounded else 1e-9)
    assert np.shape(actual) == point.shape


RIGHT_OR_LOUD = [
    ("np.sum(np.full((2, 3), x) * a(6.).reshape(2, 3))", [1.0, 2, 3], [3, 5, 7]),
    ("np.sum(np.full_like(np.zeros(3), x))", 2.0, 3),
    ("np.sum(np.array([x[0]*2, x[1]*3]))", [1.0, 1], [2, 3]),
    ("np.sum([x[0], x[1]*2])", [1.0, 1], [1, 2]),
    ("np.sum(np.vectorize(lambda v: v*v)(x))", [1.0, 2], [2, 4]),
    ("np.sum(np.asfortranarray(x) * [1, 2])", [1.0, 2], [1, 2]),
    ("np.sum(np.arange(3.)[:2].dot(x))", [1.0, 2], [0, 1]),
    ("np.interp(0.5, [0., 1.], x)", [1.0, 2], [0.5, 0.5]),
    ("np.sum(np.divide(x, [0., 2], out=np.zeros(2), where=[False, True]))", [1.0, 1], [0, 0.5]),
    ("np.sum(ac.array([x[0] * x[1], x[1]]))", [2.0, 3], [3, 3]),
]


@pytest.mark.parametrize("row", RIGHT_OR_LOUD, ids=lambda row: row[0])
def test_gradient_or_an_error(row):
    """Right, or an error that says what to write: never zeros."""
    expression, point, expected = row
    try:
        actual = ac.grad(lambda x: eval(expression, {**NAMES, "x": x}))(np.asarray(point))
    except (ac.AutogradError, TypeError, ValueError):
        return
    np.testing.assert_allclose(actual, expected)


def test_where_with_strong_zeros():
    """The branch not taken gives exactly 0."""
    with ac.strong_zeros(), np.errstate(all="ignore"):
        actual = ac.grad(lambda x: np.sum(np.where(x >= 0, x, np.sqrt(-x))))(np.array([1.0, 2.0]))

    assert actual.tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    "f",
    [
        np.max,
        np.mean,
        np.var,
        lambda x: np.where(x > 0, x, 0.0).sum(),
        lambda x: np.maximum(x, 0.5).sum(),
    ],
)
def test_a_float32_leaf_has_a_float32_gradient(f):
    """Whatever constants the rule needs."""
    v = Variable(np.array([1.0, 2.0, 4.0], "f4"))
    f(v).backward()

    assert v.grad.dtype == np.float32


def test_the_mean_of_many_float16():
    """The count of 70,000 does not fit into float16."""
    v = Variable(np.ones(70_000, "f2"))
    np.mean(v).backward()

    np.testing.assert_allclose(v.grad.astype(float), 1 / 70_000, rtol=2e-2)


def test_checkpoint_of_a_closure():
    """What the function closes over has its gradient."""
    assert ac.grad(lambda x: ac.checkpoint(lambda u: u * x)(x))(3.0) == 6.0


def test_an_operand_overwritten_after_the_call():
    """The derivative uses the values of the moment of the call."""
    b = np.ones(3)

    def f(x):
        y = x * b
        b[:] = 100.0
        return np.sum(y)

    assert ac.grad(f)(np.ones(3)).tolist() == [1.0] * 3


def test_nested_gradients_in_threads():
    """Twelve hundred of twelve hundred."""

    def run(k):
        f = ac.grad(ac.grad(lambda x: x**3 * k))
        return all(f(float(j)) == 6.0 * j * k for j in range(1, 301))

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(run, range(1, 5)))


def test_forward_mode():
    """Tangents have the shape of the values; constants of a reduction have none."""
    x, t = np.array([[3.0, 1.0], [2.0, 5.0]]), np.array([[1.0, 10.0], [2.0, 20.0]])

    assert ac.jvp(np.sort, (x,), (t,))[1].tolist() == [[10.0, 1.0], [2.0, 20.0]]
    tangent = ac.jvp(lambda x: np.sum(x, initial=10.0), (np.ones(2),), (np.array([1.0, 0.0]),))[1]
    assert tangent == 1.0


def test_both_partials_of_a_tie():
    """Half each."""
    assert ac.grad(np.maximum, (0, 1))(1.0, 1.0) == (0.5, 0.5)


def test_gradients_stay_until_they_are_cleared():
    """Reading a Variable between backward() and the step changes nothing."""
    w = Variable(np.ones(3))
    (w * w).sum().backward()
    np.mean(w)

    assert w.grad.tolist() == [2.0] * 3


def test_the_jacobian_of_a_method_of_an_array():
    """W.dot(x) with W a plain array: an error, never zeros."""
    W = np.eye(2)

    with pytest.raises(ac.ConversionError):
        ac.jacobian(lambda x: W.dot(x))(np.ones(2))
    np.testing.assert_array_equal(ac.jacobian(lambda x: W @ x)(np.ones(2)), W)


def test_a_thread_without_gradients_leaves_the_others_alone():
    """One thread in no_grad switches nothing off for another."""
    inside, done = threading.Event(), threading.Event()

    def quiet():
        with ac.no_grad():
            inside.set()
            done.wait(5)

    thread = threading.Thread(target=quiet)
    thread.start()
    inside.wait(5)
    try:
        assert ac.grad(lambda x: x * x)(3.0) == 6.0
    finally:
        done.set()
        thread.join()


def test_a_memory_map_is_never_written(tmp_path):
    """An operand on disk stays as it is, whatever is done with what is computed from it."""
    path = tmp_path / "data.bin"
    np.arange(2000.0).tofile(path)
    data = np.memmap(path, dtype=float, mode="r+")
    v = Variable(np.ones(2000))
    y = v * data
    y += 1
    y.sum().backward()
    x = Variable(data)
    z = x * 2
    z[:] = 0
    del data, x, y
    gc.collect()

    np.testing.assert_array_equal(np.fromfile(path), np.arange(2000.0))
    np.testing.assert_array_equal(v.grad, np.arange(2000.0))


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_subclasses_of_ndarray_become_their_values():
    """Variables hold plain arrays."""
    assert type(Variable(np.matrix([[1.0, 2.0]]))._data) is np.ndarray
    y = Variable(np.ones((2, 2))) * np.matrix([[1.0, 2.0], [3.0, 4.0]])

    assert isinstance(y, Variable)
    assert type(y._data) is np.ndarray


@pytest.mark.parametrize(("x", "expected"), [(20.0, 1.7e-17), (1000.0, 0.0)])
def test_tanh_far_out(x, expected):
    """The slope to 1e-16, and the curvature finite."""
    assert abs(ac.grad(np.tanh)(x) - expected) <= 1e-16
    assert abs(ac.grad(ac.grad(np.tanh))(x)) <= 1e-16


def test_a_largest_entry_in_forward_mode():
    """The tangent of the entry that is largest."""
    tangent = ac.jvp(
        lambda x: np.linalg.norm(x, np.inf), (np.array([3.0, -4]),), (np.array([0.0, 1]),)
    )

    assert tangent[1] == -1.0


@pytest.mark.parametrize(("f", "slope"), [(np.arcsin, np.inf), (np.arccos, -np.inf)])
def test_the_ends_of_arcsin(f, slope):
    """Infinite, not 0."""
    with np.errstate(divide="ignore"):
        assert ac.grad(f)(1.0) == slope


def test_densities_of_scipy():
    """chi2.logpdf has a slope."""
    pytest.importorskip("scipy")
    import autograd_core.scipy.stats as stats

    np.testing.assert_allclose(ac.grad(lambda x: stats.chi2.logpdf(x, 2.5))(2.0), -0.375)


def test_backward_is_never_silent():
    """A second sweep raises, two losses add up, and nothing to differentiate is an error."""
    x = Variable(2.0)
    (3 * x).backward()
    (5 * x).backward()
    assert x.grad == 8.0
    loss = x * x
    loss.backward()
    with pytest.raises(ac.GraphFreedError):
        loss.backward()
    with ac.no_grad():
        constant = x * x
    with pytest.raises(ac.NoPathError):
        constant.backward()


def test_a_variable_is_as_true_and_as_wide_as_its_array():
    """bool() of a zero, and the dtype of 2.0 * x."""
    assert not bool(Variable([0.0]))
    assert (2.0 * Variable(np.float32(1.0))).dtype == np.float32


def test_an_index_out_of_range_and_singular_systems_raise():
    """NumPy's own errors pass through."""
    x = Variable(np.ones((2, 2)))
    with pytest.raises(IndexError):
        x[5]
    with pytest.raises(np.linalg.LinAlgError):
        np.linalg.solve(x, np.ones(2))
    with pytest.raises(np.linalg.LinAlgError):
        np.linalg.cholesky(-x)


def test_duplicate_indices_in_an_assignment():
    """Only the last writer counts."""
    v = Variable([1.0, 2.0])
    x = np.zeros(3) * v[0]
    x[[0, 0]] = v
    x.sum().backward()

    assert v.grad.tolist() == [0.0, 1.0]


def test_sparse_matrices_keep_the_gradient_or_raise():
    """csr_array @ x is never a plain array."""
    sparse = pytest.importorskip("scipy.sparse")
    matrix, x = sparse.csr_array(np.array([[1.0, 0, 2], [0, 3, 0]])), Variable(np.ones(3))
    try:
        y = matrix @ x
    except (ac.AutogradError, TypeError, ValueError):
        return
    y.sum().backward()
    assert x.grad.tolist() == [1.0, 3.0, 2.0]
