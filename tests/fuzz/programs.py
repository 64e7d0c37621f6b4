"""Random programs of plain NumPy lines, drawn from the rule table itself.

A program is a list of statements over named arrays. Every step is tried on plain arrays first and
kept if NumPy takes it without a warning, so that the grammar needs to know little: a call of a
function that has a rule, operands from the pool, options from NumPy's own signature. A new rule is
drawn from its first day. A failing program shrinks to a script that can be pasted.
"""

import inspect
import re
import warnings
from dataclasses import dataclass, field, replace

import numpy as np

import autograd_core as ac
from autograd_core.forms import RULES

SHAPES = [(), (1,), (3,), (2, 3), (1, 3), (2, 1, 3), (0, 3)]
REQUIRED = {  # what a parameter without default may be, by NumPy's name for it; {x}, {y}: operands
    "arrays": ["[{x}, {y}]", "({x}, {x})"], "tup": ["[{x}, {y}]", "[{x}, {x}]"], "arys": ["{x}"],
    "indices": ["[0, -1, 0]", "0", "[[0], [0]]"], "shape": ["(2, 3)", "(2, 1, 3)", "(3,)"],
    "newshape": ["-1"], "axis": ["0", "-1"], "axis1": ["0"], "axis2": ["-1"], "source": ["0"],
    "destination": ["-1"], "repeats": ["2"], "reps": ["2", "(2, 1)"], "shift": ["1", "-2"],
    "indices_or_sections": ["1", "[1]", "3"], "condition": ["{x} > 0.1", "[True, False]"],
    "choices": ["[{x}, {y}]"], "condlist": ["[{x} > 0]"], "choicelist": ["[{y}]"],
    "funclist": ["[np.sin, np.square]"], "dtype": ["float", "np.longdouble"], "pad_width": ["1"],
    "obj": ["0", "[0, 1]"], "values": ["{y}", "0.5"], "q": ["0.3", "[0.2, 0.7]"], "p": ["{x}"],
    "subscripts": ["'ij,kj->ik'", "'ij->ji'", "'...i,...i'", "'ij->j'"], "window_shape": ["2"],
    "func1d": ["np.cumsum"], "func": ["np.sum"], "axes": ["[0]"], "deg": ["2"], "kth": ["1"],
    "n": ["2"], "start": ["{x}", "0.3"], "stop": ["{y}", "1.7"], "fill_value": ["{y}", "0.3"],
    "mask": ["{x} > 0"], "xp": ["[0.0, 1.0, 2.5]"], "fp": ["[0.3, -1.0, 2.0]"], "k": ["1"],
    "a_min": ["-0.6"], "a_max": ["0.9"], "vals": ["{y}"], "v": ["{y}"], "N": ["3"], "order": ["1"],
}  # fmt: skip
OPTIONS = {
    "axis": ["0", "-1", "1", "None", "(0, 1)"], "keepdims": ["True"], "ddof": ["1"],
    "initial": ["0.7"], "where": ["{x} > 0"], "offset": ["1"], "k": ["1", "-1"], "n": ["2"],
    "mode": ["'wrap'", "'clip'", "'same'", "'valid'", "'edge'", "'reflect'"], "order": ["'F'"],
    "dtype": ["np.longdouble"], "endpoint": ["False"], "num": ["4"], "stable": ["True"],
    "axis1": ["-1"], "axis2": ["0"], "prepend": ["0.3"], "append": ["{y}"], "start": ["1"],
    "correction": ["1"], "kind": ["'stable'"], "optimize": ["True"], "axes": ["(-1, 0)", "1", "0"],
    "include_initial": ["True"], "indexing": ["'ij'"], "sparse": ["True"], "deg": ["True"],
    "nan": ["0.0"], "min": ["-0.5"], "max": ["0.6"], "a_min": ["-0.5"], "a_max": ["0.6"],
    "x": ["{x}"], "y": ["{y}"],
}  # fmt: skip
INDICES = [
    "0", "-1", "1:", "::-1", "...", "None", "[0, 0]", "[0, -1]", "..., 0", ":, 0", "0, ...",
    "[0], [-1]", "np.array([True, False])", "..., ::2", "..., None", "[[0, 0], [0, 0]]", "True",
]  # fmt: skip
WRITES = [
    "{x}[{i}] = 0.7", "{x}[{i}] = {y}", "{x}[{i}] += 0.3", "{x}[{i}] *= {y}", "{x} += {y}",
    "{x} *= 0.5", "{x} -= {y}", "np.add({x}, {y}, out={x})", "np.sin({x}, out={x})",
    "np.copyto({x}, {y})", "np.add.at({x}, [0, 0], 0.4)", "{x}.sort()", "{x}.fill(0.3)",
    "np.multiply({x}, {y}, out={x}, where={x} > 0.2)", "{x}[{x} > 0.5] = 0.1", "{x}.T[0] = 0.2",
    "{x}[{x} < 0] *= -1", "np.fill_diagonal({x}, 0.7)", "np.place({x}, {x} > 0, [0.2, 0.3])",
    "np.put({x}, [0, 0], {y})", "np.putmask({x}, {x} > 0, {y})", "np.ldexp.at({x}, [0, 0], 1)",
    "np.put_along_axis({x}, np.argmax({x}, axis=-1, keepdims=True), 0.7, -1)",
]  # fmt: skip
SPECIAL = {  # calls whose operands must fit one another
    "np.choose": "np.choose([0], [{x}, {y}])", "np.where": "np.where({x} > 0, {x}, {y})",
    "np.take_along_axis": "np.take_along_axis({x}, np.argsort({x}, axis=-1), -1)",
    "np.resize": "np.resize({x}, (2, 2))", "np.ldexp": "np.ldexp({x}, 2)",
    "np.apply_along_axis": "np.apply_along_axis(np.cumsum, 0, {x})",
    "np.ldexp.outer": "np.ldexp.outer({x}, [1, 2])",
}  # fmt: skip
NESTED = [
    "ac.grad(lambda u: np.sum(np.sin(u) * u.real))({x})", "ac.grad(lambda u: np.sum(u * {x}))({y})",
    "ac.elementwise_grad(np.tanh)({x})",
    "ac.grad(lambda u: np.sum(ac.grad(np.sin)(1.3) * u * u))({x})",
]  # fmt: skip
DOORS = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "power": "**", "matmul": "@",
    "remainder": "%",
}  # fmt: skip


def written(op):
    """How a user writes the operation, or None for one of our own."""
    if isinstance(op, np.ufunc):
        return f"np.{op.__name__}" if getattr(np, op.__name__, None) is op else None
    owner = getattr(op, "__self__", None)
    if isinstance(owner, np.ufunc):
        return f"np.{owner.__name__}.{op.__name__}"
    module = getattr(op, "__module__", "") or ""
    if not module.startswith("numpy"):
        return None
    return f"{module.replace('numpy', 'np', 1)}.{op.__name__}"


SKIPPED = (
    "np.floor_divide.",  # classed constant, yet of one element the element itself
    "np.arctan2.", "np.power.",  # NumPy's vectorized loops do not fold
    "np.bitwise", "np.gcd", "np.lcm", "np.left_", "np.right_", "np.invert",  # integers only
    "np.spacing",  # as small as the jumps it makes others step over
    "np.empty", "np.from",  # whatever is in memory; raw buffers
)  # fmt: skip
COMMON = [  # what the peers have too, under NumPy's names
    f"np.{name}"
    for name in (
        "add", "subtract", "multiply", "sin", "cos", "exp", "tanh", "square", "negative", "maximum",
        "minimum", "absolute", "sum", "max", "prod", "reshape", "transpose", "cumsum", "where",
        "mean", "stack", "concatenate", "dot", "outer", "var", "std", "sort", "arctan", "flip",
    )
]  # fmt: skip
GRAMMAR = {
    name: op for op in RULES if (name := written(op)) is not None if not name.startswith(SKIPPED)
}


@dataclass
class Program:
    """Leaves by name, and statements; ``v0``, ``v1`` … are the values they bind."""

    leaves: dict
    lines: list = field(default_factory=list)

    def run(self, leaves, lines=None, **names):
        """Execute the statements; the namespace."""
        names = {"np": np, "ac": ac, **leaves, **names}
        for line in self.lines if lines is None else lines:
            exec(line, names)
        return names

    def function(self, lines=None):
        """The weighted sum of all values, as a function of the leaves."""

        def loss(*values):
            return weighted(self.run(dict(zip(self.leaves, values, strict=True)), lines))

        return loss

    def script(self):
        """The program as a stand-alone script."""
        leaves = "\n".join(f"{k} = np.{v!r}" for k, v in self.leaves.items())
        body = "\n    ".join(self.lines)
        arguments = ", ".join(self.leaves)
        return (
            f"import numpy as np\nimport autograd_core as ac\n\n{leaves}\n\n\n"
            f"def f({arguments}):\n    {body}\n    return weighted(locals())\n\n\n"
            f"print(ac.grad(f, argnums={tuple(range(len(self.leaves)))})({arguments}))"
        )


def weighted(names):
    """One number of all values ``v0``, ``v1`` …, each entry with a weight of its own."""
    total = 0.0
    for name, value in names.items():
        if re.fullmatch(r"v\d+", name):
            size, shape = np.size(value), np.shape(value)
            weight = np.cos(np.arange(size) * 0.7 + int(name[1:])).reshape(shape)
            total = total + np.sum(np.real(value * weight))
    return total


def draw_leaves(rng):
    """1–3 arrays; in one program of ten on a grid with ties, zeros and ±1."""
    on_a_grid = rng.random() < 0.1
    leaves = {}
    for name in "abc"[: rng.integers(1, 4)]:
        shape = SHAPES[rng.integers(len(SHAPES))]
        x = rng.normal(size=shape)
        if on_a_grid:
            x = rng.choice([-1.0, 0.0, 0.5, 1.0, 2.0], shape)
        kind = rng.random()
        if kind > 0.9:
            x = x + 1j * rng.normal(size=shape)
        leaves[name] = np.asarray(x).astype("f4") if 0.7 < kind <= 0.9 else np.asarray(x)
    return leaves


def choose(rng, options):
    """One of a list."""
    return options[rng.integers(len(options))]


def call(rng, name, op):
    """A call of a function, with ``{x}`` and ``{y}`` for operands."""
    method = name.rpartition(".")[2]
    if name in SPECIAL:
        return SPECIAL[name]
    if isinstance(op, np.ufunc):
        return f"{name}({', '.join(['{x}', '{y}', '0.9'][: op.nin])})"
    if method in ("reduce", "accumulate", "reduceat", "outer") and name.count(".") > 1:
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
            positional += ["'ij,kj->ik'"] * (method == "einsum") + ["{x}", "{y}"]
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


def accepted(program, line):
    """What the pool holds after one more line, or None where NumPy refuses, warns or blows up."""
    with warnings.catch_warnings(), np.errstate(all="warn"):
        warnings.simplefilter("error")
        try:
            names = program.run(
                {k: v.copy() for k, v in program.leaves.items()}, [*program.lines, line]
            )
        except Exception:  # whatever NumPy raises, the line is not drawn
            return None
    for name, value in names.items():
        if re.fullmatch(r"v\d+", name):
            if not isinstance(value, (np.ndarray, np.generic)) or value.dtype.kind not in "fc":
                return None
            if type(value) is np.ndarray and value.ndim == 0:
                return None  # an array without axes is a number here, which no write reaches
            size = np.abs(value)
            if value.size > 200 or not np.all((size < 1e4) & ((size > 1e-7) | (size == 0))):
                return None  # no difference could tell
    return names


def draw(rng, names=tuple(GRAMMAR), *, writes=True):
    """A program of 3–25 steps; without ``writes``, of values and reads alone."""
    program, count = Program(draw_leaves(rng)), 0
    program.lines = [
        f"{k} = {k} * 1" for k in program.leaves
    ]  # the leaves themselves refuse writes
    pool = list(program.leaves)
    for _ in range(int(rng.integers(3, 26))):
        for _ in range(8):
            x, y, kind = choose(rng, pool), choose(rng, pool), rng.random()
            if not writes:
                kind = 1.0
            if kind < 0.2:
                line = choose(rng, WRITES).format(x=x, y=y, i=choose(rng, INDICES))
            elif kind < 0.3:
                line = f"v{count} = {x}[{choose(rng, INDICES)}]"
            elif kind < 0.35:
                line = f"v{count} = {choose(rng, NESTED).format(x=x, y=y)}"
            else:
                name = choose(rng, names)
                if name.endswith(".at"):
                    other = ", 0.4" if GRAMMAR[name].__self__.nin == 2 else ""
                    line = f"{name}({x}, [0, -1, 0]{other})"
                else:
                    line = f"v{count} = {call(rng, name, GRAMMAR[name]).format(x=x, y=y)}"
                if isinstance(accepted_value(program, line, count), (list, tuple)):
                    line += "[0]"
            if not line.startswith(f"v{count} =") and not is_writable(program, x):
                continue  # NumPy lets one write into a number, and ufunc.at into what is read-only
            if accepted(program, line) is not None:
                program.lines.append(line)
                if line.startswith(f"v{count} ="):
                    pool.append(f"v{count}")
                    count += 1
                break
    return program


def is_writable(program, name):
    """Whether a name is bound to an array that may be written into."""
    value = accepted(program, f"_ = {name}").get("_")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy announces that broadcast_arrays will be read-only
        writable = isinstance(value, np.ndarray) and value.flags.writeable
        return writable and 0 not in value.strides  # nor into entries that are one in memory


def accepted_value(program, line, count):
    """What the line binds, if anything."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            leaves = {k: v.copy() for k, v in program.leaves.items()}
            return program.run(leaves, [*program.lines, line]).get(f"v{count}")
        except Exception:  # as in accepted
            return None


def other_door(line):
    """The same statement by operator or method, where there is one."""
    match = re.fullmatch(r"(v\d+) = np\.(\w+)\((\w+)(?:, (.*))?\)", line)
    if match is None:
        return line
    target, name, first, rest = match.groups()
    if name in DOORS and rest and re.fullmatch(r"\w+", rest):
        return f"{target} = {first} {DOORS[name]} {rest}"
    same = ("sum", "mean", "prod", "max", "min", "std", "var", "cumsum", "cumprod", "trace", "take",
            "repeat", "transpose", "swapaxes", "squeeze", "diagonal")  # fmt: skip
    if name in same and re.fullmatch(r"v\d+|[abc]", first):
        return f"{target} = {first}.{name}({rest or ''})"
    return line


def shrink(program, fails):
    """Drop statements as long as the program still fails."""
    for k in reversed(range(len(program.leaves), len(program.lines))):
        smaller = replace(program, lines=program.lines[:k] + program.lines[k + 1 :])
        try:
            if fails(smaller):
                program = smaller
        except Exception:  # the dropped line was needed
            continue
    return program
