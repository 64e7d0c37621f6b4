"""ScipyMinimize: SciPy's methods over all parameters of a model."""

import numpy as np
import pytest

import autograd_core as ac
import nn

pytest.importorskip("scipy")
METHODS = ["L-BFGS-B", "BFGS", "CG", "TNC", "SLSQP", "Newton-CG", "Nelder-Mead", "Powell", "COBYLA"]


def problem(dtype=float):
    """A line to be fitted."""
    x = np.linspace(-1, 1, 20, dtype=dtype).reshape(-1, 1)
    model = nn.Linear(1, 1, rng=0, dtype=dtype)

    def closure():
        model.zero_grad()
        loss = nn.functional.mse_loss(model(x), 3 * x + 1)
        loss.backward()
        return loss

    return model, closure


@pytest.mark.parametrize("method", METHODS)
def test_every_method_finds_the_minimum(method):
    """With the gradient where the method takes one."""
    model, closure = problem()
    optimizer = nn.ScipyMinimize(model, method)

    first = closure().item()
    assert np.isclose(first, optimizer.step(closure).item())
    assert np.allclose([3.0, 1.0], [model.weight.data.item(), model.bias.data.item()], atol=1e-3)
    assert optimizer.result.nfev > 1


def test_options_reach_the_method():
    """Bounds go to ``minimize``, the others to the method; an unknown one is an error."""
    model, closure = problem()
    optimizer = nn.ScipyMinimize(model, bounds=[(None, 2.0), (None, None)], maxiter=50)
    optimizer.step(closure)
    assert np.isclose(2.0, model.weight.data.item())

    with pytest.raises(ac.errors.ArgumentError, match="maxitr"):
        nn.ScipyMinimize(model, maxitr=3).step(closure)


def test_single_precision_is_kept():
    """The method works in double."""
    model, closure = problem(np.float32)
    nn.ScipyMinimize(model).step(closure)

    assert np.float32 == model.weight.dtype
    assert np.allclose(3.0, model.weight.data, atol=1e-3)


def test_exceptions_leave_the_parameters_as_they_were():
    """No closure, an unknown method, an error in the closure."""
    model, closure = problem()
    before, calls = model.weight.data.copy(), [0]

    def failing():
        calls[0] += 1
        if calls[0] == 4:
            raise RuntimeError
        return closure()

    with pytest.raises(ac.errors.OptimizerError, match="needs a closure"):
        nn.ScipyMinimize(model).step()
    with pytest.raises(ac.ArgumentError, match="method='steepest' is no method"):
        nn.ScipyMinimize(model, "steepest").step(closure)
    with pytest.raises(RuntimeError):
        nn.ScipyMinimize(model).step(failing)
    assert np.array_equal(before, model.weight.data)


def test_a_missing_scipy_is_named(monkeypatch):
    """With the extra that brings it."""
    monkeypatch.setitem(__import__("sys").modules, "scipy", None)
    with pytest.raises(ac.errors.MissingDependencyError, match=r"autograd-core\[scipy\]"):
        nn.ScipyMinimize(problem()[0])
