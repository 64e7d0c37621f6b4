"""Functions of functions: grad, jacobian, hessian, vjp, jvp and what is made of them.

A transform calls ``f`` on stand-ins for its arguments (``call``), chosen by position or name
(``selection``), and walks the tape that this leaves: ``gradients`` of one number, ``products``
with the Jacobian, ``jacobians`` whole, ``segments`` that are computed again. Calls that answer for
their own derivative are ``custom``. Transforms never touch ``.grad``.
"""

from .call import Call
from .gradients import elementwise_grad, grad, stop_gradient, value_and_grad
from .jacobians import curve_fit_jac, hessian, jacobian
from .products import hvp, jvp, linear_operator, vjp
from .segments import checkpoint
from .selection import Transformed

__all__ = [
    "Call",
    "Transformed",
    "checkpoint",
    "curve_fit_jac",
    "elementwise_grad",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "linear_operator",
    "stop_gradient",
    "value_and_grad",
    "vjp",
]
