"""Random programs of plain NumPy lines, drawn from the rule table itself.

A program is a list of statements over named arrays. Every step is tried on plain arrays first and
kept if NumPy takes it without a warning, so that the grammar needs to know little. A failing
program shrinks to a script that can be pasted. ``python tests/fuzz/campaign.py`` runs many.
"""

import re
import warnings
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from grammar import (
    GRAMMAR,
    INDICES,
    MATRICES,
    NESTED,
    SHAPES,
    WRITES,
    call,
    choose,
    named,
    namespace,
)

BINDING = re.compile(r"(v\d+|[abc]) = (.*)")
RESULT = re.compile(r"v\d+")
DOORS = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "power": "**", "matmul": "@",
    "remainder": "%",
}  # fmt: skip
METHODS = (
    "sum", "mean", "prod", "max", "min", "std", "var", "cumsum", "cumprod", "trace", "take",
    "repeat", "transpose", "swapaxes", "squeeze", "diagonal",
)  # fmt: skip


SIMPLER = (  # leaves to try in place of a leaf
    lambda v: v.real.astype(float), lambda v: v.astype(complex if v.dtype.kind == "c" else float),
    lambda v: v[:1], lambda v: v[..., :1], lambda v: v[..., :2, :2],
    lambda v: np.round(v, 1), lambda v: np.round(v, 2),
)  # fmt: skip


@lru_cache(4096)
def compiled(line):
    """The code of a statement."""
    return compile(line, "<program>", "exec")


@dataclass
class Program:
    """Leaves by name, and statements; ``v0``, ``v1`` … are the values they bind.

    ``updates`` holds, by statement, the name that a write writes into and what that name then is,
    said without a write.
    """

    leaves: dict
    lines: list = field(default_factory=list)
    updates: dict = field(default_factory=dict)

    def names(self, leaves, **more):
        """What the statements see."""
        return {**namespace(), **leaves, **more}

    def run(self, leaves, lines=None):
        """Execute the statements; the namespace."""
        names = self.names(leaves)
        for line in self.lines if lines is None else lines:
            exec(compiled(line), names)
        return names

    def copies(self):
        """Fresh copies of the leaves, by name."""
        return {k: v.copy() for k, v in self.leaves.items()}

    def function(self, lines=None):
        """The weighted sum of all values, as a function of the leaves."""

        def loss(*values):
            return weighted(self.run(dict(zip(self.leaves, values, strict=True)), lines))

        return loss

    def script(self):
        """The program as a stand-alone script that compares its gradients with differences."""
        leaves = "\n".join(f"{k} = np.{v!r}" for k, v in self.leaves.items())
        body = "\n    ".join(self.lines)
        arguments = ", ".join(self.leaves)
        bound = [match[1] for line in self.lines if (match := BINDING.fullmatch(line))]
        values = ", ".join(f"({k[1:]}, {k})" for k in bound if k[0] == "v")
        scipy = "import scipy.special as special\n" if "special." in body else ""
        return (
            f"import numpy as np\n{scipy}\nimport autograd_core as ac\n\n"
            f"nan, inf, array = np.nan, np.inf, np.array\n{leaves}\n\n\n"
            f"def f({arguments}):\n    {body}\n    total = 0.0\n    for k, v in [{values}]:\n"
            "        weight = np.cos(np.arange(np.size(v)) * 0.7 + k).reshape(np.shape(v))\n"
            "        total = total + np.sum(np.real(v * weight))\n    return total\n\n\n"
            f"print(ac.grad(f, argnums={tuple(range(len(self.leaves)))})({arguments}))\n"
            f"ac.gradcheck(f, {arguments})"
        )


def results(names):
    """The values ``v0``, ``v1`` … of a namespace."""
    return {k: v for k, v in names.items() if RESULT.fullmatch(k)}


def terms(names):
    """One number of each value ``v0``, ``v1`` …, each entry with a weight of its own."""
    parts = []
    for name, value in results(names).items():
        size, shape = np.size(value), np.shape(value)
        weight = np.cos(np.arange(size) * 0.7 + int(name[1:])).reshape(shape)
        parts.append(np.sum(np.real(value * weight)))
    return parts


def weighted(names):
    """One number of all values."""
    return sum(terms(names), 0.0)


def draw_leaves(rng):
    """1-3 arrays; in one program of ten on a grid with ties, zeros and ±1."""
    scale = choose(rng, ["normal"] * 18 + ["grid", "tiny"])
    leaves, shapes = {}, MATRICES if rng.random() < 0.3 else SHAPES
    for name in "abc"[: rng.integers(1, 4)]:
        shape = choose(rng, shapes)
        x = rng.normal(size=shape)
        if scale == "grid":
            x = rng.choice([-1.0, 0.0, 0.5, 1.0, 2.0], shape)
        if scale == "tiny":
            x = x * rng.choice([1e-6, 1e-3, 1.0, 1e3], shape)
        kind = rng.random()
        if kind > 0.9:
            x = x + 1j * rng.normal(size=shape)
        leaves[name] = np.asarray(x).astype("f4") if 0.7 < kind <= 0.9 else np.asarray(x)
    return leaves


def accepted(program, line):
    """What the pool holds after one more line, or None where NumPy refuses, warns or blows up."""
    with warnings.catch_warnings(), np.errstate(all="warn"):
        warnings.simplefilter("error")
        try:
            names = program.run(program.copies(), [*program.lines, line])
        except Exception:  # whatever NumPy raises, the line is not drawn
            return None
    for value in results(names).values():
        if not isinstance(value, (np.ndarray, np.generic)) or value.dtype.kind not in "fc":
            return None
        if type(value) is np.ndarray and value.ndim == 0:
            return None  # an array without axes is a number here, which no write reaches
        size = np.abs(value)
        if value.size > 200 or not np.all((size < 1e4) & ((size > 1e-7) | (size == 0))):
            return None  # no difference could tell
    return names


def is_writable(value):
    """Whether a value is an array that may be written into."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy announces that broadcast_arrays will be read-only
        writable = isinstance(value, np.ndarray) and value.flags.writeable
        return writable and 0 not in value.strides  # nor into entries that are one in memory


def draw(rng, names=tuple(GRAMMAR), *, writes=True):
    """A program of 3-25 steps; without ``writes``, of values and reads alone."""
    program, count = Program(draw_leaves(rng)), 0
    program.lines = [f"{k} = {k} * 1" for k in program.leaves]  # the leaves refuse writes
    pool = program.run(program.copies())
    for _ in range(int(rng.integers(3, 26))):
        for _ in range(8):
            line, update = statement(rng, program, pool, count, names, writes)
            if line is None:
                continue
            after = accepted(program, line)
            if after is not None:
                program.lines.append(line)
                program.updates.update(update)
                pool, count = after, count + (not update)
                break
    return program


def operands(rng, pool, name):
    """Two names of the pool; for a function of matrices, two matrices if there are any."""
    present = [k for k in pool if RESULT.fullmatch(k) or k in ("a", "b", "c")]
    if name.startswith("np.linalg.") and rng.random() < 0.8:
        matrices = [k for k in present if np.ndim(pool[k]) >= 2]
        square = [k for k in matrices if pool[k].shape[-1] == pool[k].shape[-2] > 1]
        present = (square if square and rng.random() < 0.7 else matrices) or present
    return {"x": choose(rng, present), "y": choose(rng, present)}


def statement(rng, program, pool, count, names, writes):
    """One more line, or None, and for a write its update."""
    kind = rng.random() if writes else 1.0
    name = named(rng, names)
    xy = operands(rng, pool, name if kind >= 0.35 else "")
    x = xy["x"]
    at = kind >= 0.35 and name.endswith(".at")
    if kind < 0.2 or at:
        if not is_writable(pool[x]):
            return None, {}  # NumPy lets one write into a number, and ufunc.at into read-only data
        if at:
            ufunc, other = name[:-3], ", 0.4" if GRAMMAR[name].__self__.nin == 2 else ""
            return f"{name}({x}, [0, -1, 0]{other})", {
                f"{name}({x}, [0, -1, 0]{other})": (x, f"repeated({ufunc}, {x}{other})")
            }
        template = choose(rng, list(WRITES))
        xy["i"] = choose(rng, INDICES)
        line = template.format(**xy)
        return line, {line: (x, WRITES[template].format(**xy))}
    if kind < 0.3:
        return f"v{count} = {x}[{choose(rng, INDICES)}]", {}
    if kind < 0.35:
        return f"v{count} = {choose(rng, NESTED).format(**xy)}", {}
    return one_of_several(rng, program, f"v{count} = {call(rng, name).format(**xy)}", count), {}


def one_of_several(rng, program, line, count):
    """The line, with an index where it binds a list or tuple."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            value = program.run(program.copies(), [*program.lines, line])[f"v{count}"]
        except Exception:  # as in accepted
            return None
    if not isinstance(value, (list, tuple)):
        return line
    kinds = [getattr(part, "dtype", np.dtype(object)).kind for part in value]
    good = [k for k, kind in enumerate(kinds) if kind in "fc"]
    return f"{line}[{choose(rng, good)}]" if good else None


def other_door(line, value):
    """The same statement by operator, method or ``out=``, where there is one."""
    match = re.fullmatch(r"(v\d+) = np\.(\w+)\((\w+)(?:, (.*))?\)", line)
    if match is None:
        return line
    target, name, first, rest = match.groups()
    if name in METHODS and BINDING.fullmatch(f"{first} = "):
        return f"{target} = {first}.{name}({rest or ''})"
    if name in DOORS and rest and re.fullmatch(r"\w+", rest) and len(rest) % 2:
        return f"{target} = {first} {DOORS[name]} {rest}"
    if isinstance(getattr(np, name), np.ufunc) and np.ndim(value):
        made = line.partition(" = ")[2]
        return f"{target} = {made[:-1]}, out={made} * 0)"
    return line


def shrink(program, fails):
    """Drop statements and simplify leaves as long as the program still fails."""

    def still(smaller):
        try:
            return bool(fails(smaller))
        except Exception:  # the dropped line was needed
            return False

    again = True
    while again:
        again = False
        for k in reversed(range(len(program.leaves), len(program.lines))):
            smaller = replace(program, lines=program.lines[:k] + program.lines[k + 1 :])
            if still(smaller):
                program, again = smaller, True
    for name in list(program.leaves):
        own = f"{name} = {name} * 1"
        lines = [line for line in program.lines if line != own]
        rest = {k: v for k, v in program.leaves.items() if k != name}
        if rest and not any(re.search(rf"\b{name}\b", line) for line in lines):
            smaller = replace(program, leaves=rest, lines=lines)
            program = smaller if still(smaller) else program
    for name in program.leaves:
        for simpler in SIMPLER:
            try:
                leaves = {**program.leaves, name: np.array(simpler(program.leaves[name]))}
            except IndexError:
                continue
            smaller = replace(program, leaves=leaves)
            program = smaller if still(smaller) else program
    return program
