"""Find out what went wrong: where a bad number was made, why a gradient is missing.

``anomalies`` is ``debug()``.
"""

from .anomalies import debug

__all__ = ["debug"]
