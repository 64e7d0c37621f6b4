"""What a run found: the goals table, the figures behind it, and both as JSON."""

import platform
from dataclasses import asdict
from importlib.metadata import version

from .goals import GOALS
from .libraries import MODULES
from .turns import Measure

UNITS = {"kept": ("bytes", 1), "peak": ("arrays", 1)}  # every other mode: µs per operation
NOISE = 0.1


def setting(names):
    """One line: the processor and the versions of everything that was measured."""
    peers = ", ".join(f"{MODULES[n]} {version(MODULES[n])}" for n in names if n != "ours")
    return f"{_processor()}, one thread; Python {platform.python_version()}, {peers}"


def _processor():
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        models = [line.partition(":")[2].strip() for line in lines if line[:10] == "model name"]
    return models[0] if models else platform.machine()


def goal_rows(results, goals=GOALS):
    """A row for each goal: id, what, unit, value, must, target, verdict, note."""
    return [_row(goal, results) for goal in goals]


def _row(goal, results):
    missing = [m for m in goal.measures if m not in results]
    failed = [m for m in goal.measures if m in results and results[m].error]
    value, verdict, note = None, "-", ""
    if missing:
        note = "not measured: " + ", ".join(sorted({m.library for m in missing}))
    elif failed:
        note = f"{failed[0].library}, {failed[0].case}: {results[failed[0]].error}"
    else:
        value = goal.value(results)
        verdict = goal.verdict(value)
        noise = max(results[m].noise for m in goal.measures)
        note = f"noisy: median {noise:.0%} above the least" if noise > NOISE else ""
    return {
        "id": goal.id,
        "what": goal.what,
        "unit": goal.unit,
        "value": value,
        "must": goal.must,
        "target": goal.target,
        "verdict": verdict,
        "note": note,
    }


def goal_table(rows):
    """The goals as text."""
    lines = [f"{'':3} {'':47} {'':14} {'value':>7} {'must':>6} {'target':>6}  verdict"]
    for row in rows:
        value, must, target = (_short(row[k]) for k in ("value", "must", "target"))
        lines.append(
            f"{row['id']:3} {row['what']:47} {row['unit']:14} {value:>7} {must:>6} {target:>6}  "
            f"{row['verdict']:7} {row['note']}".rstrip()
        )
    return "\n".join(lines)


def figure_table(results):
    """Every measure as text: the least, the median, page faults, and the least over ours."""
    head = f"{'case':18} {'mode':16} {'library':10}"
    lines = [f"{head} {'least':>10} {'median':>10} {'faults':>8}  /ours"]
    for m, result in sorted(results.items(), key=lambda item: _order(item[0])):
        head = f"{m.case:18} {m.mode:16} {m.library:10}"
        if result.error:
            lines.append(f"{head} {result.error}")
            continue
        unit, scale = UNITS.get(m.mode, ("µs", 1e6))
        ours = results.get(Measure(m.case, "ours", m.mode))
        over = f"{result.least / ours.least:6.2f}" if ours and not ours.error else ""
        middle = result.least * (1 + result.noise)
        lines.append(
            f"{head} {result.least * scale:10.4g} {middle * scale:10.4g} "
            f"{result.faults:8.0f} {over:>6} {unit}"
        )
    return "\n".join(lines)


def as_json(rows, results):
    """Both tables, ready for json.dump."""
    figures = [asdict(m) | asdict(r) for m, r in results.items()]
    return {"goals": rows, "figures": figures}


def _order(measure):
    return measure.case, measure.mode, measure.library != "ours", measure.library


def _short(value):
    return "" if value is None else f"{value:.4g}" if value >= 10 else f"{value:.2f}"
