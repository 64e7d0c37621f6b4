"""check_layer finds what is wrong with a layer."""

import numpy as np
import pytest

import autograd_core as ac
import nn
from nn.testing import as_function, check_layer


class Scale(nn.Module):
    """A right layer."""

    def __init__(self, features=3):
        self.factor = nn.Parameter(np.linspace(1, 2, features))

    def forward(self, x):
        """factor · x."""
        return self.factor * x


class Wrong(Scale):
    """A derivative that is not the function's."""

    def forward(self, x):
        """Value 2x, gradient of x."""
        return super().forward(x) + ac.stop_gradient(x)


class Writer(Scale):
    """Writes into its input."""

    def forward(self, x):
        """x changed."""
        x *= 1.5
        return super().forward(x)


class Widener(Scale):
    """Widens float32."""

    def forward(self, x):
        """With a float64 array."""
        return super().forward(x) * np.ones(3)


class Crowded(Scale):
    """Fails without samples."""

    def forward(self, x):
        """Times the largest of some ones."""
        return super().forward(x) * np.max(np.ones(x.shape, x.dtype))


class Forgetful(Scale):
    """Keeps state where nobody finds it."""

    def __init__(self):
        super().__init__()
        self.factor = nn.Parameter(np.ones(3))
        self.secret = np.zeros(3)

    def __getstate__(self):
        return {"factor": self.factor, "secret": self.secret + 1}

    def forward(self, x):
        """With a secret."""
        return super().forward(x) + self.secret.astype(x.dtype)


def test_a_right_layer():
    """What was checked is said; the layer is as before."""
    layer = Scale()
    before = layer.state_dict()

    report = check_layer(layer, (3,))

    assert report.splitlines()[0] == "result: 1 array of shape (3, 3), inputs unchanged"
    assert len(report.splitlines()) == 5
    assert (layer.factor.data == before["factor"]).all()


def test_several_inputs_and_random_layers():
    """Shapes in a list; a random layer draws the same numbers in each call of the check."""
    check_layer(nn.Bilinear(2, 3, 1, rng=0), [(2,), (3,)])
    check_layer(nn.Sequential(nn.Dropout(0.5, rng=0), nn.Linear(3, 2, rng=0)), (3,), order=1)


@pytest.mark.parametrize(
    ("layer", "error"),
    [
        (Wrong, ac.GradcheckError),
        (Writer, ac.MutationError),
        (Widener, ac.DtypeError),
        (Crowded, ac.ShapeError),
        (Forgetful, ac.StateError),
    ],
)
def test_wrong_layers(layer, error):
    """Each kind of mistake is found and named."""
    with pytest.raises(error, match=layer.__name__):
        check_layer(layer(), (3,))


def test_as_function_is_pure():
    """The function depends on its arguments alone, in the order of the parameters."""
    layer = nn.Linear(2, 1, rng=0)
    function, (w, b, x) = as_function(layer, [np.ones((1, 2))])

    jacobian = ac.jacobian(function)(0 * w, b, x)

    assert function(w, b, 0 * x).tolist() == [0.0]
    assert jacobian.shape == (1, 2, 1)
    assert layer.weight.grad is None
