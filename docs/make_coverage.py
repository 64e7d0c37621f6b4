"""Write docs/coverage.md from the registry of rules: ``python docs/make_coverage.py``.

With ``--check`` nothing is written; the exit code is 1 if the page is stale.
"""

import sys
from itertools import groupby
from pathlib import Path

import autograd_core as ac
from autograd_core.support import SECTIONS, Support

PAGE = Path(__file__).with_name("coverage.md")
INTRODUCTION = """\
# Supported functions

Written by `docs/make_coverage.py` from the registry of rules; a test fails when it is stale.

A *differentiable* function of a tracked Variable gives a Variable; a *constant* one has derivative
zero wherever it exists, or reads shape and dtype, and gives a plain result. The form says how the
derivative is declared ([writing rules](writing-rules.md)). Options are those with which a tracked
Variable may be given; any other one raises `NoRuleError` at the call, unless it repeats NumPy's
default. `out=` is always allowed, and in calls of ufuncs `dtype=`, `casting=`, `order=`, `subok=`,
and `where=` together with `out=`. Methods, operators and attributes of a Variable are those of
ndarray and follow the functions below.
"""
REFUSED = """\
What NumPy hands a Variable to and what has no derivative: with a tracked Variable the call raises
`NoRuleError`, which says what to do instead.
"""
WRAPPERS = """\
Functions of SciPy that convert their arguments before NumPy's protocols see them, by SciPy's names
and signatures: `ac.scipy.special.logsumexp(x)`. Those of scipy.special that are written in its
ufuncs (`softplus`, `zeta`, `lambertw`, `jvp` and its family) take Variables themselves.
"""
LIKE_ONLY = {"converts": "differentiable with `like=`"}


def row(of: Support) -> str:
    """One line of a table: function, class, form, options."""
    listed = ", ".join(f"`{option}`" for option in of.options)
    return f"| `{of.name}` | {LIKE_ONLY.get(of.status, of.status)} | {of.form} | {listed} |"


def page() -> str:
    """The whole page, by sections and names."""
    parts = [INTRODUCTION]
    for section, group in groupby(ac.supported(), key=lambda entry: entry.section):
        rows = list(group)
        if section == "wrapper":
            parts += [f"## {SECTIONS[section]}\n", WRAPPERS, *wrappers(rows), ""]
        elif section == "refused":
            lines = [f"| `{entry.name}` | {entry.hint} |" for entry in rows]
            head = ["| function | instead |", "|---|---|"]
            parts += [f"## {SECTIONS[section]} ({len(rows)})\n", REFUSED, *head, *lines, ""]
        else:
            head = ["| function | class | form | options |", "|---|---|---|---|"]
            parts += [f"## {SECTIONS[section]} ({len(rows)})\n", *head, *map(row, rows), ""]
    return "\n".join(parts)


def wrappers(rows: list[Support]) -> list[str]:
    """The functions of each module of autograd_core.scipy, on a line."""
    split = [entry.name.split(".")[2:] for entry in rows]
    return [
        f"- `{module}`: " + ", ".join(f"`{name}`" for _, name in pairs)
        for module, pairs in groupby(split, key=lambda pair: pair[0])
    ]


def main(arguments: list[str]) -> int:
    """Write the page, or compare it; the exit code."""
    if arguments == ["--check"]:
        return 0 if PAGE.read_text("utf-8") == page() else 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
