"""Tells files that are something else than their names say by their first bytes, and Parquet by its last ones."""

import codecs
import os
import re
from pathlib import Path

from table_duckdb import Empty, Problem, TableFile
from table_head import looks_like_utf16

# What a file is by its first bytes, the ends of names that say so, and what to do.
KINDS: list[tuple[bytes, tuple[str, ...], str]] = [
    (
        b"version https://git-lfs.github.com/spec/",
        (),
        "is a pointer of Git LFS and not the file itself: fetch it with `git lfs pull` (in GitHub Actions,"
        " actions/checkout with lfs: true)",
    ),
    (b"/annex/objects/", (), "is a pointer of git-annex and not the file itself: fetch it with `git annex get`"),
    (b"outs:\n- md5:", (), "is a pointer of DVC and not the file itself: fetch it with `dvc pull`"),
    (b"\x1f\x8b", (".gz",), "is packed by gzip, which its name does not say: let its name end in .gz"),
    (b"\x28\xb5\x2f\xfd", (".zst",), "is packed by zstd, which its name does not say: let its name end in .zst"),
    (b"BZh", (), "is packed by bzip2, which cannot be read: pack it by gzip, or not at all"),
    (b"\xfd7zXZ\x00", (), "is packed by xz, which cannot be read: pack it by gzip, or not at all"),
    (b"PK\x03\x04", (), "is an Excel workbook or a ZIP archive: save it as CSV"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", (), "is an Excel workbook: save it as CSV"),
    (b"PAR1", (".parquet", ".pq"), "is Parquet, which its name does not say: let its name end in .parquet"),
    (b"PARE", (), "is Parquet whose footer is encrypted, which cannot be read: save it without encryption"),
    (b"ARROW1", (), "is an Arrow file, which cannot be read: save it as Parquet"),
    (b"Obj\x01", (), "is Avro, which cannot be read: save it as Parquet"),
    (b"SQLite format 3\x00", (), "is an SQLite database, which cannot be read: save its table as CSV or Parquet"),
]


PARQUET_MARK = b"PAR1"
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


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
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if re.match(rb"(<!--|<!doctype html|<html|<\?xml)", text, re.IGNORECASE):
        raise Problem("is a web page or XML, and no table: was it downloaded without signing in?")
    if file["format"] == "csv":
        check_no_csv(text)
    if file["format"] == "json" and (head.startswith(UTF16_MARKS) or looks_like_utf16(head)):
        raise Problem("is UTF-16, in which JSON lines cannot be read: save it as UTF-8")
    if file["format"] == "parquet":
        check_parquet(file["path"], head)


def check_no_csv(text: bytes) -> None:
    if re.match(rb'(\[\s*)?\{\s*("|\})', text):
        raise Problem("is JSON, which its name does not say: write one object a line, and let its name end in .jsonl")
    if re.match(rb'"?sep=[^\r\n]{1,2}[\r\n]', text, re.IGNORECASE):
        raise Problem("begins with a line for Excel (sep=), which no other reader knows: remove that line")


def check_parquet(path: str, head: bytes) -> None:
    if not head.startswith(PARQUET_MARK):
        kind = "is something else" if b"\0" in head else "is text"
        raise Problem(f"{kind} and no Parquet, which its name says: let its name end in what it is")
    with Path(path).open("rb") as opened:
        opened.seek(-min(len(head), len(PARQUET_MARK)), os.SEEK_END)
        if opened.read() != PARQUET_MARK:
            raise Problem("is not complete: a Parquet file ends in PAR1. Was it cut off, or is it being written?")
