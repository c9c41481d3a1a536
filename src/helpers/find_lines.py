"""Says in which line of their files rows stand.

Called as `find_lines.py REQUEST RESULT`. REQUEST is a file with JSON: a list of {"path": str, "format": "csv" | "json", "encoding":
str, "rows": [number of a row, from 1, …], "blank": bool}, where "blank" says that blank lines were counted as rows. RESULT gets, for each, {"path": str, "lines": {"row": line, …}}, without the rows whose
line cannot be told. A row of a CSV may go over several lines; the one where it begins is given.
"""

import gzip
import json
import sys


def opened(path, encoding):
    if path.lower().endswith(".gz"):
        return gzip.open(path, "rt", encoding=encoding, errors="replace", newline="")
    return open(path, encoding=encoding, errors="replace", newline="")


def lines_of(file, format, rows, blank):
    """The rows' lines, of a file whose first row is the header if it is a CSV."""
    wanted, last = set(rows), max(rows)
    found = {}
    row = 0 if format == "json" else -1
    inside = False
    columns = None
    for number, line in enumerate(broken_at_ends(file), 1):
        if not inside and not line.strip("\r\n"):
            # A blank line is a row of nothing in a table of one column, else none.
            if not blank and (columns != 1 or format == "json"):
                continue
        if not inside:
            row += 1
            if row in wanted:
                found[row] = number
            if row > last:
                break
        if format == "csv":
            # Within quotation marks a doubled one counts twice and changes nothing.
            inside ^= line.count('"') % 2 == 1
            if columns is None and not inside:
                columns = 1 if not any(mark in line for mark in ",;\t|") else 2
    return found


def broken_at_ends(file):
    """Lines at whichever end the file has: of Unix, Windows or an old Macintosh."""
    for line in file:
        if "\r" not in line.rstrip("\r\n"):
            yield line
            continue
        yield from (part + "\r" for part in line.rstrip("\r\n").split("\r"))


def main(request_path, result_path):
    with open(request_path, encoding="utf-8") as file:
        request = json.load(file)
    answers = []
    for wanted in request:
        path = wanted["path"]
        lines = {}
        if not path.lower().endswith(".zst"):
            with opened(path, wanted["encoding"]) as file:
                lines = lines_of(file, wanted["format"], wanted["rows"], wanted["blank"])
        answers.append({"path": path, "lines": lines})
    with open(result_path, "w", encoding="utf-8") as file:
        json.dump(answers, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
