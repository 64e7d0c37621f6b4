"""Modules in a recording: a scope for each call, with path and class."""

import numpy as np
import pytest

import autograd_core as ac
import nn
from nn.frames import outer


class Net(nn.Module):
    """Layers in a list, one used twice, a loss that is made in forward."""

    def __init__(self):
        self.layers = [nn.Linear(2, 2, rng=k) for k in range(2)]
        self.encoder = nn.Sequential(nn.Linear(2, 2, rng=3), nn.Tanh())

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return nn.MSELoss()(self.encoder(self.encoder(x)) * 2.0, np.zeros((1, 2)))


def scopes(graph):
    """Label and scope of the operations."""
    return [(box.label, box.scope) for box in graph if box.role == "operation"]


def test_operations_stand_in_the_scopes_of_their_layers():
    """Under the paths in the model; each call has one of its own."""
    graph = ac.graph(Net(), np.ones((1, 2)), fold=False)

    assert scopes(graph)[:4] == [
        ("matmul", "layers.0"),
        ("add", "layers.0"),
        ("matmul", "layers.1"),
        ("add", "layers.1"),
    ]
    assert [(s.path, s.label) for s in graph.scopes] == [
        ("layers.0", "Linear"),
        ("layers.1", "Linear"),
        ("encoder", "Sequential"),
        ("encoder.0", "Linear"),
        ("encoder.1", "Tanh"),
        ("encoder:2", "Sequential"),
        ("encoder:2.0", "Linear"),
        ("encoder:2.1", "Tanh"),
        ("MSELoss", "MSELoss"),
    ]
    assert ("multiply", "") in scopes(graph)


def test_parameters_stand_with_their_users():
    """Inside the frame of the layer, with their paths."""
    graph = ac.graph(Net(), np.ones((1, 2)), fold=False)

    assert graph["encoder.0.weight"].scope == "encoder.0"
    assert graph["encoder.0.weight"].role == "parameter"


def test_a_lone_layer_and_a_loss_have_scopes():
    """Named by their class; or by the name they were given."""
    x = np.ones((1, 2))
    layer = nn.Linear(2, 2, rng=0)
    with ac.recording() as rec:
        nn.MSELoss()(layer(x), x)
        layer.name = "head"
        layer(x)

    graph = rec.graph(fold=False)

    assert [s.path for s in graph.scopes] == ["Linear", "MSELoss", "head"]


def test_hooks_run_inside_the_scope():
    """As in a call that nobody records."""
    layer, seen = nn.Linear(2, 2, rng=0), []
    layer.register_forward_hook(lambda module, args, output: seen.append(ac.is_recording()))

    ac.graph(layer, np.ones((1, 2)))

    assert seen == [True]


def test_a_call_that_fails_leaves_no_frame():
    """The error names the layer, as always."""
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(3, 2))
    with pytest.raises(ac.ShapeError), ac.recording():
        net(np.ones((1, 2)))

    assert outer.get() is None
