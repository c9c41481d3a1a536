"""Where programs keep the runs of MLflow, and which version of it is locked."""

import ast
import re
from pathlib import Path
from typing import Optional

from project_syntax import Names, argument, unique

# The variable that lets MLflow keep runs in files.
ALLOWS = "MLFLOW_ALLOW_FILE_STORE"
URI = "MLFLOW_TRACKING_URI"
PACKAGES = ("mlflow", "mlflow-skinny")
LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock")
LOCKED = re.compile(r'^name = "([^"]+)"\s*\nversion = "([^"]+)"', re.MULTILINE)
PINNED = re.compile(r'"(mlflow|mlflow-skinny)":\s*\{[^{}]*"version":\s*"==([^"]+)"')


def tracking(tree: ast.Module, found: list[ast.Call], names: Names) -> list[str]:
    """The addresses that a program gives to MLflow: `file:?` of an unknown place, and none where it allows files."""
    if any(isinstance(node, ast.Constant) and node.value == ALLOWS for node in ast.walk(tree)):
        return []
    given = [argument(call, 0, "uri") for call in found if names.dotted(call.func) == "mlflow.set_tracking_uri"]
    given += [argument(call, 1) for call in found if is_about(argument(call, 0)) and called(call) == "setdefault"]
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Subscript)
            and is_about(node.targets[0].slice)
        ):
            given.append(node.value)
    return unique([one for one in (address(value, names) for value in given) if one is not None])


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def is_about(node: Optional[ast.expr]) -> bool:
    return isinstance(node, ast.Constant) and node.value == URI


def address(node: Optional[ast.expr], names: Names) -> Optional[str]:
    text = names.text(node)
    if text is not None or node is None:
        return text
    if isinstance(node, ast.Name) and node.id in names.constants:
        node = names.constants[node.id]
    if isinstance(node, ast.Call) and called(node) == "as_uri":
        return "file:?"
    parts = node.values if isinstance(node, ast.JoinedStr) else [node.left] if isinstance(node, ast.BinOp) else []
    first = parts[0].value if parts and isinstance(parts[0], ast.Constant) else None
    return "file:?" if isinstance(first, str) and first.startswith("file:") else None


def locked(project: Path) -> dict[str, str]:
    """The versions of MLflow's packages that a lock file has."""
    for name in LOCKS:
        path = project / name
        if path.is_file():
            text = path.read_text(encoding="utf-8-sig", errors="replace")
            pairs = PINNED.findall(text) if name == "Pipfile.lock" else LOCKED.findall(text)
            return {package: version for package, version in pairs if package in PACKAGES}
    return {}
