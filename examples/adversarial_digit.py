"""Change a digit so little that it looks the same, and a network reads another one.

Run it with ``python examples/adversarial_digit.py`` (needs the extra ``sklearn``, for the 1797
images of eight by eight pixels that scikit-learn carries; nothing is downloaded); with the extra
``plot`` it draws ``adversarial_digit.png``. A trained network is left as it is, and gradient
descent goes on in the pixels: the loss of the *wrong* class falls, while the distance to the image
is held down. Noise of the same size is tried beside it, and does nothing: it is the direction that
counts, and the direction is the gradient.

Source: C. Szegedy et al., "Intriguing properties of neural networks" (2013).
"""

from importlib.util import find_spec

import numpy as np

import autograd_core as ac
import nn
import nn.functional as F
from nn import datasets

EPOCHS = 40
DESCENT, RATE = 200, 0.02  # steps in the pixels, which lie between 0 and 1
NEARNESS = 3.0  # weight of the squared distance to the image


def train(X, y, epochs, rng):
    """A network that reads images (n, 64), and has stopped learning."""
    model = nn.Model(
        nn.Linear(64, 64, rng=rng), nn.ReLU(), nn.Linear(64, 32, rng=rng), nn.ReLU(),
        nn.Linear(32, 10, rng=rng),
    )  # fmt: skip
    model.fit(X, y, 32, epochs, nn.Adam(model, lr=3e-3), "cross_entropy", rng=rng, verbose=0)
    return model.eval().freeze()  # from here on, pixels alone have gradients


def probabilities(model, images):
    """Of each class, (n, 10)."""
    with ac.no_grad():
        return F.softmax(model(images), axis=1).numpy()


def disguise(model, images, targets, steps):
    """Images (n, 64) near the given ones that are read as the targets (n,)."""

    def loss(pixels):
        wrong = F.cross_entropy(model(pixels), targets, reduction="sum")
        return wrong + NEARNESS * np.sum((pixels - images) ** 2)

    slope, pixels = ac.grad(loss), images
    for _ in range(steps):
        pixels = np.clip(pixels - RATE * slope(pixels), 0, 1)
    return pixels


def shaken(model, images, distances, rng):
    """The share of images (n, 64) that noise of the same size (n,) makes the network misread."""
    noise = rng.standard_normal(images.shape)
    noise *= (distances / np.linalg.norm(noise, axis=1))[:, None]
    before, after = (probabilities(model, x).argmax(1) for x in (images, images + noise))
    return float(np.mean(before != after))


def draw(model, before, after):
    """Images (10, 64), what was added, and what came out, in ``adversarial_digit.png``."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13, 4.9), layout="constrained")
    axes = figure.subplots(3, 10)
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
    for row, images, name in ((0, before, "before"), (2, after, "after")):
        for ax, image, read in zip(axes[row], images, probabilities(model, images), strict=True):
            ax.imshow(image.reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
            color = "#0072B2" if row == 0 else "#D55E00"
            ax.set_title(f"{read.argmax()}: {read.max():.0%}", fontsize=13, color=color)
        axes[row, 0].set_ylabel(name)
    for ax, change in zip(axes[1], after - before, strict=True):
        ax.imshow(change.reshape(8, 8), cmap="RdBu_r", vmin=-0.5, vmax=0.5)
    axes[1, 0].set_ylabel("change")
    figure.savefig("adversarial_digit.png", dpi=110)


def main(steps=EPOCHS, seed=0):
    """Train, and disguise all held-out digits that are read right; the share that is read wrong.

    Args:
        steps: epochs of the training.
        seed: of the split, weights, orders and noise.
    """
    X, y = datasets.digits()
    X, images, y, labels = nn.train_test_split(X, y, stratify=y, rng=seed)
    rng = np.random.default_rng(seed)
    model = train(X, y, steps, rng)
    read = probabilities(model, images)
    right = read.argmax(axis=1) == labels
    images, read = images[right], read[right]
    targets = np.argsort(read, axis=1)[:, -2]  # what each of them resembles most, beside itself

    disguised = disguise(model, images, targets, DESCENT)
    flipped = float(np.mean(probabilities(model, disguised).argmax(axis=1) == targets))
    distances = np.linalg.norm(disguised - images, axis=1)
    by_noise = shaken(model, images, distances, rng)
    share = distances.mean() / np.linalg.norm(images, axis=1).mean()
    print(f"{len(images)} of {len(labels)} held-out digits are read right, seed {seed}")
    print(f"{flipped:.1%} are not, after a change of {share:.1%} of their norm")
    print(f"{by_noise:.1%} are not, after as much noise")
    if steps >= EPOCHS:
        assert flipped > 0.99, flipped
        assert share < 0.2, share
        assert by_noise < 0.05, by_noise
    if find_spec("matplotlib"):
        shown = [np.flatnonzero(read.argmax(axis=1) == digit)[:1] for digit in range(10)]
        shown = np.concatenate(shown)
        draw(model, images[shown], disguised[shown])
    return flipped


if __name__ == "__main__":
    main()
