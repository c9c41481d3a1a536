"""Says in which line of their files rows stand.

Called as `find_lines.py REQUEST RESULT`. REQUEST is a file with JSON: a list of {"path": str, "format": "csv" | "json", "encoding":
str, "delimiter": str | null, "columns": int, "rows": [number of a row, from 1, …], "blank": bool}, where "blank" says that blank lines
were counted as rows. RESULT gets, for each, {"path": str, "lines": {"row": line, …}}, without the rows whose
line cannot be told. A row of a CSV may go over several lines; the one where it begins is given.
"""

import csv
import gzip
import json
import sys

# A field is as long as it is.
csv.field_size_limit(1 << 30)


def opened(path, encoding):
    if path.lower().endswith(".gz"):
        return gzip.open(path, "rt", encoding=encoding, errors="replace", newline="")
    return open(path, encoding=encoding, errors="replace", newline="")


def records(file, wanted):
    """For each row of a table the line where it begins; of a CSV the header is the first."""
    if wanted["format"] == "json":
        yield from (number for number, line in enumerate(file, 1) if line.strip() or wanted["blank"])
        return
    reader = csv.reader(file, delimiter=wanted["delimiter"])
    begin = 1
    for record in reader:
        # A blank line is a row of nothing in a table of one column, else none.
        if record or wanted["columns"] == 1 or wanted["blank"]:
            yield begin
        begin = reader.line_num + 1


def lines_of(file, wanted):
    rows = set(wanted["rows"])
    first = 1 if wanted["format"] == "json" else 0
    found = {}
    for row, line in enumerate(records(file, wanted), first):
        if row in rows:
            found[row] = line
        if len(found) == len(rows):
            break
    return found


def main(request_path, result_path):
    with open(request_path, encoding="utf-8") as file:
        request = json.load(file)
    answers = []
    for wanted in request:
        path = wanted["path"]
        lines = {}
        if not path.lower().endswith(".zst"):
            with opened(path, wanted["encoding"]) as file:
                lines = lines_of(file, wanted)
        answers.append({"path": path, "lines": lines})
    with open(result_path, "w", encoding="utf-8") as file:
        json.dump(answers, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
