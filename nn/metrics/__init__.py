"""Metrics of predictions: NumPy alone, ``(y_true, y_pred)``, equal to scikit-learn's.

Labels, one-hot rows, probabilities and columns (n, 1) are accepted where unambiguous; Variables
are read as the values they hold. What is returned has no gradient.

>>> from nn import metrics
>>> metrics.accuracy([0, 1, 1, 0], [0.2, 0.9, 0.4, 0.1])
0.75
>>> metrics.roc_auc([0, 1, 1, 0], [0.2, 0.9, 0.4, 0.1])
1.0
"""

from . import classification, ranking, regression, running
from .classification import *  # noqa: F403
from .ranking import *  # noqa: F403
from .regression import *  # noqa: F403
from .running import *  # noqa: F403

__all__ = [
    *classification.__all__,
    *ranking.__all__,
    *regression.__all__,
    *running.__all__,
]
