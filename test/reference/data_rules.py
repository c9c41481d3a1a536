"""What the rules on data must find, computed slowly and plainly from their documentation.

Reads JSON from its standard input: {"folder", "files": [{"path", "format", "encoding", "delimiter", "rows": a file with
the rows of a Parquet file as JSON, "checked": bool}, ...], "matches": {pattern: [path, ...]}, "data": the table [data]
of a configuration, "task"}. Writes a list with, for each rule that is broken, {"rule", "columns", "about", "rows",
"examples": [[file, row, line or null], ...], "all": whether the examples are all rows, of which any may be shown, and
not the first ones}; or {"ragged": [[file, line], ...]} or {"unreadable": [file, ...]} for files that are no tables.

For {"text", "delimiter"} it writes the line where each row of a CSV begins, read letter by letter.
"""

import codecs
import csv
import datetime
import gzip
import io
import json
import re
import statistics
import sys
import unicodedata
import urllib.parse
import zlib
from collections.abc import Callable, Hashable, Iterable, Iterator
from pathlib import Path
from typing import Any

csv.field_size_limit(1 << 30)
SPACES = " \t\n\v\f\r"
# What pandas takes for a missing value, and what databases and spreadsheets write for one.
MISSING = ["#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA", "NULL", "None"]
MISSING += ["n/a", "null", "NaT", "?", "-", "\\N"]
PARQUET_NUMBERS = ("BIGINT", "DOUBLE")

# What a request holds, as JSON has it.
Json = dict[str, Any]
# The cells of a row by their columns, of whatever type.
Cells = dict[str, Any]
# Names, types that the file itself declares, rows with their lines, and lines of rows of another length.
Content = tuple[list[str], dict[str, str], list[tuple[int | None, Cells]], list[int]]


class Unreadable(Exception):
    pass


def text_of(path: Path, encoding: str | None) -> str:
    data = path.read_bytes()
    if path.name.endswith(".gz"):
        data = gzip.decompress(data)
    if encoding in (None, "utf-8"):
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and encoding is None:
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    return data.decode(encoding)


def csv_records(text: str, delimiter: str) -> Iterator[tuple[list[str], int]]:
    """The records of a CSV with the line where each begins; a line without anything gives an empty one."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begin = 1
    for record in reader:
        yield record, begin
        begin = reader.line_num + 1


class Speller:
    """Reads the records of a CSV letter by letter: nothing of Python's reader is in it."""

    def __init__(self, delimiter: str) -> None:
        self.delimiter = delimiter
        self.record: list[str] = []
        self.field = ""
        self.state = "start"
        self.line, self.begin = 1, 1

    def records(self, text: str) -> Iterator[tuple[list[str], int]]:
        """Records with the line where each begins."""
        for part in re.findall(r"\r\n|(?s:.)", text):
            if part[0] not in "\r\n":
                self.take(part)
                continue
            self.line += 1
            if self.state == "inside":
                self.field += part
                continue
            yield self.finished(), self.begin
            self.record, self.field, self.state, self.begin = [], "", "start", self.line
        if self.state == "inside":
            raise Unreadable("a quotation mark is not closed")
        if self.state != "start" or self.record:
            yield self.finished(), self.begin

    def finished(self) -> list[str]:
        return [] if self.state == "start" and not self.record else [*self.record, self.field]

    def take(self, letter: str) -> None:
        if self.state == "inside":
            if letter == '"':
                self.state = "after"
            else:
                self.field += letter
        elif letter == self.delimiter:
            self.record.append(self.field)
            self.field, self.state = "", "start"
        elif self.state == "after":
            if letter != '"':
                raise Unreadable("text behind a quotation mark")
            self.field += letter
            self.state = "inside"
        elif self.state == "start" and letter == '"':
            self.state = "inside"
        else:
            self.field += letter
            self.state = "plain"


def read_csv(path: Path, file: Json) -> Content:
    records = list(csv_records(text_of(path, file["encoding"]), file["delimiter"]))
    if not records or not records[0][0]:
        raise Unreadable("no header")
    names = [name or f"Unnamed: {place}" for place, name in enumerate(records[0][0])]
    rows: list[tuple[int | None, Cells]] = []
    ragged: list[int] = []
    for record, line in records[1:]:
        if not record:
            continue
        if len(record) != len(names):
            ragged.append(line)
            continue
        rows.append((line, {name: cell or None for name, cell in zip(names, record, strict=True)}))
    return names, {}, rows, ragged


def json_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def read_json(path: Path, _file: Json) -> Content:
    rows: list[tuple[int | None, Cells]] = []
    names: list[str] = []
    for line, text in enumerate(text_of(path, "utf-8").split("\n"), 1):
        if not text.strip():
            continue
        found = json.loads(text)
        if not isinstance(found, dict):
            raise Unreadable(f"line {line} is no object")
        names += [name for name in found if name not in names]
        rows.append((line, {name: json_text(value) for name, value in found.items()}))
    return names, {}, rows, []


def typed(text: str | None, kind: str) -> Any:
    if text is None:
        return None
    if kind == "BIGINT":
        return int(text)
    if kind == "DOUBLE":
        return float(text)
    if kind == "BOOLEAN":
        return text == "true"
    return text


def read_parquet(_path: Path, file: Json) -> Content:
    if "cut" in file.get("damage", {}):
        raise Unreadable("cut off")
    found = json.loads(Path(file["rows"]).read_text(encoding="utf-8"))
    kinds: dict[str, str] = dict(found["columns"])
    rows: list[tuple[int | None, Cells]] = [
        (None, {name: typed(cell, kinds[name]) for name, cell in row.items()}) for row in found["rows"]
    ]
    return list(kinds), {name: kind for name, kind in kinds.items() if kind != "VARCHAR"}, rows, []


def hive(path: str) -> dict[str, str | None]:
    values: dict[str, str | None] = {}
    for folder in path.split("/")[:-1]:
        key, mark, value = folder.partition("=")
        if mark and key:
            values[key] = None if value == "__HIVE_DEFAULT_PARTITION__" else urllib.parse.unquote(value)
    return values


class Table:
    """The rows of all files; a column that is not of one type in all of them is text."""

    def __init__(self, folder: str, files: list[Json], missing: list[str]) -> None:
        self.missing = missing
        self.names: list[str] = []
        # File, number, line and cells.
        self.rows: list[tuple[str, int, int | None, Cells]] = []
        self.ragged: list[list[object]] = []
        self.having: dict[str, list[str]] = {}
        kinds: dict[str, set[str | None]] = {}
        self.files: list[str] = [file["path"] for file in files]
        for file in files:
            reader = {"csv": read_csv, "json": read_json, "parquet": read_parquet}[file["format"]]
            names, own, rows, ragged = reader(Path(folder, file["path"]), file)
            keys = {key: value for key, value in hive(file["path"]).items() if key not in names}
            for name in [*names, *keys]:
                if name not in self.names:
                    self.names.append(name)
                self.having.setdefault(name, []).append(file["path"])
                kinds.setdefault(name, set()).add(own.get(name))
            self.ragged += [[file["path"], line] for line in ragged]
            for number, (line, row) in enumerate(rows, 1):
                self.rows.append((file["path"], number, line, {**row, **keys}))
        self.kinds = {name: next(iter(found)) if len(found) == 1 else None for name, found in kinds.items()}
        for _, _, _, row in self.rows:
            for name in self.names:
                value = row.get(name)
                row[name] = value if self.kinds[name] else as_text(value)

    def values(self, name: str) -> list[Any]:
        return [row[name] for _, _, _, row in self.rows]

    def there(self, name: str) -> list[str]:
        """The texts that stand for a value; all of them if none does."""
        values = [value for value in self.values(name) if value is not None]
        return [value for value in values if value.strip(" ") not in self.missing] or values

    def numeric(self, name: str) -> bool:
        """Whether it is a column of numbers, by what it holds."""
        if self.kinds[name]:
            return self.kinds[name] in PARQUET_NUMBERS
        return all(number(value) is not None or not value.strip(SPACES) for value in self.there(name))

    def looks(self, name: str) -> str | None:
        """What a column of texts is taken for by what it holds; None for text."""
        if self.kinds[name]:
            return None
        if self.numeric(name):
            return "number"
        values = self.there(name)
        for pattern, kind in ((r"\d{4}-\d{2}-\d{2}", "date"), (r"(?s)\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*", "timestamp")):
            if all(re.fullmatch(pattern, value, re.ASCII) for value in values):
                return kind
        return None


def as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if value is None else str(value)


def without_zeros(text: Any) -> Any:
    """A whole number without the zeros behind its point."""
    return text and re.sub(r"\A([+-]?[0-9]+)\.0+\Z", r"\1", text)


def number(value: Any) -> float | None:
    """The number that a text stands for; None when it is no number."""
    if isinstance(value, (bool, int, float)):
        return float(value)
    if value is None or not value.isascii() or "_" in value:
        return None
    try:
        return float(value)
    except ValueError:
        return None


def worth(value: float) -> float | str:
    """The same of all values that are the same number."""
    return "nan" if value != value else value + 0.0


def finite(value: float) -> bool:
    return value == value and value not in (float("inf"), float("-inf"))


def is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text.strip(" "))
        return len(text.strip(" ")) == 10
    except ValueError:
        return False


def is_timestamp(text: str) -> bool:
    try:
        datetime.datetime.fromisoformat(text)
        return "-" in text
    except ValueError:
        return False


TRUE, FALSE = ["true", "t", "yes", "y", "1"], ["false", "f", "no", "n", "0"]


def is_of(value: Any, kind: str, own: str | None) -> bool:
    if own == "BIGINT":
        return kind in ("integer", "number") or (kind == "boolean" and value in (0, 1))
    if own == "DOUBLE":
        return kind == "number" or (kind == "integer" and finite(value) and value == int(value))
    if own == "BOOLEAN":
        return kind == "boolean"
    if own == "DATE":
        return kind in ("date", "timestamp")
    worth = number(value)
    return {
        "text": True,
        "number": worth is not None,
        "integer": worth is not None and finite(worth) and worth == int(worth),
        "boolean": value.strip(" ").lower() in TRUE + FALSE,
        "date": is_date(value),
        "timestamp": is_timestamp(value),
    }[kind]


def letters_and_digits(text: str) -> list[str]:
    return "".join(letter if unicodedata.category(letter)[0] in "LN" else " " for letter in text.lower()).split()


class Reference:
    """The rules of one request, held against its files one after the other."""

    def __init__(self, request: Json) -> None:
        self.data: Json = request["data"]
        self.task = request["task"]
        self.matches = request["matches"]
        self.folder = request["folder"]
        self.known = request["files"]
        self.missing: list[str] = self.data.get("missing", MISSING)
        self.table = Table(self.folder, [file for file in self.known if file["checked"]], self.missing)
        self.types: dict[str, str] = self.data.get("types", {})
        self.found: list[Json] = []

    def broken(self, rule: str, columns: Iterable[str] = (), about: str = "") -> None:
        self.found.append(
            {"rule": rule, "columns": list(columns), "about": about, "rows": None, "examples": [], "all": False}
        )

    def breaking(
        self, rule: str, columns: list[str], breaks: Callable[[Cells], bool], about: str = "", allowed: float = 0.0
    ) -> None:
        """Each row by itself."""
        rows = [[file, row, line] for file, row, line, cells in self.table.rows if breaks(cells)]
        if rows and len(rows) > allowed * len(self.table.rows):
            self.add(rule, columns, about, rows, len(rows))

    def add(
        self,
        rule: str,
        columns: list[str],
        about: str,
        examples: list[list[Any]],
        rows: int,
        all_of_them: bool = False,
    ) -> None:
        shown = examples if all_of_them else examples[:10]
        self.found.append(
            {
                "rule": rule,
                "columns": list(columns),
                "about": about,
                "rows": rows,
                "examples": shown,
                "all": all_of_them,
            }
        )

    def repeated(
        self, rule: str, columns: list[str], key: Callable[[Cells], Hashable | None], allowed: float = 0.0
    ) -> None:
        """Rows that are the same as an earlier one, without that one."""
        seen: dict[Hashable, list[list[Any]]] = {}
        count = 0
        for file, row, line, cells in self.table.rows:
            one = key(cells)
            if one is None:
                continue
            count += one in seen
            seen.setdefault(one, []).append([file, row, line])
        if count > allowed * len(self.table.rows):
            self.add(rule, columns, "", [row for rows in seen.values() for row in rows[1:]], count, True)

    def there(self, name: str, rule: str) -> bool:
        if name in self.table.names:
            return True
        self.broken(rule)
        return False

    def run(self) -> list[Json] | Json:
        if self.table.ragged:
            return {"ragged": self.table.ragged}
        data = self.data
        if len(self.table.rows) < data.get("min-rows", 1000):
            self.broken("data.min-rows")
        self.columns()
        self.cells()
        for grouping in data.get("unique", []):
            self.unique([grouping] if isinstance(grouping, str) else grouping)
        for name, target in data.get("references", {}).items():
            self.reference(name, target)
        self.predicates(data.get("rules", {}))
        for name, limits in data.get("text", {}).items():
            self.text(name, limits)
        self.class_ratio(data.get("label"), data.get("min-class-ratio"))
        self.duplicates(data.get("max-duplicates", 0.01))
        self.leakage(data.get("leakage"))
        return self.found

    def columns(self) -> None:
        """Columns that must be there, and numbers that must be finite."""
        required, label = self.data.get("required", []), self.data.get("label")
        mandatory = list(dict.fromkeys([*required, *([label] if label is not None else [])]))
        for name in mandatory:
            self.mandatory(name, "data.required" if name in required else "data.label")
        if self.data.get("finite", True):
            for name in self.table.names:
                if name not in mandatory and self.types.get(name) != "text":
                    self.finite(name)

    def cells(self) -> None:
        """Rules on single cells."""
        for name, kind in self.types.items():
            self.value_rule(f"data.types.{name}", name, self.or_missing(name, self.of_type(name, kind)))
        for name, values in self.data.get("values", {}).items():
            self.value_rule(f"data.values.{name}", name, self.one_of(values))
        for name, (low, high) in self.data.get("ranges", {}).items():
            self.value_rule(f"data.ranges.{name}", name, self.or_missing(name, between(low, high)))
        for name, most in self.data.get("max-nulls", {}).items():
            rule = f"data.max-nulls.{name}"
            if self.there(name, rule):
                self.breaking(rule, [name], self.is_absent(name), allowed=most)

    def gaps(self, name: str) -> list[str]:
        """The texts that stand for a missing value in a column."""
        return [] if self.types.get(name) == "text" or self.table.kinds[name] else self.missing

    def or_missing(self, name: str, fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
        return lambda value: (isinstance(value, str) and value.strip(" ") in self.gaps(name)) or fits(value)

    def is_absent(self, name: str) -> Callable[[Cells], bool]:
        is_text = name in self.table.kinds and not self.types.get(name) and self.table.looks(name) is None
        gaps = [] if is_text else self.gaps(name)
        return lambda row: row[name] is None or (isinstance(row[name], str) and row[name].strip(" ") in gaps)

    def one_of(self, values: list[Any]) -> Callable[[Any], bool]:
        return lambda value: self.allowed(value, values)

    def of_type(self, name: str, kind: str) -> Callable[[Any], bool]:
        return lambda value: is_of(value, kind, self.table.kinds[name])

    def duplicates(self, most: float) -> None:
        names = self.table.names
        if most < 1:
            self.repeated("data.max-duplicates", names[:4], self.key_of(names), most)

    def key_of(self, names: list[str]) -> Callable[[Cells], Hashable]:
        return lambda row: tuple(self.same(row[name]) for name in names)

    @staticmethod
    def same(value: Any) -> Any:
        return worth(float(value)) if isinstance(value, float) else value

    def mandatory(self, name: str, rule: str) -> None:
        table = self.table
        if name not in table.names:
            self.broken(rule, about="is missing")
            return
        absent = [file for file in table.files if file not in table.having[name]]
        for _ in absent:
            self.broken(rule, about="is missing")
        if not absent:
            spellings = [] if self.types.get(name) == "text" else self.missing
            self.breaking(rule, [name], lambda row: is_missing(row[name], spellings), "is empty")
        if self.types.get(name) != "text" or table.kinds[name]:
            self.breaking(rule, [name], lambda row: self.nonfinite(row[name]), "is NaN or infinite")

    @staticmethod
    def nonfinite(value: Any) -> bool:
        worth = number(value)
        return worth is not None and not finite(worth)

    def finite(self, name: str) -> None:
        values = [value for value in self.table.values(name) if value is not None]
        if not self.table.kinds[name]:
            values = self.table.there(name)
        if self.table.numeric(name) and all(number(value) is not None for value in values):
            self.breaking("data.finite", [name], lambda row: self.nonfinite(row[name]))

    def value_rule(self, rule: str, name: str, fits: Callable[[Any], bool]) -> None:
        if self.there(name, rule):
            self.breaking(rule, [name], lambda row: row[name] is not None and not fits(row[name]))

    @staticmethod
    def allowed(value: Any, values: list[Any]) -> bool:
        text, worth_of = as_text(value), number(value)
        plain = re.match(r"[+-]?0[0-9]", text) is None
        binary = all(as_text(one) in ("0", "1") for one in values)
        for one in values:
            name = as_text(one)
            truth = {"0": 0, "1": 1}[name] if binary else {"false": 0, "true": 1}.get(name.lower())
            if truth is not None and (text.lower() == ("false", "true")[truth] or (plain and worth_of == truth)):
                return True
            if isinstance(one, str):
                written = re.fullmatch(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,9})?", one)
                if text == one or (written and plain and worth_of == float(one)):
                    return True
            elif not isinstance(one, bool) and worth_of == one:
                return True
        return False

    def unique(self, names: list[str]) -> None:
        if not all(name in self.table.names for name in names):
            self.broken("data.unique")
            return
        key = self.key_of(names)
        self.repeated("data.unique", names, lambda row: None if any(row[one] is None for one in names) else key(row))

    def reference(self, name: str, target: Json) -> None:
        rule = f"data.references.{name}"
        if not self.there(name, rule):
            return
        files = [file for file in self.known if file["path"] in self.matches.get(target["file"], [])]
        other = Table(self.folder, files, self.missing) if files else None
        if other is None or target["column"] not in other.names:
            self.broken(rule)
            return
        values = {without_zeros(as_text(value)) for value in other.values(target["column"])}
        self.value_rule(rule, name, lambda value: without_zeros(as_text(value)) in values)

    def predicates(self, rules: dict[str, str]) -> None:
        """A predicate in SQL: a comment in it repeats it as JSON, which is what is evaluated here."""
        guessed: dict[str, None] = {}
        for title, sql in rules.items():
            operator, *names = json.loads(sql[sql.rindex("-- ") + 3 :])
            columns = [name for name in self.table.names if name.lower() in [one.lower() for one in names]]
            self.breaking(f"data.rules.{title}", columns, self.refuted(operator, names))
            guessed.update(dict.fromkeys(columns))
        for name in guessed:
            kind = self.table.looks(name)
            if kind and name not in self.types:
                self.breaking("data.rules", [name], self.is_other_than(name, kind))

    def is_other_than(self, name: str, kind: str) -> Callable[[Cells], bool]:
        fits = self.or_missing(name, lambda value: is_of(value, kind, None))
        return lambda row: row[name] is not None and not fits(row[name])

    def refuted(self, operator: str, names: list[str]) -> Callable[[Cells], bool]:
        return lambda row: self.predicate(operator, names, row) is False

    def predicate(self, operator: str, names: list[str], row: Cells) -> bool | None:
        values = [row[name] for name in names]
        if operator == "present":
            kind = self.table.looks(names[0])
            if self.types.get(names[0]) == "text" or (names[0] in self.types and kind != "number"):
                kind = None
            return values[0] is not None and (kind is None or is_of(values[0], kind, None))
        numbers = [one for one in map(number, values) if one is not None]
        if len(numbers) < len(values):
            return None
        # NaN is above all numbers, and the same as another.
        order = [(value != value, 0 if value != value else value) for value in numbers]
        return order[0] > (False, 1) if operator == "above one" else order[0] <= order[1]

    def text(self, name: str, limits: Json) -> None:
        rule = f"data.text.{name}"
        if not self.there(name, rule):
            return
        lengths = [len(as_text(value)) for value in self.table.values(name) if value is not None]
        least, most = limits.get("min-length", 10), limits.get("max-length", 10_000)

        def length(row: Cells) -> int | None:
            return None if row[name] is None else len(as_text(row[name]))

        self.breaking(f"{rule}.min-length", [name], lambda row: (found := length(row)) is not None and found < least)
        self.breaking(f"{rule}.max-length", [name], lambda row: (found := length(row)) is not None and found > most)
        if lengths and statistics.median(lengths) < limits.get("min-median-length", 50):
            self.broken(f"{rule}.min-median-length", [name])

    def class_ratio(self, label: str | None, least: float | None) -> None:
        """Of a classification."""
        if label is None and least is not None:
            self.broken("data.min-class-ratio")
        if label is None or label not in self.table.names:
            return
        if self.task != "classification":
            if least is not None:
                self.broken("data.min-class-ratio")
            return
        counts: dict[str, int] = {}
        for value in self.table.values(label):
            if value is not None:
                counts[as_text(value)] = counts.get(as_text(value), 0) + 1
        least = 0.1 if least is None else least
        if counts and (min(counts.values()) / max(counts.values()) < least or (len(counts) == 1 and least > 0)):
            self.broken("data.min-class-ratio", [label])

    def leakage(self, settings: Json | None) -> None:
        if settings is None:
            return
        train, evaluation = (
            [path for one in settings[key] for path in self.matches[one]] for key in ("train", "evaluation")
        )
        for side, files in (("train", train), ("evaluation", evaluation)):
            if not files:
                self.broken(f"data.leakage.{side}")
                return
        names = settings.get("columns", self.table.names)
        if not all(name in self.table.names for name in names):
            self.broken("data.leakage.columns")
            return
        names = [name for name in self.table.names if name in names]

        def same(row: Cells) -> Hashable:
            return tuple(self.alike(name, row[name]) for name in names)

        trained = {same(row) for file, _, _, row in self.table.rows if file in train}
        evaluated = [([*where], same(row)) for *where, row in self.table.rows if where[0] in evaluation]
        leaked = [where for where, key in evaluated if key in trained]
        if len(leaked) > settings.get("max-share", 0) * len(evaluated):
            self.add("data.leakage", names[:4], "", leaked[:10], len(leaked))

    def alike(self, name: str, value: Any) -> Any:
        if value is None or isinstance(value, (bool, int)):
            return value
        if self.table.kinds[name] == "DOUBLE":
            return worth(value)
        if self.table.kinds[name]:
            return value
        numeric = self.table.numeric(name)
        found = number(value)
        is_code = not numeric and re.match(r"[ \t\n\v\f\r]*[+-]?0[0-9]", value) is not None
        if found is not None and abs(found) < 2**53 and not is_code:
            return worth(found)
        if numeric:
            # The same number with a fraction of nothing.
            return re.sub(r"\.0*$", "", value.strip(" "))
        return " ".join(letters_and_digits(value))


def is_missing(value: Any, spellings: list[str]) -> bool:
    if not isinstance(value, str):
        return value is None
    unseen = all(
        letter in SPACES or unicodedata.category(letter) in ("Zs", "Zl", "Zp", "Cc", "Cf") or letter in "\u2800\u3164"
        for letter in value
    )
    return unseen or value.strip(" ") in spellings


def between(low: float, high: float) -> Callable[[Any], bool]:
    return lambda value: (worth := number(value)) is not None and low <= worth <= high


def lines(file: Json) -> dict[str, int]:
    """For each row the line where it begins."""
    records = list(Speller(file["delimiter"]).records(file["text"]))[1:]
    begins = [line for record, line in records if record]
    return {str(row): line for row, line in enumerate(begins, 1)}


def answer(request: Json) -> list[Json] | Json:
    if "text" in request:
        return lines(request)
    try:
        return Reference(request).run()
    except (Unreadable, csv.Error, UnicodeError, EOFError, OSError, ValueError, zlib.error) as error:
        return {"unreadable": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    json.dump([answer(request) for request in json.load(sys.stdin)], sys.stdout)
