"""The commands by name: what each is given, what it prints where, and how it ends."""

import argparse
import difflib
import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn, TextIO

import autograd_core as ac

from .checks import gradcheck
from .demo import demo
from .doctor import doctor, info
from .gradients import grad
from .graphs import graph
from .tables import inspect, supported

PROGRAM = "autograd-core"
WELL, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130
VALUES = "name=value: x=2, x=1+2j, x=1,2,3, 'x=[[1,2],[3,4]]', x=@file.npy"

# fmt: off
COMMANDS: dict[str, tuple[Callable[[argparse.Namespace], bool], str, str]] = {
    # name: what runs, what it is for, an example
    "grad":      (grad, "value and gradients of a formula, checked by finite differences",
                  'grad "sin(x1) + x1*x2" x1=2 x2=3'),
    "graph":     (graph, "the graph of a formula, in a file or as text",
                  'graph "sin(x1) + x1*x2" x1=2 x2=3 --out y.html'),
    "demo":      (demo, "a checked gradient, its graph, and a trained classifier",
                  "demo circles --plot circles.png"),
    "doctor":    (doctor, "what is installed, and whether it works", "doctor"),
    "info":      (info, "versions on one line, for bug reports", "info"),
    "gradcheck": (gradcheck, "the derivatives of a function of yours, beside differences",
                  "gradcheck package.module:function 1.0 2.0"),
    "supported": (supported, "whether a function is differentiable; without a name, all",
                  "supported np.interp"),
    "inspect":   (inspect, "what a file of weights holds", "inspect weights.npz"),
}
# fmt: on


def layout(prog: str) -> argparse.HelpFormatter:
    """Help with its lines as they are written, and room for the longest command."""
    return argparse.RawDescriptionHelpFormatter(prog, max_help_position=30)


class Parser(argparse.ArgumentParser):
    """A parser whose errors propose what may have been meant."""

    def error(self, message: str) -> NoReturn:
        """Print the usage and the message, and end with 2."""
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{PROGRAM}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: what stands after the program's name; those of the process by default.
    Returns:
        the exit code: 0 when all is well, 1 when a check failed or a file could not be written,
        2 when the command was not understood.

    >>> main(["info"])  # doctest: +ELLIPSIS
    autograd-core ..., Python ..., NumPy ...
    0
    """
    forgive(sys.stdout, sys.stderr)
    try:
        code = run(sys.argv[1:] if arguments is None else list(arguments))
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return WELL
    except KeyboardInterrupt:
        print(f"\n{PROGRAM}: interrupted", file=sys.stderr)
        return INTERRUPTED
    return code


def forgive(*streams: TextIO) -> None:
    """Let a terminal that lacks a character show a question mark in its place."""
    for stream in streams:
        if isinstance(stream, TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="replace")


def run(arguments: list[str]) -> int:
    """Parse, run, and tell of errors in a person's words."""
    parser = commands()
    try:
        args = parsed(parser, arguments)
        return WELL if args.run(args) else FAILED
    except SystemExit as end:  # how argparse ends, after --help too
        return end.code if isinstance(end.code, int) else USAGE
    except ac.ArgumentError as err:
        return told(err, USAGE)
    except (ac.AutogradError, OSError) as err:
        if isinstance(err, BrokenPipeError):
            raise
        return told(err, FAILED)


def told(error: Exception, code: int) -> int:
    """Print an error to the standard error; the exit code."""
    sys.stdout.flush()
    text = str(error)
    if isinstance(error, OSError) and error.filename and error.strerror:
        text = f"{error.filename}: {error.strerror}."
    print(f"{PROGRAM}: {text}", file=sys.stderr)
    return code


def commands() -> argparse.ArgumentParser:
    """The parser of all commands."""
    examples = "\n".join(f"  {PROGRAM} {example}" for _, _, example in COMMANDS.values())
    parser = Parser(
        prog=PROGRAM,
        description="Differentiate NumPy code: gradients, graphs, and a network, from a terminal.",
        epilog=f"examples:\n{examples}\n\nexit codes: 0 all is well, 1 a check failed, 2 usage.\n"
        f"`{PROGRAM} COMMAND --help` says more. Without installing: python -m autograd_core.",
        formatter_class=layout,
    )
    parser.add_argument("-V", "--version", action="version", version=f"{PROGRAM} {ac.__version__}")
    below = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (run, purpose, example) in COMMANDS.items():
        command = below.add_parser(
            name,
            help=purpose,
            description=f"{purpose[0].upper()}{purpose[1:]}.",
            epilog=f"example:\n  {PROGRAM} {example}",
            formatter_class=layout,
        )
        command.set_defaults(run=run)
        OPTIONS.get(name, lambda _: None)(command)
    return parser


def parsed(parser: argparse.ArgumentParser, arguments: list[str]) -> argparse.Namespace:
    """The arguments of a command; values may stand before and after options."""
    first = next((a for a in arguments if not a.startswith("-")), None)
    if not arguments:
        parser.error(f"no command was given; there are {', '.join(COMMANDS)}; see --help")
    if first is not None and first not in COMMANDS:
        near = difflib.get_close_matches(first, COMMANDS, 1)
        meant = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(COMMANDS)}"
        parser.error(f"there is no command {first!r}{meant}")
    if first in ("grad", "graph"):  # a formula may begin with a minus
        arguments = [f" {a}" if is_negative(a) else a for a in arguments]
    args, rest = parser.parse_known_args(arguments)
    strange = [text for text in rest if text.startswith("-")]
    if rest and (strange or not hasattr(args, "values")):
        shown = " ".join(strange or rest)[:60]
        parser.error(f"{args.command} does not know {shown}; see {args.command} --help")
    if rest:
        args.values = [*args.values, *rest]
    return args


def is_negative(argument: str) -> bool:
    """Whether an argument is a formula that begins with a minus, and no option."""
    return len(argument) > 1 and argument[0] == "-" and argument[1] not in "-ho"


# --- the arguments of each command ----------------------------------------------------------------
def formula(parser: argparse.ArgumentParser) -> None:
    """A formula and its values."""
    parser.add_argument("formula", metavar="FORMULA", help="in quotes; NumPy's functions are known")
    parser.add_argument("values", metavar="NAME=VALUE", nargs="*", help=VALUES)


def count(text: str) -> int:
    """A whole number from 1 on; ValueError, which argparse tells, for anything else."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def picture(parser: argparse.ArgumentParser) -> None:
    """A formula, and how its graph is shown."""
    formula(parser)
    suffixes = ".dot .svg .png .pdf .mmd .md .txt .html .json"
    parser.add_argument("-o", "--out", metavar="FILE", help=f"in the format of {suffixes}")
    parser.add_argument("--style", help="default, compact, full, micrograd, backward, paper")
    parser.add_argument("--direction", choices=("forward", "backward", "both"))
    parser.add_argument("--theme", choices=("light", "dark"))
    parser.add_argument("--show", metavar="WHAT", help='such as "value grad", or "+dtype -grad"')
    parser.add_argument("--depth", type=count, help="scopes deeper than this become one box")
    parser.add_argument("--max-nodes", type=count, help="boxes at most, 500 by default")


def sample(parser: argparse.ArgumentParser) -> None:
    """Which demo."""
    parser.add_argument(
        "what", nargs="?", choices=("spiral", "circles"),
        help="train on this alone; without it: a gradient, its graph, and the spiral",
    )  # fmt: skip
    parser.add_argument(
        "--plot", metavar="FILE", type=Path, help=".png, .svg or .pdf; needs matplotlib"
    )


def function(parser: argparse.ArgumentParser) -> None:
    """A function, and where to check it."""
    parser.add_argument("function", metavar="MODULE:FUNCTION")
    parser.add_argument(
        "values", metavar="VALUE", nargs="*", help="numbers or arrays in order, or " + VALUES
    )
    parser.add_argument("--order", type=int, choices=(1, 2), default=2, help="of derivatives")
    parser.add_argument("--seed", type=int, default=0, help="of the random directions")


def name(parser: argparse.ArgumentParser) -> None:
    """What is asked for."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="such as np.interp or np.linalg")


def file(parser: argparse.ArgumentParser) -> None:
    """A file of weights."""
    parser.add_argument("file", metavar="FILE", help=".npz or .safetensors")


OPTIONS = {
    "grad": formula, "graph": picture, "demo": sample, "gradcheck": function,
    "supported": name, "inspect": file,
}  # fmt: skip
