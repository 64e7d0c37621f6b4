"""Is a result right? Asked of every library before its time counts."""

import numpy as np

from .libraries import by_hand
from .training import networks

STEP = 1e-6  # of central differences, along one direction of length about one
TOLERANCE = 1e-5  # of what is compared, against the size of its terms


def check(case, mode, result):
    """Raise AssertionError unless a result of this mode is right, in shape and dtype too."""
    if mode in ("function", "unrecorded"):
        expected = by_hand.function(case)()
        assert np.allclose(_plain(result), expected, rtol=1e-8), f"value {result}, not {expected}"
    elif mode in ("gradient", "whole_call"):
        check_gradient(case, result)
    elif mode == "step":
        check_step(case, *result())
    elif mode == "predict":
        parameters, constants = case.arrays()
        expected = case.run(None, *map(_double, parameters + constants))
        assert np.allclose(result, expected, rtol=1e-4, atol=1e-4), "the scores are wrong"
    elif mode in ("fit", "loop"):
        check_run(case, mode, result)
    else:
        expected = getattr(by_hand, mode)(case)()
        got = np.asarray(result)
        assert got.dtype == expected.dtype, f"dtype {got.dtype}, not {expected.dtype}"
        assert np.allclose(got, expected, rtol=1e-8, atol=1e-8), f"the {mode} is wrong"


def check_step(case, gradients, moved):
    """The first step: its gradients, and what the optimizer made of them."""
    check_gradient(case, gradients)
    for p, g, after in zip(case.arrays()[0], gradients, moved, strict=True):
        rule = g if case.optimizer == "SGD" else g / (np.abs(g) + 1e-8)  # Adam's first step
        expected = p - networks.RATE * rule
        assert after.dtype == p.dtype, f"a parameter of dtype {after.dtype}"
        assert np.allclose(after, expected, rtol=1e-5, atol=1e-5), "the parameters are wrong"


def check_run(case, mode, losses):
    """A whole run learns; one by ``fit`` has the very losses of the loop."""
    assert losses[-1] < 0.5 * losses[0], f"the loss went from {losses[0]} to {losses[-1]}"
    if mode == "fit":
        from .training import ours

        assert np.allclose(losses, ours.loop(case)(), rtol=1e-9), "not the losses of the loop"


def check_gradient(case, gradients):
    """Compare with central differences along a random direction of all parameters together."""
    parameters, constants = case.arrays()
    dtype = np.asarray(parameters[0]).dtype
    parameters, constants = [*map(_double, parameters)], [*map(_double, constants)]
    tolerance = TOLERANCE if dtype == np.float64 else 1e-3
    rng = np.random.default_rng(3)
    ways = [rng.normal(size=np.shape(p)) for p in parameters]
    length = np.sqrt(sum(np.sum(w * w) for w in ways))
    ways = [w / length for w in ways]
    terms = 0.0
    for g, p, w in zip(gradients, parameters, ways, strict=True):
        g = np.asarray(g)
        assert g.dtype == dtype, f"a gradient of dtype {g.dtype}"
        assert g.shape == np.shape(p), f"a gradient of shape {g.shape}, not {np.shape(p)}"
        terms = terms + np.array([np.sum(g * w), np.sum(np.abs(g * w))])
    ahead, behind = (_moved(case, parameters, ways, step, constants) for step in (STEP, -STEP))
    difference = (ahead - behind) / (2 * STEP)
    scale = terms[1] + abs(float(ahead)) * 1e-6
    assert abs(terms[0] - difference) < tolerance * scale, (
        f"along a random direction {terms[0]:.8g}; by differences {difference:.8g}"
    )


def _moved(case, parameters, ways, step, constants):
    """The plain value, a step along the direction."""
    moved = [p + step * w for p, w in zip(parameters, ways, strict=True)]
    return case.run(by_hand.xp, *moved, *constants)


def _double(array):
    """An input in double precision, in which differences are taken."""
    array = np.asarray(array)
    return array.astype(float)[()] if array.dtype.kind == "f" else array


def _plain(value):
    """The number in a library's scalar; our own Variables refuse a silent conversion."""
    return value.item() if hasattr(value, "item") else value
