"""Products: every combination of dimensions, axes elsewhere, einsum in all its forms."""

import numpy as np
import pytest
from harness import case, checks
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_core as ac
from autograd_core.rules.products import contract


def pairs(op, *shapes, **options):
    """A case for each pair of shapes."""
    return [case(op, shapes=pair, **options) for pair in shapes]


def einsum(subscripts, *shapes, **options):
    """A case of np.einsum."""
    return case(
        np.einsum, shapes=shapes, call=lambda *xs, **o: np.einsum(subscripts, *xs, **o), **options
    )


MATRICES = [
    ((2, 3), (3, 2)),
    ((3,), (3,)),
    ((3,), (3, 2)),
    ((2, 3), (3,)),
    ((2, 2, 3), (3, 2)),
    ((2, 2, 3), (3,)),
    ((2, 3), (2, 3, 2)),
    ((3,), (2, 3, 2)),
    ((2, 2, 3), (2, 3, 2)),
    ((2, 1, 2, 3), (2, 3, 1)),
    ((0, 3), (3, 2)),
    ((2, 0), (0, 3)),
    ((0, 2, 3), (3, 2)),
]
DOTS = [
    ((), (2,)),
    ((2, 3), ()),
    ((), ()),
    *MATRICES[:6],
    ((3,), (2, 3, 2)),
    ((2, 1, 3), (2, 3, 2)),
]
INNERS = [
    ((), (2,)),
    ((2, 3), ()),
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (2, 3)),
    ((2, 1, 3), (2, 2, 3)),
]
KRONS = [
    ((2,), (3,)),
    ((2, 2), (1, 3)),
    ((2, 2), (3,)),
    ((2,), (2, 1, 2)),
    ((), (2, 2)),
    ((2,), ()),
]
CONVOLVED = [
    ((5,), (3,)),
    ((3,), (5,)),
    ((4,), (4,)),
    ((4,), (2,)),
    ((1,), (3,)),
    ((2,), (5,)),
]
MODES = [{}, {"mode": "full"}, {"mode": "same"}, {"mode": "valid"}, {"mode": 0}, {"mode": 1}]

CASES = [
    *pairs(np.matmul, *MATRICES),
    case(np.matmul, shapes=[(3, 2), (2, 3)], options=[{"axes": [(1, 0), (1, 0), (0, 1)]}]),
    case(np.matmul, shapes=[(3,), (2, 3)], options=[{"axes": [(0,), (-1, -2), (-1,)]}]),
    case(np.matmul, shapes=[(2, 2), (2, 2)], options=[{"order": "F"}, {"dtype": float}]),
    *pairs(np.vecdot, ((3,), (3,)), ((2, 3), (3,)), ((2, 1, 3), (2, 3))),
    case(
        np.vecdot,
        shapes=[(3, 2), (3, 2)],
        options=[
            {"axis": 0},
            {"axis": 0, "keepdims": True},
            {"keepdims": True},
            {"axes": [0, 0]},
            {"axes": [0, 0, ()]},
            {"axes": [0, 0, 0], "keepdims": True},
        ],
    ),
    *pairs(np.dot, *DOTS),
    *pairs(np.inner, *INNERS),
    *pairs(np.outer, ((2,), (3,)), ((2, 2), (3,)), ((), (2, 2))),
    *pairs(np.vdot, ((3,), (3,)), ((2, 3), (3, 2)), ((), ())),
    case(
        np.tensordot,
        shapes=[(2, 3), (3, 2)],
        options=[{"axes": 1}, {"axes": 0}, {"axes": -1}, {"axes": (0, -1)}],
    ),
    case(np.tensordot, shapes=[(2, 3, 2), (3, 2, 1)]),
    case(
        np.tensordot,
        shapes=[(2, 3, 1), (1, 2, 3)],
        options=[
            {"axes": ([0, 2], [1, 0])},
            {"axes": ([1, 0], [2, 1])},
            {"axes": ((2, 0, 1), (0, 1, 2))},
            {"axes": ([], [])},
        ],
    ),
    *pairs(np.kron, *KRONS),
    *pairs(np.cross, ((3,), (3,)), ((2, 3), (3,)), ((3,), (2, 1, 3))),
    case(
        np.cross,
        shapes=[(3, 2), (2, 3)],
        options=[{"axisa": 0}, {"axisa": 0, "axisc": 0}, {"axisa": 0, "axisb": 1, "axisc": -2}],
    ),
    case(np.cross, shapes=[(3, 2), (3, 2)], options=[{"axis": 0}]),
    *(case(np.convolve, shapes=pair, options=MODES) for pair in CONVOLVED),
    *pairs(np.convolve, ((3,), ()), ((), (2,)), ((), ())),
    *(case(np.correlate, shapes=pair, options=MODES) for pair in CONVOLVED),
    case(contract, shapes=[(2, 3), (3, 2)], call=lambda a, b: contract("ij,jk->ik", a, b)),
    case(contract, shapes=[(2, 3), (4,)], call=lambda a, b: contract("ij,k->k", a, b)),
    case(contract, shapes=[(2, 3)], call=lambda a: contract("ij->", a)),
    case(contract, shapes=[(2,), (2, 3), (3,)], call=lambda a, b, c: contract("i,ij,j->", a, b, c)),
    einsum("ij,jk->ik", (2, 3), (3, 2)),
    einsum("ij,jk", (2, 3), (3, 2)),
    einsum("ba", (2, 3)),
    einsum("ij->ji", (2, 3)),
    einsum("ij->j", (2, 3)),
    einsum("ij->", (2, 3)),
    einsum("ii", (3, 3)),
    einsum("ii->i", (3, 3)),
    einsum("iij->ji", (2, 2, 3)),
    einsum("ijij,k->jk", (2, 2, 2, 2), (3,)),
    einsum("iii", (2, 2, 2)),
    einsum("i,j", (2,), (3,)),
    einsum("ij,ij->i", (2, 3), (2, 3)),
    einsum("ij,jk->k", (2, 3), (3, 2)),
    einsum("ij,j->i", (2, 3), (1,)),
    einsum("...", (2, 3)),
    einsum("...i,...i", (2, 3), (3,)),
    einsum("...ij,...jk->...ik", (2, 2, 3), (2, 1, 3, 2)),
    einsum("i...->...", (2, 3)),
    einsum(" ij , jk -> ik ", (2, 3), (3, 2)),
    einsum("i,ij,j", (2,), (2, 3), (3,)),
    einsum(",ij", (), (2, 2)),
    einsum("i,i->i", (0,), (0,)),
    case(
        np.einsum,
        shapes=[(2, 3), (3, 2)],
        call=lambda a, b: np.einsum(a, [0, 1], b, [1, 2], [0, 2]),
    ),
    case(np.einsum, shapes=[(2, 3), (3, 2)], call=lambda a, b: np.einsum(a, [27, 1], b, [1, 30])),
    case(np.einsum, shapes=[(2, 2, 3)], call=lambda a: np.einsum(a, [0, 0, ...], [..., 0])),
]
if hasattr(np, "matvec"):
    CASES += [
        *pairs(
            np.matvec, ((2, 3), (3,)), ((2, 3), (2, 3)), ((2, 2, 3), (3,)), ((2, 1, 2, 3), (2, 3))
        ),
        *pairs(
            np.vecmat, ((3,), (3, 2)), ((2, 3), (3, 2)), ((3,), (2, 3, 2)), ((2, 1, 3), (2, 3, 2))
        ),
        case(np.matvec, shapes=[(3, 2), (3,)], options=[{"axes": [(1, 0), 0, 0]}]),
        case(np.vecmat, shapes=[(3,), (2, 3)], options=[{"axes": [0, (1, 0), 0]}]),
    ]


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


# --- one operand plain ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "op", [np.matmul, np.dot, np.inner, np.outer, np.vdot, np.kron, np.tensordot, np.multiply.outer]
)
def test_a_plain_operand_may_be_a_list(op):
    """Lists of numbers stand on either side; the gradient is that of an array."""
    plain = [[1.0, 2.0], [3.0, 5.0]]
    x = np.array([[0.5, -1.0], [2.0, 0.25]])
    weights = np.arange(1.0, 1 + np.size(op(x, plain))).reshape(np.shape(op(x, plain)))

    for call in (lambda x, p: op(x, p), lambda x, p: op(p, x)):
        actual = ac.grad(lambda x, c=call: np.sum(weights * c(x, plain)))(x)
        expected = ac.grad(lambda x, c=call: np.sum(weights * c(x, np.array(plain))))(x)
        np.testing.assert_array_equal(actual, expected)


def test_a_plane_cross_product_is_a_number():
    """Two-dimensional vectors, which NumPy deprecates: a product along the third axis."""
    x, y = np.array([1.0, 2.0]), np.array([3.0, 5.0])

    with pytest.warns(DeprecationWarning, match="2-dimensional"):
        gx, gy = ac.grad(np.cross, (0, 1))(x, y)
    np.testing.assert_array_equal(gx, [5, -3])
    np.testing.assert_array_equal(gy, [-2, 1])


def test_a_real_factor_of_a_complex_product_has_a_real_gradient():
    """The imaginary part of its cotangent is no direction it can move in."""
    a, b = ac.Variable([[1.0, 2.0]]), ac.Variable([[1 + 2j], [3 - 1j]])

    (a @ b).real.sum().backward()
    assert a.grad.dtype == float
    np.testing.assert_array_equal(a.grad, [[1, 3]])
    np.testing.assert_array_equal(b.grad, [[1], [2]])


# --- einsum ---------------------------------------------------------------------------------------
LENGTHS = {"a": 2, "b": 3, "c": 4, "d": 1}
TERM = st.lists(st.sampled_from("abcd"), min_size=0, max_size=4).map("".join)


@st.composite
def subscripts(draw):
    """Terms with repeated, summed-out and lonely letters, and an output of some of them."""
    terms = draw(st.lists(TERM, min_size=1, max_size=4))
    known = sorted(set("".join(terms)))
    out = draw(st.permutations(known)) if known else []
    return terms, "".join(out[: draw(st.integers(0, len(out)))])


@settings(max_examples=120, deadline=None)
@given(subscripts())
def test_any_subscripts(drawn):
    """The gradients are einsums of the cotangent and the other operands, written out naively."""
    terms, out = drawn
    rng = np.random.default_rng(3)
    operands = [rng.normal(size=[LENGTHS[c] for c in term]) for term in terms]
    text = ",".join(terms) + "->" + out
    value = np.einsum(text, *operands)
    weights = rng.normal(size=value.shape)

    leaves = [ac.Variable(x) for x in operands]
    y = np.einsum(text, *leaves)
    y.backward(gradient=weights)
    np.testing.assert_allclose(y.data, value, rtol=1e-12, atol=1e-12)
    for k, (term, x) in enumerate(zip(terms, operands, strict=True)):
        direction = rng.normal(size=x.shape)
        moved = np.einsum(text, *operands[:k], direction, *operands[k + 1 :])
        np.testing.assert_allclose(
            np.sum(leaves[k].grad * direction), np.sum(weights * moved), rtol=1e-9, atol=1e-9
        )
        assert leaves[k].grad.shape == x.shape, term


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("ij,jk->ik", [(30, 20), (20, 40)]),
        ("kij,nkj->nki", [(5, 8, 8), (30, 5, 8)]),
        ("bhqd,bhkd->bhqk", [(2, 3, 8, 16), (2, 3, 9, 16)]),
        ("ijx,jky->ki", [(20, 30, 2), (30, 20, 3)]),
        ("nk,kd->", [(50, 30), (30, 4)]),
        ("ab,bc,cd,de->ea", [(20, 30), (30, 20), (20, 10), (10, 4)]),
        ("nk,kd,kde,ne->n", [(20, 3), (3, 4), (3, 4, 5), (20, 5)]),
        ("ab,ab,ab->", [(80, 70)] * 3),
    ],
)
def test_large_contractions_run_as_products_of_matrices(text, shapes):
    """Reordered and paired, with NumPy's value to rounding and the right derivatives."""
    rng = np.random.default_rng(4)
    operands = [rng.normal(size=s) for s in shapes]
    directions = [rng.normal(size=s) for s in shapes]

    value, grads = ac.value_and_grad(
        lambda *xs: np.sum(np.sin(np.einsum(text, *xs))), tuple(range(len(shapes)))
    )(*operands)
    out = np.einsum(text, *operands)
    slopes = [
        np.sum(np.cos(out) * np.einsum(text, *operands[:k], d, *operands[k + 1 :]))
        for k, d in enumerate(directions)
    ]
    np.testing.assert_allclose(value, np.sum(np.sin(out)), rtol=1e-8)
    for g, d, slope in zip(grads, directions, slopes, strict=True):
        np.testing.assert_allclose(np.sum(g * d), slope, rtol=1e-8)


@pytest.mark.parametrize(
    "options", [{"optimize": True}, {"optimize": "greedy"}, {"order": "F"}], ids=str
)
def test_options_of_einsum_change_nothing_but_rounding(options):
    """The order of computation and of memory has no derivative."""
    x, y = np.random.default_rng(6).normal(size=(2, 3, 4))

    value, grads = ac.value_and_grad(
        lambda x, y: np.sum(np.einsum("ij,kj->ik", x, y, **options) ** 2), (0, 1)
    )(x, y)
    product = x @ y.T
    np.testing.assert_allclose(value, np.sum(product**2))
    np.testing.assert_allclose(grads[0], 2 * product @ y)
    np.testing.assert_allclose(grads[1], 2 * product.T @ x)


def test_einsum_computes_in_another_dtype():
    """dtype= casts the operands, and their cotangents back."""
    x = ac.Variable(np.array([1.0, 2.0], "f4"))

    y = np.einsum("i,i", x, np.array([3.0, 4.0], "f4"), dtype=float)
    y.backward()
    assert y.dtype == float
    assert x.grad.dtype == np.float32
    np.testing.assert_array_equal(x.grad, [3, 4])


def refusal(call):
    """The type of the error that a call raises, or None."""
    try:
        call()
    except Exception as err:
        return type(err)
    return None


@pytest.mark.parametrize(
    "arguments",
    [
        ("ij,jk->iz", (2, 3), (3, 4)),
        ("ij", (3,)),
        ("ij,jk", (2, 3), (4, 4)),
        ("ii", (2, 3)),
        ("ij->ijj", (2, 3)),
        ("i...->i", (2, 3)),
        ("i;j", (2,), (3,)),
    ],
    ids=str,
)
def test_wrong_subscripts_raise_as_in_numpy(arguments):
    """ValueError, tracked or not."""
    text, *shapes = arguments

    assert refusal(lambda: np.einsum(text, *[np.ones(s) for s in shapes])) is ValueError
    assert (
        refusal(lambda: np.einsum(text, *[ac.Variable(np.ones(s)) for s in shapes])) is ValueError
    )


@pytest.mark.parametrize(
    "call",
    [
        lambda x: x @ np.ones(4),
        lambda x: np.dot(x, np.ones((4, 4))),
        lambda x: np.tensordot(x, np.ones(4), 1),
        lambda x: np.cross(x, np.ones(4)),
        lambda x: np.convolve(x, []),
        lambda x: np.vdot(x, np.ones(4)),
    ],
)
def test_shapes_that_do_not_fit_raise_as_in_numpy(call):
    """ValueError, tracked or not."""
    assert refusal(lambda: call(np.ones(3))) is ValueError
    assert refusal(lambda: call(ac.Variable(np.ones(3)))) is ValueError


# --- float32 at work ------------------------------------------------------------------------------
def test_a_batch_against_one_weight_is_one_product():
    """The weight's gradient sums over the whole batch."""
    rng = np.random.default_rng(5)
    x, w = ac.Variable(rng.normal(size=(4, 5, 3))), ac.Variable(rng.normal(size=(3, 2)))
    weights = rng.normal(size=(4, 5, 2))

    ((x @ w) * weights).sum().backward()
    np.testing.assert_allclose(w.grad, np.einsum("bnk,bnm->km", x.data, weights))
    np.testing.assert_allclose(x.grad, weights @ w.data.T)


def test_an_einsum_that_only_rearranges_is_a_view():
    """Writing into it is writing into the operand; a diagonal is read-only, as np.diagonal's."""
    x = ac.Variable(np.zeros((2, 3)))
    y = x * 1.0

    np.einsum("ij->ji", y)[0] = 5.0
    np.testing.assert_array_equal(y.data, [[5, 0, 0], [5, 0, 0]])
    with pytest.raises(ValueError, match="read-only"):
        np.einsum("ii->i", y[:, :2])[...] = 1.0
