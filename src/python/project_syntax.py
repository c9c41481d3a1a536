"""What names and values in a syntax tree stand for, as far as that can be told without running it."""

import ast
import posixpath
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Optional, Union

Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]


def walk(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes in the order of the text, so that what comes first is reported first."""
    yield tree
    for child in ast.iter_child_nodes(tree):
        yield from walk(child)


def imported(node: Union[ast.Import, ast.ImportFrom]) -> dict[str, str]:
    """What the names of an import stand for."""
    if isinstance(node, ast.Import):
        return {
            one.asname or one.name.split(".")[0]: one.name if one.asname else one.name.split(".")[0]
            for one in node.names
        }
    above = "." * node.level + (node.module or "")
    return {one.asname or one.name: f"{above}.{one.name}" for one in node.names}


# What programs call the settings that they have read.
SETTINGS = re.compile(r"^(\w+_)?(config|cfg|conf|params|settings)$", re.IGNORECASE)


class Names:
    """The imports and the constants of a module.

    `settings` are values of files that it reads, by their dotted keys; `own` is its path in the project.
    """

    def __init__(self, tree: ast.Module, settings: Optional[dict[str, str]] = None, own: Optional[str] = None) -> None:
        self.settings = settings or {}
        self.own = own
        # Those of the project's other modules, by what they are imported as from its root.
        self.modules: dict[str, Names] = {}
        self.imported: dict[str, str] = {}
        self.constants: dict[str, ast.expr] = {}
        # What parameters are where nothing is given, by the places that speak of them.
        self.given = given_in(tree)
        # Files that are open, by the variables that they are in.
        self.opened: dict[str, str] = {}
        self.functions = {node.name: node for node in ast.iter_child_nodes(tree) if isinstance(node, ast.FunctionDef)}
        classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
        self.classes = {node.name for node in classes}
        # Values that one class alone has, as those of a dataclass are.
        self.fields = fields_of(classes)
        for node in walk(tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                self.imported.update(imported(node))
            elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                self.constants.setdefault(node.targets[0].id, node.value)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
                self.constants.setdefault(node.target.id, node.value)
        for node in walk(tree):
            for item in node.items if isinstance(node, (ast.With, ast.AsyncWith)) else []:
                if isinstance(item.context_expr, ast.Call) and isinstance(item.optional_vars, ast.Name):
                    path = self.opened_path(item.context_expr)
                    if path is not None:
                        self.opened[item.optional_vars.id] = path

    def opened_path(self, call: ast.Call) -> Optional[str]:
        """The path of `open("a", "wb")` and of `Path("a").open("wb")`."""
        if isinstance(call.func, ast.Attribute) and call.func.attr == "open":
            return self.text(call.func.value)
        return self.text(call.args[0]) if self.dotted(call.func) == "open" and call.args else None

    def dotted(self, node: ast.expr) -> str:
        """`sklearn.metrics.f1_score` for what is called so, whatever it was imported as; empty for what has no name."""
        if isinstance(node, ast.Name):
            return self.imported.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            above = self.dotted(node.value)
            return f"{above}.{node.attr}" if above else f"?.{node.attr}"
        if isinstance(node, ast.Call):
            return self.dotted(node.func) + "()"
        return ""

    def text(self, node: Optional[ast.AST], depth: int = 0) -> Optional[str]:
        """The text that an expression gives: a literal, a constant, a path that is put together of them."""
        if node is None or depth > 12:
            return None
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.Name):
            if node.id == "__file__":
                return self.own
            there, value = self.meant(node)
            return there.text(value, depth + 1)
        if isinstance(node, (ast.Subscript, ast.Attribute)):
            there, value = self.meant(node)
            return self.above(node, depth) or self.setting(node) or there.text(value, depth + 1)
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Div, ast.Add)):
            parts = [self.text(node.left, depth + 1), self.text(node.right, depth + 1)]
            between = "/" if isinstance(node.op, ast.Div) else ""
            return joined(between, parts)
        if isinstance(node, ast.JoinedStr):
            inner = [one.value if isinstance(one, ast.FormattedValue) else one for one in node.values]
            return joined("", [self.text(one, depth + 1) for one in inner])
        return self.called_text(node, depth) if isinstance(node, ast.Call) else None

    def meant(self, node: ast.expr) -> tuple["Names", Optional[ast.expr]]:
        """The value that a name or `config.NAME` stands for, and the module that has it."""
        if id(node) in self.given:
            return self, self.given[id(node)]
        if isinstance(node, ast.Name) and node.id in self.constants:
            return self, self.constants[node.id]
        if not isinstance(node, (ast.Name, ast.Attribute)):
            return self, None
        *above, name = self.valued(node).replace("()", "").lstrip(".").split(".")
        # A class has values as a module has.
        for end in (len(above), len(above) - 1):
            module = ".".join(above[:end])
            found = [there for known, there in self.modules.items() if f".{known}".endswith(f".{module}")]
            if end > 0 and len(found) == 1 and name in found[0].constants:
                return found[0], found[0].constants[name]
        is_class = len(above) == 1 and above[0] in self.classes
        # `self.config.path`: whatever holds the object, its class says the value.
        field = self.fields.get(name) if isinstance(node, ast.Attribute) and len(above) > 0 else None
        return self, self.constants.get(name) if is_class else field

    def function(self, node: ast.expr) -> tuple["Names", Optional[ast.FunctionDef]]:
        """The function of another module of the project that is called so, and that module."""
        module, _, name = self.dotted(node).lstrip(".").rpartition(".")
        found = [there for known, there in self.modules.items() if f".{known}".endswith(f".{module}")]
        return (found[0], found[0].functions.get(name)) if module != "" and len(found) == 1 else (self, None)

    def valued(self, node: ast.expr) -> str:
        """`app.config.Config.PATH` of `settings.PATH`, where settings are a `Config()`."""
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            made = self.constants.get(node.value.id)
            if isinstance(made, ast.Call):
                return f"{self.dotted(made.func)}.{node.attr}"
        return self.dotted(node)

    def above(self, node: Union[ast.Subscript, ast.Attribute], depth: int) -> Optional[str]:
        """The folder of `path.parent` and `path.parents[1]`."""
        levels = 0.0
        taken: ast.expr = node
        if isinstance(node, ast.Subscript):
            taken = node.value
            levels = self.number(node.slice) or 0.0
        if not isinstance(taken, ast.Attribute) or taken.attr not in ("parent", "parents"):
            return None
        path = self.text(taken.value, depth + 1)
        for _ in range(int(levels) + 1):
            path = None if path is None else str(PurePosixPath(path).parent)
        return path

    def called_text(self, node: ast.Call, depth: int) -> Optional[str]:
        """The path that a call puts together, and the value that it takes of the settings."""
        name = self.dotted(node.func)
        if name.endswith(("os.path.join", "pathlib.Path", "PurePath", "Path")):
            # A path of nothing is the folder that a program is run in.
            return joined("/", [self.text(one, depth + 1) for one in node.args]) if node.args else "."
        if isinstance(node.func, ast.Attribute) and node.func.attr == "joinpath":
            return joined("/", [self.text(one, depth + 1) for one in (node.func.value, *node.args)])
        if name in ("str", "os.path.abspath", "os.path.expanduser", "os.path.realpath", "os.fspath") and node.args:
            return self.text(node.args[0], depth + 1)
        if name == "os.path.dirname" and node.args:
            path = self.text(node.args[0], depth + 1)
            return None if path is None else str(PurePosixPath(path).parent)
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("resolve", "absolute", "expanduser", "as_posix"):
            return self.text(node.func.value, depth + 1)
        if name in ("os.environ.get", "os.getenv") and len(node.args) == 2:
            return self.text(node.args[1], depth + 1)
        return self.setting(node)

    def setting(self, node: ast.AST) -> Optional[str]:
        """The value of `config["model"]["path"]`, `config.model.path` and `config.get("model").get("path")`."""
        keys = self.keys(node) if self.settings else None
        return None if keys is None else self.settings.get(".".join(keys))

    def keys(self, node: Optional[ast.AST], depth: int = 0) -> Optional[list[str]]:
        """The keys by which an expression takes something of the settings; None for one that does not."""
        if node is None or depth > 8:
            return None
        if isinstance(node, ast.Name):
            value = self.constants.get(node.id)
            above = self.keys(value, depth + 1)
            is_own = isinstance(value, (ast.Dict, ast.List, ast.Constant))
            return above if above is not None else [] if SETTINGS.match(node.id) and not is_own else None
        if isinstance(node, ast.Subscript):
            taken, key = node.value, self.text(node.slice)
        elif isinstance(node, ast.Attribute):
            # What an object keeps of its settings is all of them.
            if isinstance(node.value, ast.Name) and node.value.id == "self" and SETTINGS.match(node.attr):
                return []
            taken, key = node.value, node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            taken, key = node.func.value, self.text(argument(node, 0))
        else:
            return None
        before = self.keys(taken, depth + 1)
        return None if before is None or key is None else [*before, key]

    def folder(self, node: Optional[ast.AST], depth: int = 0) -> Optional[str]:
        """The folder of a path of which not the name is known: `models` of `Path("models") / f"{name}.pkl"`."""
        if node is None or depth > 8:
            return None
        if isinstance(node, (ast.Name, ast.Attribute)):
            there, value = self.meant(node)
            return there.folder(value, depth + 1)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            return self.text(node.left) or self.folder(node.left, depth + 1)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            # `base + name`, of which the first part ends with a slash, and `base + "/" + name`.
            begins = self.beginning(node)
            return begins.rsplit("/", 1)[0] if "/" in begins else None
        if isinstance(node, ast.Call) and node.args:
            if self.dotted(node.func) in ("str", "open"):
                return self.folder(node.args[0], depth + 1)
            if self.dotted(node.func).endswith(("path.join", "Path")) and len(node.args) > 1:
                return joined("/", [self.text(one) for one in node.args[:-1]])
        if isinstance(node, ast.JoinedStr) and node.values:
            first = node.values[0]
            known = self.text(first.value if isinstance(first, ast.FormattedValue) else first)
            second = node.values[1] if len(node.values) > 1 else None
            if known is not None and isinstance(second, ast.Constant):
                known += str(second.value)
            return known.rsplit("/", 1)[0] if known is not None and "/" in known else None
        return None

    def beginning(self, node: ast.expr) -> str:
        """What a sum of texts begins with, as far as it is known."""
        known = self.text(node)
        if known is not None or not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)):
            return known or ""
        left = self.beginning(node.left)
        return left + self.beginning(node.right) if self.text(node.left) is not None else left

    def ending(self, node: Optional[ast.AST], depth: int = 0) -> Optional[str]:
        """The last part of a path of which only that is known: `best.pt` of `folder + "/best.pt"`."""
        if depth > 8:
            return None
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Div, ast.Add)):
            return self.ending(node.right, depth + 1)
        ends = ("path.join", "joinpath", "Path", "str")
        if isinstance(node, ast.Call) and node.args and self.dotted(node.func).endswith(ends):
            return self.ending(node.args[-1], depth + 1)
        if isinstance(node, ast.JoinedStr) and node.values:
            return self.ending(node.values[-1], depth + 1)
        if isinstance(node, (ast.Name, ast.Attribute)):
            there, value = self.meant(node)
            if value is not None:
                return there.ending(value, depth + 1)
        found = self.text(node)
        return None if found is None else found.rsplit("/", 1)[-1]

    def texts(self, node: Optional[ast.AST]) -> list[str]:
        """The texts of a list, or the one that an expression gives."""
        if isinstance(node, (ast.Name, ast.Attribute)):
            there, value = self.meant(node)
            if isinstance(value, (ast.List, ast.Tuple, ast.Set)):
                return there.texts(value)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            found = [self.text(one) for one in node.elts]
            return [one for one in found if one is not None]
        one = self.text(node)
        return [] if one is None else [one]

    def number(self, node: Optional[ast.AST]) -> Optional[float]:
        if isinstance(node, ast.Name):
            node = self.constants.get(node.id)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            value = self.number(node.operand)
            return None if value is None else -value
        literal = node.value if isinstance(node, ast.Constant) else None
        return float(literal) if isinstance(literal, (int, float)) and not isinstance(literal, bool) else None

    def shown(self, node: Optional[ast.AST]) -> Optional[str]:
        """A default as it would be typed; None where there is none, or it is not known before the program runs."""
        if isinstance(node, (ast.Name, ast.Attribute)):
            node = self.meant(node)[1] or node
        if isinstance(node, ast.Constant):
            return None if node.value is None or node.value is ... else str(node.value)
        return self.text(node)


def fields_of(classes: list[ast.ClassDef]) -> dict[str, ast.expr]:
    """Values in the bodies of classes, by names that only one of them has."""
    found: dict[str, list[ast.expr]] = {}
    for node in classes:
        for line in node.body:
            if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value is not None:
                found.setdefault(line.target.id, []).append(line.value)
            elif isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
                found.setdefault(line.targets[0].id, []).append(line.value)
    return {name: values[0] for name, values in found.items() if len(values) == 1}


def given_in(tree: ast.AST) -> dict[int, ast.expr]:
    """The defaults of functions' parameters that are texts, by the places in them that speak of them."""
    found: dict[int, ast.expr] = {}
    for function in functions(tree):
        known = [(name, value) for name, value in defaults_of(function.args) if isinstance(value, ast.Constant)]
        texts = {name: value for name, value in known if isinstance(value.value, str)}
        inner = [node for one in function.body for node in ast.walk(one)] if texts else []
        found.update((id(one), texts[one.id]) for one in inner if isinstance(one, ast.Name) and one.id in texts)
    return found


def defaults_of(args: ast.arguments) -> list[tuple[str, ast.expr]]:
    """The parameters of a function that need not be given, with their defaults."""
    places = [*args.posonlyargs, *args.args]
    last = places[len(places) - len(args.defaults) :]
    pairs = [*zip(last, args.defaults), *zip(args.kwonlyargs, args.kw_defaults)]
    return [(arg.arg, value) for arg, value in pairs if value is not None]


def joined(between: str, parts: list[Optional[str]]) -> Optional[str]:
    known = [one for one in parts if one is not None]
    if len(known) != len(parts) or not known:
        return None
    return between.join(known) if between == "" else posixpath.normpath(PurePosixPath(*known))


def keyword(call: ast.Call, *names: str) -> Optional[ast.expr]:
    return next((one.value for one in call.keywords if one.arg in names), None)


def argument(call: ast.Call, index: int, *names: str) -> Optional[ast.expr]:
    """An argument by its place or its name."""
    return call.args[index] if index < len(call.args) else keyword(call, *names)


def functions(tree: ast.AST) -> list[Function]:
    return [node for node in walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def calls(tree: ast.AST) -> list[ast.Call]:
    return [node for node in walk(tree) if isinstance(node, ast.Call)]


def last_name(node: Optional[ast.AST]) -> Optional[str]:
    """`data_dir` of `args.data_dir`, `cfg.data_dir` and `data_dir`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Call) and node.args:
        return last_name(node.args[0])
    return node.id if isinstance(node, ast.Name) else None


def unique(texts: list[str]) -> list[str]:
    return list(dict.fromkeys(texts))
