"""What a program does with the values that it is told, read from its syntax tree."""

import ast

from project_files import READERS, TABLES_WRITTEN
from project_models import LOADERS, SAVERS
from project_syntax import Names, argument, last_name


def uses(tree: ast.AST, names: Names) -> dict[str, str]:
    """What is in a variable, by what is done with it.

    A folder, a pattern, a table that is written (`table`) or read (`read`), a model that is written (`saved`) or read
    (`loaded`), or any other file.
    """
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            name = last_name(node.left)
            if name is not None:
                found.setdefault(name, "folder")
        if not isinstance(node, ast.Call):
            continue
        called = names.dotted(node.func)
        last = called.rsplit(".", 1)[-1]
        as_folder = (called.endswith("path.join") or last == "Path") and len(node.args) > 1
        if as_folder or called == "os.makedirs" or last in ("mkdir", "listdir", "iterdir", "glob", "rglob"):
            on = node.func.value if isinstance(node.func, ast.Attribute) and not called.startswith("os.") else None
            name = last_name(argument(node, 0) if last in ("join", "Path", "makedirs", "listdir") else on)
            if name is not None:
                found[name] = "folder"
        if called in ("glob.glob", "glob.iglob"):
            name = last_name(argument(node, 0, "pathname"))
            if name is not None:
                found[name] = "pattern"
        as_file(node, names, found)
    handed_on(tree, found)
    return found


def handed_on(tree: ast.AST, found: dict[str, str]) -> None:
    """What a function of the file does with what it is given is done with what a call gives it.

    That holds for a `load_model` of its own as well, whatever libraries mean by the name.
    """
    own = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in own):
            continue
        for given, parameter in zip(node.args, own[node.func.id].args.args):
            name = last_name(given)
            if name is not None and parameter.arg in found:
                found[name] = found[parameter.arg]


def as_file(node: ast.Call, names: Names, found: dict[str, str]) -> None:
    """Whether a call reads or writes a file, a table or a model."""
    called = names.dotted(node.func)
    last = called.rsplit(".", 1)[-1]
    if last in TABLES_WRITTEN:
        name = last_name(argument(node, 0, "path_or_buf", "path", "file"))
        if name is not None and found.get(name) != "folder":
            found[name] = "table"
    if last in READERS:
        note(node, 0, "read", found)
    elif called in SAVERS or last == "save_model":
        note(node, 1 if called in SAVERS else 0, "saved", found)
    elif called in LOADERS or last == "load_model":
        note(node, 0, "loaded", found)
    elif called == "open":
        note(node, 0, "file", found)


def note(call: ast.Call, place: int, use: str, found: dict[str, str]) -> None:
    name = last_name(argument(call, place))
    if name is not None:
        found.setdefault(name, use)
