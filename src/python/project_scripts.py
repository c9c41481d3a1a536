"""What one Python file of a project is for, read from its syntax tree."""

import ast
from pathlib import Path
from typing import Optional, TypedDict

from project_arguments import Command, declared
from project_columns import codes, columns, dropped, encoded, inputs, labels, renamed, score_patterns, written_columns
from project_files import downloads, environment, read_folders, read_paths, read_with, written_data, written_tables
from project_globs import read_patterns
from project_imports import imports
from project_measures import Split, Threshold, split, thresholds
from project_models import LOADERS, SAVERS, Saved, bundled, doing, estimators, handed, is_network, stored, tupled, using
from project_routes import Route
from project_server import Server, server_of
from project_syntax import Names, calls, unique
from project_tracking import tracking
from project_uses import uses

# In an evaluation that init wrote where it could not tell.
SEEN = "may have seen these rows"


class Script(TypedDict):
    path: str
    # Whether it does something when it is run.
    runs: bool
    relative_imports: bool
    # Whether a comment in it says that training may have seen the rows which it evaluates on.
    doubts: bool
    # Names of the modules that it imports, in the order of the text.
    imports: list[str]
    by: str
    commands: list[Command]
    functions: list[str]
    # Classes that are networks of PyTorch.
    networks: list[str]
    does: list[str]
    saves: list[Saved]
    loads: list[Saved]
    # Keys of the dictionary that it saves its model in.
    bundled: list[str]
    # What is in the tuple that it saves its model in, in its order: classes, or variables where those are not known.
    tupled: list[str]
    reads: list[str]
    # Folders whose files it reads, as images are.
    folders: list[str]
    # Patterns of the tables that it reads together; `?/` where the folder is not known.
    read_patterns: list[str]
    # Arguments that a table of a path is read with, in Python's spelling: `encoding="latin-1"`.
    # `?` is a path that is not known.
    read_with: dict[str, str]
    # How the value of an argument is used, by its name without dashes: as a file, a written table, or a folder.
    used_as: dict[str, str]
    estimators: list[str]
    labels: list[str]
    # Single columns that are the features, as texts are.
    inputs: list[str]
    # Numbers that it writes for words, in its one mapping of a column: `{"ham": 0, "spam": 1}`.
    codes: dict[str, int]
    # Columns, or variables, that a LabelEncoder makes numbers of.
    encoded: list[str]
    dropped: list[str]
    columns: list[str]
    written_columns: list[list[str]]
    # Names of columns that it makes for each class: `p_{class}`, or `p_{index}` where they are counted.
    score_patterns: list[str]
    # Names of the files that tables are written to.
    written_tables: list[str]
    # Paths of the files that it writes data to, as far as the text says them.
    writes: list[str]
    splits: list[Split]
    environment: list[str]
    # Where it keeps the runs of MLflow: `file:./mlruns`.
    tracking: list[str]
    server: Optional[Server]
    thresholds: list[Threshold]


def script_of(tree: ast.Module, path: Path, shown: str, names: Names, routed: list[Route]) -> Script:
    """What a program is for. `routed` is what an application in it answers."""
    # By what the table calls them.
    given = renamed(tree, names)
    arguments = declared(tree, names, path)
    found = calls(tree)
    brings = {"downloads"} if any(downloads(call, names) for call in found) else set()
    used = [full for full in names.imported.values() if full]
    return {
        "path": shown,
        "runs": runs(tree, names, path),
        "relative_imports": any(isinstance(node, ast.ImportFrom) and node.level > 0 for node in ast.walk(tree)),
        "doubts": SEEN in (path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""),
        "imports": imports(tree),
        "by": arguments["by"],
        "commands": arguments["commands"],
        "functions": [node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))],
        "networks": [node.name for node in tree.body if isinstance(node, ast.ClassDef) and is_network(node, names)],
        "does": sorted({what for call in found for what in doing(names.dotted(call.func))} | set(using(used)) | brings),
        "saves": [one for call in found for one in stored(call, names, SAVERS, saves=True)] + handed(found, names),
        "loads": [one for call in found for one in stored(call, names, LOADERS, saves=False)],
        "bundled": bundled(found, names),
        "tupled": tupled(found, names),
        "reads": read_paths(found, names),
        "folders": read_folders(found, names),
        "read_patterns": read_patterns(tree, found, names),
        "read_with": read_with(found, names),
        "used_as": uses(tree, names),
        "estimators": unique(estimators(found, names)),
        "labels": unique([given.get(one, one) for one in labels(tree, names)]),
        "inputs": unique([given.get(one, one) for one in inputs(tree, names)]),
        "codes": codes(tree, found, names),
        "encoded": unique([given.get(one, one) for one in encoded(tree, names)]),
        "dropped": unique([given.get(one, one) for one in dropped(found, names)]),
        "columns": unique(columns(tree, names)),
        "written_columns": written_columns(tree, found, names),
        "score_patterns": unique(score_patterns(tree, names)),
        "written_tables": unique(written_tables(found, names)),
        "writes": written_data(found, names),
        "splits": [split(call, names) for call in found if names.dotted(call.func).endswith("train_test_split")],
        "environment": unique(environment(tree, names)),
        "tracking": tracking(tree, found, names),
        "server": server_of(tree, names, routed),
        "thresholds": thresholds(tree, names),
    }


def runs(tree: ast.Module, names: Names, path: Path) -> bool:
    """Whether a file is a program: it has a main part, or does its work as it is read."""
    if path.name == "__main__.py":
        return True
    for node in tree.body:
        if isinstance(node, ast.If) and "__name__" in {n.id for n in ast.walk(node.test) if isinstance(n, ast.Name)}:
            return True
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        for call in calls(node):
            name = names.dotted(call.func)
            if name.endswith((".parse_args()", ".parse_args", ".fit", ".serve_forever")) or doing(name) & {"saves"}:
                return True
            if written_data([call], names):
                return True
    return False
