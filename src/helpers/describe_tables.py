"""Says what tables are like before they are read as a whole.

Called as `describe_tables.py REQUEST RESULT`. REQUEST is a file with JSON: {"files": [{"path": str, "format": "csv" | "json" |
"parquet"}, ...], "encoding": str | null, "delimiter": str | null}. RESULT gets a list with, for each file, {"path", "format",
"bytes", "rows" (about how many; exact for Parquet), "columns": [{"name", "type": DuckDB's, or null where all is text}, ...],
"sample": the first rows as lists of text and null, and for CSV "encoding", "delimiter" and "newline" (where its header has an end)}, or {"path", "format", "problem": str}.

A CSV is described by its first block, with Python's own reader, so that damage further on cannot pass for another separator;
what is not of the form found here is then an error of the one that reads it. The other formats are DuckDB's to describe.
"""

import codecs
import csv
import gzip
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import zlib

BLOCK = 1 << 20
SAMPLE_ROWS = 200
# Of these, most of what is found out of a sample is known.
SAMPLED_FILES = 8
SHOWN_LETTERS = 200
DELIMITERS = [",", ";", "\t", "|"]
# How much a compressed text grows, where nobody has read it yet.
EXPANSION = 5

csv.field_size_limit(BLOCK * 2)


class Problem(Exception):
    pass


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


DAMAGED = (OSError, EOFError, zlib.error)


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


def lines_of(text):
    """Lines with their ends: only returns and newlines end one, and not all that Unicode calls so."""
    return list(io.StringIO(text, newline=""))


def newline_of(text, delimiter):
    """What the header ends with; a name in it may have line breaks of another kind."""
    lines = lines_of(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    next(reader)
    last = lines[reader.line_num - 1]
    return last[len(last.rstrip("\r\n")) :]


def records(text, whole, delimiter):
    """The first records of a text, without one that the end of the block may have cut; None where it cannot be parsed."""
    lines = lines_of(text)
    if not whole:
        lines = lines[:-1]
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    found = []
    try:
        for record in reader:
            if record or not found:
                found.append(record)
            if len(found) > SAMPLE_ROWS:
                break
    except csv.Error:
        # An unclosed quotation mark at the end of a block is none of the file's own.
        return found if found and not whole else (found or None)
    return found


def is_parsed(text, whole, delimiter):
    """Whether a block has no error, but for a quotation mark that may be closed behind its end."""
    try:
        for place, _ in enumerate(csv.reader(lines_of(text), delimiter=delimiter, strict=True)):
            if place > SAMPLE_ROWS:
                break
    except csv.Error as error:
        return not whole and "unexpected end" in str(error)
    return True


def best_delimiter(text, whole):
    """The one that divides the header and all first rows alike; of several the one that gives most columns, then one without
    errors, and last the one that leaves fewest quotation marks within fields."""

    def merit(delimiter):
        found = records(text, whole, delimiter)
        if not found:
            return (False, 0, 0, 0)
        width = len(found[0])
        divides = width > 1 and all(len(record) == width for record in found)
        marks = sum(cell.count('"') for record in found for cell in record)
        return (divides, width, is_parsed(text, whole, delimiter), -marks)

    return max(DELIMITERS, key=merit)


def column_names(header):
    """The names of a header; an empty one, as pandas writes for its index, is named by its place."""
    names = [name if name.strip() else f"column{place}" for place, name in enumerate(header)]
    seen = {}
    for name in names:
        if name.lower() in seen:
            other = seen[name.lower()]
            also = "" if other == name else f' (and "{other}")'
            raise Problem(f'has a column "{name}" more than once{also}: names must differ in more than case')
        seen[name.lower()] = name
    return names


def describe_csv(path, encoding, delimiter):
    block, whole = first_block(path)
    if not block:
        raise Problem("is empty: it has not even a header")
    text, encoding = decoded(block, whole, encoding)
    delimiter = delimiter or best_delimiter(text, whole)
    found = records(text, whole, delimiter)
    if not found or not found[0]:
        raise Problem("has no header in its first line")
    marked = encoding == "utf-16" or block.startswith(codecs.BOM_UTF8)
    if marked and any(re.search(r"[\r\n]", name) for name in found[0]):
        # DuckDB takes the second line of such a header for a row.
        raise Problem("begins with a byte-order mark and has a line break in a column's name: save it without one of them")
    names = column_names(found[0])
    rows = [fitted(record, len(names)) for record in found[1:]]
    return {
        "bytes": os.path.getsize(path),
        "rows": about_rows(path, text, whole, len(block)),
        "columns": [{"name": name, "type": None} for name in names],
        "sample": rows,
        "encoding": encoding,
        "delimiter": delimiter,
        "newline": newline_of(text, delimiter),
    }


def fitted(record, width):
    cells = [cell[:SHOWN_LETTERS] if cell != "" else None for cell in record[:width]]
    return cells + [None] * (width - len(cells))


def about_rows(path, text, whole, read):
    lines = max(1, text.count("\n") - 1)
    if whole:
        return lines
    packed = path.lower().endswith((".gz", ".zst"))
    return round(lines * os.path.getsize(path) * (EXPANSION if packed else 1) / read)


def literal(text):
    return "'" + text.replace("'", "''") + "'"


def pattern(path):
    """What DuckDB would read as a pattern, or as a home folder, stands for itself."""
    return literal(re.sub(r"[*?\[]|^~", r"[\g<0>]", path))


def table(path, format):
    quoted = pattern(path)
    if format == "parquet":
        return f"read_parquet({quoted}, hive_partitioning = false)"
    # All lines are looked at: a key of the last one is a column as well.
    settings = "sample_size = -1, maximum_depth = 2, hive_partitioning = false"
    return f"read_json({quoted}, format = 'newline_delimited', {packed(path)}{settings})"


def packed(path):
    """Said of what is packed, as DuckDB does not see it of a name with a question mark."""
    suffix = path.lower().rpartition(".")[2]
    return {"gz": "compression = 'gzip', ", "zst": "compression = 'zstd', "}.get(suffix, "")


def duckdb(script):
    """The rows that a script's last query gives."""
    command = [sys.executable, "-m", "duckdb_cli", "-json", "-bail"]
    ran = subprocess.run([*command, "-f", saved(script)], capture_output=True, text=True)
    if ran.returncode != 0 or "Error:" in ran.stderr:
        raise Problem(reason(ran.stderr or ran.stdout))
    return json.loads(ran.stdout) if ran.stdout.strip() else []


def saved(script):
    handle, path = tempfile.mkstemp(suffix=".sql")
    with os.fdopen(handle, "w") as file:
        file.write(script)
    return path


def reason(output):
    """DuckDB's first message, without the statement."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    start = next((place for place, line in enumerate(lines) if "Error:" in line), 0)
    end = next((place for place in range(start + 1, len(lines)) if re.match(r"LINE \d|\^|Possible", lines[place])), start + 3)
    text = "; ".join(lines[start:end]) if lines else "DuckDB did not run"
    return f"cannot be read: {text.split('Error: ', 1)[-1]}"


def describe_others(files):
    """All files in one process; those that it could not describe once more by themselves, for the reason."""
    with tempfile.TemporaryDirectory() as folder:
        statements = []
        for place, file in enumerate(files):
            source = table(file["path"], file["format"])
            statements += [
                f"COPY (SELECT column_name AS \"name\", column_type AS \"type\" FROM (DESCRIBE SELECT * FROM {source}))"
                f" TO {literal(f'{folder}/columns-{place}.json')} (ARRAY true);",
            ]
            if place < SAMPLED_FILES and file["format"] == "parquet":
                first = f"SELECT COLUMNS('((?s).*)')::VARCHAR AS '\\1' FROM {source} LIMIT {SAMPLE_ROWS}"
                statements.append(f"COPY ({first}) TO {literal(f'{folder}/sample-{place}.json')} (ARRAY true);")
            if file["format"] == "parquet":
                counted = f"SELECT num_rows AS rows FROM parquet_file_metadata({pattern(file['path'])})"
                statements.append(f"COPY ({counted}) TO {literal(f'{folder}/rows-{place}.json')} (ARRAY true);")
        # From its standard input DuckDB goes on after an error.
        subprocess.run([sys.executable, "-m", "duckdb_cli"], input="\n".join(statements).encode(), capture_output=True)
        return [described_by_duckdb(file, place, folder) for place, file in enumerate(files)]


def described_by_duckdb(file, place, folder):
    def written(name):
        try:
            with open(f"{folder}/{name}-{place}.json", encoding="utf-8") as opened:
                return json.load(opened)
        except (OSError, ValueError):
            return None

    path = file["path"]
    if os.path.getsize(path) == 0:
        return {**file, "problem": "is empty"}
    columns, sample, rows = written("columns"), written("sample"), written("rows")
    is_json = file["format"] == "json"
    if columns is None or (sample is None and place < SAMPLED_FILES and not is_json):
        try:
            if is_json:
                find_malformed(path)
            duckdb(f"SELECT * FROM {table(path, file['format'])};")
            raise Problem("cannot be described")
        except Problem as problem:
            return {**file, "problem": str(problem)}
    if is_json:
        # A line that is no object, but a number or a list, has no columns of its own.
        if [column["name"] for column in columns] == ["json"] and head(path).strip() and '"json"' not in head(path):
            return {**file, "problem": "has lines that are no objects: each must be {\"column\": value, …}"}
        sample = first_objects(path) if place < SAMPLED_FILES else None
    names = [column["name"] for column in columns]
    return {
        **file,
        "bytes": os.path.getsize(path),
        "rows": rows[0]["rows"] if rows else about_json_rows(path),
        "columns": columns,
        "sample": [[shortened(row.get(name)) for name in names] for row in sample or []],
    }


def first_objects(path):
    """The first lines with their values as DuckDB reads them: the types that it would find out change how they are written."""
    found = []
    for line in head(path).split("\n")[: SAMPLE_ROWS + 1]:
        try:
            value = json.loads(line) if line.strip() else None
        except ValueError:
            # The block may end in it, or else it is found as a whole file is read.
            continue
        if isinstance(value, dict):
            found.append({name: text_of(one) for name, one in value.items()})
    return found


def text_of(value):
    return value if value is None or isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def find_malformed(path):
    """DuckDB's number of a line is not always that of the file."""
    if path.lower().endswith(".zst"):
        return
    packed = path.lower().endswith(".gz")
    with gzip.open(path) if packed else open(path, "rb") as file:
        try:
            for number, line in enumerate(file, 1):
                check_json(line, number)
        except DAMAGED as error:
            raise damaged_gzip(error) if packed else error from None


def check_json(line, number):
    try:
        json.loads(line.rstrip(b"\r\n")) if line.strip() else None
    except UnicodeDecodeError:
        raise Problem(f"is not UTF-8 in line {number}") from None
    except ValueError as error:
        raise Problem(f"is not JSON in line {number}, letter {error.colno}: {error.msg}") from None


def shortened(value):
    return None if value is None else str(value)[:SHOWN_LETTERS]


def head(path):
    block, _ = first_block(path)
    return block.decode("utf-8", "replace")


def about_json_rows(path):
    block, whole = first_block(path)
    return about_rows(path, block.decode("utf-8", "replace") + "\n", whole, max(1, len(block)))


def main(request_path, result_path):
    with open(request_path, encoding="utf-8") as file:
        request = json.load(file)
    files = request["files"]
    described = {}
    for file in files:
        try:
            check_gzip(file["path"])
            check_zstd(file["path"])
            if file["format"] == "csv":
                described[file["path"]] = {**file, **describe_csv(file["path"], request["encoding"], request["delimiter"])}
        except Problem as problem:
            described[file["path"]] = {**file, "problem": str(problem)}
        except OSError as error:
            described[file["path"]] = {**file, "problem": f"cannot be read: {error.strerror}"}
    others = [file for file in files if file["path"] not in described]
    for result in describe_others(others) if others else []:
        described[result["path"]] = result
    with open(result_path, "w", encoding="utf-8") as file:
        json.dump([described[file["path"]] for file in files], file)


if __name__ == "__main__":
    main(*sys.argv[1:])
