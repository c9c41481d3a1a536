"""Reads the history of a git repository: which commits lead from one to another, what changed, and the files of one.

Called as `read_history.py GIT SPEC RESULT`, where GIT is the folder `.git` and SPEC is the JSON of a `Spec`. RESULT
gets an `Answer`; where it cannot be read, the program ends with the reason.
"""

import os
import sys
from pathlib import Path
from typing import Literal, Optional, TypedDict

from git_packs import Damaged
from git_repository import LINK, PROGRAM, Ambiguous, Commit, Missing, Repository
from typed_json import specification, write


class RequiredSpec(TypedDict):
    operation: Literal["resolve", "between", "changed", "write"]


class Spec(RequiredSpec, total=False):
    # Of resolve.
    names: list[str]
    # Commits: the first and the last one of a range, or of a comparison.
    first: str
    last: str
    # Of write: a commit, and where its files go.
    commit: str
    folder: str


class Told(TypedDict):
    commit: str
    parents: list[str]
    time: int
    author: str
    subject: str


class Answer(TypedDict, total=False):
    # For each name its commit; null for one that stands for none.
    commits: list[Optional[Told]]
    # The commits after the first one up to the last one, by first parents, the oldest first.
    path: list[Told]
    # Whether the first one is among the ancestors of the last one; the nearest one that both have in common.
    isAncestor: bool
    common: Optional[str]
    # Whether the history ends early, as that of a shallow clone.
    isShallow: bool
    # Paths of files that differ.
    changed: list[str]
    # How many files were written.
    files: int


def told(commit: Commit) -> Told:
    return {
        "commit": commit.name,
        "parents": commit.parents,
        "time": commit.time,
        "author": commit.author,
        "subject": commit.subject,
    }


def ancestors(repository: Repository, start: str) -> dict[str, int]:
    """A commit and all before it, with their distances."""
    found, waiting = {start: 0}, [start]
    for name in waiting:
        for parent in repository.commit(name).parents:
            if parent not in found:
                found[parent] = found[name] + 1
                waiting.append(parent)
    return found


def between(repository: Repository, first: str, last: str) -> Answer:
    before = ancestors(repository, first)
    path: list[Told] = []
    name: Optional[str] = last
    while name is not None and name not in before:
        commit = repository.commit(name)
        path.append(told(commit))
        name = commit.parents[0] if commit.parents else None
    after = ancestors(repository, last)
    shared = [one for one in before if one in after]
    common = min(shared, key=lambda one: before[one]) if shared else None
    return {
        "path": path[::-1],
        "isAncestor": first in after,
        "common": common,
        "isShallow": len(repository.shallow) > 0,
    }


def changed(repository: Repository, first: str, last: str) -> list[str]:
    ours, theirs = (dict(repository.files(repository.commit(name).tree)) for name in (first, last))
    paths = [path for path in {**ours, **theirs} if key(ours.get(path)) != key(theirs.get(path))]
    return sorted(os.fsdecode(path) for path in paths)


def key(entry: Optional[tuple[str, bytes, str]]) -> Optional[tuple[str, str]]:
    return None if entry is None else (entry[0], entry[2])


def write_files(repository: Repository, commit: str, folder: str) -> int:
    count, made = 0, set()
    for path, entry in repository.files(repository.commit(commit).tree):
        target = Path(folder, os.fsdecode(path))
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        content = repository.content(entry.object, "blob")
        if entry.mode == LINK:
            target.symlink_to(os.fsdecode(content))
        else:
            target.write_bytes(content)
            target.chmod(0o755 if entry.mode == PROGRAM else 0o644)
        count += 1
    return count


def answer(repository: Repository, spec: Spec) -> Answer:
    if spec["operation"] == "resolve":
        found = [repository.resolve(name) for name in spec["names"]]
        return {"commits": [None if name is None else told(repository.commit(name)) for name in found]}
    if spec["operation"] == "between":
        return between(repository, spec["first"], spec["last"])
    if spec["operation"] == "changed":
        return {"changed": changed(repository, spec["first"], spec["last"])}
    return {"files": write_files(repository, spec["commit"], spec["folder"])}


def main(git: str, spec: Spec, result: str) -> None:
    folder = Path(git)
    if (folder / "reftable").is_dir():
        sys.exit("its names are kept in the form reftable, which is not read: `git refs migrate --ref-format=files`")
    try:
        write(answer(Repository(folder), spec), result)
    except Missing as error:
        borrowed = (folder / "objects" / "info" / "alternates").is_file()
        why = (
            "it borrows objects from another repository: `git repack -a -d` copies them"
            if borrowed
            else "it is a partial clone, or damaged: `git fetch --refetch --no-filter` brings all of it"
        )
        sys.exit(f"it does not have the object {error}: {why}")
    except Ambiguous as error:
        sys.exit(f"several commits begin so: {error}")
    except Damaged as error:
        sys.exit(f"it is damaged: {error}")


main(sys.argv[1], specification(Spec, sys.argv[2]), sys.argv[3])
