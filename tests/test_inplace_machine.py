"""Views and writes as a state machine: any sequence of statements means what it means to NumPy.

Each statement is run twice, on Variables and on plain arrays. After each step all views must hold
NumPy's own values. The gradient is compared with differences: the statements are replayed on plain
arrays with the leaf moved a little.
"""

import hypothesis.strategies as st
import numpy as np
from harness import at_a_kink, richardson
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

import autograd_core as ac

START = np.array([[0.7, -1.3, 2.1, 0.4], [1.6, 0.9, -0.8, 1.1], [-0.2, 2.7, 0.3, -1.9]])
NAMES = st.integers(0, 30)
NUMBERS = st.sampled_from([0.3, -0.6, 1.2])
VIEWS = [
    "{x}[1:]", "{x}[::-1]", "{x}[..., ::2]", "{x}.T", "{x}.reshape(-1)", "{x}[:, None]", "{x}[0]",
    "np.flip({x})", "{x}[...]", "{x}[-1:]", "np.swapaxes({x}, 0, -1)", "np.expand_dims({x}, 0)",
    "{x}.ravel()", "{x}.view()",
]  # fmt: skip
VALUES = [
    "np.sin({x})", "{x} * {y}", "{x} + {y}", "{x} * r", "np.tanh({x}) - 0.5", "{x}.copy()",
    "{x} * 0.5", "np.sum({x}, axis=0)", "{x}[[0, 0]]", "np.concatenate([{x}, {x}])",
]  # fmt: skip
WRITES = [
    "{x}[0] = {c}", "{x}[...] = {y}", "{x}[1:] = {y}[:-1]", "{x}[[0, 0]] = {c}", "{x}[::-1] = {y}",
    "{x} += {y}", "{x} *= 0.5", "{x} -= {c}", "{x}[0] += {c}", "{x}[..., 0] *= -0.5",
    "{x}[np.arange({x}.size).reshape({x}.shape) % 2 == 0] = {c}", "np.sin({x}, out={x})",
    "{x}[np.arange({x}.size).reshape({x}.shape) % 3 == 1] *= 0.25",
    "{x}[[0, -1, 0]] = {y}[[0, 0, -1]]",
    "np.add({x}, {y}, out={x})", "np.multiply({y}, 0.3, out={x})", "np.copyto({x}, {y})",
    "{x}.fill({c})", "{x}.sort()", "{x}[-1] = {x}[0]", "np.add.at({x}, [0, 0], {c})",
    "np.add({x}, {y}, out={x}, where=np.arange({x}.size).reshape({x}.shape) % 2 == 1)",
    "{x}.flat[0] = {c}",
]  # fmt: skip
FAILING = [
    "{x}[99] = 1.0",
    "{x}[...] = np.ones((7, 9))",
    "{x} += np.ones((7, 9))",
    "{x}['a'] = 1.0",
]


class Machine(RuleBasedStateMachine):
    """A leaf ``L``, a raw array ``r``, and Variables ``v0``, ``v1`` … that may share memory."""

    @initialize()
    def begin(self):
        self.leaf = ac.Variable(START)
        self.mine = {"np": np, "ac": ac, "L": self.leaf, "r": np.array(0.7)}
        self.theirs = {"np": np, "L": START.copy(), "r": np.array(0.7), "E": 0.0}
        self.program = []
        self.count = 0
        self.assign("L * 1.0")

    def assign(self, expression):
        """Bind the next name to an expression."""
        self.run(f"v{self.count} = {expression}")
        self.count += 1

    def run(self, statement, plain=None):
        """Run a statement on both sides; it is kept only if NumPy accepts it."""
        code = compile(statement, statement, "exec")
        plain_code = code if plain is None else compile(plain, plain, "exec")
        before = {k: v.copy() for k, v in self.theirs.items() if isinstance(v, np.ndarray)}
        try:
            exec(plain_code, self.theirs)
        except (ValueError, IndexError, TypeError):
            for name, array in before.items():
                assert np.array_equal(self.theirs[name], array), "NumPy wrote before it failed"
            try:
                exec(code, self.mine)
            except (ValueError, IndexError, TypeError):
                return False
            raise AssertionError(f"NumPy refuses {statement}") from None
        exec(code, self.mine)
        self.program.append(plain_code)
        return True

    def pick(self, number):
        """One of the names, the newest ones more often."""
        return f"v{max(self.count - 1 - number % self.count, 0)}"

    @rule(number=NAMES, template=st.sampled_from(VIEWS))
    def view(self, number, template):
        x = self.pick(number)
        if np.ndim(self.theirs[x]) < 4 and self.count < 12:
            self.attempt(template.format(x=x))

    @rule(number=NAMES, other=NAMES, template=st.sampled_from(VALUES))
    def value(self, number, other, template):
        if self.count < 12:
            self.attempt(template.format(x=self.pick(number), y=self.pick(other)))

    @rule(template=st.sampled_from(VIEWS))
    def view_of_the_leaf(self, template):
        if self.count < 12:
            self.attempt(template.format(x="L"))

    def attempt(self, expression):
        """Bind a name if NumPy can evaluate the expression."""
        if self.run(f"v{self.count} = {expression}"):
            self.count += 1

    def is_leafs(self, name):
        """Whether a name shares its memory with the leaf, which refuses writes."""
        root = getattr(self.mine[name].role, "root", None)  # of an empty view, NumPy says no
        return root is self.leaf or np.may_share_memory(self.theirs[name], self.theirs["L"])

    @rule(number=NAMES, other=NAMES, c=NUMBERS, template=st.sampled_from(WRITES))
    def write(self, number, other, c, template):
        x, y = self.pick(number), self.pick(other)
        statement = template.format(x=x, y=y, c=c)
        if np.ndim(self.theirs[x]) == 0:
            return
        if self.is_leafs(x):
            values = self.mine[x].numpy()
            try:
                exec(statement, dict(self.mine))
            except (ac.MutationError, ValueError, IndexError, TypeError):
                assert np.array_equal(self.mine[x].numpy(), values)
                return
            raise AssertionError(f"a leaf took {statement}")
        self.run(statement)

    @rule(c=st.sampled_from([0.35, -0.65]), template=st.sampled_from(["L[0] = {c}", "L *= {c}"]))
    def write_into_the_leaf(self, c, template):
        """Inside no_grad: the leaf stays the leaf, at another value."""
        statement = template.format(c=c)
        self.run(f"with ac.no_grad(): {statement}", f"L -= E\n{statement}\nL += E")

    @rule(value=st.sampled_from([0.2, 1.4]))
    def write_into_a_raw_operand(self, value):
        """What was recorded with the old value keeps it."""
        self.run(f"r[...] = {value}")

    @rule(number=NAMES, template=st.sampled_from(FAILING))
    def failing_write(self, number, template):
        x = self.pick(number)
        if not self.is_leafs(x) and np.ndim(self.theirs[x]):
            values = self.mine[x].numpy()
            assert not self.run(template.format(x=x))
            assert np.array_equal(self.mine[x].numpy(), values)

    @invariant()
    def values_are_numpys(self):
        for name in [f"v{k}" for k in range(getattr(self, "count", 0))] + ["L"] * hasattr(
            self, "leaf"
        ):
            actual, expected = self.mine[name].numpy(), np.asarray(self.theirs[name])
            assert actual.shape == expected.shape, name
            assert np.array_equal(actual, expected), name

    def loss(self, names):
        """A weighted sum of all values, by name."""
        return sum(
            np.sum(names[f"v{k}"] * np.cos(np.arange(np.size(names[f"v{k}"])) + k).reshape(
                np.shape(names[f"v{k}"]))) for k in range(self.count)
        )  # fmt: skip

    @precondition(lambda self: getattr(self, "count", 0) > 1)
    @rule()
    def backward(self):
        """Compare the gradient of everything with differences."""
        direction = np.random.default_rng(self.count).normal(size=START.shape)

        def moved(s):
            start = START + s * direction
            names = {"np": np, "L": start, "r": np.array(0.7), "E": s * direction}
            for code in self.program:
                exec(code, names)
            return self.loss(names)

        self.leaf.grad = None
        self.loss(self.mine).backward(retain_graph=True)
        slope, error = richardson(moved, 0.05)
        scale = max(1.0, abs(slope))
        if error > 1e-6 * scale or at_a_kink(moved, scale):
            return  # values cross, or tie, while they are sorted
        actual = np.sum(self.leaf.grad * direction)
        np.testing.assert_allclose(actual, slope, rtol=1e-7, atol=1e-7)


Machine.TestCase.settings = settings(
    max_examples=100,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
test_machine = Machine.TestCase
