"""What a program does with the values that it is told, read from its syntax tree."""

import ast
from typing import Optional

from project_files import READERS, TABLES_WRITTEN
from project_models import LOADERS, SAVERS
from project_syntax import Names, argument, calls, keyword, last_name


def uses(tree: ast.AST, names: Names) -> dict[str, str]:
    """What is in a variable or an argument, by what is done with it, or else by how it is declared.

    A folder, a pattern, a table that is written (`table`) or read (`read`), a model that is written (`saved`) or read
    (`loaded`), or any other file.
    """
    found = used_in(tree, names)
    handed_on(tree, names, found)
    for call in calls(tree):
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("option", "argument", "add_argument"):
            as_declared(call, names, found)
    return found


def used_in(tree: ast.AST, names: Names) -> dict[str, str]:
    """What a part of a program does itself with its variables."""
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
    return found


def handed_on(tree: ast.AST, names: Names, found: dict[str, str]) -> None:
    """What a function of the project does with what it is given is done with what a call gives it.

    That holds for a `load_model` of its own as well, whatever libraries mean by the name.
    """
    own = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for call in calls(tree):
        if isinstance(call.func, ast.Name) and call.func.id in own:
            function, used = own[call.func.id], found
        else:
            there, other = names.function(call.func)
            if other is None:
                continue
            function, used = other, used_in(other, there)
        for given, parameter in zip(call.args, function.args.args):
            name = last_name(given)
            if name is not None and parameter.arg in used:
                found[name] = used[parameter.arg]


def as_declared(call: ast.Call, names: Names, found: dict[str, str]) -> None:
    """An argument that is in a variable of another name, and what click and argparse take for its value."""
    spelled = [text for text in (names.text(arg) for arg in call.args) if text is not None]
    variables = [text for text in (*spelled, names.text(keyword(call, "dest"))) if text and not text.startswith("-")]
    own = [text.lstrip("-").replace("-", "_") for text in spelled]
    use = next((found[name] for name in variables if name in found), None) or kind_declared(call, names)
    if use is not None:
        for name in own:
            found.setdefault(name, use)


def kind_declared(call: ast.Call, names: Names) -> Optional[str]:
    """What `type=click.Path(dir_okay=False)` and its like say of a value."""
    made = keyword(call, "type")
    if not isinstance(made, ast.Call):
        return None
    if names.dotted(made.func).endswith((".File", ".FileType")):
        return "file"
    refused = [name for name in ("dir_okay", "file_okay") if is_false(keyword(made, name))]
    return {"dir_okay": "file", "file_okay": "folder"}[refused[0]] if len(refused) == 1 else None


def is_false(node: Optional[ast.expr]) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


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
