"""why_no_grad: every reason it knows, and the words."""

import copy

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core import Variable

HERE = "test_paths.py:"


@pytest.fixture
def x():
    """A leaf that a loss is computed from."""
    return Variable([3.0, 4.0], name="x")


@pytest.fixture
def w():
    """The leaf whose gradient is missing."""
    return Variable([1.0, 2.0])


def test_the_report(x, w):
    """Word for word: the path to the break, the line, the way to mend it."""
    with ac.debug():
        h = np.tanh(w * x).detach()
        loss = np.mean(np.square(x - h))
    found = ac.why_no_grad(loss, w)

    place = found.place
    assert place.startswith(HERE)
    assert repr(found) == (
        "loss does not depend on w: the path stops at h.\n"
        "  loss <- mean <- square <- subtract <- h\n"
        f"  h is a constant: .detach() at {place}\n"
        "  try: use h without .detach()"
    )
    assert found.names == ("loss", "mean", "square", "subtract", "h")
    assert (found.depends, found.reason) == (False, "detached")
    loss.backward()
    assert w.grad is None


LOST = {
    "detached": (lambda w: (w * 2).detach(), "detached", ".detach()"),
    "stopped": (lambda w: ac.stop_gradient(w * 2), "detached", "stop_gradient()"),
    "copied": (lambda w: (w * 2).numpy(), "converted", ".numpy()"),
    "data of a result": (lambda w: (w * 2).data, "converted", ".data"),
    "data of a leaf": (lambda w: w.data, "converted", ".data"),
    "a number": (lambda w: w[0].item(), "converted", ".item()"),
    "as an array": (lambda w: np.asarray(w.detach()), "detached", ".detach()"),
    "as a number": (lambda w: float(w[0].detach()), "detached", ".detach()"),
    "a view of the data": (lambda w: (w * 2).data[1:], "converted", ".data"),
    "computed from a constant": (lambda w: np.exp(w.detach()) * 3, "detached", ".detach()"),
    "sign": (np.sign, "zero", "np.sign"),
    "a comparison": (lambda w: w > 1.0, "zero", "np.greater"),
    "an integer": (lambda w: w.astype(int), "integer", ".astype()"),
    "a new leaf": (lambda w: Variable((w * 2).data), "converted", ".data"),
    "a new leaf of numbers": (lambda w: Variable([w[0].item(), 1.0]), "converted", ".item()"),
    "a new constant": (lambda w: Variable(w.data, requires_grad=False), "converted", ".data"),
}


@pytest.mark.parametrize("name", LOST)
def test_where_a_value_loses_its_history(name, x, w):
    """The call and its line, for each way off the tape; h is what the caller calls it."""
    lose, reason, what = LOST[name]
    with ac.debug():
        h = lose(w)
        loss = np.sum(x * h)

    found = ac.why_no_grad(loss, w)
    assert (found.depends, found.reason) == (False, reason)
    assert found.names == ("loss", "sum", "multiply", "h")
    assert what in found.why
    assert HERE in found.place
    assert ac.why_no_grad(loss, x).depends


def test_a_block_without_gradients(x, w):
    """It is named, with the operation."""
    with ac.debug():
        with ac.no_grad():
            h = w * 2
        loss = np.sum(x * h)

    found = ac.why_no_grad(loss, w)
    assert found.reason == "no_grad"
    assert "np.multiply inside no_grad() at " + HERE in found.why
    assert "enable_grad" in found.hint


def test_a_constant_without_a_name(x, w):
    """It is named by its place; arithmetic in between does not hide the line."""
    with ac.debug():
        loss = np.sum(x - 2 * np.tanh(w).detach())

    found = ac.why_no_grad(loss, w)
    assert found.what.endswith("the path stops at operand 1 of subtract.")
    assert found.hint == "use it without .detach()"


def test_a_condition_has_derivative_zero(x, w):
    """What chooses between branches is a constant."""
    with ac.debug():
        loss = np.sum(np.where(w > 1.0, x, 0.0))

    found = ac.why_no_grad(loss, w)
    assert found.reason == "zero"
    assert "operand 0 of where" in found.what


def test_plain_numpy_in_between(x, w):
    """Nobody can follow a plain array; the line at which it left the tape is offered."""
    with ac.debug():
        plain = np.sqrt((w * w).numpy())
        loss = np.sum(x * plain)

    found = ac.why_no_grad(loss, w)
    assert found.reason == "converted"
    assert "may come from .numpy() at " + HERE in found.why


def test_a_recorded_operation_with_derivative_zero(x, w):
    """The path is there, and every gradient along it is zero."""
    loss = np.sum(np.heaviside(w, 0.5) * x)

    found = ac.why_no_grad(loss, w)
    assert (found.depends, found.reason) == (False, "zero")
    assert found.what == "loss has gradient zero by w: the derivative of heaviside is zero."
    assert found.names == ("loss", "sum", "multiply", "heaviside", "w")
    other = np.sum(np.heaviside(w, 0.5) * w)
    assert ac.why_no_grad(other, w).depends


def test_without_watching(x, w):
    """What is known, and how to know more; no line of another block is blamed."""
    with ac.debug():
        (w * 2).numpy()
    h = np.tanh(w).detach()
    loss = np.sum(x - h)

    found = ac.why_no_grad(loss, w)
    assert (found.depends, found.reason, found.place) == (False, "unused", "")
    assert found.why == "loss was computed from x and 1 constant."
    assert "ac.debug()" in found.hint


def test_unused(x, w):
    """Nothing but other leaves is behind it."""
    loss = np.sum(x * x)

    found = ac.why_no_grad(loss, w)
    assert (found.reason, found.why) == ("unused", "loss was computed from x alone.")
    assert found.hint == "use w in what loss is computed from"


def test_another_graph(x, w):
    """A copy, and a Variable that is younger than the result."""
    twin = copy.deepcopy(w)
    loss = np.sum(x * twin)
    found = ac.why_no_grad(loss, w)
    assert found.reason == "other graph"
    assert "a copy of w" in found.why
    late = Variable([5.0, 6.0])
    found = ac.why_no_grad(loss, late)
    assert (found.reason, found.why) == ("other graph", "late was made after loss was computed.")


def test_without_a_gradient_of_its_own(x):
    """Integers, constants, and detached results."""
    whole, fixed = Variable([1, 2], requires_grad=False), Variable(1.0, requires_grad=False)
    loss = np.sum(x * whole * fixed)
    found = ac.why_no_grad(loss, whole)
    assert found.reason == "integer"
    assert "int64" in found.why
    found = ac.why_no_grad(loss, fixed)
    assert (found.reason, found.why) == ("constant", "fixed has requires_grad=False.")
    assert found.hint.startswith("fixed.requires_grad = True")
    with ac.debug():
        cut = (x * 2).detach()
    assert ac.why_no_grad(loss, cut).reason == "detached"


def test_an_untracked_result(x, w):
    """With its line inside debug(), without it outside."""
    with ac.debug():
        loss = np.sum(w * x).detach()
    found = ac.why_no_grad(loss, w)
    assert (found.reason, found.names) == ("detached", ("loss",))
    assert HERE in found.why
    with ac.no_grad():
        loss = np.sum(w * x)
    found = ac.why_no_grad(loss, w)
    assert (found.reason, found.place) == ("constant", "")
    assert "no_grad()" in found.why


def test_there_is_a_path(x, w):
    """It says so, and what has become of the gradient."""
    loss = np.sum(w * x)
    found = ac.why_no_grad(loss, w)
    assert repr(found) == (
        "loss depends on w.\n  loss <- sum <- multiply <- w\n"
        "  nothing has been swept yet.\n  try: loss.backward()"
    )
    loss.backward(retain_graph=True)
    assert ac.why_no_grad(loss, w).why == "the .grad of w holds a gradient."
    loss.backward()
    found = ac.why_no_grad(loss, w)
    assert (found.depends, found.reason) == (True, "freed")
    assert "retain_graph=True" in found.hint
    assert ac.why_no_grad(w, w).depends


def test_results_hold_no_gradient(x, w):
    """Only leaves have .grad; a hook shows the gradient of a result."""
    h = w * x
    found = ac.why_no_grad(np.sum(h), h)
    assert found.depends
    assert "only leaves" in found.why
    assert found.hint.startswith("h.register_hook(print)")


def test_an_intermediate_result_whose_history_is_lost(x, w):
    """Not only leaves can be asked about; what is younger than the loss of history is not meant."""
    with ac.debug():
        middle = w * x
        h = np.tanh(middle).detach()
        after = w * 3.0
        loss = np.sum(x * h)

    assert ac.why_no_grad(loss, middle).reason == "detached"
    assert ac.why_no_grad(loss, after).reason == "unused"


def test_layers_by_their_paths():
    """A parameter is called by its path; code in hints is code."""
    model = nn.Sequential(nn.Linear(2, 3, rng=0), nn.ReLU(), nn.Linear(3, 1, rng=0))
    model.named_parameters()
    with ac.debug():
        h = model[0](np.ones((4, 2)))
        loss = (model[2](h.data) ** 2).mean()

    found = ac.why_no_grad(loss, model[0].weight)
    assert found.what == "loss does not depend on 0.weight: the path stops at operand 0 of matmul."
    assert ac.why_no_grad(loss, model[2].weight).depends


def test_deep_graphs(w):
    """A hundred thousand operations are walked, and ten names shown."""
    y = w
    with ac.debug():
        y = y + np.sign(w)
        for _ in range(300):
            y = y + 1.0
    for _ in range(100_000):
        y = y + 1.0

    found = ac.why_no_grad(y, w)
    assert found.depends
    assert len(found.names) == 100_303
    assert "... (100294 more)" in repr(found)
    diamond = w
    for _ in range(60):
        diamond = diamond + diamond
    assert ac.why_no_grad(diamond, w).depends


def test_names(x, w):
    """Any name is one line; what the caller has no name for is described."""
    odd = Variable(1.0, name="a\nb" + 100 * "c")
    found = ac.why_no_grad(np.sum(x * x), odd)
    assert repr(found).count("\n") == 2
    assert found.what.startswith("the result does not depend on a bccc")
    assert len(found.what) < 140
    assert ac.why_no_grad(np.sum(w * x), w).names == ("the result", "sum", "multiply", "w")


def test_inside_recording(x, w):
    """The line is known as inside debug()."""
    with ac.recording():
        h = (w * 2).numpy()
        loss = np.sum(x * h)
    assert HERE in ac.why_no_grad(loss, w).place


def test_what_is_written_into_a_constant(x, w):
    """A Variable without gradient takes over what is written into it, or its loss."""
    kept, lost = (Variable(np.zeros(2), requires_grad=False) for _ in range(2))
    with ac.debug():
        kept[0] = w[0]
        lost[0] = w[0].detach()
        loss, other = np.sum(kept * x), np.sum(lost * x)
    assert ac.why_no_grad(loss, w).depends
    found = ac.why_no_grad(other, w)
    assert (found.reason, found.names[-1]) == ("detached", "lost")


def test_only_variables(x):
    """Numbers and arrays have no history; the first or second argument is named."""
    with pytest.raises(ac.ArgumentError, match="first argument is float") as caught:
        ac.why_no_grad(1.0, x)
    assert caught.value.hint
    with pytest.raises(ac.ArgumentError, match="second argument is ndarray"):
        ac.why_no_grad(x, np.ones(3))
