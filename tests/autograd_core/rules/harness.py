"""One case per rule, and everything that a case proves.

A family's test file is a list of cases and one test::

    import numpy as np
    from harness import case, checks

    CASES = [
        case(np.log, low=0.1),                                       # one operand of shape (2, 3)
        case(np.add),                                                # two; all broadcasting pairs
        case(np.sum, options=[{}, {"axis": 0}, {"axis": -1, "keepdims": True}]),
        case(np.take, shapes=[(4, 3)], args=([0, 2, 2],), options=[{}, {"axis": 1}]),
        case(np.concatenate, shapes=[(2, 3), (1, 3)], call=lambda a, b: np.concatenate([a, b])),
        case(np.linalg.inv, make=lambda rng: [rng.normal(size=(3, 3)) + 3 * np.eye(3)]),
        case(np.floor),                                              # constant: seen from its form
        case(np.copyto, shapes=[(2, 3), (3,)], call=lambda x, v: into(np.copyto, x, v)),
        case(np.cbrt, complex=False),                                # complex input must raise
    ]


    @checks(CASES)
    def test_rule(check, case, options):
        \"\"\"Each rule is right: value, both modes, both orders, every kind of input.\"\"\"
        check(case, options)

``tests/autograd_core/rules/test_completeness.py`` reads ``CASES`` of every file in this folder and
compares them with ``RULES``: no rule without a case, no case without a rule.

What is checked, each as a test of its own: ``value`` (NumPy's, bit for bit), ``reverse`` (against
Richardson differences), ``forward`` (differences, and ⟨u, J t⟩ = ⟨Jᵀu, t⟩), ``second`` (against
differences of the first, and ``fast=`` against the plain body), ``complex``, ``dtypes`` (float16,
float32, longdouble, complex64: kept by the rule, without the engine's cast), ``broadcast`` (the
pairs of (3,), (1, 3), (2, 1) and (), for ufuncs of two operands), ``same`` (f(x, x)), ``hygiene``
(odd cotangents; what rules must not write; linearity in the cotangent), ``zoo`` (layouts and
degenerate shapes). The values drawn are distinct, also between operands, and no integers, so that
order, ties and jumps are not met by accident; kinks have tests of their own.
"""

import contextlib
import itertools
import warnings
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import backward
from autograd_core.forms import RULES

with contextlib.suppress(ImportError):
    import autograd_core.rules.special  # (in use it waits for the first ufunc of SciPy)

DECLARED = frozenset(RULES)  # before any test or doctest declares one of its own
PAIRS = list(itertools.product([(3,), (1, 3), (2, 1), ()], repeat=2))
STEPS = 0.01 / 2.0 ** np.arange(4)


@dataclass(frozen=True, eq=False)
class Case:
    """An operation and how to call it; ``case`` makes one."""

    op: Any
    shapes: tuple
    low: Any
    high: Any
    args: tuple
    options: tuple
    call: Callable | None
    make: Callable | None
    complex: bool | None
    also: tuple
    same: bool
    forward: bool
    second: bool
    dtypes: tuple
    seed: int
    skip: frozenset = field(default_factory=frozenset)

    @property
    def name(self):
        """The operation as one writes it, without the package: ``add.reduce``, ``linalg.inv``."""
        owner = getattr(self.op, "__self__", None)
        if isinstance(owner, np.ufunc):
            return f"{owner.__name__}.{self.op.__name__}"
        home = (getattr(self.op, "__module__", "") or "").split(".")[1:]
        return ".".join([*(h for h in home if h in ("linalg", "fft")), self.op.__name__])

    @property
    def constant(self):
        """Whether the rule says that there is no derivative."""
        return RULES[self.op].form == "constant"

    @property
    def ulps(self):
        """How far a value may be from NumPy's: 0, unless a composite computes it."""
        rule = RULES.get(self.op)
        return 8 if rule is None or rule.composite is not None else 0

    def function(self, options):
        """What is differentiated: a function of the operands alone."""
        if self.call is not None:
            return lambda *operands: self.call(*operands, **options)
        return lambda *operands: self.op(*operands, *self.args, **options)

    def rng(self):
        """The same numbers on every machine, others for every case."""
        return np.random.default_rng([zlib.crc32(self.name.encode()), self.seed])

    def operands(self, shapes=None, imaginary=False):
        """Distinct numbers between ``low`` and ``high``, for complex input beside the real axis."""
        rng = self.rng()
        if self.make is not None:
            real = [np.asarray(a) for a in self.make(rng)]
        else:
            shapes = self.shapes if shapes is None else shapes
            sizes = [int(np.prod(s)) for s in shapes]
            total = max(sum(sizes), 1)
            places = (rng.permutation(total) + rng.uniform(0.3, 0.7, total)) / total
            lows, highs = np.resize(self.low, len(sizes)), np.resize(self.high, len(sizes))
            parts = np.split(places, np.cumsum(sizes)[:-1])
            real = [
                (lo + (hi - lo) * part[:size]).reshape(shape)
                for lo, hi, part, size, shape in zip(lows, highs, parts, sizes, shapes, strict=True)
            ]
        if not imaginary:
            return real
        signs = [rng.choice([-1.0, 1.0], a.shape) for a in real]
        return [
            np.asarray(a + 1j * rng.uniform(0.2, 0.8, a.shape) * s) if a.dtype.kind == "f" else a
            for a, s in zip(real, signs, strict=True)
        ]


def case(
    op: Any,
    *,
    shapes: Sequence | None = None,
    low: Any = -2.0,
    high: Any = 2.0,
    args: tuple = (),
    options: Sequence[dict] = ({},),
    call: Callable | None = None,
    make: Callable | None = None,
    complex: bool | None = True,  # the argument that users know from NumPy's own name
    also: Sequence = (),
    same: bool | None = None,
    forward: bool = True,
    second: bool = True,
    dtypes: tuple = ("float16", "float32", "longdouble"),
    seed: int = 0,
    skip: Sequence[str] = (),
) -> Case:
    """Say how an operation is tried.

    Args:
        op: the key of the rule.
        shapes: one per differentiable operand; by default (2, 3) each, one unless op is a ufunc.
        low, high: between which the operands lie; one number, or one per operand.
        args: further positional arguments, after the operands.
        options: keyword arguments; each entry is tried on its own, and the first also with
            other dtypes, layouts and cotangents.
        call: how to call op on the operands (and the options), if it is not op(*operands, *args).
        make: a function of a Generator that returns the operands, where a shape says too little.
        complex: True: complex operands too, where NumPy takes them; False: they must raise;
            None: they are not tried.
        also: further lists of shapes to differentiate at: empty, length one, 0-d. Ufuncs and
            functions of one operand try the usual ones anyway.
        same: whether op(x, x) is tried; by default for two operands of one shape.
        forward, second: False where there is none; the reason belongs into a comment.
        dtypes: that the rule keeps; those that NumPy itself refuses are left out by themselves.
        seed: another draw of operands, for one that lies on a jump.
        skip: names of checks that do not apply; the reason belongs into a comment.
    """
    if shapes is None:
        shapes = [(2, 3)] * (op.nin if isinstance(op, np.ufunc) else 1)
    if same is None:
        same = len(shapes) == 2 and shapes[0] == shapes[1] and make is None
        same = same and np.size(low) == 1 and np.size(high) == 1
    unknown = set(skip) - set(CHECKS)
    if unknown:
        raise ValueError(f"no such check: {sorted(unknown)}")
    return Case(
        op, tuple(shapes), low, high, tuple(args), tuple(options), call, make, complex,
        tuple(also), same, forward, second, tuple(dtypes), seed, frozenset(skip),
    )  # fmt: skip


def by_last(op: Any, *constants: Any, **how: Any) -> Case:
    """The case of an operation whose last operand alone is differentiable."""
    return case(op, shapes=[(3,)], call=lambda x: op(*constants, x), **how)


def into(function, target, *args, **options):
    """Let a function write into a copy of its target and return what became of it."""
    target = target.copy() if isinstance(target, ac.Variable) else np.array(target)
    function(target, *args, **options)
    return target


# ------------------------------------------------------------------------------- derivatives


def plain(value):
    """The array behind a Variable, or what it is."""
    return value.data if isinstance(value, ac.Variable) else value


def outputs(value):
    """The differentiable arrays of a result, in order: lists, tuples and dicts are opened."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [leaf for part in value for leaf in outputs(part)]
    return [value] if np.asarray(plain(value)).dtype.kind in "fc" else []


def inner(u, y):
    """⟨u, y⟩ over the reals: Re Σ ū y."""
    return (np.conj(u) * y).real.sum()


def cotangents(case, function, operands):
    """Random weights for every output."""
    rng = np.random.default_rng(zlib.crc32(case.name.encode()) + 1)
    return [noise(rng, np.asarray(y)) for y in outputs(function(*operands))]


def noise(rng, like):
    """Numbers of the shape and the kind of an array, neither small nor equal."""
    like = np.asarray(like)
    u = rng.uniform(0.5, 1.5, like.shape) * rng.choice([-1, 1], like.shape)
    if like.dtype.kind == "c":
        u = u + 1j * rng.uniform(0.5, 1.5, like.shape)
    return np.asarray(u).astype(like.dtype if like.dtype.kind in "fc" else float)


def gradients(function, operands, weights, *, create_graph=False):
    """The leaves and their gradients of Σ ⟨u, y⟩; one output is swept with the cotangent itself."""
    leaves = [ac.Variable(a) for a in operands]
    ys = outputs(function(*leaves))
    if len(ys) == 1:
        sweep(ys[0], weights[0], create_graph)
    else:
        total = sum(inner(u, y) for u, y in zip(weights, ys, strict=True))
        sweep(total, None, create_graph)
    grads = [leaf.grad for leaf in leaves]
    return leaves, [
        np.zeros_like(a) if g is None else g for a, g in zip(operands, grads, strict=True)
    ]


def sweep(y, weight, create_graph):
    """Sweep back from a result, if anything differentiable leads to it."""
    if isinstance(y, ac.Variable) and y.requires_grad:
        with contextlib.suppress(ac.NoPathError):
            y.backward(weight, create_graph=create_graph)


def first_order(function, operands, weights):
    """The gradients of Σ ⟨u, y⟩ as plain arrays."""
    return [np.asarray(plain(g)) for g in gradients(function, operands, weights)[1]]


def second_order(function, operands, weights, directions):
    """H w, by sweeping the gradients a second time."""
    leaves, grads = gradients(function, operands, weights, create_graph=True)
    for leaf in leaves:
        leaf.grad = None
    for g, w in zip(grads, directions, strict=True):
        if isinstance(g, ac.Variable) and g.requires_grad:
            g.backward(w, retain_graph=True)
    return [
        np.zeros_like(a) if leaf.grad is None else np.asarray(plain(leaf.grad))
        for a, leaf in zip(operands, leaves, strict=True)
    ]


def richardson(function, scale=1.0):
    """d/ds function(s) at 0, extrapolated from four steps, and how much the last two differ."""
    row = [(function(h) - function(-h)) / (2 * h) for h in STEPS * scale]
    row = [np.asarray(r) for r in row]
    for j in range(1, len(STEPS)):
        last = row[0], row[-1]
        row = [(4**j * b - a) / (4**j - 1) for a, b in itertools.pairwise(row)]
    error = np.abs(row[0] - last[1])
    return row[0], float(np.max(error, initial=0)) / scale


def at_a_kink(function, scale):
    """Whether the slopes from the left and from the right differ, however small the step."""
    bends = [abs(function(h) - 2 * function(0.0) + function(-h)) / h for h in (1e-3, 1e-4)]
    return bends[1] > 1e-6 * scale and bends[1] > 0.5 * bends[0]


def numeric_gradients(function, operands, weights):
    """∂ Σ ⟨u, y⟩ / ∂x for every entry of every operand, and the error of the worst one."""
    grads, worst = [], 0.0

    def loss(arrays):
        return sum(inner(u, y) for u, y in zip(weights, outputs(function(*arrays)), strict=True))

    for k, a in enumerate(operands):
        grad = np.zeros_like(a)
        for index in map(tuple, np.argwhere(~np.isnan(a))):  # a nan does not move
            for unit in (1.0, 1j) if a.dtype.kind == "c" else (1.0,):

                def at(s, k=k, a=a, index=index, unit=unit):
                    moved = a.copy()
                    moved[index] += s * unit
                    return loss([*operands[:k], moved, *operands[k + 1 :]])

                slope, error = richardson(at, np.clip(abs(a[index]), 0.1, 1.0))
                grad[index] += unit * slope
                worst = max(worst, error)
        grads.append(grad)
    return grads, worst


def agree(actual, expected, what, *, rtol=1e-8, error=0.0, level=0.0):
    """Raise unless the arrays agree, relative to the largest entry; name the worst entry.

    ``error`` is that of the differences, which rounding alone explains up to 1e-9 of ``level``.
    """
    actual, expected = np.asarray(actual), np.asarray(expected)
    if actual.shape != expected.shape:
        raise AssertionError(f"{what}: shape {actual.shape}, expected {expected.shape}")
    scale = float(np.max(np.abs(expected), initial=1e-3, where=np.isfinite(expected)))
    if not error <= 1e-6 * scale + 1e-9 * level:
        raise AssertionError(f"{what}: the differences do not settle ({error:g}); another seed?")
    close = np.isclose(actual, expected, rtol=rtol, atol=rtol * scale + 20 * error, equal_nan=True)
    if not close.all():
        worst = np.unravel_index(np.argmax(~close), close.shape)
        raise AssertionError(
            f"{what}: {np.sum(~close)} of {close.size} entries differ; at {worst} "
            f"{actual[worst]!r}, expected {expected[worst]!r}\n{actual}\nexpected\n{expected}"
        )


def same_bits(actual, expected, what, ulps=0):
    """Raise unless type, dtype, shape and every bit agree; lists and tuples are opened.

    ``ulps`` allows for the other rounding of a composite.
    """
    if isinstance(expected, (list, tuple)):
        assert type(actual) is type(expected), f"{what}: {type(actual)}, not {type(expected)}"
        assert len(actual) == len(expected), what
        for a, e in zip(actual, expected, strict=True):
            same_bits(a, e, what, ulps)
        return
    actual = plain(actual)
    if not isinstance(expected, (np.ndarray, np.generic)):
        assert actual == expected or actual is expected, f"{what}: {actual!r}, not {expected!r}"
        return
    assert isinstance(actual, (np.ndarray, np.generic)), f"{what}: {type(actual)}"
    assert actual.dtype == expected.dtype, f"{what}: {actual.dtype}, not {expected.dtype}"
    assert actual.shape == expected.shape, f"{what}: {actual.shape}, not {expected.shape}"
    if actual.tobytes() == expected.tobytes():
        return
    if ulps and expected.dtype.kind in "fc":
        rtol = ulps * float(np.finfo(expected.dtype).eps)
        scale = float(np.max(np.abs(expected), initial=0, where=np.isfinite(expected)))
        np.testing.assert_allclose(actual, expected, rtol=rtol, atol=rtol * scale, err_msg=what)
    else:
        np.testing.assert_array_equal(actual, expected, err_msg=what)


# ------------------------------------------------------------------------------------ checks


def check_value(case, options):
    """The value is NumPy's, bit for bit, and the operands are not written."""
    function, operands = case.function(options), case.operands()
    expected = function(*[a.copy() for a in operands])
    leaves = [ac.Variable(a) for a in operands]

    actual = function(*leaves)
    same_bits(actual, expected, case.name, case.ulps)
    for leaf, a in zip(leaves, operands, strict=True):
        same_bits(leaf.data, a[()], "an operand")
    if case.constant:
        assert not isinstance(actual, ac.Variable), "a constant is a plain array"
        return
    for y in outputs(actual):
        assert isinstance(y, ac.Variable), "the result is not a Variable"
        assert y.requires_grad, "the result is detached"
    with ac.no_grad():
        same_bits(function(*leaves), expected, "inside no_grad()", case.ulps)


def reverse(case, function, operands, what="reverse"):
    """Compare the gradients with differences."""
    weights = cotangents(case, function, operands)
    actual = first_order(function, operands, weights)
    expected, error = numeric_gradients(function, operands, weights)
    level = sum(np.sum(np.abs(y)) for y in outputs(function(*[a.copy() for a in operands])))
    for k, (a, e) in enumerate(zip(actual, expected, strict=True)):
        agree(a, e, f"{what}, operand {k}", error=error, level=level)
    return actual


def forward(case, function, operands, grads=None, what="forward"):
    """Compare the tangent with differences along it, and with the gradients."""
    rng = np.random.default_rng(5)
    weights = cotangents(case, function, operands)
    tangents = [noise(rng, a) for a in operands]
    value, out = ac.jvp(function, tuple(operands), tuple(tangents))
    out = [np.asarray(plain(t)) for t in outputs(out)]
    same_bits(value, function(*operands), "value of jvp", case.ulps)

    def along(s):
        moved = [a + s * t for a, t in zip(operands, tangents, strict=True)]
        return np.concatenate([np.ravel(y) for y in outputs(function(*moved))])

    expected, error = richardson(along, 0.05)
    level = np.max(np.abs(along(0.0)), initial=0)
    agree(np.concatenate([t.ravel() for t in out]), expected, what,
          error=error, rtol=1e-7, level=level)  # fmt: skip
    if grads is None:
        grads = first_order(function, operands, weights)
    left = sum(inner(u, t) for u, t in zip(weights, out, strict=True))
    right = sum(inner(t, g) for t, g in zip(tangents, grads, strict=True))
    agree(left, right, f"{what}: ⟨u, J t⟩ = ⟨Jᵀu, t⟩", rtol=1e-11)


def second(case, function, operands, what="second order"):
    """Compare H w with differences of the gradient along w."""
    rng = np.random.default_rng(6)
    weights = cotangents(case, function, operands)
    directions = [noise(rng, a) for a in operands]
    actual = second_order(function, operands, weights, directions)

    def along(s):
        moved = [a + s * w for a, w in zip(operands, directions, strict=True)]
        return np.concatenate([g.ravel() for g in first_order(function, moved, weights)])

    expected, error = richardson(along, 0.05)
    actual = np.concatenate([h.ravel() for h in actual])
    level = np.max(np.abs(along(0.0)), initial=0)
    agree(actual, expected, what, error=error, rtol=1e-7, level=level)


def check_reverse(case, options):
    """The gradients are those of Richardson differences; twice the same bits."""
    function, operands = case.function(options), case.operands()
    grads = reverse(case, function, operands)
    again = first_order(function, operands, cotangents(case, function, operands))
    for g, other, a in zip(grads, again, operands, strict=True):
        same_bits(other, g, "a second run")
        assert g.dtype == a.dtype, f"gradient of dtype {g.dtype} for {a.dtype}"


def check_forward(case, options):
    """Forward mode agrees with differences and with reverse mode."""
    forward(case, case.function(options), case.operands())


def check_second(case, options):
    """The second order agrees with differences of the first; ``fast=`` with the plain body."""
    function, operands = case.function(options), case.operands()
    weights = cotangents(case, function, operands)
    fast = first_order(function, operands, weights)
    slow = gradients(function, operands, weights, create_graph=True)[1]
    for f, s in zip(fast, slow, strict=True):
        agree(f, plain(s), "fast= against the plain body", rtol=1e-13)
    second(case, function, operands)


def quietly(function, *operands):
    """What NumPy says: the value, or None if it refuses these operands or warns about them."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return function(*operands)
        except Exception:  # whatever NumPy raises, there is nothing to differentiate
            return None


def check_complex(case, options):
    """Complex operands have right derivatives in both modes and orders, or raise."""
    function, operands = case.function(options), case.operands(imaginary=True)
    if quietly(function, *[a.copy() for a in operands]) is None:
        return
    if not case.complex:
        with pytest.raises((ac.AutogradError, TypeError)):
            function(*[ac.Variable(a) for a in operands])
        return
    grads = reverse(case, function, operands, "complex reverse")
    if case.forward:
        forward(case, function, operands, grads, "complex forward")
    if case.second:
        second(case, function, operands, "complex second order")
    real = case.operands()
    if len(operands) > 1:  # a real operand among complex ones has a real gradient
        mixed = [real[0], *operands[1:]]
        if quietly(function, *[a.copy() for a in mixed]) is not None:  # not written into a real one
            reverse(case, function, mixed, "real and complex reverse")


@contextlib.contextmanager
def casts():
    """The dtypes that the engine had to narrow, as (from, to)."""
    seen, reduced = [], backward.reduced
    least = {"f": 0, "c": 32}  # there is no complex number of two float16

    def spy(c, spec, *rest):
        dtype = getattr(c, "dtype", None)
        inexact = dtype is not None and dtype.kind in "fc"
        if inexact and np.finfo(dtype).bits > max(np.finfo(spec.dtype).bits, least[dtype.kind]):
            seen.append((dtype, spec.dtype))
        return reduced(c, spec, *rest)

    backward.reduced = spy
    try:
        yield seen
    finally:
        backward.reduced = reduced


def check_dtypes(case, options):
    """Each dtype is kept, by the rule itself and not by a cast of the engine."""
    function = case.function(options)
    exact_operands = case.operands()
    for name in [*case.dtypes, *(["complex64"] if case.complex else [])]:
        dtype = np.dtype(name)
        operands = case.operands(imaginary=dtype.kind == "c")
        exact = [a.astype(complex if dtype.kind == "c" else float) for a in operands]
        operands = [a.astype(dtype) for a in operands]
        value = quietly(function, *operands)
        if value is None or quietly(function, *exact) is None:
            continue
        weights = cotangents(case, function, operands)
        with casts() as seen:
            grads = first_order(function, operands, weights)
            second_order(function, operands, weights, [np.ones_like(a) for a in operands])
        single = all(np.asarray(y).dtype == dtype for y in outputs(value))
        assert not (single and seen), f"{name}: the rule returned {seen[0][0]} for {seen[0][1]}"
        rtol = 40 * max(float(np.finfo(dtype).eps), 1e-12)
        expected = first_order(
            function, [a.astype(e.dtype) for a, e in zip(operands, exact, strict=True)],
            [u.astype(complex if u.dtype.kind == "c" else float) for u in weights],
        )  # fmt: skip
        for g, e in zip(grads, expected, strict=True):
            assert g.dtype == dtype, f"gradient of dtype {g.dtype} for {name}"
            agree(g.astype(e.dtype), e, name, rtol=rtol)
    assert exact_operands[0].dtype.kind in "fc"


def check_broadcast(case, options):
    """Every pair of shapes has gradients of its operands' shapes, in both modes and orders."""
    function = case.function(options)
    for pair in PAIRS:
        operands = case.operands(shapes=pair)
        grads = reverse(case, function, operands, f"{pair}")
        if case.forward:
            forward(case, function, operands, grads, f"forward {pair}")
        if case.second:
            second(case, function, operands, f"second order {pair}")


def check_same(case, options):
    """f(x, x) is a function of one x."""
    both = case.function(options)

    def function(x):
        return both(x, x)

    operands = case.operands()[:1]
    grads = reverse(case, function, operands, "f(x, x)")
    if case.forward:
        forward(case, function, operands, grads, "forward f(x, x)")
    if case.second:
        second(case, function, operands, "second order f(x, x)")


def disguises(g):
    """The same numbers as read-only, Fortran-ordered, reversed and strided arrays."""
    readonly = g.copy()
    readonly.flags.writeable = False
    yield "read-only", readonly
    yield "Fortran", np.asfortranarray(g)
    if g.ndim:
        yield "reversed", np.flip(np.flip(g).copy())
        wide = np.zeros((*g.shape[:-1], 2 * g.shape[-1]), g.dtype)
        wide[..., ::2] = g
        yield "strided", wide[..., ::2]


@contextlib.contextmanager
def arriving(cotangent):
    """A function that passes a value on, and hands ``cotangent`` itself to whatever made it."""

    @ac.primitive
    def passed(y):
        return y + 0

    ac.linear(passed, lambda g, _y: cotangent)
    try:
        yield passed
    finally:
        del RULES[passed]


def swept(function, operands, cotangent):
    """Gradients of a function whose rule meets exactly this array."""
    leaves = [ac.Variable(a) for a in operands]
    with arriving(cotangent) as passed:
        (y,) = outputs(function(*leaves))
        kept = [a for a in saved_arrays(y.node) if isinstance(a, np.ndarray)]
        before = [a.copy() for a in kept]
        passed(y).backward(np.ones_like(plain(y)), retain_graph=True)
        for a, b in zip(kept, before, strict=True):
            same_bits(a, b, "what the tape keeps")
    return [np.zeros_like(a) if v.grad is None else v.grad for a, v in zip(operands, leaves)]


def saved_arrays(node):
    """What a node keeps, as far as it can be seen."""
    saved = getattr(node, "saved", None)
    return saved if isinstance(saved, tuple) else () if saved is None else (saved,)


def check_hygiene(case, options):
    """Odd cotangents give the same, nothing is written, nothing is aliased, g enters linearly."""
    function, operands = case.function(options), case.operands()
    ys = outputs(function(*operands))
    if len(ys) != 1:
        return
    (u,) = cotangents(case, function, operands)
    expected = first_order(function, operands, [u])
    arriving_at = first_order(function, operands, [u.conj()])  # inside, nothing is conjugated
    flat = np.broadcast_to(np.asarray(1.5, u.dtype), u.shape)
    repeated = first_order(function, operands, [flat.copy()])
    for name, g in [*disguises(u), ("stride 0", flat)]:
        before = g.copy()
        actual = swept(function, operands, g)
        for a, e in zip(actual, repeated if name == "stride 0" else arriving_at, strict=True):
            agree(a, e, f"{name} cotangent", rtol=1e-12)
        same_bits(g, before, f"{name} cotangent, afterwards")
        arrays = [a for a in actual if isinstance(a, np.ndarray) and a.size]
        for k, a in enumerate(arrays):
            assert a.flags.writeable, "a gradient is read-only"
            assert not np.shares_memory(a, g), "a gradient is the cotangent itself"
            assert not any(np.shares_memory(a, b) for b in arrays[k + 1 :]), "gradients alias"
    half = first_order(function, operands, [flat * 0.5])
    mixed = first_order(function, operands, [u + flat * 0.5])
    nothing = first_order(function, operands, [u * 0])
    for m, e, h, z in zip(mixed, expected, half, nothing, strict=True):
        agree(m, e + h, "linear in the cotangent", rtol=1e-12)
        agree(z, np.zeros_like(z), "zero cotangent", rtol=1e-15)
    leaves = [ac.Variable(a) for a in operands]
    (outputs(function(*leaves))[0] + outputs(function(*leaves))[0]).backward(u)
    for v, e in zip(leaves, expected, strict=True):
        agree(np.zeros_like(e) if v.grad is None else v.grad, 2 * e, "two uses", rtol=1e-12)


def layouts(a):
    """The array in other clothes; the values may repeat, never change."""
    yield "Fortran", np.asfortranarray(a)
    readonly = a.copy()
    readonly.flags.writeable = False
    yield "read-only", readonly
    yield "byte-swapped", a.astype(a.dtype.newbyteorder())
    if a.ndim:
        yield "reversed", np.flip(np.flip(a).copy())
        wide = np.zeros((*a.shape[:-1], 2 * a.shape[-1]), a.dtype)
        wide[..., ::2] = a
        yield "strided", wide[..., ::2]
        yield "stride 0", np.broadcast_to(a[:1], a.shape)


def transformed(function, operands, weights):
    """Gradients by the transform, which takes its arguments as they are."""

    def loss(*xs):
        ys = outputs(function(*xs))
        return sum(inner(u, y) for u, y in zip(weights, ys, strict=True))

    return ac.grad(loss, tuple(range(len(operands))))(*operands)


def check_zoo(case, options):
    """Layouts change nothing; empty, 0-d and length-one operands have gradients of their shape."""
    function, operands = case.function(options), case.operands()
    for number in range(len(operands)):
        for name, odd in layouts(operands[number]):
            others = [*operands[:number], odd, *operands[number + 1 :]]
            copies = [np.array(a, a.dtype.newbyteorder("="), order="C") for a in others]
            if quietly(function, *[np.array(a) for a in copies]) is None:
                continue
            before = odd.copy()
            weights = cotangents(case, function, copies)
            actual = transformed(function, others, weights)
            for a, e in zip(actual, first_order(function, copies, weights), strict=True):
                agree(a, e, f"{name} operand {number}", rtol=1e-12)
                assert np.asarray(a).dtype.itemsize == e.dtype.itemsize, name
            same_bits(odd, before, f"{name} operand {number}, afterwards")
    for shapes in degenerate(case):
        odd = case.operands(shapes=shapes)
        if quietly(function, *[a.copy() for a in odd]) is None:
            continue
        reverse(case, function, odd, f"shapes {shapes}")
        if case.second:
            second(case, function, odd, f"second order, shapes {shapes}")
        if case.forward:
            forward(case, function, odd, what=f"forward, shapes {shapes}")
        for kind in (float, np.float64) if all(s == () for s in shapes) else ():
            scalars = [kind(a) for a in odd]
            weights = cotangents(case, function, odd)
            for a, e in zip(
                transformed(function, scalars, weights),
                first_order(function, odd, weights),
                strict=True,
            ):
                assert np.ndim(a) == 0, f"{kind.__name__} operands"
                agree(a, e, f"{kind.__name__} operands", rtol=1e-12)


def degenerate(case):
    """Shapes with nothing in them, with axes of length one, and without axes."""
    if case.make is not None:
        return
    yield from case.also
    small = [(), (0,), (0, 3), (1, 1), (2, 1), (1,)]
    if isinstance(case.op, np.ufunc) and case.op.signature is None:
        yield from ([s] * len(case.shapes) for s in small)
    elif len(case.shapes) == 1 and case.call is None:
        yield from ([s] for s in [*small, (2, 0), (1, 3)])


def check_zero(case, options):
    """A function of constants alone has gradient zero, and never None."""
    function, operands = case.function(options), case.operands()
    if not outputs(function(*[a.copy() for a in operands])):
        return

    def loss(*xs):
        return sum(np.sum(y) for y in outputs(function(*xs))) * 1.0

    for g, a in zip(ac.grad(loss, tuple(range(len(operands))))(*operands), operands, strict=True):
        same_bits(np.asarray(g), np.zeros_like(a), "gradient of a constant")


CHECKS = {
    "value": check_value, "reverse": check_reverse, "forward": check_forward,
    "second": check_second, "complex": check_complex, "dtypes": check_dtypes,
    "broadcast": check_broadcast, "same": check_same, "hygiene": check_hygiene,
    "zoo": check_zoo, "zero": check_zero,
}  # fmt: skip


def wanted(case, name, first):
    """Whether a check says something about this case; ``first`` is its first set of options."""
    if name in case.skip or case.op not in RULES:
        return name == "value"
    if case.constant:
        return name == "value" or (name == "zero" and first)
    pair = isinstance(case.op, np.ufunc) and case.op.nin == 2 and case.op.signature is None
    return {
        "forward": case.forward, "second": case.second, "same": case.same and first,
        "broadcast": pair and case.call is None and case.make is None and first,
        "complex": case.complex is not None, "zero": False,
        "dtypes": first, "hygiene": first, "zoo": first,
    }.get(name, True)  # fmt: skip


def checks(cases):
    """Parametrize a test over the cases of a file, one test for each thing to check."""
    params = []
    for c in cases:
        for number, options in enumerate(c.options):
            written = [f"{k}={getattr(v, '__name__', repr(v))}" for k, v in options.items()]
            extra = "-" + ",".join(written) if options else ""
            params += [
                pytest.param(check, c, options, id=f"{c.name}{extra[:60]}-{name}")
                for name, check in CHECKS.items()
                if wanted(c, name, number == 0)
            ]
    return pytest.mark.parametrize(("check", "case", "options"), params)
