"""Callbacks that write down: files, gradients, the bar."""

import csv
import json
import sys

import numpy as np
import pytest

import nn
from autograd_core import MissingDependencyError
from nn.callbacks import CSVLogger, GradientMonitor, JSONLogger, ProgressBar, TensorBoard


@pytest.fixture
def line():
    """A linear problem."""
    X = np.random.default_rng(0).standard_normal((20, 2))
    return X, X @ np.array([[1.0], [-2.0]])


def fit(X, y, *callbacks, **options):
    """A short run of a line."""
    model = nn.Model(nn.Linear(2, 1, rng=0))
    defaults = {"loss": "mse", "epochs": 3, "verbose": 0, "rng": 0, "batch_size": 10}
    return model, model.fit(X, y, callbacks=callbacks, **{**defaults, **options})


def test_csv_has_a_line_per_epoch(line, tmp_path):
    """The same numbers as the History; ``append`` goes on."""
    path = tmp_path / "log.csv"
    _, history = fit(*line, CSVLogger(path), metrics=["mae"])
    fit(*line, CSVLogger(path, append=True), metrics=["mae"])

    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6
    assert [float(row["mae"]) for row in rows[:3]] == history["mae"]
    assert [row["epoch"] for row in rows] == ["0", "1", "2"] * 2


def test_json_has_a_line_per_epoch(line, tmp_path):
    """Each is an object; what is not finite is null."""
    path = tmp_path / "log.jsonl"
    add = nn.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: logs.update(odd=float("nan"))
    )
    _, history = fit(*line, add, JSONLogger(path))
    fit(*line, JSONLogger(path, append=True))

    rows = [json.loads(text) for text in path.read_text().splitlines()]
    assert [row["loss"] for row in rows[:3]] == history["loss"]
    assert rows[0]["odd"] is None
    assert len(rows) == 6
    fit(*line, JSONLogger(path))
    assert len(path.read_text().splitlines()) == 3


def test_tensorboard_is_optional(monkeypatch, tmp_path):
    """Its absence is error 18, at once."""
    monkeypatch.setitem(sys.modules, "tensorboard.compat.proto.event_pb2", None)
    with pytest.raises(MissingDependencyError, match="autograd-core\\[tensorboard\\]"):
        TensorBoard(tmp_path)


def test_tensorboard_reads_the_scalars(line, tmp_path):
    """Its own reader finds what the History holds."""
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    _, history = fit(*line, TensorBoard(tmp_path))
    events = EventAccumulator(str(tmp_path)).Reload()
    found = [event.value for event in events.Scalars("loss")]
    np.testing.assert_allclose(found, history["loss"], rtol=1e-6)


def test_gradients_are_measured_per_parameter(line):
    """``grad_norm`` is that of all together in the last batch of the epoch."""
    monitor = GradientMonitor()
    model, history = fit(*line, monitor)

    assert set(monitor.norms) == {"0.weight", "0.bias"}
    last = np.concatenate([p.grad.ravel() for p in model.parameters()])
    assert history["grad_norm"][-1] == pytest.approx(np.linalg.norm(last))
    total = monitor.norms["0.weight"][-1] ** 2 + monitor.norms["0.bias"][-1] ** 2
    assert history["grad_norm"][-1] == pytest.approx(total**0.5)


def test_a_bar_of_ones_own_is_the_only_one(line, capsys, monkeypatch):
    """``verbose=1`` does not add a second; without it the bar works too."""
    monkeypatch.setitem(sys.modules, "tqdm", None)
    fit(*line, ProgressBar(), verbose=1)
    err = capsys.readouterr().err
    assert "epoch 1/3" in err or "epoch 3/3" in err
    assert err.count("\r") <= 5
