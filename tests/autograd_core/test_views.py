"""Writes in place, and views that see each other's writes: NumPy's semantics, recorded."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable

X = np.arange(1.3, 13.0).reshape(3, 4)
W = np.linspace(-1.0, 2.0, 12).reshape(3, 4)


def same_program(program, *arrays, order=2):
    """Run a program on copies of arrays and on Variables: values, and gradients by differences."""
    from harness import case, forward, reverse, second

    def function(*xs):
        xs = [x * 1.0 for x in xs]
        return program(*xs)

    made = case(np.copyto, make=lambda rng: arrays, call=function)
    operands = made.operands()
    np.testing.assert_array_equal(
        function(*[Variable(a) for a in operands]).data, function(*[a.copy() for a in operands])
    )
    grads = reverse(made, function, operands)
    forward(made, function, operands, grads)
    if order > 1:
        second(made, function, operands)


def write(statement):
    """A program of one statement on x (and v), which returns x."""
    code = compile(statement, statement, "exec")

    def program(x, v=None):
        exec(code, {"np": np, "x": x, "v": v})
        return x * np.sin(x)

    return program


WRITES = [
    "x[0] = v[0]",
    "x[1, 2] = v[0, 0]",
    "x[:, ::2] = v[:, :2]",
    "x[...] = v",
    "x[:] = 3.0",
    "x[::-1] = v",
    "x[[0, 2]] = v[:2]",
    "x[[0, 0]] = v[:2]",
    "x[[2, 0, 2], [1, 1, 1]] = v[0, :3]",
    "x[x > 4] = 0.5",
    "x[x > 4] *= v[0, 0]",
    "x[x > 6] = v[x > 6]",
    "x[:, None][1:] = v[:, None][1:]",
    "x[1] += v[2]",
    "x[0][1:] -= v[0, 0]",
    "x *= v",
    "x /= v + 9",
    "x -= x",
    "x **= 2",
    "x += x.T[0, 0]",
    "np.add(x, v, out=x)",
    "np.multiply(v, x[::-1], out=x)",
    "np.sin(x, out=x)",
    "np.exp(v, x)",
    "np.divide(v, x, out=x, where=x > 5)",
    "np.add.at(x, [0, 0, 2], v[0])",
    "np.subtract.at(x, 1, 2.0)",
    "np.multiply.at(x, ([0, 0], [1, 1]), v[0, :2] + 9)",
    "np.copyto(x, v)",
    "np.copyto(x, v[0], where=x > 5)",
    "np.put(x, [0, 5, 5], v[0, :3])",
    "np.putmask(x, x > 6, v)",
    "np.place(x, x > 6, v[0])",
    "np.put_along_axis(x, np.array([[1], [0], [3]]), v[:, :1], 1)",
    "np.fill_diagonal(x, v[0, :3])",
    "x.fill(v[0, 0])",
    "x.put([1, 2], v[0, :2])",
    "x.sort()",
    "x[::-1].sort(axis=0)",
    "x.partition(2)",
    "x.flat[3] = v[0, 1]",
    "x.T[1] = v[:, 0]",
    "x.reshape(4, 3)[0] = v[0, :3]",
    "x.ravel()[2:5] *= 3",
    "x[1:][1:][0] = v[0]",
    "x[1:].T[2] += 1.0",
    "x.T[1:].T[0] = v[0, 1:]",
    "np.diagonal(x).sum(); x[1, 1] = v[0, 0]",
    "x[:2] = x[1:]",
    "x[1:] += x[:-1]",
    "x[:, 1] = x[:, 0]",
    "x[0, 0] = x[1, 1] * x[2, 2]",
    "np.swapaxes(x, 0, 1)[2] = v[:, 1]",
    "np.squeeze(x[None])[0] = v[0]",
    "x[-1, ..., 0] = v[0, 0]",
    "y = x[0]; x[0] = v[0]; x[1] = y",
    "y = x[0]; y *= 2; x += y",
    "np.cumsum(x, axis=0, out=x)",
    "np.sum(x, axis=0, out=x[0])",
    "np.clip(x, 2.0, 8.0, out=x)",
    "np.matmul(x, np.eye(4) * 2, out=x)",
    "np.concatenate([x[:1], v[:2]], out=x)",
    "x @= np.ones((4, 4))",
    "x.T[...] = x.T * 2",
    "x.view()[0] = v[0]",
    "np.moveaxis(x, 0, 1)[0] = v[:, 0]",
    "np.flip(x)[0] = v[0]",
    "np.expand_dims(x, 0)[0, 1] = v[1]",
    "x[np.ix_([0, 2], [1, 3])] = v[:2, :2]",
    "x[None, 1] = v[0]",
    "a, b = np.split(x, [1]); a[...] = v[:1]; b *= 2",
    "x[np.array(True)] = v",
    "x[False] = 3.0",
    "for row in x: row *= 2",
]


@pytest.mark.parametrize("statement", WRITES)
def test_write(statement):
    """The value is NumPy's, bit for bit; both modes and the second order are right."""
    same_program(write(statement), X, W)


ALIASES = [
    "y = x[1:]; x[1] = v[0]; x = y",  # an older view sees the base's write
    "y = x.T; z = y[1:]; x *= v; x = z",
    "y = x[0]; y[...] = v[0]; x = x[:2]",
    "y = x.reshape(-1); y[3:7] = 0.5; y[4] *= v[0, 0]",
    "y = x[::2]; z = y[:, ::-1]; z[0] = v[0]; y[1] += 1; x[2] *= 2; x = z",
    "a = x[:2]; b = x[1:]; a[1] = v[0]; b[0] *= 2; x = a",
    "y = x.copy(); y[0] = v[0]; x = x + y",
    "y = x[[0, 1]]; y[0] = v[0]; x = x[:2] + y",  # fancy indexing copies
    "y = x[0]; x = x * 2; y[...] = 0.0; x = x + y",
    "y = x.real; y[0] = v[0]",
    "y = np.broadcast_to(x[0], (3, 4)); x[0] = v[0]; x = y + 0",
    "y = x.flat; y[2:5] = v[0, :3]",
    "y = x.ravel(); y[0] = v[0, 0]; z = x.flatten(); z[1] = 5.0; x = x + z.reshape(3, 4)",
    "y = np.atleast_2d(x); y[0] = v[0]",
    "y = x[1]; z = y[1:3]; x = x; y += z[0]; z *= 2",
]


@pytest.mark.parametrize("statements", ALIASES)
def test_views_see_each_others_writes(statements):
    """As in NumPy, through views of views, to second order."""
    code = compile(statements, statements, "exec")

    def program(x, v):
        names = {"np": np, "x": x, "v": v}
        exec(code, names)
        return names["x"] * np.cos(names["x"])

    same_program(program, X, W)


def test_what_the_tape_kept_is_untouched():
    """y = exp(x); y += 1 is right without an error."""
    v = Variable([0.0, 1.0])
    y = np.exp(v)
    y += 1
    y.sum().backward()

    np.testing.assert_allclose(v.grad, np.exp([0.0, 1.0]))


def test_a_leaf_that_requires_a_gradient_refuses():
    """Its .grad would belong to a value that is gone; through a view too."""
    w = Variable(np.ones((2, 3)), name="w")

    for write_into in (
        lambda: w.__setitem__(0, 1.0), lambda: w.__iadd__(1.0), lambda: w[0].__setitem__(0, 1.0),
        lambda: np.add(w, 1, out=w), lambda: w.T.__imul__(2), lambda: w.fill(0.0), lambda: w.sort(),
        lambda: np.copyto(w, 0.0), lambda: np.add.at(w, 0, 1.0), lambda: w.flat.__setitem__(0, 1.0),
    ):  # fmt: skip
        with pytest.raises(ac.MutationError, match="leaf 'w'"):
            write_into()
    assert w.tolist() == np.ones((2, 3)).tolist()


def test_no_grad_writes_into_leaves():
    """That line is the optimizer's step; the leaf stays the leaf."""
    w = Variable(np.ones(3))
    (w * w).sum().backward()
    same = w
    with ac.no_grad():
        w -= 0.25 * w.grad
        w[0] = 7.0

    assert w is same
    assert w.is_leaf
    assert w.requires_grad
    assert w.tolist() == [7.0, 0.5, 0.5]
    w.grad = None
    (w * w).sum().backward()
    assert w.grad.tolist() == [14.0, 1.0, 1.0]


def test_a_step_leaves_the_graph_before_it_alone():
    """What was recorded keeps the values it had."""
    w = Variable(np.full(3, 2.0))
    y = (w * w).sum()
    with ac.no_grad():
        w -= 1.0
    y.backward()

    assert w.grad.tolist() == [4.0] * 3


def test_training_does_not_grow_the_tape():
    """A loop of steps leaves one leaf, no history."""
    w = Variable(np.ones(3))
    for _ in range(5):
        (w * w).sum().backward()
        with ac.no_grad():
            w -= 0.1 * w.grad
        w.grad = None

    assert w.node.parents == ()


@pytest.mark.parametrize(
    "wrong",
    [
        "x[7] = 1.0", "x[0] = np.ones(9)", "x['a'] = 1.0", "x += np.ones((5, 5))", "x[0, 0, 0] = 1",
        "np.copyto(x, np.ones(7))", "np.add.at(x, 9, 1.0)", "x[np.ones(7, bool)] = 1.0",
        "np.broadcast_to(x[0], (3, 4))[0] = 1.0", "x[0] = 'text'", "np.diagonal(x)[0] = 5.0",
        "np.sum(x, axis=0, out=x)", "x.real = np.ones(9)", "x[0] = 1 + 2j",
    ],
)  # fmt: skip
def test_a_failed_write_changes_nothing(wrong):
    """NumPy's error; value and gradient as if it had not been tried."""
    v = Variable(X)
    x = v * 1.0
    with pytest.raises((IndexError, ValueError, TypeError)):
        exec(wrong, {"np": np, "x": x})
    with pytest.raises((IndexError, ValueError, TypeError)):
        exec(wrong, {"np": np, "x": X.copy()})

    assert x.tolist() == X.tolist()
    (x * W).sum().backward()
    np.testing.assert_array_equal(v.grad, W)


def test_duplicate_indices_last_write_wins():
    """Only the last writer has a gradient."""
    v = Variable([1.0, 2.0, 3.0])
    x = Variable(np.zeros(2)) * 1.0
    x[[0, 1, 0]] = v
    (x * np.array([10.0, 100.0])).sum().backward()

    assert x.tolist() == [3.0, 2.0]
    assert v.grad.tolist() == [0.0, 100.0, 10.0]


def test_a_constant_target_becomes_tracked():
    """An untracked Variable takes tracked values; a plain array cannot."""
    v, plain = Variable([1.0, 2.0]), np.zeros(3)
    x = Variable(np.zeros(3), requires_grad=False)
    x[1:] = v * 3
    x.sum().backward()

    assert v.grad.tolist() == [3.0, 3.0]
    for assign in (
        lambda: plain.__setitem__(slice(1, None), v),
        lambda: plain.__setitem__(0, v[0]),
        lambda: plain.__iadd__(v[0]),
        lambda: np.copyto(plain, v[0]),
        lambda: np.add(v, v, out=plain[:2]),
        lambda: plain.fill(v[0]),
        lambda: np.add.at(plain, 0, v[0]),
        lambda: np.put(plain, 0, v[0]),
    ):
        with pytest.raises((ac.ConversionError, ValueError, TypeError)):
            assign()
    assert plain.tolist() == [0.0, 0.0, 0.0]


def test_writing_a_wider_dtype_is_numpys_error_or_cast():
    """A float32 target stays float32, as in NumPy."""
    v = Variable(np.ones(3))
    x = Variable(np.zeros(3, "f4")) * 1
    x[:] = v
    assert x.dtype == np.float32
    x.sum().backward()
    assert v.grad.dtype == np.float64
    y = Variable(np.zeros(3, "f4")) * 1
    with pytest.raises(TypeError):
        y += 1j


def test_differentiating_a_program_that_writes_into_its_argument():
    """A transform's argument is no leaf: NumPy code that overwrites it works."""

    def f(x):
        x[0] *= 2
        x[1:] += x[0]
        return np.sum(x**2)

    def g(x):
        return np.sum(np.stack([2 * x[0], x[1] + 2 * x[0], x[2] + 2 * x[0]]) ** 2)

    x = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(ac.grad(f)(x), ac.grad(g)(x))
    np.testing.assert_allclose(ac.hessian(f)(x), ac.hessian(g)(x))
    assert x.tolist() == [1.0, 2.0, 3.0]


def test_detached_views_share_no_history():
    """detach() is a constant, and writing into it leaves the original alone."""
    v = Variable([1.0, 2.0])
    x = v * 2
    d = x.detach()
    d[0] = 100.0

    assert x.tolist() == [2.0, 4.0]
    (x * d).sum().backward()
    assert v.grad.tolist() == [200.0, 8.0]
