"""Says what tables are like before they are read as a whole.

Called as `describe_tables.py REQUEST RESULT`. REQUEST is a file with the JSON of a `Request`; RESULT gets a list
with, for each file, the JSON of a `DescribedFile` or an `UnreadableFile`, which table_duckdb.py has.

A CSV is described by its first block, with Python's own reader, so that damage further on cannot pass for another
separator; what is not of the form found here is then an error of the one that reads it. The other formats are
DuckDB's to describe.
"""

import sys
from typing import Optional, TypedDict

from json_forms import read, write
from table_csv import describe_csv
from table_duckdb import Described, Problem, TableFile
from table_others import describe_others
from table_start import check_gzip, check_zstd


class Request(TypedDict):
    files: list[TableFile]
    encoding: Optional[str]
    delimiter: Optional[str]


def main(request_path: str, result_path: str) -> None:
    request = read(Request, request_path)
    files = request["files"]
    described: dict[str, Described] = {}
    for file in files:
        found = of_itself(file, request)
        if found is not None:
            described[file["path"]] = found
    others = [file for file in files if file["path"] not in described]
    for result in describe_others(others) if others else []:
        described[result["path"]] = result
    write([described[file["path"]] for file in files], result_path)


def of_itself(file: TableFile, request: Request) -> Optional[Described]:
    """What a file shows without DuckDB: what a CSV is like, and damage to what is packed."""
    try:
        check_gzip(file["path"])
        check_zstd(file["path"])
        return describe_csv(file, request["encoding"], request["delimiter"]) if file["format"] == "csv" else None
    except Problem as problem:
        return {**file, "problem": str(problem)}
    except OSError as error:
        return {**file, "problem": f"cannot be read: {error.strerror}"}


if __name__ == "__main__":
    main(*sys.argv[1:])
