"""What DVC tracks in a checkout, and whether it is there as its .dvc file, or dvc.lock, says."""

import posixpath
import re
from pathlib import Path
from typing import Literal, Optional, TypedDict

from dvc_hashes import hashes_of_file, hashes_of_folder

# A key of a mapping, or of an item of a list. Python brings no parser of YAML, and DVC writes these files itself.
LINE = re.compile(r"^( *)(- )?([\w-]+):(?: +(.*?))?\s*$")
MD5 = re.compile(r"[0-9a-f]{32}(\.dir)?")
REMOTE = re.compile(r"^\s*\[\s*['\"]?remote\b|^\s*remote\s*=", re.MULTILINE)
# What is read to be hashed, of all files together.
MOST_BYTES = 1 << 30
MOST_OUTPUTS = 500


Role = Literal["outs", "deps"]
ROLES: dict[str, Role] = {"outs": "outs", "deps": "deps"}


class Tracked(TypedDict):
    # The .dvc file, or dvc.lock.
    file: str
    # Relative to the project.
    path: str
    state: Literal["same", "missing", "different"]
    # Whether it is an input of a stage, or an output.
    role: Role


class Dvc(TypedDict):
    tracked: list[Tracked]
    # Whether the configuration of DVC names a remote.
    remote: bool


def declared(lines: list[str]) -> list[tuple[Role, dict[str, str]]]:
    """The items of `outs` and `deps`, each with its values."""
    found: list[tuple[Role, dict[str, str]]] = []
    section: Optional[Role] = None
    depth = 0
    for line in lines:
        match = LINE.match(line)
        if match is None:
            continue
        indent, key, value = len(match[1]), match[3], (match[4] or "").strip("'\"")
        if match[2]:
            if section is not None:
                depth = indent + 2
                found.append((section, {key: value}))
        elif section is not None and found and depth > 0 and indent >= depth:
            if indent == depth:
                found[-1][1][key] = value
        else:
            section, depth = ROLES.get(key), 0
    return found


def working_folder(file: str, lines: list[str]) -> str:
    wdir = next((match[1].strip("'\"") for match in (re.match(r"wdir: *(\S+)", line) for line in lines) if match), ".")
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), wdir))


class Hasher:
    """Compares what is there with what is declared, up to some bytes in all."""

    def __init__(self) -> None:
        self.left = MOST_BYTES

    def state(self, path: Path, out: dict[str, str]) -> Optional[Literal["same", "missing", "different"]]:
        """None where nobody can tell, or it would take too long."""
        expected = out.get("md5", "")
        if MD5.fullmatch(expected) is None:
            return None
        if not path.exists():
            return None if path.is_symlink() else "missing"
        of_folder = expected.endswith(".dir")
        if path.is_dir() != of_folder:
            return "different"
        size = int(out["size"]) if out.get("size", "").isdigit() else None
        there = path.stat().st_size
        # DVC 2 counted a text with Unix line ends by its bytes all the same.
        if not of_folder and size is not None and size != there:
            return "different"
        needed = size if size is not None else there
        if needed > self.left:
            return None
        self.left -= needed
        if of_folder:
            plain, unix, _, count = hashes_of_folder(path)
            if count == 0 and plain != expected:
                return "missing"
        else:
            plain, unix, _ = hashes_of_file(path)
        known = (plain,) if out.get("hash") == "md5" else (plain, unix)
        return "same" if expected in known else "different"


def dvc_of(project: Path, files: list[str], data: Path) -> Dvc:
    """What is tracked. `data` is what a run has as its data, by paths in `data/`."""

    def place(path: str) -> Path:
        return data / path[len("data/") :] if path.startswith("data/") else project / path

    given = (
        [f"data/{path.relative_to(data).as_posix()}" for path in sorted(data.rglob("*.dvc"))] if data.is_dir() else []
    )
    own = [path for path in files if path.endswith(".dvc") or path.rsplit("/", 1)[-1] == "dvc.lock"]
    hasher = Hasher()
    tracked: list[Tracked] = []
    for file in [*given, *(path for path in own if not path.startswith("data/"))]:
        if not place(file).is_file():
            continue
        lines = place(file).read_text(encoding="utf-8-sig", errors="replace").splitlines()
        folder = working_folder(file, lines)
        for role, out in declared(lines):
            path = posixpath.normpath(posixpath.join(folder, out.get("path", "")))
            # What a .dvc file was imported from is elsewhere.
            if "path" not in out or path.startswith(("..", "/")) or (role == "deps" and file.endswith(".dvc")):
                continue
            state = hasher.state(place(path), out) if len(tracked) < MOST_OUTPUTS else None
            if state is not None:
                tracked.append({"file": file, "path": path, "state": state, "role": role})
    config = [project / ".dvc" / name for name in ("config", "config.local")]
    texts = [path.read_text(encoding="utf-8-sig", errors="replace") for path in config if path.is_file()]
    return {"tracked": tracked, "remote": any(REMOTE.search(text) for text in texts)}
