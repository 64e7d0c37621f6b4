"""What a random program is compared with. Each oracle says None (it has no say here), "" (agreed),
or what differs.

A point on a kink, a jump or a pole has no one derivative: there the differences do not settle or
the gradient is not finite, the oracle has no say, and exact cases (``tests/test_kinks.py``) speak.
"""

import warnings
from functools import cached_property

import numpy as np
from grammar import GRAMMAR
from harness import at_a_kink, plain, richardson
from programs import BINDING, other_door, results, terms, weighted
from writes import UnclearError, without_writes

import autograd_core as ac
from autograd_core.forms import RULES

COMPOSITE = tuple(f"{name}(" for name, op in GRAMMAR.items() if RULES[op].composite is not None)
METHODS = (".sum(", ".mean(", ".std(", ".var(", "ac.")  # composites under another name


class Trial:
    """A program, its value and gradients, and a random direction through its leaves."""

    def __init__(self, program):
        self.program, self.values = program, list(program.leaves.values())
        self.expected = program.run(program.copies())
        self.f, self.every = program.function(), tuple(range(len(self.values)))
        rng = np.random.default_rng(1)
        self.single = any(v.dtype == np.float32 for v in self.values)
        self.exact = [v.astype(wide(v)) for v in self.values]
        self.directions = [
            np.asarray(rng.normal(size=v.shape)).astype(wide(v)) for v in self.values
        ]
        self.value, grads = ac.value_and_grad(self.f, argnums=self.every)(*self.values)
        self.raw, self.grads = grads, [np.asarray(g) for g in grads]

    def along(self, grads):
        """The slope that gradients give in the direction."""
        return sum(np.sum((np.conj(t) * g).real) for t, g in zip(self.directions, grads))

    @cached_property
    def slope(self):
        """The reverse mode's slope."""
        return self.along(self.grads)

    @cached_property
    def scale(self):
        """What errors of the slope are relative to."""
        parts = zip(self.directions, self.grads)
        return float(1 + sum(np.sum(np.abs(t * g)) for t, g in parts))

    @cached_property
    def smooth(self):
        """Whether gradients are finite."""
        return all(np.all(np.isfinite(g)) for g in self.grads)

    def at(self, s):
        """The value a little further on; nan where NumPy refuses that point."""
        try:
            return self.f(*[v + s * t for v, t in zip(self.exact, self.directions)])
        except Exception:  # of another number of distinct values, say
            return np.nan

    def gradients(self, function, values=None):
        """Those of another function, as arrays."""
        grads = ac.grad(function, argnums=self.every)(*(self.values if values is None else values))
        return [np.asarray(g) for g in grads]

    def same(self, others, what, rtol=1e-9):
        """Whether gradients agree, relative to the largest entry; else what differs."""
        rtol = max(rtol, 2e-4 if self.single else 0)
        largest = max((np.max(np.abs(g), initial=0) for g in self.grads), default=0)
        for name, g, o in zip(self.program.leaves, self.grads, others):
            if not np.allclose(g, o, rtol=rtol, atol=rtol * (1 + largest), equal_nan=True):
                if self.fragile:
                    return None
                return f"by {name}: {g!r}, {what} {o!r}"
        return ""

    @cached_property
    def fragile(self):
        """Whether rounding decides: a change of 1e-13 (1e-7) in every value moves the slope."""
        eps, most = (1e-7, 1e-4) if self.single else (1e-13, 1e-9)
        try:
            slopes = [self.along(self.gradients(shaken(self.program, k, eps))) for k in range(3)]
        except Exception:  # of another number of distinct values, say
            return True
        return not all(abs(s - self.slope) <= most * self.scale for s in slopes)

    def steady(self, step):
        """Whether the slope is much the same a little further on: no jump or kink is near."""
        if not np.isfinite(self.at(step)):
            return False
        moved = self.gradients(self.f, [v + step * t for v, t in zip(self.exact, self.directions)])
        return abs(self.along(moved) - self.slope) <= 1e-3 * (1 + abs(self.slope))


def wide(v):
    """The dtype of the same kind in double precision."""
    return np.dtype(complex if v.dtype.kind == "c" else float)


def values(t):
    """(f) Each value is NumPy's, with its dtype, also inside no_grad; gradients fit the leaves."""
    body = "\n".join(t.program.lines)
    composite = any(part in body for part in (*COMPOSITE, *METHODS))
    tracked = t.program.run({k: ac.Variable(v) for k, v in t.program.leaves.items()})
    with ac.no_grad():
        quiet = t.program.run({k: ac.Variable(v) for k, v in t.program.leaves.items()})
    for names, mode in ((tracked, ""), (quiet, " inside no_grad()")):
        for name, expected in results(t.expected).items():
            actual, expected = np.asarray(plain(names[name])), np.asarray(expected)
            if actual.dtype != expected.dtype or actual.shape != expected.shape:
                kinds = f"{actual.dtype} {actual.shape}", f"{expected.dtype} {expected.shape}"
                return f"{name} is {kinds[0]}{mode}, NumPy's {kinds[1]}"
            rtol = (1e-4 if t.single else 1e-11) if composite else 0
            if actual.tobytes() != expected.tobytes() and not np.allclose(
                actual, expected, rtol=rtol, atol=rtol, equal_nan=True
            ):
                if composite and t.fragile:
                    return None  # a composite is off by 8 ulps, which may grow
                return f"{name} is {actual!r}{mode}, NumPy's {expected!r}"
    for g, v in zip(t.raw, t.values):
        if np.shape(g) != v.shape or np.asarray(g).dtype != v.dtype:
            return f"a gradient of {np.shape(g)} {np.asarray(g).dtype} for {v.shape} {v.dtype}"
    return ""


def forward(t):
    """(b) Reverse mode agrees with forward mode."""
    tangents = tuple(d.astype(v.dtype) for d, v in zip(t.directions, t.values))
    tangent = ac.jvp(t.f, tuple(t.values), tangents)[1]
    if not t.smooth or not np.isfinite(tangent):
        return None
    if abs(tangent - t.slope) <= (1e-3 if t.single else 1e-7) * t.scale:
        return ""
    if t.fragile:
        return None
    return f"forward {tangent!r}, reverse {t.slope!r}"


def doors(t):
    """(c) The same program by operators, methods and ``out=``."""
    lines = []
    for line in t.program.lines:
        match = BINDING.fullmatch(line)
        other = other_door(line, t.expected[match[1]]) if match else line
        if other != line:
            try:
                t.program.run(t.program.copies(), [*lines, other])
            except Exception:  # methods have fewer keywords than functions; out= must be an array
                other = line
        lines.append(other)
    if lines == t.program.lines:
        return None
    return t.same(t.gradients(t.program.function(lines)), "by operators and methods")


def in_place(t):
    """(e) Writes and views give what gathering from flat memories gives."""
    if not t.program.updates or not any(line in t.program.updates for line in t.program.lines):
        return None
    try:
        others = t.gradients(lambda *values: weighted(without_writes(t.program, values)))
    except UnclearError:
        return None
    return t.same(others, "without writes") if t.smooth else None


def sums(t):
    """(g) Swept term by term, in the opposite order, and scaled, the sum has the same gradients."""
    leaves = [ac.Variable(v) for v in t.values]
    parts = [p for p in terms(t.program.run(dict(zip(t.program.leaves, leaves))))
             if isinstance(p, ac.Variable) and p.requires_grad]  # fmt: skip
    if not parts or not t.smooth:
        return None
    for total, what in (([sum(reversed(parts))], "in the opposite order"), (parts, "term by term"),
                        ([sum(parts) * 4.0], "scaled by 4")):  # fmt: skip
        for leaf in leaves:
            leaf.grad = None
        for part in total:
            part.backward(retain_graph=True)
        found = [
            np.zeros_like(v) if x.grad is None else np.asarray(x.grad)
            for x, v in zip(leaves, t.values)
        ]
        found = [g / 4 for g in found] if "4" in what else found
        if wrong := t.same(found, what, rtol=1e-6):  # large terms may cancel in one way alone
            return wrong
    return ""


def precision(t):
    """(d) In single precision the gradients are those in double, where rounding does not decide."""
    body = "\n".join(t.program.lines)
    if not t.smooth or "longdouble" in body or "dtype" in body or "float" in body:
        return None
    low = [v.astype("c8" if v.dtype.kind == "c" else "f4") for v in t.values]
    high = [v.astype(wide(v)) for v in low]
    try:
        values = [terms(t.program.run(dict(zip(t.program.leaves, map(np.copy, v)))))
                  for v in (low, high)]  # fmt: skip
    except Exception:  # of another number of distinct values, say
        return None
    if not np.allclose(*values, rtol=1e-3, atol=1e-3):
        return None  # another function already, as the vectors of equal eigenvalues
    double = t.gradients(t.f, high)
    single = t.gradients(t.f, low)
    for g, v in zip(single, low):
        if g.dtype != v.dtype:
            return f"a gradient of {g.dtype} for {v.dtype}"
    a, b = t.along(double), t.along(single)
    sizes = [np.abs(v) for v in results(t.expected).values()]
    if not np.isfinite(a) or any(np.any((s < 1e-3) & (s > 0) | (s > 1e3)) for s in sizes):
        return None  # terms of a derivative that cancel may be as large as the square
    scale = 1 + sum(np.sum(np.abs(d * g)) for d, g in zip(t.directions, double))
    if abs(a - b) <= 1e-4 * scale:
        return ""
    for seed in range(4):  # does a change in the last place of any value explain it?
        moved = shaken(t.program, seed, 1e-7)
        for values, slope in ((high, a), (low, b)):
            if not abs(t.along(t.gradients(moved, values)) - slope) <= 1e-3 * abs(a - b):
                return None
    return f"float32 {b!r}, float64 {a!r}"


def shaken(program, seed, eps):
    """The program with every value off by some eps."""
    lines = []
    for k, line in enumerate(program.lines):
        lines.append(line)
        if match := BINDING.fullmatch(line):
            lines.append(f"{match[1]} = {match[1]} * shake({match[1]}, {k})")

    def shake(x, k):
        factor = 1 + eps * np.random.default_rng([seed, k]).uniform(-1, 1, np.shape(x))
        return np.asarray(factor, np.finfo(x.dtype).dtype)

    def loss(*values):
        names = program.names(dict(zip(program.leaves, values)), shake=shake)
        for line in lines:
            exec(line, names)
        return weighted(names)

    return loss


def differences(t):
    """(a) Richardson differences, where they settle and the slope is steady."""
    if not t.smooth:
        return None
    numeric, error = richardson(t.at, 0.02)
    error = max(error, *[abs(numeric - richardson(t.at, step)[0]) for step in (0.003, 0.0002)])
    if abs(numeric - t.slope) <= (1e-3 if t.single else 1e-7) * t.scale:
        return ""
    nearby = (t.at(1e-7) - t.at(-1e-7)) / 2e-7  # between the teeth of a saw
    if not error <= 1e-6 * t.scale or abs(nearby - t.slope) < 1e-4 * t.scale:
        return None
    if (
        t.fragile
        or at_a_kink(t.at, t.scale)
        or not all(t.steady(h * t.scale) for h in (1e-7, -1e-7))
    ):
        return None
    return f"differences {numeric!r}, reverse {t.slope!r}"


def curvature(t):
    """The second derivative in the direction, in reverse over reverse, forward over reverse, and by
    differences of the slope."""
    if t.single or not t.smooth or any(np.any((v != 0) & (np.abs(v) < 1e-4)) for v in t.values):
        return None  # beside tiny numbers second derivatives are huge terms that cancel

    def slope(*values):
        grads = ac.grad(t.f, argnums=t.every)(*values)
        return sum(np.sum((np.conj(d) * g).real) for d, g in zip(t.directions, grads))

    ways = t.along(t.gradients(slope)), ac.jvp(slope, tuple(t.values), tuple(t.directions))[1]
    if not all(map(np.isfinite, ways)):
        return None
    scale = t.scale + abs(ways[0])
    if abs(ways[0] - ways[1]) > 1e-6 * scale:
        return None if t.fragile else f"second order: reverse {ways[0]!r}, forward {ways[1]!r}"

    if not all(np.isfinite(t.at(h)) for h in (0.01, -0.01, 0.001, -0.001)):
        return None

    def at(s):
        return float(plain(slope(*[v + s * d for v, d in zip(t.exact, t.directions)])))

    numeric, error = richardson(at, 0.003)
    if abs(numeric - ways[0]) <= 1e-6 * scale:
        return ""
    error = max(error, abs(numeric - richardson(at, 0.0003)[0]))
    if not error <= 1e-6 * scale or at_a_kink(at, scale) or at_a_kink(t.at, t.scale):
        return None
    if t.fragile:
        return None
    for h in (1e-6, -1e-6):  # a kink of the slope is a jump of the curvature
        point = tuple(v + h * d for v, d in zip(t.exact, t.directions))
        moved = ac.jvp(slope, point, tuple(t.directions))[1]
        if not abs(moved - ways[0]) <= 0.1 * abs(numeric - ways[0]):
            return None
    return f"second order: differences {numeric!r}, reverse {ways[0]!r}"


ORACLES = {
    "values": values, "forward": forward, "differences": differences, "doors": doors,
    "single precision": precision, "in place": in_place, "sums": sums, "curvature": curvature,
}  # fmt: skip
REFUSALS = (ac.NoRuleError, ac.ConversionError)


def verdicts(program, oracles=tuple(ORACLES)):
    """What each oracle says of a program; under "refused", the refusal of ours that ended it."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            program.run(program.copies())
        except Exception:  # a shrunken program that lacks a line
            return {}
        found = {}
        try:
            trial = Trial(program)
            for name in oracles:
                found[name] = ORACLES[name](trial)
                if found[name]:
                    break
        except REFUSALS as error:
            found["refused"] = str(error).partition("\n")[0]
        except np.linalg.LinAlgError as error:  # of a singular matrix there is no derivative
            found["refused"] = f"LinAlgError: {error}"
        except Exception as error:  # NumPy took the program, and so must we
            if "read-only" in str(error):  # as broadcast_arrays will be, NumPy announces
                found["refused"] = str(error)
            else:
                found["raised"] = f"raises {error!r}"
        return found


def disagreement(program, oracles=tuple(ORACLES)):
    """What is wrong with a program: a sentence, or "" where all oracles agree or it is refused."""
    found = verdicts(program, oracles)
    return next((f"{k}: {v}" for k, v in found.items() if v and k != "refused"), "")
