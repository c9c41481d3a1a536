"""Describes tables by the beginning of their files, before they are read as a whole.

Called as `describe_tables.py REQUEST RESULT`. REQUEST is a file with the JSON of a `Request`. RESULT gets a JSON list
with a `DescribedFile`, an `EmptyFile` or an `UnreadableFile` (see table_duckdb.py) for each file.

The dialect of a CSV is detected from its first block only, with Python's own reader: damage further on must be a
read error later, and must not make another delimiter look right. DuckDB describes the other formats.
"""

import sys
from pathlib import Path
from typing import Optional, TypedDict

from ml_pipeline_walk import walk
from table_csv import Dialect, describe_csv
from table_duckdb import Described, Empty, Problem, TableFile
from table_head import check_packing
from table_kinds import check_kind
from table_open import BLOCK, open_binary, write_binary
from table_with_duckdb import describe_with_duckdb
from typed_json import read, write

MAX_LINKS = 100


# What DuckDB has no reader of: such a file is copied as UTF-8.
COPIED = "windows-1252"
COPIES = "utf-8"


class Request(TypedDict):
    files: list[TableFile]
    encoding: Optional[str]
    delimiter: Optional[str]
    escape: Optional[str]


def main(request_path: str, result_path: str) -> None:
    request = read(Request, request_path)
    files = request["files"]
    described: dict[str, Described] = {}
    for file in files:
        found = describe_in_python(file, request, Path(result_path).parent / COPIES)
        if found is not None:
            described[file["path"]] = found
    others = [file for file in files if file["path"] not in described]
    for result in describe_with_duckdb(others) if others else []:
        described[result["path"]] = result
    links = [link for link in unfollowed_links() if link["path"] not in described]
    write([*(described[file["path"]] for file in files), *links], result_path)


class Link(TypedDict):
    path: str
    target: str


def unfollowed_links() -> list[Link]:
    """The links below the current folder that lead to another folder, whose files nobody lists, or to nothing."""
    found: list[Link] = []
    for folder, folders, names in walk("."):
        for name in (*folders, *names):
            path = Path(folder, name)
            if path.is_symlink() and (path.is_dir() or not path.exists()):
                found.append({"path": str(path), "target": str(path.readlink())})
    return sorted(found, key=lambda link: link["path"])[:MAX_LINKS]


def check_link(path: str) -> None:
    if Path(path).is_symlink() and not Path(path).exists():
        raise Problem(
            f"is a link to {Path(path).readlink()}, which is not in the folder: put the file itself in its place"
            " (DVC does with cache.type = copy)"
        )


def describe_in_python(file: TableFile, request: Request, copies: Path) -> Optional[Described]:
    """Describes a CSV, or reports a damaged compressed file; None for an intact file of another format.

    `copies` is the folder of files that are read in UTF-8 instead.
    """
    try:
        check_link(file["path"])
        check_kind(file)
        check_packing(file["path"])
        dialect = Dialect(request["encoding"], request["delimiter"], request["escape"])
        if file["format"] != "csv":
            return None
        found = describe_csv(file, dialect)
        if found["encoding"] == COPIED:
            copy_as_utf8(file["path"], copies / file["path"])
            found["encoding"] = "utf-8"
        return found
    except Empty:
        return {**file, "empty": True}
    except Problem as problem:
        return {**file, "problem": str(problem)}
    except OSError as error:
        return {**file, "problem": f"cannot be read: {error.strerror}"}


def copy_as_utf8(path: str, copy: Path) -> None:
    """Every byte is a letter of its own, so that blocks can be converted one by one."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    with open_binary(path) as source, write_binary(copy) as target:
        while block := source.read(BLOCK):
            target.write(block.decode(COPIED).encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
