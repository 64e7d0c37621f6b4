"""Files are read only if they are files, and replaced whole or not at all."""

import errno
import os
import signal
import stat
import subprocess
import sys
import threading

import numpy as np
import pytest

import nn
from nn.files import reading, replacing

OLD = {"w": np.arange(3.0)}
NEW = {"w": np.ones(1000)}


@pytest.fixture
def path(tmp_path):
    """A file with the old weights, alone in its folder."""
    nn.save(OLD, tmp_path / "w.npz")
    return tmp_path / "w.npz"


def test_a_file_takes_the_path_it_was_given(tmp_path):
    """No suffix is added, and nothing else is left in the folder."""
    nn.save(OLD, tmp_path / "weights.ckpt")

    assert os.listdir(tmp_path) == ["weights.ckpt"]
    np.testing.assert_array_equal(nn.load(tmp_path / "weights.ckpt")["w"], OLD["w"])


def test_a_path_may_be_relative(tmp_path, monkeypatch):
    """A bare name is a file in the current folder."""
    monkeypatch.chdir(tmp_path)

    nn.save(OLD, "w.npz")
    assert os.listdir() == ["w.npz"]


def write_half(path, error):
    """Begin to replace a file, and fail."""
    with replacing(path) as file:
        file.write(b"half")
        raise error


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "full"), MemoryError(), KeyboardInterrupt()]
)
def test_an_interrupted_save_leaves_the_old_file(path, error):
    """A full disk, no memory, Ctrl-C: the old file stays, the new one goes."""
    with pytest.raises(type(error)):
        write_half(path, error)

    assert os.listdir(path.parent) == ["w.npz"]
    np.testing.assert_array_equal(nn.load(path)["w"], OLD["w"])


def test_a_full_disk_leaves_the_old_file(path):
    """A real limit on the size of files stops the save without a trace."""
    resource = pytest.importorskip("resource", reason="limits are those of POSIX")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    former = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            nn.save(NEW, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, former)

    assert os.listdir(path.parent) == ["w.npz"]
    np.testing.assert_array_equal(nn.load(path)["w"], OLD["w"])


def test_a_killed_process_leaves_the_old_file(path):
    """After kill -9 in the middle of a save the old file can be read."""
    program = (
        "import os, signal, sys\n"
        "from nn.files import replacing\n"
        "with replacing(sys.argv[1]) as file:\n"
        "    file.write(b'half')\n"
        "    file.flush()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, path], check=False)

    assert ended.returncode == -signal.SIGKILL
    np.testing.assert_array_equal(nn.load(path)["w"], OLD["w"])


def test_of_two_writers_one_wins(path):
    """Two threads that save at once leave one of their files whole."""
    states = [{"w": np.full(5000, k)} for k in (1.0, 2.0)]
    threads = [
        threading.Thread(target=lambda s=s: [nn.save(s, path) for _ in range(20)]) for s in states
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = nn.load(path)["w"]
    assert any(np.array_equal(found, s["w"]) for s in states)
    assert os.listdir(path.parent) == ["w.npz"]


def test_the_disk_has_it_before_it_is_renamed(path, monkeypatch):
    """The file is synced, renamed, and then its folder is synced."""
    calls = []
    sync, replace = os.fsync, os.replace
    monkeypatch.setattr(
        os, "fsync", lambda d: (calls.append(stat.S_ISDIR(os.fstat(d).st_mode)), sync(d))
    )
    monkeypatch.setattr(os, "replace", lambda a, b: (calls.append("replace"), replace(a, b)))

    nn.save(NEW, path)
    assert calls == [False, "replace", True]


def test_permissions_stay(path):
    """A replaced file keeps its mode; a new one has the one that open gives."""
    path.chmod(0o640)
    nn.save(NEW, path)
    open(path.parent / "other", "wb").close()
    nn.save(NEW, path.parent / "new.npz")

    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert (path.parent / "new.npz").stat().st_mode == (path.parent / "other").stat().st_mode


def folder(path):
    """A folder where the file should be."""
    path.unlink()
    path.mkdir()


def pipe(path):
    """A pipe that nobody writes into."""
    path.unlink()
    os.mkfifo(path)


def link(path):
    """A link to the file, which must not be replaced through it."""
    path.rename(path.parent / "target")
    path.symlink_to(path.parent / "target")


def loop(path):
    """A link to itself."""
    path.unlink()
    path.symlink_to(path)


def missing(path):
    """No file, and no folder either."""
    path.unlink()
    path.parent.rmdir()


@pytest.mark.parametrize("make", [folder, pipe, loop, missing])
def test_what_is_no_file_is_not_read(path, make):
    """An OSError names the path, at once."""
    make(path)

    with pytest.raises(OSError, match=r"w\.npz") as caught:
        nn.load(path)
    assert os.fspath(caught.value.filename) == os.fspath(path)


@pytest.mark.parametrize("make", [folder, pipe, link, loop, missing])
def test_what_is_no_file_is_not_replaced(path, make):
    """An OSError names the path; nothing is left behind, and the target of a link stays."""
    make(path)
    before = sorted(os.listdir(path.parent)) if path.parent.exists() else None

    with pytest.raises(OSError, match=r"w\.npz") as caught:
        nn.save(NEW, path)
    assert os.fspath(caught.value.filename) == os.fspath(path)
    assert before == (sorted(os.listdir(path.parent)) if path.parent.exists() else None)


def test_a_link_to_a_file_is_read(path):
    """Caches of weights are made of links."""
    link(path)

    np.testing.assert_array_equal(nn.load(path)["w"], OLD["w"])


def test_a_file_that_may_not_be_opened_names_its_path(path, monkeypatch):
    """The error of the system speaks of the path given, not of the temporary file."""

    def refused(name, *_, **__):
        raise PermissionError(errno.EACCES, "Permission denied", name)

    monkeypatch.setattr("builtins.open", refused)
    for action in (reading, replacing):
        with pytest.raises(PermissionError) as caught, action(path):
            pass
        assert os.fspath(caught.value.filename) == os.fspath(path)
