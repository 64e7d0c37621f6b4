"""Teach a GRU to write like Python's manual, character by character.

Run it with ``python examples/character_gru.py``; with the extra ``plot`` it draws
``character_gru.png``. The text is that of ``help("topics")``, which every Python carries. How well
the network predicts is counted in bits per character of text that it has not read: as many as the
letters' frequencies alone leave open, it must beat; what it has learned, it writes down at the end.
"""

import textwrap
from importlib.util import find_spec
from pydoc_data.topics import topics

import numpy as np

import autograd_core as ac
import nn
import nn.functional as F
from nn import plot

STEPS = 400
LENGTH, BATCH, HIDDEN = 64, 32, 128  # characters of a sequence, sequences of a step, units
START = "The "
RULES = {"---", "===", "***", "~~~"}  # of tables and below headings


class Writer(nn.Module):
    """A character → a vector → a state that remembers those before → a score for each character.

    Args:
        characters: how many different ones there are.
        rng: where the weights are drawn from.
    """

    def __init__(self, characters, rng):
        self.embedding = nn.Embedding(characters, 32, rng=rng)
        self.gru = nn.GRU(32, HIDDEN, rng=rng)
        self.output = nn.Linear(HIDDEN, characters, rng=rng)

    def read(self, ids, state=None):
        """Ids (n, t), and the state after what was before → scores (n, t, characters), state."""
        outputs, state = self.gru(self.embedding(ids), state)
        return self.output(outputs), state

    def forward(self, ids):
        """Ids (n, t) → scores (n, t, characters) of what follows each."""
        return self.read(ids)[0]

    def write(self, ids, count, temperature, rng):
        """So many ids, drawn one after the other, as they may follow those given (t,)."""
        written, state = [], None
        with ac.no_grad():
            for _ in range(count):
                scores, state = self.read(ids[None], state)
                # the largest of scores with Gumbel noise is drawn with the probability of softmax
                noise = rng.gumbel(size=scores.shape[-1])
                ids = np.argmax(scores.numpy()[0, -1:] / temperature + noise, axis=1)
                written.append(ids)
        return np.concatenate(written)


def manual():
    """The help topics without tables and headings: a line for each paragraph, all different."""
    paragraphs = dict.fromkeys("\n\n".join(topics.values()).split("\n\n"))
    words = [part.split() for part in paragraphs]
    return "\n".join(" ".join(w) for w in words if not RULES & {word[1:4] for word in w})


def unigram_entropy(ids):
    """Bits per character if each is drawn by its frequency alone."""
    shares = np.unique(ids, return_counts=True)[1] / len(ids)
    return float(-np.sum(shares * np.log2(shares)))


def train(model, ids, steps, rng):
    """Learn from random pieces of the text; the bits per character of each step."""
    optimizer = nn.Adam(model)
    schedule = nn.schedules.OneCycleLR(optimizer, max_lr=1e-2, total_steps=steps)
    bits = []
    for _ in range(steps):
        starts = rng.integers(len(ids) - LENGTH, size=BATCH)
        pieces = ids[starts[:, None] + np.arange(LENGTH + 1)]
        loss = F.cross_entropy(model(pieces[:, :-1]), pieces[:, 1:], axis=2)
        optimizer.zero_grad()
        loss.backward()
        nn.clip_grad_norm_(model, 1.0)
        optimizer.step()
        schedule.step()
        bits.append(loss.item() / np.log(2))
    return bits


def held_out_bits(model, ids, length=512):
    """Bits per character of a text, in pieces that are read from the start, without a state."""
    count = (len(ids) - 1) // length
    pieces, following = (ids[k : k + count * length].reshape(count, length) for k in (0, 1))
    scores = nn.predict(model, pieces)
    return float(F.cross_entropy(scores, following, axis=2)) / np.log(2)


def draw(bits, held_out, entropy, text):
    """The bits per character over the steps, and what was written, in ``character_gru.png``."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    plot.loss_curve(bits, ax=left, log=False, label="text that is learned from")
    for level, label, color in (
        (entropy, "frequencies alone", "#D55E00"),
        (held_out, "held-out text, at the end", "#009E73"),
    ):
        left.axhline(level, color=color, linestyle="--", label=f"{label}: {level:.2f}")
    left.set(title="bits per character", ylabel="", ylim=(0, None))
    left.legend()
    right.text(0, 1, text, family="monospace", fontsize=9.5, va="top", transform=right.transAxes)
    right.set(title="what it writes")
    right.axis("off")
    figure.savefig("character_gru.png", dpi=110)


def main(steps=STEPS, seed=0):
    """Train and write; the bits per character of the last tenth of the text, which is held out.

    Args:
        steps: pieces of ``BATCH * LENGTH`` characters to learn from.
        seed: of weights, pieces and what is drawn.
    """
    characters, ids = np.unique(list(manual()), return_inverse=True)
    ids, test = np.split(ids, [len(ids) * 9 // 10])
    rng = np.random.default_rng(seed)
    with nn.default_dtype(np.float32):
        model = Writer(len(characters), rng)
    bits = train(model, ids, steps, rng)
    held_out, entropy = held_out_bits(model, test), unigram_entropy(test)
    start = np.searchsorted(characters, list(START))
    text = START + "".join(characters[model.write(start, 800, 0.6, rng)])
    text = "\n".join(textwrap.fill(line, 72) for line in text.split("\n"))

    print(f"bits per character of {len(test)} held out, after {steps} steps, seed {seed}")
    print(f"  their frequencies alone   {entropy:.3f}")
    print(f"  the GRU                   {held_out:.3f}\n\n{text}")
    if steps >= STEPS:
        assert held_out < 0.75 * entropy, (held_out, entropy)
    if find_spec("matplotlib"):
        draw(bits, held_out, entropy, text)
    return held_out


if __name__ == "__main__":
    main()
