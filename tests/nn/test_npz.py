"""The .npz container: every array comes back bit for bit, every attack is refused."""

import io
import json
import os
import pickle
import struct
import sys
import time
import tracemalloc
import zipfile
import zlib

import numpy as np
import pytest

import nn
from autograd_core import StateError
from nn import npz

STATE = {"fc.weight": np.arange(12.0).reshape(3, 4), "fc.bias": np.float32([1, 2, 3])}


@pytest.fixture
def path(tmp_path):
    """A valid file."""
    nn.save(STATE, tmp_path / "w.npz")
    return tmp_path / "w.npz"


def assert_same(expected, found):
    """The same names in the same order; dtypes, shapes and bits."""
    assert list(expected) == list(found)
    for name, array in expected.items():
        array = np.asarray(array)
        assert (array.shape, array.dtype.newbyteorder("=")) == (
            found[name].shape,
            found[name].dtype,
        )
        assert found[name].dtype.isnative
        assert array.astype(found[name].dtype).tobytes() == found[name].tobytes(), name


def round_trip(state, tmp_path):
    """Saved and loaded."""
    nn.save(state, tmp_path / "r.npz")
    return nn.load(tmp_path / "r.npz")


DTYPES = [*"?bhilqBHILQefdgFDG", ">f8", ">i2", ">c8"]


@pytest.mark.parametrize("dtype", DTYPES)
def test_dtypes_come_back(dtype, tmp_path):
    """Bit for bit, in every layout and in the order of this machine."""
    a = np.arange(24).reshape(4, 6).astype(dtype)
    state = {
        "plain": a, "transposed": a.T, "Fortran": np.asfortranarray(a), "strided": a[::2, 1::3],
        "reversed": a[::-1, ::-1], "broadcast": np.broadcast_to(a[0], (3, 6)), "0-d": a[1, 2],
        "empty": a[:0], "rows of nothing": np.zeros((5, 0, 2), dtype),
    }  # fmt: skip

    assert_same(state, round_trip(state, tmp_path))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "longdouble"])
def test_numbers_that_are_not_ordinary_come_back(dtype, tmp_path):
    """-0.0, subnormals, infinities and the payloads of NaNs keep their bits."""
    tiny = np.finfo(dtype).smallest_subnormal
    a = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, tiny, -tiny], dtype)
    if dtype != "longdouble":
        a[4:5].view(f"u{a.itemsize}")[:] |= 5  # a payload

    assert_same({"a": a}, round_trip({"a": a}, tmp_path))


def test_names_are_data(tmp_path):
    """Any text is a name: it is neither a key of np.savez nor a path."""
    names = [
        "allow_pickle", "file", "a\0b", "w", "w.npy", "p0.npy", "header.json", "../../x", "/etc/x",
        "", " ", "重み", "вес", "وزن", "😀", "\ud800", "a/b", "a\\b", "{0.__class__}", "%s", '"\n',
        "x" * 70_000,
    ]  # fmt: skip
    state = {name: np.float64(k) for k, name in enumerate(names)}

    assert_same(state, round_trip(state, tmp_path))


def test_a_thousand_parameters_come_back(tmp_path):
    """In their order."""
    rng = np.random.default_rng(0)
    state = {f"layers.{k}.weight": rng.normal(size=(k % 7, 3)) for k in range(1000)}

    assert_same(state, round_trip(state, tmp_path))


def test_nothing_comes_back(tmp_path):
    """A file without arrays is one."""
    assert round_trip({}, tmp_path) == {}


def test_numpy_opens_the_file(path):
    """Also without this library: members by number, and the header that maps names to them."""
    with np.load(path, allow_pickle=False) as file:
        header = json.loads(file["header.json"])
        for name, array in STATE.items():
            np.testing.assert_array_equal(file[header["arrays"][name]["member"]], array)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["header.json", "p0.npy", "p1.npy"]


def test_the_same_state_makes_the_same_file(path, tmp_path):
    """No date and no chance is in it."""
    nn.save(STATE, tmp_path / "again.npz")

    assert path.read_bytes() == (tmp_path / "again.npz").read_bytes()


def test_what_cannot_be_saved_leaves_no_file(tmp_path):
    """The state is checked before a file is begun."""
    with pytest.raises(StateError, match="'b' cannot be saved"):
        nn.save({"a": np.ones(2), "b": np.array([None])}, tmp_path / "w.npz")
    assert os.listdir(tmp_path) == []


class Payload:
    """What a pickle would run."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        """Create a file."""
        return open, (str(self.path), "w")


def refused(path, data=None, match="no weights that can be loaded"):
    """Loading raises, without creating a file, quickly and in little memory."""
    if data is not None:
        path.write_bytes(data)
    before = sorted(os.listdir(path.parent))
    tracemalloc.start()
    start = time.perf_counter()
    try:
        with pytest.raises(StateError, match=match):
            nn.load(path)
        assert tracemalloc.get_traced_memory()[1] < 2 * path.stat().st_size + 200_000
    finally:
        tracemalloc.stop()
    assert time.perf_counter() - start < 1
    assert sorted(os.listdir(path.parent)) == before
    return True


def archive(header, members=(), **options):
    """A zip archive as Python's own module writes it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", **options) as zf:
        zf.writestr("header.json", header if isinstance(header, bytes) else json.dumps(header))
        for name, content in members:
            zf.writestr(name, content)
    return file.getvalue()


def forged(header, content=b""):
    """An archive that begins as ours do, with any header."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return npz._before(b"header.json", zlib.crc32(text), len(text)) + text + content


def described(**changes):
    """A header of one array of two float64, with changes to what it says about the array."""
    about = {"member": "p0.npy", "dtype": "<f8", "shape": [2], **changes}
    return {"format": 1, "longdouble": npz._MANTISSA, "arrays": {"w": about}, "metadata": {}}


def test_pickles_are_not_run(tmp_path, monkeypatch):
    """Neither a pickle under this suffix nor an array of objects is opened as one."""
    monkeypatch.chdir(tmp_path)
    objects = np.array([Payload(tmp_path / "owned")], object)
    np.savez("objects.npz", w=objects)
    np.save("array.npy", objects)
    (tmp_path / "pickle.npz").write_bytes(pickle.dumps(objects))

    for name in ("objects.npz", "array.npy", "pickle.npz"):
        assert refused(tmp_path / name)
    member = (tmp_path / "array.npy").read_bytes()
    for dtype in ("|O", "O", "object"):
        assert refused(tmp_path / "forged.npz", forged(described(dtype=dtype), member), "type")
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize(
    "shape", [[10**12], [200_000_000], [10**18, 0], [0, 10**18], [2**62, 4], [-1], [2**64]], ids=str
)
def test_sizes_are_compared_with_the_bytes_present(shape, path):
    """Terabytes over 64 bytes, overflowing products, negative lengths: seen in the header."""
    assert refused(path, forged(described(shape=shape), bytes(64)))


@pytest.mark.parametrize(
    "dtype",
    ["<V8", "<U2", "|S8", "<M8[s]", "<m8[s]", "O", "f8", "=f8", "<f3", [["a", "<f8"]], None, "os"],
    ids=str,
)
def test_only_known_dtypes_are_read(dtype, path):
    """Records, texts, dates, objects, modules and unknown widths are not on the list."""
    assert refused(path, forged(described(dtype=dtype), bytes(200)))


def test_a_big_endian_file_is_read(path):
    """Bytes are swapped where a machine of the other order has written them."""
    big = {"w": np.array([1.5, -2.0], ">f8")}
    name, entry, preamble = next(npz._members([npz.Entry(np.dtype(">f8"), (2,))]))
    content = preamble + big["w"].tobytes()
    member = (name, zlib.crc32(content), len(content))
    header = json.dumps(described(dtype=">f8")).encode()
    first = (b"header.json", zlib.crc32(header), len(header))

    path.write_bytes(forged(header, npz._before(*member) + content + npz._after([first, member])))
    assert entry.nbytes == 16
    assert_same(big, nn.load(path))


def test_longdoubles_of_another_machine_are_not_misread(path):
    """One width has several meanings, so the header names the precision."""
    nn.save({"w": np.ones(2, np.longdouble)}, path)
    header = described(dtype=np.dtype(np.longdouble).str) | {"longdouble": 112}

    assert refused(path, forged(header, bytes(500)), "another kind of machine")


def test_zip_bombs_are_not_unpacked(path):
    """Nothing compressed is read, so nothing grows."""
    header = described(shape=[25_000_000])
    bomb = archive(header, [("p0.npy", bytes(20_000_000))], compression=zipfile.ZIP_DEFLATED)

    assert len(bomb) < 100_000
    assert refused(path, bomb)


def test_one_header_cannot_claim_more_than_its_limit(path):
    """A header of a gigabyte is refused by its length."""
    start = npz._before(b"header.json", 0, 10**9)

    assert refused(path, start + bytes(1000), "header claims")


def test_every_truncation_is_refused(path):
    """Cut anywhere, also to nothing."""
    data = path.read_bytes()

    assert all(refused(path, data[:n]) for n in [*range(0, len(data), 7), len(data) - 1])


def test_every_flipped_bit_is_refused(path):
    """There is no byte that is not checked."""
    nn.save({"w": np.float16([1])}, path)
    data = bytearray(path.read_bytes())

    for position in range(len(data)):
        bit = 1 << position % 8
        data[position] ^= bit
        path.write_bytes(data)
        with pytest.raises(StateError):
            nn.load(path)
        data[position] ^= bit


@pytest.mark.parametrize("before", [b"", b"#!/bin/sh\nexit\n", b"%PDF-1.4"])
@pytest.mark.parametrize("after", [b"", b"x", b"\0" * 30, b"PK\x05\x06" + bytes(18)])
def test_polyglots_are_refused(before, after, path):
    """Nothing may stand before or after the archive."""
    data = path.read_bytes()

    if before or after:
        assert refused(path, before + data + after)


def test_other_archives_are_refused(path, tmp_path):
    """Members twice, outside, unknown, compressed, commented: not what nn.save writes."""
    array = io.BytesIO()
    np.save(array, np.zeros(2))
    member = ("p0.npy", array.getvalue())
    others = [
        archive(described(), [member]),
        archive(described(), [member, ("p1.npy", b"")]),
        archive(described(), [("../../x", array.getvalue())]),
        archive(described(), [("p0.txt", b"text")]),
        archive(described(), []),
        path.read_bytes().replace(b"p1.npy", b"p0.npy"),
        path.read_bytes().replace(b"p1.npy", b"../../"),
    ]
    with pytest.warns(UserWarning, match="Duplicate"):
        others.append(archive(described(), [member, member]))
    np.savez(tmp_path / "n.npz", w=np.zeros(2))
    others.append((tmp_path / "n.npz").read_bytes())

    assert all(refused(path, data) for data in others)


@pytest.mark.parametrize(
    "header",
    [
        b"[" * 100_000,
        b"\xef\xbb\xbf{}",
        b"\xff\xfe",
        b"[]",
        {},
        {"format": 2, "longdouble": 63, "arrays": {}, "metadata": {}},
        {"format": "1; import os", "longdouble": 63, "arrays": {}, "metadata": {}},
        {"format": 1, "longdouble": 63, "arrays": [], "metadata": {}},
        {"format": 1, "longdouble": 63, "arrays": {"w": 1}, "metadata": {}},
        {"format": 1, "longdouble": 63, "arrays": {}, "metadata": "os.system"},
        {"format": 1, "longdouble": 63, "arrays": {}, "metadata": {}, "more": 1},
        {"format": 1, "a": 63, "arrays": {"w": {}}, "metadata": {}},
        described(member="p1.npy"),
        described(member="../../x"),
        described(more=1),
        described(shape="2"),
    ],
    ids=lambda h: str(h)[:40],
)
def test_bad_headers_are_refused(header, path):
    """Whatever JSON can do wrong, and whatever a header can say wrong."""
    assert refused(path, forged(header, bytes(300)))


def test_names_that_occur_twice_are_refused(path):
    """No name is silently replaced by another array."""
    text = json.dumps(described()).replace('"arrays": {', '"arrays": {"w": {}, ').encode()

    assert refused(path, forged(text, bytes(300)), "twice")


def test_a_crowded_header_is_read_in_linear_time(path):
    """Fifty thousand arrays that are not there are refused in seconds."""
    about = json.dumps({"member": "p{}.npy", "dtype": "|i1", "shape": [0]})
    arrays = ",".join(f'"{k}": {about.replace("{}", str(k))}' for k in range(50_000))
    text = f'{{"format": 1, "longdouble": 63, "arrays": {{{arrays}}}, "metadata": {{}}}}'.encode()

    path.write_bytes(forged(text))
    start = time.perf_counter()
    with pytest.raises(StateError, match="describes"):
        nn.load(path)
    assert time.perf_counter() - start < 5


def mutated(data, rng):
    """The file with some bytes changed, moved, dropped or doubled."""
    data = bytearray(data)
    for _ in range(rng.integers(1, 4)):
        i, j = sorted(rng.integers(0, len(data) + 1, 2))
        match rng.integers(5):
            case 0:
                data[i : i + 1] = rng.bytes(1)
            case 1:
                del data[i:j]
            case 2:
                data[i:i] = data[i:j]
            case 3:
                data[i : i + 8] = struct.pack("<q", rng.choice([0, -1, 2**31, 2**62]))
            case 4:
                data[i:j] = data[i:j][::-1]
    return bytes(data)


def fuzz(path, count, seed):
    """Only StateError comes out of mutations, unless the file is as it was."""
    valid = path.read_bytes()
    expected = nn.load(path)
    rng = np.random.default_rng(seed)
    for _ in range(count):
        data = mutated(valid, rng)
        path.write_bytes(data)
        try:
            found = nn.load(path)
        except StateError:
            assert data != valid
        else:
            assert_same(expected, found)
    return True


@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
def test_mutations_are_refused_or_harmless(suffix, tmp_path):
    """Three hundred mutations of each kind of file: StateError or a file of arrays."""
    path = tmp_path / f"w{suffix}"
    nn.save(STATE, path)

    assert fuzz(path, 300, 0) if suffix == ".npz" else fuzz_safetensors(path, 300, 0)


def fuzz_safetensors(path, count, seed):
    """Only StateError comes out of mutations; a flipped number is a number there."""
    valid = path.read_bytes()
    rng = np.random.default_rng(seed)
    for _ in range(count):
        path.write_bytes(mutated(valid, rng))
        try:
            found = nn.load(path)
        except StateError:
            continue
        assert sum(a.nbytes for a in found.values()) <= 2 * path.stat().st_size
    return True


MUTATIONS = int(os.environ.get("FUZZ_MUTATIONS", "20000"))


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
def test_many_mutations_are_refused_or_harmless(suffix, tmp_path):
    """As many mutations of each kind of file as the environment says; the seed is printed."""
    path = tmp_path / f"w{suffix}"
    nn.save(STATE, path)
    seed = int.from_bytes(os.urandom(4), "little")
    sys.stderr.write(f"seed {seed}\n")

    assert (fuzz if suffix == ".npz" else fuzz_safetensors)(path, MUTATIONS, seed)
