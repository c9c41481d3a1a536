"""Says what tables are like before they are read as a whole.

Called as `describe_tables.py REQUEST RESULT`. REQUEST is a file with JSON: {"files": [{"path": str, "format": "csv" | "json" |
"parquet"}, ...], "encoding": str | null, "delimiter": str | null}. RESULT gets a list with, for each file, {"path", "format",
"bytes", "rows" (about how many; exact for Parquet), "columns": [{"name", "type": DuckDB's, or null where all is text}, ...],
"sample": the first rows as lists of text and null, and for CSV "encoding", "delimiter" and "newline" (where its header has an end)}, or {"path", "format", "problem": str}.

A CSV is described by its first block, with Python's own reader, so that damage further on cannot pass for another separator;
what is not of the form found here is then an error of the one that reads it. The other formats are DuckDB's to describe.
"""

import json
import sys

from table_csv import describe_csv
from table_duckdb import Problem
from table_others import describe_others
from table_start import check_gzip, check_zstd


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
