"""Lists and dicts of modules and parameters."""

import copy

import numpy as np
import pytest

import nn


def test_module_list():
    """It behaves as a list; its modules are found under their positions."""
    layers = nn.ModuleList(nn.Linear(1, k) for k in (1, 2, 3))
    layers.append(np.sin)
    layers.insert(0, nn.Identity())
    last = layers.pop()
    layers[0] = nn.ReLU()
    del layers[1]
    layers += [nn.Tanh()]

    assert isinstance(last, nn.Lambda)
    assert [type(m).__name__ for m in layers] == ["ReLU", "Linear", "Linear", "Tanh"]
    assert [path for path, _ in layers.named_parameters()] == [
        "1.weight", "1.bias", "2.weight", "2.bias",
    ]  # fmt: skip
    assert isinstance(layers[1:3], nn.ModuleList)
    assert layers[-1] is next(reversed(layers))
    assert layers.index(layers[2]) == 2
    with pytest.raises(NotImplementedError, match="ModuleList does not define forward"):
        layers(1.0)


def test_module_dict():
    """It behaves as a dict; its modules are found under their keys."""
    heads = nn.ModuleDict({"a": nn.Linear(1, 1)})
    heads["b"] = np.sin
    heads.update({"c": nn.Identity()})

    assert list(heads) == ["a", "b", "c"]
    assert heads.get("d") is None
    assert [path for path, _ in heads.named_parameters()] == ["a.weight", "a.bias"]
    assert heads.pop("c").forward(1.0) == 1.0
    assert "c" not in heads
    assert heads == heads
    assert heads != nn.ModuleDict({"a": heads["a"], "b": heads["b"]})
    assert hash(heads) == hash(heads)
    with pytest.raises(KeyError, match="there is a"):
        heads["aa"]


def test_parameter_list():
    """It behaves as a list of parameters, arrays among them made into some."""
    params = nn.ParameterList([np.zeros(2), nn.Parameter(1.0)])
    params.append(np.ones((2, 2)))
    params[0] = np.ones(3)
    del params[1]

    assert [path for path, _ in params.named_parameters()] == ["0", "1"]
    assert [p.shape for p in params] == [(3,), (2, 2)]
    assert repr(params) == "ParameterList(float64[3], float64[2, 2])"
    assert len(params[:1]) == 1


def test_modules_in_lists_learn():
    """What a ModuleList and a ParameterList hold is trained: gradients arrive."""

    class Net(nn.Module):
        def __init__(self):
            self.layers = nn.ModuleList([nn.Linear(2, 2, rng=0), nn.Linear(2, 2, rng=1)])
            self.scales = nn.ParameterList([1.0, 2.0])

        def forward(self, x):
            for layer, scale in zip(self.layers, self.scales):
                x = scale * layer(x)
            return x

    net = copy.deepcopy(Net())

    net(np.ones((1, 2))).sum().backward()

    assert [p.grad is not None for p in net.parameters()] == [True] * 6
    assert [path for path, _ in net.named_parameters()][-1] == "scales.1"
