"""What a Variable is: how it is made, how it looks, what its operators do, how it is stored."""

import copy
import operator
import pickle

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable

X = np.array([[1.5, -0.5, 2.0], [0.25, 3.0, -1.75]])
Y = np.array([[0.5, 2.5, -1.0], [1.25, 0.75, 2.0]])


# --- making one -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("data", "dtype", "shape"),
    [
        (2.0, "f8", ()), (3, "f8", ()), ([1, 2], "f8", (2,)), ([[1.0], [2.0]], "f8", (2, 1)),
        (1 + 2j, "c16", ()), (np.float32(1), "f4", ()), (np.ones(2, "f2"), "f2", (2,)),
        (np.ones((0, 3)), "f8", (0, 3)), (np.longdouble(1), "longdouble", ()),
        ((1.0, 2.0), "f8", (2,)), (range(3), "f8", (3,)),
    ],
)  # fmt: skip
def test_made_of_numbers_lists_and_arrays(data, dtype, shape):
    """Python numbers and lists become float64; arrays keep their dtype."""
    v = Variable(data)

    assert (v.dtype, v.shape) == (np.dtype(dtype), shape)
    assert v.requires_grad
    assert v.is_leaf


@pytest.mark.parametrize(
    "data",
    [
        np.array([1, 2]), np.int64(1), True, np.array([True]), [True, False],
        np.array([1.0, None]), "text", np.ma.array([1.0, 2.0]), np.array(["2020-01-01"], "M8[D]"),
    ],
    ids=repr,
)  # fmt: skip
def test_what_has_no_gradient_is_refused(data):
    """Integer arrays, booleans, objects, masked arrays: DtypeError, which is a TypeError."""
    with pytest.raises(ac.DtypeError):
        Variable(data)


def test_integers_without_a_gradient_stay_integers():
    """An untracked Variable holds what it is given."""
    assert Variable(np.array([1, 2]), requires_grad=False).dtype == np.dtype(int)


def test_data_is_copied_once():
    """Writing into the caller's array afterwards changes nothing."""
    a = np.ones(3)
    v = Variable(a)
    a[:] = 5

    assert v.tolist() == [1, 1, 1]


def test_a_read_only_array_is_kept():
    """What nobody can write into need not be copied."""
    a = np.ones(3)
    a.flags.writeable = False

    assert np.shares_memory(Variable(a)._data, a)


def test_a_tracked_variable_inside_data_is_refused():
    """A list of tracked Variables is stacked by np.stack or ac.array, not by the constructor."""
    v = Variable(1.0)

    with pytest.raises(ac.ConversionError):
        Variable([v, v * 2])


def test_zero_dimensional_arrays_become_scalars():
    """A 0-d array is stored as a NumPy scalar, which computes ten times faster."""
    assert isinstance(Variable(np.array(2.0)).data, np.float64)


def test_array_stacks_nested_lists():
    """ac.array builds a Variable from Variables and numbers; the gradient finds each."""
    v, w = Variable(2.0), Variable(3.0)

    m = ac.array([[v, 1], [0, w]])
    (m * np.array([[1.0, 2.0], [3.0, 4.0]])).sum().backward()
    assert m.tolist() == [[2, 1], [0, 3]]
    assert (v.grad, w.grad) == (1.0, 4.0)


# --- how it looks ---------------------------------------------------------------------------------
def test_repr():
    """Value first, then what is not default."""
    x1 = Variable([1.0, 2.0], name="x1")

    assert repr(x1) == "Variable([1., 2.], name='x1')"
    assert repr(Variable(6.9093) + 0.0) == "Variable(6.9093, op=add)"
    w = np.tanh(Variable(np.array([[0.5493061]], "f4")))
    assert repr(w) == "Variable([[0.5]], op=tanh, dtype=float32, shape=(1, 1))"
    assert "shape=(2000,)" in repr(Variable(np.zeros(2000)))
    assert len(repr(Variable(np.zeros(2000)))) < 200
    assert "requires_grad=False" in repr(Variable(1.0, requires_grad=False))


def test_op_is_numpys_own_function():
    """Of a recorded result; a leaf, a constant, and a result inside no_grad() have none."""
    v = Variable(2.0)

    assert (v * 3).op is np.multiply
    assert np.sum(v).op is np.sum
    assert v.op is None
    with ac.no_grad():
        assert (v * 3).op is None


def test_repr_follows_print_options():
    """NumPy's own print options apply."""
    with np.printoptions(precision=2):
        assert repr(Variable([1 / 3])) == "Variable([0.33])"


def test_str_and_format():
    """str is the value alone; one element takes a format."""
    assert str(Variable([1.0, 2.0])) == "[1. 2.]"
    assert f"{Variable(3.14159):.3f}" == "3.142"
    assert f"{Variable([3.14159]):.1f}" == "3.1"
    with pytest.raises(TypeError):
        f"{Variable([1.0, 2.0]):.3f}"


# --- protocols ------------------------------------------------------------------------------------
def test_bool_len_iter_contains_are_numpys():
    """So are their errors."""
    v = Variable([[1.0, 2.0], [3.0, 4.0]])

    assert len(v) == 2
    assert [row.tolist() for row in v] == [[1, 2], [3, 4]]
    assert 3.0 in v
    assert 7.0 not in v
    assert bool(Variable([0.0])) is False
    assert bool(Variable(0.5)) is True
    with pytest.raises(ValueError, match="ambiguous"):
        bool(v)
    with pytest.raises(TypeError, match="len"):
        len(Variable(1.0))
    with pytest.raises(TypeError, match="0-d"):
        iter(Variable(1.0))


def test_hash_is_by_identity():
    """Variables are dictionary keys, whatever they hold."""
    v, w = Variable([1.0]), Variable([1.0])

    assert {v: 1, w: 2}[v] == 1
    assert len({v, w, v}) == 2


def test_equality_is_elementwise_and_plain():
    """Comparisons give plain boolean arrays."""
    v = Variable([1.0, 2.0])

    assert type(v == v) is np.ndarray
    assert (v == [1.0, 3.0]).tolist() == [True, False]
    assert ([1.0, 3.0] != v).tolist() == [False, True]
    assert (2.0 > v).tolist() == [True, False]


@pytest.mark.parametrize("convert", [float, int, complex, operator.index])
def test_numbers_of_a_tracked_variable_are_refused(convert):
    """A Python number would not remember how it was computed."""
    with pytest.raises(ac.ConversionError):
        convert(Variable(2.0))


def test_numbers_of_an_untracked_variable():
    """It converts as the array it holds."""
    v = Variable(2.5, requires_grad=False)

    assert (float(v), int(v), complex(v)) == (2.5, 2, 2.5 + 0j)
    assert [10, 20, 30][Variable(np.int64(1), requires_grad=False)] == 20
    assert np.asarray(v) == 2.5
    with pytest.raises(TypeError):
        operator.index(v)


def test_ways_out():
    """item, tolist, numpy and detach leave the tape on purpose."""
    v = Variable([[1.5, 2.5]]) * 2

    assert v[0, 1].item() == 5.0
    assert type(v[0, 1].item()) is float
    assert v.item(0) == 3.0
    assert v.tolist() == [[3.0, 5.0]]
    assert type(v.numpy()) is np.ndarray
    assert not v.detach().requires_grad
    v.numpy()[:] = 7
    assert v.tolist() == [[3.0, 5.0]]


# --- dtypes ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "longdouble", "c8", "c16"])
def test_python_numbers_do_not_widen(dtype):
    """NEP 50: 2.0 * x has the dtype of x, and so has the gradient."""
    v = Variable(np.ones(3, dtype))

    y = ((2.0 * v + 1) / 3) ** 2
    y.real.sum().backward()
    assert y.dtype == np.dtype(dtype)
    assert v.grad.dtype == np.dtype(dtype)


def test_numpy_scalars_are_strong():
    """np.float64(2) * x32 is float64, and the gradient of x32 still float32."""
    v = Variable(np.ones(3, "f4"))

    y = np.float64(2) * v
    y.sum().backward()
    assert y.dtype == np.float64
    assert v.grad.dtype == np.float32


def test_a_python_scalar_widens_no_scalar_variable():
    """2.0 * x stays float32 for one number too."""
    assert (2.0 * Variable(np.float32(1))).dtype == np.float32


# --- grad, data, requires_grad, name --------------------------------------------------------------
def test_grad_may_be_set_and_cleared():
    """A gradient has its Variable's shape; None clears it."""
    v = Variable([1.0, 2.0])
    v.grad = [3, 4]

    assert v.grad.tolist() == [3.0, 4.0]
    assert v.grad.dtype == np.float64
    v.grad = None
    assert v.grad is None
    with pytest.raises(ac.ShapeError):
        v.grad = np.ones(3)


def test_setting_data_rebinds_the_leaf():
    """What was recorded of the old value stays right."""
    v = Variable([1.0, 2.0])
    y = (v * v).sum()
    v.data = np.array([10.0, 20.0])

    y.backward()
    assert v.tolist() == [10.0, 20.0]
    assert v.grad.tolist() == [2.0, 4.0]


def test_setting_the_data_of_a_result_is_refused():
    """Its history would describe another value."""
    y = Variable([1.0]) * 2

    with pytest.raises((ac.MutationError, AttributeError)):
        y.data = np.ones(1)


def test_requires_grad_may_be_set_on_a_leaf():
    """A frozen leaf is a constant."""
    v = Variable([1.0])
    v.requires_grad = False

    assert not (v * 2).requires_grad
    v.requires_grad = True
    assert (v * 2).requires_grad
    with pytest.raises(ac.DtypeError):
        Variable(np.array([1]), requires_grad=False).requires_grad = True


def test_the_data_of_a_result_is_read_only():
    """Nobody can write into what a tape may keep."""
    y = Variable([1.0, 2.0]) * 2

    with pytest.raises(ValueError, match="read-only"):
        y.data[0] = 5


def test_reading_the_data_of_a_kept_leaf_parts_it_from_the_tape():
    """Writing into .data afterwards cannot change what was recorded."""
    v = Variable(np.array([1.0, 2.0, 3.0]))
    y = (v * v).sum()
    v.data[:] = 100.0

    y.backward()
    assert v.grad.tolist() == [2.0, 4.0, 6.0]
    assert v.tolist() == [100.0] * 3


def test_writing_into_data_read_before():
    """The same for an array that was handed out before it was recorded."""
    v = Variable(np.array([1.0, 2.0, 3.0]))
    handed_out = v.data
    y = (v * v).sum()
    handed_out[:] = 100.0

    y.backward()
    assert v.grad.tolist() == [2.0, 4.0, 6.0]


# --- copies and pickles ---------------------------------------------------------------------------
def test_copy_is_differentiable():
    """copy.copy and .copy() are operations like others."""
    v = Variable([1.0, 2.0])

    (copy.copy(v) * 2 + v.copy()).sum().backward()
    assert v.grad.tolist() == [3.0, 3.0]


@pytest.mark.parametrize("store", [copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))])
def test_a_leaf_is_stored_whole(store):
    """Data, requires_grad and name; not its gradient."""
    v = Variable(np.array([1.0, 2.0], "f4"), name="w")
    (v * 2).sum().backward()

    w = store(v)
    assert (w.tolist(), w.dtype, w.name, w.requires_grad) == ([1, 2], np.float32, "w", True)
    assert w.is_leaf
    assert w.grad is None
    assert not np.shares_memory(w.data, v.data)


@pytest.mark.parametrize("store", [copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))])
def test_a_result_is_stored_as_a_leaf(store):
    """A copy leaves its history behind, and says so."""
    y = Variable([1.0, 2.0]) * 2

    with pytest.warns(ac.DetachedWarning):
        z = store(y)
    assert z.is_leaf
    assert z.requires_grad
    assert z.tolist() == [2.0, 4.0]


def test_a_deep_result_is_stored_without_recursion():
    """No copy walks the tape."""
    y = Variable(1.0)
    for _ in range(5000):
        y = y * 1.0

    with pytest.warns(ac.DetachedWarning):
        pickle.dumps(y)
    with pytest.warns(ac.DetachedWarning):
        copy.deepcopy(y)


def test_deepcopy_keeps_shared_leaves_shared():
    """One leaf in two places is one leaf in the copy."""
    v = Variable([1.0])

    first, second = copy.deepcopy([v, v])
    assert first is second


# --- ndarray's questions --------------------------------------------------------------------------
def test_attributes_of_form():
    """shape, ndim, size, dtype, T, mT, real, imag, itemsize, nbytes, strides, flat, device."""
    v = Variable(X)

    assert (v.shape, v.ndim, v.size, v.dtype) == (X.shape, X.ndim, X.size, X.dtype)
    assert (v.itemsize, v.nbytes, v.strides) == (X.itemsize, X.nbytes, X.strides)
    assert v.T.shape == v.mT.shape == (3, 2)
    assert v.device == "cpu"
    assert v.flat[2].item() == X.flat[2]
    assert np.shape(v) == X.shape
    assert np.ndim(v) == 2
    assert np.result_type(v, np.float32) == np.float64
    assert v.__array_namespace__() is np


def test_real_and_imaginary_parts_are_assignable():
    """x.real = v writes in place, as in NumPy."""
    v = Variable([1.0, 2.0])
    z = v * (1 + 1j)
    z.imag = 0.0
    z.real = z.real * 3

    np.abs(z).sum().backward()
    assert z.tolist() == [3, 6]
    assert v.grad.tolist() == [3, 3]


# --- conversions without a copy -------------------------------------------------------------------
def test_a_conversion_without_a_copy_is_read_only():
    """Of an untracked Variable; NumPy's error where it cannot be had, never a copy in silence."""
    v = Variable([1.0, 2.0], requires_grad=False)

    array = np.asarray(v, copy=False)

    assert np.shares_memory(array, v.data)
    assert not array.flags.writeable
    with pytest.raises(ValueError, match="copy"):
        np.asarray(v, np.float32, copy=False)


def test_the_array_namespace_is_numpys():
    """Of the versions that NumPy speaks."""
    assert Variable(1.0).__array_namespace__() is np
    with pytest.raises(ValueError, match="1066"):
        Variable(1.0).__array_namespace__(api_version="1066.10")
