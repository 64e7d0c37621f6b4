"""Whole Jacobians and Hessians, in both modes, from one recorded call."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.errors import ArgumentError, DtypeError

MODES = ("reverse", "forward", "auto")
MATRIX = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def rosenbrock(x):
    """The banana-shaped valley."""
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def rosenbrock_hessian(x):
    """By hand: tridiagonal."""
    diagonal = np.zeros_like(x)
    diagonal[:-1] = 1200 * x[:-1] ** 2 - 400 * x[1:] + 2
    diagonal[1:] += 200
    beside = -400 * x[:-1]
    return np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1)


@pytest.mark.parametrize("mode", MODES)
def test_the_shape_is_output_and_input(mode):
    """Of a matrix by a matrix, four axes."""
    x = np.arange(6.0).reshape(3, 2)

    found = ac.jacobian(lambda x: MATRIX @ x, mode=mode)(x)

    assert found.shape == (2, 2, 3, 2)
    np.testing.assert_array_equal(found, np.einsum("ik,jl->ijkl", MATRIX, np.eye(2)))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("container", [list, tuple, np.stack, ac.array])
def test_a_list_of_numbers_counts_as_an_array(mode, container):
    """As SciPy's users write it."""
    found = ac.jacobian(lambda x: container([x[0] * x[1], x[1] ** 2]), mode=mode)(
        np.array([2.0, 3.0])
    )

    assert found.tolist() == [[3.0, 2.0], [0.0, 6.0]]


def test_a_list_may_mix_variables_and_numbers():
    """What does not depend has a row of zeros."""
    found = ac.jacobian(lambda x: [x[0], 5.0, 2 * x[1]])(np.ones(2))

    assert found.tolist() == [[1.0, 0.0], [0.0, 0.0], [0.0, 2.0]]


@pytest.mark.parametrize("mode", MODES)
def test_numbers_in_and_out(mode):
    """A derivative, a row, a column."""
    assert ac.jacobian(lambda x: x**2, mode=mode)(3.0) == 6.0
    assert ac.jacobian(np.sum, mode=mode)(np.ones(3)).tolist() == [1.0, 1.0, 1.0]
    assert ac.jacobian(lambda x: x * np.ones(2), mode=mode)(3.0).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("mode", MODES)
def test_several_inputs_and_outputs(mode):
    """The structure of the output, with that of the input in place of each leaf."""

    def f(p, y):
        return {"sum": p["a"] + y, "product": p["a"] * y[0]}

    found = ac.jacobian(f, (0, "y"), mode=mode)({"a": np.ones(2)}, np.array([2.0, 3.0]))

    by_p, by_y = found["product"]
    assert by_p["a"].tolist() == [[2.0, 0.0], [0.0, 2.0]]
    assert by_y.tolist() == [[1.0, 0.0], [1.0, 0.0]]
    assert found["sum"][1].tolist() == [[1.0, 0.0], [0.0, 1.0]]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shape", [(0,), (0, 2)])
def test_empty_inputs_and_outputs(mode, shape):
    """Shapes are right where there is nothing to compute."""
    assert ac.jacobian(lambda x: x * 2, mode=mode)(np.zeros(shape)).shape == shape + shape
    assert ac.jacobian(lambda x: np.ones(3), mode=mode)(np.zeros(shape)).shape == (3, *shape)
    assert ac.jacobian(lambda x: x[:0], mode=mode)(np.ones(2)).shape == (0, 2)


def test_the_cheaper_mode_is_taken():
    """One recorded call; sweeps for few outputs, pushes for few inputs."""
    calls = []

    def f(x):
        calls.append(x)
        return MATRIX @ x

    ac.jacobian(f)(np.ones(3))
    ac.hessian(lambda x: calls.append(x) or np.sum(x**3))(np.ones(5))

    assert len(calls) == 2


@pytest.mark.parametrize("mode", MODES)
def test_complex_jacobians(mode):
    """Holomorphic ones are f′; real inputs give complex columns; real outputs steepest ascents."""
    z, x = np.array([1 + 2j, -0.5 + 0.3j]), np.array([0.3, 0.7])

    holomorphic = ac.jacobian(lambda z: z**2, mode=mode, holomorphic=True)(z)
    np.testing.assert_allclose(holomorphic, np.diag(2 * z))
    np.testing.assert_allclose(
        ac.jacobian(lambda x: np.exp(1j * x), mode=mode)(x), np.diag(1j * np.exp(1j * x))
    )
    np.testing.assert_allclose(
        ac.jacobian(lambda z: np.abs(z) ** 2, mode=mode)(z), np.diag(2 * z), atol=1e-15
    )
    with pytest.raises(DtypeError, match="complex result"):
        ac.jacobian(lambda z: z**2, mode=mode)(z)


@pytest.mark.parametrize("mode", MODES)
def test_dtypes_are_kept(mode):
    """float32 stays float32."""
    found = ac.jacobian(lambda x: np.sin(x), mode=mode)(np.ones(2, np.float32))

    assert found.dtype == np.float32


def test_extras_pass_through():
    """Plain, as the second result."""
    found, aux = ac.jacobian(lambda x: (x * x, np.sum(x)), has_aux=True)(np.ones(2))

    assert found.tolist() == [[2.0, 0.0], [0.0, 2.0]]
    assert aux == 2.0


@pytest.mark.parametrize("output", ["text", True, np.array([True, False])])
def test_what_is_not_a_number_is_refused(output):
    """Zeros would look like an answer."""
    with pytest.raises(DtypeError, match="jacobian got a result of dtype"):
        ac.jacobian(lambda x: {"y": x, "z": output})(1.0)


def test_an_unknown_mode_is_refused_at_once():
    """The message lists the modes."""
    with pytest.raises(ArgumentError, match="no mode 'backward'"):
        ac.jacobian(np.sin, mode="backward")


@pytest.mark.parametrize("mode", MODES)
def test_a_hessian_is_what_it_is_by_hand(mode):
    """Rosenbrock in eight variables."""
    x = np.linspace(-1, 1, 8)

    found = ac.hessian(rosenbrock, mode=mode)(x)

    np.testing.assert_allclose(found, rosenbrock_hessian(x), rtol=1e-12, atol=1e-12)


def test_the_hessian_of_an_array_is_refused():
    """The error speaks of the function, and of no other transform than the one that was called."""
    with pytest.raises(ac.NotScalarError, match="A gradient needs a function that returns one"):
        ac.hessian(lambda x: x**2)(np.ones(2))


def test_complex_hessians_are_refused():
    """The product with a vector is defined, the matrix is not."""
    with pytest.raises(DtypeError, match="hessian got an argument of dtype complex128"):
        ac.hessian(lambda z: np.abs(z) ** 2)(1 + 2j)
    np.testing.assert_allclose(ac.hvp(lambda z: np.abs(z) ** 2)(1 + 2j, 3 - 1j), 6 - 2j)


def test_hessians_of_several_arguments():
    """A block for each pair."""
    found = ac.hessian(lambda x, y: x**2 * y, (0, 1))(3.0, 5.0)

    assert found == ((10.0, 6.0), (6.0, 0.0))


def test_hessians_of_nested_arguments():
    """The structure of the input twice."""
    found = ac.hessian(lambda p: p["a"] ** 2 * np.sum(p["b"]))({"a": 3.0, "b": np.ones(2)})

    assert found["a"]["a"] == 4.0
    assert found["a"]["b"].tolist() == [6.0, 6.0]
    assert found["b"]["a"].tolist() == [6.0, 6.0]
    assert found["b"]["b"].tolist() == [[0.0, 0.0], [0.0, 0.0]]


@pytest.mark.parametrize("outer", MODES)
@pytest.mark.parametrize("inner", MODES)
def test_third_derivatives(outer, inner):
    """The Jacobian of a Hessian, modes mixed at will."""
    x = np.array([0.7, 1.3])
    third = ac.jacobian(ac.hessian(lambda v: np.sum(v**4), mode=inner), mode=outer)(x)

    expected = np.zeros((2, 2, 2))
    expected[[0, 1], [0, 1], [0, 1]] = 24 * x
    np.testing.assert_allclose(third, expected, rtol=1e-12, atol=1e-12)


def test_the_gradient_of_a_jacobian():
    """A Jacobian inside a function that is differentiated."""
    found = ac.grad(lambda x: np.sum(ac.jacobian(lambda v: v**3)(x)))(np.array([1.0, 2.0]))

    np.testing.assert_allclose(found, [6.0, 12.0])


def test_the_jacobian_of_a_model():
    """A column for each parameter, as SciPy's curve_fit wants it."""
    t = np.linspace(0, 4, 50)

    found = ac.curve_fit_jac(lambda t, a, b: a * np.exp(-b * t))(t, 2.0, 0.7)

    e = np.exp(-0.7 * t)
    np.testing.assert_allclose(found, np.stack([e, -2 * t * e], axis=1))
