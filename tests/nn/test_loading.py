"""A loader gives every sample once a pass, in a new order each, and can be stopped and resumed."""

import json
import threading

import numpy as np
import pytest

import autograd_core as ac
import nn

N = 23


def passes(loader, count=1):
    """The batches of some passes, as lists."""
    return [[batch.tolist() for batch in loader] for _ in range(count)]


def flat(batches):
    """All numbers, in order."""
    return [number for batch in batches for number in batch]


@pytest.mark.parametrize("prefetch", [0, 1, 3])
@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("batch_size", [1, 5, N, 100])
def test_a_pass_gives_every_sample_once(batch_size, shuffle, drop_last, prefetch):
    """In batches of one size; ``len`` counts them; the rest is dropped where it is asked for."""
    loader = nn.DataLoader(
        np.arange(N), batch_size, shuffle, rng=0, drop_last=drop_last, prefetch=prefetch
    )
    (batches,) = passes(loader)

    sizes = [len(batch) for batch in batches]
    whole, rest = divmod(N, batch_size)
    assert sizes == [batch_size] * whole + ([rest] if rest and not drop_last else [])
    assert len(batches) == len(loader) == loader.num_batches
    assert len(set(flat(batches))) == sum(sizes)
    if not shuffle:
        assert flat(batches) == list(range(sum(sizes)))


@pytest.mark.parametrize("prefetch", [0, 2])
def test_orders_are_new_and_those_of_the_seed(prefetch):
    """Passes differ; loaders of one seed do not."""
    loader, twin = (nn.DataLoader(np.arange(N), 5, True, rng=3, prefetch=prefetch) for _ in "ab")
    first, second = passes(loader, 2)

    assert first != second
    assert passes(twin, 2) == [first, second]


def test_global_randomness_is_left_alone():
    """NumPy's own state is neither read nor set."""
    np.random.seed(0)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    passes(nn.DataLoader(np.arange(N), shuffle=True, rng=0))

    assert np.array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_sources_give_batches_of_their_own_form():
    """Tuples, dicts, arrays, lists of samples, DataFrames, Variables without gradient."""
    X, y = np.arange(6.0).reshape(3, 2), np.arange(3)

    assert [part.shape for part in next(iter(nn.DataLoader((X, y), 2)))] == [(2, 2), (2,)]
    assert {k: v.shape for k, v in next(iter(nn.DataLoader({"a": X, "b": y}, 2))).items()} == {
        "a": (2, 2),
        "b": (2,),
    }
    assert next(iter(nn.DataLoader(X, 2))).tolist() == X[:2].tolist()
    assert next(iter(nn.DataLoader(ac.Variable(X, requires_grad=False), 2))).shape == (2, 2)
    inputs, labels = next(iter(nn.DataLoader(list(zip(X, y)), 2)))
    assert (inputs.tolist(), labels.tolist()) == (X[:2].tolist(), [0, 1])
    assert next(iter(nn.DataLoader(nn.ArrayDataset(X), 2)))[0].shape == (2, 2)


def test_frames_are_their_values():
    """A DataFrame gives rows of its values, alone and beside a Series."""
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"x": [0.0, 1.0], "y": [2.0, 3.0], "label": [0, 1]})

    assert next(iter(nn.DataLoader(frame, 2))).tolist() == frame.to_numpy().tolist()
    X, y = next(iter(nn.DataLoader((frame[["x", "y"]], frame["label"]), 2)))
    assert (X.tolist(), y.tolist()) == ([[0, 2], [1, 3]], [0, 1])


@pytest.mark.parametrize("size", [1, 2, 3, 5, 30])
def test_shards_are_slices_of_one_order(size):
    """Together they are the whole, also where some are empty."""
    whole = flat(passes(nn.DataLoader(np.arange(N), 4, True, rng=7))[0])

    for rank in range(size):
        loader = nn.DataLoader(np.arange(N), 4, True, rng=7, shard=(rank, size))
        (batches,) = passes(loader)
        assert flat(batches) == whole[rank::size]
        assert len(batches) == len(loader)


def test_samplers_set_the_order():
    """Any numbers with a length; weights; batches of their own."""
    assert passes(nn.DataLoader(np.arange(N), 2, sampler=[5, 3, 1])) == [[[5, 3], [1]]]

    sampler = nn.WeightedSampler([0, 3, 1], 4000, rng=0)
    loader = nn.DataLoader(np.arange(3), 1000, sampler=sampler)
    counts = np.bincount(flat(passes(loader)[0]), minlength=3)
    assert counts[0] == 0
    assert counts[1] / counts[2] == pytest.approx(3, rel=0.1)
    without = nn.WeightedSampler([1, 1, 0, 1], 3, replacement=False, rng=0)
    assert sorted(without) == [0, 1, 3]

    batches = nn.BatchSampler(range(7), 3, drop_last=True)
    loader = nn.DataLoader(np.arange(10), sampler=batches)
    assert (len(loader), passes(loader)) == (2, [[[0, 1, 2], [3, 4, 5]]])
    assert passes(nn.DataLoader(np.arange(10), sampler=batches, shard=(1, 2))) == [[[3, 4, 5]]]


def test_a_batch_is_what_collate_fn_makes_of_samples():
    """It is given a list of samples."""
    samples = [np.zeros(k) for k in (1, 3, 2)]
    loader = nn.DataLoader(samples, 2, collate_fn=lambda batch: [len(one) for one in batch])

    assert list(loader) == [[1, 3], [2]]


def test_prefetch_reads_in_one_thread_and_leaves_none():
    """Abandoned, failing and finished passes leave no thread; reading never runs far ahead."""
    before, read, threads = threading.active_count(), [], set()

    def note(rows):
        read.extend(rows.tolist())
        threads.add(threading.current_thread().name)
        if 9 in rows:
            raise RuntimeError("no nine")
        return rows

    loader = nn.DataLoader(nn.ArrayDataset(np.arange(12), transform=note), 1, prefetch=2)
    for _ in zip(range(3), loader):
        pass
    assert threading.active_count() == before
    assert len(read) <= 6
    assert len(threads) == 1
    assert threading.current_thread().name not in threads
    with pytest.raises(RuntimeError, match="no nine"):
        list(loader)
    assert threading.active_count() == before


def test_prefetch_knows_the_modes_of_the_caller():
    """What is read under no_grad is read under no_grad in the thread too."""
    weight = ac.Variable(np.ones(2))
    data = nn.ArrayDataset(np.ones((4, 2)), transform=lambda x: x * weight)

    with ac.no_grad():
        assert not any(x.requires_grad for (x,) in nn.DataLoader(data, 2, prefetch=1))


@pytest.mark.parametrize("prefetch", [0, 2])
@pytest.mark.parametrize("stop", [0, 1, 3, 5])
def test_resuming_equals_not_stopping(stop, prefetch):
    """From any batch of a pass: the same rest, and the same passes after it."""
    steady, loader = (nn.DataLoader(np.arange(N), 5, True, rng=1, prefetch=prefetch) for _ in "ab")
    expected = passes(steady, 3)
    passes(loader)
    rest = iter(loader)
    for _ in range(stop):
        next(rest)
    state = json.loads(json.dumps(loader.state_dict()))
    rest.close()

    twin = nn.DataLoader(np.arange(N), 5, True, rng=99)
    twin.load_state_dict(state)
    resumed = passes(twin, 2)
    assert expected[1][stop:] == resumed[0]
    assert expected[2] == resumed[1]


def test_a_sampler_is_resumed_with_its_loader():
    """Its generator is part of the state."""
    loader, twin = (
        nn.DataLoader(np.arange(N), 5, sampler=nn.WeightedSampler(np.ones(N), rng=seed))
        for seed in (4, 5)
    )
    first = iter(loader)
    next(first)
    state = loader.state_dict()
    expected = [batch.tolist() for batch in first], passes(loader)

    passes(twin, 2)
    twin.load_state_dict(state)
    assert ([batch.tolist() for batch in twin], passes(twin)) == expected


def test_a_shared_generator_goes_on_where_it_stood():
    """Numbers that others drew from it during the pass are not drawn again."""
    rng = np.random.default_rng(5)
    loader = nn.DataLoader(np.arange(N), 5, True, rng=rng)
    first = iter(loader)
    next(first)
    rng.random(7)
    state = loader.state_dict()
    expected = [batch.tolist() for batch in first], rng.random()

    other = np.random.default_rng(0)
    twin = nn.DataLoader(np.arange(N), 5, True, rng=other)
    twin.load_state_dict(state)
    assert ([batch.tolist() for batch in twin], other.random()) == expected


def test_a_state_that_is_none_changes_nothing():
    """The loader goes on as if it had not been asked."""
    loader, twin = (nn.DataLoader(np.arange(N), 5, True, rng=1) for _ in range(2))
    other = np.random.Generator(np.random.MT19937(0))
    alien = nn.DataLoader(np.arange(N), 5, True, rng=other).state_dict()

    for state in ({}, {"rng": [], "start": [], "batch": 0}, alien):
        with pytest.raises(ac.StateError, match="load_state_dict of a DataLoader"):
            loader.load_state_dict(state)
    assert passes(loader) == passes(twin)


def test_the_generator_of_the_article():
    """``DataGenerator(data, target, batch_size, shuffle)`` in that order, reshuffled each pass."""
    data = nn.DataGenerator(np.arange(10.0), np.arange(10), 4, rng=0)
    first, second = ([y.tolist() for _, y in data] for _ in range(2))

    assert data.num_batches == 3
    assert first != second
    assert [y.tolist() for _, y in nn.DataGenerator(np.eye(3), np.arange(3), 2, False)] == [
        [0, 1],
        [2],
    ]


def test_nothing_to_read_is_no_batch():
    """Zero rows give zero batches."""
    assert list(nn.DataLoader(np.zeros((0, 2)), shuffle=True)) == []
    assert len(nn.DataLoader(np.zeros((0, 2)))) == 0


def test_the_repr_names_the_options():
    """Samples, size, order."""
    assert repr(nn.DataLoader(np.arange(3), 2, True)) == (
        "DataLoader(3 samples, batch_size=2, shuffle=True)"
    )


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: nn.DataLoader(np.arange(3), 0), "0 as batch_size"),
        (lambda: nn.DataLoader(np.ones((3, 2)), np.arange(3)), r"DataLoader\(\(X, y\)"),
        (
            lambda: nn.DataLoader(np.ones((3, 2)), np.arange(3), batch_size=2),
            r"DataLoader\(\(X, y\), batch_size=32\)",
        ),
        (lambda: nn.DataLoader(np.arange(3), 2.5), "2.5 as batch_size"),
        (lambda: nn.DataLoader(np.arange(3), prefetch=-1), "prefetch=-1"),
        (lambda: nn.DataLoader(np.arange(3), shard=(2, 2)), r"shard=\(2, 2\)"),
        (lambda: nn.DataLoader(np.arange(3), shuffle=True, sampler=[0]), "a sampler and shuffle"),
        (
            lambda: nn.DataLoader(np.arange(3), 4, sampler=nn.BatchSampler([0], 1)),
            "a BatchSampler and batch_size",
        ),
        (lambda: nn.DataLoader(np.arange(3), sampler=iter([0])), "as a sampler"),
        (lambda: nn.DataLoader(7), "cannot read 'int'"),
        (lambda: nn.DataLoader(iter([1])), "it needs len"),
        (lambda: nn.WeightedSampler([-1.0]), "that are no weights"),
        (lambda: nn.WeightedSampler([0.0]), "cannot draw 1"),
        (lambda: nn.WeightedSampler([1, 0], replacement=False), "cannot draw 2 samples from 1"),
        (lambda: nn.WeightedSampler([1, 1], -1), "cannot draw -1 samples"),
        (lambda: nn.BatchSampler([0], 0), "0 as batch_size"),
    ],
)
def test_options_that_fit_nothing_are_errors(call, text):
    """None is accepted and ignored."""
    with pytest.raises(ac.ArgumentError, match=text):
        call()
