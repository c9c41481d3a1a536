"""Reads the decompressed and decoded beginning of a table's file, and checks compressed files for truncation."""

import codecs
import os
import re
import zlib
from pathlib import Path
from typing import BinaryIO, Optional

from table_duckdb import Problem
from table_open import BLOCK, open_binary

SAMPLE_ROWS = 200
MAX_VALUE_LENGTH = 200
# The assumed compression ratio, for the estimate of rows.
EXPANSION = 5
DAMAGED = (OSError, EOFError, zlib.error)

# The magic number of a zstd frame, and the upper 28 bits of that of a skippable frame (RFC 8878).
ZSTD_FRAME, ZSTD_SKIPPABLE = 0xFD2FB528, 0x184D2A5


def read_block(path: str) -> tuple[bytes, bool]:
    """The first block of a file, decompressed, and whether it is the complete file."""
    with open_binary(path) as file:
        block = file.read(BLOCK)
        return block, not file.read(1)


def check_packing(path: str) -> None:
    """Refuses a truncated packed file or one with a wrong checksum, which DuckDB reads without an error."""
    if path.lower().endswith(".zst"):
        check_frames(path)
    elif not path.lower().endswith(".gz"):
        return
    try:
        with open_binary(path) as file:
            while file.read(BLOCK):
                pass
    except DAMAGED as error:
        raise packing_problem(path, error) from None


def check_frames(path: str) -> None:
    """Refuses a file of zstd that has been cut off, which does not show when it is unpacked."""
    size = Path(path).stat().st_size
    with Path(path).open("rb") as file:
        while file.tell() < size or size == 0:
            skip_zstd_frame(file)
        if file.tell() > size:
            raise truncated_zstd()


def skip_zstd_frame(file: BinaryIO) -> None:
    magic = read_number(file, 4)
    if magic >> 4 == ZSTD_SKIPPABLE:
        file.seek(read_number(file, 4), os.SEEK_CUR)
        return
    if magic != ZSTD_FRAME:
        raise Problem("is not a zstd file, or a damaged one")
    descriptor = read_number(file, 1)
    is_single = descriptor >> 5 & 1
    # Skip the window descriptor, the dictionary ID and the content size, which are all optional.
    read_number(file, 1 - is_single + [0, 1, 2, 4][descriptor & 3] + [is_single, 2, 4, 8][descriptor >> 6])
    is_last = 0
    while not is_last:
        block = read_number(file, 3)
        is_last, kind, length = block & 1, block >> 1 & 3, block >> 3
        # A run-length block holds only the byte that it repeats.
        file.seek(1 if kind == 1 else length, os.SEEK_CUR)
    # Skip the checksum, which is optional.
    read_number(file, 4 * (descriptor >> 2 & 1))


def read_number(file: BinaryIO, length: int) -> int:
    read = file.read(length)
    if len(read) < length:
        raise truncated_zstd()
    return int.from_bytes(read, "little")


def truncated_zstd() -> Problem:
    return Problem("is not a zstd file, or a damaged one: it has been cut off")


def packing_problem(path: str, error: Exception) -> Problem:
    packing = "zstd" if path.lower().endswith(".zst") else "gzip"
    return Problem(f"is not a {packing} file, or a damaged one: {error}")


def decode_block(block: bytes, complete: bool, configured: Optional[str]) -> tuple[str, str]:
    """The text of a block and its encoding, which is detected if none is configured."""
    encoding = encoding_of(block, configured)
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)()
    try:
        text = decoder.decode(block, complete)
    except UnicodeDecodeError as error:
        line = block[: error.start].count(b"\n") + 1
        byte = block[error.start]
        said = f"is not {encoding.upper()}: byte 0x{byte:02x} in line {line}. Save it as UTF-8"
        if configured is not None:
            raise Problem(said) from None
        utf8 = utf8_line(block)
        if utf8 > 0:
            raise Problem(f"has more than one encoding: line {utf8} is UTF-8, and it {said}") from None
        raise Problem(f'{said}, or say what it looks like: data.encoding = "{single_byte(block)}"') from None
    except UnicodeError:
        raise Problem(
            f"is not {encoding.upper()}: it does not begin with a byte order mark. Save it as UTF-8"
        ) from None
    check_characters(text, encoding)
    return text, encoding


def encoding_of(block: bytes, configured: Optional[str]) -> str:
    if block.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)) and not configured:
        raise Problem("is UTF-32, which cannot be read: save it as UTF-8")
    is_marked = block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not configured and not is_marked and looks_like_utf16(block):
        raise Problem("is UTF-16 without a byte order mark, which cannot be read: save it as UTF-8")
    encoding = configured or ("utf-16" if is_marked else "utf-8")
    if encoding == "utf-16" and block.startswith(codecs.BOM_UTF16_BE):
        # DuckDB would read it in the other byte order and find no rows.
        raise Problem("is UTF-16 in big-endian order, which cannot be read: save it as UTF-8")
    return encoding


def looks_like_utf16(block: bytes) -> bool:
    """Whether every other byte of a beginning is mostly zero, as in Latin letters of two bytes."""
    head = block[:4096]
    zeros = [head[place::2].count(0) for place in (0, 1)]
    return len(head) > 1 and max(zeros) > len(head) / 4 and min(zeros) == 0


def check_characters(text: str, encoding: str) -> None:
    """Refuses characters that DuckDB would misread, or that show that the encoding is another one."""
    beyond = re.search("[\U00010000-\U0010ffff]", text) if encoding == "utf-16" else None
    if beyond is not None:
        line = line_at(text, beyond.start())
        raise Problem(f"is UTF-16 with a letter in line {line} ({beyond[0]}) that cannot be read so: save it as UTF-8")
    if "\0" in text:
        raise Problem(f"is not text: it has a zero byte in line {line_at(text, text.index(chr(0)))}")


# Letters beyond ASCII as UTF-8 has them: those of Europe, and the marks of typography.
UTF8_LETTER = re.compile(rb"[\xc2-\xc5][\x80-\xbf]|\xe2\x80[\x80-\xbf]|\xe2\x82\xac")
BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
# What each encoding of one byte for a letter has no letter for.
NO_LETTERS = {"latin-1": re.compile(rb"[\x80-\x9f]"), "windows-1252": re.compile(rb"[\x81\x8d\x8f\x90\x9d]")}


def single_byte(block: bytes) -> str:
    """The encoding with one byte for a letter that has letters for all of a block."""
    return "windows-1252" if NO_LETTERS["latin-1"].search(block) else "latin-1"


def utf8_line(block: bytes) -> int:
    """The first line whose letters beyond ASCII are all of UTF-8; 0 where there is none."""
    for letter in UTF8_LETTER.finditer(block):
        begin = block.rfind(b"\n", 0, letter.start()) + 1
        end = block.find(b"\n", letter.end())
        if not BEYOND_ASCII.search(UTF8_LETTER.sub(b"", block[begin : end if end >= 0 else len(block)])):
            return block.count(b"\n", 0, letter.start()) + 1
    return 0


def check_single_byte(block: bytes, encoding: str, before: int) -> None:
    """Refuses what shows another encoding, or more than one. `before` counts the lines before a block."""
    utf8 = utf8_line(block)
    if utf8 > 0:
        raise Problem(f"has UTF-8 in line {before + utf8}, and data.encoding says {encoding}: save it in one encoding")
    none = NO_LETTERS[encoding].search(block)
    if none is not None:
        line = before + block.count(b"\n", 0, none.start()) + 1
        other = ', maybe Windows-1252 (data.encoding = "windows-1252")' if encoding == "latin-1" else ""
        raise Problem(f"is not {encoding.upper()}{other}: byte 0x{none[0][0]:02x} in line {line}. Save it as UTF-8")


def line_at(text: str, index: int) -> int:
    return text[:index].count("\n") + 1


def estimate_rows(path: str, text: str, complete: bool, read: int) -> int:
    """Estimates the rows of a file from the text of its first `read` bytes."""
    lines = max(1, text.count("\n") - 1)
    if complete:
        return lines
    compressed = path.lower().endswith((".gz", ".zst"))
    return round(lines * Path(path).stat().st_size * (EXPANSION if compressed else 1) / read)
