"""Compares a project's data with what its .dvc files say of it, without DVC itself.

Called as `verify_dvc.py PROJECT RESULT [CACHE]`. Looked at are the `*.dvc` files of the project's root and all below
its `data`; of their outputs those in `data`. RESULT gets the JSON of a `Tracked`.

With DVC's CACHE, from which the data has just been taken, objects in it that are not what their name says are
removed, so that the next pull asks the remote again.

It ends with 0 when nothing speaks against the data: outputs may be missing, unless they have just been pulled.
"""

import glob
import hashlib
import json
import os
import posixpath
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Optional, TypedDict

from json_forms import read, write
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

CHUNK = 1 << 20
# What DVC takes for text, from its istextfile.py: files that DVC 2 hashed with their line ends made those of Unix.
TEXT = bytes(range(32, 127)) + b"\n\r\t\f\b"


State = Literal["same", "missing", "different"]
# An output as a .dvc file declares it, with whatever else stands there.
Declared = dict[str, object]


class Out(TypedDict):
    # The .dvc file, and what it is about.
    file: str
    path: str
    expected: str
    state: State
    # Empty where there is none to tell.
    actual: str
    detail: str


class Tracked(TypedDict):
    outs: list[Out]
    # A sentence for each .dvc file that cannot be read or verified.
    problems: list[str]


class Member(TypedDict):
    """One file of a folder, in its listing."""

    md5: str
    relpath: str


def is_text(block: bytes) -> bool:
    return b"\0" not in block and len(block.translate(None, TEXT)) <= 0.3 * len(block)


def hashes_of_file(path: Path) -> tuple[str, str, int]:
    """The MD5 of a file as DVC 3 takes it, the one of DVC 2, and the size."""
    plain, unix, size = hashlib.md5(), hashlib.md5(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            plain.update(chunk)
            # DVC 2 decided and replaced by each chunk of this size, too.
            unix.update(chunk.replace(b"\r\n", b"\n") if is_text(chunk[:512]) else chunk)
    return plain.hexdigest(), unix.hexdigest(), size


def files_below(folder: Path) -> Iterator[Path]:
    for directory, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(directory, name) for name in sorted(names))


def hashes_of_folder(folder: Path) -> tuple[str, str, int, int]:
    """The same of a folder, whose hash is that of its listing; and how many files it has."""
    plain: list[Member] = []
    unix: list[Member] = []
    total = 0
    for path in files_below(folder):
        relative = path.relative_to(folder).as_posix()
        plain_hash, unix_hash, size = hashes_of_file(path)
        plain.append({"md5": plain_hash, "relpath": relative})
        unix.append({"md5": unix_hash, "relpath": relative})
        total += size
    return hash_of_listing(plain), hash_of_listing(unix), total, len(plain)


def hash_of_listing(members: list[Member]) -> str:
    text = json.dumps(sorted(members, key=lambda one: one["relpath"]), sort_keys=True)
    return hashlib.md5(text.encode()).hexdigest() + ".dir"


def compare(out: Declared, expected: str, path: Path) -> tuple[State, str, str]:
    """State, actual hash and a remark for one output."""
    of_folder = expected.endswith(".dir")
    if not path.exists() and not path.is_symlink():
        return "missing", "", ""
    if path.is_dir() != of_folder:
        return "different", "", "is a folder, not a file" if not of_folder else "is a file, not a folder"
    if not path.exists():
        return "different", "", "is a link to nothing"
    if of_folder:
        plain, unix, size, count = hashes_of_folder(path)
        if count == 0 and plain != expected:
            return "missing", "", ""
    else:
        plain, unix, size = hashes_of_file(path)
        count = 1
    remark = difference(out, size, count)
    # Without `hash: md5` it is DVC 2's file.
    if expected != plain and (out.get("hash") == "md5" or expected != unix):
        return "different", plain, remark
    if expected == plain and remark != "":
        return "different", plain, f"the .dvc file contradicts itself: {remark}"
    return "same", plain, ""


def difference(out: Declared, size: int, count: int) -> str:
    parts = []
    if isinstance(out.get("size"), int) and out["size"] != size:
        parts.append(f"{size} bytes instead of {out['size']}")
    if isinstance(out.get("nfiles"), int) and out["nfiles"] != count:
        parts.append(f"{count} files instead of {out['nfiles']}")
    return ", ".join(parts)


def read_outs(project: Path, file: str) -> list[tuple[str, Declared]]:
    """The outputs that a .dvc file declares, with their paths from the project's root."""
    content = YAML(typ="safe", pure=True).load((project / file).read_bytes())
    outs = content.get("outs") if isinstance(content, dict) else None
    if not isinstance(outs, list) or not outs or not all(isinstance(out, dict) for out in outs):
        raise ValueError("has no outs")
    working = content.get("wdir", ".")
    folder = posixpath.join(posixpath.dirname(file), working if isinstance(working, str) else ".")
    return [(posixpath.normpath(posixpath.join(folder, path_of(out))), out) for out in outs]


def path_of(out: Declared) -> str:
    path = out.get("path")
    if not isinstance(path, str) or path == "":
        raise ValueError("has an output without a path")
    return path


def dvc_files(project: Path) -> list[str]:
    # Other than pathlib, this follows links to folders, and leaves hidden ones out.
    root = glob.escape(str(project))
    found = [*glob.glob(f"{root}/*.dvc"), *glob.glob(f"{root}/data/**/*.dvc", recursive=True)]  # noqa: PTH207
    return sorted(Path(path).relative_to(project).as_posix() for path in found if Path(path).is_file())


def md5_of(out: Declared) -> Optional[str]:
    """The MD5 that an output declares; None for anything else in its place."""
    md5 = out.get("md5")
    digest = md5.removesuffix(".dir") if isinstance(md5, str) else ""
    is_md5 = len(digest) == 32 and all(letter in "0123456789abcdef" for letter in digest)
    return str(md5) if is_md5 else None


def look(project: Path) -> Tracked:
    found: Tracked = {"outs": [], "problems": []}
    for file in dvc_files(project):
        try:
            declared = read_outs(project, file)
        except (YAMLError, ValueError) as error:
            found["problems"].append(f"{file} is not a .dvc file: {str(error).splitlines()[0]}")
            continue
        for path, out in declared:
            look_at(project, file, path, out, found)
    return found


def look_at(project: Path, file: str, path: str, out: Declared, found: Tracked) -> None:
    """Adds what is to be said of one output."""
    if path != "data" and not path.startswith("data/"):
        if file.startswith("data/"):
            found["problems"].append(f"{file} is about {path}, which is not in the data folder")
        return
    expected = md5_of(out)
    if expected is None:
        found["problems"].append(
            f"{file} names no MD5 for {path}, so it cannot be verified; add it anew with `dvc add`"
        )
        return
    state, actual, detail = compare(out, expected, project / path)
    found["outs"].append(
        {"file": file, "path": path, "expected": expected, "state": state, "actual": actual, "detail": detail}
    )


def object_in(cache: Path, md5: str) -> Optional[Path]:
    places = [cache / "files" / "md5" / md5[:2] / md5[2:], cache / md5[:2] / md5[2:]]
    return next((place for place in places if place.exists()), None)


def is_whole(path: Path, md5: str) -> bool:
    plain, unix, _size = hashes_of_file(path)
    return md5.removesuffix(".dir") in (plain, unix)


def drop_damaged(cache: Path, out: Out) -> None:
    """Removes damaged objects of one output; a file of a folder that was one is told by its name and hashes."""
    path = object_in(cache, out["expected"])
    if path is None:
        return
    whole = is_whole(path, out["expected"])
    for member in read(list[Member], path) if whole and out["expected"].endswith(".dir") else []:
        kept = object_in(cache, member["md5"])
        if kept is not None and not is_whole(kept, member["md5"]):
            actual = hashes_of_file(kept)[0]
            out["detail"] = f"{member['relpath']} in it has {actual}, expected {member['md5']}"
            kept.unlink()
    if not whole:
        path.unlink()


def main() -> None:
    project, result, *cache = sys.argv[1:]
    found = look(Path(project))
    for out in found["outs"] if cache else []:
        if out["state"] != "same":
            drop_damaged(Path(cache[0]), out)
    write(found, result)
    fine = {"same"} if cache else {"same", "missing"}
    sys.exit(1 if found["problems"] or not {out["state"] for out in found["outs"]} <= fine else 0)


main()
