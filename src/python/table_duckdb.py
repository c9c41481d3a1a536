"""DuckDB, as it is asked about single files."""

import json
import os
import re
import subprocess
import sys
import tempfile


class Problem(Exception):
    pass


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
