"""The catalogue of errors, those of networks: word for word, as users meet them."""

import pickle
import warnings

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core import Variable

LOGITS = np.zeros((3, 3))


def stepped():
    """A step with a gradient that is not a number."""
    layer = nn.Linear(1, 1)
    layer.weight.grad = np.full((1, 1), np.nan)
    nn.Adam(layer).step()


ERRORS = {
    "1": (
        lambda: nn.Sequential(
            {"hidden": nn.Sequential(nn.Linear(10, 5), nn.ReLU(), nn.Linear(4, 2))}
        )(np.ones((3, 10))),
        """ShapeError
Linear 'hidden.2' (4 -> 2) needs inputs with 4 features in the last axis; it got shape (3, 5).
  why: the layer before it, 'hidden.0' (10 -> 5), gives 5.
  try: Linear(5, 2)""",
    ),
    "2": (
        lambda: nn.Model(nn.Linear(2, 2)).fit(
            np.ones((2, 5000)), np.zeros(5000, int), loss="cross_entropy"
        ),
        """ShapeError
fit() got X of shape (2, 5000) and y of length 5000.
  why: rows are samples here, and this X has one row per feature.
  try: fit(X.T, y)""",
    ),
    "3": (
        lambda: nn.Sequential({"fc": nn.Linear(128, 10)})(np.ones((32, 8, 4, 4))),
        """ShapeError
Linear 'fc' (128 -> 10) needs inputs of shape (..., 128); it got shape (32, 8, 4, 4).
  why: a convolution gives an image per sample, a Linear takes a vector (8 * 4 * 4 = 128).
  try: Flatten() before 'fc'""",
    ),
    "4": (
        lambda: nn.Sequential({"conv": nn.Sequential(nn.Conv2d(3, 16, 3))})(
            np.ones((32, 28, 28, 3))
        ),
        """ShapeError
Conv2d 'conv.0' (3 -> 16) needs images of shape (N, 3, H, W); it got shape (32, 28, 28, 3).
  why: axis 1 holds the channels; here it is the last axis that has length 3.
  try: x.transpose(0, 3, 1, 2)""",
    ),
    "5": (
        lambda: nn.MSELoss()(np.ones((8, 1)), np.ones(8)),
        """ShapeError
MSELoss got input of shape (8, 1) and target of shape (8,).
  why: NumPy would broadcast them to (8, 8), and the loss would be wrong without a word.
  try: target.reshape(-1, 1), or input.reshape(-1)""",
    ),
    "6": (
        lambda: nn.CrossEntropyLoss()(LOGITS, np.array([1, 2, 3])),
        """LabelError
CrossEntropyLoss got labels 1, 2, 3 for 3 classes.
  why: class labels are the integers 0 to 2; these look one-based.
  try: target - 1""",
    ),
    "6 floats": (
        lambda: nn.CrossEntropyLoss()(LOGITS, np.array([1.0, 2.0, 0.0])),
        """LabelError
CrossEntropyLoss got labels of dtype float64 for 3 classes.
  why: class labels are the integers 0 to 2.
  try: target.astype(int); or, for rows of probabilities, a target of shape (3, 3)""",
    ),
    "6 signs": (
        lambda: nn.CrossEntropyLoss()(LOGITS[:, :2], np.array([1, -1, 1])),
        """LabelError
CrossEntropyLoss got labels -1, 1 for 2 classes.
  why: class labels are the integers 0 to 1; these look like signs.
  try: (target + 1) // 2""",
    ),
    "6 one-hot": (
        lambda: nn.CrossEntropyLoss()(LOGITS, np.eye(3, dtype=int)),
        """LabelError
CrossEntropyLoss got integers of shape (3, 3), that of its input.
  why: rows of integers are one-hot; rows of probabilities are floating-point.
  try: target.argmax(axis=1), or target.astype(float)""",
    ),
    "6 out of range": (
        lambda: nn.CrossEntropyLoss()(LOGITS, np.array([0, 7, 2])),
        """LabelError
CrossEntropyLoss got label 7 in row 1 for 3 classes.
  why: class labels are the integers 0 to 2.
  try: ignore_index=7, or a last layer with 8 outputs""",
    ),
    "14": (
        lambda: nn.Adam([]),
        """OptimizerError
Adam got no parameters.
  why: the iterator was empty; a generator can be read only once.
  try: Adam(model)""",
    ),
    "14 no gradient": (
        lambda: nn.Adam(nn.Linear(1, 1)).step(),
        """OptimizerError
Adam.step() found no gradient in any of 2 parameters.
  why: did you call loss.backward()?
  try: loss.backward() before step()""",
    ),
    "14 nan": (
        stepped,
        """OptimizerError
Adam.step() got a gradient with nan in 'weight' of shape (1, 1).
  why: a step would spread it over the weights; nothing was changed.
  try: a smaller lr, or nn.clip_grad_norm_(params, 1.0) before step()""",
    ),
    "14 lr": (
        lambda: nn.Adam(nn.Linear(1, 1), lr=0.0),
        """OptimizerError
Adam needs a positive number for lr; it got 0.0.
  try: lr=0.001""",
    ),
    "15": (
        lambda: nn.Sequential({"fc": nn.Linear(4, 3)}).load_state_dict(
            {"fc.weight": np.ones((3, 4)), "fc.bais": np.ones(3)}
        ),
        """StateError
load_state_dict: 1 name is missing, 1 is unknown, 1 has another shape.
  missing: fc.bias (3,)     unknown: fc.bais (3,), did you mean fc.bias?
  shape:   fc.weight is (4, 3), the file has (3, 4), its transpose
  try: rename the key; nn.load_torch for weights saved by PyTorch""",
    ),
    "16": (
        lambda: nn.Model(nn.Linear(1, 1)).fit(np.ones((2, 1)), np.ones((2, 1)), epoch=3),
        """ArgumentError
fit() has no argument 'epoch'.
  try: epochs=""",
    ),
    "16 name": (
        lambda: nn.Linear(2, 3, activation="rleu"),
        """ArgumentError
activation='rleu', did you mean 'relu'?
  try: activation='relu'""",
    ),
    "17 batch of one": (
        lambda: nn.BatchNorm1d(3)(np.ones((1, 3))),
        """ShapeError
BatchNorm1d (3) needs more than one value per channel to normalize; call eval(), or use a larger batch.
  why: it got shape (1, 3): each value is its own mean.
  try: model.eval()""",  # noqa: E501
    ),
}
HINTS = {
    "softmax twice": (
        lambda: nn.CrossEntropyLoss()(nn.Softmax()(LOGITS), [0, 1, 2]),
        """CrossEntropyLoss got rows that already sum to 1.
  why: it applies softmax itself; twice slows learning.
  try: drop the Softmax, or use NLLLoss after LogSoftmax""",
    ),
    "sigmoid twice": (
        lambda: nn.BCEWithLogitsLoss()(nn.Sigmoid()(Variable(np.ones(3))), np.ones(3)),
        """BCEWithLogitsLoss got the result of a sigmoid.
  why: it applies the sigmoid itself; twice slows learning.
  try: drop the Sigmoid, or use BCELoss""",
    ),
    "labels for scores": (
        lambda: nn.metrics.roc_auc([0, 1, 1], [0, 1, 0]),
        """roc_auc got scores that take at most two values.
  why: of labels it is the balanced accuracy: the order of the scores is lost.
  try: model.predict_proba(X), or the outputs before the threshold""",
    ),
}


def error_of(number):
    """The error of a row."""
    with pytest.raises(ac.AutogradError) as caught:
        ERRORS[number][0]()
    return caught.value


@pytest.mark.parametrize("number", ERRORS)
def test_the_words(number):
    """Class and text."""
    error = error_of(number)
    assert f"{type(error).__name__}\n{error}" == ERRORS[number][1]


@pytest.mark.parametrize("number", ERRORS)
def test_what_all_have(number, monkeypatch):
    """A hint for tools, six lines at most, the user's line, a short form, and pickling."""
    error = error_of(number)

    assert str(error).endswith(f"\n  try: {error.hint}")
    assert str(error).count("\n") < 6
    assert error.__notes__[0].startswith("  at test_catalogue.py:")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    monkeypatch.setenv("AC_ERRORS", "short")
    assert str(error) == ERRORS[number][1].split("\n")[1]


@pytest.mark.parametrize("name", HINTS)
def test_hints(name):
    """Word for word, at the line of the user."""
    call, text = HINTS[name]
    with pytest.warns(ac.UsageHint) as caught:
        call()
    assert str(caught[0].message) == text
    assert caught[0].filename == __file__


def test_hints_come_once_per_model():
    """The second time the same loss says nothing."""
    loss = nn.CrossEntropyLoss()
    rows = nn.Softmax()(LOGITS)
    with pytest.warns(ac.UsageHint):
        loss(rows, [0, 1, 2])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loss(rows, [0, 1, 2])


def test_nothing_is_half_changed():
    """A load, a check of fit's arguments and a step that fail leave all as it was."""
    model = nn.Sequential({"fc": nn.Linear(4, 3, rng=0)})
    before = model.state_dict()
    with pytest.raises(ac.StateError):
        model.load_state_dict({"fc.weight": np.zeros((4, 3)), "fc.bais": np.ones(3)})
    optimizer = nn.Adam(model)
    for parameter in model.parameters():
        parameter.grad = np.ones(parameter.shape)
    model["fc"].bias.grad = np.full(3, np.nan)
    with pytest.raises(ac.OptimizerError):
        optimizer.step()
    after = model.state_dict()
    assert all(np.array_equal(before[path], after[path]) for path in before)
