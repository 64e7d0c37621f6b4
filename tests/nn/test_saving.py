"""Models in files: they come back as they were, and a file can do nothing but hold them."""

import copy
import json
import pickle
import tracemalloc

import numpy as np
import pytest
from rows import all_rows

import nn
from autograd_core import StateError
from nn.serialize import opened, write
from nn.testing import parts

ROWS = [row for row in all_rows() if isinstance(row.make(), nn.Module)]


class Scaled(nn.Module):
    """A class of the user's."""

    def __init__(self, features, factor=1.0):
        self.inner = nn.Linear(features, 2, activation="tanh", rng=0)
        self.scale = nn.Parameter(np.full(2, factor))
        self.seen = nn.Buffer(np.zeros(3, np.int64))

    def forward(self, x):
        """(n, features) → (n, 2)."""
        return self.inner(x) * self.scale


def network(rng=0):
    """Layers of several kinds, nested and named."""
    return nn.Sequential(
        {
            "first": nn.Linear(4, 8, activation="relu", rng=rng),
            "branches": nn.Concat(np.tanh, nn.Sequential(nn.Linear(8, 3, bias=False, rng=rng))),
            "last": nn.Linear(11, 2, rng=rng),
        }
    )


def assert_same(expected, found):
    """Equal names and bits."""
    expected, found = expected.state_dict(), found.state_dict()
    assert list(expected) == list(found)
    for name, array in expected.items():
        assert array.dtype == found[name].dtype
        assert array.tobytes() == found[name].tobytes()


@pytest.fixture(params=["m.npz", "m.safetensors", "model"])
def path(request, tmp_path):
    """A file of each kind."""
    return tmp_path / request.param


def test_a_model_comes_back(path):
    """Class, layers, weights, and therefore what it computes."""
    model, x = network(), np.random.default_rng(1).normal(size=(5, 4))
    model.save(path)

    found = nn.Sequential.load(path)
    assert repr(model) == repr(found)
    assert_same(model, found)
    assert (model(x).data == found(x).data).all()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_layer_comes_back(row, tmp_path):
    """Each of the table of cases: what it is, its weights, what it computes."""
    module, arrays = row.module().eval(), row.arrays()
    module(*arrays)  # layers that take their sizes from it have them now
    module.save(tmp_path / "m.npz")

    found = nn.Module.load(tmp_path / "m.npz").eval()
    assert repr(module) == repr(found)
    assert_same(module, found)
    for expected, value in zip(parts(module(*arrays)), parts(found(*arrays)), strict=True):
        np.testing.assert_array_equal(np.asarray(expected.data), np.asarray(value.data))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.longdouble, np.complex128])
def test_the_dtype_comes_back(dtype, tmp_path):
    """Also where layers are made in another one."""
    model = network().astype(dtype)
    model.save(tmp_path / "m.npz")

    assert_same(model, nn.Module.load(tmp_path / "m.npz"))


def test_the_user_s_classes_come_back(path):
    """Their own name is known; others are given as custom objects."""
    model = Scaled(3, factor=2.0)
    model.seen.data = np.arange(3)
    model.save(path)

    assert_same(model, Scaled.load(path))
    assert_same(model, nn.Module.load(path, custom_objects={"Scaled": Scaled}))


def test_an_unknown_class_is_named(path):
    """With the argument that makes it known."""
    nn.Sequential(Scaled(3)).save(path)

    with pytest.raises(StateError, match="'Scaled'") as caught:
        nn.Sequential.load(path)
    assert caught.value.hint == 'custom_objects={"Scaled": Scaled}'


def test_a_model_takes_the_weights_of_a_file(path):
    """``load`` of a model fills it and returns it."""
    network().save(path)
    other = network(rng=1)

    assert other.load(path) is other
    assert_same(network(), other)


def test_weights_alone_fill_a_model(path):
    """What nn.save wrote has no architecture, and needs none for this."""
    nn.save(network().state_dict(), path)

    assert_same(network(), network(rng=1).load(path))
    with pytest.raises(StateError, match="without an architecture"):
        nn.Sequential.load(path)


def test_the_report_of_what_does_not_fit(path):
    """Error 15, made of the header alone; the model is as it was."""
    nn.save({"weight": np.zeros((3, 4)), "bais": np.zeros(3)}, path)
    layer = nn.Linear(4, 3, rng=0)

    with pytest.raises(StateError) as caught:
        layer.load(path)
    assert str(caught.value) == (
        "load_state_dict: 1 name is missing, 1 is unknown, 1 has another shape.\n"
        "  missing: bias (3,)     unknown: bais (3,), did you mean bias?\n"
        "  shape:   weight is (4, 3), the file has (3, 4), its transpose\n"
        "  try: rename the key; nn.load_torch for weights saved by PyTorch"
    )
    assert_same(nn.Linear(4, 3, rng=0), layer)


@pytest.mark.parametrize(
    ("bias", "fits"),
    [
        (np.zeros(1), False),
        (np.zeros(()), False),
        (np.zeros(3, np.complex128), False),
        (np.zeros(3, np.float16), True),
        (np.zeros(3, np.longdouble), True),
        (np.zeros(3, np.int64), False),
    ],
)
def test_nothing_is_broadcast_or_dropped(bias, fits, tmp_path):
    """Another shape, or complex numbers or integers for real ones: refused."""
    layer = nn.Linear(4, 3, rng=0)
    nn.save({"weight": np.zeros((4, 3)), "bias": bias}, tmp_path / "w")

    if fits:
        layer.load(tmp_path / "w")
        assert layer.bias.dtype == np.float64
    else:
        with pytest.raises(StateError, match="load_state_dict"):
            layer.load(tmp_path / "w")
        assert_same(nn.Linear(4, 3, rng=0), layer)


def test_integers_are_no_weights(path):
    """A file whose architecture is one of floats and whose arrays are integers is refused whole."""
    model = nn.Sequential(nn.Linear(2, 1))
    model.save(path)
    with opened(path) as reader:
        metadata = reader.metadata
    write(path, {"0.weight": np.ones((2, 1), np.int64), "0.bias": np.ones(1)}, metadata)

    for load in (nn.Sequential.load, model.load):
        with pytest.raises(StateError, match="1 has another kind of numbers"):
            load(path)


def test_not_strict_leaves_out(path):
    """What is missing and unknown, but not what is misshaped."""
    nn.save({"bias": np.ones(3), "more": np.ones(3)}, path)
    layer = nn.Linear(4, 3, rng=0).load(path, strict=False)

    np.testing.assert_array_equal(layer.bias.data, np.ones(3))
    np.testing.assert_array_equal(layer.weight.data, nn.Linear(4, 3, rng=0).weight.data)


def test_a_damaged_file_changes_nothing(path):
    """All is read before anything is assigned."""
    network().save(path)
    data = path.read_bytes()
    other = network(rng=1)

    for n in (0, 7, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:n])
        with pytest.raises(StateError):
            other.load(path)
    assert_same(network(rng=1), other)


def test_no_memory_changes_nothing(tmp_path, monkeypatch):
    """Whichever allocation fails, the model is as it was."""
    network().save(tmp_path / "m.npz")
    other, empty, array = network(rng=1), np.empty, np.array

    for failing in range(20):
        calls = iter(range(100))

        def counted(*args, make, k=failing, calls=calls, **options):
            if next(calls) == k:
                raise MemoryError
            return make(*args, **options)

        with monkeypatch.context() as patched:
            patched.setattr("nn.entries.np.empty", lambda *a, **o: counted(*a, make=empty, **o))
            patched.setattr("nn.state.np.array", lambda *a, **o: counted(*a, make=array, **o))
            try:
                other.load(tmp_path / "m.npz")
                failed = False
            except MemoryError:
                failed = True
        assert_same(network(rng=1 if failed else 0), other)
        if not failed:
            return
    pytest.fail("every load failed")


def test_loading_harms_no_graph(tmp_path):
    """A graph keeps the values it was recorded with."""
    network().save(tmp_path / "m.npz")
    model, x = network(rng=1), np.ones((5, 4))
    loss = (model(x) ** 2).sum()
    twin = network(rng=1)
    (twin(x) ** 2).sum().backward()

    model.load(tmp_path / "m.npz")
    loss.backward()
    for ours, theirs in zip(model.parameters(), twin.parameters(), strict=True):
        np.testing.assert_array_equal(ours.grad, theirs.grad)


def test_frozen_parameters_stay_frozen(path):
    """What is not to be trained is not trained after loading either."""
    model = network()
    model[0].freeze()
    model.save(path)

    flags = [p.requires_grad for p in nn.Sequential.load(path).parameters()]
    assert flags == [False, False, True, True, True]


def test_loading_draws_nothing(tmp_path):
    """The default generator stays where it is."""
    network().save(tmp_path / "m.npz")
    nn.manual_seed(3)
    expected = nn.defaults.generator().random()
    nn.manual_seed(3)

    model = nn.Sequential.load(tmp_path / "m.npz")
    assert expected == nn.defaults.generator().random()
    model.initialize(0)
    assert model[0].weight.data.any()


def test_an_architecture_without_a_name_is_left_out(path):
    """The weights are saved; making the model from the file says what is missing."""
    model = nn.Sequential(nn.Linear(2, 2, rng=0), lambda x: x * 2)
    model.save(path)

    with pytest.raises(StateError, match="without an architecture") as caught:
        nn.Sequential.load(path)
    assert "written into a file" in caught.value.why
    assert_same(model, nn.Sequential(nn.Linear(2, 2, rng=1), lambda x: x * 2).load(path))


def test_numbers_that_are_not_finite_may_be_arguments(path):
    """JSON has no infinity; the architecture has."""
    model = nn.Residual(nn.Linear(2, 2, rng=0), scale=float("inf"))
    model.save(path)

    assert nn.Residual.load(path).scale == float("inf")


def test_another_class_is_refused(path):
    """A file that holds something else than what was asked for."""
    nn.Linear(2, 2).save(path)

    with pytest.raises(StateError, match="holds a Linear, no Sequential"):
        nn.Sequential.load(path)


def linear(**arguments):
    """An architecture of one layer."""
    config = {"in_features": 2, "out_features": 3, "bias": True, **arguments}
    return {"class": "Linear", "config": config}


def nested(depth):
    """A Sequential in a Sequential in a ..."""
    found = linear()
    for _ in range(depth):
        found = {"class": "Sequential", "config": {"modules": {"tuple": [found]}}}
    return found


@pytest.mark.parametrize(
    "architecture",
    [
        linear(in_features=10**6, out_features=10**6),
        linear(out_features=10**18),
        {"class": "BatchNorm1d", "config": {"num_features": 10**8, "affine": False}},
        {"class": "PositionalEncoding", "config": {"d_model": 10**5, "max_len": 10**7}},
        linear(out_features=-1),
        linear(out_features=2.5),
        linear(out_features="3; import os"),
        linear(weight_init="os.system"),
        linear(weight_init={"function": "system"}),
        linear(weight_init={"function": "os.system"}),
        linear(weight_init={"partial": {"function": "eval"}, "options": {}}),
        linear(dtype="object"),
        linear(activation={"class": "Popen", "config": {"args": "touch owned"}}),
        linear(unknown=1),
        linear(name={"array": [1, 2], "dtype": "O"}),
        linear(name={"array": [1, "x"], "dtype": "float64"}),
        {"class": "subprocess.Popen", "config": {"args": "touch owned"}},
        {"class": "__import__", "config": {"name": "os"}},
        {"class": "Linear", "config": []},
        {"class": ["Linear"], "config": {}},
        {"module": "os", "name": "system"},
        {"function": "relu"},
        {"tuple": [1, 2]},
        {"dict": {}},
        [linear()],
        "Linear",
        None,
        7,
        nested(3),
        nested(100),
        linear(in_features=3),
    ],
    ids=lambda a: json.dumps(a)[:60],
)
def test_an_architecture_can_only_name_layers(architecture, tmp_path, monkeypatch):
    """Nothing is imported, evaluated or allocated; what does not fit the weights is refused."""
    monkeypatch.chdir(tmp_path)
    write(
        tmp_path / "m.npz",
        {"weight": np.ones((2, 3)), "bias": np.ones(3)},
        {"architecture": architecture},
    )

    tracemalloc.start()
    try:
        with pytest.raises(StateError):
            nn.Module.load(tmp_path / "m.npz")
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
    assert [p.name for p in tmp_path.iterdir()] == ["m.npz"]


def test_metadata_are_data(tmp_path):
    """Texts with braces and percent signs, and surplus entries, mean nothing."""
    metadata = {"architecture": linear(name="{0.__class__} %s"), "frozen": 0, "os": "system"}
    write(tmp_path / "m", {"weight": np.ones((2, 3)), "bias": np.ones(3)}, metadata)

    assert nn.Linear.load(tmp_path / "m").name == "{0.__class__} %s"


def test_the_header_tells_the_architecture(tmp_path):
    """Without this library too."""
    network().save(tmp_path / "m.npz")

    with opened(tmp_path / "m.npz") as reader:
        assert reader.metadata["architecture"]["class"] == "Sequential"
        assert reader.entries["first.weight"].shape == (4, 8)
    with np.load(tmp_path / "m.npz") as file:
        assert b"Sequential" in file["header.json"]


@pytest.mark.parametrize("twin", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_copies_of_models(twin):
    """pickle and deepcopy give an equal model that shares no memory."""
    model = network()
    found = twin(model)

    assert_same(model, found)
    for ours, theirs in zip(model.parameters(), found.parameters(), strict=True):
        assert not np.shares_memory(ours.data, theirs.data)


def test_joblib_keeps_models(tmp_path):
    """Its files and its workers use pickle."""
    joblib = pytest.importorskip("joblib", reason="needs the extra sklearn")
    joblib.dump(network(), tmp_path / "m.joblib")

    assert_same(network(), joblib.load(tmp_path / "m.joblib"))
