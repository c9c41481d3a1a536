"""Reads a git repository without git: names, commits and trees. Nothing that it configures is heeded or run."""

import re
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Optional

from git_packs import Damaged, Objects, Pack

NAME = re.compile(r"^([0-9a-f]{40}|[0-9a-f]{64})$")
SHORT = re.compile(r"^[0-9a-f]{4,64}$")
STEPS = re.compile(r"(\^|~(\d*))$")
# Where a name without a folder is looked for, as git does.
PLACES = ("", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/")
FOLDER, LINK, MODULE, PROGRAM = "40000", "120000", "160000", "100755"
MOST_LINKS = 10


class Missing(Exception):
    """An object that a repository does not have; the message names it."""


class Ambiguous(Exception):
    """The beginning of several names; the message has them."""


class Commit(NamedTuple):
    name: str
    tree: str
    parents: list[str]
    # When it was committed, in seconds since 1970.
    time: int
    author: str
    subject: str


class Entry(NamedTuple):
    mode: str
    name: bytes
    object: str


class Repository(Objects):
    """The folder `.git` of a checkout, or a bare repository."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        packed = folder / "packed-refs"
        lines = packed.read_text(encoding="utf-8", errors="surrogateescape").splitlines() if packed.is_file() else []
        pairs = [line.split(" ", 1) for line in lines if line[:1] not in ("#", "^")]
        self.packed = {pair[1]: pair[0] for pair in pairs if len(pair) == 2}
        shallow = folder / "shallow"
        self.shallow = set(shallow.read_text().split()) if shallow.is_file() else set()
        self.packs: Optional[list[Pack]] = None
        self.recent = lru_cache(maxsize=256)(self.read_any)

    def all_packs(self) -> list[Pack]:
        if self.packs is None:
            indexes = sorted((self.folder / "objects" / "pack").glob("*.idx"))
            self.packs = [Pack(path, self.width(path)) for path in indexes if path.with_suffix(".pack").is_file()]
        return self.packs

    @staticmethod
    def width(index: Path) -> int:
        """How many bytes the names have: a pack is named by one."""
        return 32 if len(index.stem) > len("pack-") + 40 else 20

    def read(self, name: str) -> tuple[str, bytes]:
        return self.recent(name)

    def read_any(self, name: str) -> tuple[str, bytes]:
        loose = self.folder / "objects" / name[:2] / name[2:]
        if loose.is_file():
            head, _, content = zlib.decompress(loose.read_bytes()).partition(b"\0")
            return head.split(b" ")[0].decode(), content
        for pack in self.all_packs():
            offset = pack.offset(name)
            if offset is not None:
                return pack.read(offset, self)
        raise Missing(name)

    def content(self, name: str, kind: str) -> bytes:
        found, content = self.read(name)
        if found != kind:
            raise Damaged(f"{name} is a {found}, expected a {kind}")
        return content

    def commit(self, name: str) -> Commit:
        head, _, message = self.content(name, "commit").decode("utf-8", "replace").partition("\n\n")
        fields = [line.split(" ", 1) for line in head.split("\n") if not line.startswith(" ")]
        told = {field[0]: field[1] for field in fields if len(field) == 2 and field[0] != "parent"}
        parents = [] if name in self.shallow else [field[1] for field in fields if field[0] == "parent"]
        time = re.search(r"> (\d+) [+-]\d+$", told.get("committer", ""))
        author = told.get("author", "").split(" <")[0]
        subject = message.lstrip("\n").split("\n", 1)[0]
        return Commit(name, told.get("tree", ""), parents, int(time[1]) if time else 0, author, subject)

    def resolve(self, text: str) -> Optional[str]:
        """The commit that a branch, a tag, a name, or the beginning of one stands for; None where there is none.

        `~2` and `^` after it go back to parents.
        """
        step = STEPS.search(text)
        if step is not None:
            above = self.resolve(text[: step.start()])
            for _ in range(int(step[2]) if step[2] else 1):
                parents = [] if above is None else self.commit(above).parents
                above = parents[0] if parents else None
            return above
        found = next((name for name in (self.reference(f"{place}{text}") for place in PLACES) if name), None)
        return self.peeled(found or self.abbreviated(text))

    def reference(self, path: str, depth: int = 0) -> Optional[str]:
        # A name that leads out of the folder is none.
        if ".." in path or path.startswith("/") or depth > MOST_LINKS or path in ("config", "shallow", "packed-refs"):
            return None
        file = self.folder / path
        text = file.read_text(errors="replace").strip() if file.is_file() else self.packed.get(path, "")
        if text.startswith("ref: "):
            return self.reference(text[len("ref: ") :], depth + 1)
        return text if NAME.match(text) else None

    def abbreviated(self, text: str) -> Optional[str]:
        if not SHORT.match(text):
            return None
        loose = self.folder / "objects" / text[:2]
        names = {text[:2] + path.name for path in loose.glob(f"{text[2:]}*")} if loose.is_dir() else set()
        for pack in self.all_packs():
            names.update(pack.named(text))
        commits = sorted(name for name in names if self.read(name)[0] in ("commit", "tag"))
        if len(commits) > 1:
            raise Ambiguous(", ".join(commits[:5]))
        return commits[0] if commits else None

    def peeled(self, name: Optional[str]) -> Optional[str]:
        """The commit that a tag is for."""
        for _ in range(MOST_LINKS):
            if name is None:
                return None
            kind, content = self.read(name)
            if kind == "commit":
                return name
            if kind != "tag":
                return None
            name = content.split(b"\n", 1)[0].split(b" ")[1].decode()
        return None

    def entries(self, tree: str) -> list[Entry]:
        content, found, at = self.content(tree, "tree"), [], 0
        width = len(tree) // 2
        while at < len(content):
            end = content.index(b"\0", at)
            mode, _, name = content[at:end].partition(b" ")
            found.append(Entry(mode.decode(), name, content[end + 1 : end + 1 + width].hex()))
            at = end + 1 + width
        return found

    def files(self, tree: str, folder: bytes = b"") -> Iterator[tuple[bytes, Entry]]:
        """The files of a tree by their paths. What git would refuse to write is none of them."""
        for entry in self.entries(tree):
            if entry.name in (b"", b".", b"..") or b"/" in entry.name or entry.name.lower() == b".git":
                raise Damaged(f"{tree} has an entry that no checkout may write")
            path = folder + entry.name
            if entry.mode == FOLDER:
                yield from self.files(entry.object, path + b"/")
            elif entry.mode != MODULE:
                yield path, entry
