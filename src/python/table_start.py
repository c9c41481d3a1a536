"""The beginning of a table's file, unpacked and decoded, and whether what is packed is whole."""

import codecs
import gzip
import os
import re
import zlib
from pathlib import Path
from typing import BinaryIO, Optional, cast

from table_duckdb import Problem, duckdb, pattern

BLOCK = 1 << 20
ZSTD_LINES = 2000
SAMPLE_ROWS = 200
SHOWN_LETTERS = 200
# How much a compressed text grows, where nobody has read it yet.
EXPANSION = 5
DAMAGED = (OSError, EOFError, zlib.error)

# The first four bytes of a zstd frame, and the upper 28 bits of those of a frame that is skipped.
ZSTD_FRAME, ZSTD_SKIPPABLE = 0xFD2FB528, 0x184D2A5


def first_block(path: str) -> tuple[bytes, bool]:
    """The first bytes of a file as it is uncompressed, and whether these are all."""
    name = path.lower()
    if name.endswith(".zst"):
        return unpacked_by_zstd(path)
    with opened(path) as file:
        block = file.read(BLOCK)
        return block, not file.read(1)


def opened(path: str) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path)) if path.lower().endswith(".gz") else Path(path).open("rb")


def check_gzip(path: str) -> None:
    """DuckDB takes what has been cut off, or has another sum, for the whole."""
    if not path.lower().endswith(".gz"):
        return
    try:
        with gzip.open(path) as file:
            while file.read(BLOCK):
                pass
    except DAMAGED as error:
        raise damaged_gzip(error) from None


def check_zstd(path: str) -> None:
    """Refuses a file that has been cut off, which DuckDB takes for the whole.

    That each frame has its last block is seen without unpacking it.
    """
    if not path.lower().endswith(".zst"):
        return
    size = Path(path).stat().st_size
    with Path(path).open("rb") as file:
        while file.tell() < size or size == 0:
            skip_zstd_frame(file)
        if file.tell() > size:
            raise cut_zstd()


def skip_zstd_frame(file: BinaryIO) -> None:
    magic = number(file, 4)
    if magic >> 4 == ZSTD_SKIPPABLE:
        file.seek(number(file, 4), os.SEEK_CUR)
        return
    if magic != ZSTD_FRAME:
        raise Problem("is not a zstd file, or a damaged one")
    form = number(file, 1)
    is_single = form >> 5 & 1
    # Its window, its dictionary and its size, which may all be left out.
    number(file, 1 - is_single + [0, 1, 2, 4][form & 3] + [is_single, 2, 4, 8][form >> 6])
    is_last = 0
    while not is_last:
        block = number(file, 3)
        is_last, kind, length = block & 1, block >> 1 & 3, block >> 3
        # A block of one repeated byte has that byte alone.
        file.seek(1 if kind == 1 else length, os.SEEK_CUR)
    # A checksum, where there is one.
    number(file, 4 * (form >> 2 & 1))


def number(file: BinaryIO, length: int) -> int:
    read = file.read(length)
    if len(read) < length:
        raise cut_zstd()
    return int.from_bytes(read, "little")


def cut_zstd() -> Problem:
    return Problem("is not a zstd file, or a damaged one: it has been cut off")


def damaged_gzip(error: Exception) -> Problem:
    return Problem(f"is not a gzip file, or a damaged one: {error}")


def unpacked_by_zstd(path: str) -> tuple[bytes, bool]:
    """DuckDB unpacks what Python cannot: each line as one field, cut off where a block would be."""
    columns = "columns = {'line': 'VARCHAR'}, auto_detect = false, header = false, delim = '', quote = '', escape = ''"
    query = f"SELECT line FROM read_csv({pattern(path)}, {columns}, compression = 'zstd') LIMIT {ZSTD_LINES}"
    lines = [str(row["line"] or "") for row in duckdb(query)]
    return "".join(f"{line}\n" for line in lines).encode()[:BLOCK], len(lines) < ZSTD_LINES


def decoded(block: bytes, whole: bool, asked: Optional[str]) -> tuple[str, str]:
    """The text of a block and its encoding, found out where nobody asked for one."""
    encoding = encoding_of(block, asked)
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)()
    try:
        text = decoder.decode(block, whole)
    except UnicodeDecodeError as error:
        line = block[: error.start].count(b"\n") + 1
        byte = block[error.start]
        raise Problem(
            f"is not {encoding.upper()}: byte 0x{byte:02x} in line {line}. Save it as UTF-8, or say what it is with"
            ' data.encoding ("latin-1", "utf-16")'
        ) from None
    except UnicodeError:
        raise Problem(
            f"is not {encoding.upper()}: it does not begin with a byte order mark. Save it as UTF-8"
        ) from None
    check_letters(text, encoding)
    return text, encoding


def encoding_of(block: bytes, asked: Optional[str]) -> str:
    if block.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)) and not asked:
        raise Problem("is UTF-32, which cannot be read: save it as UTF-8")
    encoding = asked or ("utf-16" if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8")
    if encoding == "utf-16" and block.startswith(codecs.BOM_UTF16_BE):
        # DuckDB takes it for the other order and finds no rows.
        raise Problem("is UTF-16 in big-endian order, which cannot be read: save it as UTF-8")
    return encoding


def check_letters(text: str, encoding: str) -> None:
    """Refuses letters that DuckDB would read as others, or that show that the encoding is another one."""
    control = re.search("[\x80-\x9f]", text) if encoding == "latin-1" else None
    if control is not None:
        byte, line = ord(control[0]), line_at(text, control.start())
        raise Problem(f"is not LATIN-1, maybe Windows-1252: byte 0x{byte:02x} in line {line}. Save it as UTF-8")
    beyond = re.search("[\U00010000-\U0010ffff]", text) if encoding == "utf-16" else None
    if beyond is not None:
        line = line_at(text, beyond.start())
        raise Problem(f"is UTF-16 with a letter in line {line} ({beyond[0]}) that cannot be read so: save it as UTF-8")
    if "\0" in text:
        raise Problem(f"is not text: it has a zero byte in line {line_at(text, text.index(chr(0)))}")


def line_at(text: str, place: int) -> int:
    return text[:place].count("\n") + 1


def about_rows(path: str, text: str, whole: bool, read: int) -> int:
    """How many rows a file has, of which the text of the first bytes was read."""
    lines = max(1, text.count("\n") - 1)
    if whole:
        return lines
    packed = path.lower().endswith((".gz", ".zst"))
    return round(lines * Path(path).stat().st_size * (EXPANSION if packed else 1) / read)
