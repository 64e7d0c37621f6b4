"""Going on from a checkpoint equals not having stopped, bit for bit."""

import os

import numpy as np
import pytest

import nn
from autograd_core import ArgumentError, StateError

X = np.random.default_rng(7).normal(size=(40, 3))
Y = np.sin(X[:, :1] * X[:, 1:2])


def parts(optimizer=None, scheduler=None, seed=0):
    """A model with dropout and running statistics, its optimizer and schedule, and a generator."""
    rng = np.random.default_rng(seed)
    model = nn.Sequential(
        nn.Linear(3, 8, activation="tanh", rng=rng),
        nn.BatchNorm1d(8),
        nn.Dropout(0.3, rng=np.random.default_rng(seed + 1)),
        nn.Linear(8, 1, rng=rng),
    )
    opt = (optimizer or (lambda m: nn.Adam(m, lr=0.01)))(model)
    return {
        "model": model,
        "optimizer": opt,
        "scheduler": None if scheduler is None else scheduler(opt),
        "rng": rng,
    }


def train(run, epochs):
    """Shuffled batches, steps, and a step of the schedule per epoch; the losses."""
    losses = []
    for _ in range(epochs):
        order = run["rng"].permutation(len(X))
        for rows in order.reshape(5, 8):
            loss = ((run["model"](X[rows]) - Y[rows]) ** 2).mean()
            run["optimizer"].zero_grad()
            loss.backward()
            run["optimizer"].step()
            losses.append(loss.item())
        if run["scheduler"] is not None:
            run["scheduler"].step()
    return losses


OPTIMIZERS = {
    "SGD": lambda m: nn.SGD(m, lr=0.05, momentum=0.9, nesterov=True),
    "Adam": lambda m: nn.Adam(m, lr=0.01, amsgrad=True),
    "AdamW": lambda m: nn.AdamW(m, lr=0.01),
    "RMSprop": lambda m: nn.RMSprop(m, momentum=0.5, centered=True),
    "Adagrad": lambda m: nn.Adagrad(m),
    "NAdam": lambda m: nn.NAdam(m),
    "two groups": lambda m: nn.Adam(
        [{"params": m[0].parameters(), "lr": 0.1}, {"params": m[3].parameters()}], lr=0.01
    ),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
def test_going_on_equals_not_stopping(name, suffix, tmp_path):
    """Losses and weights, with dropout, running statistics, shuffling and a schedule."""

    def made(seed):
        return parts(OPTIMIZERS[name], lambda o: nn.StepLR(o, 2, gamma=0.5), seed)

    straight, stopped, resumed = made(0), made(0), made(5)
    path = tmp_path / f"run{suffix}"

    expected = train(straight, 6)
    first = train(stopped, 3)
    nn.save_checkpoint(path, **stopped, epoch=3)
    train(resumed, 1)
    epoch = nn.load_checkpoint(path, **resumed)
    assert (epoch, expected) == (3, first + train(resumed, 3))
    for name, array in straight["model"].state_dict().items():
        assert array.tobytes() == resumed["model"].state_dict()[name].tobytes()


def test_fit_goes_on(tmp_path):
    """The loop of fit, with its History, is resumed too."""

    def made(seed):
        run = parts(seed=seed)
        return run | {"history": nn.History()}

    def fit(run, epochs):
        found = nn.fit(
            run["model"], X, Y, 8, epochs, run["optimizer"], "mse", rng=run["rng"], verbose=0
        )
        run["history"].load_state_dict(found.state_dict())
        return found["loss"]

    straight, stopped, resumed = made(0), made(0), made(5)
    expected = fit(straight, 2) + fit(straight, 2)
    first = fit(stopped, 2)
    nn.save_checkpoint(tmp_path / "run", **stopped)
    nn.load_checkpoint(tmp_path / "run", **resumed)

    assert dict(stopped["history"]) == dict(resumed["history"])
    assert expected == first + fit(resumed, 2)


def test_the_default_generator_goes_on(tmp_path):
    """Layers and loops without rng= draw from it."""
    nn.manual_seed(0)
    nn.save_checkpoint(tmp_path / "run")
    expected = nn.defaults.generator().random(3)
    nn.manual_seed(1)

    nn.load_checkpoint(tmp_path / "run")
    np.testing.assert_array_equal(expected, nn.defaults.generator().random(3))


def test_several_generators_go_on(tmp_path):
    """By name, of any kind."""
    rngs = {
        "order": np.random.default_rng(0),
        "noise": np.random.Generator(np.random.MT19937(1)),
    }
    nn.save_checkpoint(tmp_path / "run", rng=rngs)
    expected = [rng.random(2) for rng in rngs.values()]

    nn.load_checkpoint(tmp_path / "run", rng=rngs)
    np.testing.assert_array_equal(expected, [rng.random(2) for rng in rngs.values()])


def state_of(run):
    """All that a failed load must leave alone."""
    return repr(
        (
            run["model"].state_dict(),
            run["optimizer"].state_dict(),
            run["scheduler"].state_dict(),
            run["rng"].bit_generator.state,
            nn.defaults.generator().bit_generator.state,
        )
    )


def schedule(opt):
    """One for every optimizer."""
    return nn.StepLR(opt, 2)


class Failing:
    """A part that refuses to be loaded."""

    def __init__(self, error):
        self.error = error

    def state_dict(self):
        """A value."""
        return 1

    def load_state_dict(self, state):
        """Fail the first time."""
        if self.error is not None:
            error, self.error = self.error, None
            raise error


@pytest.mark.parametrize("error", [StateError("x"), KeyError("x"), KeyboardInterrupt()])
def test_a_failed_load_changes_nothing(error, tmp_path):
    """Whatever part fails, all the others are as before."""
    run = parts(scheduler=schedule)
    train(run, 1)
    nn.save_checkpoint(tmp_path / "run", **run, history=Failing(None))
    train(run, 1)
    before = state_of(run)

    with pytest.raises(KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else StateError):
        nn.load_checkpoint(tmp_path / "run", **run, history=Failing(error))
    assert before == state_of(run)


def another_model(run):
    """Of other shapes."""
    run["model"] = nn.Sequential(nn.Linear(3, 4, rng=0))


def another_generator(run):
    """Of another kind."""
    run["rng"] = np.random.Generator(np.random.MT19937(0))


def another_optimizer(run):
    """With other state."""
    run["optimizer"] = nn.SGD(run["model"], lr=0.1, momentum=0.9)


def more_generators(run):
    """A second one, which was not saved."""
    run["rng"] = {"": run["rng"], "more": np.random.default_rng(0)}


@pytest.mark.parametrize(
    "change", [another_model, another_generator, another_optimizer, more_generators]
)
def test_parts_that_do_not_fit_are_refused(change, tmp_path):
    """With nothing changed."""
    run = parts(scheduler=schedule)
    train(run, 1)
    nn.save_checkpoint(tmp_path / "run", **run)
    train(run, 1)
    before = state_of(run)
    changed = dict(run)
    change(changed)

    with pytest.raises(StateError):
        nn.load_checkpoint(tmp_path / "run", **changed)
    assert before == state_of(run)


def test_a_part_that_was_not_saved_is_named(tmp_path):
    """With what there is."""
    run = parts()
    nn.save_checkpoint(tmp_path / "run", model=run["model"])

    with pytest.raises(StateError, match="holds no optimizer"):
        nn.load_checkpoint(tmp_path / "run", **run)


def test_other_files_are_no_checkpoints(tmp_path):
    """Nor is a checkpoint weights of a model."""
    run = parts()
    run["model"].save(tmp_path / "model")
    nn.save_checkpoint(tmp_path / "run", **run)

    with pytest.raises(StateError, match="no checkpoint"):
        nn.load_checkpoint(tmp_path / "model", **run)
    with pytest.raises(StateError):
        run["model"].load(tmp_path / "run")


@pytest.mark.parametrize("packed", [[], {"epoch": {"module": "os"}}, {"epoch": [1]}, {"model": 3}])
def test_forged_checkpoints_are_refused(packed, tmp_path):
    """What nothing packs to is a StateError."""
    from nn.serialize import write

    write(tmp_path / "run", {}, {"checkpoint": packed})
    with pytest.raises(StateError):
        nn.load_checkpoint(tmp_path / "run")


def test_a_seed_is_no_generator(tmp_path):
    """It would say nothing about where the run was; nothing is written."""
    with pytest.raises(ArgumentError, match="no state"):
        nn.save_checkpoint(tmp_path / "run", rng=0)
    assert os.listdir(tmp_path) == []
