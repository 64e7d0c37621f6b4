"""Weights exchanged with PyTorch: both libraries compute the same with them."""

import numpy as np
import pytest

import nn
from autograd_core import StateError


@pytest.fixture
def torch():
    """The other library, in double precision."""
    torch = pytest.importorskip("torch", reason="weights are compared with PyTorch's")
    torch.manual_seed(0)
    return torch


def images(*shape):
    """Normal values."""
    return lambda rng: rng.normal(size=shape)


def ids(rng):
    """Integers below ten."""
    return rng.integers(0, 10, (4, 3))


PAIRS = {  # ours, theirs, inputs
    "Linear": (lambda: nn.Linear(4, 3), lambda t: t.nn.Linear(4, 3), images(5, 4)),
    "Linear without bias": (
        lambda: nn.Linear(4, 4, bias=False), lambda t: t.nn.Linear(4, 4, bias=False), images(5, 4)
    ),
    "Bilinear": (
        lambda: nn.Bilinear(2, 2, 2), lambda t: t.nn.Bilinear(2, 2, 2),
        lambda rng: (rng.normal(size=(5, 2)), rng.normal(size=(5, 2))),
    ),
    "Embedding": (lambda: nn.Embedding(10, 10), lambda t: t.nn.Embedding(10, 10), ids),
    "Conv1d": (lambda: nn.Conv1d(2, 4, 3), lambda t: t.nn.Conv1d(2, 4, 3), images(2, 2, 8)),
    "Conv2d": (
        lambda: nn.Conv2d(4, 4, 3, groups=2), lambda t: t.nn.Conv2d(4, 4, 3, groups=2),
        images(2, 4, 6, 6),
    ),
    "ConvTranspose2d": (
        lambda: nn.ConvTranspose2d(3, 2, 3), lambda t: t.nn.ConvTranspose2d(3, 2, 3),
        images(2, 3, 4, 4),
    ),
    "BatchNorm2d": (lambda: nn.BatchNorm2d(3), lambda t: t.nn.BatchNorm2d(3), images(4, 3, 2, 2)),
    "LayerNorm": (lambda: nn.LayerNorm(4), lambda t: t.nn.LayerNorm(4), images(5, 4)),
    "GroupNorm": (lambda: nn.GroupNorm(2, 4), lambda t: t.nn.GroupNorm(2, 4), images(5, 4, 3)),
    "PReLU": (lambda: nn.PReLU(4), lambda t: t.nn.PReLU(4), images(5, 4)),
    "RNN": (lambda: nn.RNN(3, 4), lambda t: t.nn.RNN(3, 4, batch_first=True), images(2, 5, 3)),
    "GRU": (
        lambda: nn.GRU(4, 4, num_layers=2, bidirectional=True),
        lambda t: t.nn.GRU(4, 4, num_layers=2, bidirectional=True, batch_first=True),
        images(2, 5, 4),
    ),
    "LSTM": (
        lambda: nn.LSTM(3, 4, bidirectional=True),
        lambda t: t.nn.LSTM(3, 4, bidirectional=True, batch_first=True),
        images(2, 5, 3),
    ),
    "GRUCell": (lambda: nn.GRUCell(4, 4), lambda t: t.nn.GRUCell(4, 4), images(5, 4)),
    "LSTMCell": (lambda: nn.LSTMCell(3, 4), lambda t: t.nn.LSTMCell(3, 4), images(5, 3)),
    "TransformerEncoderLayer": (
        lambda: nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0),
        lambda t: t.nn.TransformerEncoderLayer(
            8, 2, 16, dropout=0.0, batch_first=True, norm_first=True
        ),
        images(2, 5, 8),
    ),
    "Sequential": (
        lambda: nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.BatchNorm1d(8), nn.Linear(8, 2)),
        lambda t: t.nn.Sequential(
            t.nn.Linear(4, 8), t.nn.Tanh(), t.nn.BatchNorm1d(8), t.nn.Linear(8, 2)
        ),
        images(5, 4),
    ),
}  # fmt: skip


@pytest.fixture(params=PAIRS)
def pair(request, torch):
    """Our module, theirs, and inputs."""
    make, twin, inputs = PAIRS[request.param]
    given = inputs(np.random.default_rng(1))
    theirs = twin(torch).double()
    for p in theirs.parameters():
        torch.nn.init.normal_(p, std=0.5)
    if request.param == "BatchNorm2d":
        theirs(torch.from_numpy(given))  # running statistics that are not those of the start
    return make().eval(), theirs.eval(), given if isinstance(given, tuple) else (given,)


def first(outputs):
    """The first array of what a module gives."""
    while isinstance(outputs, tuple):
        outputs = outputs[0]
    return outputs


def assert_equal_outputs(torch, ours, theirs, inputs):
    """Both modules compute the same."""
    found = first(ours(*inputs)).data
    with torch.no_grad():
        expected = first(theirs(*map(torch.from_numpy, inputs))).numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_their_weights_compute_the_same_here(pair, torch):
    """load_torch with a model: tensors, and arrays."""
    ours, theirs, inputs = pair

    ours.load_state_dict(nn.load_torch(theirs.state_dict(), ours))
    assert_equal_outputs(torch, ours, theirs, inputs)
    arrays = {name: tensor.numpy() for name, tensor in theirs.state_dict().items()}
    ours.load_state_dict(nn.load_torch(arrays, ours))
    assert_equal_outputs(torch, ours, theirs, inputs)


def test_our_weights_compute_the_same_there(pair, torch):
    """to_torch gives all that their load_state_dict asks for."""
    ours, theirs, inputs = pair
    state = {name: torch.from_numpy(array) for name, array in nn.to_torch(ours).items()}

    theirs.load_state_dict(state)
    assert_equal_outputs(torch, ours, theirs, inputs)


def test_there_and_back_is_the_same(pair):
    """Bit for bit."""
    ours, _, _ = pair
    state = ours.state_dict()

    found = nn.load_torch(nn.to_torch(ours), ours)
    assert list(state) == list(found)
    for name, array in state.items():
        np.testing.assert_array_equal(array, found[name])


def test_names_tell_the_layer(pair):
    """Without a model names and shapes tell, or the state is refused."""
    ours, theirs, _ = pair

    if isinstance(ours, nn.Embedding) or (isinstance(ours, nn.Linear) and ours.bias is None):
        with pytest.raises(StateError, match=r"load_torch: 'weight'") as caught:
            nn.load_torch(theirs.state_dict())
        assert caught.value.hint == "nn.load_torch(state, model)"
    else:
        by_name, by_model = (nn.load_torch(theirs.state_dict(), m) for m in (None, ours))
        assert list(by_name) == list(by_model)
        for name, array in by_name.items():
            np.testing.assert_array_equal(array, by_model[name])


def test_tensors_of_any_kind_become_arrays(torch):
    """Tracked ones, bfloat16, and our own Variables."""
    w = torch.tensor([[1.5, 2.0, -0.0]], dtype=torch.bfloat16)
    state = {"weight": w, "bias": torch.ones(1, requires_grad=True), "own": nn.Parameter([1.0])}

    found = nn.load_torch(state)
    assert found["weight"].dtype == np.float32
    np.testing.assert_array_equal(found["weight"], [[1.5], [2.0], [0.0]])
    np.testing.assert_array_equal(found["bias"], [1.0])
    np.testing.assert_array_equal(found["own"], [1.0])


def test_a_file_of_theirs_is_loaded(torch, tmp_path):
    """Through safetensors, which runs nothing."""
    save_file = pytest.importorskip("safetensors.torch").save_file
    theirs = torch.nn.Linear(3, 2)
    save_file(theirs.state_dict(), tmp_path / "w.safetensors")
    ours = nn.Linear(3, 2, dtype=np.float32)

    ours.load_state_dict(nn.load_torch(nn.load(tmp_path / "w.safetensors"), ours))
    np.testing.assert_array_equal(ours.weight.data, theirs.weight.detach().numpy().T)
