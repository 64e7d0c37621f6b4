"""Schedules give PyTorch's rates, are their pure twins, and can be stopped and resumed."""

import numpy as np
import pytest

import autograd_core as ac
import nn
from nn import schedules

CASES = [  # name, options, the pure twin
    ("StepLR", {"step_size": 7, "gamma": 0.5}, lambda lr: schedules.step(lr, 7, 0.5)),
    ("MultiStepLR", {"milestones": [3, 9, 30]}, lambda lr: schedules.multi_step(lr, [30, 9, 3])),
    ("ExponentialLR", {"gamma": 0.9}, lambda lr: schedules.exponential(lr, 0.9)),
    ("LinearLR", {"start_factor": 0.2, "total_iters": 9}, lambda lr: schedules.linear(lr, 9, 0.2)),
    ("PolynomialLR", {"total_iters": 20, "power": 2.0},
     lambda lr: schedules.polynomial(lr, 20, 2.0)),
    ("CosineAnnealingLR", {"T_max": 80, "eta_min": 0.01},
     lambda lr: schedules.cosine(lr, 80, end=0.01)),
    ("CosineAnnealingLR", {"T_max": 13, "eta_min": 0.01}, None),
    ("CosineAnnealingWarmRestarts", {"T_0": 5, "T_mult": 2, "eta_min": 0.02},
     lambda lr: schedules.cosine_restarts(lr, 5, 2, 0.02)),
    ("CosineAnnealingWarmRestarts", {"T_0": 4}, lambda lr: schedules.cosine_restarts(lr, 4)),
    ("CosineAnnealingWarmRestarts", {"T_0": 2, "T_mult": 3},
     lambda lr: schedules.cosine_restarts(lr, 2, 3)),
    ("LambdaLR", {"lr_lambda": lambda step: 1 / (1 + step)},
     lambda lr: lambda step: lr / (1 + step)),
]  # fmt: skip
CYCLES = [
    {"max_lr": 2.0, "total_steps": 61},
    {"max_lr": 2.0, "total_steps": 61, "three_phase": True, "anneal_strategy": "linear"},
    {"max_lr": 1.0, "total_steps": 100, "pct_start": 0.5, "div_factor": 5.0},
]


def optimizer(**options):
    """SGD over one number."""
    return nn.SGD([ac.Variable(1.0)], **({"lr": 0.5, "momentum": 0.9} | options))


def twins(**options):
    """Ours and PyTorch's."""
    torch = pytest.importorskip("torch")
    theirs = torch.optim.SGD([torch.tensor(1.0, requires_grad=True)],
                             **({"lr": 0.5, "momentum": 0.9} | options))  # fmt: skip
    return optimizer(**options), theirs, torch.optim.lr_scheduler


def rates(schedule, steps=60):
    """Those of the first group."""
    found = []
    for _ in range(steps):
        found.append(schedule.get_last_lr()[0])
        schedule.step()
    return found


def peer_rates(opt, schedule, steps=60):
    """PyTorch's, of the first group."""
    found = []
    for _ in range(steps):
        found.append(opt.param_groups[0]["lr"])
        opt.step()
        schedule.step()
    return found


@pytest.mark.parametrize(("name", "options", "pure"), CASES)
def test_rates_are_those_of_pytorch(name, options, pure):
    """For sixty steps, to rounding."""
    ours, theirs, library = twins()
    expected = peer_rates(theirs, getattr(library, name)(theirs, **options))

    assert np.allclose(expected, rates(getattr(nn, name)(ours, **options)), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(("name", "options", "pure"), [c for c in CASES if c[2]])
def test_a_schedule_is_its_pure_twin(name, options, pure):
    """Which an optimizer takes as its rate."""
    schedule = getattr(nn, name)(optimizer(), **options)
    plain = optimizer(lr=pure(0.5))
    for rate in rates(schedule):
        assert np.isclose(rate, plain.lr, rtol=1e-12, atol=1e-15)
        plain.param_groups[0]["params"][0].grad = 0.0
        plain.step()


@pytest.mark.parametrize("options", CYCLES)
@pytest.mark.parametrize("rule", ["SGD", "Adam"])
def test_one_cycle_is_that_of_pytorch(options, rule):
    """Rates and momenta; afterwards both stay."""
    torch = pytest.importorskip("torch")
    ours = getattr(nn, rule)([ac.Variable(1.0)], lr=0.5)
    theirs = getattr(torch.optim, rule)([torch.tensor(1.0, requires_grad=True)], lr=0.5)
    if rule == "SGD":
        ours.momentum = theirs.param_groups[0]["momentum"] = 0.9
    schedule = nn.OneCycleLR(ours, **options)
    twin = torch.optim.lr_scheduler.OneCycleLR(theirs, **options)
    pure = schedules.one_cycle(options["max_lr"], options["total_steps"],
                               options.get("pct_start", 0.3), options.get("anneal_strategy", "cos"),
                               options.get("div_factor", 25.0),
                               three_phase=options.get("three_phase", False))  # fmt: skip
    for step in range(options["total_steps"] - 1):
        mine, other = ours.param_groups[0], theirs.param_groups[0]
        assert np.isclose(other["lr"], mine["lr"], rtol=1e-12)
        assert np.isclose(mine["lr"], pure(step), rtol=1e-12)
        key = "momentum" if rule == "SGD" else "betas"
        assert np.allclose(other[key], mine[key], rtol=1e-12)
        theirs.step()
        twin.step()
        schedule.step()
    last = schedule.get_last_lr()
    schedule.step()
    schedule.step()
    assert last == schedule.get_last_lr()


def test_one_cycle_needs_what_it_moves():
    """A momentum, and a rate for each group; ``cycle_momentum=False`` leaves it alone."""
    plain = nn.Adagrad([ac.Variable(1.0)])
    with pytest.raises(ac.errors.ArgumentError, match="no momentum"):
        nn.OneCycleLR(plain, 1.0, 10)
    nn.OneCycleLR(plain, 1.0, 10, cycle_momentum=False).step()
    with pytest.raises(ac.errors.ArgumentError, match="2 rates for 1 groups"):
        nn.OneCycleLR(optimizer(), [1.0, 2.0], 10)
    with pytest.raises(ac.errors.ArgumentError, match="anneal_strategy"):
        nn.OneCycleLR(optimizer(), 1.0, 10, anneal_strategy="cosine wave")


@pytest.mark.parametrize("options", [
    {"patience": 2},
    {"mode": "max", "factor": 0.5, "patience": 1, "cooldown": 3, "min_lr": 0.01},
    {"patience": 0, "threshold": 0.3, "min_lr": 1e-3},
])  # fmt: skip
def test_plateaus_are_those_of_pytorch(options):
    """For scores that wander; PyTorch leaves out reductions below 1e-8."""
    ours, theirs, library = twins()
    schedule = nn.ReduceLROnPlateau(ours, **options)
    twin = library.ReduceLROnPlateau(theirs, **options)
    for score in abs(np.random.default_rng(0).normal(size=50)):
        schedule.step(score)
        twin.step(score)
        assert np.isclose(theirs.param_groups[0]["lr"], ours.lr, rtol=1e-12, atol=1e-7)


def test_a_score_that_is_no_number_is_no_improvement():
    """And it is never the best."""
    schedule = nn.ReduceLROnPlateau(optimizer(), patience=1)
    for score in (1.0, np.nan, np.nan):
        schedule.step(score)

    assert np.isclose(0.05, schedule.get_last_lr()[0])
    assert 1.0 == schedule.best


def test_sequences_and_chains_are_those_of_pytorch():
    """Of a warmup and a decay; also of cosines."""
    ours, theirs, library = twins()
    schedule = nn.SequentialLR(
        ours, [nn.LinearLR(ours, 0.1, total_iters=5), nn.CosineAnnealingLR(ours, 20)], [5]
    )
    twin = library.SequentialLR(
        theirs,
        [library.LinearLR(theirs, 0.1, total_iters=5), library.CosineAnnealingLR(theirs, 20)],
        [5],
    )
    assert np.allclose(peer_rates(theirs, twin, 25), rates(schedule, 25), rtol=1e-12, atol=1e-14)

    ours, theirs, library = twins()
    chain = nn.ChainedLR(ours, [nn.LinearLR(ours, 0.1, total_iters=5), nn.ExponentialLR(ours, 0.9)])
    twin = library.ChainedScheduler(
        [library.LinearLR(theirs, 0.1, total_iters=5), library.ExponentialLR(theirs, 0.9)]
    )
    assert np.allclose(peer_rates(theirs, twin), rates(chain), rtol=1e-12)


def test_what_cannot_be_combined():
    """Nothing, milestones that do not fit, plateaus, schedules of another optimizer."""
    ours = optimizer()
    part = nn.ExponentialLR(ours, 0.9)
    for call in (
        lambda: nn.ChainedLR(ours, []),
        lambda: nn.SequentialLR(ours, [part, part], []),
        lambda: nn.SequentialLR(ours, [part, part, part], [5, 3]),
        lambda: nn.ChainedLR(ours, [nn.ReduceLROnPlateau(ours)]),
        lambda: nn.ChainedLR(ours, [nn.ExponentialLR(optimizer(), 0.9)]),
    ):
        with pytest.raises(ac.errors.ArgumentError):
            call()


def test_warmup_then_another_schedule_starts_from_the_given_rate():
    """Though the first has changed it; a rate that is set afterwards is a new start."""
    ours = optimizer(lr=0.5)
    nn.LinearWarmup(ours, 10)
    assert 0.0 == ours.lr
    assert [0.5] == nn.ExponentialLR(ours, 0.5).base_rates
    ours.lr = 2.0
    assert [2.0] == nn.ExponentialLR(ours, 0.5).base_rates


def test_groups_keep_their_own_rates():
    """A factor acts on each."""
    a, b = ac.Variable(1.0), ac.Variable(1.0)
    ours = nn.SGD([{"params": a}, {"params": b, "lr": 4.0}], lr=1.0)
    schedule = nn.StepLR(ours, 1, 0.5)
    schedule.step()

    assert [0.5, 2.0] == schedule.get_last_lr()


@pytest.mark.parametrize("make", [
    lambda opt: nn.CosineAnnealingLR(opt, 9),
    lambda opt: nn.SequentialLR(opt, [nn.LinearWarmup(opt, 3), nn.ExponentialLR(opt, 0.9)], [3]),
    lambda opt: nn.OneCycleLR(opt, 1.0, 12),
    lambda opt: nn.ReduceLROnPlateau(opt, patience=1, cooldown=1),
])  # fmt: skip
def test_resuming_equals_not_stopping(make):
    """Optimizer and schedule are saved and loaded together."""

    def go(opt, schedule, scores):
        found = []
        for score in scores:
            opt.param_groups[0]["params"][0].grad = 1.0
            opt.step()
            schedule.step(score) if isinstance(schedule, nn.ReduceLROnPlateau) else schedule.step()
            found.append((opt.lr, opt.momentum))
        return found

    scores = np.random.default_rng(0).normal(size=10)
    first = optimizer()
    schedule = make(first)
    go(first, schedule, scores[:5])
    second = optimizer()
    resumed = make(second)
    second.load_state_dict(first.state_dict())
    resumed.load_state_dict(schedule.state_dict())
    assert go(first, schedule, scores[5:]) == go(second, resumed, scores[5:])


def test_a_state_of_something_else_is_refused():
    """Nothing is changed."""
    schedule = nn.ExponentialLR(optimizer(), 0.9)
    for state in ({}, {"last_step": 3, "base_rates": [1.0, 2.0]},
                  nn.ReduceLROnPlateau(optimizer()).state_dict()):  # fmt: skip
        with pytest.raises(ac.errors.StateError):
            schedule.load_state_dict(state)
    assert 0 == schedule.last_step


def test_a_rate_that_is_a_function_takes_no_schedule():
    """Both would set it."""
    with pytest.raises(ac.errors.OptimizerError, match="lr is a function"):
        nn.StepLR(optimizer(lr=lambda step: 0.1), 3)


def test_schedules_of_batches_say_so():
    """So that ``fit`` steps them rightly."""
    ours = optimizer()
    warmup = nn.LinearWarmup(ours, 5)
    assert warmup.per_batch
    assert nn.OneCycleLR(ours, 1.0, 10).per_batch
    assert nn.ChainedLR(ours, [warmup]).per_batch
    assert not nn.StepLR(ours, 5).per_batch
    assert not nn.SequentialLR(ours, [nn.StepLR(ours, 5)], []).per_batch
