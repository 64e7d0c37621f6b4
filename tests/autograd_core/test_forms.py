"""The words: what they declare, what they keep, what they refuse."""

import numpy as np
import pytest
from harness import case, forward, reverse, second

import autograd_core as ac
from autograd_core import (
    Variable,
    bilinear,
    composite,
    constant,
    elementwise,
    linear,
    multilinear,
    primitive,
    pullback,
    pushforward,
)
from autograd_core.forms import RULES

A = np.array([[0.7, -1.3, 2.1], [1.6, 0.4, -0.8]])
B = np.array([[1.2, 0.8, -0.5], [2.4, 0.9, 0.3]])


@pytest.fixture(autouse=True)
def _registry():
    """Rules that a test declares are forgotten afterwards."""
    before = dict(RULES)
    yield
    for op in set(RULES) - set(before):
        del RULES[op]


def proven(function, *operands):
    """Both modes and the second order agree with differences."""
    made = case(function, make=lambda rng: [np.array(a) for a in operands])
    grads = reverse(made, function, made.operands())
    forward(made, function, made.operands(), grads)
    second(made, function, made.operands())


def kept(y):
    """The arrays that the node of a result keeps."""
    saved = y.node.kept
    saved = saved if type(saved) in (tuple, list) else [saved]
    return [s for s in saved if isinstance(s, np.ndarray)]


# --- each word ------------------------------------------------------------------------------------
def test_elementwise():
    """A formula names what it needs; a number is a constant derivative."""

    @primitive
    def mixed(x, y):
        return x * x * y

    elementwise(mixed, lambda g, x, y: 2 * g * x * y, lambda g, x: g * x * x)
    proven(mixed, A, B)
    proven(mixed, A, 1.5)


def test_elementwise_by_the_output():
    """y = f(x) for one operand."""

    @primitive
    def exponential(x):
        return np.exp(x)

    elementwise(exponential, lambda g, y: g * y)
    proven(exponential, A)
    v = Variable(A)
    y = exponential(v * 1)
    assert [np.shares_memory(k, y._data) for k in kept(y)] == [True]


def test_linear():
    """The operand arrives as a Spec; other arguments are the function's own."""

    @primitive
    def window(a, start, size=2):
        return a[..., start : start + size]

    def window_transpose(g, a, start, size=2):
        after = a.shape[-1] - start - size
        before = np.zeros((*a.shape[:-1], start)), np.zeros((*a.shape[:-1], after))
        return np.concatenate([before[0], g, before[1]], axis=-1)

    linear(window, window_transpose)
    proven(lambda x: window(x, 1), A)
    proven(lambda x: window(x, 0, size=1), A)
    assert kept(window(Variable(A) * 1, 1)) == []


def test_linear_in_a_list():
    """A list in, a list out."""

    @primitive
    def total(arrays, weight=1.0):
        return sum(arrays) * weight

    linear(total, lambda g, arrays, weight=1.0: [g * weight for _ in arrays])
    proven(lambda a, b: total([a, b, a]), A, B)
    proven(lambda a, b: total([a, b], weight=3.0), A, B)


def test_linear_with_an_argument_without_cotangent():
    """0 among the transposes: it may be tracked, and gets none."""

    @primitive
    def gate(mask, x):
        return np.where(np.asarray(mask) > 0, x, 0.0)

    linear(gate, 0, lambda g, mask, _x: np.where(np.asarray(mask) > 0, g, 0))
    v, m = Variable(A), Variable(B)
    y = gate(m, v)
    y.sum().backward()
    assert v.grad.tolist() == (B > 0).astype(float).tolist()
    assert m.grad is None or not np.any(m.grad)


def test_bilinear():
    """Each transpose gets the value of the other operand and the Spec of its own."""

    @primitive
    def scaled(a, b, factor=1.0):
        return a @ b.T * factor

    bilinear(
        scaled,
        lambda g, a, b, factor=1.0: g @ b * factor,
        lambda g, a, b, factor=1.0: g.T @ a * factor,
    )
    proven(scaled, A, B)
    proven(lambda a, b: scaled(a, b, factor=2.5), A, B)
    proven(lambda a: scaled(a, a), A)
    assert len(kept(scaled(Variable(A) * 1, B))) == 1


def test_multilinear():
    """One transpose, given the position."""

    @primitive
    def product(*arrays):
        return np.prod(np.stack(arrays), axis=0)

    @multilinear(product)
    def product_transpose(i, g, *arrays):
        for k, a in enumerate(arrays):
            if k != i:
                g = g * a
        return g

    proven(product, A, B, A + 2)
    proven(lambda a: product(a, a, B), A)


def test_pullback():
    """All cotangents at once; an underscore asks for the Spec only."""

    @primitive
    def ratio_and_sum(a, b):
        return a / b

    @pullback(ratio_and_sum)
    def ratio_pullback(g, out, _a, b):
        return g / b, -g * out / b

    proven(ratio_and_sum, A, B)
    x = Variable(A) * 1
    assert not any(np.shares_memory(k, x._data) for k in kept(ratio_and_sum(x, B)))


def test_a_pullback_with_too_few_cotangents_is_refused():
    """One array for two operands is not taken for a tuple of its rows."""

    @primitive
    def power(x, n):
        return x**n

    @pullback(power)
    def power_pullback(g, _out, x, n):
        return g * n * x ** (n - 1)

    with pytest.raises(ac.RuleError, match=r"power has 2 operands.*\n.*\n.*at=0"):
        power(Variable(A), 3).sum().backward()


def test_pullback_of_several_outputs():
    """g and out are lists; g[k] is None for an output nobody used."""
    used = []

    @primitive
    def both(x):
        return np.sin(x), np.cos(x)

    @pullback(both)
    def both_pullback(g, out, _x):
        used.append([c is not None for c in g])
        s, c = out
        first = 0 if g[0] is None else g[0] * c
        return first - (0 if g[1] is None else g[1] * s)

    proven(lambda x: both(x)[0] * 2 + both(x)[1] ** 2, A)
    proven(lambda x: list(both(x)), A)
    used.clear()
    both(Variable(A))[1].sum().backward()
    assert used == [[False, True]]


def test_pushforward():
    """A forward mode of one's own replaces the derived one."""
    calls = []

    @primitive
    def cube(x):
        return x**3

    @pullback(cube)
    def cube_pullback(g, _out, x):
        return 3 * g * x * x

    @pushforward(cube)
    def cube_pushforward(t, _out, x):
        calls.append(1)
        return 3 * t * x * x

    proven(cube, A)
    assert calls


def test_constant():
    """The result is a plain array."""

    @primitive
    def steps(x):
        return np.floor(x)

    constant(steps)
    assert type(steps(Variable(A))) is np.ndarray


def test_composite():
    """Written in NumPy; nothing of its own on the tape."""

    @primitive
    def softplus(x, beta=1.0):
        return np.log1p(np.exp(np.asarray(x) * beta)) / beta

    composite(softplus)(lambda x, beta=1.0: np.log1p(np.exp(x * beta)) / beta)
    proven(softplus, A)
    proven(lambda x: softplus(x, beta=2.0), A)


def test_composite_as_a_fallback():
    """Options that the rule does not list go to the composite."""
    calls = []

    @primitive
    def scaled(x, factor=2.0, shift=0.0):
        return x * factor + shift

    linear(scaled, lambda g, _x, factor=2.0: g * factor)

    @composite(scaled)
    def scaled_composite(x, factor=2.0, shift=0.0):
        calls.append(1)
        return x * factor + shift

    proven(scaled, A)
    proven(lambda x: scaled(x, factor=3.0), A)
    assert not calls
    proven(lambda x: scaled(x, shift=1.0), A)
    assert calls


# --- what is refused ------------------------------------------------------------------------------
def test_a_primitive_without_a_rule():
    """It says so when it is called, and names itself."""

    @primitive
    def secret(x):
        return x

    with pytest.raises(ac.NoRuleError, match="secret"):
        secret(Variable(1.0))
    assert secret(1.0) == 1.0
    with ac.no_grad():
        assert secret(Variable(1.0)).item() == 1.0


def test_an_option_that_is_not_listed():
    """Refused by name at the call, unless it repeats the default."""

    @primitive
    def scaled(x, factor=2.0, mode="a"):
        return x * factor

    linear(scaled, lambda g, _x, factor=2.0: g * factor)
    v = Variable(A)
    assert scaled(v, mode="a").requires_grad
    with pytest.raises(ac.NoRuleError, match="mode"):
        scaled(v, mode="b")
    with pytest.raises(ac.NoRuleError, match="mode"):
        scaled(v, 2.0, "b")


def test_a_tracked_option_is_refused():
    """A tracked Variable anywhere but at an operand would lose its gradient."""

    @primitive
    def scaled(x, factor=2.0):
        return x * factor

    linear(scaled, lambda g, _x, factor=2.0: g * factor)
    with pytest.raises(ac.AutogradError):
        scaled(Variable(A), factor=Variable(3.0))
    with pytest.raises(ac.AutogradError):
        scaled(A, Variable(3.0))


@pytest.mark.parametrize(
    "declare",
    [
        lambda op: elementwise(op, lambda g, a: g * a),
        lambda op: elementwise(op, lambda x: x),
        lambda op: linear(op, lambda g, *_rest: g),
        lambda op: linear(op, lambda g, a, **options: g),
        lambda op: pullback(op)(lambda g, out, a, **__: g),
    ],
)  # fmt: skip
def test_a_rule_declared_wrongly_fails_at_import(declare):
    """RuleError, before anything is computed."""

    @primitive
    def op(a, option=1):
        return a

    with pytest.raises(ac.RuleError):
        declare(op)


def test_the_message_of_a_wrong_formula():
    """It says what may be named."""

    @primitive
    def angle(x, y):
        return np.arctan2(x, y)

    with pytest.raises(ac.RuleError, match=r"angle may name g, x, y, z; this one names g, a"):
        elementwise(angle, lambda g, a: g, lambda g: g)
    with pytest.raises(ac.RuleError, match=r"angle may name g, x; this one names g, y"):
        elementwise(angle, lambda g, y: g, lambda g, x: g, twice=lambda g, y: g)
    with pytest.raises(ac.RuleError, match=r"angle would not be used"):
        elementwise(angle, lambda g, y: g, lambda g, y: g, twice=lambda g, x: g)


def test_a_second_rule_is_refused():
    """One operation, one derivative."""

    @primitive
    def op(x):
        return x

    linear(op, lambda g, _x: g)
    with pytest.raises(ac.RuleError):
        linear(op, lambda g, _x: g)


def test_rules_are_found_under_numpys_own_objects():
    """Methods of ufuncs too: they hash and compare as functions."""
    assert RULES[np.sin].form == "elementwise"
    assert np.add.reduce in RULES
    assert {rule.form for rule in RULES.values()} <= {
        "elementwise", "linear", "bilinear", "multilinear", "pullback", "constant", "composite",
    }  # fmt: skip
