"""The .safetensors container: exchanged with its authors' package, and as strict as the other."""

import json

import numpy as np
import pytest

import nn
from autograd_core import StateError

DTYPES = [*"?bhlqBHLQefdF", ">f8", ">i2", ">c8"]


@pytest.fixture
def path(tmp_path):
    """Where the files of these tests go."""
    return tmp_path / "w.safetensors"


@pytest.fixture
def authors():
    """The reference implementation."""
    return pytest.importorskip("safetensors.numpy", reason="needs the extra safetensors")


def layouts(dtype):
    """One array in all the layouts that a writer may get wrong."""
    a = np.arange(24).reshape(4, 6).astype(dtype)
    return {
        "plain": a, "transposed": a.T, "Fortran": np.asfortranarray(a), "strided": a[::2, 1::3],
        "reversed": a[::-1], "0-d": a[1, 2], "empty": a[:0],
    }  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
def test_dtypes_come_back(dtype, path):
    """Bit for bit in every layout, W.T among them."""
    state = layouts(dtype)
    nn.save(state, path)

    found = nn.load(path)
    assert list(state) == list(found)
    for name, array in state.items():
        assert (array.shape, array.dtype.newbyteorder("=")) == (
            found[name].shape,
            found[name].dtype,
        )
        np.testing.assert_array_equal(found[name], array)


@pytest.mark.parametrize("dtype", DTYPES)
def test_its_authors_read_what_we_write(dtype, path, authors):
    """Names, shapes and values are the same in their package."""
    state = layouts(dtype) | {"重み": np.ones(2)}
    nn.save(state, path)

    found = authors.load_file(path)
    assert set(state) == set(found)
    for name, array in state.items():
        np.testing.assert_array_equal(found[name], array)


@pytest.mark.parametrize("dtype", [d for d in DTYPES if ">" not in d])
def test_we_read_what_its_authors_write(dtype, path, authors):
    """With metadata of other programs, which are no concern of ours."""
    state = {k: np.ascontiguousarray(v) for k, v in layouts(dtype).items() if v.ndim}
    authors.save_file(state, path, metadata={"format": "pt"})

    found = nn.load(path)
    for name, array in state.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)


def test_bfloat16_becomes_float32(path):
    """Exactly: it is the upper half of a float32."""
    torch = pytest.importorskip("torch", reason="it writes bfloat16")
    save_file = pytest.importorskip("safetensors.torch").save_file
    w = torch.tensor([[1.5, -0.0, float("inf")], [3e38, 1e-40, -2.0]], dtype=torch.bfloat16)
    save_file({"w": w, "s": w[0, 0].clone()}, path)

    found = nn.load(path)
    assert {a.dtype for a in found.values()} == {np.dtype("f4")}
    assert found["w"].tobytes() == w.float().numpy().tobytes()
    assert found["s"] == 1.5


@pytest.mark.parametrize("dtype", ["complex128", "longdouble", "clongdouble", "object", "U3"])
def test_what_the_format_does_not_know_is_refused(dtype, path):
    """Before a file is begun; the hint names the other format where that knows it."""
    with pytest.raises(StateError) as caught:
        nn.save({"w": np.zeros(2).astype(dtype)}, path)

    assert not path.exists()
    assert ("use .npz" in str(caught.value)) == (dtype not in ("object", "U3"))


def test_its_own_key_is_no_name(path):
    """The format keeps one name for itself."""
    with pytest.raises(StateError, match="__metadata__"):
        nn.save({"__metadata__": np.zeros(2)}, path)


def made(header, content=b""):
    """A file with any header."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + content


def array(begin=0, end=16, dtype="F64", shape=(2,), **more):
    """What a header says about an array."""
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end], **more}


def test_a_file_by_hand_is_read(path):
    """Also with spaces at the end of the header, and without arrays."""
    path.write_bytes(made({"a": array(), "b": array(16, 32)}, bytes(32)))
    assert list(nn.load(path)) == ["a", "b"]

    path.write_bytes(made(b"{}   "))
    assert nn.load(path) == {}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"1234567",
        bytes(8),
        (10**9).to_bytes(8, "little") + b"{}",
        (2**64 - 1).to_bytes(8, "little") + b"{}",
        made(b" {}"),
        made(b"\xef\xbb\xbf{}"),
        made(b"{" * 100_000),
        made(b'{"a":' * 100_000 + b"{}" + b"}" * 100_000),
        made({"a": array()}, bytes(15)),
        made({"a": array()}, bytes(17)),
        made({"a": array(1, 17)}, bytes(17)),
        made({"a": array(), "b": array(8, 24)}, bytes(24)),
        made({"a": array(), "b": array(24, 40)}, bytes(40)),
        made({"a": array(16, 32), "b": array(0, 16)}, bytes(32)),
        made({"a": array(16, 0)}, bytes(16)),
        made({"a": array(0, 8)}, bytes(8)),
        made({"a": array(False, 16)}, bytes(16)),
        made({"a": array(0.0, 16.0)}, bytes(16)),
        made({"a": array(-16, 0)}, bytes(16)),
        made({"a": array(0, 2**66, shape=[2**62, 4])}, bytes(16)),
        made({"a": array(0, 0, shape=[0, 2**62, 4])}),
        made({"a": array(shape=[-2])}, bytes(16)),
        made({"a": array(shape=[-1, -2])}, bytes(16)),
        made({"a": array(shape=2)}, bytes(16)),
        made({"a": array(dtype="O")}, bytes(16)),
        made({"a": array(dtype="F8_E4M3", end=2)}, bytes(2)),
        made({"a": array(dtype="BOOL", end=2)}, b"\0\2"),
        made({"a": array(more=1)}, bytes(16)),
        made({"a": {"dtype": "F64"}}, bytes(16)),
        made({"a": 1}),
        made({"__metadata__": {"a": 1}}),
        made({"__metadata__": "os.system"}),
        made({"__metadata__": {"autograd-core": "{"}}),
        made({"__metadata__": {"autograd-core": '{"format": 2, "metadata": {}}'}}),
        made({"__metadata__": {"autograd-core": '{"format": 1, "metadata": []}'}}),
        made(b'{"a": 1, "a": 1}'),
    ],
    ids=range(37),
)
def test_bad_files_are_refused(data, path):
    """Holes, overlaps, other orders, begin after end, sizes that do not fit, bad JSON."""
    path.write_bytes(data)

    with pytest.raises(StateError, match="no weights that can be loaded"):
        nn.load(path)
