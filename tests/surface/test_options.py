"""Every option of every function is honored in the derivative too, or refused at the call.

The options are NumPy's own: read from each function's signature. Each is put into the function's
example and given values that differ from its default; what NumPy takes must come out with NumPy's
value and the derivative of that value, or raise an error of ours at the call.
"""

import ast
import inspect
from copy import copy

import numpy as np
import pytest
from harness import case, outputs, quietly, reverse, same_bits
from surface import NAMES, SURFACE, as_function, in_scope, resolve

import autograd_core as ac

UFUNC_OPTIONS = {
    "out": ["FRESH"], "where": ["True"], "dtype": ["np.longdouble", "np.float32"],
    "casting": ["'unsafe'"], "order": ["'F'"], "subok": ["False"],
}  # fmt: skip
VALUES = {  # Python text, evaluated beside the names of the examples
    "axis": ["None", "0", "-1", "(0, 1)", "()"], "axes": ["(1, 0)", "[0]", "0"],
    "keepdims": ["True"], "where": ["np.array([True, False, True, True])", "m"],
    "initial": ["1.5", "-3."], "dtype": ["np.float32", "np.longdouble", "complex"],
    "out": ["FRESH"], "order": ["'F'", "'A'", "'K'", "'C'"], "casting": ["'unsafe'"],
    "subok": ["True"], "copy": ["True", "False"], "ddof": ["1"], "correction": ["1"],
    "mean": ["np.full((3, 1), 0.3)"], "include_initial": ["True"], "offset": ["1", "-1"],
    "axis1": ["1"], "axis2": ["0"], "k": ["1", "-1", "2"], "kind": ["'heapsort'", "'stable'"],
    "stable": ["True"], "n": ["2", "0"], "prepend": ["0.3"], "append": ["0.3"],
    "mode": ["'wrap'", "'clip'", "'raise'", "'same'", "'valid'", "'full'", "'edge'",
             "'symmetric'", "'reflect'", "'linear_ramp'", "'mean'", "'maximum'", "'minimum'",
             "'median'", "'constant'", "'empty'"],
    "optimize": ["True", "'greedy'"], "indexing": ["'ij'"], "sparse": ["True"],
    "num": ["7"], "endpoint": ["False"], "retstep": ["True"], "base": ["3.0"],
    "axisa": ["0"], "axisb": ["0"], "axisc": ["0"], "start": ["1"], "shift": ["2", "(1, 2)"],
    "repeats": ["3"], "decimals": ["1"], "deg": ["True"], "tol": ["1000"], "nan": ["0.7"],
    "posinf": ["3."], "neginf": ["-3."], "wrap": ["True"], "min": ["-0.5"], "max": ["0.5"],
    "a_min": ["-0.5", "None"], "a_max": ["0.5", "None"], "shape": ["(3,)", "(2, 3)"],
    "writeable": ["True"], "strict": ["True"], "device": ["'cpu'"], "stat_length": ["2"],
    "reflect_type": ["'odd'"], "constant_values": ["0.7"], "end_values": ["0.7"],
    "x": [], "ndmax": [],
    "default": ["0.7"], "sections": ["2"], "requirements": ["['C']"], "ndmin": ["2"],
    "args": [], "kw": [], "kwargs": [], "like": [], "order_": [], "func": [], "func1d": [],
    "func_over_axes": [], "varargs": [], "bias": ["True"],
    "hermitian": ["True"], "UPLO": ["'U'"], "compute_uv": ["False"], "full_matrices": ["False"],
    "upper": ["True"], "rcond": ["0.1"], "rtol": ["0.1"], "ind": ["1"], "p": ["1", "-2", "'fro'"],
    "ord": ["1", "3", "-2", "np.inf", "'nuc'"], "norm": ["'ortho'", "'forward'"], "d": ["0.5"],
    "s": ["(2,)", "(2, 5)"],
    "to_end": ["0.7", "[0.3, 1.2]"], "to_begin": ["0.7"], "edge_order": ["2"], "dx": ["0.3"],
    "left": ["0.7"], "right": ["-0.7"], "period": ["2.7"], "discont": ["4.5"],
    "full": ["True"], "w": ["q"], "cov": ["True", "'unscaled'"], "m": ["0", "2"], "N": ["2", "0"],
    "increasing": ["True"],
    "returned": ["True"], "overwrite_input": ["True"], "rowvar": ["False"], "y": ["X * X"],
    "method": [
        "'inverted_cdf'", "'averaged_inverted_cdf'", "'closest_observation'", "'lower'", "'higher'",
        "'interpolated_inverted_cdf'", "'hazen'", "'weibull'", "'linear'", "'median_unbiased'",
        "'normal_unbiased'", "'midpoint'", "'nearest'",
    ],
    "weights": ["abs(Y.ravel()[:4])", "t + 0.3", "abs(X)"], "interpolation": [],
    "fweights": ["np.array([1, 3, 2, 1])"], "aweights": ["abs(Y.ravel()[:4])"],
    "bins": ["4", "'auto'", "np.array([-2., 0.1, 1.7, 5.3])"], "range": ["(-1.1, 3.3)"],
    "density": ["True"], "minlength": ["9"], "return_index": ["True"], "return_inverse": ["True"],
    "return_counts": ["True"], "equal_nan": ["False"], "sorted": ["False"],
    "assume_unique": ["True"], "return_indices": ["True"], "trim": ["'f'", "'b'"],
}  # fmt: skip
MAY_REFUSE = {  # (option, value) or (function, option) that has no derivative, by name
    ("order", "'A'"): "follows the memory layout, which a cotangent does not share",
    ("order", "'K'"): "so does this",
    ("where", "True"): "ufunc(where=) without out= leaves what was in memory",
    ("copy", "False"): "np.nan_to_num would write into a leaf",
    ("writeable", "True"): "a writable view of overlapping windows has no meaning",
}  # fmt: skip


def call_of(expression, op):
    """The parsed expression and the call of ``op`` inside it, if it is written by that name."""
    tree = ast.parse(expression, mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            try:
                found = eval(ast.unparse(node.func), {"np": np})
            except (NameError, AttributeError):
                continue
            if found is op:
                return tree, node
    return None, None


def with_option(expression, op, name, text):
    """The expression with one more keyword in the call of ``op``; None where it stands already."""
    tree, call = call_of(expression, op)
    if call is None:
        return None
    parameters = [p.name for p in parameters_of(op)]
    if name in parameters[: len(call.args)] and not isinstance(op, np.ufunc):
        return None
    call.keywords = [k for k in call.keywords if k.arg != name]
    call.keywords.append(ast.keyword(name, ast.parse(text, mode="eval").body))
    return ast.unparse(tree)


def parameters_of(op):
    """NumPy's own signature, as far as it is published."""
    try:
        return list(inspect.signature(op).parameters.values())
    except (TypeError, ValueError):
        return []


def options_of(op):
    """(option, value) pairs to try."""
    if isinstance(op, np.ufunc):
        named = UFUNC_OPTIONS
    else:
        named = {p.name: VALUES.get(p.name) for p in parameters_of(op) if p.default is not p.empty}
    for name, texts in named.items():
        for text in texts or ():
            yield name, text


def matrix():
    """(row, variable, expression) of every option in scope."""
    for row in SURFACE:
        if not in_scope(row) or row["class"] != "differentiable" or row["kind"] == "ufunc-method":
            continue
        op = resolve(row["name"])
        if op is None or row["file"] == "variable" or not row.get("examples"):
            continue
        variable, expression = row["examples"][0]
        for name, text in options_of(op):
            changed = with_option(expression, op, name, text)
            if changed is not None:
                yield row["name"], (name, text), variable, changed


MATRIX = list(dict.fromkeys(matrix()))


def fresh(variable, expression):
    """The value of the call without ``out=``, as an array to write into."""
    calls = [n for n in ast.walk(ast.parse(expression)) if isinstance(n, ast.Call)]
    (call,) = [n for n in calls if any(k.arg == "out" for k in n.keywords)]
    call.keywords = [k for k in call.keywords if k.arg != "out"]
    return np.zeros_like(as_function(variable, ast.unparse(call))(NAMES[variable].copy()))


def test_every_option_has_values():
    """An option that a newer NumPy adds fails here until values are given for it."""
    missing = {
        p.name
        for row in SURFACE
        if in_scope(row) and row["class"] == "differentiable" and row["kind"] == "function"
        if (op := resolve(row["name"])) is not None
        for p in parameters_of(op)
        if p.default is not p.empty and p.kind is not p.VAR_KEYWORD and p.name not in VALUES
    }

    assert missing == set()


def titles(rows):
    """One readable name per test."""
    return [e.replace("numpy", "np")[:80] for _, _, _, e in rows]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "option", "variable", "expression"), MATRIX, ids=titles(MATRIX))
def test_option(name, option, variable, expression):
    """NumPy's value and its derivative, or an error of ours at the call."""
    names, targets = dict(NAMES), []
    if "FRESH" in expression:
        target = quietly(fresh, variable, expression)
        if not isinstance(target, np.ndarray):
            pytest.skip("not an array to write into")
        names["FRESH"] = target
    plain_function = as_function(variable, expression, names)
    expected = quietly(plain_function, NAMES[variable].copy())
    if expected is None:
        pytest.skip("NumPy refuses it")

    def function(value):
        tracked, mine = isinstance(value, ac.Variable), dict(names)
        if "FRESH" in mine:
            array = np.zeros_like(mine["FRESH"])
            mine["FRESH"] = ac.Variable(array, requires_grad=False) if tracked else array
            targets.append(mine["FRESH"])
        value = value if tracked else copy(value)  # which overwrite_input= may sort
        return as_function(variable, expression, mine)(value)

    try:
        actual = function(ac.Variable(NAMES[variable]))
    except ac.AutogradError as error:
        if option in MAY_REFUSE:
            return
        raise AssertionError(f"refused: {error}") from None
    if "empty" not in expression:
        same_bits(actual, expected, expression, ulps=8)
    alone = resolve(name) in (
        None,
        resolve(f"numpy.{expression.removeprefix('np.').split('(')[0]}"),
    )
    if targets and isinstance(targets[-1], ac.Variable) and outputs(actual) and alone:
        assert actual is targets[-1], "out= is what is returned"
    if "float32" in expression or "empty" in expression:
        return  # differences in single precision say nothing
    made = case(resolve(name), make=lambda rng: [NAMES[variable].copy()], call=function)
    reverse(made, function, made.operands())


BINARY = [
    "add", "subtract", "multiply", "divide", "power", "float_power", "remainder", "fmod",
    "maximum", "minimum", "fmax", "fmin", "hypot", "arctan2", "logaddexp", "logaddexp2",
    "copysign", "nextafter", "heaviside",
]  # fmt: skip
P = np.array([[1.3, 2.1, 1.7], [2.6, 1.2, 1.9]])
R = np.array([[1.97, 1.43, 2.3], [1.63, 2.2, 1.15]])
MASK = np.array([[True, False, True], [True, True, False]])
METHOD_CALLS = [
    "u(x, r, out=fresh)", "u(x, r, out=(fresh,))", "u(x, r, out=fresh, where=mask)",
    "u(x, r, where=mask)", "u(x, r, dtype=np.longdouble)", "u(x, r, casting='unsafe')",
    "u(x, r, order='F')", "u(x, r, fresh)", "u(r, x, out=fresh)",
    "u.reduce(x)", "u.reduce(x, axis=1)", "u.reduce(x, axis=-1, keepdims=True)",
    "u.reduce(x, axis=None)", "u.reduce(x, axis=(0, 1))", "u.reduce(x, axis=())",
    "u.reduce(x, axis=1, initial=1.5)", "u.reduce(x, axis=1, where=mask, initial=1.25)",
    "u.reduce(x, axis=1, where=mask)", "u.reduce(x, dtype=np.longdouble)",
    "u.reduce(x, axis=0, out=fresh0)", "u.reduce(x, 1)",
    "u.accumulate(x)", "u.accumulate(x, axis=1)", "u.accumulate(x, 1, np.longdouble)",
    "u.accumulate(x, axis=1, out=fresh)",
    "u.reduceat(x, [0, 2, 1], axis=1)", "u.reduceat(x, [0, 1])",
    "u.reduceat(x, [0, 2], axis=1, dtype=np.longdouble)",
    "u.outer(x, r[0])", "u.outer(r[0], x)", "u.outer(x, r[0], dtype=np.longdouble)",
    "did(lambda a: u.at(a, ([0, 0, 1], [1, 1, 2]), 1.37), x * 1.)",
    "did(lambda a: u.at(a, 0, r[0]), x * 1.)", "did(lambda a: u.at(a, mask, 1.57), x * 1.)",
]  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("call", METHOD_CALLS)
def test_ufunc_option(name, call):
    """Each option of a ufunc's call and methods: NumPy's value and derivative, or refused."""
    code, ufunc = compile(call, call, "eval"), getattr(np, name)

    def function(value):
        tracked = isinstance(value, ac.Variable)

        def target(shape):
            array = np.full(shape, 0.5)
            return ac.Variable(array, requires_grad=False) if tracked else array

        names = {"u": ufunc, "r": R, "mask": MASK, "np": np, "did": NAMES["did"]}
        return eval(code, {**names, "x": value, "fresh": target((2, 3)), "fresh0": target(3)})

    if name in ("arctan2", "power") and ("reduce" in call or "accumulate" in call):
        pytest.skip("NumPy's vectorized loop does not fold")
    expected = quietly(function, P.copy())
    try:
        actual = function(ac.Variable(P))
    except ac.AutogradError:
        return
    except (TypeError, ValueError):
        assert expected is None, "NumPy takes this call"
        return
    assert "out=" in call or "where=mask)" not in call or "initial" in call or "reduce" in call, (
        "where= without out= leaves what was in memory"
    )
    if expected is None:
        return
    same_bits(actual, expected, call, ulps=8)
    made = case(ufunc, make=lambda rng: [P.copy()], call=function)
    reverse(made, function, made.operands())
