"""What metrics are given, read as one thing: labels (n,), probabilities (n, C), values, weights."""

from typing import Any

import numpy as np

from autograd_core import ArgumentError, LabelError, NumericError, ShapeError, Variable

__all__ = ["label_pair", "labels", "probabilities", "scores", "value_pair", "weights"]


def plain(name: str, array: Any) -> np.ndarray:
    """The values of an array-like; a single column (n, 1) is (n,)."""
    values = np.asarray(array.data if isinstance(array, Variable) else array)
    if values.dtype == object:
        values = np.array(values.tolist())  # labels in a pandas column
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim == 0 or len(values) == 0:
        raise ShapeError(
            f"{name} got an array of shape {np.shape(array)}.",
            "a metric is taken over samples, of which there are none.",
            "arrays of at least one row",
        )
    if values.dtype.kind == "f" and np.isnan(values).any():
        raise NumericError(
            f"{name} got NaN in row {int(np.argwhere(np.isnan(values))[0][0])}.",
            "NaN is neither larger nor smaller than anything.",
            "np.isnan(model.predict(X)).any(axis=-1) finds the rows",
        )
    return values


def _same_rows(name: str, y_true: np.ndarray, y_pred: np.ndarray) -> None:
    """Refuse predictions of another number of samples."""
    if len(y_true) != len(y_pred):
        raise ShapeError(
            f"{name} got y_true of shape {y_true.shape} and y_pred of shape {y_pred.shape}.",
            "rows are samples: both have one per sample.",
            "predictions of the rows that y_true belongs to",
        )


def _is_one_hot(rows: np.ndarray) -> bool:
    """Whether each row (n, C) has one 1 and zeros elsewhere."""
    return bool(((rows == 0) | (rows == 1)).all() and (rows.sum(axis=1) == 1).all())


def labels(name: str, y_true: Any) -> np.ndarray:
    """The true labels (n,) in integers, strings or whole numbers; one-hot rows are decoded."""
    true = plain(name, y_true)
    if true.ndim == 2 and true.dtype.kind in "iubf" and _is_one_hot(true):
        found: np.ndarray = true.argmax(axis=1)
        return found
    if true.ndim > 1:
        raise LabelError(
            f"{name} got y_true of shape {true.shape} that is not one-hot.",
            "each row belongs to one class: one 1, and zeros elsewhere.",
            "one label per sample, y_true of shape (n,)",
        )
    if true.dtype.kind == "f" and (true != np.rint(true)).any():
        raise LabelError(
            f"{name} got y_true of {true.dtype} values that are no labels.",
            "classes are labeled by whole numbers or strings.",
            f"{name}(y_true, y_pred), in this order; r2 or mse for values",
        )
    return true.astype(np.int64) if true.dtype.kind in "fb" else true


def _fit_columns(name: str, true: np.ndarray, columns: int) -> None:
    """Refuse labels that number no column of the predictions."""
    whole = true.dtype.kind in "iu"
    if not whole or true.min() < 0 or true.max() >= columns:
        found = ", ".join(map(str, np.unique(true)[:10].tolist()))
        raise LabelError(
            f"{name} got labels {found} for {columns} classes.",
            f"columns of y_pred are the classes 0 to {columns - 1}.",
            "np.unique(y_true, return_inverse=True)[1], which numbers any labels",
        )


def label_pair(name: str, y_true: Any, y_pred: Any) -> tuple[np.ndarray, np.ndarray, int | None]:
    """True and predicted labels (n,) each, and the number of columns where there were some."""
    true, predicted = labels(name, y_true), plain(name, y_pred)
    _same_rows(name, true, predicted)
    if predicted.ndim == 2:
        if predicted.dtype.kind in "iub" and not _is_one_hot(predicted):
            raise LabelError(
                f"{name} got y_pred of shape {predicted.shape} in integers that are not one-hot.",
                "a row of labels for several classes has no single one to compare.",
                f"{name}(y_true[:, k], y_pred[:, k]) for each k",
            )
        _fit_columns(name, true, predicted.shape[1])
        return true, predicted.argmax(axis=1), predicted.shape[1]
    if predicted.ndim > 2:
        raise ShapeError(
            f"{name} got y_pred of shape {predicted.shape}.",
            "predictions are labels (n,) or a score per class (n, C).",
            "y_pred.reshape(len(y_pred), -1)",
        )
    if predicted.dtype.kind == "f":
        if (predicted == np.rint(predicted)).all():
            predicted = predicted.astype(np.int64)
        else:
            _probable(name, predicted)
            _fit_columns(name, true, 2)
            return true, (predicted > 0.5).astype(np.int64), 2
    elif predicted.dtype.kind == "b":
        predicted = predicted.astype(np.int64)
    if (true.dtype.kind in "US") != (predicted.dtype.kind in "US"):
        raise LabelError(
            f"{name} got labels of {true.dtype} and of {predicted.dtype}.",
            "a string equals no number.",
            "the same kind of labels in both",
        )
    return true, predicted, None


def _probable(name: str, values: np.ndarray) -> None:
    """Refuse probabilities outside [0, 1]."""
    low, high = values.min(), values.max()
    if low < 0 or high > 1:
        one = values.ndim == 1
        raise ArgumentError(
            f"{name} got y_pred from {low:.3g} to {high:.3g}.",
            "a probability lies between 0 and 1; these look like the outputs before it.",
            f"nn.functional.{'sigmoid(y_pred)' if one else 'softmax(y_pred)'}",
        )


def probabilities(name: str, y_true: Any, y_pred: Any) -> tuple[np.ndarray, np.ndarray]:
    """Labels (n,) from 0 on, and probabilities (n, C), two columns made of one."""
    true, rows = labels(name, y_true), plain(name, y_pred)
    _same_rows(name, true, rows)
    rows = rows if rows.dtype.kind == "f" else rows.astype(np.float64)
    _probable(name, rows)
    if rows.ndim == 1:
        rows = np.column_stack([1 - rows, rows])
    elif not np.allclose(rows.sum(axis=1), 1, rtol=np.sqrt(np.finfo(rows.dtype).eps)):
        raise ArgumentError(
            f"{name} got rows of y_pred that do not sum to 1.",
            "the classes of a sample exclude each other.",
            "nn.functional.softmax(y_pred)",
        )
    _fit_columns(name, true, rows.shape[1])
    return true, rows


def scores(name: str, y_true: Any, y_score: Any) -> tuple[np.ndarray, np.ndarray]:
    """Whether the class is there, and its score, of each class to judge: (K, n) each.

    K is 1 for two classes, the larger label being the positive one, and C for C score columns.
    """
    true, score = labels(name, y_true), plain(name, y_score)
    _same_rows(name, true, score)
    classes = np.unique(true)
    if len(classes) < 2:
        raise LabelError(
            f"{name} got labels of one class only, {classes[0]}.",
            "it says how well scores tell one class from another.",
            "more samples, or a split with stratify=y",
        )
    if score.ndim == 2 and score.shape[1] > 2:
        _fit_columns(name, true, score.shape[1])
        missing = np.setdiff1d(np.arange(score.shape[1]), classes)
        if len(missing):
            raise LabelError(
                f"{name} got no sample of class {missing[0]}.",
                "it compares each class with the rest and means over classes.",
                "more samples, or the columns of the classes that are there",
            )
        return true == classes[:, None], score.T
    if len(classes) > 2 or score.ndim > 2:
        raise LabelError(
            f"{name} got {len(classes)} classes and scores of shape {score.shape}.",
            "one score tells two classes apart.",
            "scores of shape (n, C), a column per class",
        )
    positive = score[:, 1] if score.ndim == 2 else score
    return (true == classes[1])[None], positive[None]


def value_pair(name: str, y_true: Any, y_pred: Any) -> tuple[np.ndarray, np.ndarray]:
    """Values (n, K) in float64, true and predicted."""
    true, predicted = plain(name, y_true), plain(name, y_pred)
    if true.shape != predicted.shape:
        raise ShapeError(
            f"{name} got y_true of shape {np.shape(y_true)} and y_pred of shape "
            f"{np.shape(y_pred)}.",
            "each prediction has one true value.",
            "y_pred.reshape(y_true.shape)",
        )
    rows = len(true)
    return true.astype(np.float64).reshape(rows, -1), predicted.astype(np.float64).reshape(rows, -1)


def weights(name: str, sample_weight: Any, rows: int) -> np.ndarray:
    """Weights (n,), ones where none are given."""
    if sample_weight is None:
        return np.ones(rows)
    found = plain(name, sample_weight).astype(np.float64)
    if found.shape != (rows,):
        raise ShapeError(
            f"{name} got sample_weight of shape {found.shape} for {rows} samples.",
            hint="one weight per sample",
        )
    if (found < 0).any() or not found.sum() > 0:
        raise ArgumentError(
            f"{name} got weights that sum to {found.sum():g}, the smallest {found.min():g}.",
            hint="weights of 0 or more, not all 0",
        )
    return found
