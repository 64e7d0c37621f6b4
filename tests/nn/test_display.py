"""What a notebook is offered of a module."""

import numpy as np
import pytest

import nn
from autograd_core import Variable
from nn.display import tried


@pytest.mark.parametrize(
    ("module", "labels"),
    [
        (nn.Sequential(nn.Linear(4, 8), nn.ReLU()), ["x", "Linear", "ReLU"]),
        (nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten()), ["x", "Conv2d", "Flatten"]),
        (
            nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(2 * 30 * 30, 2)),
            ["x", "Conv2d", "Flatten", "Linear"],
        ),
        (nn.Sequential(nn.Embedding(10, 4), nn.LSTM(4, 5)), ["Embedding", "LSTM"]),
        (nn.Conv1d(3, 4, 3), ["x", "Conv1d"]),
        (nn.BatchNorm1d(3), ["x", "BatchNorm1d"]),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_the_layers_of_a_module_are_drawn(module, labels):
    """A trial call finds out what it takes; a box for each layer."""
    assert [box.label for box in tried(module)] == labels


def test_a_module_is_offered_as_text_and_table_with_a_picture():
    """The picture is folded away."""
    model = nn.Sequential(nn.Linear(4, 2), nn.ReLU())

    offered = model._repr_mimebundle_()

    assert offered["text/plain"] == repr(model)
    table, _, rest = offered["text/html"].partition("<details>")
    assert table == model._repr_html_()
    assert "called with 2 samples" in rest
    assert "<svg" in rest or "<pre>" in rest
    assert list(model._repr_mimebundle_(include={"text/plain"})) == ["text/plain"]
    assert list(model._repr_mimebundle_(exclude={"text/plain"})) == ["text/html"]


def test_showing_a_module_changes_nothing():
    """Neither its statistics, nor its generators, nor its mode, nor its gradients."""
    model = nn.Sequential(nn.Linear(4, 3, rng=0), nn.BatchNorm1d(3), nn.Dropout(rng=0))
    twin = model.copy()

    model._repr_mimebundle_()

    for name, value in twin.state_dict().items():
        np.testing.assert_array_equal(model.state_dict()[name], value)
    X = Variable(np.ones((5, 4)))
    np.testing.assert_array_equal(model(X).numpy(), twin(X).numpy())
    assert all(p.grad is None for p in model.parameters())
    assert model.training


def test_foreign_classes_hooks_and_missing_parameters_are_not_tried():
    """What they do is not known; the card says how to draw a call."""

    class Loud(nn.Module):
        def __init__(self):
            self.inner = nn.Linear(2, 1)

        def forward(self, x):
            raise SystemExit

    hooked = nn.Linear(2, 1)
    hooked.register_forward_hook(lambda *_: pytest.fail("a hook was called"))

    for module in (Loud(), hooked, nn.ReLU()):
        assert tried(module) is None
        assert "draws a call" in module._repr_mimebundle_()["text/html"]
    assert tried(nn.Sequential(nn.Linear(2, 3), nn.Linear(None, 1))) is None


def test_display_never_raises():
    """What cannot be written is named in the text."""
    lazy = nn.Linear(None, 3)

    offered = lazy._repr_mimebundle_()

    assert list(offered) == ["text/plain"]
    assert offered["text/plain"].startswith(f"{lazy!r}\ntext/html is left out: ArgumentError: ")


def test_names_are_data():
    """A path or class makes no elements."""

    class Odd(nn.Module):
        pass

    Odd.__name__ = "<b>"
    model = nn.Sequential(Odd())

    assert "<b>" not in model._repr_mimebundle_()["text/html"]
