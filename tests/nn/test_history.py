"""History: lists per epoch, the best one, files, the table."""

import csv
import math
import pickle

import pytest

from nn.history import History, sparkline


@pytest.fixture
def history():
    """Three epochs; the accuracy is measured from the second on."""
    made = History()
    made.record({"loss": 3.0, "val_loss": 2.0}, lr=0.1, seconds=1.0)
    made.record({"loss": 2.0, "val_loss": 1.0, "accuracy": 0.5}, lr=0.1, seconds=1.0)
    made.record({"loss": 1.0, "val_loss": 1.5, "accuracy": 0.4}, lr=0.05, seconds=2.0)
    made.batch_loss += [3.5, 2.5, 2.0, 2.0, 1.0, 1.0]
    return made


def test_is_a_mapping_of_lists(history):
    """Names give lists with a number per epoch; what came later is nan before."""
    assert list(history) == ["loss", "val_loss", "accuracy"]
    assert history["val_loss"] == [2.0, 1.0, 1.5]
    assert math.isnan(history["accuracy"][0])
    assert dict(history)["loss"] == [3.0, 2.0, 1.0]
    assert history.lr == [0.1, 0.1, 0.05]
    assert history.seconds == [1.0, 1.0, 2.0]
    assert history.epochs == 3


def test_an_unknown_name_lists_what_there_is(history):
    """The KeyError names the nearest; ``in`` and ``get`` work as in a dict."""
    with pytest.raises(
        KeyError, match="there is loss, val_loss, accuracy, did you mean 'val_loss'"
    ):
        history["val_los"]
    assert "val_los" not in history
    assert history.get("val_los") is None


def test_best_knows_what_is_better(history):
    """The least loss, the largest accuracy; ``mode`` decides otherwise; nan is nothing."""
    assert history.best("val_loss") == (1, 1.0)
    assert history.best("accuracy") == (1, 0.5)
    assert history.best("accuracy", mode="min") == (2, 0.4)
    history.record({}, lr=0.1, seconds=1.0)
    assert history.best("loss") == (2, 1.0)


def test_best_refuses_an_unknown_mode(history):
    """A mode is min, max or auto."""
    with pytest.raises(TypeError, match="did you mean 'min'"):
        history.best("loss", mode="mim")


def test_writes_a_table(history, tmp_path):
    """A line per epoch with all quantities."""
    history.to_csv(tmp_path / "h.csv")

    with open(tmp_path / "h.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["val_loss"] for row in rows] == ["2.0", "1.0", "1.5"]
    assert list(rows[0]) == ["epoch", "loss", "val_loss", "accuracy", "lr", "seconds"]


def test_becomes_a_frame(history):
    """Columns are quantities, the index is the epoch."""
    pytest.importorskip("pandas")

    frame = history.to_pandas()
    assert frame["loss"].tolist() == [3.0, 2.0, 1.0]
    assert frame.index.name == "epoch"


def test_draws_its_losses(history):
    """The Axes come back with a line per loss."""
    pytest.importorskip("matplotlib").use("Agg")

    ax = history.plot()
    assert len(ax.lines) >= 2


def test_is_stored_and_restored(history):
    """Pickle and state_dict keep everything."""
    twin = History()
    twin.load_state_dict(history.state_dict())
    for copy in (pickle.loads(pickle.dumps(history)), twin):
        assert copy.state_dict()["lr"] == history.lr
        assert copy["val_loss"] == history["val_loss"]
        assert copy.batch_loss == history.batch_loss


def test_shows_five_lines_at_most(history):
    """A head, and four series with their sparklines."""
    for k in range(6):
        history.record({f"extra{k}": 1.0}, lr=0.1, seconds=1.0)
    lines = repr(history).splitlines()

    assert len(lines) == 5
    assert lines[0].startswith("9 epochs, 10 s")
    assert "█" in lines[1]


def test_one_epoch_is_one():
    """The title counts as a person does."""
    history = History()
    history.record({"loss": 1.0}, lr=0.1, seconds=1.0)
    assert repr(history).startswith("1 epoch, 1 s")


def test_sparklines_are_short():
    """Long lists are thinned, equal numbers are flat, nan is a gap, nothing is nothing."""
    assert len(sparkline(list(range(1000)))) <= 24
    assert sparkline([1.0, 1.0]) == "▁▁"
    assert sparkline([0.0, math.nan, 1.0]) == "▁ █"
    assert sparkline([math.nan]) == ""


def test_nothing_but_nan_is_said():
    """A series without numbers has no best."""
    history = History()
    history.record({"loss": math.nan}, lr=0.1, seconds=1.0)

    assert "nothing but nan" in repr(history)
    with pytest.raises(KeyError, match="holds no number"):
        history.best("loss")
