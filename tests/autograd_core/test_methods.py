"""ndarray's methods: each is the NumPy function of the same name."""

import numpy as np
import pytest
from harness import case, forward, reverse, same_bits, second

import autograd_core as ac
from autograd_core import Variable
from autograd_core.methods import Methods

X = np.array([[0.7, -1.3, 2.1, 0.4], [1.6, 0.9, -0.8, 1.1], [-0.2, 2.7, 0.3, -1.9]])

CALLS = [
    "x.astype('f8')", "x.astype('f8', copy=False)", "x.clip(-1, 1)", "x.clip(min=-1)",
    "x.clip(max=0.5)", "x.compress([True, False, True], axis=0)", "x.conj()", "x.conjugate()",
    "x.copy()", "x.copy(order='F')", "x.cumprod(axis=1)", "x.cumprod()", "x.cumsum(axis=0)",
    "x.cumsum()", "x.diagonal()", "x.diagonal(1)", "x.diagonal(offset=-1, axis1=1, axis2=0)",
    "x.dot(x.T)", "x.dot([1.0, 2.0, 0.5, 1.0])", "x.flatten()", "x.flatten(order='F')", "x.max()",
    "x.max(axis=1)", "x.max(0)", "x.max(axis=(0, 1), keepdims=True)", "x.max(1, initial=0.95)",
    "x.max(axis=1, where=x.data > 0, initial=-9)", "x.mean()", "x.mean(axis=0)",
    "x.mean(1, keepdims=True)", "x.mean(axis=-1, where=x.data > 0)", "x.min()", "x.min(axis=1)",
    "x.prod()", "x.prod(axis=1)", "x.prod(axis=0, initial=2.0)", "x.ravel()", "x.ravel('F')",
    "x.repeat(2)", "x.repeat([1, 0, 2], axis=0)", "x.reshape(4, 3)", "x.reshape((2, -1))",
    "x.reshape(-1)", "x.reshape(4, 3, order='F')",
    *["x.reshape(2, 6, copy=True)"] * hasattr(np, "unstack"),  # NumPy 2.1
    "x.reshape(3, 1, 4).squeeze()", "x.reshape(3, 1, 4, 1).squeeze(axis=1)", "x.std()",
    "x.std(axis=1, ddof=1)", "x.std(axis=0, keepdims=True)", "x.sum()", "x.sum(axis=1)", "x.sum(0)",
    "x.sum(axis=(0, 1))", "x.sum(axis=1, keepdims=True, initial=2.0)",
    "x.sum(where=x.data > 0)", "x.swapaxes(0, 1)", "x.swapaxes(-1, 0)", "x.take([0, 5, 5])",
    "x.take([0, 2], axis=1)", "x.take([7, -1], axis=1, mode='wrap')", "x.trace()",
    "x.trace(offset=1)",
    "x.transpose()", "x.transpose(1, 0)", "x.transpose((1, 0))", "x.transpose(None)", "x.var()",
    "x.var(axis=1)", "x.var(axis=0, ddof=1)", "x.view()", "x.T", "x.mT", "x.real", "x.flat[3]",
    "x.flat[[1, 1, 4]]", "abs(x)", "x.sum(dtype=np.longdouble)",
]  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_method(call):
    """The value is NumPy's, bit for bit; both modes and the second order are right."""
    code = compile(call.replace(".data", ""), call, "eval")

    def function(x):
        return eval(code, {"np": np, "x": x})

    made = case(np.copyto, make=lambda rng: [X.copy()], call=function)
    same_bits(function(Variable(X)), function(X.copy()), call)
    grads = reverse(made, function, made.operands())
    forward(made, function, made.operands(), grads)
    second(made, function, made.operands())


@pytest.mark.parametrize(
    "call",
    [
        "x.sort()", "x.sort(axis=0)", "x.sort(axis=-1, kind='stable')", "x.sort(stable=True)",
        "x.partition(1)", "x.partition(1, axis=0)", "x.fill(2.0)", "x.put([0, 3], [5.0, 6.0])",
        "x.put([0, 30], 5.0, mode='clip')", "x.sum(axis=0, out=x[0])", "x.clip(-1, 1, out=x)",
        "x.cumsum(axis=0, out=x)", "x.max(axis=0, out=x[1])", "x.dot(np.eye(4), out=x)",
    ],
)  # fmt: skip
def test_method_that_writes(call):
    """In place on a result, as in NumPy."""
    code = compile(call, call, "exec")

    def function(x):
        x = x * 1.0
        exec(code, {"np": np, "x": x})
        return x * np.cos(x)

    made = case(np.copyto, make=lambda rng: [X.copy()], call=function)
    same_bits(function(Variable(X)), function(X.copy()), call)
    reverse(made, function, made.operands())
    second(made, function, made.operands())


def test_out_returns_its_target():
    """The object given as out= is what comes back."""
    x, target = Variable(X) * 1, Variable(np.zeros(4), requires_grad=False)

    assert x.sum(axis=0, out=target) is target
    assert target.requires_grad
    with pytest.raises(ac.ConversionError):
        x.sum(axis=0, out=np.zeros(4))


def test_astype_to_integers_is_constant():
    """A plain array: integers have no derivative."""
    y = Variable(X).astype(int)

    assert not isinstance(y, Variable) or not y.requires_grad


@pytest.mark.parametrize(
    "call",
    [
        "x.argmax(axis=1)", "x.argmin()", "x.argsort(axis=0)", "x.nonzero()", "x.round(1)",
        "x.all()",
        "x.any(axis=1)", "x.argpartition(1)", "x[0].searchsorted(0.5)", "x.astype(bool)",
    ],
)  # fmt: skip
def test_constant_method(call):
    """A plain result, NumPy's."""
    actual = eval(call, {"x": Variable(X)})

    assert not isinstance(actual, Variable) or not actual.requires_grad
    same_bits(actual, eval(call, {"x": X.copy()}), call)


def test_choose_of_an_index():
    """An untracked index chooses among tracked arrays."""
    index = Variable(np.array([0, 1, 1]), requires_grad=False)
    v = Variable([1.0, 2.0, 3.0])
    y = index.choose([v, v * 10])
    y.sum().backward()

    assert y.tolist() == [1.0, 20.0, 30.0]
    assert v.grad.tolist() == [1.0, 10.0, 10.0]


def test_methods_know_no_tape():
    """The file is written in NumPy alone."""
    assert all(not name.startswith("_tape") for name in vars(Methods))
    assert Methods.__module__ == "autograd_core.methods"


@pytest.mark.parametrize("call", [lambda x: x.view("i8"), lambda x: x.view(dtype="f4")])
def test_view_of_another_dtype_is_refused(call):
    """The bits are reached through .data."""
    with pytest.raises(TypeError, match=r"x\.astype\(dtype\)"):
        call(Variable(X))
