"""Teach a small transformer to write like Python's manual, better than the GRU does.

Run it with ``python examples/character_transformer.py``; with the extra ``plot`` it draws
``character_transformer.png``. The text is that of ``help("topics")``, which every Python carries,
and the task that of ``character_gru.py``: bits per character of text that was not read. Each place
begins as a sum of vectors, of the character there and of those before it: letters know their
neighbors, and attention looks further. Positions are not encoded: looking back, it can count.

Sources: A. Vaswani et al., "Attention is all you need" (2017); A. Haviv et al., "Transformer
language models without positional encodings still learn positional information" (2022).
"""

from functools import partial
from importlib.util import find_spec
from pydoc_data.topics import topics

import numpy as np

import autograd_core as ac
import nn
import nn.functional as F
from nn import plot

STEPS = 300
LENGTH, BATCH, WINDOW = 64, 32, 128  # characters that are learned from, sequences, and in use
WIDTH, HEADS, LAYERS, SEEN = 96, 4, 2, 5
GRU = 2.36  # bits per character that character_gru.py reaches


class Writer(nn.Module):
    """Characters, of so many kinds → vectors → attention → a score for each kind to follow."""

    def __init__(self, characters, rng):
        small = partial(nn.init.normal, std=0.3)
        self.embeddings = nn.ModuleList(
            nn.Embedding(characters, WIDTH, weight_init=small, rng=rng) for _ in range(SEEN)
        )
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(WIDTH, HEADS, 2 * WIDTH, dropout=0.0, rng=rng)
            for _ in range(LAYERS)
        )
        self.norm = nn.LayerNorm(WIDTH)
        self.output = nn.Linear(WIDTH, characters, rng=rng)

    def embed(self, ids):
        """Ids (n, t) → vectors (n, t, width), of each character and those before it."""
        late = [np.pad(ids, ((0, 0), (k, 0)))[:, : ids.shape[1]] for k in range(SEEN)]
        return sum(embed(x) for embed, x in zip(self.embeddings, late, strict=True))

    def forward(self, ids):
        """Ids (n, t) → scores (n, t, characters) of what follows each."""
        x = self.embed(ids)
        for layer in self.layers:
            x = layer(x, causal=True)
        return self.output(self.norm(x))

    def attention(self, ids):
        """How much each place of ids (t,) looks at each, by heads of the first layer (h, t, t)."""
        look, x = self.layers[0].self_attn, self.layers[0].norm1(self.embed(ids[None]))[0]
        q, k, _ = np.split((x @ look.in_proj_weight + look.in_proj_bias).numpy(), 3, axis=1)
        q, k = (part.reshape(len(ids), HEADS, -1).swapaxes(0, 1) for part in (q, k))
        scores = q @ k.mT / np.sqrt(q.shape[-1])
        return F.softmax(np.where(np.tri(len(ids)) > 0, scores, -np.inf), axis=-1)

    def write(self, ids, count, temperature, rng):
        """Ids (t,), and so many more, each drawn by Gumbel's noise with its probability."""
        with ac.no_grad():
            for _ in range(count):
                scores = self(ids[None, -WINDOW:]).numpy()[0, -1]
                ids = np.append(ids, np.argmax(scores / temperature + rng.gumbel(size=len(scores))))
        return ids


def manual():
    """The help topics without tables and headings: a line for each paragraph, all different."""
    paragraphs = dict.fromkeys("\n\n".join(topics.values()).split("\n\n"))
    rules = {"---", "===", "***", "~~~"}
    words = [part.split() for part in paragraphs]
    return "\n".join(" ".join(w) for w in words if not rules & {word[1:4] for word in w})


def train(model, ids, steps, rng):
    """Learn from random pieces of the text; the bits per character of each step."""
    ends = [*model.embeddings.parameters(), *model.norm.parameters(), *model.output.parameters()]
    groups = [{"params": [*model.layers.parameters()]}, {"params": ends, "matrices": False}]
    optimizer = nn.Muon(groups)
    schedule = nn.schedules.OneCycleLR(optimizer, max_lr=3e-2, total_steps=steps)
    bits = []
    for starts in rng.integers(len(ids) - LENGTH, size=(steps, BATCH)):
        pieces = ids[starts[:, None] + np.arange(LENGTH + 1)]
        loss = F.cross_entropy(model(pieces[:, :-1]), pieces[:, 1:], axis=2)
        optimizer.zero_grad()
        loss.backward()
        nn.clip_grad_norm_(model, 1.0)
        optimizer.step()
        schedule.step()
        bits.append(loss.item() / np.log(2))
    return bits


def held_out_bits(model, ids):
    """Bits per character of a text, in pieces that are read from the start."""
    count = (len(ids) - 1) // WINDOW
    pieces, following = (ids[k : k + count * WINDOW].reshape(count, WINDOW) for k in (0, 1))
    return float(F.cross_entropy(nn.predict(model, pieces), following, axis=2)) / np.log(2)


def draw(bits, held_out, letters, weights):
    """The bits over the steps, and what a head looks at, in ``character_transformer.png``."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13, 6), layout="constrained")
    left, right = figure.subplots(1, 2)
    plot.loss_curve(bits, ax=left, log=False, label="text that is learned from")
    left.axhline(GRU, color="#D55E00", linestyle="--", label=f"GRU: {GRU:.2f}")
    left.axhline(held_out, color="#009E73", linestyle="--", label=f"transformer: {held_out:.2f}")
    left.set(title="bits per character; dashed: of held-out text", ylabel="", ylim=(0, None))
    left.legend()
    right.imshow(weights / weights.max(axis=1, keepdims=True), cmap="Blues")
    for axis in (right.xaxis, right.yaxis):
        axis.set_ticks(range(len(letters)), letters, family="monospace", fontsize=8)
    right.set_title("where the sharpest head looks from each letter")
    figure.savefig("character_transformer.png", dpi=110)


def main(steps=STEPS, seed=0):
    """Train in so many steps, and write; the bits per character of the last tenth of the text."""
    characters, ids = np.unique(list(manual()), return_inverse=True)
    ids, test = np.split(ids, [len(ids) * 9 // 10])
    rng = np.random.default_rng(seed)
    with nn.default_dtype(np.float32):
        model = Writer(len(characters), rng)
    bits = train(model, ids, steps, rng)
    held_out = held_out_bits(model, test)
    text = model.write(np.searchsorted(characters, list("The ")), 300, 0.5, rng)

    print(f"bits per character of {len(test)} held out, after {steps} steps, seed {seed}")
    print(f"  the GRU           {GRU:.3f}\n  the transformer   {held_out:.3f}\n")
    print("".join(characters[text]))
    if steps >= STEPS:
        assert held_out < GRU, held_out
    if find_spec("matplotlib"):
        heads = model.attention(test[:48])
        draw(bits, held_out, characters[test[:48]], heads[np.argmax(heads[:, 9:].max(2).sum(1))])
    return held_out


if __name__ == "__main__":
    main()
