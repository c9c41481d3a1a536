"""The beginning of a table's file, unpacked and decoded, and whether what is packed is whole."""

import codecs
import gzip
import os
import re
import zlib

from table_duckdb import Problem, duckdb, pattern

BLOCK = 1 << 20
SAMPLE_ROWS = 200
SHOWN_LETTERS = 200
# How much a compressed text grows, where nobody has read it yet.
EXPANSION = 5
DAMAGED = (OSError, EOFError, zlib.error)


def first_block(path):
    """The first bytes of a file as it is uncompressed, and whether these are all."""
    name = path.lower()
    if name.endswith(".zst"):
        return unpacked_by_zstd(path)
    with gzip.open(path) if name.endswith(".gz") else open(path, "rb") as file:
        block = file.read(BLOCK)
        return block, not file.read(1)


def check_gzip(path):
    """DuckDB takes what has been cut off, or has another sum, for the whole."""
    if not path.lower().endswith(".gz"):
        return
    try:
        with gzip.open(path) as file:
            while file.read(BLOCK):
                pass
    except DAMAGED as error:
        raise damaged_gzip(error) from None


def check_zstd(path):
    """DuckDB takes what has been cut off for the whole: that each frame has its last block is seen without unpacking it."""
    if not path.lower().endswith(".zst"):
        return
    size = os.path.getsize(path)

    def number(length):
        read = file.read(length)
        if len(read) < length:
            raise Problem("is not a zstd file, or a damaged one: it has been cut off")
        return int.from_bytes(read, "little")

    with open(path, "rb") as file:
        while file.tell() < size or size == 0:
            magic = number(4)
            if magic >> 4 == 0x184D2A5:
                file.seek(number(4), os.SEEK_CUR)
                continue
            if magic != 0xFD2FB528:
                raise Problem("is not a zstd file, or a damaged one")
            form = number(1)
            is_single = form >> 5 & 1
            number(1 - is_single + [0, 1, 2, 4][form & 3] + [is_single, 2, 4, 8][form >> 6])
            is_last = 0
            while not is_last:
                block = number(3)
                is_last, kind, length = block & 1, block >> 1 & 3, block >> 3
                file.seek(1 if kind == 1 else length, os.SEEK_CUR)
            number(4 * (form >> 2 & 1))
        if file.tell() > size:
            raise Problem("is not a zstd file, or a damaged one: it has been cut off")


def damaged_gzip(error):
    return Problem(f"is not a gzip file, or a damaged one: {error}")


def unpacked_by_zstd(path):
    """DuckDB unpacks what Python cannot: each line as one field, cut off where a block would be."""
    columns = "columns = {'line': 'VARCHAR'}, auto_detect = false, header = false, delim = '', quote = '', escape = ''"
    query = f"SELECT line FROM read_csv({pattern(path)}, {columns}, compression = 'zstd') LIMIT 2000"
    lines = [row["line"] or "" for row in duckdb(query)]
    return "".join(f"{line}\n" for line in lines).encode()[:BLOCK], len(lines) < 2000


def decoded(block, whole, asked):
    """The text of a block and its encoding, found out where nobody asked for one."""
    if block.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)) and not asked:
        raise Problem("is UTF-32, which cannot be read: save it as UTF-8")
    encoding = asked or ("utf-16" if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8")
    if encoding == "utf-16" and block.startswith(codecs.BOM_UTF16_BE):
        # DuckDB takes it for the other order and finds no rows.
        raise Problem("is UTF-16 in big-endian order, which cannot be read: save it as UTF-8")
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
        raise Problem(f"is not {encoding.upper()}: it does not begin with a byte order mark. Save it as UTF-8") from None
    control = re.search("[\x80-\x9f]", text) if encoding == "latin-1" else None
    if control is not None:
        byte, line = ord(control[0]), text[: control.start()].count("\n") + 1
        raise Problem(f"is not LATIN-1, maybe Windows-1252: byte 0x{byte:02x} in line {line}. Save it as UTF-8")
    beyond = re.search("[\U00010000-\U0010ffff]", text) if encoding == "utf-16" else None
    if beyond is not None:
        line = text[: beyond.start()].count("\n") + 1
        raise Problem(f"is UTF-16 with a letter in line {line} ({beyond[0]}) that cannot be read so: save it as UTF-8")
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise Problem(f"is not text: it has a zero byte in line {line}")
    return text, encoding


def about_rows(path, text, whole, read):
    lines = max(1, text.count("\n") - 1)
    if whole:
        return lines
    packed = path.lower().endswith((".gz", ".zst"))
    return round(lines * os.path.getsize(path) * (EXPANSION if packed else 1) / read)
