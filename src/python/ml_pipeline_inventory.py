"""Finds the tests that a project has by reading its files, without importing any of them.

What pytest collects depends on settings, plugins and hooks of the project. This list does not, so that a test which
nobody runs can be told.
"""

import ast
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Union

from ml_pipeline_walk import walk

# Folders in which no tests of the project are looked for, as by pytest.
PASSED_OVER = {"build", "dist", "node_modules", "venv", "site-packages", "__pycache__"}
# At the root of the project they hold what it reads and writes.
PASSED_OVER_AT_ROOT = {"data", "models", "mlruns", "report"}
TEST_FOLDERS = {"test", "tests"}
# Names that people give to files of tests: those of pytest, of `unittest discover`, and the plural.
TEST_NAMES = ("test_*.py", "*_test.py", "test*.py", "*_tests.py")
# What `unittest discover` takes, which pytest does not always.
UNITTEST_NAME = "test*.py"
# The contract's own script, which is run and not collected.
CONTRACT_SCRIPT = "src/test_model.py"
FRAMEWORK = re.compile(r"\b(pytest|unittest|hypothesis|doctest|testing)\b")


@dataclass(frozen=True)
class Patterns:
    """What pytest takes for tests in this project."""

    files: Sequence[str] = ("test_*.py", "*_test.py")
    classes: Sequence[str] = ("Test",)
    functions: Sequence[str] = ("test",)


@dataclass(frozen=True)
class TestFile:
    """A file that defines tests, or that has the name of one that does."""

    # Relative to the root of the project, with slashes.
    path: str
    # Functions and classes at the top of the file.
    names: tuple[str, ...]
    # Classes that pytest refuses, because they have a constructor.
    constructed: tuple[str, ...]
    # Whether pytest takes a file of that name out of a folder.
    matches: bool
    # Whether it lies in a folder of tests.
    in_tests: bool
    # Whether it only looks like a test: a program of its own outside of the folders of tests.
    script: bool
    # Whether some of the tests are of unittest.
    unittest: bool
    # The folder of another project that it belongs to; empty where it belongs to this one.
    project: str


def inventory(root: Path, below: str, without: Sequence[str], patterns: Patterns) -> list[TestFile]:
    """The files of tests in a folder of the project, in a fixed order, without some folders."""
    found = (described(root, path, project, patterns) for path, project in python_files(root, below, without))
    return [one for one in found if one is not None]


def python_files(root: Path, below: str, without: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The Python files in a folder, each with the folder of the other project that it belongs to."""
    left_out = set(without)
    projects: dict[str, str] = {}
    for directory, folders, files in walk(root / below):
        here = relative(root, directory)
        project = projects.get(parent_of(here), "")
        is_other = here not in {"", "src"} and not project and {"pyproject.toml", "setup.py"} & set(files)
        projects[here] = here if is_other else project
        folders[:] = sorted(folder for folder in folders if is_searched(directory, here, folder, left_out))
        for file in sorted(files):
            if file.endswith(".py"):
                yield joined(here, file), projects[here]


def is_searched(directory: str, here: str, folder: str, left_out: set[str]) -> bool:
    if folder.startswith(".") or folder in PASSED_OVER or (here == "" and folder in PASSED_OVER_AT_ROOT):
        return False
    return joined(here, folder) not in left_out and not (Path(directory) / folder / "pyvenv.cfg").exists()


def described(root: Path, path: str, project: str, patterns: Patterns) -> Union[TestFile, None]:
    """What is in a file; None for one that has nothing to do with tests."""
    name = path.rsplit("/", 1)[-1]
    in_tests = not TEST_FOLDERS.isdisjoint(path.split("/")[:-1])
    matches = any(fnmatch(name, pattern) for pattern in patterns.files)
    named = matches or any(fnmatch(name, pattern) for pattern in TEST_NAMES)
    if not (named or in_tests) or name in {"conftest.py", "__init__.py"}:
        return None
    try:
        text = (root / path).read_text(encoding="utf-8", errors="replace")
        tree = ast.parse(text)
    except (OSError, SyntaxError, ValueError, RecursionError):
        # pytest says what is wrong with it.
        return TestFile(path, (), (), matches, in_tests, False, False, project) if matches else None
    names, constructed, unittest = tests_of(tree, patterns)
    guarded = any(isinstance(node, ast.If) and "__name__" in ast.dump(node.test) for node in tree.body)
    if path == CONTRACT_SCRIPT and (guarded or not names):
        return TestFile(path, (), (), matches, in_tests, True, False, project)
    script = not in_tests and not FRAMEWORK.search(text) and (guarded or not names)
    if not names and not constructed and not script:
        return None
    return TestFile(path, names, constructed, matches, in_tests, script, unittest, project)


def tests_of(tree: ast.Module, patterns: Patterns) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """The names of tests at the top of a file, those of classes with a constructor, and whether any is of unittest."""
    names: list[str] = []
    constructed: list[str] = []
    unittest = False
    if opted_out(tree.body):
        return (), (), False
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if fits(node.name, patterns.functions) and not is_no_test(node):
                names.append(node.name)
        elif isinstance(node, ast.ClassDef) and not opted_out(node.body):
            of_unittest = any(ast.unparse(base).endswith("TestCase") for base in node.bases)
            methods = [one.name for one in node.body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))]
            functions = ("test",) if of_unittest else patterns.functions
            if not (of_unittest or fits(node.name, patterns.classes)):
                continue
            if not any(fits(method, functions) for method in methods):
                continue
            unittest = unittest or of_unittest
            has_constructor = not of_unittest and not {"__init__", "__new__"}.isdisjoint(methods)
            (constructed if has_constructor else names).append(node.name)
    return tuple(names), tuple(constructed), unittest


def fits(name: str, patterns: Sequence[str]) -> bool:
    """As pytest decides: a prefix, or a pattern if it has a wildcard."""
    return any(name.startswith(one) or (set("*?[") & set(one) and fnmatch(name, one)) for one in patterns)


def is_no_test(function: Union[ast.FunctionDef, ast.AsyncFunctionDef]) -> bool:
    """A fixture may be called test_data, and other decorators say that a function is none."""
    decorators = " ".join(ast.unparse(one) for one in function.decorator_list)
    return re.search(r"fixture|nottest|composite", decorators) is not None


def opted_out(body: Sequence[ast.stmt]) -> bool:
    """Whether `__test__ = False` is among the statements."""
    return any(
        isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == "__test__" for target in node.targets)
        and isinstance(node.value, ast.Constant)
        and node.value.value is False
        for node in body
    )


def relative(root: Path, directory: str) -> str:
    path = os.path.relpath(directory, root).replace(os.sep, "/")
    return "" if path == "." else path


def joined(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def parent_of(folder: str) -> str:
    return folder.rpartition("/")[0]
