"""Points are drawn per class; the boundary lies where the model says."""

import numpy as np
import pytest

import autograd_core as ac
import nn
from nn import datasets, plot

pytest.importorskip("matplotlib")


def legend(ax):
    """What the legend says."""
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_points_of_each_class_have_color_and_marker():
    """A collection per class, named; places have one scale on both axes."""
    X, y = datasets.spiral(20, rng=0)
    ax = plot.scatter(X, y, title="arms")

    assert legend(ax) == ["class 0", "class 1", "class 2"]
    assert [len(c.get_offsets()) for c in ax.collections] == [20, 20, 20]
    assert len({tuple(c.get_facecolor()[0]) for c in ax.collections}) == 3
    assert len({len(c.get_paths()[0].vertices) for c in ax.collections}) > 1
    assert (ax.get_title(), ax.get_xlabel(), ax.get_aspect()) == ("arms", "x₁", 1.0)


def test_points_without_labels_and_with_values():
    """One color; a scale of colors with its bar."""
    X = datasets.moons(30, rng=0)[0]

    assert plot.scatter(X).get_legend() is None
    ax = plot.scatter(X, X[:, 0] + 0.5)
    assert [other.get_ylabel() for other in ax.figure.axes[1:]] == ["value"]


def test_labels_in_every_form():
    """Columns, whole floats, words, Variables; many classes get colors of one scale."""
    X = np.random.default_rng(0).normal(size=(40, 2))
    words = np.array(["no", "yes"])[np.arange(40) % 2]

    assert legend(plot.scatter(X, words)) == ["class no", "class yes"]
    assert legend(plot.scatter(X, (np.arange(40) % 2.0)[:, None])) == ["class 0", "class 1"]
    assert legend(plot.scatter(ac.Variable(X), ac.Variable(np.arange(40) % 2.0)))[1] == "class 1"
    ax = plot.scatter(X, np.arange(40) % 12)
    assert len({tuple(c.get_facecolor()[0]) for c in ax.collections}) == 12


def test_columns_name_the_axes():
    """A DataFrame's names are kept, with labels in a Series."""
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"width": [0.0, 1.0], "height": [1.0, 2.0], "label": ["a", "b"]})
    ax = plot.scatter(frame[["width", "height"]], frame["label"])

    assert (ax.get_xlabel(), ax.get_ylabel()) == ("width", "height")
    assert legend(ax) == ["class a", "class b"]


def boundary(ax):
    """The vertices of the line that parts two areas."""
    line = ax.collections[1]
    return np.concatenate([path.vertices for path in line.get_paths()])


@pytest.mark.parametrize(
    "model",
    [
        lambda X: X[:, 0] - 0.25,
        lambda X: 1 / (1 + np.exp(-(X[:, :1] - 0.25))),
        lambda X: np.column_stack([0.25 - X[:, 0], X[:, 0] - 0.25]),
        lambda X: ac.Variable(X[:, 0] - 0.25),
    ],
    ids=["logit", "probability", "two columns", "Variable"],
)
def test_the_line_is_where_the_model_is_undecided(model):
    """At 0 of scores, at 0.5 of probabilities, between two columns."""
    X, y = datasets.xor(40, rng=0)

    np.testing.assert_allclose(boundary(plot.decision_boundary(model, X, y))[:, 0], 0.25, atol=0.01)


def test_a_threshold_may_be_given():
    """It moves the line."""
    X, y = datasets.xor(40, rng=0)
    ax = plot.decision_boundary(lambda X: X[:, 0], X, y, threshold=0.75)

    np.testing.assert_allclose(boundary(ax)[:, 0], 0.75, atol=0.01)


def test_modules_and_estimators_are_asked():
    """A Module in eval mode, an object with predict_proba or with labels from predict."""

    class Labels:
        def predict(self, X):
            return np.where(X[:, 0] > 0.5, 4, 2)

    class Three(Labels):
        def predict_proba(self, X):
            return np.eye(3)[(X[:, 0] > 0.2).astype(int) + (X[:, 1] > 0.4)]

    X, y = datasets.xor(40, rng=0)
    linear = nn.Linear(2, 1, rng=0)
    linear.weight.data[...] = [[1.0], [0.0]]
    linear.bias.data[...] = -0.5
    linear.train()

    np.testing.assert_allclose(boundary(plot.decision_boundary(linear, X, y))[:, 0], 0.5, atol=0.01)
    assert linear.training
    np.testing.assert_allclose(boundary(plot.decision_boundary(Labels(), X))[:, 0], 0.5, atol=0.01)
    assert len(plot.decision_boundary(Three(), X).collections) == 6


def test_pictures_go_where_they_are_told():
    """``ax`` is drawn into and returned; nothing is shown, no other figure opened."""
    from matplotlib import pyplot
    from matplotlib.figure import Figure

    X, y = datasets.moons(20, rng=0)
    ax = Figure().add_subplot()

    assert plot.scatter(X, y, ax=ax) is ax
    assert plot.decision_boundary(lambda X: X[:, 0], X, y, ax=ax, resolution=9) is ax
    assert pyplot.get_fignums() == []


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: plot.scatter(np.ones((3, 3))), ac.ShapeError, "two coordinates"),
        (lambda: plot.scatter(np.ones((3, 2)), [0, 1]), ac.ShapeError, "one label"),
        (lambda: plot.decision_boundary(3, np.eye(2)), ac.ArgumentError, "'int' as model"),
        (
            lambda: plot.decision_boundary(lambda X: X[:5], np.eye(2)),
            ac.ShapeError,
            "one row per place",
        ),
        (
            lambda: plot.decision_boundary(lambda X: X, np.eye(2), resolution=1),
            ac.ArgumentError,
            "resolution=1",
        ),
    ],
)
def test_what_cannot_be_drawn_is_an_error(call, error, text):
    """Shapes are named."""
    with pytest.raises(error, match=text):
        call()
