"""Two articles about libraries from scratch, line by line: their programs, and their slips.

Run it with ``python examples/articles.py`` (needs pandas, as the second article does); with the
extra ``plot`` it draws ``articles.png``. A is P. Bhatia, "Implementing a Deep Learning Library from
Scratch in Python" (2020), B is A. Pérez, "Create your own Deep Learning framework using Numpy"
(2019). Only the imports of the programs are changed, and A's momentum: there it does nothing.
"""

import warnings
from importlib.util import find_spec

import numpy as np

import autograd_core as ac
import nn
from nn import articles as DL

EPOCHS = 200  # of A; B takes fifty times as many


def program_a(seed, num_epochs, momentum):
    """A's program: three spiral arms, its data, model and accuracy."""
    nn.manual_seed(seed)
    batch_size = 20
    samples_per_class = 100
    num_classes = 3
    hidden_units = 100
    data, target = DL.genSpiralData(samples_per_class, num_classes)
    model = DL.Model()
    model.add(DL.Linear(2, hidden_units))
    model.add(DL.ReLU())
    model.add(DL.Linear(hidden_units, num_classes))
    optim = DL.SGD(model.parameters, lr=1.0, weight_decay=0.001, momentum=momentum)
    loss_fn = DL.SoftmaxWithLoss()
    model.fit(data, target, batch_size, num_epochs, optim, loss_fn, verbose=0)
    predicted_labels = np.argmax(model.predict(data), axis=1)
    accuracy = np.sum(predicted_labels == target) / len(target)
    return data, target, model, accuracy  # fmt: skip


def program_b(seed, epochs):
    """B's program: two circles, its data, model and two areas under the ROC curve."""
    nn.manual_seed(seed)
    data = DL.generate_data(samples=5000, shape_type="circles", noise=0.04)
    X = data[["x", "y"]].values
    Y = data["label"].T.values

    # Create model
    model = DL.Model()
    # Add layers (all but the first are missing from the article's text)
    model.add(DL.Linear(2, 5))
    model.add(DL.ReLU(5))
    model.add(DL.Linear(5, 1))
    model.add(DL.Sigmoid(1))
    # Train model
    model.train(X_train=X.T, Y_train=Y, learning_rate=0.05, epochs=epochs)
    predictions = model.predict(X.T).T
    new_pred = []
    for p in predictions:
        if p < 0.5:
            new_pred.append(0)
        else:
            new_pred.append(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ac.UsageHint)  # that labels are no scores
        of_labels = DL.roc_auc_score(y_true=Y, y_score=new_pred)
    return X, Y, model, DL.roc_auc_score(y_true=Y, y_score=predictions), of_labels  # fmt: skip


class SquaredErrorOfB(nn.Function):
    """B's MeanSquaredError: its backward is one number for all entries."""

    def forward(self, predicted, real):
        """The mean of the squares."""
        self.difference = predicted - real
        return np.power(self.difference, 2).mean()

    def backward(self, g):
        """As written in the article."""
        return g * 2 * self.difference.mean() * np.ones_like(self.difference), None


class LinearOfB(nn.Function):
    """B's Linear, samples in columns: its bias gradient is a mean where a sum belongs."""

    def forward(self, biases, weights, input_val):
        """(out, 1), (out, in), (in, n) → (out, n)."""
        self.weights, self._prev_acti = weights, input_val
        return np.matmul(weights, input_val) + biases

    def backward(self, dA):
        """As written in the article."""
        dB = dA.mean(axis=1, keepdims=True)
        return dB, np.dot(dA, self._prev_acti.T), np.dot(self.weights.T, dA)


def slip(function, *args):
    """What gradcheck says of a wrong derivative: the first line of its report, and its guess."""
    try:
        ac.gradcheck(function, *args)
    except ac.GradcheckError as error:
        lines = str(error).splitlines()
        return [lines[0], *(line.strip() for line in lines if "looks like" in line)]
    raise AssertionError(f"gradcheck found nothing wrong with {function}")


def draw(first, second):
    """The decision boundaries of both programs, side by side, in ``articles.png``."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 5), layout="constrained")
    left, right = figure.subplots(1, 2)
    DL.plot2DDataWithDecisionBoundary(*first, ax=left).set_title("A: spiral")
    X, Y, model = second
    rows = nn.Model(*model.layers).compile(loss="bce")  # B's model is asked in columns
    nn.plot.decision_boundary(rows, X[::10], Y[::10], ax=right, title="B: circles")
    figure.savefig("articles.png", dpi=110)


def main(steps=EPOCHS, seed=0):
    """Run both programs and check the slips; A's accuracy."""
    full = steps >= EPOCHS
    data, target, model, accuracy = program_a(seed, steps, momentum=0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ac.UsageHint)  # that the loss does not fall
        *_, diverged = program_a(seed, steps, momentum=0.9)
    X, Y, net, of_scores, of_labels = program_b(seed, steps * 50 if full else steps)

    print(f"A: accuracy {accuracy:.3f}; with its momentum applied {diverged:.3f}")
    print(f"B: ROC AUC of scores {of_scores:.4f}, of labels {of_labels:.4f}; there 0.8061")
    rng = np.random.default_rng(seed)
    first, second = rng.random((4, 1)), rng.random((4, 1))

    def linear_of_b(biases):
        return LinearOfB()(biases, np.ones((4, 2)), np.ones((2, 3)))

    print(*slip(SquaredErrorOfB(), first, second), sep="\n")
    print(*slip(linear_of_b, first), sep="\n")
    if full:
        assert accuracy >= 0.94, accuracy
        assert abs(diverged - 1 / 3) < 0.1, diverged
        assert of_scores > 0.99, of_scores
    if find_spec("matplotlib"):
        draw((data, target, model), (X, Y, net))
    return accuracy


if __name__ == "__main__":
    main()
