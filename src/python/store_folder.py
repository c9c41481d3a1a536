"""A model store that is a folder."""

import fcntl
import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ml_pipeline_walk import fail, walk
from store_failure import StoreFailure

CHUNK = 1 << 20


def failure_of(error: OSError, key: str) -> StoreFailure:
    absent = isinstance(error, (FileNotFoundError, NotADirectoryError))
    return StoreFailure("absent" if absent else "other", error.strerror or str(error), key)


class FolderStore:
    # A folder that is exported over this one replaces files of the same name.
    names_moves_by_content = True
    # It has no clock of its own.
    date = ""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)

    def keys(self, below: str) -> list[str]:
        """The objects below a prefix that ends with a slash, in order."""
        top = self.folder / below
        if not top.exists():
            return []
        try:
            found = [Path(here, name) for here, _, names in walk(top, fail) for name in names]
        except OSError as error:
            raise StoreFailure("other", f"it cannot be listed: {error.strerror or error}", below) from None
        return sorted(path.relative_to(self.folder).as_posix() for path in found if not path.name.startswith("."))

    def is_empty(self) -> bool:
        """Files that keep a folder in git are none of anybody's."""
        return all(path.name.startswith(".") for path in self.folder.iterdir())

    def has(self, key: str) -> bool:
        return (self.folder / key).is_file()

    def read(self, key: str) -> bytes:
        try:
            return (self.folder / key).read_bytes()
        except OSError as error:
            raise failure_of(error, key) from None

    def sha256_of(self, key: str) -> str:
        digest = hashlib.sha256()
        try:
            with (self.folder / key).open("rb") as file:
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
        except OSError as error:
            raise failure_of(error, key) from None
        return digest.hexdigest()

    def download(self, key: str, path: Path) -> None:
        try:
            shutil.copyfile(self.folder / key, path)
        except OSError as error:
            raise failure_of(error, key) from None

    def upload(self, key: str, path: Path, sha256: str) -> None:
        """Writes an object whose name says its content, so that it does not matter whether it is there."""
        with path.open("rb") as source:
            self.place(key, source, replaces=True)

    def replace(self, key: str, content: bytes) -> None:
        """Writes an object in the place of what is not what its name says."""
        self.place(key, io.BytesIO(content), replaces=True)

    def create(self, key: str, content: bytes) -> bool:
        """Writes an object that must not be there; False where another one is."""
        return self.place(key, io.BytesIO(content), replaces=False) or self.read(key) == content

    def is_conditional(self, key: str, content: bytes) -> bool:
        """A folder is: to create a file that must not be there is one step on every file system."""
        self.create(key, content)
        return True

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keeps out others who move a pointer: two moves have two names here, and neither stops the other."""
        try:
            handle = os.open(self.folder, os.O_RDONLY)
        except OSError as error:
            raise failure_of(error, "") from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def place(self, key: str, content: BinaryIO, replaces: bool) -> bool:
        try:
            return self.placed(self.folder / key, content, replaces)
        except OSError as error:
            raise StoreFailure("other", error.strerror or str(error), key) from None

    def placed(self, path: Path, content: BinaryIO, replaces: bool) -> bool:
        path.parent.mkdir(parents=True, exist_ok=True)
        # The whole content gets its name in one step, so that nobody ever reads a half.
        handle, draft = tempfile.mkstemp(prefix=".", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                shutil.copyfileobj(content, file)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).chmod(0o644)
            if replaces:
                Path(draft).replace(path)
                return True
            try:
                os.link(draft, path)
            except FileExistsError:
                return False
            return True
        finally:
            Path(draft).unlink(missing_ok=True)
