"""Compute instead of remembering: the memory of a long chain, with and without checkpoints.

Run it with ``python examples/checkpointing.py``; with the extra ``plot`` it draws
``checkpointing.png``. Reverse mode keeps what every layer has computed until the sweep comes back.
``ac.checkpoint(f)`` keeps the arguments of ``f`` alone, and calls it once more when the sweep gets
there. A chain of n layers in √n pieces holds about 2√n of them at a time, for one more computation;
pieces within pieces hold fewer still, for two more. The gradients are the same.

Source: A. Griewank and A. Walther, "Evaluating Derivatives" (2008), chapter 12.
"""

import time
import tracemalloc
from importlib.util import find_spec

import numpy as np

import autograd_core as ac

LAYERS, BATCH, WIDTH = 512, 64, 64
PIECES = {
    "everything kept": (),
    "16 pieces of 32 layers": (16,),
    "8 pieces of 8 pieces of 8": (8, 8),
}
COLORS = ("#D55E00", "#0072B2", "#009E73")


def layer(h, w, meter):
    """h + tanh(h w) / 8, for h (batch, width) and w (width, width); meter is called twice.

    The first time when the layer is computed, the second time when the sweep comes by.
    """
    h = h + np.tanh(h @ w) / 8
    meter()
    if isinstance(h, ac.Variable) and h.requires_grad:
        h.register_hook(lambda _: meter())
    return h


def chain(h, w, layers, pieces, meter):
    """So many layers; if there are pieces, cut into that many, each of which is forgotten.

    Args:
        h, w: the first layer's input and the weights of all.
        layers: how many.
        pieces: how many on each level; none means that everything is kept.
        meter: called at every layer.
    """
    if not pieces:
        for _ in range(layers):
            h = layer(h, w, meter)
        return h
    count, *rest = pieces

    @ac.checkpoint
    def piece(h, w):
        return chain(h, w, layers // count, rest, meter)

    for _ in range(count):
        h = piece(h, w)
    return h


def gradient(h, w, layers, pieces, meter=lambda: None):
    """Of the mean square of the last layer, by the weights."""
    return ac.grad(lambda w: np.mean(chain(h, w, layers, pieces, meter) ** 2))(w)


def weigh(h, w, layers, pieces):
    """Bytes in use at every layer, computed or swept, one after the other; and the peak."""
    seen = []
    tracemalloc.start()
    try:
        gradient(h, w, layers, pieces, lambda: seen.append(tracemalloc.get_traced_memory()[0]))
        return np.array(seen), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def draw(curves):
    """Memory over computation and sweep, in ``checkpointing.png``; enlarged on the right."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 4.4), layout="constrained")
    axes = figure.subplots(1, 2)
    for k, (name, bytes_in_use) in enumerate(curves.items()):
        for ax in axes[: 2 if k else 1]:
            ax.plot(bytes_in_use / 1e6, color=COLORS[k], lw=1.2, label=name)
    for ax in axes:
        ax.set(xlabel="layers, computed or swept", ylabel="MB", ylim=(0, None))
        ax.spines[["top", "right"]].set_visible(False)
        ax.legend(frameon=False)
    axes[0].set_title("memory in use")
    axes[1].set(title="the same with checkpoints, enlarged", ylim=(0, 3.7))
    figure.savefig("checkpointing.png", dpi=110)


def main(steps=LAYERS):
    """Weigh each way; how many times less memory the first checkpoints need.

    Args:
        steps: how many layers, a multiple of 64 at least.
    """
    layers = max(steps // 64, 1) * 64
    rng = np.random.default_rng(0)
    h = rng.standard_normal((BATCH, WIDTH))
    w = rng.standard_normal((WIDTH, WIDTH)) / np.sqrt(WIDTH)
    expected = gradient(h, w, layers, ())
    curves, peaks = {}, []
    print(f"{layers} layers of {8 * BATCH * WIDTH} bytes{'peak':>12}{'computed':>12}{'time':>10}")
    for name, pieces in PIECES.items():
        start = time.perf_counter()
        found = gradient(h, w, layers, pieces)
        seconds = time.perf_counter() - start
        curves[name], peak = weigh(h, w, layers, pieces)
        peaks.append(peak)
        computed = (len(curves[name]) - layers) // layers
        print(f"{name:25}{peak / 1e6:9.2f} MB{computed:10} x{seconds:8.2f} s")
        assert np.abs(found - expected).max() < 1e-12 * np.abs(expected).max(), name
    saved = peaks[0] / peaks[1]
    print(f"the peak falls to 1 / {saved:.1f}, and to 1 / {peaks[0] / peaks[2]:.1f}")
    if steps >= LAYERS:
        assert saved > 5, peaks
        assert peaks[2] < peaks[1], peaks
    if find_spec("matplotlib"):
        draw(curves)
    return saved


if __name__ == "__main__":
    main()
