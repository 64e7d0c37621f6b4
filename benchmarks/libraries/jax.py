"""JAX: the program in ``jax.numpy``, compiled once outside the clock, in float64."""

import jax
import jax.numpy as jnp

from . import namespace

IMPORT = "import jax.numpy"
jax.config.update("jax_enable_x64", True)
xp = namespace(jnp, stop=jax.lax.stop_gradient)


def gradient(case):
    """jit(grad) by all parameters."""
    parameters, constants = case.arrays()
    inputs = [jnp.asarray(v) for v in (*parameters, *constants)]
    everything = tuple(range(len(parameters)))
    slope = jax.jit(jax.grad(lambda *inputs: case.run(xp, *inputs), everything))
    return lambda: jax.block_until_ready(slope(*inputs))
