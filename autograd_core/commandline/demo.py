"""``demo``: a checked gradient, its graph, and a trained classifier, in under a minute."""

import time
from argparse import Namespace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import autograd_core as ac

from .gradients import Formula, grad
from .graphs import drawing
from .verdicts import OK, WRONG

TITLE = "autograd-core demo"  # in every file that the demo writes: by it the demo knows its own
FORMULA, VALUES = "sin(x1) + x1*x2", ("x1=2", "x2=3")
GRAPHS = (Path("expression.dot"), Path("expression.html"))
PICTURE = Path("spiral.png")
SUFFIXES = (".png", ".svg", ".pdf")
HEAD = 500_000  # bytes in which the title is looked for
SPIRAL_EPOCHS, ACCURACY = 150, 0.98  # 298 of 300 can be had: the classes meet in the origin
CIRCLES_EPOCHS, AUC = 40, 0.99


def demo(args: Namespace) -> bool:
    """Differentiate, draw and train; whether every check passed.

    Raises:
        FileExistsError: a file of that name is there, which the demo has not written.
        OSError: the folder cannot be written.
    """
    if args.what == "spiral":
        return spiral(args.plot)
    if args.what == "circles":
        return circles(args.plot)
    picture = args.plot or (PICTURE if find_spec("matplotlib") else None)
    check_own([*GRAPHS, *([picture] if picture == PICTURE else [])])
    checks = [grad(Namespace(formula=FORMULA, values=VALUES)), draw(), spiral(picture)]
    if picture is None:
        print('  no picture of its regions, which needs pip install "autograd-core[plot]"')
    return all(checks)


def check_own(paths: list[Path]) -> None:
    """Refuse to overwrite what somebody else has written.

    Raises:
        FileExistsError: one of these is such a file.
    """
    for path in paths:
        if path.exists() and not is_own(path):
            raise FileExistsError(
                f"{path.resolve()} is there and was not written by this demo; nothing was "
                "overwritten.\n  try: an empty folder"
            )


def is_own(path: Path) -> bool:
    """Whether a file has the demo's title in it."""
    with path.open("rb") as file:
        return TITLE.encode() in file.read(HEAD)


def draw() -> bool:
    """Write the graph of the formula; True."""
    formula = Formula(FORMULA, VALUES)
    for path in GRAPHS:
        drawing(formula, title=f"{FORMULA}: {TITLE}").save(path)
        wrote(path, "its graph" + (", for a browser" if path.suffix == ".html" else ""))
    return True


def wrote(path: Path, what: str) -> None:
    """Say what was written, and where."""
    print(f"  wrote {what}: {path.resolve()}")


def spiral(plot: Path | None) -> bool:
    """Train a network on three spiral arms; whether it knows enough of the points.

    Args:
        plot: where to draw what it makes of each place; None draws nothing.
    """
    import nn

    check_picture(plot)
    X, y = nn.datasets.spiral(rng=0)
    model = nn.Model(nn.Linear(2, 100, rng=0), nn.ReLU(), nn.Linear(100, 3, rng=1))
    print(f"spiral of three classes, {len(y)} points, network 2 -> 100 -> 3")
    seconds = fitted(model, X, y, SPIRAL_EPOCHS, "cross_entropy")
    passed = reached("accuracy", model.score(X, y), ACCURACY, SPIRAL_EPOCHS, seconds)
    picture(plot, model, X, y)
    return passed


def circles(plot: Path | None) -> bool:
    """Train a network on two circles; whether it ranks new points well.

    Args:
        plot: where to draw what it makes of each place; None draws nothing.
    """
    import nn

    check_picture(plot)
    X, y = nn.datasets.circles(2000, noise=0.04, rng=0)
    X, X_test, y, y_test = nn.train_test_split(X, y, test_size=0.5, rng=0)
    model = nn.Model(nn.Linear(2, 16, rng=0), nn.ReLU(), nn.Linear(16, 1, rng=1))
    print(f"two circles, {len(y)} points, network 2 -> 16 -> 1; as many points to test it")
    seconds = fitted(model, X, y[:, None], CIRCLES_EPOCHS, "bce_with_logits")
    auc = nn.metrics.roc_auc(y_test, model.predict(X_test))
    passed = reached("ROC AUC", auc, AUC, CIRCLES_EPOCHS, seconds)
    picture(plot, model, X_test, y_test)
    return passed


def fitted(model: Any, X: Any, y: Any, epochs: int, loss: str) -> float:
    """Train with a bar on the standard error; the seconds it took."""
    start = time.perf_counter()
    model.fit(X, y, 32, epochs, "adam", loss, lr=1e-2, verbose=1, rng=0)
    return time.perf_counter() - start


def reached(what: str, score: float, least: float, epochs: int, seconds: float) -> bool:
    """Say how good a network has become; whether it is good enough."""
    passed = bool(score >= least)
    print(
        f"  {what} {score:.3f} after {epochs} epochs in {seconds:.1f} s "
        f"(at least {least})   {OK if passed else WRONG}"
    )
    return passed


def check_picture(plot: Path | None) -> None:
    """Refuse a picture before the training that it would show.

    Raises:
        ArgumentError: the suffix is unknown.
        MissingDependencyError: matplotlib is not there.
        FileExistsError: the file is there, and not the demo's.
    """
    if plot is not None:
        if plot.suffix.lower() not in SUFFIXES:
            raise ac.ArgumentError(
                f"{plot} has the suffix {plot.suffix!r}.", hint=", ".join(SUFFIXES)
            )
        ac.require("matplotlib", extra="plot", feature="a picture")
        check_own([plot])


def picture(plot: Path | None, model: Any, X: Any, y: Any) -> None:
    """Draw what a network makes of each place, if asked for."""
    import nn

    if plot is not None:
        axes = nn.plot.decision_boundary(model, X, y, title="what it makes of each place")
        axes.figure.savefig(plot, metadata={"Title": TITLE})
        wrote(plot, "a picture of its regions")
