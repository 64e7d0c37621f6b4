"""Unknown keywords: one error for functions, methods and classes, with the nearest name."""

import copy
import pickle

import numpy as np
import pytest

import nn
from autograd_core import ArgumentError
from nn.keywords import checked, signature, spelled

X, Y = np.ones((4, 2)), np.array([0, 1, 0, 1])
CALLS = {
    "DataLoader() has no argument 'batchsize'": lambda: nn.DataLoader(X, batchsize=2),
    "ArrayDataset() has no argument 'transfrom'": lambda: nn.ArrayDataset(X, transfrom=abs),
    "Standardize() has no argument 'axes'": lambda: nn.Standardize(axes=0),
    "RandomFlip() has no argument 'prob'": lambda: nn.RandomFlip(prob=0.1),
    "EarlyStopping() has no argument 'patiance'": lambda: nn.callbacks.EarlyStopping(patiance=2),
    "EMA() has no argument 'decy'": lambda: nn.EMA(nn.Linear(2, 2), decy=0.9),
    "train_test_split() has no argument 'testsize'": lambda: nn.train_test_split(X, testsize=0.5),
    "one_hot() has no argument 'n_classes'": lambda: nn.one_hot(Y, n_classes=2),
    "moons() has no argument 'n_sample'": lambda: nn.datasets.moons(n_sample=10),
    "accuracy() has no argument 'weights'": lambda: nn.metrics.accuracy(Y, Y, weights=Y),
    "scatter() has no argument 'axe'": lambda: nn.plot.scatter(X, axe=None),
    "predict() has no argument 'batchsize'": lambda: nn.Model().predict(X, batchsize=2),
    "evaluate() has no argument 'metric'": lambda: nn.Model().evaluate(X, Y, metric="mae"),
    "compile() has no argument 'optimiser'": lambda: nn.Model().compile(optimiser="adam"),
    "summary() has no argument 'shape'": lambda: nn.Linear(2, 2).summary(shape=(2,)),
    "save_checkpoint() has no argument 'modl'": lambda: nn.save_checkpoint("c", modl=None),
    "Linear() has no argument 'wieght_init'": lambda: nn.Linear(2, 2, wieght_init="zeros"),
    "fit() has no argument 'epoch'": lambda: nn.Model().fit(X, Y, epoch=3),
}


@pytest.mark.parametrize("message", CALLS)
def test_error_16(message):
    """The function or class and the keyword, and what to write."""
    with pytest.raises(ArgumentError) as caught:
        CALLS[message]()

    assert caught.value.what == f"{message}."
    assert caught.value.hint.endswith("=")


SMALL = nn.Model(nn.Linear(2, 2))
MISPLACED = {  # what a user of another library writes: the error, and a part of what to try
    "A loader got an array of shape (4,) as batch_size.": (
        lambda: nn.DataLoader(X, Y, batch_size=2), "DataLoader((X, y), batch_size=32)",
    ),
    "DataLoader() got 'dataset' twice.": (
        lambda: nn.DataLoader(X, dataset=X), "DataLoader(dataset)",
    ),
    "Linear() got 3 arguments by their place.": (
        lambda: nn.Linear(2, 2, "relu"), "activation=",
    ),
    "Conv2d() got no kernel_size.": (
        lambda: nn.Conv2d(3, 16), "Conv2d(in_channels, out_channels, kernel_size)",
    ),
    "Embedding() got no embedding_dim.": (
        lambda: nn.Embedding(100), "Embedding(num_embeddings, embedding_dim)",
    ),
    "ModuleList() got 2 arguments by their place.": (
        lambda: nn.ModuleList(nn.ReLU(), nn.ReLU()), "ModuleList(modules)",
    ),
    "Adam() got no params.": (lambda: nn.Adam(lr=1e-3), "Adam(params)"),
    "StepLR() got no step_size.": (
        lambda: nn.schedules.StepLR(nn.SGD(SMALL)), "StepLR(optimizer, step_size)",
    ),
    "fit() got 8 arguments by their place.": (
        lambda: SMALL.fit(X, Y, 2, 1, "adam", "cross_entropy", 0.1, 2), "metrics=",
    ),
    "accuracy() got 3 arguments by their place.": (
        lambda: nn.metrics.accuracy(Y, Y, Y), "sample_weight=",
    ),
    "Model got 'ReLU' in the place of a name.": (
        lambda: nn.Model().add(nn.ReLU(), nn.ReLU()), "add(first).add(second)",
    ),
    "A call of Model() has no argument 'training'.": (
        lambda: SMALL(X, training=True), "train() or eval() of the model, before the call",
    ),
    "A call of CrossEntropyLoss() got no target.": (
        lambda: nn.CrossEntropyLoss()(X), "CrossEntropyLoss(input, target)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("message", MISPLACED)
def test_arguments_in_the_wrong_place(message):
    """Too many, twice, or missing: what the function takes, and what to write."""
    call, hint = MISPLACED[message]
    with pytest.raises(ArgumentError) as caught:
        call()

    assert caught.value.what == message
    assert hint in caught.value.hint


def test_a_type_error_within_forward_stays_what_it_is():
    """Only arguments that ``forward`` cannot take are spoken of."""

    class Broken(nn.Module):
        def forward(self, x):
            return len(3)

    with pytest.raises(TypeError, match="object of type 'int' has no len"):
        Broken()(X)


def test_other_spellings():
    """Are taken for the function's own; not both at once."""

    @spelled(exponent="power")
    def raised(x, power=2):
        return x**power

    assert raised(3, exponent=3) == raised(3, 3) == 27
    with pytest.raises(ArgumentError, match="'power' twice, also as 'exponent'"):
        raised(3, 2, exponent=3)


def test_a_checked_function_is_still_itself():
    """Name, docstring, signature and pickle are those of the function."""

    def power(x, exponent=2):
        """x to the exponent."""
        return x**exponent

    assert checked(power).__name__ == "power"
    assert checked(power).__doc__ == power.__doc__
    assert pickle.loads(pickle.dumps(nn.metrics.accuracy)) is nn.metrics.accuracy


def test_subclasses_answer_for_their_own_constructors():
    """Also one that takes any keyword; copies are made without one."""

    class Free(nn.callbacks.Callback):
        def __init__(self, **options):
            self.options = options

    class Narrow(nn.callbacks.Callback):
        def __init__(self, one):
            self.one = one

    assert copy.deepcopy(Free(any=1)).options == {"any": 1}
    assert list(signature(Narrow).parameters) == ["one"]
    with pytest.raises(ArgumentError, match=r"Narrow\(\) has no argument 'ones'"):
        Narrow(ones=1)


def test_any_number_of_places_takes_no_keyword():
    """After ``*values`` a keyword is never given twice."""

    class Several(nn.callbacks.Callback):
        def __init__(self, *values, scale=1.0):
            self.values, self.scale = values, scale

    assert Several(1, 2, 3, scale=2.0).scale == 2.0
