"""Tells files that are something else than their names say by their first bytes."""

import re
from pathlib import Path

from table_duckdb import Empty, Problem, TableFile

# What a file is by its first bytes, the ends of names that say so, and what to do.
KINDS: list[tuple[bytes, tuple[str, ...], str]] = [
    (
        b"version https://git-lfs.github.com/spec/",
        (),
        "is a pointer of Git LFS and not the file itself: fetch it with `git lfs pull` (in GitHub Actions,"
        " actions/checkout with lfs: true)",
    ),
    (b"\x1f\x8b", (".gz",), "is packed by gzip, which its name does not say: let its name end in .gz"),
    (b"\x28\xb5\x2f\xfd", (".zst",), "is packed by zstd, which its name does not say: let its name end in .zst"),
    (b"BZh", (), "is packed by bzip2, which cannot be read: pack it by gzip, or not at all"),
    (b"\xfd7zXZ\x00", (), "is packed by xz, which cannot be read: pack it by gzip, or not at all"),
    (b"PK\x03\x04", (), "is an Excel workbook or a ZIP archive: save it as CSV"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", (), "is an Excel workbook: save it as CSV"),
    (b"PAR1", (".parquet", ".pq"), "is Parquet, which its name does not say: let its name end in .parquet"),
    (b"ARROW1", (), "is an Arrow file, which cannot be read: save it as Parquet"),
    (b"Obj\x01", (), "is Avro, which cannot be read: save it as Parquet"),
    (b"SQLite format 3\x00", (), "is an SQLite database, which cannot be read: save its table as CSV or Parquet"),
]


def check_kind(file: TableFile) -> None:
    """Refuses a file of another kind.

    Raises Problem that says which and what to do, and Empty for a file without a byte.
    """
    with Path(file["path"]).open("rb") as opened:
        head = opened.read(512)
    if not head:
        raise Empty
    name = file["path"].lower()
    for begin, ends, problem in KINDS:
        if head.startswith(begin) and not name.endswith(ends):
            raise Problem(problem)
    if re.match(rb"\s*<(!doctype html|html|\?xml)\b", head, re.IGNORECASE):
        raise Problem("is a web page or XML, and no table: was it downloaded without signing in?")
