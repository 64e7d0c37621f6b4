"""What a program computes, without a single write: the oracle of in-place operations.

The arrays of the program live in flat memories, one for each block of memory that NumPy's own run
allocates; a name is a memory and a position in it for each entry. A write makes a new memory,
gathered from the old one and from what is written; whoever shares the block then reads the new one.
"""

import re

import numpy as np
from harness import plain


class UnclearError(Exception):
    """Parts of a number, as ``.real`` of a complex array, have no place of their own."""


def put(x, index, value):
    """What ``x`` is after ``x[index] = value``, gathered from both."""
    places = np.arange(x.size).reshape(x.shape)
    shape = places[index].shape
    while np.ndim(value) > len(shape):
        value = value[0]
    places[index] = x.size + np.arange(int(np.prod(shape))).reshape(shape)
    value = np.broadcast_to(np.multiply(value, 1), shape).astype(x.dtype)
    return np.concatenate([np.ravel(x), np.ravel(value)])[places]


def repeated(ufunc, x, *others):
    """What ``x`` is after ``ufunc.at(x, [0, -1, 0], *others)``."""
    for k in (0, -1, 0):
        x = put(x, k, ufunc(x[k], *others))
    return x


def diagonal(shape):
    """The index of the entries that fill_diagonal writes."""
    return (np.arange(min(shape)),) * len(shape)


def place(array):
    """The block of memory an array lies in, and the position of each entry in it."""
    owner = array
    while owner.base is not None:  # what as_strided makes has a base of another type
        owner = owner.base if isinstance(owner.base, np.ndarray) else owner.base.base
    if owner.dtype != array.dtype:
        raise UnclearError
    start = array.__array_interface__["data"][0] - owner.__array_interface__["data"][0]
    positions = np.full(array.shape, start // array.itemsize)
    for axis, (n, stride) in enumerate(zip(array.shape, array.strides)):
        steps = np.arange(n) * (stride // array.itemsize)
        positions += steps.reshape(-1, *[1] * (array.ndim - axis - 1))
    return owner, positions


HELPERS = {"put": put, "repeated": repeated, "diagonal": diagonal}


def without_writes(program, values):
    """The namespace of the program, computed without a write.

    Raises:
        UnclearError: the program writes into a part of a number.
    """
    seen = program.names({k: np.array(plain(v)) for k, v in zip(program.leaves, values)})
    names = program.names(dict(zip(program.leaves, values)), **HELPERS)
    memories, places = {}, {}  # the flat memory of a block; the block and positions of a name
    for line in program.lines:
        exec(line, seen)
        if match := re.fullmatch(r"(\w+) = (.*)", line):
            name = match[1]
            names[name] = eval(match[2], names)
            if isinstance(seen[name], np.ndarray):
                owner, positions = place(seen[name])
                places[name] = id(owner), positions
                if id(owner) not in memories:
                    memories[id(owner)] = spread(names[name], positions, owner.size)
        else:
            name, update = program.updates[line]
            block, positions = places[name]
            memories[block] = put(memories[block], positions, eval(update, names))
            for other, (where, at) in places.items():
                if where == block:
                    names[other] = memories[block][at]
    return names


def spread(value, positions, size):
    """A memory of that size with the entries of an array at their positions; the rest is 0."""
    source = np.full(size, positions.size)
    source[positions] = np.arange(positions.size).reshape(positions.shape)
    return np.concatenate([np.ravel(value), np.zeros(1, value.dtype)])[source]
