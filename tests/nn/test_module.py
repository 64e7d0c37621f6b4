"""Module: what it finds, how it is switched, called and shown."""

import copy
import pickle
from functools import partial

import numpy as np
import pytest

import autograd_core as ac
import nn


class Net(nn.Module):
    """A layer in each kind of place: attribute, list, tuple, dict; one of them twice."""

    def __init__(self):
        self.first = nn.Linear(4, 3, rng=0)
        self.many = [nn.Linear(3, 3, rng=1), (nn.Linear(3, 3, rng=2),)]
        self.named = {"out": nn.Linear(3, 2, rng=3)}
        self.scale = nn.Parameter(2.0)
        self.count = nn.Buffer(np.zeros(1))
        self.cache = nn.Buffer([1.0], persistent=False)
        self.again = self.first
        self.rng = np.random.default_rng(0)

    def forward(self, x):
        """Through all of them."""
        x = self.many[1][0](self.many[0](self.first(x)))
        return self.scale * self.named["out"](x)


PATHS = ["first.weight", "first.bias", "many.0.weight", "many.0.bias", "many.1.0.weight",
         "many.1.0.bias", "named.out.weight", "named.out.bias", "scale"]  # fmt: skip


def test_parameters_are_found_where_they_stand():
    """Attributes, lists, tuples and dicts are searched in order; what is shared counts once."""
    net = Net()

    assert [path for path, _ in net.named_parameters()] == PATHS
    assert len(net.parameters()) == len(PATHS)
    assert [path for path, _ in net.named_buffers()] == ["count", "cache"]
    assert [path for path, _ in net.named_generators()] == ["rng"]
    modules = ["", "first", "many.0", "many.1.0", "named.out"]
    assert [path for path, _ in net.named_modules()] == modules
    assert net.named_children() == net.named_modules()[1:]
    assert net.num_parameters() == 15 + 12 + 12 + 8 + 1


def test_parameters_bear_their_paths():
    """A parameter's name is its longest path asked for, unless it was given one."""
    net = Net()
    net.first.named_parameters()
    net.scale.name = "s"

    names = [p.name for p in net.parameters()]

    assert names == [*PATHS[:-1], "s"]
    assert repr(net.first.bias) == "Parameter([0., 0., 0.], name='first.bias')"


def test_a_list_replaced_is_a_list_found():
    """Nothing is registered: what is held now is what is found now."""
    net = Net()
    net.many.append(nn.Linear(3, 1))
    net.named["more"] = nn.Linear(3, 1)
    del net.first, net.again

    paths = [path for path, _ in net.named_parameters()]

    assert "many.2.weight" in paths
    assert "named.more.bias" in paths
    assert "first.weight" not in paths


def test_modes_and_freezing():
    """train, eval, freeze and unfreeze reach every module inside and return the module."""
    net = Net()

    assert net.training
    assert not any(m.training for m in net.eval().modules())
    assert all(m.training for m in net.train().modules())
    assert net.freeze().num_parameters(trainable=True) == 0
    assert net.num_parameters(trainable=False) == net.num_parameters()
    assert net.unfreeze() is net
    assert not net.requires_grad_(False).scale.requires_grad


def test_zero_grad():
    """Gradients become None, or zeros."""
    net = Net()
    net(np.ones((2, 4))).sum().backward()
    net.zero_grad(set_to_none=False)
    assert all((p.grad == 0).all() for p in net.parameters())

    net.zero_grad()

    assert [p.grad for p in net.parameters()] == [None] * len(PATHS)


def test_apply_goes_from_inside_out():
    """apply calls the function with every module, this one last."""
    net, seen = Net(), []

    assert net.apply(seen.append) is net
    assert seen[-1] is net
    assert len(seen) == 5


def test_astype():
    """Floating-point parameters and buffers are cast in place; integers are not."""
    net = Net().astype(np.float32)
    net.number = nn.Buffer(3)

    assert {p.dtype for p in net.parameters()} == {np.dtype(np.float32)}
    assert net.astype(float).number.dtype.kind == "i"
    with pytest.raises(ac.DtypeError, match="int64"):
        net.astype(int)


def test_initialize_draws_again():
    """The same seed gives the weights that the constructor would draw; another one, others."""
    net = nn.Sequential(nn.Linear(4, 3, rng=0), nn.Linear(3, 2, bias_init="normal", rng=1))
    before = net.state_dict()

    net.initialize(5)
    first = net.state_dict()
    net.initialize(5)

    assert all((net.state_dict()[k] == first[k]).all() for k in first)
    assert (first["0.weight"] != before["0.weight"]).all()
    assert (first["0.weight"] == nn.Linear(4, 3, rng=5).weight.data).all()


def test_initialize_refuses_what_it_cannot_draw():
    """A parameter made of an array has no initializer, and nothing is changed."""
    net = Net()
    before = net.state_dict()

    with pytest.raises(ac.ArgumentError, match="'scale' of Net has no initializer"):
        net.initialize(0)

    assert all((net.state_dict()[k] == before[k]).all() for k in before)


def test_get_submodule_and_parameter():
    """A path finds its part; a wrong one lists the near ones."""
    net = Net()

    assert net.get_submodule("many.1.0") is net.many[1][0]
    assert net.get_parameter("named.out.bias") is net.named["out"].bias
    with pytest.raises(ac.ArgumentError, match=r"many\.0\.bias") as caught:
        net.get_parameter("many.0.bais")
    assert caught.value.what == "Net has no parameter 'many.0.bais'."
    with pytest.raises(ac.ArgumentError, match=r"many.1.0"):
        net.get_submodule("many.1")


def test_an_array_does_not_replace_a_parameter():
    """Assigning an array is an error that names .data; another shape is a ShapeError."""
    layer = nn.Linear(4, 2)
    with pytest.raises(ac.ArgumentError) as caught:
        layer.weight = np.zeros((4, 2))
    assert "layer.weight.data = value" in caught.value.hint
    with pytest.raises(ac.ArgumentError, match="Variable"):
        layer.weight = ac.Variable(np.zeros((4, 2)))
    with pytest.raises(ac.ShapeError, match=r"\(4, 2\); it was assigned \(2, 4\)"):
        layer.weight = nn.Parameter(np.zeros((2, 4)))

    layer.weight = nn.Parameter(np.ones((4, 2)))
    layer.bias = None

    assert layer(np.ones((1, 4))).tolist() == [[4.0, 4.0]]


def test_data_of_another_shape_is_refused():
    """A parameter keeps its shape."""
    layer = nn.Linear(4, 2)

    with pytest.raises(ac.ShapeError, match=r"shape \(2,\) was given data of shape \(3,\)"):
        layer.bias.data = np.zeros(3)


def test_registration():
    """Names are identifiers or digits, and not taken."""
    net = Net()
    net.register_parameter("shift", nn.Parameter(0.0))
    net.register_buffer("steps", np.zeros(2))
    net.add_module("5", nn.Identity())

    assert net.get_parameter("shift") is net.shift
    assert [path for path, _ in net.named_buffers()] == ["count", "cache", "steps"]
    assert net.get_submodule("5") is getattr(net, "5")
    for register in (net.register_parameter, net.register_buffer, net.add_module):
        with pytest.raises(ac.ArgumentError, match="identifiers and digits"):
            register("a.b", net.count)
        with pytest.raises(ac.ArgumentError, match="has 'first' already"):
            register("first", net.count)


def test_plain_results_become_variables():
    """Arrays in, Variables out; what the caller passed is not shared."""
    x = np.ones(3)

    y = nn.Identity()(x)
    x[0] = 5.0

    assert isinstance(y, ac.Variable)
    assert y.tolist() == [1.0, 1.0, 1.0]
    assert not y.requires_grad


def test_one_layer_twice_in_one_expression():
    """A layer keeps no trace of a call: its gradient is the sum over both uses."""
    layer, x = nn.Linear(2, 2, rng=0), np.ones((1, 2))

    layer(layer(x)).sum().backward()

    both = ac.grad(lambda w: np.sum(x @ w @ w))(layer.weight.numpy())
    np.testing.assert_allclose(layer.weight.grad, both, rtol=1e-14)


def test_forward_is_asked_for():
    """A module without forward says so."""
    with pytest.raises(NotImplementedError, match="Empty does not define forward"):
        type("Empty", (nn.Module,), {})()(1.0)


# --- errors ---------------------------------------------------------------------------------------
def test_error_1_names_the_layer_before():
    """The text of error 1: path, sizes, shape; what the layer before gives; the layer that fits."""

    class Outer(nn.Module):
        def __init__(self):
            self.hidden = nn.Sequential(nn.Linear(10, 5), nn.ReLU(), nn.Linear(4, 2))

        def forward(self, x):
            return self.hidden(x)

    with pytest.raises(ac.ShapeError) as caught:
        Outer()(np.ones((3, 10)))

    assert str(caught.value) == (
        "Linear 'hidden.2' (4 -> 2) needs inputs with 4 features in the last axis; "
        "it got shape (3, 5).\n"
        "  why: the layer before it, 'hidden.0' (10 -> 5), gives 5.\n"
        "  try: Linear(5, 2)"
    )
    assert caught.value.hint == "Linear(5, 2)"
    assert "test_module.py" in caught.value.__notes__[0]


def test_error_1_in_nested_containers():
    """The layer before may stand in another container."""
    model = nn.Sequential(nn.Sequential(nn.Linear(3, 7)), nn.Sequential(nn.ReLU(), nn.Linear(6, 1)))

    with pytest.raises(ac.ShapeError) as caught:
        model(np.ones((2, 3)))

    assert "Linear '1.1' (6 -> 1)" in caught.value.what
    assert caught.value.why == "the layer before it, '0.0' (3 -> 7), gives 7."


def test_error_3_asks_for_flatten():
    """The text of error 3: an image where a vector is wanted."""

    class Net3(nn.Module):
        def __init__(self):
            self.fc = nn.Linear(128, 10)

        def forward(self, x):
            return self.fc(x)

    with pytest.raises(ac.ShapeError) as caught:
        Net3()(np.ones((32, 8, 4, 4)))

    assert str(caught.value) == (
        "Linear 'fc' (128 -> 10) needs inputs of shape (..., 128); it got shape (32, 8, 4, 4).\n"
        "  why: a convolution gives an image per sample, a Linear takes a vector "
        "(8 * 4 * 4 = 128).\n"
        "  try: Flatten() before 'fc'"
    )


def test_a_given_name_is_shown():
    """A layer that was given a name is called by it."""
    model = nn.Sequential(nn.Linear(4, 2, name="head"))

    with pytest.raises(ac.ShapeError, match=r"Linear 'head' \(4 -> 2\)"):
        model(np.ones((1, 3)))


def test_foreign_errors_get_a_note():
    """An error of NumPy's keeps its text, and says once where it happened."""
    model = nn.Sequential({"a": nn.Sequential(np.sin, lambda x: np.reshape(x, (7, 7)))})

    with pytest.raises(ValueError, match="reshape") as caught:
        model(np.ones(3))

    assert caught.value.__notes__ == ["  inside 'a.1', Lambda"]


# --- copies ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("way", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m)), Net.copy])
def test_copies(way):
    """A copy has the same values, what was shared is shared; gradients and hooks stay behind."""
    net = Net()
    net.first.weight.requires_grad = False
    net.register_forward_hook(lambda *_: None)
    net(np.ones((1, 4))).sum().backward()

    made = way(net)

    assert made.again is made.first
    assert all((made.state_dict()[k] == v).all() for k, v in net.state_dict().items())
    assert made.scale.grad is None
    assert not made.first.weight.requires_grad
    assert made.cache.persistent is False
    assert made.rng.random() == net.rng.random()
    assert "_hooks" not in vars(made)
    assert made.first.initialize(3).weight.data[0, 0] == nn.Linear(4, 3, rng=3).weight.data[0, 0]


# --- how it looks ---------------------------------------------------------------------------------
def test_repr_is_a_tree_with_folded_neighbors():
    """One line for each layer; equal neighbors are one line."""
    net = nn.Sequential(
        nn.Linear(4, 8), nn.ReLU(), *(nn.Linear(8, 8, activation="tanh") for _ in range(3))
    )
    net.append(nn.Residual(nn.Linear(8, 8), scale=0.5))

    assert repr(net) == (
        "Sequential(\n"
        "  (0): Linear(4, 8)\n"
        "  (1): ReLU()\n"
        "  (2-4): 3 x Linear(8, 8, activation='tanh')\n"
        "  (5): Residual(scale=0.5,\n"
        "    (module): Linear(8, 8)\n"
        "  )\n"
        ")"
    )


def test_penalty_sums_the_regularizers():
    """penalty() is a Variable: the sum of what each parameter's regularizer gives."""
    layer = nn.Linear(3, 2, weight_regularizer=lambda w: 0.5 * np.sum(w**2), rng=0)
    layer.bias.regularizer = np.sum

    layer.penalty().backward()

    np.testing.assert_allclose(layer.weight.grad, layer.weight.data)
    assert layer.bias.grad.tolist() == [1.0, 1.0]
    assert nn.Linear(3, 2).penalty().item() == 0.0


def test_graph_shows_paths():
    """The graph of a call names the parameters by their paths."""
    graph = Net().graph(np.ones((1, 4)))

    assert graph["named.out.weight"].role == "parameter"


def test_graph_changes_nothing():
    """Modes, buffers, random generators and gradients stay as they are."""
    x = np.random.default_rng(0).normal(size=(8, 3))
    net = nn.Sequential(nn.Linear(3, 4, rng=0), nn.BatchNorm1d(4), nn.Dropout(0.5, rng=0))
    before, expected = net.state_dict(), net.copy()(x)

    net.graph(x)

    assert all(np.array_equal(value, before[path]) for path, value in net.state_dict().items())
    assert net[0].weight.grad is None
    assert np.array_equal(net(x).data, expected.data)


def test_layers_stored_by_partial_initializers():
    """An initializer with options is a partial, and is remembered."""
    layer = nn.Linear(3, 2, weight_init=partial(nn.init.normal, std=0.1), rng=0)

    again = nn.Linear.from_config(layer.get_config())

    assert again.weight.initializer.keywords == {"std": 0.1}


def test_notebooks_show_the_table():
    """A module's HTML is that of its summary."""
    assert "<td>Linear</td>" in nn.Linear(2, 1)._repr_html_()
