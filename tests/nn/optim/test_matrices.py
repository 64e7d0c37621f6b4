"""LAMB and Muon look at a parameter as a whole."""

import numpy as np
import pytest

import autograd_core as ac
import nn
from nn.optim.matrices import orthogonalize


@pytest.mark.parametrize("shape", [(6, 6), (3, 20), (20, 3), (1, 5)])
def test_singular_values_come_near_one(shape):
    """For square, wide and tall matrices; the singular vectors stay."""
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=shape)
    u, _, vt = np.linalg.svd(matrix, full_matrices=False)
    short, long = sorted(shape)
    scratch = {f"_wide{i}": np.empty((short, long)) for i in (1, 2)}
    scratch |= {f"_square{i}": np.empty((short, short)) for i in (1, 2)}

    orthogonalize(matrix, 6, scratch)
    values = np.diag(u.T @ matrix @ vt.T)
    assert (abs(values - 0.95) < 0.3).all()
    assert np.allclose(u @ np.diag(values) @ vt, matrix)


def test_steps_of_muon_are_nearly_those_of_pytorch():
    """Which computes the iteration with three digits."""
    torch = pytest.importorskip("torch")
    if not hasattr(torch.optim, "Muon"):
        pytest.skip("this PyTorch has no Muon")
    start = np.random.default_rng(0).normal(size=(30, 50))
    w, twin = ac.Variable(start), torch.tensor(start, requires_grad=True)
    ours = nn.Muon([w], lr=0.1)
    theirs = torch.optim.Muon([twin], lr=0.1, adjust_lr_fn="match_rms_adamw")
    for step in range(10):
        w.grad = np.random.default_rng(step).normal(size=start.shape)
        twin.grad = torch.tensor(w.grad)
        ours.step()
        theirs.step()

    assert np.abs(w.data - twin.detach().numpy()).max() < 0.01 * np.abs(w.data - start).max()


def test_muon_leaves_the_rest_to_adamw():
    """Vectors, kernels, and matrices of a group that says so."""
    shapes = [(4,), (2, 3, 3, 3), (5, 4)]
    starts = [np.random.default_rng(1).normal(size=s) for s in shapes]
    params, twins = ([ac.Variable(s) for s in starts] for _ in range(2))
    muon = nn.Muon([{"params": params[:2]}, {"params": params[2:], "matrices": False}], lr=0.1)
    adamw = nn.AdamW(twins, lr=0.1, betas=(0.9, 0.95), weight_decay=0.1)

    for step in range(4):
        for p, t in zip(params, twins):
            p.grad = t.grad = np.random.default_rng(step).normal(size=p.shape)
        muon.step()
        adamw.step()
    assert all(np.allclose(p.data, t.data, rtol=1e-12) for p, t in zip(params, twins))


def test_a_step_of_lamb_is_as_long_as_the_weight():
    """Times the rate; where the weight is zero, as long as the direction."""
    w, v = ac.Variable(np.full(4, 2.0)), ac.Variable(np.zeros(4))
    w.grad = v.grad = np.array([1.0, -2.0, 3.0, -4.0])
    nn.LAMB([w, v], lr=0.1).step()

    assert np.isclose(0.1 * 4.0, np.linalg.norm(w.data - 2.0))
    assert np.allclose(0.1 * -np.sign(v.grad), v.data, atol=1e-6)
