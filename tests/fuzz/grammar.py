"""What random programs are made of: statements of plain NumPy, and what may stand in them.

A call is drawn from the function's own signature; NumPy itself says whether operands fit, so a
table below only says what a parameter may be. A new rule is drawn from its first day.
"""

import inspect

import numpy as np

import autograd_core as ac
from autograd_core.forms import RULES

try:
    import scipy.special as special
except ImportError:
    special = None
else:
    special.erf(ac.Variable(0.5))  # the first to meet a Variable: now the others have rules too

SHAPES = [(), (1,), (3,), (2, 3), (1, 3), (2, 1, 3), (0, 3)]
MATRICES = [(3, 3), (2, 2), (2, 3, 3), (4, 2), (2, 5)]
REQUIRED = {  # what a parameter without default may be, by NumPy's name for it; {x}, {y}: operands
    "arrays": ["[{x}, {y}]", "({x}, {x})", "[{x}, {x}.mT, {y}]"], "tup": ["[{x}, {y}]",
            "[{x}, {x}]"],
    "arys": ["{x}"], "indices": ["[0, -1, 0]", "0", "[[0], [0]]"],
    "shape": ["(2, 3)", "(2, 1, 3)", "(3,)", "(-1,)"], "newshape": ["-1"], "axis": ["0", "-1"],
    "axis1": ["0"], "axis2": ["-1"], "source": ["0"], "destination": ["-1"], "repeats": ["2",
            "[2]"],
    "reps": ["2", "(2, 1)"], "shift": ["1", "-2"], "indices_or_sections": ["1", "[1]", "3"],
    "condition": ["{x} > 0.1", "[True, False]"], "choices": ["[{x}, {y}]"],
    "condlist": ["[{x} > 0]", "[{x} > 0, {x} < -0.5]"], "choicelist": ["[{y}]", "[{y}, {x}]"],
    "funclist": ["[np.sin, np.square]"], "dtype": ["float", "np.longdouble"],
    "pad_width": ["1", "(1, 2)"], "obj": ["0", "[0, 1]", "slice(None, 1)"], "values": ["{y}",
            "0.5"],
    "q": ["0.3", "[0.2, 0.7]"], "p": ["{x}"], "window_shape": ["2"], "func1d": ["np.cumsum"],
    "subscripts": ["'ij,kj->ik'", "'ij->ji'", "'...i,...i'", "'ij->j'", "'ii->i'", "'ij,jk'",
                   "'...ij,...kj->...ki'", "'i,i->'", "'ij,ij,kj->k'", "'...->...'"],
    "func": ["np.sum"], "axes": ["[0]", "(0, 1)", "[-1]"], "deg": ["2", "1"], "kth": ["1"],
    "n": ["2", "3", "-1"], "start": ["{x}", "0.3"], "stop": ["{y}", "1.7"],
    "fill_value": ["{y}", "0.3"], "mask": ["{x} > 0"], "xp": ["[0.0, 1.0, 2.5]"],
    "fp": ["[0.3, -1.0, 2.0]", "{y}"], "k": ["1"], "a_min": ["-0.6"], "a_max": ["0.9", "{y}"],
    "vals": ["{y}"], "v": ["{y}"], "N": ["3"], "order": ["1"], "bins": ["3", "[-2.0, 0.1, 2.0]"],
    "roots": ["{x}"], "off": ["0.3"], "scl": ["0.7"], "seq_of_zeros": ["{x}"],
}  # fmt: skip
METHODS = (
    "inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf",
    "hazen", "weibull", "linear", "median_unbiased", "normal_unbiased", "lower", "higher",
    "midpoint", "nearest",
)  # fmt: skip
OPTIONS = {
    "axis": ["0", "-1", "1", "None", "(0, 1)", "(-2, -1)"], "keepdims": ["True"],
    "ddof": ["1"], "initial": ["0.7"], "where": ["{x} > 0"], "offset": ["1"], "k": ["1", "-1"],
    "n": ["2", "3", "5"], "order": ["'F'"], "dtype": ["np.longdouble", "complex"],
    "mode": ["'wrap'", "'clip'", "'same'", "'valid'", "'full'", "'edge'", "'reflect'", "'r'",
             "'symmetric'", "'linear_ramp'", "'mean'", "'median'", "'maximum'", "'complete'"],
    "endpoint": ["False"], "num": ["4"], "stable": ["True"], "axis1": ["-1"], "axis2": ["0"],
    "prepend": ["0.3", "{y}"], "append": ["{y}"], "start": ["1"], "correction": ["1"],
    "kind": ["'stable'", "'heapsort'"], "optimize": ["True", "'greedy'"],
    "axes": ["(-1, 0)", "1", "0", "(0,)", "(0, 0)", "(1, 0)", "[(-2, -1), (-2, -1), (-1, -2)]"],
    "include_initial": ["True"], "indexing": ["'ij'"], "sparse": ["True"], "deg": ["True", "2"],
    "nan": ["0.0"], "min": ["-0.5"], "max": ["0.6", "{y}"], "a_min": ["-0.5"], "a_max": ["0.6"],
    "x": ["{x}"], "y": ["{y}"], "ord": ["1", "2", "3", "-2", "np.inf", "-np.inf", "'fro'", "'nuc'",
                                        "0.5", "-1"],
    "p": ["1", "-2", "'fro'", "'nuc'", "np.inf"], "UPLO": ["'U'"], "compute_uv": ["False"],
    "full_matrices": ["False"], "hermitian": ["True"], "upper": ["True"], "rcond": ["0.1"],
    "rtol": ["0.1"], "norm": ["'ortho'", "'forward'"], "s": ["(2,)", "(2, 5)", "(4,)"],
    "weights": ["{y}", "np.abs({x})"], "method": [f"'{m}'" for m in METHODS],
    "edge_order": ["2"], "dx": ["0.3"], "left": ["0.7"], "right": ["-0.7"], "period": ["3.1"],
    "to_end": ["0.7", "{y}"], "to_begin": ["0.7"], "discont": ["4.5"], "rowvar": ["False"],
    "bias": ["True"], "aweights": ["[1.0, 0.5, 2.0]"], "fweights": ["[1, 2, 1]"],
    "w": ["[1.0, 2.0, 0.5]"],
    "m": ["1", "2"], "increasing": ["True"], "density": ["True"], "range": ["(-1.5, 1.5)"],
    "sorted": ["False"], "trim": ["'f'"], "reflect_type": ["'odd'"], "stat_length": ["2"],
    "constant_values": ["0.7"], "end_values": ["0.7"], "base": ["3.0"], "ndmin": ["2"],
    "default": ["0.7"], "axisa": ["0"], "axisb": ["0"], "decimals": ["1"], "lbnd": ["0.3"],
    "scl": ["0.7"], "k_": ["2"], "domain": ["[-1, 1]"], "tensor": ["False"],
}  # fmt: skip
INDICES = [
    "0", "-1", "1:", "::-1", "...", "None", "[0, 0]", "[0, -1]", "..., 0", ":, 0", "0, ...",
    "[0], [-1]", "np.array([True, False])", "..., ::2", "..., None", "[[0, 0], [0, 0]]", "True",
    "..., [0, -1]", ":1, ..., None", "[0], ..., 0", "::-1, 0",
]  # fmt: skip
WRITES = {  # a write into {x}, and what {x} then is, said without one; put is that of writes.py
    "{x}[{i}] = 0.7": "put({x}, np.s_[{i}], 0.7)",
    "{x}[{i}] = {y}": "put({x}, np.s_[{i}], {y})",
    "{x}[{i}] += 0.3": "put({x}, np.s_[{i}], {x}[{i}] + 0.3)",
    "{x}[{i}] *= {y}": "put({x}, np.s_[{i}], {x}[{i}] * {y})",
    "{x} += {y}": "put({x}, ..., {x} + {y})",
    "{x} *= 0.5": "{x} * 0.5",
    "{x} -= {y}": "put({x}, ..., {x} - {y})",
    "np.add({x}, {y}, out={x})": "put({x}, ..., {x} + {y})",
    "np.sin({x}, out={x})": "np.sin({x})",
    "np.copyto({x}, {y})": "put({x}, ..., {y})",
    "np.copyto({x}, {y}, where={x} > 0)": "np.where({x} > 0, {y}, {x}).astype({x}.dtype)",
    "np.add.at({x}, [0, 0], 0.4)": "put({x}, 0, {x}[0] + 0.4 + 0.4)",
    "{x}.sort()": "np.sort({x})",
    "{x}.sort(axis=0)": "np.sort({x}, axis=0)",
    "{x}.fill(0.3)": "put({x}, ..., 0.3)",
    "np.multiply({x}, {y}, out={x}, where={x} > 0.2)":
        "np.where({x} > 0.2, {x} * {y}, {x}).astype({x}.dtype)",
    "{x}[{x} > 0.5] = 0.1": "np.where({x} > 0.5, 0.1, {x}).astype({x}.dtype)",
    "{x}.T[0] = 0.2": "put({x}, np.s_[..., 0], 0.2)",
    "{x}[{x} < 0] *= -1": "np.where({x} < 0, -{x}, {x})",
    "{x}.real[...] = 0.4": "put({x}, ..., 0.4 + 1j * {x}.imag) if {x}.dtype.kind == 'c' "
        "else put({x}, ..., 0.4)",
    "np.fill_diagonal({x}, 0.7)": "put({x}, diagonal({x}.shape), 0.7)",
    "np.place({x}, {x} > 0, [0.2, 0.3])":
        "put({x}, {x} > 0, np.resize([0.2, 0.3], np.sum({x} > 0)))",
    "np.put({x}, [0, 0], {y})":
        "np.reshape(put(np.ravel({x}), 0, np.ravel({y})[1 % {y}.size]), {x}.shape)"
        " if {y}.size else {x}",
    "np.putmask({x}, {x} > 0, {y})":
        "np.where({x} > 0, np.resize({y}, {x}.shape), {x}).astype({x}.dtype) if {y}.size else {x}",
    "np.ldexp.at({x}, [0, 0], 1)": "put({x}, 0, {x}[0] * 4)",
    "np.put_along_axis({x}, np.argmax({x}, axis=-1, keepdims=True), 0.7, -1)":
        "np.where(np.arange({x}.shape[-1]) == np.argmax({x}, axis=-1, keepdims=True), 0.7, {x})"
        ".astype({x}.dtype)",
}  # fmt: skip
SPD = "{x} @ np.conj({x}.mT) + 1.5 * np.eye({x}.shape[-2])"
SPECIAL = {  # calls whose operands must fit one another, or of which some parts are arbitrary
    "np.choose": ["np.choose([0], [{x}, {y}])", "np.choose([1], ({x}, {y}), mode='wrap')"],
    "np.where": ["np.where({x} > 0, {x}, {y})"],
    "np.take_along_axis": ["np.take_along_axis({x}, np.argsort({x}, axis=-1), -1)"],
    "np.resize": ["np.resize({x}, (2, 2))"], "np.ldexp": ["np.ldexp({x}, 2)"],
    "np.apply_along_axis": ["np.apply_along_axis(np.cumsum, 0, {x})"],
    "np.apply_over_axes": ["np.apply_over_axes(np.sum, {x}, [0])"],
    "np.ldexp.outer": ["np.ldexp.outer({x}, [1, 2])"],
    "np.linalg.cholesky": [f"np.linalg.cholesky({SPD})", f"np.linalg.cholesky({SPD}, upper=True)"],
    "np.linalg.eigh": [
        "np.linalg.eigh({x})[0]", "np.linalg.eigh({x}, 'U')[0]",
        "(lambda w, v: (v * np.tanh(w)[..., None, :]) @ np.conj(v.mT))(*np.linalg.eigh({x}))",
        "np.abs(np.linalg.eigh({x}, UPLO='U').eigenvectors)",
    ],
    "np.linalg.svd": [
        "np.linalg.svd({x})[1]", "np.linalg.svd({x}, compute_uv=False)",
        "(lambda u, s, v: (u * np.tanh(s)[..., None, :]) @ v)"
        "(*np.linalg.svd({x}, full_matrices=False))",
        "np.abs(np.linalg.svd({x}, full_matrices=False).U)",
        "np.abs(np.linalg.svd({x}, full_matrices=False).Vh)",
        f"np.linalg.svd({SPD}, hermitian=True)[1]",
    ],
    "np.linalg.eig": [
        "np.sum(np.exp(0.3 * np.linalg.eig({x})[0]))", "np.max(np.abs(np.linalg.eig({x})[0]))",
        "(lambda w, v: v @ ((w**2)[..., None] * np.linalg.inv(v)))(*np.linalg.eig({x}))",
    ],
    "np.linalg.eigvals": ["np.sum(np.linalg.eigvals({x})**3)",
            "np.sort(np.abs(np.linalg.eigvals({x})))"],
    "np.linalg.qr": [
        "np.linalg.qr({x})[0]", "np.linalg.qr({x}).R", "np.linalg.qr({x}, mode='r')",
        "np.linalg.qr({x}, mode='complete')[1]", "np.linalg.qr({x} + 2 * np.eye({x}.shape[-1]))[0]",
    ],
    "np.linalg.lstsq": ["np.linalg.lstsq({x}, {y})[0]", "np.linalg.lstsq({x}, {x}[..., 0])[0]"],
    "np.linalg.solve": ["np.linalg.solve({x}, {y})", f"np.linalg.solve({SPD}, {{x}})"],
    "np.linalg.inv": ["np.linalg.inv({x})", f"np.linalg.inv({SPD})"],
    "np.linalg.pinv": ["np.linalg.pinv({x})", f"np.linalg.pinv({SPD}, hermitian=True)"],
    "np.linalg.tensorinv": ["np.linalg.tensorinv({x}, ind=1)"],
    "np.linalg.tensorsolve": ["np.linalg.tensorsolve({x}, {y})"],
    "np.linalg.slogdet": ["np.linalg.slogdet({x})[1]", f"np.linalg.slogdet({SPD}).logabsdet"],
    "np.linalg.multi_dot": ["np.linalg.multi_dot([{x}, {x}.T, {y}])",
            "np.linalg.multi_dot([{x}, {y}])"],
    "np.interp": ["np.interp({x}, [0.0, 1.0, 2.5], [0.3, -1.0, 2.0])",
            "np.interp(0.7, [0.0, 1.0, 2.5], {x})",
                  "np.interp({x}, np.sort({y}), {y})",
                  "np.interp({x}, [0.0, 1.0, 2.5], {y}, period=4.1)"],
    "np.histogram": ["np.histogram([0.1, 0.2, 1.5], bins=2, weights={x})[0]",
                     "np.histogram({x}, bins=2, density=True)[1]"],
    "np.bincount": ["np.bincount([0, 1, 1], weights={x})"],
    "np.gradient": [
        "np.gradient({x})", "np.gradient({x}, axis=-1)", "np.gradient({x}, 0.3, edge_order=2)",
        "np.gradient({x}, [0.0, 0.3, 1.1], axis=-1)", "np.gradient({x}, np.cumsum({y}**2 + 0.1))",
    ],
    "np.polyfit": [
        "np.polyfit([0.0, 1.0, 2.5], {x}, 1)", "np.polyfit({x}, {y}, 1, w=[1.0, 0.5, 2.0])",
        "np.polyfit({x}, [0.3, 1.0, -0.7], 2)",
        "np.polyfit(np.arange({y}.size) * 0.5, np.ravel({y}), 1)",
    ],
    "np.piecewise": ["np.piecewise({x}, [{x} > 0], [np.sin, np.square])",
                     "np.piecewise({x}, [{x} > 0, {x} < -0.5], [np.sin, 0.7, np.square])"],
    "np.partition": ["np.partition({x}, 1)", "np.partition({x}, (0, -1), axis=0)"],
    "np.quantile": ["np.quantile({x}, 0.3)", "np.quantile({x}, [0.2, 0.7], axis=-1, method='{m}')",
                    "np.quantile({x}, 0.4, axis=0, weights=[1.0, 0.5], method='inverted_cdf')"],
    "np.einsum": ["np.einsum({x}, [0, 1], {y}, [0, 1], [1])", "np.einsum('{e}', {x})",
                  "np.einsum('{e}', {x}, {y})", "np.einsum('{e}', {x}, {y}, optimize=True)"],
    "np.pad": ["np.pad({x}, 1, mode='{p}')", "np.pad({x}, (2, 1), '{p}')", "np.pad({x}, 1)"],
}  # fmt: skip
HOLES = {  # further choices in the templates above
    "{m}": METHODS,
    "{e}": ("ij,kj->ik", "ij->ji", "...i,...i", "ij->j", "ii->i", "ij,jk", "...ij,...kj->...ki",
            "i,i->",
            "ii", "...", "ij->", "ij,ij->i", "i,j", "...j->...", "ij,ik->jk"),
    "{p}": ("constant", "edge", "linear_ramp", "maximum", "mean", "median", "minimum", "reflect",
            "symmetric", "wrap"),
}  # fmt: skip
ANY = ["{x}", "{y}", "0.7"]
POSITIVE = ["np.abs({x}) + 0.4", "np.exp(np.sin({y}))", "0.5 / (1 + {x} * {x})", "1.5"]
NESTED = [
    "ac.grad(lambda u: np.sum(np.sin(u) * u.real))({x})", "ac.grad(lambda u: np.sum(u * {x}))({y})",
    "ac.elementwise_grad(np.tanh)({x})",
    "ac.grad(lambda u: np.sum(ac.grad(np.sin)(1.3) * u * u))({x})",
    "ac.grad(lambda u: np.sum(ac.grad(lambda v: np.sum(np.sin(u) * v * v))({x})))({x})",
    "ac.jvp(np.sin, ({x},), ({x},))[1]", "ac.checkpoint(lambda u, w: np.tanh(u) * w)({x}, {y})",
]  # fmt: skip
SKIPPED = (
    "np.floor_divide.",  # classed constant, yet of one element the element itself
    "np.arctan2.", "np.power.",  # NumPy's vectorized loops do not fold
    "np.bitwise", "np.gcd", "np.lcm", "np.left_", "np.right_", "np.invert",  # integers only
    "np.spacing",  # as small as the jumps it makes others step over
    "special.obl_", "special.pro_",  # do not return from some points outside their domain
    "special.it", "special.smirnov",  # not smooth where SciPy changes its method
    "special.modfresnel",  # wrong in SciPy itself left of 0
    "np.empty", "np.from",  # whatever is in memory; raw buffers
)  # fmt: skip
REFUSED = {  # conversions that a tracked Variable always refuses; tests/test_border.py has them
    "np.array", "np.asarray", "np.asanyarray", "np.asfortranarray", "np.ascontiguousarray",
    "np.require", "np.busday_count", "np.busday_offset", "np.is_busday",
}  # fmt: skip
COMMON = [  # what the peers have too, under NumPy's names
    f"np.{name}"
    for name in (
        "add", "subtract", "multiply", "sin", "cos", "exp", "tanh", "square", "negative", "maximum",
        "minimum", "absolute", "sum", "max", "prod", "reshape", "transpose", "cumsum", "where",
        "mean", "stack", "concatenate", "dot", "outer", "var", "std", "sort", "arctan", "flip",
    )
]  # fmt: skip


def written(op):
    """How a user writes the operation, or None for one of our own."""
    if isinstance(op, np.ufunc):
        if getattr(np, op.__name__, None) is op:
            return f"np.{op.__name__}"
        return f"special.{op.__name__}" if getattr(special, op.__name__, None) is op else None
    owner = getattr(op, "__self__", None)
    if isinstance(owner, np.ufunc):
        return f"np.{owner.__name__}.{op.__name__}" if hasattr(np, owner.__name__) else None
    module = getattr(op, "__module__", "") or ""
    if not module.startswith("numpy"):
        return None
    return f"{module.replace('numpy', 'np', 1)}.{op.__name__}"


GRAMMAR = {
    name: op
    for op in RULES
    if (name := written(op)) is not None
    if not name.startswith(SKIPPED) and name not in REFUSED
}
FAMILIES = ("np.linalg.", "np.fft.", "np.polynomial.", "special.")  # drawn as often as the rest


def choose(rng, options):
    """One of a list."""
    return options[rng.integers(len(options))]


def named(rng, names):
    """The name of a function; in three draws of ten from one of the families."""
    if rng.random() < 0.3:
        family = choose(rng, FAMILIES)
        names = [name for name in names if name.startswith(family)] or names
    return choose(rng, names)


def filled(rng, template):
    """The template with a choice in each hole but ``{x}`` and ``{y}``."""
    for hole, choices in HOLES.items():
        if hole in template:
            template = template.replace(hole, choose(rng, choices))
    return template


def call(rng, name):
    """A call of a function, with ``{x}`` and ``{y}`` for operands."""
    op, method = GRAMMAR[name], name.rpartition(".")[2]
    if name in SPECIAL and rng.random() < 0.8:
        return filled(rng, choose(rng, SPECIAL[name]))
    if name.startswith("special."):
        places = [choose(rng, POSITIVE if rng.random() < 0.7 else ANY) for _ in range(op.nin)]
        for k in range(op.nin):
            if (at := getattr(RULES[op], "at", None)) and k not in at:
                places[k] = choose(rng, ["2", "3", "0.7"])  # no derivative by this one
        return f"{name}({', '.join(places)})"
    if isinstance(op, np.ufunc):
        operands = ", ".join(["{x}", "{y}", "0.9", "0.4"][: op.nin])
        return f"{name}({operands})"
    if method in ("reduce", "accumulate", "reduceat", "outer") and hasattr(op, "__self__"):
        rest = {"reduceat": ", [0, 1]", "outer": ", {y}"}.get(method, "")
        axis = ", axis=-1" if rng.random() < 0.5 and method != "outer" else ""
        return f"{name}({{x}}{rest}{axis})"
    try:
        parameters = inspect.signature(op).parameters.values()
    except (TypeError, ValueError):
        return f"{name}({', '.join(['{x}', '{y}'][: rng.integers(1, 3)])})"
    positional, keywords, operands = [], [], iter(("{x}", "{y}", "{x}"))
    for p in parameters:
        if p.kind is p.VAR_POSITIONAL:
            positional += [f"'{choose(rng, HOLES['{e}'])}'"] * (method == "einsum") + ["{x}", "{y}"]
        elif p.kind is p.VAR_KEYWORD or p.name in ("out", "like", "subok"):
            continue
        elif p.default is p.empty:
            if p.name in REQUIRED and not (p.name in ("n", "p", "v", "x") and not positional):
                positional.append(choose(rng, REQUIRED[p.name]))
            else:
                positional.append(next(operands, "{y}"))
        elif p.name in OPTIONS and rng.random() < 0.3:
            keywords.append(f"{p.name}={choose(rng, OPTIONS[p.name])}")
    return f"{name}({', '.join(positional + keywords)})"


def namespace():
    """The modules that programs name."""
    return {"np": np, "ac": ac, "special": special}
