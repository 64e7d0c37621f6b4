"""Metrics of predictions: NumPy alone, (y_true, y_pred)."""

__all__: list[str] = []
