"""The order of a drawing: operations as they were created, each leaf right before its first user.

What stands in it has a number, ``n0``, ``n1``, …; the outputs of an operation with several have
none of their own.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from ..errors import ArgumentError
from ..tape import Node, ancestors, parents_of
from ..variable import Variable
from ..views import Leaf
from .facts import Facts
from .recording import Constant, Failure, Place
from .saved import is_output, operand_places, output_names, output_of

Operand = Node | Constant
Item = Node | Constant | Failure


class Arrangement:
    """The nodes behind some ends with the facts about them, and the order in which they are drawn.

    Args:
        ends: the nodes to start from.
        failure: the operation that raised, if one did.
    """

    def __init__(self, ends: Sequence[Node], failure: Failure | None = None) -> None:
        self.ends, self.failure = list(dict.fromkeys(ends)), failure
        given = [node for _, node in failure.parents] if failure is not None else []
        self.order, _ = ancestors(dict.fromkeys([*self.ends, *given]))
        self.facts = Facts(self.order)
        self.ids: dict[Any, str] = {}  # of nodes, and of constants by key
        self.users: dict[Any, Any] = {}  # the first operation that uses a leaf
        self.ports: dict[Node, tuple[Node, str]] = {}  # outputs → their operation, and which
        self.outputs: dict[Node, dict[int, Node]] = {}
        self.names: dict[Node, list[str]] = {}  # of several outputs

    def arrange(self) -> Iterator[Item]:
        """Operations in order of creation, each leaf right before its first user; all numbered."""
        for node in self.order:
            if node.rule is not None and is_output(node):
                (parent,) = parents_of(node)
                self.ports[node] = parent, self.names_of(parent)[output_of(node)]
                self.outputs.setdefault(parent, {}).setdefault(output_of(node), node)
        for node in self.order:
            if node.rule is None or node in self.ports:
                continue
            yield from self._with_leaves(node)
        for node in self.order:
            if node not in self.ports:  # a leaf that nothing uses is a root
                yield from self._first(node, node)
        if self.failure is not None:
            yield from self._with_leaves(self.failure)

    def names_of(self, node: Node) -> list[str]:
        """The names of several outputs, made once."""
        if node not in self.names:
            self.names[node] = output_names(node)
        return self.names[node]

    def _with_leaves(self, item: Node | Failure) -> Iterator[Item]:
        """An operation after those of its operands that are leaves and have no number yet."""
        for _, operand, _ in self.operands(item):
            if isinstance(operand, Constant) or operand.rule is None:
                yield from self._first(operand, item)
        yield from self._first(item, item)

    def _first(self, item: Item, user: Node | Failure) -> Iterator[Item]:
        """The item with a number of its own, if it has none yet."""
        key = key_of(item)
        if key not in self.ids:
            self.ids[key] = f"n{len(self.ids)}"
            self.users[key] = user
            yield item

    def operands(self, item: Node | Failure) -> list[tuple[Place, Operand, int]]:
        """An operation's operands in the order of the call, each with its place in the call.

        The last is its place among the parents; -1 of a constant.
        """
        found: list[tuple[Place, Operand, int]]
        if isinstance(item, Failure):
            found = [(place, node, k) for k, (place, node) in enumerate(item.parents)]
            constants = item.constants
        else:
            pairs = zip(operand_places(item), parents_of(item), strict=True)
            found = [(place, parent, k) for k, (place, parent) in enumerate(pairs)]
            note = self.facts.recorded.get(item)
            constants = [] if note is None else note.constants
        if constants:
            found += [(place, constant, -1) for place, constant in constants]
            found.sort(key=lambda operand: operand[0])
        return found

    def end_of(self, operand: Operand) -> tuple[str, str]:
        """The identifier of an operand's box, and which of its outputs is meant."""
        if isinstance(operand, Node) and operand in self.ports:
            parent, port = self.ports[operand]
            return self.ids[parent], port
        return self.ids[key_of(operand)], ""

    def box_of(self, node: Any) -> str:
        """The identifier of the box in which a node is; KeyError if it is not on the graph."""
        return self.ids[self.ports[node][0] if node in self.ports else node]

    def resolved(self, key: Any) -> Any:
        """The identifiers of Variables, in a tuple or list too; names and patterns as they are.

        Raises:
            ArgumentError: a Variable is not on the graph.
        """
        if isinstance(key, list | tuple):
            return type(key)([self.resolved(item) for item in key])
        if not isinstance(key, Variable):
            return key
        leaf = key.role.source if type(key.role) is Leaf else None
        for found in (key.node, leaf, None if leaf is None else ("leaf", leaf.number)):
            if found in self.ids or found in self.ports:
                return self.box_of(found)
        raise ArgumentError(
            f"A Variable of shape {key.shape} is not on the graph.",
            "nothing that is drawn was computed from it.",
            "a name, or a pattern such as 'fc*'",
        )


def key_of(item: Item) -> Any:
    """What tells one item from another: of a constant its own key, if it has one."""
    return item.key or item if isinstance(item, Constant) else item
