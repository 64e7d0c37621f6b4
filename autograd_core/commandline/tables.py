"""``supported`` and ``inspect``: what has a derivative, and what a file of weights holds."""

import math
from argparse import Namespace
from typing import Any

import autograd_core as ac


def supported(args: Namespace) -> bool:
    """Print what is known of a function, a module, or all; whether it is known."""
    found = ac.supported(args.name)
    print(found)
    return getattr(found, "status", "") != "unknown"


def inspect(args: Namespace) -> bool:
    """Print the arrays in a file of weights, and the architecture; True.

    Raises:
        StateError: the file is damaged, or something else.
        OSError: it cannot be read.
    """
    from nn.serialize import opened

    with opened(args.file) as reader:
        entries, metadata = dict(reader.entries), dict(reader.metadata)
    rows = [
        (printable(name), str(e.shape), e.dtype.name, size(bytes_of(e)))
        for name, e in entries.items()
    ]
    table = [("name", "shape", "dtype", "bytes"), *rows]
    widths = [max(len(line[k]) for line in table) for k in range(3)]
    for name, shape, dtype, number in table:
        print(f"{name:<{widths[0]}}  {shape:<{widths[1]}}  {dtype:<{widths[2]}}  {number}")
    numbers = sum(math.prod(entry.shape) for entry in entries.values())
    print(
        f"{len(entries)} arrays, {numbers:,} numbers, {size(sum(map(bytes_of, entries.values())))}"
    )
    if "architecture" in metadata:
        print("\n".join(outline(metadata["architecture"])))
    else:
        print("no architecture: model.save writes one")
    return True


def bytes_of(entry: Any) -> int:
    """What an array takes."""
    return int(math.prod(entry.shape)) * int(entry.dtype.itemsize)


def size(number: int) -> str:
    """A number of bytes as a person reads it.

    >>> size(512), size(2048), size(3 * 2**20)
    ('512 B', '2.0 KiB', '3.0 MiB')
    """
    if number < 1024:
        return f"{number} B"
    power = min(int(math.log2(number) // 10), 4)
    return f"{number / 1024**power:.1f} {' KMGT'[power]}iB"


def outline(made: Any, indent: str = "  ") -> list[str]:
    """How a saved model was made: a line for each module, with its numbers and words.

    >>> print(*outline({"class": "Linear", "config": {"in_features": 2, "name": None}}))
      Linear  in_features=2
    """
    if isinstance(made, dict) and isinstance(made.get("class"), str):
        config = made.get("config")
        pairs = config.items() if isinstance(config, dict) else ()
        plain = [f"{key}={value}" for key, value in pairs if type(value) in (int, float, str, bool)]
        line = f"{indent}{made['class']}  {', '.join(plain)}".rstrip()
        return [printable(line), *(part for _, v in pairs for part in outline(v, indent + "  "))]
    inner = made.values() if isinstance(made, dict) else made if isinstance(made, list) else ()
    return [part for value in inner for part in outline(value, indent)]


def printable(text: str, most: int = 120) -> str:
    """A text from a file, without what would steer a terminal.

    >>> printable("fc\\x1b[31m")
    'fc?[31m'
    """
    text = "".join(c if c.isprintable() else "?" for c in text)
    return text if len(text) <= most else text[: most - 3] + "..."
