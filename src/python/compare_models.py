"""Compares the files of two models of one training, and finds what in the training may make them differ.

Called as `compare_models.py FIRST SECOND PROJECT RESULT SCRIPT`, where SCRIPT is the file of the project that trains,
or empty where that is not known. RESULT gets a `Comparison`. None of the project's code is run.
"""

import ast
import os
import sys
import warnings
from pathlib import Path
from typing import TypedDict

from ml_pipeline_walk import walk
from model_bytes import Difference, difference
from project_chance import Chance, Kind, chances, seeded
from project_imports import Imports, imports, reached
from project_syntax import Names
from typed_json import write

LARGEST_TEXT = 1 << 20


class FoundChance(Chance):
    path: str


class Comparison(TypedDict):
    # How many files the first model has.
    files: int
    # Files that only one of both has.
    onlyFirst: list[str]
    onlySecond: list[str]
    different: list[Difference]
    chances: list[FoundChance]


def files_of(folder: Path) -> list[str]:
    found = [Path(parent, name) for parent, _, names in walk(folder) for name in names]
    return sorted(path.relative_to(folder).as_posix() for path in found)


def trees_of(project: Path) -> dict[str, ast.Module]:
    trees: dict[str, ast.Module] = {}
    for path in files_of(project):
        file = project / path
        if not path.endswith(".py") or file.is_symlink() or file.stat().st_size > LARGEST_TEXT:
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                trees[path] = ast.parse(file.read_bytes(), path)
        except (SyntaxError, ValueError, RecursionError):
            continue
    return trees


def chances_in(project: Path, script: str) -> list[FoundChance]:
    """What may come out otherwise, in the file that trains and in those that it imports."""
    trees = trees_of(project)
    lookup = Imports(list(trees))
    modules = {path: imports(tree) for path, tree in trees.items()}
    direct = {path: lookup.direct(path, found, lookup.roots(path, found)) for path, found in modules.items()}
    paths = [script, *reached(script, direct)] if script in trees else sorted(trees)
    names = {path: Names(trees[path]) for path in paths}
    known: set[Kind] = {kind for path in paths for kind in seeded(trees[path], names[path])}
    return [
        {"path": path, **one} for path in paths for one in chances(trees[path], names[path]) if one["kind"] not in known
    ]


def main(first: str, second: str, project: str, result: str, script: str) -> None:
    ours, theirs = files_of(Path(first)), files_of(Path(second))
    both = [path for path in ours if path in set(theirs)]
    found = (difference(path, Path(first, path), Path(second, path)) for path in both)
    different = [one for one in found if one is not None]
    comparison: Comparison = {
        "files": len(ours),
        "onlyFirst": sorted(set(ours) - set(theirs)),
        "onlySecond": sorted(set(theirs) - set(ours)),
        "different": different,
        "chances": [],
    }
    if different or ours != theirs:
        try:
            comparison["chances"] = chances_in(Path(project), os.path.normpath(script))
        except RecursionError:
            # A text that is nested too deeply is not read any further.
            comparison["chances"] = []
    write(comparison, result)


main(*sys.argv[1:])
