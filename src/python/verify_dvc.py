"""Compares a project's data with what its .dvc files say of it, without DVC itself.

Called as `verify_dvc.py PROJECT RESULT [CACHE]`. Looked at are the `*.dvc` files of the project's root and all below its `data`; of
their outputs those in `data`. RESULT gets JSON: {"outs": [{"file": the .dvc file, "path": str, "expected": str, "state":
"same" | "missing" | "different", "actual": str, "detail": str}, ...], "problems": [str, ...]}.

With DVC's CACHE, from which the data has just been taken, objects in it that are not what their name says are removed, so
that the next pull asks the remote again.

It ends with 0 when nothing speaks against the data: outputs may be missing, unless they have just been pulled.
"""

import glob
import hashlib
import json
import os
import posixpath
import sys

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

CHUNK = 1 << 20
# What DVC takes for text, from its istextfile.py: files that DVC 2 hashed with their line ends made those of Unix.
TEXT = bytes(range(32, 127)) + b"\n\r\t\f\b"


def is_text(block):
    return b"\0" not in block and len(block.translate(None, TEXT)) <= 0.3 * len(block)


def hashes_of_file(path):
    """The MD5 of a file as DVC 3 takes it, the one of DVC 2, and the size."""
    plain, unix, size = hashlib.md5(), hashlib.md5(), 0
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            plain.update(chunk)
            # DVC 2 decided and replaced by each chunk of this size, too.
            unix.update(chunk.replace(b"\r\n", b"\n") if is_text(chunk[:512]) else chunk)
    return plain.hexdigest(), unix.hexdigest(), size


def files_below(folder):
    for directory, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(directory, name)
            yield posixpath.join(*os.path.relpath(path, folder).split(os.sep)), path


def hashes_of_folder(folder):
    """The same of a folder, whose hash is that of its listing; and how many files it has."""
    listings, total = ([], []), 0
    for relative, path in files_below(folder):
        *hashes, size = hashes_of_file(path)
        total += size
        for listing, md5 in zip(listings, hashes):
            listing.append({"md5": md5, "relpath": relative})
    texts = (json.dumps(sorted(each, key=lambda one: one["relpath"]), sort_keys=True) for each in listings)
    plain, unix = (hashlib.md5(text.encode()).hexdigest() + ".dir" for text in texts)
    return plain, unix, total, len(listings[0])


def compare(out, path):
    """State, actual hash and a remark for one output."""
    expected = out["md5"]
    of_folder = expected.endswith(".dir")
    if not os.path.lexists(path):
        return "missing", "", ""
    if os.path.isdir(path) != of_folder:
        return "different", "", "is a folder, not a file" if not of_folder else "is a file, not a folder"
    if not os.path.exists(path):
        return "different", "", "is a link to nothing"
    if of_folder:
        plain, unix, size, count = hashes_of_folder(path)
        if count == 0 and plain != expected:
            return "missing", "", ""
    else:
        plain, unix, size = hashes_of_file(path)
        count = 1
    # Without `hash: md5` it is DVC 2's file.
    if expected != plain and (out.get("hash") == "md5" or expected != unix):
        return "different", plain, difference(out, size, count)
    if expected == plain and (remark := difference(out, size, count)):
        return "different", plain, f"the .dvc file contradicts itself: {remark}"
    return "same", plain, ""


def difference(out, size, count):
    parts = []
    if isinstance(out.get("size"), int) and out["size"] != size:
        parts.append(f"{size} bytes instead of {out['size']}")
    if isinstance(out.get("nfiles"), int) and out["nfiles"] != count:
        parts.append(f"{count} files instead of {out['nfiles']}")
    return ", ".join(parts)


def read_outs(project, file):
    """The outputs that a .dvc file declares, with their paths from the project's root."""
    with open(os.path.join(project, file), "rb") as stream:
        content = YAML(typ="safe", pure=True).load(stream)
    if not isinstance(content, dict):
        raise ValueError("has no outs")
    outs = content.get("outs")
    if not isinstance(outs, list) or not outs or not all(isinstance(out, dict) for out in outs):
        raise ValueError("has no outs")
    for out in outs:
        path = out.get("path")
        if not isinstance(path, str) or path == "":
            raise ValueError("has an output without a path")
        working = content.get("wdir", ".")
        folder = posixpath.join(posixpath.dirname(file), working if isinstance(working, str) else ".")
        yield posixpath.normpath(posixpath.join(folder, path)), out


def dvc_files(project):
    found = glob.glob("*.dvc", root_dir=project) + glob.glob("data/**/*.dvc", root_dir=project, recursive=True)
    return sorted(file for file in found if os.path.isfile(os.path.join(project, file)))


def is_md5(text):
    digest = text.removesuffix(".dir") if isinstance(text, str) else ""
    return len(digest) == 32 and all(letter in "0123456789abcdef" for letter in digest)


def look(project):
    outs, problems = [], []
    for file in dvc_files(project):
        try:
            declared = list(read_outs(project, file))
        except (YAMLError, ValueError, UnicodeDecodeError) as error:
            problems.append(f"{file} is not a .dvc file: {str(error).splitlines()[0]}")
            continue
        for path, out in declared:
            if path != "data" and not path.startswith("data/"):
                if file.startswith("data/"):
                    problems.append(f"{file} is about {path}, which is not in the data folder")
                continue
            if not is_md5(out.get("md5")):
                problems.append(f"{file} names no MD5 for {path}, so it cannot be verified; add it anew with `dvc add`")
                continue
            state, actual, detail = compare(out, os.path.join(project, path))
            outs.append(
                {
                    **{"file": file, "path": path, "expected": out["md5"]},
                    **{"state": state, "actual": actual, "detail": detail},
                }
            )
    return {"outs": outs, "problems": problems}


def object_in(cache, md5):
    for layout in (["files", "md5"], []):
        path = os.path.join(cache, *layout, md5[:2], md5[2:])
        if os.path.exists(path):
            return path
    return None


def is_whole(path, md5):
    plain, unix, _size = hashes_of_file(path)
    return md5.removesuffix(".dir") in (plain, unix)


def drop_damaged(cache, out):
    """Removes damaged objects of one output; a file of a folder that was one is told by its name and hashes."""
    path = object_in(cache, out["expected"])
    if path is None:
        return
    members = []
    if out["expected"].endswith(".dir") and is_whole(path, out["expected"]):
        with open(path) as file:
            members = json.load(file)
    for member in members:
        kept = object_in(cache, member["md5"])
        if kept is not None and not is_whole(kept, member["md5"]):
            actual = hashes_of_file(kept)[0]
            out["detail"] = f"{member['relpath']} in it has {actual}, expected {member['md5']}"
            os.remove(kept)
    if not is_whole(path, out["expected"]):
        os.remove(path)


def main():
    project, result, *cache = sys.argv[1:]
    found = look(project)
    for out in found["outs"] if cache else []:
        if out["state"] != "same":
            drop_damaged(cache[0], out)
    with open(result, "w") as file:
        json.dump(found, file)
    fine = {"same"} if cache else {"same", "missing"}
    sys.exit(1 if found["problems"] or not {out["state"] for out in found["outs"]} <= fine else 0)


main()
