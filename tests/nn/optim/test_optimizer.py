"""The walk: groups, gradients, closures, constraints, and errors that change nothing."""

import numpy as np
import pytest

import autograd_core as ac
import nn
from nn.optim.packs import Pack
from nn.optim.tables import Table


def variables(*shapes):
    """Variables of these shapes, drawn from a fixed seed, each with a gradient."""
    rng = np.random.default_rng(0)
    found = [ac.Variable(rng.normal(size=shape)) for shape in shapes]
    for v in found:
        v.grad = rng.normal(size=v.shape)
    return found


class Plain(nn.Optimizer):
    """A rule as a reader would write it: new arrays, a tuple for a state."""

    def init(self, param):
        return np.zeros_like(param), 0

    def update(self, state, param, grad):
        velocity, calls = state
        velocity = self.momentum * velocity + grad
        return (velocity, calls + 1), param - self.lr * velocity


class Signs(nn.Optimizer):
    """An entrywise rule without a state, which returns new arrays."""

    elementwise = True

    def init(self, param):
        return {}

    def update(self, state, param, grad):
        return state, param - self.lr * np.sign(grad)


def test_a_rule_of_two_pure_functions_works():
    """It need not write in place; its options are attributes; its state is saved."""
    w, v = variables((3, 2), (80, 70)), variables((3, 2), (80, 70))
    ours, theirs = Plain(w, lr=0.1, momentum=0.9), nn.SGD(v, lr=0.1, momentum=0.9)

    for _ in range(3):
        ours.step()
        theirs.step()
    assert all(np.allclose(a.data, b.data, rtol=1e-14) for a, b in zip(w, v))
    assert 3 == ours.state_dict()["state"][0]["memory"][1]


def test_an_entrywise_rule_may_return_new_arrays():
    """In joined packs and in blocks."""
    params = variables((3,), (), (300, 200))
    expected = [p.data - 0.5 * np.sign(p.grad) for p in params]

    Signs(params, lr=0.5).step()
    assert all(np.array_equal(p.data, e) for p, e in zip(params, expected))


def test_what_parameters_may_be_given_as():
    """A list, a generator, one Variable, pairs, a dict, a Module, a method, groups of these."""
    model = nn.Linear(2, 3, rng=0)
    w = model.weight
    given = [
        [w, model.bias],
        (p for p in model.parameters()),
        [("w", w), ("b", model.bias)],
        {"w": w, "b": model.bias},
        model,
        model.parameters,
        lambda: [{"params": [w]}, {"params": model.bias, "lr": 3.0}],
        [{"params": model, "lr": 2.0}],
        [{"params": model.parameters}],
    ]
    for params in given:
        assert [w, model.bias] == nn.SGD(params).parameters()
    assert [w] == nn.SGD(w).parameters()


def test_groups_have_options_of_their_own():
    """And a group can be added; what was reached by a step knows its own options."""
    a, b, c = variables((2,), (2,), (2,))
    start = [p.data.copy() for p in (a, b, c)]
    optimizer = nn.SGD([{"params": [a]}, {"params": [b], "lr": 1.0}], lr=0.1)
    optimizer.add_param_group({"params": [c], "weight_decay": 0.5})

    optimizer.step()
    assert np.allclose(a.data, start[0] - 0.1 * a.grad)
    assert np.allclose(b.data, start[1] - 1.0 * b.grad)
    assert np.allclose(c.data, start[2] - 0.1 * (c.grad + 0.5 * start[2]))
    assert [0.1, 1.0, 0.1] == [group["lr"] for group in optimizer.param_groups]
    assert 0.1 == optimizer.lr


def test_the_rate_can_be_set_and_can_be_a_function():
    """Of the number of steps taken; setting it sets all groups, and is checked."""
    (w,) = variables((2,))
    optimizer = nn.SGD([w], lr=lambda step: 1 / (1 + step))
    seen = []
    for _ in range(3):
        seen.append(optimizer.lr)
        optimizer.step()

    assert [1, 1 / 2, 1 / 3] == seen
    assert 3 == optimizer.last_step
    optimizer.lr = 0.25
    assert 0.25 == optimizer.lr == optimizer.param_groups[0]["lr"]
    with pytest.raises(ac.errors.OptimizerError):
        optimizer.lr = -1.0
    assert 0.25 == optimizer.lr


def test_options_are_attributes():
    """Read from the first group, written into all."""
    a, b = variables((2,), (2,))
    optimizer = nn.SGD([{"params": a}, {"params": b, "momentum": 0.5}], momentum=0.9)

    assert 0.9 == optimizer.momentum
    optimizer.momentum = 0.0
    assert [0.0, 0.0] == [group["momentum"] for group in optimizer.param_groups]
    with pytest.raises(AttributeError):
        optimizer.velocity  # noqa: B018


def test_options_may_change_between_steps():
    """Momentum, amsgrad and centering switched on, maximize switched over."""
    for name, options in [
        ("SGD", {"momentum": 0.9}),
        ("Adam", {"amsgrad": True}),
        ("RMSprop", {"centered": True, "momentum": 0.5}),
    ]:
        params = variables((3,), (70, 80))
        optimizer = getattr(nn, name)(params, lr=0.1)
        optimizer.step()
        for option, value in options.items():
            setattr(optimizer, option, value)
        before = [p.data.copy() for p in params]
        optimizer.step()
        optimizer.step()
        assert all((p.data != b).all() for p, b in zip(params, before))
        assert all(np.isfinite(p.data).all() for p in params)

    (w,) = variables((2,))
    optimizer, start = nn.SGD([w], lr=0.1), w.data.copy()
    optimizer.step()
    optimizer.maximize = True
    optimizer.step()
    assert np.allclose(start, w.data, rtol=1e-14)


def test_parameters_without_gradient_are_left_alone():
    """They neither move nor age, whether there never was a gradient or is none this time."""
    a, b = variables((2,), (2,))
    b.grad = None
    optimizer, start = nn.Adam([a, b], lr=0.1), b.data.copy()

    optimizer.step()
    optimizer.step()
    assert np.array_equal(start, b.data)
    b.grad = np.ones(2)
    optimizer.step()
    assert np.allclose(start - 0.1, b.data, atol=1e-8)
    assert [3, 1] == [state["count"] for state in optimizer.state_dict()["state"]]


def test_frozen_parameters_stop():
    """Once their gradient is cleared, momentum or not."""
    model = nn.Linear(2, 2, rng=0)
    optimizer = nn.SGD(model, lr=0.1, momentum=0.9)
    for frozen in (False, True):
        model.weight.requires_grad = not frozen
        optimizer.zero_grad(set_to_none=False)
        before = model.weight.data.copy()
        model(np.ones((3, 2))).sum().backward()
        optimizer.step()
        assert frozen == np.array_equal(before, model.weight.data)


def test_clearing_gradients():
    """To None, to zeros where there is one, to zeros everywhere."""
    a, b = variables((2,), (2,))
    b.grad = None
    optimizer = nn.SGD([a, b])

    optimizer.zero_grad(set_to_none=False)
    assert (a.grad == 0).all()
    assert b.grad is None
    optimizer.zeroGrad()
    assert (b.grad == 0).all()
    optimizer.zero_grad()
    assert a.grad is None
    assert b.grad is None


def test_a_closure_is_called_first():
    """With gradients on, also where they are off; ``step`` returns what it returns."""
    (w,) = variables((2,))
    optimizer = nn.SGD([w], lr=0.5)

    def closure():
        optimizer.zero_grad()
        loss = (w * w).sum()
        loss.backward()
        return loss

    first = float((w.data**2).sum())
    with ac.no_grad():
        loss = optimizer.step(closure)
    assert np.isclose(first, loss.item())
    assert np.allclose(0, w.data)


def test_a_gradient_with_a_history_is_taken_without_it():
    """``create_graph`` leaves Variables in ``grad``."""
    w = ac.Variable([1.0, 2.0])
    (w**3).sum().backward(create_graph=True)

    nn.SGD([w], lr=0.1).step()
    assert np.allclose([1.0 - 0.3, 2.0 - 1.2], w.data)
    assert w.is_leaf


def test_a_tape_keeps_what_it_needs_of_the_weights():
    """A step between two sweeps over one graph changes nothing in it."""
    w = ac.Variable(np.linspace(1, 2, 1000))
    optimizer, start = nn.SGD([w], lr=0.1), w.data.copy()
    loss = (w * w * w).sum()
    loss.backward(retain_graph=True)
    optimizer.step()
    optimizer.zero_grad()
    loss.backward()
    assert np.allclose(3 * start**2, w.grad)
    optimizer.step()
    assert np.allclose(start - 0.6 * start**2, w.data)


def test_data_may_be_replaced():
    """By an array of the same shape, of another dtype, of another shape: the rule goes on."""
    (w,) = variables((4,))
    optimizer = nn.Adam([w], lr=0.1)
    optimizer.step()
    for data in (np.zeros(4), np.zeros(4, np.float32), np.zeros((2, 3))):
        w.grad = None
        w.data = data
        w.grad = np.ones(w.shape)
        optimizer.step()
        assert (w.data < 0).all()
        assert data.dtype == w.dtype


def test_small_parameters_are_joined():
    """One call of the rule for four parameters; blocks of a large one fit into the cache."""
    params = variables((2, 100), (100,), (100, 3), (3,), (300, 200))
    optimizer = nn.SGD(params)
    optimizer.step()

    joined, large = optimizer._packs
    assert (4, 1) == (len(joined.params), len(joined.blocks))
    assert (1, 2) == (len(large.params), len(large.blocks))


@pytest.mark.parametrize("own", [False, True])
def test_constraints_act_after_each_step(own):
    """Of the parameter, or of its group; also on a single number."""
    params = [nn.Parameter(np.ones((2, 2))), nn.Parameter(1.0)]
    for p in params:
        p.grad = np.full(p.shape, 5.0)
        p.constraint = (lambda w: np.maximum(w, 0)) if own else None
    optimizer = nn.SGD(params, lr=1.0, constraint=None if own else nn.NonNegative())

    optimizer.step()
    assert all((p.data == 0).all() for p in params)


def test_weight_decay_is_a_penalty():
    """SGD with λ equals ``L2(λ/2)``, to rounding; AdamW decays apart from the gradient."""
    x, y = np.random.default_rng(0).normal(size=(2, 20, 3))
    decay = 0.1
    first = nn.Linear(3, 3, rng=0)
    second = nn.Linear(3, 3, rng=0, weight_regularizer=nn.L2(decay / 2),
                       bias_regularizer=nn.L2(decay / 2))  # fmt: skip
    pairs = [
        (first, nn.SGD(first, lr=0.1, weight_decay=decay, momentum=0.9)),
        (second, nn.SGD(second, lr=0.1, momentum=0.9)),
    ]
    for _ in range(10):
        for model, optimizer in pairs:
            optimizer.zero_grad()
            (nn.functional.mse_loss(model(x), y) + model.penalty()).backward()
            optimizer.step()
    assert np.allclose(first.weight.data, second.weight.data, rtol=1e-12)
    assert np.allclose(first.bias.data, second.bias.data, rtol=1e-12)

    (w,) = variables((3,))
    w.grad, start = np.zeros(3), w.data.copy()
    nn.AdamW([w], lr=0.1, weight_decay=0.5).step()
    assert np.allclose(0.95 * start, w.data)


# --- errors ---------------------------------------------------------------------------------------
def message(error, call, *args, **kwargs):
    """The text of the error a call raises."""
    with pytest.raises(error) as info:
        call(*args, **kwargs)
    return str(info.value)


def test_no_parameters():
    """Error 14 of the catalogue, word for word."""
    expected = (
        "Adam got no parameters.\n"
        "  why: the iterator was empty; a generator can be read only once.\n"
        "  try: Adam(model)"
    )
    assert expected == message(ac.errors.OptimizerError, nn.Adam, iter(()))


def test_no_gradient_anywhere():
    """Asks whether ``backward`` was called."""
    text = message(ac.errors.OptimizerError, nn.SGD(nn.Linear(2, 1)).step)

    assert "found no gradient in any of 2 parameters" in text
    assert "did you call loss.backward()?" in text


@pytest.mark.parametrize(("value", "word"), [(np.nan, "nan"), (np.inf, "inf"), (-np.inf, "inf")])
@pytest.mark.parametrize("large", [False, True])
def test_a_gradient_that_is_not_finite(value, word, large):
    """Is named by its path, and nothing is changed: not even what was updated before it."""
    model = nn.Sequential({"fc": nn.Linear(3, 2000 if large else 2, rng=0), "out": nn.ReLU()})
    optimizer = nn.Adam(model, lr=0.1)
    for p in model.parameters():
        p.grad = np.ones(p.shape)
    optimizer.step()
    before = [p.data.copy() for p in model.parameters()], optimizer.state_dict()
    model.parameters()[-1].grad = np.full(model.parameters()[-1].shape, value)

    text = message(ac.errors.OptimizerError, optimizer.step)
    assert f"a gradient with {word} in 'fc.bias'" in text
    assert all(np.array_equal(p.data, b) for p, b in zip(model.parameters(), before[0]))
    after = optimizer.state_dict()
    assert before[1]["last_step"] == after["last_step"]
    for old, new in zip(before[1]["state"], after["state"]):
        assert all(np.array_equal(old["memory"][k], new["memory"][k]) for k in old["memory"])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"lr": 0.0}, "needs a positive number for lr; it got 0.0"),
        ({"lr": -0.1}, "needs a positive number for lr; it got -0.1"),
        ({"lr": np.nan}, "needs a positive number for lr; it got nan"),
        ({"lr": "fast"}, "needs a positive number for lr; it got 'fast'"),
        ({"betas": (0.9, 1.0)}, "needs two numbers in [0, 1) for betas; it got (0.9, 1.0)"),
        ({"betas": (-0.1, 0.9)}, "needs two numbers in [0, 1) for betas"),
        ({"betas": 0.9}, "needs two numbers in [0, 1) for betas"),
        ({"eps": -1e-8}, "needs a number that is not negative for eps"),
        ({"weight_decay": -1}, "needs a number that is not negative for weight_decay"),
    ],
)
def test_hyperparameters_out_of_range(options, expected):
    """The option and what it may be; in a group as well, which is not added then."""
    (w, v) = variables((2,), (2,))

    assert expected in message(ac.errors.OptimizerError, nn.Adam, [w], **options)
    optimizer = nn.Adam([w])
    group = {"params": [v], **options}
    assert expected in message(ac.errors.OptimizerError, optimizer.add_param_group, group)
    assert 1 == len(optimizer.param_groups)


def test_what_is_no_parameter():
    """Numbers, arrays, results and integers are told apart."""
    w = ac.Variable([1.0])
    for given, expected in [
        ([3], "a int among its parameters"),
        ([np.ones(2)], "a ndarray among its parameters"),
        (5, "a int among its parameters"),
        ([w * 2], "only leaves can be updated"),
        ([ac.Variable([1, 2], requires_grad=False)], "int64 has no gradient"),
    ]:
        assert expected in message(ac.errors.OptimizerError, nn.SGD, given)


def test_a_parameter_given_twice():
    """Within a group, or in two; nothing is added then."""
    (w,) = variables((2,))
    assert "got the parameter '1' twice" in message(ac.errors.OptimizerError, nn.SGD, [w, w])
    optimizer = nn.SGD([w])
    text = message(ac.errors.OptimizerError, optimizer.add_param_group, {"params": [w]})
    assert "got the parameter '0' twice" in text
    assert 1 == len(optimizer.param_groups)


def test_an_unknown_option_of_a_group():
    """Gets a proposal."""
    (w,) = variables((2,))
    groups = [{"params": [w], "momentun": 0.9}]
    assert "did you mean 'momentum'?" in message(ac.errors.ArgumentError, nn.SGD, groups)


def test_a_gradient_of_another_shape():
    """Is refused when the data were replaced between ``backward`` and ``step``."""
    w = ac.Variable(np.ones(3))
    optimizer = nn.SGD([w])
    w.grad = np.ones(3)
    w.role.source.grad = np.ones(2)  # what a replaced array leaves behind

    text = message(ac.errors.OptimizerError, optimizer.step)
    assert "a gradient of shape (2,)" in text


def test_a_state_that_does_not_fit():
    """Another rule, other groups, other shapes, no state at all: nothing is changed."""
    w, v = variables((2,), (3,))
    optimizer = nn.Adam([w], lr=0.1)
    optimizer.step()
    before = optimizer.state_dict()
    other = nn.Adam([v])
    other.step()
    wrong = [
        {},
        nn.SGD([w]).state_dict(),
        nn.Adam([w, v]).state_dict(),
        other.state_dict(),
        {**before, "state": []},
    ]

    for state in wrong:
        message(ac.errors.StateError, optimizer.load_state_dict, state)
        after = optimizer.state_dict()
        assert before["param_groups"] == after["param_groups"]
        assert 1 == after["state"][0]["count"]
    bad = {**before, "param_groups": [{**before["param_groups"][0], "eps": -1.0}]}
    message(ac.errors.OptimizerError, optimizer.load_state_dict, bad)
    assert 1e-8 == optimizer.eps


def test_running_out_of_memory_changes_nothing(monkeypatch):
    """Wherever the first step allocates; the next attempt is as if nothing had happened."""

    def run(fail_at):
        params = variables((3, 4), (5,), (90, 80))
        start = [p.data.copy() for p in params]
        optimizer = nn.Adam(params, lr=0.1)
        calls = [0]

        def failing(*args, **kwargs):
            calls[0] += 1
            if calls[0] == fail_at:
                raise MemoryError
            return real(*args, **kwargs)

        real = np.empty
        monkeypatch.setattr(np, "empty", failing)
        try:
            optimizer.step()
        except MemoryError:
            assert all(np.array_equal(p.data, s) for p, s in zip(params, start))
            assert 0 == optimizer.last_step
            optimizer.step()
        finally:
            monkeypatch.setattr(np, "empty", real)
        return [p.data for p in params], calls[0] >= fail_at

    expected, _ = run(10**6)
    fail_at, failed = 0, True
    while failed:
        fail_at += 1
        found, failed = run(fail_at)
        assert all(np.array_equal(a, b) for a, b in zip(expected, found))
    assert fail_at > 3


def test_a_rule_that_raises_leaves_the_rest_alone():
    """No step is counted, and attributes are again those of the first group."""

    class Failing(Signs):
        def update(self, state, param, grad):
            if self.lr > 0.5:
                raise RuntimeError
            return super().update(state, param, grad)

    a, b = variables((2,), (2,))
    before = b.data.copy()
    optimizer = Failing([{"params": a}, {"params": b, "lr": 1.0}], lr=0.1)
    with pytest.raises(RuntimeError):
        optimizer.step()
    assert np.array_equal(before, b.data)
    assert (0, 0.1) == (optimizer.last_step, optimizer.lr)


def test_packs_and_tables_offer_the_same():
    """What the walk asks of one it may ask of the other."""
    public = {name for name in vars(Pack) if not name.startswith("_")} - {"split"}

    assert public == {name for name in vars(Table) if not name.startswith("_")}


def test_repr_tells_the_options():
    """One line for each group."""
    (w,) = variables((2,))
    expected = (
        "SGD(\n  1 parameters: lr=0.5, momentum=0.0, dampening=0.0, weight_decay=0.0, "
        "nesterov=False, maximize=False\n)"
    )
    assert expected == repr(nn.SGD([w], lr=0.5))
