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
@pytest.fixture
def series():
    pd = pytest.importorskip("pandas")
    return pd.Series([1.0, 2.0, 4.0], index=list("abc"))


@pytest.fixture
def frame():
    pd = pytest.importorskip("pandas")
    return pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [0.0, 1.0, 0.0]})


SERIES = {
    "s * v": [1, 2, 4], "v * s": [1, 2, 4], "s + v": [1, 1, 1], "v - s": [1, 1, 1],
    "s - v": [-1, -1, -1], "s / v": [-1, -0.5, -4 / 9], "v / s": [1, 0.5, 0.25],
    "v ** s": [1, 4, 108], "s % (v * 1.5)": [0, 0, 0], "np.multiply(s, v)": [1, 2, 4],
    "np.add(v, s)": [1, 1, 1], "s.mul(v)": [1, 2, 4], "v @ s * np.ones(1)": [1, 2, 4],
    "np.where(s > 1, v, 0.0)": [0, 1, 1], "np.stack([v, s])": [1, 1, 1],
    "np.interp(v, s, s)": [1, 1, 1], "np.concatenate([v, s])": [1, 1, 1],
    "frame['a'] * v": [1, 2, 4], "v * frame['a']": [1, 2, 4], "v @ frame": [1, 3, 4],
    "np.dot(frame.T, v)": [1, 3, 4], "frame.to_numpy().T @ v": [1, 3, 4], "v * frame.T": [1, 3, 4],
    "frame.T * v": [1, 3, 4], "s.index.map({'a': 1.0, 'b': 2.0, 'c': 4.0}) * v": [1, 2, 4],
}  # fmt: skip


@pytest.mark.parametrize("expression", SERIES)
def test_beside_pandas(v, series, frame, expression):
    """V over the values; labels are not carried."""
    y = eval(expression, {"np": np, "v": v, "s": series, "frame": frame})

    assert type(y) is Variable
    np.testing.assert_allclose(gradient(y, v), SERIES[expression])


@pytest.mark.parametrize(
    "expression",
    ["frame.T @ v", "s.dot(v)", "pd.Series(v)", "pd.DataFrame({'a': v})", "frame.mul(v, axis=0)",
     "s.where(s > 1, v)", "frame.assign(c=v)", "s.copy().__setitem__(slice(None), v)"],
)  # fmt: skip
def test_pandas_refuses_what_it_would_convert(v, series, frame, expression):
    """Error 9: a column of a frame is an array."""
    pd = pytest.importorskip("pandas")
    with pytest.raises((ac.ConversionError, ValueError)):
        eval(expression, {"pd": pd, "v": v, "s": series, "frame": frame})


def test_in_place_arithmetic_with_pandas(v, series):
    """A Variable takes the values; a Series is not written."""
    x = v * 1.0
    x += series
    x *= series

    assert gradient(x, v) == [1, 2, 4]
    assert series.tolist() == [1, 2, 4]


def test_variables_of_labelled_data(series, frame):
    """Made of the values, which are copied."""
    x, y = Variable(series), Variable(frame)

    assert x.tolist() == [1, 2, 4]
    assert y.shape == (3, 2)
    x.data[0] = 7.0
    assert series.iloc[0] == 1.0


# --- xarray ---------------------------------------------------------------------------------------
@pytest.fixture
def array():
    xr = pytest.importorskip("xarray")
    return xr.DataArray([1.0, 2.0, 4.0], dims="t", coords={"t": [10, 20, 30]})


HELD = {  # of a DataArray d and a Variable v: a DataArray that holds a Variable
    "d * v": [1, 2, 4], "d + v": [1, 1, 1], "d - v": [-1, -1, -1], "d / v": [-1, -0.5, -4 / 9],
    "np.multiply(d, v)": [1, 2, 4], "np.square(d * v)": [2, 16, 96],
    "(d * v).sum()": [1, 2, 4], "(d * v).mean('t')": [1 / 3, 2 / 3, 4 / 3],
    "(d * v).isel(t=slice(0, 2))": [1, 2, 0], "(d * v).sel(t=20)": [0, 2, 0],
    "xr.dot(d, d * v)": [1, 4, 16], "(d * v).max()": [0, 0, 4], "(d * v).cumsum('t')": [3, 4, 4],
    "(d * v) * xr.DataArray([1.0, 2.0], dims='s')": [3, 6, 12],
    "xr.concat([d * v, d * v], dim='t')": [2, 4, 8], "xr.Dataset({'a': d * v})['a']": [1, 2, 4],
    "(d * v).expand_dims('s').transpose('t', 's')": [1, 2, 4], "np.exp(0 * (d * v))": [0, 0, 0],
    "xr.DataArray(v, dims='t', coords=d.coords) * d": [1, 2, 4], "(d * v).clip(0, 5)": [1, 2, 0],
}  # fmt: skip


@pytest.mark.parametrize("expression", HELD)
def test_inside_a_data_array(v, array, expression):
    """Gradients flow through .data; dimensions and coordinates are xarray's."""
    xr = pytest.importorskip("xarray")
    names = {"np": np, "xr": xr, "d": array}
    y, expected = (eval(expression, {**names, "v": x}) for x in (v, v.numpy()))

    assert type(y) is xr.DataArray
    assert type(y.data) is Variable
    assert y.dims == expected.dims
    assert set(y.coords) == set(expected.coords)
    np.testing.assert_allclose(y.data.numpy(), expected.values)
    np.testing.assert_allclose(gradient(y.data, v), HELD[expression], atol=1e-15)


@pytest.mark.parametrize("expression", ["v * d", "v + d - v", "np.multiply(v, d)", "v @ d"])
def test_a_variable_before_a_data_array(v, array, expression):
    """V over the values."""
    y = eval(expression, {"np": np, "v": v, "d": array})

    assert type(y) is Variable
    assert gradient(y * np.ones(1), v) == ([0, 0, 0] if "+" in expression else [1, 2, 4])
    assert Variable(array).tolist() == [1, 2, 4]


def test_a_data_array_of_a_variable_is_not_converted(v, array):
    """.values, float() and a write into a plain DataArray: error 9."""
    y = array * v

    for call in (lambda: y.values, y.to_numpy, lambda: float(y.sum()), lambda: np.asarray(y),
                 lambda: array.__setitem__(slice(None), v),
                 lambda: operator.iadd(array, v)):  # fmt: skip
        refused(call)
    assert array.values.tolist() == [1, 2, 4]
    assert "Variable" in repr(y)


def test_a_loss_in_xarray(array):
    """grad of a function that computes with labels, to the second order."""

    def loss(x):
        residual = (array * x - 1.0) ** 2
        return residual.mean().data

    expected = 2 * array.values * (array.values * [1.0, 2.0, 3.0] - 1) / 3
    np.testing.assert_allclose(ac.grad(loss)(np.array([1.0, 2.0, 3.0])), expected)
    ac.gradcheck(loss, np.array([1.0, 2.0, 3.0]), order=2)


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


def test_a_sparse_matrix_on_the_right():
    """Our operator is asked first: the product, with its gradient; sparse * v has no such door."""
    sparse = pytest.importorskip("scipy.sparse")
    dense = np.array([[1.0, 0, 2], [0, 3, 0]])
    for kind in (sparse.csr_array, sparse.csc_matrix, sparse.coo_array):
        v = ac.Variable([1.0, 2.0])
        y = v @ kind(dense)
        y.backward(np.array([1.0, 10.0, 100.0]))

        np.testing.assert_array_equal(y.data, v.data @ dense)
        np.testing.assert_array_equal(v.grad, dense @ [1.0, 10.0, 100.0])


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
