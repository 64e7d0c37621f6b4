"""Squeeze handwritten digits into two numbers, and get them back better than PCA does.

Run it with ``python examples/autoencoder.py`` (needs the extra ``sklearn``, for the 1797 images of
eight by eight pixels that scikit-learn carries; nothing is downloaded); with the extra ``plot`` it
draws ``autoencoder.png``: where the digits lie, what is at every place, and what comes back.
"""

from importlib.util import find_spec

import numpy as np

import nn
from nn import datasets, metrics

EPOCHS = 100
WIDTH = 2
PLANE = 16  # decoded places along each axis


class Autoencoder(nn.Module):
    """64 pixels → 128 → 64 → two numbers of mean 0 and variance 1, and the same way back.

    Args:
        rng: where the weights are drawn from.
    """

    def __init__(self, rng):
        self.encoder = nn.Sequential(
            nn.Linear(64, 128, rng=rng), nn.ELU(),
            nn.Linear(128, 64, rng=rng), nn.ELU(),
            nn.Linear(64, WIDTH, rng=rng), nn.BatchNorm1d(WIDTH, affine=False),
        )  # fmt: skip
        self.decoder = nn.Sequential(
            nn.Linear(WIDTH, 64, rng=rng), nn.ELU(),
            nn.Linear(64, 128, rng=rng), nn.ELU(),
            nn.Linear(128, 64, rng=rng), nn.Sigmoid(),
        )  # fmt: skip

    def forward(self, x):
        """Images (n, 64) → (n, 64)."""
        return self.decoder(self.encoder(x))


def through_components(X, X_test):
    """What is left of images (n, 64) that are projected on the first components of others."""
    mean = X.mean(axis=0)
    components = np.linalg.svd(X - mean, full_matrices=False)[2][:WIDTH]
    return mean + (X_test - mean) @ components.T @ components


def tiles(images, columns):
    """Images (n, 64) as one picture, so many in a row, with a gap between them."""
    padded = np.pad(images.reshape(-1, columns, 8, 8), ((0, 0), (0, 0), (1, 1), (1, 1)))
    return padded.transpose(0, 2, 1, 3).reshape(-1, 10 * columns)


def draw(X, y, model, by_network, by_components):
    """Latent map, decoded plane and reconstructions, side by side, in ``autoencoder.png``."""
    from matplotlib import colormaps
    from matplotlib.figure import Figure

    figure = Figure(figsize=(16, 5.4), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    places = nn.predict(model.encoder, X)
    for digit in range(10):
        left.scatter(
            *places[y == digit].T, s=55, marker=f"${digit}$", color=colormaps["tab10"](digit),
            linewidth=0.2,
        )  # fmt: skip
    left.set(title="held-out digits, as two numbers", xlabel="first", ylabel="second")

    ticks = np.linspace(-2, 2, PLANE)
    first, second = np.meshgrid(ticks, ticks[::-1])
    drawn = nn.predict(model.decoder, np.stack([first.ravel(), second.ravel()], axis=1))
    middle.imshow(tiles(drawn, PLANE), cmap="gray_r", extent=(-2, 2, -2, 2))
    middle.set(title="what the decoder draws there", xlabel="first", ylabel="second")

    shown = [np.flatnonzero(y == digit)[0] for digit in range(10)]
    columns = [part[k] for k in shown for part in (X, by_network, by_components)]
    right.imshow(tiles(np.stack(columns), 6), cmap="gray_r", vmin=0, vmax=1)
    right.set(title="image, through the network, through PCA")
    right.set(xticks=[], yticks=[])
    figure.savefig("autoencoder.png", dpi=110)


def main(steps=EPOCHS, seed=0):
    """Train to reproduce images; the held-out error as a share of that of PCA.

    Args:
        steps: epochs.
        seed: of the split, weights and orders.
    """
    X, y = datasets.digits()
    X, X_test, _, y_test = nn.train_test_split(X, y, stratify=y, rng=seed)
    rng = np.random.default_rng(seed)
    with nn.default_dtype(np.float32):
        model = Autoencoder(rng)
    nn.fit(model, X, X, 32, steps, nn.AdamW(model, lr=2e-3), "mse", rng=rng, verbose=0)

    by_network, by_components = nn.predict(model, X_test), through_components(X, X_test)
    error, pca = metrics.mse(X_test, by_network), metrics.mse(X_test, by_components)
    print(f"mean square error per pixel of {len(X_test)} held-out digits, seed {seed}")
    print(f"  PCA, {WIDTH} components       {pca:.4f}")
    print(f"  autoencoder, {WIDTH} numbers  {error:.4f}")
    if steps >= EPOCHS:
        assert error < 0.8 * pca, (error, pca)
    if find_spec("matplotlib"):
        draw(X_test, y_test, model, by_network, by_components)
    return error / pca


if __name__ == "__main__":
    main()
