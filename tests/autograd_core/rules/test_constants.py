"""What has no derivative: plain results, and gradient zero."""

import io

import numpy as np
import pytest
from harness import case, checks

import autograd_core as ac
from autograd_core.dispatch import no_rule
from autograd_core.forms import RULES
from autograd_core.rules.constants import INSTEAD, REMOVED

ONE = [
    np.sign, np.floor, np.ceil, np.trunc, np.rint, np.fix, np.round, np.around,
    np.signbit, np.spacing, np.logical_not, np.isfinite, np.isinf, np.isnan, np.isneginf,
    np.isposinf, np.iscomplex, np.isreal, np.argmax, np.argmin, np.nanargmax, np.nanargmin,
    np.argsort, np.nonzero, np.flatnonzero, np.argwhere, np.count_nonzero, np.all, np.any,
    np.zeros_like, np.ones_like, np.shape, np.ndim, np.size, np.iscomplexobj, np.isrealobj,
    np.result_type, np.common_type, np.min_scalar_type, np.array_repr, np.array_str,
    np.array2string, np.linalg.matrix_rank, np._core.umath._ones_like,
]  # fmt: skip
TWO = [
    np.floor_divide, np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal,
    np.logical_and, np.logical_or, np.logical_xor, np.isclose, np.allclose, np.array_equal,
    np.array_equiv, np.isin, np.may_share_memory, np.shares_memory,
]  # fmt: skip
WHOLE = [  # of whole numbers, which a tracked Variable does not hold
    np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert, np.bitwise_count, np.left_shift,
    np.right_shift, np.gcd, np.lcm, np.packbits, np.unpackbits,
]  # fmt: skip
COMPARISONS = [np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal]
FOLDED = [np.logical_and, np.logical_or, np.logical_xor, np.floor_divide]
BITS = [
    np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.left_shift, np.right_shift, np.gcd, np.lcm,
]  # fmt: skip
METHODS = [
    *(getattr(u, m) for u in FOLDED for m in ("reduce", "accumulate")),
    *(u.outer for u in [*FOLDED, *COMPARISONS]),
]
REDUCEAT = [u.reduceat for u in FOLDED]
SQUARE = [np.diag_indices_from, np.tril_indices_from, np.triu_indices_from]
SAVING = [np.save, np.savez, np.savez_compressed, np.savetxt]


def whole(op):
    """An operation on whole numbers; on floats NumPy's own error passes through."""
    return case(op, make=lambda rng: [], call=lambda: None, skip=["value", "zero"])


CASES = [
    *(case(op) for op in ONE),
    *(case(op, shapes=[(2, 3), (2, 3)]) for op in [*TWO, *METHODS[2 * len(FOLDED) :]]),
    *(case(op) for op in METHODS[: 2 * len(FOLDED)]),
    *(case(op, args=([0, 1],)) for op in REDUCEAT),
    *(case(op, shapes=[(3, 3)]) for op in SQUARE),
    case(np.argpartition, args=(1,)),
    case(np.digitize, args=([-1.0, 1.0],)),
    case(np.searchsorted, shapes=[(3,)], low=-1, high=1, call=lambda v: np.searchsorted([0.0], v)),
    case(np.lexsort, shapes=[(3,), (3,)], call=lambda a, b: np.lexsort((a, b))),
    case(np.empty_like, call=lambda x: np.empty_like(x).shape),
    case(np.can_cast, args=("f8",), call=lambda x: np.can_cast(x.dtype, "f8")),
    case(np.einsum_path, shapes=[(3, 3)], call=lambda x: np.einsum_path("ij,jk", x, x)[0]),
    *(whole(op) for op in [*WHOLE, np.isnat, np.unravel_index, np.ravel_multi_index]),
    *(whole(getattr(u, m)) for u in BITS for m in ("reduce", "accumulate", "reduceat", "outer")),
    *(whole(op) for op in SAVING),
    *(whole(op) for op in REMOVED if op),  # they warn
]


@checks(CASES)
def test_rule(check, case, options):
    """Each constant has NumPy's value and gradient zero."""
    check(case, options)


@pytest.mark.parametrize("op", [*ONE, *TWO], ids=lambda op: op.__name__)
def test_result_is_plain(op):
    """A tracked Variable in gives no Variable out."""
    x = ac.Variable(np.array([[0.3, -1.7], [2.2, 0.9]])) * 1
    result = op(x, x) if op in TWO else op(x)

    assert not isinstance(result, ac.Variable)


@pytest.mark.parametrize("op", [*WHOLE, np.isnat], ids=lambda op: op.__name__)
def test_whole_numbers_only(op):
    """NumPy's own TypeError on floats."""
    x = ac.Variable([1.0, 2.0])
    with pytest.raises(TypeError):
        op(x, x) if getattr(op, "nin", 1) == 2 else op(x)


@pytest.mark.parametrize("op", WHOLE, ids=lambda op: op.__name__)
def test_untracked_whole_numbers(op):
    """An untracked Variable of whole numbers is as good as an array."""
    a = np.array([3, 5], np.uint8)
    v = ac.Variable(a, requires_grad=False)
    pair = getattr(op, "nin", 1) == 2
    assert (np.asarray(op(v, v) if pair else op(v)) == (op(a, a) if pair else op(a))).all()


def test_constants_mask_index_and_branch():
    """A constant serves where NumPy wants an array."""
    x = ac.Variable([3.0, -1.0, 2.0])
    order = np.argsort(x)
    y = np.sum(x[order] * [1.0, 2.0, 3.0]) + np.sum(x[x > 0]) if np.any(x > 2) else x
    y.backward()

    assert list(order) == [1, 2, 0]
    assert list(x.grad) == [4, 1, 3]


def test_likeness_keeps_the_dtype():
    """zeros_like and its family have the form of the Variable's array, complex ones too."""
    for kind in ("f4", "c8"):
        x = ac.Variable(np.ones((2, 3), kind))
        assert np.zeros_like(x).dtype == kind
        assert np.ones_like(x, dtype="f8", shape=(4,)).shape == (4,)
        assert np.empty_like(x).shape == (2, 3)


def test_sign_of_a_complex_number_is_refused():
    """It is no constant there; the message says what to write."""
    with pytest.raises(ac.NoRuleError, match=r"z / np\.abs\(z\)"):
        np.sign(ac.Variable([1.0 + 2.0j]))


ALONE = [f for f in INSTEAD if callable(f) and f is not np.sign]


@pytest.mark.parametrize("op", ALONE, ids=lambda f: f.__name__)
def test_refused_functions_say_what_instead(op):
    """A function that is refused has a sentence of its own."""
    assert op not in RULES
    with pytest.raises((ac.NoRuleError, TypeError)):
        op(ac.Variable([1.0]))


def test_refused_modules_say_what_instead():
    """A function of a module that is refused as a whole has the module's sentence."""
    assert "text" in no_rule(np.strings.upper).hint
    assert "text" in no_rule(np._core.umath.str_len).hint


def test_saving_writes_the_values():
    """What goes to disk is the plain array."""
    x = ac.Variable([1.5, 2.5])
    for write in (np.save, np.savez, np.savez_compressed):
        file = io.BytesIO()
        write(file, x)
        file.seek(0)
        loaded = np.load(file)
        assert list(loaded if write is np.save else loaded["arr_0"]) == [1.5, 2.5]
    text = io.StringIO()
    np.savetxt(text, x, fmt="%g")
    assert text.getvalue() == "1.5\n2.5\n"


def test_words_are_numpys():
    """Text about a Variable by NumPy's printers is text about its array."""
    x = ac.Variable([1.5, 2.5])

    assert np.array_repr(x) == "array([1.5, 2.5])"
    assert np.array2string(x, separator=";") == "[1.5;2.5]"
