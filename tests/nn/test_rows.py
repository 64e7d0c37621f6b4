"""Every layer, activation and loss goes through the same checks."""

import copy
import pickle

import numpy as np
import pytest
from rows import all_rows

import autograd_core as ac
import nn
from nn.testing import as_function, flat, parts

ROWS = all_rows()
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


def plain(value):
    """A result as arrays."""
    return [part.numpy() if isinstance(part, ac.Variable) else part for part in parts(value)]


@each_row
def test_value(row):
    """The value is the formula's; arrays give Variables; arguments stay as they were."""
    module, arrays = row.module(), row.arrays()
    before = [a.copy() for a in arrays]
    expected = parts(row.formula(copy.deepcopy(module), *arrays))

    found = module(*arrays)

    assert all(isinstance(part, ac.Variable) for part in parts(found))
    for part, value in zip(plain(found), expected, strict=True):
        np.testing.assert_allclose(part, value, rtol=1e-12 * row.scale, atol=1e-13 * row.scale)
    assert all((a == b).all() for a, b in zip(arrays, before, strict=True))


@each_row
def test_derivatives(row):
    """First and second derivatives by inputs and parameters agree with finite differences."""
    arrays = row.arrays()
    function, values = as_function(row.module(), arrays, row.places(arrays))

    if values and row.order:
        ac.gradcheck(function, *values, order=row.order)


@each_row
def test_float32_is_kept(row):
    """float32 parameters and inputs give float32 results and gradients."""
    module, arrays = row.module().astype(np.float32), row.arrays(dtype=np.float32)
    places = row.places(arrays)
    inputs = [ac.Variable(a) if k in places else a for k, a in enumerate(arrays)]

    out = module(*inputs)

    assert {part.dtype for part in parts(out)} == {np.dtype(np.float32)}
    if any(part.requires_grad for part in parts(out)):
        flat(out).sum().backward()
        variables = [inputs[k] for k in places] + module.parameters()
        assert {v.grad.dtype for v in variables if v.grad is not None} <= {np.dtype(np.float32)}


@each_row
def test_batches(row):
    """Any legal number of samples, none among them, gives finite results, and gradients too."""
    for n in row.batches:
        module, arrays = row.module(), row.arrays(n)
        out = module(*arrays)
        assert all(np.isfinite(part).all() for part in plain(out)), n
        shapes = [part.shape for part in plain(row.formula(row.module(), *arrays))]
        assert [part.shape for part in parts(out)] == shapes, n
        if any(part.requires_grad for part in parts(out)):
            flat(out).sum().backward()
            assert all(np.isfinite(p.grad).all() for p in module.parameters() if p.grad is not None)


@pytest.mark.parametrize(
    ("row", "given", "message"),
    [(row, given, message) for row in ROWS for given, message in row.wrong],
    ids=lambda value: getattr(value, "name", ""),
)
def test_wrong_inputs(row, given, message):
    """What does not fit raises an error of the project, with a hint, and names the shapes."""
    with pytest.raises(ac.AutogradError) as caught:
        row.module()(*(given if isinstance(given, tuple) else (given,)))

    assert message in str(caught.value)
    assert caught.value.hint


@each_row
def test_storage(row):
    """Pickle, deepcopy, state_dict and the configuration each give the module again."""
    module, arrays = row.module(), row.arrays()
    other = type(module).from_config(module.get_config()).train(row.training)
    if len(other.state_dict()):
        other.load_state_dict(module.state_dict())
    for name, generator in module.named_generators():
        dict(other.named_generators())[name].bit_generator.state = generator.bit_generator.state
    copies = [pickle.loads(pickle.dumps(module)), copy.deepcopy(module), other]

    expected = plain(module(*arrays))

    for made in copies:
        assert repr(made) == repr(module)
        found = plain(made(*arrays))
        assert all((a == b).all() for a, b in zip(found, expected, strict=True))


@each_row
def test_repr(row):
    """The repr starts with the class, and the row with it too."""
    module = row.module()

    assert repr(module).startswith(f"{type(module).__name__}(")
    assert row.name.split()[0] == type(module).__name__


@pytest.mark.parametrize("row", [row for row in ROWS if row.torch], ids=lambda row: row.name)
def test_against_torch(row):
    """Values, gradients and ten steps of SGD are PyTorch's."""
    torch = pytest.importorskip("torch")
    module, twin, arrays = row.module(), row.torch(torch).double(), row.arrays()
    twin.train(row.training)
    state = row.to_torch(module.state_dict())
    twin.load_state_dict({k: torch.from_numpy(a.copy()) for k, a in state.items()}, strict=False)
    assert {name for name, _ in twin.named_parameters()} <= set(state)
    places = row.places(arrays)
    ours = [ac.Variable(a) if k in places else a for k, a in enumerate(arrays)]
    theirs = [torch.from_numpy(a.copy()).requires_grad_(k in places) for k, a in enumerate(arrays)]
    tolerance = {"rtol": 1e-10 * row.scale, "atol": 1e-11 * row.scale}

    for _ in range(10 if row.sgd else 1):
        out, twin_out = module(*ours), row.output(row.call_torch(twin, *theirs))
        found, expected = plain(out), [part.detach().numpy() for part in parts(twin_out)]
        for a, b in zip(found, expected, strict=True):
            np.testing.assert_allclose(a, b, **tolerance)
        (flat(out) ** 2).mean().backward()
        torch.cat([part.reshape(-1) for part in parts(twin_out)]).square().mean().backward()
        for k in places:
            np.testing.assert_allclose(ours[k].grad, theirs[k].grad.numpy(), **tolerance)
            ours[k].grad = theirs[k].grad = None
        grads = {path: p.grad for path, p in module.named_parameters() if p.grad is not None}
        renamed = row.to_torch(grads)
        for name, p in twin.named_parameters():
            if name in renamed:
                np.testing.assert_allclose(renamed[name], p.grad.numpy(), **tolerance)
            with torch.no_grad():
                p -= 0.1 * p.grad
            p.grad = None
        for p in module.parameters():
            if p.grad is not None:
                p.data -= 0.1 * p.grad
                p.grad = None


def test_every_module_has_a_row():
    """The table is complete: what computes and is public has at least one row."""
    public = [getattr(nn, name) for name in nn.__all__]
    modules = {c for c in public if isinstance(c, type) and issubclass(c, nn.Module)}
    held = {nn.Module, nn.Model, nn.ModuleList, nn.ModuleDict, nn.ParameterList}

    assert {type(row.make()) for row in ROWS} == modules - held
