"""Every rule: one list of problems, PyTorch's numbers, dtypes, no allocation, exact resuming."""

import copy
import functools
import pickle
import tracemalloc

import numpy as np
import pytest

import autograd_core as ac
import nn

SHAPES = [(2, 5), (5,), (70, 100), (), (0, 3)]
RATES = {  # for each rule its rates on the quadratic, on Rosenbrock's function, for the network
    "SGD": (0.1, 1e-3, 0.1),
    "RMSprop": (0.02, 0.003, 0.01),
    "Adam": (0.1, 0.05, 0.02),
    "AdamW": (0.1, 0.05, 0.02),
    "Adagrad": (1.0, 0.5, 0.1),
    "Adadelta": (5.0, 10.0, 5.0),
    "NAdam": (0.1, 0.05, 0.02),
    "Adamax": (0.2, 0.1, 0.05),
    "RAdam": (0.05, 0.002, 0.02),
    "Rprop": (0.01, 0.01, 0.01),
    "Lion": (0.02, 0.003, 0.003),
    "LAMB": (0.03, 0.02, 0.02),
    "Muon": (0.1, 0.05, 0.02),
}
SEARCHERS = ["LBFGS", "ScipyMinimize"]
OPTIONS = [
    ("SGD", {}),
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"momentum": 0.9, "dampening": 0.3, "weight_decay": 0.01, "maximize": True}),
    ("SGD", {"momentum": 0.8, "nesterov": True, "weight_decay": 0.1}),
    ("RMSprop", {}),
    ("RMSprop", {"momentum": 0.9, "centered": True, "weight_decay": 0.1, "alpha": 0.9}),
    ("Adam", {}),
    ("Adam", {"amsgrad": True, "weight_decay": 0.1, "betas": (0.8, 0.95), "eps": 1e-3}),
    ("AdamW", {}),
    ("AdamW", {"amsgrad": True, "weight_decay": 0.2, "maximize": True}),
    ("Adagrad", {}),
    ("Adagrad", {"lr_decay": 0.1, "initial_accumulator_value": 0.3, "weight_decay": 0.1}),
    ("Adadelta", {}),
    ("Adadelta", {"rho": 0.8, "eps": 1e-4, "weight_decay": 0.1, "maximize": True}),
    ("NAdam", {}),
    ("NAdam", {"momentum_decay": 0.01, "weight_decay": 0.1, "betas": (0.8, 0.95)}),
    ("Adamax", {}),
    ("Adamax", {"weight_decay": 0.1, "betas": (0.8, 0.95), "maximize": True}),
    ("RAdam", {}),
    ("RAdam", {"weight_decay": 0.1, "betas": (0.8, 0.9)}),
    ("Rprop", {}),
    ("Rprop", {"etas": (0.3, 1.5), "step_sizes": (1e-3, 2.0), "maximize": True}),
]
EVERY = [*OPTIONS, ("Lion", {"weight_decay": 0.1}), ("LAMB", {}), ("Muon", {}),
         ("Muon", {"nesterov": False, "maximize": True})]  # fmt: skip


def quadratic():
    """A bowl, four times as steep along one axis as along another."""
    w = ac.Variable([3.0, -2.0, 1.0])
    return [w], lambda: (np.array([1.0, 4.0, 0.25]) * w * w).sum()


def rosenbrock():
    """A bent valley."""
    w = ac.Variable([-1.2, 1.0])
    return [w], lambda: (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2


def network():
    """Thirteen units that learn a smooth function of two numbers."""
    x = np.random.default_rng(0).normal(size=(40, 2))
    y = np.sin(x[:, :1]) + x[:, :1] * x[:, 1:]
    model = nn.Sequential(nn.Linear(2, 12, rng=1), nn.Tanh(), nn.Linear(12, 1, rng=2))
    return model, lambda: nn.functional.mse_loss(model(x), y)


PROBLEMS = [(quadratic, 0.02), (rosenbrock, 0.25), (network, 0.1)]


@pytest.mark.parametrize("name", [*RATES, *SEARCHERS])
@pytest.mark.parametrize("position", range(3))
def test_every_rule_solves_the_problems(name, position):
    """The loss falls to a small part of what it was."""
    if name == "ScipyMinimize":
        pytest.importorskip("scipy")
    make, part = PROBLEMS[position]
    params, loss = make()
    options = {"lr": RATES[name][position]} if name in RATES else {}
    optimizer = getattr(nn, name)(params, **options)

    def closure():
        optimizer.zero_grad()
        value = loss()
        value.backward()
        return value

    first = loss().item()
    for _ in range(300 if name in RATES else 5):
        optimizer.step(closure)
    assert loss().item() < part * first


def arrays(dtype=np.float64, shapes=SHAPES):
    """Arrays of all the shapes, large, small, of one number and empty."""
    rng = np.random.default_rng(1)
    return [rng.normal(size=shape).astype(dtype) for shape in shapes]


def set_grads(params, step):
    """The gradients of a step; every third step the first parameter has none."""
    rng = np.random.default_rng(step)
    for i, param in enumerate(params):
        g = rng.normal(size=param.shape) * 3 + param.data
        param.grad = None if i == 0 and step % 3 == 1 else g


@pytest.mark.parametrize(("name", "options"), OPTIONS)
def test_twelve_steps_are_those_of_pytorch(name, options):
    """To rounding, for each rule that PyTorch has, also where a gradient is missing at times."""
    torch = pytest.importorskip("torch")
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)  # NAdam keeps a product in the default dtype
    try:
        params = [ac.Variable(a) for a in arrays()]
        twins = [torch.tensor(a, requires_grad=True) for a in arrays()]
        optimizer = getattr(nn, name)(params, lr=0.05, **options)
        twin = getattr(torch.optim, name)(twins, lr=0.05, **options)
        for step in range(12):
            set_grads(params, step)
            for param, other in zip(params, twins):
                other.grad = None if param.grad is None else torch.tensor(param.grad)
            optimizer.step()
            twin.step()
    finally:
        torch.set_default_dtype(before)

    for param, other in zip(params, twins):
        np.testing.assert_allclose(param.data, other.detach().numpy(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", RATES)
def test_defaults_are_those_of_pytorch(name):
    """Of every option that both have."""
    torch = pytest.importorskip("torch")
    if not hasattr(torch.optim, name):
        pytest.skip("PyTorch does not have it")
    ours = getattr(nn, name)([ac.Variable(1.0)]).defaults
    theirs = getattr(torch.optim, name)([torch.ones(2, 2, requires_grad=True)]).defaults

    both = (set(ours) & set(theirs)) - {"eps"} if name == "Muon" else set(ours) & set(theirs)
    assert {k: theirs[k] for k in both} == {k: ours[k] for k in both}


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize(("name", "options"), EVERY)
def test_steps_keep_the_precision(name, options, dtype):
    """Of parameters, and single precision in what is remembered of half; and they are finite."""
    params = [ac.Variable(a) for a in arrays(dtype)]
    optimizer = getattr(nn, name)(params, lr=0.01, **options)

    for step in range(4):
        set_grads(params, step)
        optimizer.step()
    states = [s["memory"] for s in optimizer.state_dict()["state"]]
    kept = {v.dtype for state in states for v in state.values() if isinstance(v, np.ndarray)}
    assert {p.dtype for p in params} == {np.dtype(dtype)}
    assert kept <= {np.dtype(np.float32)}
    assert all(np.isfinite(p.data).all() for p in params)


@pytest.mark.parametrize(("name", "options"), EVERY)
def test_a_step_allocates_nothing_after_the_first(name, options):
    """But for views and Python's own numbers: less than a tenth of the smallest large array."""
    params = [ac.Variable(a) for a in arrays()]
    optimizer = getattr(nn, name)(params, lr=0.01, **options)
    set_grads(params, 0)
    optimizer.step()
    optimizer.step()

    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(3):
            optimizer.step()
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 5600
    assert peak - before < 5600


@pytest.mark.parametrize(("name", "options"), EVERY)
def test_steps_write_into_the_arrays_there_are(name, options):
    """``data`` stays the same array, and nothing is recorded."""
    params = [ac.Variable(a) for a in arrays() if a.ndim]
    before = [p.data for p in params]
    optimizer = getattr(nn, name)(params, lr=0.01, **options)

    set_grads(params, 0)
    optimizer.step()
    assert all(p.data is array for p, array in zip(params, before))
    assert all(p.is_leaf and p.requires_grad for p in params)


@pytest.mark.parametrize("how", ["state_dict", "pickle", "deepcopy"])
@pytest.mark.parametrize(("name", "options"), EVERY)
def test_resuming_equals_not_stopping(name, options, how):
    """Bit for bit, whichever way the optimizer was saved."""
    make = functools.partial(getattr(nn, name), lr=lambda step: 0.1 / (1 + step), **options)
    if how == "pickle":
        make = functools.partial(getattr(nn, name), lr=0.1, **options)
    params = [ac.Variable(a) for a in arrays()]
    optimizer = make(params)
    for step in range(4):
        set_grads(params, step)
        optimizer.step()

    if how == "state_dict":
        resumed_params = [ac.Variable(p.data) for p in params]
        resumed = make(resumed_params)
        resumed.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    elif how == "pickle":
        resumed_params, resumed = pickle.loads(pickle.dumps((params, optimizer)))
    else:
        resumed_params, resumed = copy.deepcopy((params, optimizer))
    for step in range(4, 9):
        for some, one in ((params, optimizer), (resumed_params, resumed)):
            set_grads(some, step)
            one.step()
    for param, other in zip(params, resumed_params):
        assert np.array_equal(param.data, other.data)
    assert optimizer.last_step == resumed.last_step == 9


@pytest.mark.parametrize("name", RATES)
def test_joining_changes_no_bit(name, monkeypatch):
    """Small parameters in one array and a large one in blocks: the numbers are the same."""

    def run():
        params = [ac.Variable(a) for a in arrays()]
        optimizer = getattr(nn, name)(params, lr=0.05)
        for step in range(5):
            set_grads(params, step)
            optimizer.step()
        return [p.data for p in params]

    joined = run()
    for module in (nn.optim.packs, nn.optim.optimizer):
        monkeypatch.setattr(module, "SMALL", -1)
        monkeypatch.setattr(module, "BLOCK", 1000)
    apart = run()
    assert all(np.array_equal(a, b) for a, b in zip(joined, apart))


@pytest.mark.parametrize("name", RATES)
def test_layouts_do_not_matter(name):
    """Fortran order, strides, a read-only array: the same numbers as in C order."""

    def run(change):
        rng = np.random.default_rng(0)
        w = ac.Variable(np.zeros((80, 90)))
        w.data = change(rng.normal(size=(80, 90)))
        optimizer = getattr(nn, name)([w], lr=0.05)
        for _ in range(3):
            w.grad = change(rng.normal(size=(80, 90)))
            optimizer.step()
        return w.data

    def strided(a):
        wide = np.zeros((80, 180))
        wide[:, ::2] = a
        return wide[:, ::2]

    def frozen(a):
        a.flags.writeable = False
        return a

    plain = run(np.ascontiguousarray)
    for change in (np.asfortranarray, strided, frozen):
        assert np.allclose(run(change), plain, rtol=1e-13, atol=0)


@pytest.mark.parametrize("name", [n for n in RATES if n != "Muon"])
def test_complex_parameters_are_pairs_of_real_ones(name):
    """A step on z is a step on its real and imaginary parts, in arrays large and small."""
    for shape in ((3,), (60, 70)):
        rng = np.random.default_rng(0)
        start = rng.normal(size=(*shape, 2))
        z, w = ac.Variable(start.view(complex)[..., 0]), ac.Variable(start)
        first, second = (getattr(nn, name)([p], lr=0.05) for p in (z, w))
        for _ in range(3):
            w.grad = rng.normal(size=(*shape, 2))
            z.grad = w.grad.view(complex)[..., 0]
            first.step()
            second.step()
        assert np.allclose(z.data.real, w.data[..., 0], rtol=1e-13)
        assert np.allclose(z.data.imag, w.data[..., 1], rtol=1e-13)


@pytest.mark.parametrize("name", RATES)
def test_gradients_whose_squares_overflow(name):
    """Leave the parameters finite, without a warning."""
    w = ac.Variable(np.float32([1.0, -2.0]))
    optimizer = getattr(nn, name)([w], lr=1e-30)

    w.grad = np.float32([1e30, -1e25])
    optimizer.step()
    assert np.isfinite(w.data).all()
