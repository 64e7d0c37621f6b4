"""Pictures of data, training and models; matplotlib is imported when one is drawn.

Each function draws into ``ax``, or into a new figure, and returns the Axes; none shows a window.
Colors stay apart for those who do not see all of them, and classes have a marker each.
"""

from . import layers, places, scores, training
from .layers import *  # noqa: F403
from .places import *  # noqa: F403
from .scores import *  # noqa: F403
from .training import *  # noqa: F403

__all__ = [
    *layers.__all__,
    *places.__all__,
    *scores.__all__,
    *training.__all__,
]
