"""Find out what went wrong: where a bad number was made, why a gradient is missing.

``anomalies`` is ``debug()``, ``holdings`` is ``tape_stats()``, ``paths`` is ``why_no_grad()``.
"""

from .anomalies import debug
from .holdings import tape_stats
from .paths import why_no_grad

__all__ = ["debug", "tape_stats", "why_no_grad"]
