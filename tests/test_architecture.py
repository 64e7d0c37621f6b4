"""The architecture is the listing: imports point one way, files stay small, nothing is unused."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = ROOT / "autograd_core"
MODULES = sorted(CORE.rglob("[!_]*.py"))
PACKAGES = sorted([*CORE.rglob("*.py"), *(ROOT / "nn").rglob("*.py")])
RULES = sorted((CORE / "rules").rglob("[!_]*.py"))
ENGINE = ("forms", "tape", "backward", "variable")

MAY_IMPORT = {  # besides NumPy and the standard library
    "errors": "", "tape": "", "modes": "", "leases": "", "methods": "", "rules.guards": "",
    "binding": "errors", "refusals": "errors", "trees": "errors",
    "cotangents": "",
    "differentials": "cotangents refusals errors",  # never names a node, a tape, a Variable
    "wrappers": "leases refusals",
    "forms": "differentials cotangents binding errors",  # a rule declared badly: at import
    "rules": "forms errors rules.guards",  # rules reach Variables through NumPy, never by import
    "fitting": "cotangents binding refusals tape",
    "backward": "fitting cotangents leases refusals modes tape",  # lift is handed in
    "forward": "fitting backward modes tape",
    "views": "rules forms cotangents refusals modes tape",
    "variable": "fitting methods views rules backward forms differentials cotangents leases "
                "wrappers refusals tape errors",
    "calls": "variable views forms differentials wrappers leases modes tape",
    "dispatch": "calls wrappers variable views rules forms differentials cotangents binding leases "
                 "refusals modes tape errors",
    "writes": "dispatch variable views rules binding refusals errors",
    "shortcuts": "dispatch calls variable views rules forms differentials wrappers cotangents "
                 "leases sparse modes tape",
    "operators": "writes shortcuts dispatch calls variable views methods rules forms modes tape",
    "transforms": "fitting dispatch variable trees rules forward backward forms differentials "
                  "wrappers cotangents leases refusals modes tape errors",
    "functions": "watching transforms variable views trees leases modes tape errors",
    "checking": "transforms variable trees modes tape errors",
    "drawing": "origins scopes watching fitting transforms variable views trees backward forms "
               "differentials wrappers cotangents binding leases modes tape rules errors",
    "watching": "variable modes",
    "scopes": "watching errors",
    "origins": "watching variable forms binding leases modes tape errors",
    "diagnostics": "drawing origins scopes watching variable views rules forms differentials "
                   "wrappers cotangents binding leases refusals modes tape errors",
    "support": "dispatch rules forms errors",  # by import_module: the ufuncs of SciPy
    "commandline": "checking errors",  # all else by the public names
    "sparse": "forms errors", "scipy": "transforms variable trees rules forms errors",
    "compiler": "transforms variable trees backward tape forms errors",
}  # fmt: skip


def name_of(path):
    """A file as one reads it in a report."""
    return str(path.relative_to(ROOT))


def layer(module):
    """autograd_core.rules.linalg → rules; the guards stand below the rules that use them."""
    parts = module.split(".")[1:]
    return "rules.guards" if parts[:2] == ["rules", "guards"] else parts[0]


class Runtime(ast.NodeTransformer):
    """Leaves out what only a type checker reads."""

    def visit_If(self, node):
        """Drop the body of ``if TYPE_CHECKING``."""
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return node.orelse
        return self.generic_visit(node)


def project_imports(path):
    """The modules of its own package that a file imports, by full name."""
    package = path.relative_to(ROOT).parts[:-1]
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(Runtime().visit(tree)):
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            name = ".".join([*base, node.module] if node.module else base)
            yield from [name] if "." in name else [f"{name}.{a.name}" for a in node.names]
        elif isinstance(node, ast.Import):
            yield from (a.name for a in node.names)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_one_way(path):
    """No module imports one that stands above it."""
    mine = layer(".".join(path.relative_to(ROOT).with_suffix("").parts))

    used = {layer(name) for name in project_imports(path) if name.startswith("autograd_core.")}
    assert used - {mine} <= set(MAY_IMPORT[mine].split())


@pytest.mark.parametrize("path", sorted((ROOT / "nn").rglob("*.py")), ids=name_of)
def test_nn_uses_public_names_only(path):
    """Networks are written against the public names of the core."""
    inside = [n for n in project_imports(path) if n.startswith("autograd_core.") and n.count(".")]
    import autograd_core

    assert [n for n in inside if n.split(".")[1] not in autograd_core.__all__] == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_has_its_twin(path):
    """What a file promises is tested in the file of the same place and name."""
    twin = ROOT / "tests" / path.relative_to(ROOT).with_name(f"test_{path.name}")

    assert twin.exists()


def test_the_engine_is_read_in_a_sitting():
    """forms, tape, backward and variable together have about 1,100 lines, a tenth more at most."""
    lines = {m: len((CORE / f"{m}.py").read_text("utf-8").splitlines()) for m in ENGINE}

    assert sum(lines.values()) <= 1150, lines


def arguments(function):
    """The parameters of a lambda or a function that are not marked by an underscore."""
    a = function.args
    every = [*a.posonlyargs, *a.args, *a.kwonlyargs, a.vararg, a.kwarg]
    return {p.arg for p in every if p is not None and not p.arg.startswith("_")}


@pytest.mark.parametrize("path", RULES, ids=name_of)
def test_what_a_rule_names_it_uses(path):
    """Naming is keeping: the tape holds no array that the rule does not use."""
    tree = ast.parse(path.read_text("utf-8"))
    functions = [n for n in ast.walk(tree) if isinstance(n, (ast.Lambda, ast.FunctionDef))]

    unused = []
    for function in functions:
        body = function.body if isinstance(function.body, list) else [function.body]
        names = {n.id for part in body for n in ast.walk(part) if isinstance(n, ast.Name)}
        unused += [f"line {function.lineno}: {a}" for a in sorted(arguments(function) - names)]
    assert unused == []


@pytest.mark.parametrize("path", PACKAGES, ids=name_of)
def test_guards_raise(path):
    """No assert (python -O removes it), no bare except, no print outside the command line."""
    bad = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Assert):
            bad.append(f"line {node.lineno}: assert")
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            bad.append(f"line {node.lineno}: bare except")
        called = isinstance(node, ast.Call) and getattr(node.func, "id", None) == "print"
        if called and path.name != "__main__.py" and "commandline" not in path.parts:
            bad.append(f"line {node.lineno}: print")
    assert bad == []


@pytest.mark.parametrize("path", PACKAGES, ids=name_of)
def test_names_say_something(path):
    """A module is one plain noun; every module says in its docstring what it is for."""
    assert path.stem not in ("utils", "util", "helpers", "common", "misc")
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("test_*.py")), ids=name_of)
def test_every_test_says_what_is_true(path):
    """A test's docstring is the sentence it proves."""
    tree = ast.parse(path.read_text("utf-8"))
    tests = [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]

    silent = [n.name for n in tests if n.name.startswith("test_") and not ast.get_docstring(n)]
    assert silent == []
