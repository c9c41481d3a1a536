"""What a file of a project imports, and which files of the project that are."""

import ast
import sys
from pathlib import PurePosixPath
from typing import Optional

from project_syntax import unique


def imports(tree: ast.Module) -> list[str]:
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            dot = "" if module.endswith(".") else "."
            # What is imported from a package may be one of its modules.
            found += [module, *(f"{module}{dot}{one.name}" for one in node.names)]
    return unique(found)


def installed_or_own(modules: list[str]) -> list[str]:
    """The first names of modules that are not Python's own."""
    standard: frozenset[str] = getattr(sys, "stdlib_module_names", frozenset())
    firsts = dict.fromkeys(module.split(".")[0] for module in modules if not module.startswith("."))
    return [first for first in firsts if first not in standard]


class Imports:
    """Finds the files of a project that a file imports."""

    def __init__(self, files: list[str]) -> None:
        self.files = {path for path in files if path.endswith(".py")}
        self.folders = {str(above) for path in self.files for above in PurePosixPath(path).parents}

    def found(self, module: str, root: str) -> list[str]:
        """The file of a module below a folder; nothing where there is none."""
        base = PurePosixPath(root, *module.split("."))
        named = [f"{base}.py", f"{base}/__init__.py", f"{base}/__main__.py"]
        return [path for path in named if path in self.files][:1]

    def has(self, first: str, root: str) -> bool:
        base = str(PurePosixPath(root, first))
        return f"{base}.py" in self.files or base in self.folders

    def roots(self, script: str, modules: list[str]) -> list[str]:
        """Folders that make a script's imports of the project work: its own before the project's and `src`."""
        own = str(PurePosixPath(script).parent)
        above = [str(folder) for folder in PurePosixPath(script).parents]
        candidates = list(dict.fromkeys([own, ".", "src", *above, "lib", "python"]))
        homes = [self.home(first, candidates) for first in installed_or_own(modules)]
        return list(dict.fromkeys(home for home in homes if home is not None))

    def home(self, first: str, candidates: list[str]) -> Optional[str]:
        return next((folder for folder in candidates if self.has(first, folder)), None)

    def packages(self, roots: list[str], modules: list[str]) -> list[str]:
        """What is imported from none of these folders of the project."""
        return [first for first in installed_or_own(modules) if self.home(first, roots) is None]

    def direct(self, script: str, modules: list[str], roots: list[str]) -> list[str]:
        paths: list[str] = []
        for module in modules:
            if module.startswith("."):
                level = len(module) - len(module.lstrip("."))
                parents = list(PurePosixPath(script).parents)
                if level <= len(parents):
                    paths += self.found(module.lstrip("."), str(parents[level - 1])) if module.strip(".") else []
            else:
                for root in roots:
                    paths += self.found(module, root)
        return [path for path in dict.fromkeys(paths) if path != script]


def reached(start: str, direct: dict[str, list[str]]) -> list[str]:
    found: list[str] = []
    waiting = list(direct.get(start, []))
    while waiting:
        path = waiting.pop(0)
        if path not in found and path != start:
            found.append(path)
            waiting += direct.get(path, [])
    return found
