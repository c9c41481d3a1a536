"""Reads and writes a store of accepted models, in S3 or in a folder.

Called as `model_store.py SPECIFICATION CREDENTIALS RESULT`. CREDENTIALS is the path of an AWS credentials file, or
empty. RESULT gets the JSON of a `Done` or of a `Failed`. It exits with 0 only if it did what was asked, so that a
failure is never taken from the cache.

The layout, of which nothing that is whole is ever changed or deleted:

    store.json                              what this is
    blobs/sha256/ab/abcd…                   the content of a file
    versions/sha256/abcd….json              the files of an accepted model, its report and predictions
    pointers/production/00000007.json       a move of a pointer: the last one is where it stands
    pointers/production/00000007-abcd….json the same in a folder
    runs/2026-11-30T15-33-41Z-abcd….json    what is kept of a run that has ended

What is named by a hash is verified when it is read, and when it was written; what is not what its name says is written
again by who stores it again, and by nobody else. In a bucket a move is written on the condition that there is none
by that number, so of several writers one gets it, and the others the next. A folder is changed by being exported over
itself, which replaces what has the same name without a question: there a move has its content in its name, so that two
histories in one folder are both there for whoever reads it.
"""

import hashlib
import json
import os
import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal, Optional, Protocol, TypedDict, Union

from ml_pipeline_walk import fail, walk
from store_credentials import credentials_from
from store_failure import Kind, StoreFailure
from store_folder import FolderStore
from store_kept import keep, sha256_in, state_of
from store_s3 import Address, S3Store
from typed_json import SchemaMismatch, parse, specification, write

CHUNK = 1 << 20
# Requests at a time.
THREADS = 8
# Seconds before a list is asked for again that lacks what is there.
LATE = (2.0, 0.5)
MARKER = "store.json"
MARK = b'{"schemaVersion":1}\n'
MOVE = re.compile(r"pointers/([^/]+)/([0-9]{8})(?:-([0-9a-f]{16}))?\.json")
HASH_IN_NAME = 16
VERSION_IN_MOVE = re.compile(r'"version": "(sha256:[0-9a-f]{64})"')
# What of a version says what it is, beside its files.
MANIFEST = "ml-pipeline.json"


class Look(TypedDict):
    """Reads pointers and the names of versions."""

    operation: Literal["look"]
    # All pointers, if it is empty.
    pointers: list[str]
    # How many of its last moves are read of each; all with 0.
    last: int
    # Whether the manifest of each model is read that one of those moves is to.
    manifests: bool


class Put(TypedDict):
    """Stores folders as a version."""

    operation: Literal["put"]
    # By the name of the part.
    folders: dict[str, str]
    # What else is known of it.
    about: dict[str, str]
    dry: bool


class Move(TypedDict):
    """Writes one move of a pointer."""

    operation: Literal["move"]
    pointer: str
    number: int
    text: str


class Get(TypedDict):
    """Reads a version."""

    operation: Literal["get"]
    version: str
    # These parts of it, each into a folder of its name.
    parts: list[str]
    into: str


class Log(TypedDict):
    """Writes an object of a list, whose name is in the order of the list."""

    operation: Literal["log"]
    key: str
    text: str


class Logged(TypedDict):
    """Reads the last objects of a list."""

    operation: Literal["logged"]
    # The list, as a prefix that ends with a slash.
    below: str
    # Only objects with names from here on; empty for all.
    after: str
    # How many of them are read at most.
    last: int


Call = Union[Look, Put, Move, Get, Log, Logged]


class Specification(TypedDict):
    # Where the store is; one of both.
    address: Optional[Address]
    folder: Optional[str]
    call: Call


class Entry(TypedDict):
    pointer: str
    number: int
    key: str
    text: str


class Text(TypedDict):
    key: str
    # None for one that cannot be read.
    text: Optional[str]


class Stored(TypedDict):
    """A file of a version; a link has its target and no content."""

    path: str
    sha256: str
    bytes: int
    executable: bool
    link: Optional[str]


class Version(TypedDict):
    schemaVersion: Literal[1]
    parts: dict[str, list[Stored]]
    about: dict[str, str]


class Done(TypedDict, total=False):
    kind: Literal["done"]
    # What "look" found.
    entries: list[Entry]
    versions: list[str]
    # The text of each manifest, by its version.
    manifests: dict[str, str]
    # Whether the store has its mark: without one, nothing was ever stored there.
    marked: bool
    # What "put" stored, and how much of it was not there before.
    version: str
    new: bool
    files: int
    bytes: int
    sent: int
    # How many objects a store lacks that says it has them: they are not what their names say, or a version names them.
    repaired: int
    # Whether the server heeds conditions.
    conditional: bool
    # Whether "move" wrote its move; there is one by that number otherwise.
    moved: bool
    # What is known of what "get" read.
    about: dict[str, str]
    # Whether "log" wrote its object; another one has its name otherwise.
    logged: bool
    # What "logged" read, in order, and how many objects there are of which these are the last.
    texts: list[Text]
    count: int
    # The time by the clock of the server, as it says it; empty for a folder.
    date: str


class Failed(TypedDict):
    kind: Kind
    detail: str
    # The object that it is about; empty for the store itself.
    key: str


class Store(Protocol):
    # Whether a move is named by its content as well.
    names_moves_by_content: bool
    # What the clock of the server said last; empty where there is none.
    date: str

    def keys(self, below: str) -> list[str]: ...
    def has(self, key: str) -> bool: ...
    def sha256_of(self, key: str) -> str: ...
    def read(self, key: str) -> bytes: ...
    def download(self, key: str, path: Path) -> None: ...
    def upload(self, key: str, path: Path, sha256: str) -> None: ...
    def create(self, key: str, content: bytes) -> bool: ...
    def replace(self, key: str, content: bytes) -> None: ...
    def is_conditional(self, key: str, content: bytes) -> bool: ...
    def alone(self) -> AbstractContextManager[None]: ...


def blob_key(sha256: str) -> str:
    return f"blobs/sha256/{sha256[:2]}/{sha256}"


def version_key(version: str) -> str:
    return f"versions/sha256/{version.partition(':')[2]}.json"


def move_key(pointer: str, number: int) -> str:
    return f"pointers/{pointer}/{number:08d}.json"


def hash_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def look(store: Store, call: Look) -> Done:
    names = call["pointers"]
    moves = all_moves(store, names)
    wanted = [(name, *move) for name, found in moves.items() for move in sorted(found)[-call["last"] :]]
    with ThreadPoolExecutor(THREADS) as pool:
        texts = list(pool.map(lambda one: move_text(store, one[2], one[3]), wanted))
        entries: list[Entry] = [
            {"pointer": name, "number": number, "key": key, "text": text}
            for (name, number, key, _), text in zip(wanted, texts)
        ]
        versions = [] if names else [f"sha256:{Path(key).stem}" for key in store.keys("versions/sha256/")]
        pointed = sorted({version for text in texts for version in VERSION_IN_MOVE.findall(text)})
        read = pool.map(lambda version: manifest_text(store, version), pointed if call["manifests"] else [])
        manifests = {version: text for version, text in zip(pointed, read) if text is not None}
    marked = bool(entries or versions) or store.has(MARKER)
    return {"kind": "done", "entries": entries, "versions": versions, "manifests": manifests, "marked": marked}


def move_text(store: Store, key: str, named: str) -> str:
    content = store.read(key)
    if named and not hashlib.sha256(content).hexdigest().startswith(named):
        raise StoreFailure("damaged", "its content is not what its name says", key)
    return content.decode(errors="replace")


def manifest_text(store: Store, version: str) -> Optional[str]:
    """The manifest of a stored model; None where there is none, or the version is not there or damaged.

    A list is to show what is there: who takes a model out is told what is wrong with it.
    """
    try:
        record = record_of(store, version)
        found = next((one for one in record["parts"].get("model", []) if one["path"] == MANIFEST), None)
        content = None if found is None else store.read(blob_key(found["sha256"]))
    except StoreFailure as failure:
        if failure.kind in ("absent", "damaged"):
            return None
        raise
    if found is None or content is None or hashlib.sha256(content).hexdigest() != found["sha256"]:
        return None
    return content.decode(errors="replace")


# By pointer: the number, the key, and what of its content the key says.
Moves = dict[str, list[tuple[int, str, str]]]


def all_moves(store: Store, names: list[str]) -> Moves:
    """The moves of pointers, as they are listed.

    A list that lacks the last ones would put a pointer back to an earlier model, so it is asked whether there is one
    more. What was moved meanwhile is in the next list; what is not in that one is in none.
    """
    there: set[str] = set()
    late = list(LATE)
    while True:
        moves = listed_moves(store, names)
        lacking = there - {key for found in moves.values() for _, key, _ in found}
        if lacking and not late:
            raise StoreFailure("other", "its list of objects lacks it, though it is there", min(lacking))
        if lacking:
            time.sleep(late.pop())
            continue
        more = [key for name in names or list(moves) if is_there(store, key := next_key(name, moves.get(name, [])))]
        if not more:
            return moves
        there.update(more)


def listed_moves(store: Store, names: list[str]) -> Moves:
    prefixes = [f"pointers/{name}/" for name in names] if names else ["pointers/"]
    moves: Moves = {}
    for key in (key for prefix in prefixes for key in store.keys(prefix)):
        found = MOVE.fullmatch(key)
        if found is None:
            raise StoreFailure("damaged", "no move of a pointer has such a name", key)
        moves.setdefault(found.group(1), []).append((int(found.group(2)), key, found.group(3) or ""))
    return moves


def next_key(pointer: str, moves: list[tuple[int, str, str]]) -> str:
    return move_key(pointer, 1 + max((number for number, _, _ in moves), default=0))


def is_there(store: Store, key: str) -> bool:
    try:
        return store.has(key)
    except StoreFailure as failure:
        # Of what is not there, some say only that it is forbidden to who may list nothing but a part of the bucket.
        if failure.kind == "permission":
            return False
        raise


def files_in(folder: Path) -> Iterator[Stored]:
    for here, folders, names in walk(folder, fail):
        # Links to folders are among the folders.
        links = [name for name in folders if Path(here, name).is_symlink()]
        for name in sorted([*names, *links]):
            path = Path(here, name)
            # As it is written: a Path would make "x" of "./x", which is another link.
            target = os.readlink(path) if path.is_symlink() else None  # noqa: PTH115
            yield {
                "path": path.relative_to(folder).as_posix(),
                "sha256": hash_of(path) if target is None else "",
                "bytes": path.stat().st_size if target is None else 0,
                "executable": target is None and os.access(path, os.X_OK),
                "link": target,
            }


def put(store: Store, call: Put) -> Done:
    parts = {
        name: sorted(files_in(Path(folder)), key=lambda one: one["path"]) for name, folder in call["folders"].items()
    }
    record: Version = {"schemaVersion": 1, "parts": parts, "about": call["about"]}
    text = json.dumps(record, sort_keys=True, separators=(",", ":")).encode()
    version = f"sha256:{sha256_in(text)}"
    contents: dict[str, tuple[Path, int]] = {
        one["sha256"]: (Path(call["folders"][name], one["path"]), one["bytes"])
        for name, files in parts.items()
        for one in files
        if one["link"] is None
    }
    conditional = call["dry"] or store.is_conditional(MARKER, MARK)
    with ThreadPoolExecutor(THREADS) as pool:
        states = list(pool.map(lambda sha256: state_of(store, blob_key(sha256), sha256), contents))
        lacking = [sha256 for sha256, state in zip(contents, states) if state != "whole"]
        if not call["dry"]:
            list(pool.map(lambda sha256: put_file(store, contents[sha256][0], sha256), lacking))
    # Last, so that a version that is there is whole.
    before = state_of(store, version_key(version), sha256_in(text))
    if before != "whole" and not call["dry"]:
        put_record(store, version_key(version), text, damaged=before == "damaged")
    unlike = ("damaged",) if before == "absent" else ("damaged", "absent")
    return {
        "kind": "done",
        "version": version,
        "new": before == "absent",
        "files": sum(len(files) for files in parts.values()),
        "bytes": sum(size for _, size in contents.values()),
        "sent": sum(contents[sha256][1] for sha256 in lacking),
        "repaired": sum(state in unlike for state in (*states, before)),
        "conditional": conditional,
    }


def put_file(store: Store, path: Path, sha256: str) -> None:
    key = blob_key(sha256)
    keep(store, key, sha256, lambda: store.upload(key, path, sha256))


def put_record(store: Store, key: str, text: bytes, damaged: bool) -> None:
    keep(store, key, sha256_in(text), lambda: store.replace(key, text) if damaged else store.create(key, text))


def move(store: Store, call: Move) -> Done:
    content = call["text"].encode()
    key = move_key(call["pointer"], call["number"])
    conditional = store.is_conditional(MARKER, MARK)
    with store.alone():
        moved = is_moved(store, call["pointer"], key, content, conditional)
    return {"kind": "done", "moved": moved, "conditional": conditional}


def is_moved(store: Store, pointer: str, key: str, content: bytes, conditional: bool) -> bool:
    if store.names_moves_by_content:
        number = key[: -len(".json")]
        key = f"{number}-{sha256_in(content)[:HASH_IN_NAME]}.json"
        taken = any(one.startswith(number) and one != key for one in store.keys(f"pointers/{pointer}/"))
    else:
        # Without the condition, two who write at the same moment are not told apart; those who come later are.
        taken = not conditional and store.has(key)
    return not taken and store.create(key, content)


def record_of(store: Store, version: str) -> Version:
    key = version_key(version)
    text = store.read(key)
    if f"sha256:{sha256_in(text)}" != version:
        raise StoreFailure("damaged", "its content is not what its name says", key)
    try:
        return parse(Version, text, key)
    except SchemaMismatch as error:
        raise StoreFailure("damaged", str(error), key) from None


def get(store: Store, call: Get) -> Done:
    key = version_key(call["version"])
    record = record_of(store, call["version"])
    into = Path(call["into"])
    wanted = [(into / name, one) for name in call["parts"] for one in record["parts"].get(name, [])]
    for name in call["parts"]:
        (into / name).mkdir(parents=True, exist_ok=True)
    files = [(folder, one) for folder, one in wanted if one["link"] is None]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda file: get_file(store, file[1], path_of(file[0], file[1], key)), files))
    # After all files, so that none is written where a link leads.
    for folder, one in wanted:
        if one["link"] is not None:
            path = path_of(folder, one, key)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to(one["link"])
    return {"kind": "done", "about": record["about"], "files": len(wanted)}


def path_of(folder: Path, one: Stored, key: str) -> Path:
    """The place of a file below a folder, which nothing in a version can lead out of."""
    parts = one["path"].split("/")
    if any(part in ("", ".", "..") or "\0" in part for part in parts):
        raise StoreFailure("damaged", f"it has a file with the path {one['path']!r}", key)
    return folder.joinpath(*parts)


def get_file(store: Store, one: Stored, path: Path) -> None:
    key = blob_key(one["sha256"])
    path.parent.mkdir(parents=True, exist_ok=True)
    store.download(key, path)
    if hash_of(path) != one["sha256"]:
        raise StoreFailure("damaged", f"the content of {one['path']} is not what its name says", key)
    if one["executable"]:
        path.chmod(0o755)


def log(store: Store, call: Log) -> Done:
    conditional = store.is_conditional(MARKER, MARK)
    # Without the condition, two who write at the same moment are not told apart; those who come later are.
    taken = not conditional and store.has(call["key"])
    logged = not taken and store.create(call["key"], call["text"].encode())
    return {"kind": "done", "logged": logged, "conditional": conditional, "date": store.date}


def logged(store: Store, call: Logged) -> Done:
    names = [key for key in store.keys(call["below"]) if key >= call["below"] + call["after"]]
    with ThreadPoolExecutor(THREADS) as pool:
        texts = list(pool.map(lambda key: text_of(store, key), names[max(0, len(names) - call["last"]) :]))
    return {"kind": "done", "texts": texts, "count": len(names), "date": store.date}


def text_of(store: Store, key: str) -> Text:
    """An object of a list. One that is gone, or is not for this key, is no reason to read no other."""
    try:
        return {"key": key, "text": store.read(key).decode(errors="replace")}
    except StoreFailure as failure:
        if failure.kind in ("absent", "permission", "damaged"):
            return {"key": key, "text": None}
        raise


def folder_store(folder: str, writes: bool) -> FolderStore:
    """A folder that is a store, or is to be one; any other one that somebody named is not taken for an empty store."""
    store = FolderStore(folder)
    if store.has(MARKER) or (writes and store.is_empty()):
        return store
    raise StoreFailure("none", "it is empty" if store.is_empty() else "other files are in it", MARKER)


def carried_out(call: Call, store: Store) -> Done:
    if call["operation"] == "look":
        return look(store, call)
    if call["operation"] == "put":
        return put(store, call)
    if call["operation"] == "move":
        return move(store, call)
    if call["operation"] == "log":
        return log(store, call)
    if call["operation"] == "logged":
        return logged(store, call)
    return get(store, call)


def main(text: str, credentials: str, result: str) -> int:
    spec = specification(Specification, text)
    try:
        address, folder = spec["address"], spec["folder"]
        if address is not None:
            store: Store = S3Store(address, credentials_from(credentials) if credentials else None)
        else:
            store = folder_store(folder or ".", writes=spec["call"]["operation"] in ("put", "move", "log"))
        done = carried_out(spec["call"], store)
    except StoreFailure as failure:
        failed: Failed = {"kind": failure.kind, "detail": failure.detail, "key": failure.key}
        write(failed, result)
        return 1
    write(done, result)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
