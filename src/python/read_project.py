"""Reads what a project is like from its files and its syntax trees. None of its code is run.

Called as `read_project.py PROJECT RESULT [DATA]`. RESULT gets a `Findings`.
"""

import ast
import os
import posixpath
import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import TypedDict, Union

from project_dvc import Dvc, dvc_of
from project_imports import Imports, reached
from project_marks import Marked, marked, pointers
from project_routers import Project, Routers, routers_of
from project_routes import known_models, models_of
from project_scripts import Script, script_of
from project_settings import settings_files, settings_in
from project_stages import stages_of
from project_syntax import Names
from project_tables import TABLES, DataFolder, data_folder
from project_tracking import locked
from typed_json import write


class Unreadable(TypedDict):
    path: str
    line: int
    problem: str


class FoundScript(Script):
    # Files of the project that it imports, and those that they import.
    reaches: list[str]
    # Folders that must be on Python's path for that, in which "." is the project's root.
    roots: list[str]
    # What it imports that is neither Python's nor the project's.
    packages: list[str]


class Spoken(TypedDict):
    """A command that some file of the project has."""

    path: str
    line: int
    text: str
    # The stage of DVC, or the target of make, that it belongs to; empty elsewhere.
    stage: str
    # The stage's inputs and outputs.
    deps: list[str]
    outs: list[str]


class Findings(TypedDict):
    files: list[str]
    unreadable: list[Unreadable]
    scripts: list[FoundScript]
    commands: list[Spoken]
    # Texts of small files that say how the project is built and checked.
    texts: dict[str, str]
    # The values of files of settings that the project's own programs may read, by their dotted keys.
    settings: dict[str, dict[str, str]]
    data: list[DataFolder]
    # Files of settings that begin with a mark of their encoding.
    marks: list[Marked]
    # Files outside of folders of data that are pointers of Git LFS.
    pointers: list[str]
    dvc: Dvc
    # Versions that a lock file has, of packages that are asked for here.
    locked: dict[str, str]


NOT_READ = re.compile(
    r"^(\.git|\.hg|\.venv|venv|env|node_modules|__pycache__|\.tox|\.nox|\.mypy_cache|\.ruff_cache|\.pytest_cache|site-packages"
    r"|mlruns|\.ipynb_checkpoints|\.dvc|.*\.egg-info)$"
)
TEXTS = re.compile(
    r"^(setup\.cfg|setup\.py|pyproject\.toml|tox\.ini|pytest\.ini|\.python-version|runtime\.txt|environment\.ya?ml|(conda|conda[_-]env|env)\.ya?ml|Pipfile|Procfile"
    r"|Dockerfile|Containerfile|Makefile|MLproject|dvc\.yaml|\.flake8|mypy\.ini|ruff\.toml|\.ruff\.toml|\.pre-commit-config\.yaml"
    r"|pyrightconfig\.json|\.pylintrc|docker-compose\.ya?ml|compose\.ya?ml|params\.yaml|.*requirements.*\.txt)$"
)
SPEAKS = re.compile(
    r"(^|/)(Dockerfile|Containerfile|Procfile|Makefile|MLproject|dvc\.yaml|README(\.\w+)?|[^/]*compose\.ya?ml|[^/]*\.sh)$"
)
COMMAND = re.compile(
    r"(?:^|[\s`\"'$@:&|;])((?:(?:poetry|uv|pipenv|pdm) run )?"
    r"(?:python3?(?: -[um])*|uvicorn|gunicorn|flask|mlflow|bentoml|streamlit|accelerate launch|torchrun) [^`#&|;<>]+)"
)
SETTINGS = re.compile(r"\.(ya?ml|json|toml)$")
# Settings of tools, and of what a project is deployed with.
OF_TOOLS = re.compile(
    r"(^|/)(\.|node_modules/|(k8s|kubernetes|helm|charts|deploy|deployment|terraform|docker|tests?|docs?|notebooks?)/)"
    r"|(^|/)(pyproject|uv|poetry|ruff|mise|cliff|ml-pipeline|package|package-lock|tsconfig|mkdocs|dagger|renovate|vercel)"
    r"\.(ya?ml|json|toml)$"
    r"|(^|/)([^/]*compose[^/]*|environment|conda|env|codecov|dvc|metrics?|scores?|results?|report)\.(ya?ml|json)$"
)
MOST_SETTINGS = 100
LARGEST_SETTINGS = 1 << 16
DATA_FOLDERS = re.compile(r"^(data|datasets?|inputs?|csvs?)$", re.IGNORECASE)
# Files that one learns from, each a sample, and where such files are pictures of something else.
SAMPLES = re.compile(r"\.(png|jpe?g|gif|bmp|tiff?|webp|wav|mp3|flac|ogg|npy|npz|dcm)$", re.IGNORECASE)
NO_SAMPLES = re.compile(
    r"^(tests?|docs?|static|assets|public|templates|media|figures?|plots?|reports?|notebooks?|models?)$", re.I
)
FEWEST_SAMPLES = 10
LARGEST_TEXT = 1 << 20
MOST_FILES = 20_000


def listing(project: Path) -> Iterator[str]:
    for parent, folders, names in os.walk(project):
        folders[:] = sorted(name for name in folders if not NOT_READ.match(name))
        for name in sorted(names):
            yield Path(parent, name).relative_to(project).as_posix()


def bytes_of(path: Path) -> bytes:
    if path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST_TEXT:
        return b""
    return path.read_bytes()


def text_of(path: Path) -> str:
    return bytes_of(path).decode("utf-8-sig", errors="replace")


def spoken(path: str, text: str) -> list[Spoken]:
    found: list[Spoken] = []
    lines = text.split("\n")
    stages = stages_of(path.rsplit("/", 1)[-1], lines)
    for number, line in enumerate(lines, 1):
        stage = stages[number - 1]
        # A list of words in a Dockerfile is a command too.
        exec_form = re.match(r"\s*(?:CMD|ENTRYPOINT)\s+\[(.*)\]", line)
        said = " " + re.sub(r"\"\s*,\s*\"", " ", exec_form[1]).strip(' "') if exec_form else line
        while said.rstrip().endswith("\\") and number < len(lines):
            said = said.rstrip()[:-1] + " " + lines[number].strip()
            number += 1
        # A Makefile may have a variable for the program.
        match = COMMAND.search(re.sub(r"\$[({]PY\w*[)}]", "python", said))
        if match is not None:
            said_so = " ".join(match[1].split())
            found.append({"path": path, "line": number, "text": said_so, **stage})
    return found


def module_of(path: str) -> str:
    """`src.train` of `src/train.py`; a package has the name of its folder."""
    return re.sub(r"(/__init__)?\.py$", "", path).replace("/", ".")


def described(
    project: Path, files: list[str], trees: dict[str, ast.Module]
) -> Iterator[tuple[str, Union[Script, RecursionError]]]:
    """The programs of a project, each with what it takes of other files."""
    models = {path: models_of(tree) for path, tree in trees.items()}
    read = {path: settings_files(tree, Names(tree), files) for path, tree in trees.items()}
    everything = list(dict.fromkeys(one for paths in read.values() for one in paths))
    modules: dict[str, Names] = {}
    for path, tree in trees.items():
        # What a program does not read itself, it is given by one that does.
        settings: dict[str, str] = {}
        for one in reversed(read[path] or everything):
            settings.update(settings_in(project / one))
        modules[module_of(path)] = Names(tree, settings, path)
    routers: dict[str, Routers] = {}
    for path, tree in trees.items():
        names = modules[module_of(path)]
        names.modules = modules
        others = {other: found for other, found in models.items() if other != path}
        with suppress(RecursionError):
            routers[module_of(path)] = routers_of(tree, names, known_models(names, models[path], others))
    every = Project(routers)
    for path, tree in trees.items():
        try:
            module = module_of(path)
            yield path, script_of(tree, project / path, path, modules[module], every.routes(module))
        except RecursionError as error:
            yield path, error


def read_scripts(project: Path, files: list[str]) -> tuple[list[FoundScript], list[Unreadable]]:
    trees: dict[str, ast.Module] = {}
    unreadable: list[Unreadable] = []
    for path in files:
        if not path.endswith(".py"):
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                # As bytes, since a file says its own encoding.
                tree = ast.parse(bytes_of(project / path), path)
            # A text that is nested too deeply is not read any further.
            Names(tree)
            trees[path] = tree
        except SyntaxError as error:
            unreadable.append({"path": path, "line": error.lineno or 0, "problem": error.msg})
        except (ValueError, RecursionError) as error:
            unreadable.append({"path": path, "line": 0, "problem": str(error)})
    scripts: list[Script] = []
    for path, script in described(project, files, trees):
        if isinstance(script, RecursionError):
            unreadable.append({"path": path, "line": 0, "problem": str(script)})
        else:
            scripts.append(script)
    imports = Imports(files)
    roots = {script["path"]: imports.roots(script["path"], script["imports"]) for script in scripts}
    direct = {
        script["path"]: imports.direct(script["path"], script["imports"], roots[script["path"]]) for script in scripts
    }
    found: list[FoundScript] = []
    for script in scripts:
        reaches = reached(script["path"], direct)
        # What an imported file needs on the path, the program needs as well.
        needed = [root for path in [script["path"], *reaches] for root in roots.get(path, [])]
        packages = imports.packages(roots[script["path"]], script["imports"])
        found.append({**script, "reaches": reaches, "roots": list(dict.fromkeys(needed)), "packages": packages})
    return found, unreadable


def read_settings(project: Path, files: list[str]) -> dict[str, dict[str, str]]:
    found = [path for path in files if SETTINGS.search(path) and not OF_TOOLS.search(path)]
    small = [path for path in found if (project / path).stat().st_size <= LARGEST_SETTINGS]
    read = {path: settings_in(project / path) for path in small[:MOST_SETTINGS]}
    return {path: values for path, values in read.items() if values}


def named_tables(
    project: Path, scripts: list[FoundScript], settings: dict[str, dict[str, str]], tables: list[str]
) -> list[str]:
    """The tables of a project that its programs, or its files of settings, read by name, and that no program makes."""
    made = {PurePosixPath(path).name for script in scripts for path in [*script["writes"], *script["written_tables"]]}
    # Windows has backslashes in paths.
    told = [path for script in scripts for path in script["reads"]]
    told += [value for values in settings.values() for value in values.values()]
    plain = [posixpath.normpath(path.replace("\\", "/")) for path in told if path.lower().endswith(TABLES)]
    found = [
        path
        for path in tables
        if PurePosixPath(path).name not in made and any(f"/{path}".endswith("/" + one.lstrip("./")) for one in plain)
    ]
    # What is trained on is the largest: others are examples of requests.
    return sorted(found, key=lambda path: -(project / path).stat().st_size)


class DataPlace(TypedDict):
    # The folder that was given as the data, and the one that the settings name; empty where there is none.
    given: str
    configured: str


def data_folders(
    project: Path, files: list[str], place: DataPlace, reads: Callable[[list[str]], list[str]]
) -> list[DataFolder]:
    """Folders with tables, the one that programs read first. `reads` gives those of some tables that they name."""
    given, configured = place["given"], place["configured"]
    if given != "":
        return [data_folder(Path(given), "")]
    if configured != "":
        is_there = (project / configured).is_dir()
        return [data_folder(project / configured, configured, configured != ".")] if is_there else []
    tops = {path.split("/")[0] for path in files if "/" in path}
    found = [data_folder(project / top, top) for top in sorted(tops) if DATA_FOLDERS.match(top)]
    # Tables may lie anywhere else, or at the root.
    tables = [path for path in files if path.lower().endswith(TABLES) and not re.match(r"tests?/|docs?/", path)]
    named = reads(tables)
    if any(folder["tables"] for folder in found):
        shown = {folder["folder"] for folder in found}
        if not named or any(path.split("/")[0] in shown for path in named):
            return found
    known = {folder["folder"] for folder in found}
    folders = [str(PurePosixPath(path).parent) for path in [*named, *sorted(tables)]]
    others = [other for other in dict.fromkeys(folders) if other.split("/")[0] not in known]
    more = [data_folder(project / other, other, other != ".") for other in others[:3]]
    if not found and not more:
        return [data_folder(project / folder, folder) for folder in folders_of_samples(files)[:1]]
    return [*more, *found] if named else [*found, *more]


def folders_of_samples(files: list[str]) -> list[str]:
    """Folders at the root with samples that are no tables, such as images, the fullest first."""
    tops = Counter(path.split("/")[0] for path in files if "/" in path and SAMPLES.search(path))
    return [top for top, count in tops.most_common() if count >= FEWEST_SAMPLES and not NO_SAMPLES.match(top)]


def main(project: str, result: str, data: str = "", folder: str = "") -> None:
    root = Path(project)
    files = [path for _, path in zip(range(MOST_FILES), listing(root))]
    scripts, unreadable = read_scripts(root, files)
    texts = {
        path: text_of(root / path)
        for path in files
        if (TEXTS.match(path.rsplit("/", 1)[-1]) and path.count("/") < 2 and not path.startswith("data/"))
        or re.match(r"\.github/workflows/[^/]+\.ya?ml$", path)
    }
    told = {path: text_of(root / path) for path in files if SPEAKS.search(path) and path.count("/") < 3}
    settings = read_settings(root, files)
    findings: Findings = {
        "files": files,
        "unreadable": unreadable,
        "scripts": scripts,
        "commands": [one for path, text in told.items() for one in spoken(path, text)],
        "texts": texts,
        "settings": settings,
        "data": data_folders(
            root,
            files,
            {"given": data, "configured": folder},
            lambda tables: named_tables(root, scripts, settings, tables),
        ),
        "marks": marked(root, files),
        "pointers": pointers(root, [path for path in files if not DATA_FOLDERS.match(path.split("/")[0])]),
        "dvc": dvc_of(root, files, Path(data) if data else root / (folder or "data")),
        "locked": locked(root),
    }
    write(findings, result)


if __name__ == "__main__":
    main(*sys.argv[1:])
