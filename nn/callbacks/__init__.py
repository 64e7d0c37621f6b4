"""What happens during ``fit`` beside the training: stopping, saving, schedules, logs, pictures."""

from . import base, control, pictures, records
from .base import *  # noqa: F403
from .control import *  # noqa: F403
from .pictures import *  # noqa: F403
from .records import *  # noqa: F403

__all__ = [
    *base.__all__,
    *control.__all__,
    *pictures.__all__,
    *records.__all__,
]
