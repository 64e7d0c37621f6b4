"""Write docs/nn.md from the names, signatures and docstrings of nn: ``python docs/make_nn.py``.

With ``--check`` nothing is written; the exit code is 1 if the page is stale. The last section needs
scikit-learn: where it is absent, the page cannot be written, and what stands above is compared.
"""

import inspect
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import nn

PAGE = Path(__file__).with_name("nn.md")
INTRODUCTION = """\
# nn

Every public name of `nn`, with its signature and what is true of it. Written by `docs/make_nn.py`;
a test fails when it is stale. `help(nn.Linear)` and the like say the rest: shapes, errors, sources
of the formulas, and an example that runs.

```python
>>> import numpy as np
>>> import nn
>>> model = nn.Model(nn.Linear(2, 8, activation="relu", rng=0), nn.Linear(8, 3, rng=1))
>>> model.predict(np.zeros((5, 2))).shape
(5, 3)

```

- Rows are samples: features `(N, F)`, images `(N, C, H, W)`, sequences `(N, T, F)`; `y = x @ W + b`
  with `W` of shape `(in, out)`, kernels of shape `(out, in // groups, *k)`.
- Arrays are positional, options are keywords. An unknown keyword or name is an `ArgumentError` that
  proposes the nearest one. Losses take `(input, target)`, metrics `(y_true, y_pred)`.
- Parameters are float64 unless `dtype=` or `nn.default_dtype` says otherwise; nothing is widened.
- Randomness is `rng=`: an int, a SeedSequence, a Generator, or None for the default one, which
  `nn.manual_seed` starts again. NumPy's global state is neither read nor set.
- A loss whose input and target differ in shape is an error, never a broadcast. Layers take batches
  of no rows; the mean of a loss over no rows is an error.

[Examples and their numbers](examples.md) · [errors](errors.md) · [the articles](articles.md) ·
[other libraries](coming-from.md) · [how it works](architecture.md)
"""
FAMILIES = {  # title: the modules whose names stand there
    "Modules": "module parameter state containers holding lists",
    "Dense layers, embeddings, shapes": "linear embedding shape",
    "Convolution and pooling": "conv separable pooling",
    "Normalization and noise": "norm dropout",
    "Attention": "attention",
    "Recurrent layers": "recurrent cells",
    "Activations": "activations pointwise softmax",
    "Losses": "losses likelihoods margins",
    "Regularizers and constraints": "regularizers",
    "Optimizers": "optim",
    "Schedules": "schedules",
    "Data": "data loading transforms",
    "Training": "model training scoring history",
    "Files": "serialize checkpoint torch_weights",
    "Operations of your own": "autograd_core",
    "Defaults": "defaults",
    "Names of the articles": "articles metrics",
}
NAMESPACES = {  # of nn: which public names it has
    "functional": nn.functional.__all__,
    "init": nn.init.__all__,
    "metrics": nn.metrics.__all__,
    "callbacks": nn.callbacks.__all__,
    "datasets": nn.datasets.__all__,
    "plot": nn.plot.__all__,
    "schedules": [*nn.schedules.__all__, *nn.schedules.rates.__all__],
    "testing": nn.testing.__all__,
    "articles": nn.articles.__all__,
    "sklearn": ["NNClassifier", "NNRegressor"],
}


class Shown:
    """A default value, as a signature shows it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def default(value: Any) -> Any:
    """A default as it is written; a bare ``object()`` stands for an argument that is required."""
    if type(value) is object or value is inspect.Parameter.empty:
        return inspect.Parameter.empty
    return Shown(value.__name__) if callable(value) else value


def signature(item: Any) -> str:
    """The parameters of a callable with their defaults, without annotations."""
    parameters = inspect.signature(item).parameters.values()
    plain = [p.replace(annotation=p.empty, default=default(p.default)) for p in parameters]
    return str(inspect.Signature(plain))


def first_line(item: Any) -> str:
    """The first line of a docstring, as it may stand in a table."""
    line = (inspect.getdoc(item) or "").partition("\n")[0]
    return line.replace("``", "`").replace("|", "\\|")


def row(name: str, item: Any) -> str:
    """One line of a table: call, and what is true of it; an alias names what it stands for."""
    known = getattr(item, "__name__", name)
    what = first_line(item) if known == name else f"The same as `{known}`: {first_line(item)}"
    return f"| `{name}{signature(item)}` | {what} |"


def again(name: str, item: Any) -> str:
    """One line for a name that ``nn`` has too, or another one."""
    line = row(name, item)
    return f"{line.partition(' | ')[0]} | That of `nn`. |" if is_nn(name, item) else line


def is_nn(name: str, item: Any) -> bool:
    """Whether this is a name of ``nn`` itself."""
    return name in nn.__all__ and getattr(nn, name) is item


def top(item: Any) -> str:
    """The package that defines something."""
    return getattr(getattr(item, "fget", item), "__module__", "").partition(".")[0]


def methods(classes: Iterable[Any], told: set[Any]) -> Iterator[str]:
    """A line for each public method or property that no public base has and none was told of."""
    listed = {value for value in vars(nn).values() if inspect.isclass(value)}
    for item in filter(inspect.isclass, classes):
        bases = [base for base in item.__mro__ if base in listed - {item}]
        for name in sorted(set(dir(item)).difference(*map(dir, bases))):
            method = getattr(item, name)
            function = getattr(method, "__func__", method)
            if name.startswith("_") or top(method) != top(item) or function in told:
                continue
            told.add(function)
            if isinstance(method, property):
                yield f"| `{item.__name__}.{name}` | {first_line(method)} |"
            elif callable(method):
                call = signature(method).replace("(self, ", "(").replace("(self)", "()")
                yield f"| `{item.__name__}.{name}{call}` | {first_line(method)} |"


def table(head: str, rows: list[str]) -> str:
    """A table with a heading, or nothing where there are no rows."""
    if not rows:
        return ""
    return "\n".join([f"| {head} | |", "|---|---|", *rows, ""])


def family(item: Any) -> str:
    """The title under which something public stands, by the module that defines it."""
    first, _, rest = item.__module__.partition(".")
    home = rest.partition(".")[0] if first == "nn" else first
    return next(title for title, modules in FAMILIES.items() if home in modules.split())


def page(namespaces: Iterable[str] = NAMESPACES) -> str:
    """The page: the names of ``nn`` by families, then those of each namespace."""
    told: set[Any] = set()
    items = {name: getattr(nn, name) for name in sorted(nn.__all__, key=str.casefold)}
    things = {name: item for name, item in items.items() if not isinstance(item, ModuleType)}
    parts = [INTRODUCTION]
    for title in FAMILIES:
        members = {name: item for name, item in things.items() if family(item) == title}
        own = [item for name, item in members.items() if item.__name__ == name]
        parts.append(f"## {title}\n")
        parts.append(table("name", [row(name, item) for name, item in members.items()]))
        parts.append(table("method", list(methods(own, told))))
    for space in namespaces:
        module = getattr(nn, space)
        names = sorted(NAMESPACES[space], key=str.casefold)
        found = {name: getattr(module, name) for name in names}
        new = [item for name, item in found.items() if not is_nn(name, item)]
        parts.append(f"## nn.{space}\n\n{first_line(module)}\n")
        parts.append(table("name", [again(name, item) for name, item in found.items()]))
        parts.append(table("method", list(methods(new, told))))
    return "\n".join(part for part in parts if part)


def main(arguments: list[str]) -> int:
    """Write the page, or compare it; the exit code."""
    if arguments == ["--check"]:
        written = PAGE.read_text("utf-8")
        if find_spec("sklearn"):
            return 0 if written == page() else 1
        *above, _ = NAMESPACES
        return 0 if written.startswith(page(above)) else 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
