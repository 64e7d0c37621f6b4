"""At the border: what happens when a tracked Variable meets something else.

"V" is a Variable with its gradient kept. The rule is: V, or an error that names the way. Never a
plain number in silence. The lines are those of the table of the documentation.
"""

import math
import operator

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable
from autograd_core.forms import RULES

ARRAY = np.array([0.5, -1.5, 2.0])


@pytest.fixture
def v():
    return Variable([1.0, 2.0, 3.0])


def gradient(y, v):
    """The gradient of the sum of what came out."""
    v.grad = None
    y.sum().backward()
    return v.grad.tolist()


def refused(call, error=ac.ConversionError):
    """The error of ours that a call raises, or that NumPy's error was caused by."""
    with pytest.raises((error, ValueError, TypeError)) as caught:
        call()
    chain = caught.value
    while chain is not None and not isinstance(chain, ac.AutogradError):
        chain = chain.__cause__ or chain.__context__
    assert isinstance(chain, error), caught.value
    assert chain.hint
    return chain


@pytest.mark.parametrize(
    ("expression", "dtype", "expected"),
    [
        (lambda v: 2 * v, "f8", [2, 2, 2]), (lambda v: np.float64(2) * v, "f8", [2, 2, 2]),
        (lambda v: ARRAY * v, "f8", [0.5, -1.5, 2]), (lambda v: v * ARRAY, "f8", [0.5, -1.5, 2]),
        (lambda v: ARRAY @ v, "f8", [0.5, -1.5, 2]), (lambda v: np.int64(3) * v, "f8", [3, 3, 3]),
        (lambda v: np.complex64(1j) * v, "c16", None),
    ],
)  # fmt: skip
def test_arithmetic_with_numbers_and_arrays(v, expression, dtype, expected):
    """V; the dtype by NumPy's promotion."""
    y = expression(v)

    assert isinstance(y, Variable)
    assert y.dtype == np.dtype(dtype)
    if expected is not None:
        assert gradient(y, v) == expected


@pytest.mark.parametrize(
    "call",
    [
        np.sin, np.exp, lambda v: np.stack([v, v]), lambda v: np.concatenate([v, ARRAY]),
        lambda v: np.where(ARRAY > 0, v, 0), lambda v: ac.array([[v[0], 1], [0, v[1]]]),
        lambda v: np.var(v), lambda v: np.sort(v), lambda v: np.diff(v),
        lambda v: np.outer(v, ARRAY),
    ],
)  # fmt: skip
def test_a_function_with_a_rule_gives_a_variable(v, call):
    """V, in plain NumPy."""
    y = call(v)

    assert isinstance(y, Variable)
    assert y.requires_grad


@pytest.mark.parametrize(
    "call", [lambda v: np.array([v, v]), np.asarray, lambda v: np.asarray(v, float)]
)
def test_becoming_an_array(v, call):
    """Error 9: NumPy gives no hook here."""
    assert "np.stack" in str(refused(lambda: call(v)))


@pytest.mark.parametrize("call", [float, int, complex, operator.index, math.sin, math.floor])
def test_becoming_a_number(call):
    """Error 9: .item() the number, np.sin the derivative."""
    assert ".item()" in refused(lambda: call(Variable(2.0))).hint


def test_truth_length_iteration(v):
    """As NumPy, also its errors; comparisons give plain arrays."""
    assert len(v) == 3
    assert [row.item() for row in v] == [1, 2, 3]
    assert 2.0 in v
    assert type(v > 0) is np.ndarray
    with pytest.raises(ValueError, match="ambiguous"):
        bool(v)


def test_assignment_into_a_plain_array(v):
    """Error 9, as the cause of NumPy's ValueError for one element."""
    plain = np.zeros(3)
    refused(lambda: plain.__setitem__(slice(None), v))
    refused(lambda: plain.__setitem__(0, v[0]))
    refused(lambda: np.copyto(plain, v))
    refused(lambda: np.add(v, v, out=plain))
    refused(lambda: operator.iadd(plain, v))

    assert plain.tolist() == [0, 0, 0]


def test_a_function_without_a_rule(v):
    """Error 11, at the call; the next move is named."""
    with pytest.raises(ac.NoRuleError) as caught:
        np.frompyfunc(lambda x: x, 1, 1)(v)

    assert caught.value.hint
    assert isinstance(caught.value, NotImplementedError)


def test_a_tracked_variable_as_an_index_or_axis(v):
    """An index has no derivative."""
    k = Variable(1.0)

    for call in (lambda: ARRAY[k], lambda: np.sum(ARRAY[None], axis=k), lambda: np.take(ARRAY, k),
                 lambda: v[k], lambda: np.sum(v, axis=k), lambda: range(k)):  # fmt: skip
        with pytest.raises((ac.AutogradError, TypeError, IndexError)):
            call()


def test_untracked_variables_behave_as_arrays():
    """Anywhere above."""
    u = Variable([1.0, 2.0], requires_grad=False)
    plain = np.zeros(2)
    plain[:] = u
    plain[0] = u[1]

    assert plain.tolist() == [2.0, 2.0]
    assert np.array([u, u]).tolist() == [[1, 2], [1, 2]]
    assert np.asarray(u).tolist() == [1, 2]
    assert float(u[0]) == 1.0
    assert math.sin(u[0]) == math.sin(1.0)
    assert "abc"[Variable(np.int64(1), requires_grad=False)] == "b"
    assert np.add(u, 1, out=plain) is plain


# --- pandas ---------------------------------------------------------------------------------------
def test_pandas(v):
    """V over the values; labels are not carried."""
    pd = pytest.importorskip("pandas")
    series = pd.Series([1.0, 2.0, 4.0], index=list("abc"))
    frame = pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [0.0, 1.0, 0.0]})

    for y in (series * v, v * series, frame["a"] * v, v * frame["a"], series + v - v):
        assert isinstance(y, Variable)
        assert y.shape == (3,)
    assert gradient(series * v, v) == [1, 2, 4]
    assert gradient(v * series, v) == [1, 2, 4]
    assert Variable(series).tolist() == [1, 2, 4]
    assert Variable(frame).shape == (3, 2)
    refused(lambda: frame.T @ v)
    assert gradient(frame.to_numpy().T @ v, v) == [1, 3, 4]
    refused(lambda: pd.Series(v))
    y = series.to_numpy() * v
    assert gradient(y, v) == [1, 2, 4]


def test_xarray(v):
    """A DataArray holds V; gradients flow through .data."""
    xr = pytest.importorskip("xarray")
    array = xr.DataArray([1.0, 2.0, 4.0], dims="t")

    y = v * array
    assert gradient(y if isinstance(y, Variable) else y.data, v) == [1, 2, 4]
    assert Variable(array).tolist() == [1, 2, 4]
    z = array * v
    inside = z if isinstance(z, Variable) else z.data
    assert isinstance(inside, Variable)
    assert gradient(inside, v) == [1, 2, 4]


def test_scipy_sparse(v):
    """Error 9, or V: never a plain array."""
    sparse = pytest.importorskip("scipy.sparse")
    matrix = sparse.csr_array(np.array([[1.0, 0, 2], [0, 3, 0]]))

    for call in (lambda: matrix @ v, lambda: matrix * v, lambda: matrix.dot(v)):
        assert "sparse" in str(refused(call))
    try:
        y = v @ matrix.T
    except ac.AutogradError:
        return
    assert isinstance(y, Variable)
    assert gradient(y, v) == [1, 3, 2]


def test_scipy_special(v):
    """A ufunc of SciPy has a rule, or says at the call that it has none."""
    special = pytest.importorskip("scipy.special")
    if special.elliprj in RULES:
        assert isinstance(special.elliprj(v, 1.0, 2.0, 3.0), Variable)
    else:
        with pytest.raises(ac.NoRuleError, match=r"scipy\.special\.elliprj"):
            special.elliprj(v, 1.0, 2.0, 3.0)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("package", ["torch", "jax.numpy"])
def test_other_frameworks(v, package):
    """torch.asarray(v), jnp.asarray(v): error 9."""
    module = pytest.importorskip(package)
    with pytest.raises((ac.AutogradError, TypeError, ValueError, RuntimeError)):
        module.asarray(v)


def test_scikit_learn(v):
    """A tracked Variable is refused; an untracked one converts."""
    linear_model = pytest.importorskip("sklearn.linear_model")
    model, X = linear_model.LinearRegression(), ARRAY[:, None]

    refused(lambda: model.fit(X, v))
    model.fit(X, v.detach())
    assert model.coef_.shape == (1,)


def test_matplotlib(v):
    """So does plt.plot."""
    pytest.importorskip("matplotlib")
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    try:
        refused(lambda: pyplot.plot(v))
        pyplot.plot(v.detach())
    finally:
        pyplot.close("all")


def test_python_collections(v):
    """sum, max, min and sorted work on numbers as Python has them."""
    numbers = list(v)

    assert gradient(sum(numbers) * np.ones(1), v) == [1, 1, 1]
    assert max(numbers) is numbers[2]
    assert sorted(numbers, reverse=True)[0] is numbers[2]


class Wrapper:
    """A type that asks to wrap what it meets, as xarray does."""

    __array_priority__ = 2000

    def __init__(self, inner):
        self.inner = inner

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        inputs = [i.inner if isinstance(i, Wrapper) else i for i in inputs]
        return Wrapper(getattr(ufunc, method)(*inputs, **kwargs))


def test_types_that_wrap_us_are_asked(v):
    """NotImplemented is returned to them, so that they hold the Variable."""
    y = np.multiply(v, Wrapper(ARRAY))

    assert isinstance(y, Wrapper)
    assert gradient(y.inner, v) == ARRAY.tolist()
