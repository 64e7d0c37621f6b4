"""Tune two penalties of a ridge regression by their gradient, through the inner minimum.

Run it with ``python examples/bilevel_ridge.py`` (needs the extra ``scipy``); with the extra
``plot`` it draws ``bilevel_ridge.png``. The weights minimize a training loss with penalties; the
penalties are to minimize the loss on other data, of those weights. Their gradient is computed in
three ways that agree: through the equation that the minimum fulfills (``ac.scipy.optimize``),
through every step of a gradient descent (unrolled), and through the closed form. The first needs
neither the formula nor the memory of a single step.

Source: F. Pedregosa, "Hyperparameter optimization with approximate gradient" (2016).
"""

from importlib.util import find_spec

import numpy as np

import autograd_core as ac

optimize = ac.require("scipy.optimize", extra="scipy", feature="examples/bilevel_ridge.py")

STRONG, WEAK = 8, 32  # features; each kind has a penalty of its own
SAMPLES = 60  # to train with, and as many to validate with
NOISE = 1.0
START = np.array([2.0, -3.0])  # logarithms of the penalties, the wrong way round
DESCENT, MOMENTUM = 400, 0.8  # the unrolled steps


def make_data(rng):
    """(X, y) to train with, to validate with, and to test with ten times as many."""
    weights = np.repeat([1, 0.1], [STRONG, WEAK]) * rng.standard_normal(STRONG + WEAK)
    parts = []
    for count in (SAMPLES, SAMPLES, 10 * SAMPLES):
        X = rng.standard_normal((count, STRONG + WEAK))
        parts.append((X, X @ weights + NOISE * rng.standard_normal(count)))
    return parts


def penalties(logs):
    """One for each feature, (40,), from two logarithms."""
    return np.exp(np.repeat(logs, [STRONG, WEAK]))


def training_loss(w, logs, X, y):
    """Half the mean squared error of weights w (40,), and the penalties."""
    return np.mean((X @ w - y) ** 2) / 2 + np.sum(penalties(logs) * w**2) / 2


def implicit(logs, X, y):
    """The minimum, by any solver; its derivative comes from grad(training_loss) = 0."""
    start = np.zeros(X.shape[1])
    return ac.scipy.optimize.minimize(
        lambda w, logs: training_loss(w, logs, X, y), start, logs, "trust-exact", tol=1e-12
    ).x


def unrolled(logs, X, y, steps=DESCENT):
    """The minimum, by so many steps of gradient descent, each of which stays on the tape."""
    curvature = np.linalg.norm(X, 2) ** 2 / len(y) + np.max(ac.stop_gradient(penalties(logs)))
    w = v = np.zeros(X.shape[1])
    for _ in range(steps):
        slope = X.T @ (X @ w - y) / len(y) + penalties(logs) * w
        v = MOMENTUM * v - slope / curvature
        w = w + v
    return w


def closed(logs, X, y):
    """The minimum, by its formula (XᵀX/n + diag(penalties))⁻¹ Xᵀy/n."""
    return np.linalg.solve(X.T @ X / len(y) + np.diag(penalties(logs)), X.T @ y / len(y))


def validation_loss(logs, minimum, train, validation):
    """The mean squared error on validation data, of the weights that suit the training data."""
    X, y = validation
    return np.mean((X @ minimum(logs, *train) - y) ** 2)


def search(train, validation, steps):
    """Logarithms of penalties (k, 2), from the start to the best; k - 1 steps at most."""
    path = [START]
    optimize.minimize(
        ac.value_and_grad(validation_loss), START, (implicit, train, validation), "L-BFGS-B",
        jac=True, bounds=[(-9, 5)] * 2, callback=lambda x: path.append(x.copy()),
        options={"maxiter": steps},
    )  # fmt: skip
    return np.array(path)


def draw(path, train, validation):
    """The validation loss with the path, and the weights along it, in ``bilevel_ridge.png``."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13, 5), layout="constrained")
    left, right = figure.subplots(1, 2)
    ticks, data = np.linspace(-9, 5, 71), (closed, train, validation)
    loss = [[validation_loss(np.array([a, b]), *data) for a in ticks] for b in ticks]
    levels = np.geomspace(np.min(loss), np.max(loss), 25)
    shades = left.contourf(ticks, ticks, loss, levels=levels, cmap="viridis_r")
    figure.colorbar(shades, ax=left, format="%.1f", label="validation loss")
    left.plot(ticks, ticks, "--", color="black", label="one penalty for all")
    left.plot(*path.T, "o-", color="#D55E00", label="descent of the penalties")
    left.plot(*path[-1], "*", color="#D55E00", markersize=16)
    left.set(xlabel="log penalty of strong features", ylabel="log penalty of weak features")
    left.set(title="what the weights that fit best are worth", ylim=(-9, 5))
    left.legend(loc="lower left")

    weights = np.stack([closed(logs, *train) for logs in path])
    right.plot(weights[:, STRONG:], color="#999999", lw=0.7)
    right.plot(weights[:, :STRONG], color="#0072B2")
    right.plot([], [], color="#0072B2", label="strong features")
    right.plot([], [], color="#999999", label="weak features")
    right.set(title="weights along the path", xlabel="step", ylabel="weight")
    right.legend(loc="upper left")
    figure.savefig("bilevel_ridge.png", dpi=110)


def main(steps=50, seed=0):
    """Compare the gradients, and descend; their largest difference.

    Args:
        steps: the most iterations of L-BFGS, on the penalties.
        seed: of the data.
    """
    train, validation, test = make_data(np.random.default_rng(seed))
    slopes = {}
    for minimum in (implicit, unrolled, closed):
        slopes[minimum] = ac.grad(validation_loss)(START, minimum, train, validation)
        print(f"{minimum.__name__:10} {slopes[minimum]}")
    difference = float(max(np.max(np.abs(s - slopes[implicit])) for s in slopes.values()))
    path = search(train, validation, steps)
    diagonal = np.linspace(-9, 5, 141)
    single = min(validation_loss(np.full(2, a), closed, train, validation) for a in diagonal)
    best = validation_loss(path[-1], implicit, train, validation)

    print(f"largest difference {difference:.1e}")
    print(f"penalties {np.exp(path[-1]).round(3)}, after {len(path) - 1} steps")
    print(f"validation loss {best:.3f}; with the best single penalty {single:.3f}")
    print(f"loss on new data {validation_loss(path[-1], implicit, train, test):.3f}")
    assert difference < 1e-8, slopes
    if steps >= 50:
        assert best < single, (best, single)
    if find_spec("matplotlib"):
        draw(path, train, validation)
    return difference


if __name__ == "__main__":
    main()
