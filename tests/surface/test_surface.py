"""Every name of NumPy is classed, and what is classed behaves so."""

import numpy as np
import numpy.char
import numpy.fft
import numpy.lib.recfunctions
import numpy.polynomial
import numpy.strings
import pytest
from harness import (
    agree,
    case,
    forward,
    outputs,
    plain,
    quietly,
    reverse,
    richardson,
    same_bits,
    second,
)
from numpy.testing.overrides import (
    get_overridable_numpy_array_functions,
    get_overridable_numpy_ufuncs,
)
from surface import BY_NAME, NAMES, SURFACE, as_function, examples, in_scope, resolve

import autograd_core as ac
from autograd_core.forms import RULES

DIFFERENTIABLE = [r for r in SURFACE if in_scope(r) and r["class"] == "differentiable"]
EXAMPLES = list(examples(DIFFERENTIABLE))
UNKINDLY_SECOND = {"numpy.nextafter"}  # one bit beyond x: differences of differences see nothing


def ids(rows):
    """One name per example."""
    return [f"{row['name'].removeprefix('numpy.')}[{v}]-{e}"[:70] for row, v, e in rows]


def dispatched(kind):
    """The rows in scope of one class whose functions NumPy hands to a Variable."""
    for row in SURFACE:
        via = row.get("via") or ""
        wanted = in_scope(row) and row["class"] == kind and row["kind"] in ("function", "ufunc")
        if wanted and via in ("__array_function__", "__array_ufunc__") and resolve(row["name"]):
            yield row["name"]


GONE = {"numpy.in1d", "numpy.trapz"}  # of NumPy before 2.4


def test_every_overridable_function_is_classed():
    """A function that a newer NumPy adds fails here until it is classed."""
    functions = get_overridable_numpy_array_functions()
    names = {f"{f.__module__}.{f.__name__}".replace("_scimath_impl", "scimath") for f in functions}

    assert sorted(names - set(BY_NAME) - GONE) == []


def test_every_overridable_ufunc_is_classed():
    """So does a ufunc."""
    homes = ("numpy", "numpy.strings", "numpy._core.umath")
    unknown = [
        u.__name__
        for u in get_overridable_numpy_ufuncs()
        if not any(f"{home}.{u.__name__}" in BY_NAME for home in homes)
    ]

    assert unknown == []


@pytest.mark.parametrize("name", list(dispatched("differentiable")))
def test_has_a_rule(name):
    """What is called differentiable has a rule that is no constant."""
    rule = RULES.get(resolve(name))

    assert rule is not None
    assert rule.form != "constant"


@pytest.mark.parametrize("name", [*dispatched("constant"), *dispatched("metadata")])
def test_is_declared_constant(name):
    """What has no derivative anywhere is declared so."""
    rule = RULES.get(resolve(name))

    assert rule is not None
    assert rule.form == "constant"


def example_case(row, variable, expression):
    """An example as a case of the harness."""
    return case(
        resolve(row["name"]),
        make=lambda rng: [NAMES[variable].copy()],
        call=as_function(variable, expression),
    )


@pytest.mark.filterwarnings("ignore:`row_stack` alias:DeprecationWarning")
@pytest.mark.parametrize(("row", "variable", "expression"), EXAMPLES, ids=ids(EXAMPLES))
def test_example_value(row, variable, expression):
    """The value is NumPy's, bit for bit, and tracked."""
    function = as_function(variable, expression)

    actual = function(ac.Variable(NAMES[variable]))
    made = example_case(row, variable, expression)
    same_bits(actual, function(NAMES[variable].copy()), expression, made.ulps)
    assert all(isinstance(y, ac.Variable) and y.requires_grad for y in outputs(actual))


@pytest.mark.filterwarnings("ignore:`row_stack` alias:DeprecationWarning")
@pytest.mark.parametrize(("row", "variable", "expression"), EXAMPLES, ids=ids(EXAMPLES))
def test_example_derivatives(row, variable, expression):
    """Both modes and the second order agree with differences."""
    made = example_case(row, variable, expression)
    function, operands = made.function({}), made.operands()

    grads = reverse(made, function, operands)
    forward(made, function, operands, grads)
    if row["name"] not in UNKINDLY_SECOND:
        second(made, function, operands)


@pytest.mark.filterwarnings("ignore:`row_stack` alias:DeprecationWarning")
@pytest.mark.parametrize(("row", "variable", "expression"), EXAMPLES, ids=ids(EXAMPLES))
def test_example_in_single_precision(row, variable, expression):
    """float32 in, float32 gradient, near the one in double precision."""
    half = {np.dtype("f8"): "f4", np.dtype("c16"): "c8"}
    single = {
        k: v.astype(half.get(v.dtype, v.dtype)) if isinstance(v, np.ndarray | np.generic) else v
        for k, v in NAMES.items()
    }
    rough = as_function(variable, expression, single)
    exact = as_function(variable, expression)
    grads = []
    for function, operand in ((rough, single[variable]), (exact, NAMES[variable])):
        leaf = ac.Variable(operand)
        total = sum(np.sum(np.real(y)) for y in outputs(function(leaf)))
        total.backward()
        grads.append(leaf.grad)

    assert grads[0].dtype == single[variable].dtype
    np.testing.assert_allclose(grads[0], grads[1], rtol=2e-3, atol=2e-3)


SMOOTH = [e for e in EXAMPLES if e[0]["form"] == "elementwise" and e[0]["kind"] == "ufunc"]


@pytest.mark.parametrize(("row", "variable", "expression"), SMOOTH, ids=ids(SMOOTH))
def test_third_order(row, variable, expression):
    """The third derivative of an elementary function agrees with differences of the second."""
    function = as_function(variable, expression)
    second_derivative = ac.elementwise_grad(ac.elementwise_grad(function))
    third = ac.elementwise_grad(second_derivative)(NAMES[variable])
    expected, error = richardson(lambda s: second_derivative(NAMES[variable] + s), 0.1)

    agree(third, expected, expression, error=error, rtol=1e-6, level=np.max(np.abs(expected)))


REFUSED = {
    "np.r_[x, y]": "stack", "np.c_[x, y]": "stack",
    "np.vectorize(lambda e: e * e)(x)": "",
    "np.frompyfunc(lambda e: e * e, 1, 1)(x)": "primitive",
    "np.asmatrix(X)": "", "np.matrix(X)": "",
    "np.bmat([[X, X]])": "", "np.nditer(x)": None,
    "np.nested_iters(X, [[0], [1]])": None,
    "list(np.ndenumerate(x))": "",
    "np.broadcast(x, y)": "",
    "np.asarray_chkfinite(x)": "",
    "np.from_dlpack(x)": None,
    "np.lib.stride_tricks.as_strided(x, (2,), (8,))": "",
    "np.kaiser(3, s)": "",
    "np.mgrid[0:s:0.5]": "", "np.ogrid[0:s:0.5]": "",
    "np.format_float_positional(s)": None,
    "np.format_float_scientific(s)": None,
    "np.lib.array_utils.byte_bounds(x)": None,
    "np.busday_count(x, y)": None,
    "np.busday_offset(x, y)": None,
    "np.is_busday(x)": None,
    "np.datetime_as_string(x)": None,
    "np.random.default_rng(0).normal(x)": "",
    "np.random.default_rng(0).permutation(x)": None,
    "np.ma.array(x)": "", "np.ma.masked_less(x, 1)": "",
    "np.strings.upper(x)": None,
    "np.char.upper(x)": None,
    "np.strings.count(x, x)": None,
    "np.array(x)": "stack", "np.asarray(x)": "stack", "np.array([x, y])": "stack",
    "np.asarray(x, float)": "stack", "np.sum([x, y])": "", "np.mean([x, y])": "",
    "np.zeros(5).dot(x)": "", "np.fromiter([s], float)": None,
    "np.float64(s)": "item", "np.interp(0.5, t, y, left=s)": None,
    "np.full(3, s)": None, "np.full_like(y, s)": "", "np.full((2,), s, dtype=float)": None,
    "np.nan_to_num(y, nan=s)": "", "np.copyto(y.copy(), x)": "",
    "np.sum(y, initial=s)": None, "np.pad(y, 1, constant_values=s)": None,
    "np.fill_diagonal(A.copy(), s)": None, "np.select([m], [y], default=s)": None,
    "np.add(x, y, out=y.copy())": "Variable", "np.add.at(y.copy(), 0, s)": "",
    "y.copy().fill(s)": None, "y.copy().__setitem__(0, s)": None,
    "y.copy().__setitem__(slice(None), x)": "", "y.copy().__iadd__(x)": "",
    "np.add(x, y, where=m)": "out", "np.reshape(X, (2, 6), order='A')": "order",
    "np.ravel(X, order='K')": "order", "np.take(y, x)": None, "y[s]": None,
    "np.sum(X, axis=s)": None, "pow(x, 2, 3)": None, "x.view('i8')": None,
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
@pytest.mark.parametrize("expression", REFUSED)
def test_refusal_has_a_sentence(expression):
    """What cannot be differentiated raises; ours says what to write instead."""
    names = {k: ac.Variable(v) if k in ("x", "X", "s") else v for k, v in NAMES.items()}
    hint = REFUSED[expression]
    with pytest.raises((ac.AutogradError, TypeError, ValueError, AttributeError)) as caught:
        eval(expression, names)
    chain, error = [], caught.value
    while error is not None:
        chain.append(error)
        error = error.__cause__ or error.__context__
    if hint is None:  # NumPy's or Python's own words; if ours is the cause it is kept
        return
    ours = next((e for e in chain if isinstance(e, ac.AutogradError)), None)
    assert ours is not None, f"{caught.value!r} does not come from us"
    assert ours.hint
    assert hint in str(ours)


UNARY = {"arccos": (0.1, 0.9), "arcsin": (0.1, 0.9), "arctanh": (0.1, 0.9)}
UNFOLDED = tuple(  # NumPy's vectorized loops of these do not fold
    f"numpy.{name}.{method}"
    for name in ("arctan2", "power")
    for method in ("reduce", "accumulate", "reduceat")
)
METHODS = [r for r in SURFACE if r["kind"] == "ufunc-method" and resolve(r["name"]) is not None]


def method_call(row):
    """(operands, function of them) for one method of a ufunc."""
    _, name, method = row["name"].split(".")
    ufunc = getattr(np, name)
    rng = np.random.default_rng(3)
    low, high = UNARY.get(name, (1.15, 2.85))
    integers = row["class"] == "constant" and name not in (
        "floor_divide", "logical_and", "logical_or", "logical_xor", "equal", "greater", "less",
        "greater_equal", "less_equal", "not_equal", "ldexp",
    )  # fmt: skip

    def draw(*shape):
        return rng.integers(1, 5, shape) if integers else rng.uniform(low, high, shape)

    if method == "outer":
        if name == "ldexp":
            return [draw(3)], lambda a: ufunc.outer(a, [1, 2])
        return [draw(3), draw(2)], ufunc.outer
    if method == "reduceat":
        return [draw(2, 5)], lambda a: ufunc.reduceat(a, [0, 3, 1, 4], axis=1)
    if method != "at":
        return [draw(2, 3)], lambda a: getattr(ufunc, method)(a, axis=1)
    if ufunc.nin == 1:
        return [draw(4)], lambda a: NAMES["did"](lambda b: ufunc.at(b, [0, 2, 2]), a * 1)
    other = np.array([1, 2, 1]) if name == "ldexp" else None
    if other is not None:
        return [draw(4)], lambda a: NAMES["did"](lambda b: ufunc.at(b, [0, 2, 2], other), a * 1)
    return [draw(4), draw(3)], lambda a, b: NAMES["did"](lambda c: ufunc.at(c, [0, 2, 2], b), a * 1)


@pytest.mark.parametrize("row", METHODS, ids=lambda r: r["name"].removeprefix("numpy."))
def test_ufunc_method(row):
    """A method of a ufunc is right in both modes and orders; a constant one is plain."""
    operands, function = method_call(row)
    expected = quietly(function, *[a.copy() for a in operands])
    if expected is None or operands[0].dtype.kind == "i":
        with pytest.raises((TypeError, ac.AutogradError)):
            function(*[ac.Variable(a.astype(float)) for a in operands])
        return
    actual = function(*[ac.Variable(a) for a in operands])
    if not row["name"].startswith(UNFOLDED):
        same_bits(actual, expected, row["name"], ulps=8)
    if row["class"] == "constant" and "ldexp" not in row["name"]:  # linear in its first operand
        assert not isinstance(actual, ac.Variable)
        return
    assert all(isinstance(y, ac.Variable) for y in outputs(actual))
    if row["name"].startswith(UNFOLDED):
        return
    made = case(resolve(row["name"]), make=lambda rng: operands, call=function)
    grads = reverse(made, function, operands)
    forward(made, function, operands, grads)
    second(made, function, operands)


def members(kind):
    """The rows of ndarray in one class."""
    return [
        r["name"].rpartition(".")[2] for r in SURFACE
        if r["file"] == "variable" and r["class"] == kind and resolve(r["name"]) is not None
    ]  # fmt: skip


REBOUND = {  # x &= y of integers is x = x & y: there is no derivative to keep
    f"__i{name}__" for name in ("and", "or", "xor", "lshift", "rshift", "floordiv")
}


STORED = {"__setstate__", "__class_getitem__"}  # __reduce__ says all; a Variable is no generic


def test_variable_has_every_member():
    """Each differentiable, constant or describing member of ndarray is a member of Variable."""
    wanted = members("differentiable") + members("constant") + members("metadata")
    wanted = [m for m in wanted if m not in REBOUND and m not in STORED]

    assert [name for name in wanted if not hasattr(ac.Variable([[1.0]]), name)] == []


MUST_NOT_EXIST = (
    "__array_interface__", "__array_struct__", "__dlpack__", "__dlpack_device__",
    "__array_wrap__", "__array_finalize__",
)  # fmt: skip


@pytest.mark.parametrize("name", MUST_NOT_EXIST)
def test_no_door_to_untracked_memory(name):
    """NumPy finds no way to the memory of a Variable behind its back."""
    assert not hasattr(ac.Variable([1.0]), name)


@pytest.mark.parametrize("name", [n for n in members("refused") if n not in MUST_NOT_EXIST])
def test_refused_member(name):
    """A member that would lose the gradient raises, with a sentence or as if it did not exist."""
    arguments = {
        "__array__": (), "byteswap": (), "dump": ("file",), "getfield": ("f4",),
        "setfield": (1, "f4"), "resize": (2,), "tofile": ("file",), "__delitem__": (0,),
    }  # fmt: skip
    with pytest.raises((ac.AutogradError, AttributeError, TypeError, ValueError)):
        getattr(ac.Variable([1.0, 2.0]) * 2, name)(*arguments.get(name, ()))


CONSTANT_MEMBERS = {
    "all": "x.all()", "any": "x.any()", "argmax": "x.argmax()", "argmin": "x.argmin()",
    "argsort": "x.argsort()", "nonzero": "x.nonzero()", "round": "x.round(1)",
    "searchsorted": "x.searchsorted(1.)", "argpartition": "x.argpartition(2)", "lt": "x < y",
    "le": "x <= y", "gt": "x > y", "ge": "x >= y", "eq": "x == y", "ne": "x != y",
    "floordiv": "x // y", "rfloordiv": "7.3 // x", "contains": "0.7 in x", "bool": "bool(x[0])",
    "shape": "x.shape", "ndim": "x.ndim", "size": "x.size", "dtype": "x.dtype", "len": "len(x)",
    "item": "x[0].item()", "tolist": "x.tolist()", "itemsize": "x.itemsize", "nbytes": "x.nbytes",
    "strides": "x.strides", "device": "x.device", "argwhere": "np.argwhere(x > 1)",
    "greater_left": "y > x", "equal_left": "np.float64(0.7) == x",
}  # fmt: skip


@pytest.mark.parametrize("name", CONSTANT_MEMBERS)
def test_constant_member(name):
    """What has no derivative is plain, and NumPy's."""
    expression = CONSTANT_MEMBERS[name]
    expected = eval(expression, dict(NAMES))

    actual = eval(expression, {**NAMES, "x": ac.Variable(NAMES["x"]) * 1})
    assert not isinstance(actual, ac.Variable)
    same_bits(actual, expected, expression)


@pytest.mark.parametrize(
    "expression", ["x & 1", "x | 1", "x ^ 1", "x << 1", "x >> 1", "~x", "1 & x"]
)
def test_bit_operators_are_numpys(expression):
    """Floats have no bits: NumPy's own TypeError."""
    with pytest.raises(TypeError):
        eval(expression, {"x": ac.Variable([1.0])})


def test_untracked_integers_keep_their_operators():
    """An untracked Variable of integers behaves as the array it holds."""
    v = ac.Variable([6, 3], requires_grad=False)

    assert (plain(v & 2) == [2, 2]).all()
    assert (plain(~v) == [-7, -4]).all()
