"""LBFGS: PyTorch's numbers without a line search, strong Wolfe points with one."""

import copy
import pickle

import numpy as np
import pytest

import autograd_core as ac
import nn
from nn.optim.lbfgs import Point, strong_wolfe


def valley(w):
    """Rosenbrock's function of three variables, made less steep."""
    return ((1 - w[:-1]) ** 2).sum() + 2 * ((w[1:] - w[:-1] ** 2) ** 2).sum()


def closure_of(optimizer, w, loss=valley):
    """What ``step`` calls."""

    def closure():
        optimizer.zero_grad()
        value = loss(w)
        value.backward()
        return value

    return closure


def test_steps_without_a_line_search_are_those_of_pytorch():
    """Twelve steps of four iterations each, with a history that overflows."""
    torch = pytest.importorskip("torch")
    start = [-1.2, 1.0, 0.5]
    w, twin = ac.Variable(start), torch.tensor(start, dtype=torch.float64, requires_grad=True)
    options = {"lr": 0.1, "max_iter": 4, "history_size": 5}
    ours, theirs = nn.LBFGS([w], line_search=None, **options), torch.optim.LBFGS([twin], **options)

    for _ in range(12):
        ours.step(closure_of(ours, w))
        theirs.step(closure_of(theirs, twin))
        np.testing.assert_allclose(w.data, twin.detach().numpy(), rtol=1e-10)


@pytest.mark.parametrize("t", [1e-6, 0.1, 1.0, 50.0])
@pytest.mark.parametrize(
    "f",
    [
        lambda x: (x - 2) ** 2,
        lambda x: x**4 - 3 * x**3 + 2,
        lambda x: np.cosh(x - 3),
        lambda x: -x / (x * x + 2),
        lambda x: np.sqrt(1 + (x - 10) ** 2),
        lambda x: -np.log(x + 0.01) + x,
        lambda x: np.where(x > 5, np.inf, 1.0) * (x - 3) ** 2 - 9.1,
    ],
)
def test_the_line_search_meets_both_conditions(f, t):
    """From short and long first steps, past infinite values too."""
    slope = ac.grad(f)

    def trial(t):
        x = np.float64(0.1 + t)
        with np.errstate(all="ignore"):
            return Point(t, float(f(x)), float(slope(x)), np.zeros(1))

    start = trial(0.0)
    if start.slope >= 0:
        pytest.skip("no way down from here")
    found = strong_wolfe(trial, t, start)
    assert found.value <= start.value + 1e-4 * found.t * start.slope
    assert abs(found.slope) <= 0.9 * abs(start.slope)


def test_a_closure_is_needed():
    """And the error shows one."""
    with pytest.raises(ac.errors.OptimizerError, match="needs a closure") as info:
        nn.LBFGS([ac.Variable([1.0])]).step()
    assert "def closure():" in info.value.hint


def test_one_group_only():
    """All parameters are one vector."""
    a, b = ac.Variable([1.0]), ac.Variable([1.0])
    with pytest.raises(ac.errors.OptimizerError, match="one group"):
        nn.LBFGS([{"params": a}, {"params": b}])


def test_unknown_line_searches_get_a_proposal():
    """Names are checked when the optimizer is made."""
    with pytest.raises(ac.errors.ArgumentError, match="strong_wolfe"):
        nn.LBFGS([ac.Variable([1.0])], line_search="strong_wolf")


@pytest.mark.parametrize("kind", [RuntimeError, KeyboardInterrupt])
def test_an_exception_in_the_closure_changes_nothing(kind):
    """Neither the point, nor what is remembered of earlier steps."""
    w = ac.Variable([-1.2, 1.0, 0.5])
    optimizer = nn.LBFGS([w], max_iter=3)
    closure = closure_of(optimizer, w)
    optimizer.step(closure)
    before, memory, calls = w.data.copy(), copy.deepcopy(optimizer.state_dict()), [0]

    def failing():
        calls[0] += 1
        if calls[0] == 2:
            raise kind
        return closure()

    with pytest.raises(kind):
        optimizer.step(failing)
    assert np.array_equal(before, w.data)
    assert len(memory["memory"]["pairs"]) == len(optimizer.state_dict()["memory"]["pairs"])


def test_a_start_that_is_not_finite():
    """Is an error; so are no gradient, no loss, nothing to train."""
    w = ac.Variable([1.0, 2.0])
    optimizer = nn.LBFGS([w])
    with (
        np.errstate(all="ignore"),
        pytest.raises(ac.errors.OptimizerError, match="not finite"),
    ):
        optimizer.step(closure_of(optimizer, w, lambda w: np.log(w - 1).sum()))
    optimizer.zero_grad()
    with pytest.raises(ac.errors.OptimizerError, match="no gradient"):
        optimizer.step(lambda: 1.0)
    with pytest.raises(ac.errors.OptimizerError, match="None"):
        optimizer.step(lambda: None)
    w.requires_grad = False
    with pytest.raises(ac.errors.OptimizerError, match="requires a gradient"):
        optimizer.step(lambda: 1.0)


@pytest.mark.parametrize("how", ["state_dict", "pickle"])
def test_resuming_equals_not_stopping(how):
    """Bit for bit."""
    w = ac.Variable([-1.2, 1.0, 0.3])
    optimizer = nn.LBFGS([w], max_iter=3)
    for _ in range(2):
        optimizer.step(closure_of(optimizer, w))
    if how == "pickle":
        other, resumed = pickle.loads(pickle.dumps((w, optimizer)))
    else:
        other = ac.Variable(w.data)
        resumed = nn.LBFGS([other], max_iter=3)
        resumed.load_state_dict(optimizer.state_dict())

    for _ in range(2):
        optimizer.step(closure_of(optimizer, w))
        resumed.step(closure_of(resumed, other))
    assert np.array_equal(w.data, other.data)


def test_a_state_of_other_parameters():
    """Is refused; nothing is changed."""
    w, v = ac.Variable([-1.2, 1.0]), ac.Variable([-1.2, 1.0, 2.0])
    optimizer, other = nn.LBFGS([w]), nn.LBFGS([v])
    for one, param in ((optimizer, w), (other, v)):
        one.step(closure_of(one, param))

    with pytest.raises(ac.errors.StateError):
        optimizer.load_state_dict(other.state_dict())
    with pytest.raises(ac.errors.StateError):
        optimizer.load_state_dict(nn.SGD([w]).state_dict())
    optimizer.step(closure_of(optimizer, w))


def test_maximize_and_constraints():
    """It climbs, and the constraint acts after the step; single numbers and float32 are kept."""
    w, v = ac.Variable(np.float32(1.0)), ac.Variable(np.ones((2, 2), np.float32))
    optimizer = nn.LBFGS([w, v], maximize=True, constraint=lambda a: np.minimum(a, 2.5))

    def closure():
        optimizer.zero_grad()
        loss = -((w - 3) ** 2) - ((v - 2) ** 2).sum()
        loss.backward()
        return loss

    for _ in range(3):
        optimizer.step(closure)
    assert 2.5 == w.data
    assert np.allclose(2, v.data, atol=1e-3)
    assert {np.dtype(np.float32)} == {w.dtype, v.dtype}
