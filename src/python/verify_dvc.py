"""Verifies a project's data against the hashes in its .dvc files, without DVC itself.

Called as `verify_dvc.py PROJECT RESULT FOLDER [CACHE]`. It reads the `*.dvc` files in the project's root and below its
folder of data, and verifies their outputs there. RESULT gets the JSON of a `Tracked`.

With CACHE, DVC's cache after a pull, it also removes objects whose content does not match their name, so that the next
pull fetches them again.

It exits with 0 if no output differs. Outputs may be missing, unless CACHE says that they have been pulled.
"""

import glob
import posixpath
import sys
from pathlib import Path
from typing import Literal, Optional, TypedDict

from dvc_hashes import ListingEntry, hashes_of_file, hashes_of_folder
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from typed_json import read, write

State = Literal["same", "missing", "different"]
# An output as a .dvc file declares it, with all its keys.
Declared = dict[str, object]


class Out(TypedDict):
    # The .dvc file, and the file or folder that it tracks.
    file: str
    path: str
    expected: str
    state: State
    # The hash of what is there; empty if it has none.
    actual: str
    detail: str


class Tracked(TypedDict):
    outs: list[Out]
    # A sentence for each .dvc file that cannot be read or verified.
    problems: list[str]


def compare(out: Declared, expected: str, path: Path) -> tuple[State, str, str]:
    """The state of an output, its actual hash, and what else differs."""
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
    difference_text = difference(out, size, count)
    # DVC 2 wrote a file without `hash: md5`.
    if expected != plain and (out.get("hash") == "md5" or expected != unix):
        return "different", plain, difference_text
    if expected == plain and difference_text != "":
        return "different", plain, f"the .dvc file contradicts itself: {difference_text}"
    return "same", plain, ""


def difference(out: Declared, size: int, count: int) -> str:
    parts = []
    said = out.get("size")
    if isinstance(said, int) and said != size:
        parts.append(f"{byte_text(abs(size - said))} {'larger' if size > said else 'smaller'}")
    if isinstance(out.get("nfiles"), int) and out["nfiles"] != count:
        parts.append(f"{count} files instead of {out['nfiles']}")
    return ", ".join(parts)


def byte_text(size: int) -> str:
    """A size in the largest unit that leaves at least one of it, as the report writes it: 34 kB, 1.2 GB."""
    power = min(4, (len(str(size)) - 1) // 3)
    if power == 0:
        return f"{size} byte{'' if size == 1 else 's'}"
    return f"{float(f'{size / 1000**power:.3g}'):g} {['kB', 'MB', 'GB', 'TB'][power - 1]}"


def read_outs(project: Path, file: str) -> list[tuple[str, Declared]]:
    """The outputs of a .dvc file with their paths relative to the project's root."""
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


def dvc_files(project: Path, folder: str) -> list[str]:
    # Unlike pathlib, glob follows links to folders and skips hidden ones.
    root = glob.escape(str(project))
    below = f"{root}/{glob.escape(folder)}/**/*.dvc"
    found = [*glob.glob(f"{root}/*.dvc"), *glob.glob(below, recursive=True)]  # noqa: PTH207
    return sorted(Path(path).relative_to(project).as_posix() for path in found if Path(path).is_file())


def md5_of(out: Declared) -> Optional[str]:
    """The MD5 that an output declares; None if it has none or an invalid one."""
    md5 = out.get("md5")
    digest = md5.removesuffix(".dir") if isinstance(md5, str) else ""
    is_md5 = len(digest) == 32 and all(letter in "0123456789abcdef" for letter in digest)
    return str(md5) if is_md5 else None


def verify(project: Path, folder: str) -> Tracked:
    found: Tracked = {"outs": [], "problems": []}
    for file in dvc_files(project, folder):
        try:
            declared = read_outs(project, file)
        except (YAMLError, ValueError) as error:
            found["problems"].append(f"{file} is not a .dvc file: {str(error).splitlines()[0]}")
            continue
        for path, out in declared:
            if path == folder or path.startswith(f"{folder}/"):
                verify_out(project, file, path, out, found)
            elif file.startswith(f"{folder}/"):
                found["problems"].append(f"{file} is about {path}, which is not in the data folder")
    return found


def verify_out(project: Path, file: str, path: str, out: Declared, found: Tracked) -> None:
    """Adds the result for one output to `found`."""
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


def find_object(cache: Path, md5: str) -> Optional[Path]:
    candidates = [cache / "files" / "md5" / md5[:2] / md5[2:], cache / md5[:2] / md5[2:]]
    return next((path for path in candidates if path.exists()), None)


def is_intact(path: Path, md5: str) -> bool:
    plain, unix, _size = hashes_of_file(path)
    return md5.removesuffix(".dir") in (plain, unix)


def remove_damaged(cache: Path, out: Out) -> None:
    """Removes damaged objects of one output from the cache, and notes a damaged file of a folder in `detail`."""
    path = find_object(cache, out["expected"])
    if path is None:
        return
    intact = is_intact(path, out["expected"])
    for entry in read(list[ListingEntry], path) if intact and out["expected"].endswith(".dir") else []:
        kept = find_object(cache, entry["md5"])
        if kept is not None and not is_intact(kept, entry["md5"]):
            actual = hashes_of_file(kept)[0]
            out["detail"] = f"{entry['relpath']} in it has {actual}, expected {entry['md5']}"
            kept.unlink()
    if not intact:
        path.unlink()


def main() -> None:
    project, result, folder, *cache = sys.argv[1:]
    found = verify(Path(project), folder)
    for out in found["outs"] if cache else []:
        if out["state"] != "same":
            remove_damaged(Path(cache[0]), out)
    write(found, result)
    fine = {"same"} if cache else {"same", "missing"}
    sys.exit(1 if found["problems"] or not {out["state"] for out in found["outs"]} <= fine else 0)


main()
