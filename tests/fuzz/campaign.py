"""Run many random programs, and print what was found::

    python tests/fuzz/campaign.py 10000 --seed 7

runs the programs of the seeds 7, 8, … 10006. A program that an oracle disagrees with is shrunk and
printed as a stand-alone script. At the end stand, for each oracle, how many programs it agreed
with, had no say about, and disagreed with; how many were refused, by what; what was never drawn.
"""

import argparse
import re
import sys
import time
import warnings
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), *(str(ROOT / "tests" / p) for p in ("fuzz", "autograd_core/rules"))]

import numpy as np  # noqa: E402
from grammar import GRAMMAR, OPTIONS  # noqa: E402
from oracles import ORACLES, disagreement, verdicts  # noqa: E402
from programs import draw, shrink  # noqa: E402

import autograd_core as ac  # noqa: E402


def tried(seed, oracles=tuple(ORACLES)):
    """The program of a seed, what the oracles say, and a report if one disagrees."""
    program = draw(np.random.default_rng(seed))
    found = verdicts(program, oracles)
    if not any(text for name, text in found.items() if name != "refused"):
        return program, found, ""
    small = shrink(program, lambda p: disagreement(p, oracles))
    return program, found, f"seed {seed}: {disagreement(small, oracles)}\n\n{small.script()}\n"


class Tally:
    """How many programs each oracle has judged, and what was drawn."""

    def __init__(self):
        self.programs, self.lines = 0, 0
        self.judged = defaultdict(Counter)
        self.refusals, self.drawn = Counter(), Counter()

    def add(self, program, found):
        """Count one program."""
        self.programs += 1
        self.lines += len(program.lines)
        for name, text in found.items():
            if name == "refused":
                self.refusals[re.sub(r"\(.*|\.$", "", text)[:70]] += 1
            else:
                self.judged[name][
                    "disagreed" if text else "agreed" if text == "" else "no say"
                ] += 1
        for line in program.lines:
            for name, options in re.findall(r"\b((?:np|special)\.[\w.]+)\(([^()]*)", line):
                if name in GRAMMAR:
                    self.drawn[name] += 1
                    for option in re.findall(r"(\w+)=", options):
                        self.drawn[name, option] += option in OPTIONS

    def __str__(self):
        """The figures."""
        rows = [f"{self.programs} programs of {self.lines / max(self.programs, 1):.1f} lines"]
        for name, counts in self.judged.items():
            rows.append(
                f"{name:18}"
                + ", ".join(f"{counts[k]} {k}" for k in ("agreed", "no say", "disagreed"))
            )
        rows.append(f"{sum(self.refusals.values())} refused:")
        rows += [f"  {n:6} {text}" for text, n in self.refusals.most_common(40)]
        differentiable = [n for n, op in GRAMMAR.items() if ac.forms.RULES[op].form != "constant"]
        rare = sum(self.drawn[n] < 20 for n in differentiable)
        never = [n for n in differentiable if not self.drawn[n]]
        options = sum(isinstance(key, tuple) for key in self.drawn)
        rows.append(
            f"{len(differentiable)} functions, {options} pairs of function and option drawn"
        )
        rows.append(f"{rare} of them less than 20 times; never: {', '.join(never) or 'none'}")
        return "\n".join(rows)


def main(arguments=None):
    """Run the programs; 1 if any was found wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("programs", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--every", type=int, default=1000, help="programs between two reports")
    options = parser.parse_args(arguments)
    tally, wrong, start = Tally(), 0, time.monotonic()
    for seed in range(options.seed, options.seed + options.programs):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            program, found, report = tried(seed)
        tally.add(program, found)
        if report:
            wrong += 1
            print(report, flush=True)
        if tally.programs % options.every == 0:
            print(f"after {time.monotonic() - start:.0f} s: {tally}\n", flush=True)
    print(tally)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
