"""The several tables that a program reads as one: by a pattern, from a folder, or from a list."""

import ast
from typing import Optional

from project_files import READERS, place_of
from project_syntax import Names, argument, unique

TABLE_ENDINGS = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")
# A list of more names is no list of parts that a person wrote.
MOST_LISTED = 50


def read_patterns(tree: ast.Module, found: list[ast.Call], names: Names) -> list[str]:
    """Patterns of the tables that a program reads together: `data/*.csv`, `?/*.csv` where the folder is not known."""
    patterns = [pattern for call in found for pattern in [pattern_of(call, names)] if pattern is not None]
    return unique([*patterns, *listed(tree, names)])


def pattern_of(call: ast.Call, names: Names) -> Optional[str]:
    name = names.dotted(call.func)
    last = name.rsplit(".", 1)[-1]
    if name in ("glob.glob", "glob.iglob"):
        pattern = argument(call, 0, "pathname")
        root = argument(call, 2, "root_dir") if len(call.args) > 2 else argument(call, 9, "root_dir")
        return below(place_of(root, names), names.text(pattern)) if root is not None else place_of(pattern, names)
    if last in ("glob", "rglob") and isinstance(call.func, ast.Attribute):
        text = names.text(argument(call, 0, "pattern"))
        deep = "**/" if last == "rglob" else ""
        return None if text is None else below(folder_of(call.func.value, names), deep + text)
    if name in ("os.listdir", "os.scandir"):
        return below(folder_of(argument(call, 0, "path"), names), "*")
    if last == "iterdir" and isinstance(call.func, ast.Attribute):
        return below(folder_of(call.func.value, names), "*")
    if last in READERS:
        path = names.text(argument(call, 0, "filepath_or_buffer", "path", "source"))
        return path if path is not None and "*" in path and "://" not in path else None
    return None


def folder_of(node: Optional[ast.expr], names: Names) -> str:
    return names.text(node) or "?"


def below(folder: Optional[str], pattern: Optional[str]) -> Optional[str]:
    if pattern is None:
        return None
    return pattern if folder == "." else f"{folder or '?'}/{pattern}"


def listed(tree: ast.Module, names: Names) -> list[str]:
    """Names of tables in a list: `["a.csv", "b.csv"]`."""
    paths: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.List, ast.Tuple)) and 1 < len(node.elts) <= MOST_LISTED:
            texts = [names.text(one) for one in node.elts]
            known = [text for text in texts if text is not None and text.lower().endswith(TABLE_ENDINGS)]
            paths += known if len(known) == len(texts) else []
    return paths
