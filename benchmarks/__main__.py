"""``python -m benchmarks``: measure us and the installed peers in turns, and print the goals."""

import argparse
import json
import os
import sys

from . import libraries
from .cases import CASES
from .goals import ALSO, GOALS, PEERS
from .report import as_json, figure_table, goal_rows, goal_table, setting
from .turns import Workers

ALWAYS = ("ours", "by_hand")


def main(arguments=None):
    """Run the command line."""
    line = parser()
    options = line.parse_args(arguments)
    goals = [g for g in GOALS if not options.only or g.id in options.only]
    if unknown := set(options.only or ()) - {g.id for g in goals}:
        line.error(f"no goal is called {', '.join(sorted(unknown))}")
    os.sched_setaffinity(0, {options.cpu})  # the workers inherit it
    names = present(options.peers)
    results = measure(groups(goals, names), options.samples, options.shortest)
    rows = goal_rows(results, goals)
    print(f"{setting(names)}\n\n{figure_table(results)}\n\n{goal_table(rows)}")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(as_json(rows, results), file, indent=1)


def parser():
    """The options; --quick changes the defaults of two others."""
    quick = "--quick" in sys.argv
    last = max(os.sched_getaffinity(0))
    result = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add, listed = result.add_argument, {"type": lambda text: text.split(","), "metavar": "A,B"}
    add("--only", **listed, help="ids of goals, such as A1,B3")
    add("--peers", **listed, help="libraries to compare with; otherwise all that are installed")
    add("--quick", action="store_true", help="few and short samples: not for the record")
    add("--samples", type=int, default=3 if quick else 7, help="of each measure")
    add("--shortest", type=float, default=0.005 if quick else 0.02, help="seconds of a sample")
    add("--cpu", type=int, default=last, help="the processor that all of them share")
    add("--json", metavar="FILE", help="write the figures there too")
    return result


def present(asked):
    """The libraries to measure; those that are missing are named on standard error."""
    installed = libraries.installed()
    wanted = [*ALWAYS, *(asked or [*PEERS, "jax"])]
    for name in (name for name in wanted if name not in installed):
        print(f"skipped: {name} is not installed", file=sys.stderr)
    return [name for name in wanted if name in installed]


def groups(goals, names):
    """The measures that goals and the rows beside them need, those of one turn together."""
    wanted = {m: None for goal in goals for m in goal.measures}
    measured = {m.case for m in wanted}
    wanted |= {m: None for m in ALSO if m.case in measured}
    found = {}
    for m in (m for m in wanted if m.library in names):
        found.setdefault(CASES[m.case].turn or m.case, []).append(m)
    return found


def measure(found, samples, shortest):
    """A Result for every measure, group after group."""
    results = {}
    with Workers() as workers:
        for name, measures in found.items():
            print(f"{name} …", file=sys.stderr)
            fresh = CASES[measures[0].case].fresh
            results |= workers.take_turns(measures, samples, shortest, fresh)
    return results


if __name__ == "__main__":
    main()
