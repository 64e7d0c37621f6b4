"""Cross-entropy: stable, equal to its composition, and exact about labels."""

import math

import numpy as np
import pytest

import autograd_core as ac
import nn.functional as F

RNG = np.random.default_rng(0)
X, LABELS = RNG.normal(size=(5, 3)) * 2, np.array([0, 2, 1, 1, 2])


def composed(x, labels):
    """The losses of rows, as one would write them."""
    return np.log(np.exp(x).sum(axis=1)) - x[np.arange(len(labels)), labels]


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_fused_equals_composed(reduction):
    """The fused operation and its plain composition agree to the second derivative."""
    reduce = {"mean": np.mean, "sum": np.sum, "none": lambda x: x}[reduction]
    weights = np.arange(1.0, 6.0) if reduction == "none" else 1.0

    def fused(x):
        return np.sum(weights * F.cross_entropy(x, LABELS, reduction=reduction)) ** 2

    def plain(x):
        return np.sum(weights * reduce(composed(x, LABELS))) ** 2

    for transform in (lambda f: f, ac.grad, ac.hessian):
        np.testing.assert_allclose(transform(fused)(X), transform(plain)(X), rtol=1e-11, atol=1e-13)
    assert ac.gradcheck(lambda x: F.cross_entropy(x, LABELS, reduction=reduction), X, order=2)


def test_the_gradient_is_softmax_less_one_hot():
    """For the mean over n rows the gradient is (p - one-hot)/n, in each swept mode."""
    expected = (F.softmax(X) - np.eye(3)[LABELS]) / 5

    for options in ({}, {"retain_graph": True}, {"create_graph": True}):
        x = ac.Variable(X)
        F.cross_entropy(x, LABELS).backward(**options)
        found = x.grad.numpy() if isinstance(x.grad, ac.Variable) else x.grad
        np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-16)


def test_a_retained_graph_gives_the_same_gradient_twice():
    """What the forward pass has kept is not written into."""
    x = ac.Variable(X)
    loss = F.cross_entropy(x, LABELS)
    loss.backward(retain_graph=True)
    first = x.grad.copy()
    x.grad = None
    loss.backward()

    assert (x.grad == first).all()


def test_labels_may_change_after_the_call():
    """The loss owns its labels: a batch array that is filled again does no harm."""
    labels, x = LABELS.copy(), ac.Variable(X)
    loss = F.cross_entropy(x, labels)
    labels[...] = 0
    loss.backward()

    np.testing.assert_allclose(x.grad, (F.softmax(X) - np.eye(3)[LABELS]) / 5)


def test_extreme_logits():
    """±1e4 and -inf give finite losses and gradients where the label's logit is finite."""
    x = np.array([[1e4, -1e4, 0.0], [1e4, -1e4, 0.0], [-np.inf, 0.0, 0.0]])
    labels = np.array([0, 1, 2])

    assert F.cross_entropy(x, labels, reduction="none").tolist() == [0.0, 2e4, math.log(2)]
    gradient = ac.grad(lambda x: F.cross_entropy(x, labels))(x) * 3
    assert gradient.tolist() == [[0, 0, 0], [1, -1, 0], [0, 0.5, -0.5]]
    assert F.cross_entropy([[1.0], [2.0]], [0, 0]) == 0
    assert F.cross_entropy([[-np.inf, 0.0]], [0]) == np.inf
    assert F.cross_entropy([[-np.inf, 0.0]], [[0.0, 1.0]]) == 0


@pytest.mark.parametrize("classes", [2, 10, 32, 33, 200])
def test_few_and_many_classes(classes):
    """Short and long rows take different ways to the same number."""
    x = RNG.normal(size=(7, classes))
    labels = RNG.integers(classes, size=7)

    np.testing.assert_allclose(
        F.cross_entropy(x, labels, reduction="none"), composed(x, labels), rtol=1e-13
    )
    np.testing.assert_allclose(
        ac.grad(lambda x: F.cross_entropy(x, labels))(x),
        ac.grad(lambda x: np.mean(composed(x, labels)))(x),
        rtol=1e-11,
        atol=1e-16,
    )


def test_memory_orders():
    """Transposed and strided logits are read as they stand."""
    for x in (np.asfortranarray(X), np.repeat(X, 2, axis=1)[:, ::2], X[::-1][::-1]):
        leaf = ac.Variable(x)
        F.cross_entropy(leaf, LABELS).backward()
        np.testing.assert_allclose(leaf.grad, ac.grad(lambda x: F.cross_entropy(x, LABELS))(X))


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int16, np.uint64, np.int64, bool])
def test_integer_dtypes(dtype):
    """Labels have any integer dtype; float32 logits stay float32."""
    labels = (LABELS % 2).astype(dtype)
    x = ac.Variable(X.astype(np.float32))

    loss = F.cross_entropy(x, labels)
    loss.backward()

    assert loss.item() == pytest.approx(np.mean(composed(X, LABELS % 2)), rel=1e-6)
    assert (loss.dtype, x.grad.dtype) == (np.float32, np.float32)


def test_axes():
    """Classes stand along axis 1, or where axis= says; one sample needs no axis of its own."""
    images = RNG.normal(size=(2, 3, 4, 5))
    labels = RNG.integers(3, size=(2, 4, 5))
    expected = F.cross_entropy(images, labels, reduction="none")

    assert expected.shape == (2, 4, 5)
    last = np.moveaxis(images, 1, -1)
    assert (F.cross_entropy(last, labels, reduction="none", axis=-1) == expected).all()
    np.testing.assert_allclose(
        expected[0].ravel(), composed(images[0].reshape(3, -1).T, labels[0].ravel())
    )
    one = F.cross_entropy(X[0], LABELS[0], reduction="none")
    assert one.shape == ()
    assert one == pytest.approx(composed(X, LABELS)[0])


def torch_loss(x, labels, **options):
    """PyTorch's cross-entropy and its gradient."""
    torch = pytest.importorskip("torch")
    weight = options.pop("weight", None)
    weight = weight if weight is None else torch.tensor(weight, dtype=torch.float64)
    leaf = torch.tensor(x, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(leaf, torch.tensor(labels), weight=weight, **options)
    loss.sum().backward()
    return loss.detach().numpy(), leaf.grad.numpy()


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("weight", [None, [0.5, 1.0, 3.0]])
@pytest.mark.parametrize("ignore_index", [-100, 1])
@pytest.mark.parametrize("label_smoothing", [0.0, 0.2])
def test_options_against_torch(reduction, weight, ignore_index, label_smoothing):
    """Weights, ignored labels and smoothing, in all combinations, are PyTorch's."""
    labels = np.where(LABELS == 1, ignore_index, LABELS)
    options = {"reduction": reduction, "weight": weight, "label_smoothing": label_smoothing}
    expected, gradient = torch_loss(X, labels, ignore_index=ignore_index, **options)

    def loss(x):
        return F.cross_entropy(x, labels, ignore_index=ignore_index, **options)

    np.testing.assert_allclose(loss(X), expected, rtol=1e-12)
    np.testing.assert_allclose(ac.grad(lambda x: loss(x).sum())(X), gradient, atol=1e-14)
    rows = np.eye(3)[LABELS] * 0.8 + 0.2 / 3
    expected, gradient = torch_loss(X, rows, **options)
    np.testing.assert_allclose(F.cross_entropy(X, rows, **options), expected, rtol=1e-12)


def test_sample_weights():
    """With weights the mean is Σ wℓ / Σ w, class weights and ignored rows included."""
    s, w = np.array([1.0, 0.0, 2.0, 1.0, 3.0]), np.array([0.5, 1.0, 2.0])
    entries = composed(X, LABELS)

    assert F.cross_entropy(X, LABELS, s) == pytest.approx((s * entries).sum() / s.sum())
    both = s * w[LABELS]
    assert F.cross_entropy(X, LABELS, s, weight=w) == pytest.approx(
        (both * entries).sum() / both.sum()
    )
    kept = LABELS != 2
    assert F.cross_entropy(X, LABELS, s, ignore_index=2) == pytest.approx(
        (s * entries)[kept].sum() / s[kept].sum()
    )
    found = F.cross_entropy(X, LABELS, s, "none", ignore_index=2)
    np.testing.assert_allclose(found, s * entries * kept)


def test_what_is_ignored_has_no_influence():
    """An ignored row may hold anything; where all are ignored there is no mean."""
    x = X.copy()
    x[2:4] = np.nan

    assert F.cross_entropy(x, LABELS, ignore_index=1) == pytest.approx(
        composed(X, LABELS)[LABELS != 1].mean()
    )
    gradient = ac.grad(lambda x: F.cross_entropy(x, LABELS, ignore_index=1))(x)
    assert (gradient[2:4] == 0).all()
    with pytest.raises(ac.ShapeError, match="got no rows"):
        F.cross_entropy(X, np.full(5, 7), ignore_index=7)
    ignored = F.cross_entropy(X, np.full(5, 7), ignore_index=7, reduction="none")
    assert ignored.tolist() == [0.0] * 5


def test_negative_log_likelihood():
    """nll_loss after log_softmax is cross_entropy, with the same options."""
    options = {"weight": [0.5, 1.0, 3.0], "ignore_index": 1}

    for reduction in ("mean", "sum", "none"):
        np.testing.assert_allclose(
            F.nll_loss(F.log_softmax(X), LABELS, None, reduction, **options),
            F.cross_entropy(X, LABELS, None, reduction, **options),
        )
    assert F.nll_loss(F.log_softmax(X), LABELS) == pytest.approx(F.cross_entropy(X, LABELS))
    assert ac.gradcheck(lambda x: F.nll_loss(F.log_softmax(x), LABELS, **options), X, order=2)


# --- error 6 --------------------------------------------------------------------------------------
LABEL_ERRORS = [
    (
        [1, 2, 3],
        "CrossEntropyLoss got labels 1, 2, 3 for 3 classes.",
        "class labels are the integers 0 to 2; these look one-based.",
        "target - 1",
    ),
    (
        [0.0, 1.0, 2.0],
        "CrossEntropyLoss got labels of dtype float64 for 3 classes.",
        "class labels are the integers 0 to 2.",
        "target.astype(int); or, for rows of probabilities, a target of shape (3, 3)",
    ),
    (
        [-1, 1, 1],
        "CrossEntropyLoss got labels -1, 1 for 3 classes.",
        "class labels are the integers 0 to 2; these look like signs.",
        "(target + 1) // 2",
    ),
    (
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        "CrossEntropyLoss got integers of shape (3, 3), that of its input.",
        "rows of integers are one-hot; rows of probabilities are floating-point.",
        "target.argmax(axis=1), or target.astype(float)",
    ),
    (
        [0, 5, 1],
        "CrossEntropyLoss got label 5 in row 1 for 3 classes.",
        "class labels are the integers 0 to 2.",
        "ignore_index=5, or a last layer with 6 outputs",
    ),
    (
        [0, 1, -100],
        "CrossEntropyLoss got label -100 in row 2 for 3 classes.",
        "class labels are the integers 0 to 2.",
        "ignore_index=-100",
    ),
]


@pytest.mark.parametrize(("labels", "what", "why", "hint"), LABEL_ERRORS)
def test_label_errors(labels, what, why, hint):
    """Error 6 in its variants: what was found, which labels there are, what to do."""
    with pytest.raises(ac.LabelError) as caught:
        F.cross_entropy(X[:3], labels)

    assert (caught.value.what, caught.value.why, caught.value.hint) == (what, why, hint)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: F.cross_entropy(X, LABELS[:, None]), "target.reshape(-1)"),
        (lambda: F.cross_entropy(X, LABELS[:3]), "so labels have shape (5,)"),
        (lambda: F.cross_entropy(X, LABELS, weight=np.ones(4)), "got weight of shape (4,)"),
        (lambda: F.cross_entropy(X, LABELS, np.ones(3)), "got sample_weight of shape (3,)"),
        (lambda: F.cross_entropy(X, LABELS, np.zeros(5)), "got weights that sum to 0"),
        (lambda: F.cross_entropy(X, LABELS, label_smoothing=2.0), "got label_smoothing=2.0."),
        (lambda: F.cross_entropy(X, F.softmax(X), ignore_index=1), "a row of probabilities"),
        (lambda: F.cross_entropy(X, LABELS, reduction="avg"), "reduction='avg' is not known."),
        (lambda: F.multi_margin_loss(X[None], LABELS), "it takes rows of scores, (N, C)."),
    ],
)
def test_what_is_refused(call, message):
    """Shapes and options that make no sense raise, and say what would."""
    with pytest.raises(ac.AutogradError) as caught:
        call()

    assert message in str(caught.value)
    assert caught.value.hint


def test_a_nan_in_rows_of_probabilities():
    """A nan names its row."""
    rows = F.softmax(X)
    rows[3, 0] = np.nan

    with pytest.raises(ac.NumericError, match="got nan in row 3 of the target"):
        F.cross_entropy(X, rows)


def test_rows_may_be_computed():
    """A target of probabilities that is tracked has a gradient: distillation."""
    assert ac.gradcheck(lambda x, t: F.cross_entropy(x, F.softmax(t)), X, X[::-1].copy(), order=2)
