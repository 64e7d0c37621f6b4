"""Find out what went wrong: where a bad number was made, why a gradient is missing.

``anomalies`` is ``debug()``, ``holdings`` is ``tape_stats()``.
"""

from .anomalies import debug
from .holdings import tape_stats

__all__ = ["debug", "tape_stats"]
