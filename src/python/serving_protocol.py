"""Shapes requests for a served model and reads its answers, as the project's settings say: the one place that does.

A `Protocol` is what `protocol.ts` makes of the table `serve`, and what the image has as a label.
"""

import base64
import hashlib
import json
import math
import mimetypes
import re
import urllib.parse
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any, Optional, TypedDict, Union

# A key of an object, an index of a list, or None for each member of a list.
Step = Union[str, int, None]


class BodyKind(TypedDict, total=False):
    # How the body is written: json, form, or multipart with files; images of older versions do not say it.
    kind: str
    # The field of a form that a file is sent in.
    fileField: str


class Protocol(BodyKind):
    port: int
    # The path that answers once the server can predict; None for a server that has none.
    health: Optional[str]
    # How long it may take until then.
    readySeconds: float
    # Where it takes requests, in which names in braces stand for values of the row that is asked about.
    route: str
    # The body of a request: JSON in which names in braces stand for rows.
    template: str
    # Whether a request has one row alone.
    single: bool
    # The way to the predictions in an answer.
    answer: list[Step]


class NoPredictions(ValueError):
    """An answer that does not have the predictions that were asked for; the message says why."""


PLACEHOLDER = re.compile(r'\{(rows?(?:\.[^{}"]+)?|values|matrix|columns|count)\}')
# How much of an answer a message has.
SHOWN = 200


def body_of(protocol: Protocol, rows: Sequence[object]) -> bytes:
    """The body of a request about some rows, which is one row where the server takes no more.

    Raises ValueError for what is no row of a table, where the template needs one.
    """
    kind = kind_of(protocol)
    if kind == "form":
        return urllib.parse.urlencode(fields_of(protocol, rows[0])).encode()
    if kind == "multipart":
        return multipart(fields_of(protocol, rows[0]))
    return PLACEHOLDER.sub(lambda found: json.dumps(standing_for(found[1], rows)), protocol["template"]).encode()


def kind_of(protocol: Protocol) -> str:
    return protocol.get("kind", "json")


def content_type(protocol: Protocol, body: bytes) -> str:
    """What the header of a request says of its body."""
    kind = kind_of(protocol)
    if kind == "form":
        return "application/x-www-form-urlencoded"
    if kind == "multipart":
        boundary = body.split(b"\r\n", 1)[0][2:].decode()
        return f"multipart/form-data; boundary={boundary.rstrip('-')}"
    return "application/json"


def fields_of(protocol: Protocol, row: object) -> list[tuple[str, object]]:
    """The fields of a form, one for each column that has a value; a list is a field several times."""
    kind = kind_of(protocol)
    if kind == "multipart" and is_file(row):
        return [(protocol.get("fileField", "file"), row)]
    if not isinstance(row, dict):
        raise ValueError(f"serve.request is {kind}, and this is no row with fields: {json.dumps(row)[:SHOWN]}")
    several = [(name, one) for name, value in row.items() for one in (value if isinstance(value, list) else [value])]
    files = kind == "multipart"
    return [
        (name, value if files and is_file(value) else text_of(value)) for name, value in several if value is not None
    ]


def text_of(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def is_file(value: object) -> bool:
    """Whether a value is a file: its name and its content in base64, and its type where that matters."""
    return isinstance(value, dict) and isinstance(value.get("file"), str) and isinstance(value.get("content"), str)


def multipart(fields: Sequence[tuple[str, Any]]) -> bytes:
    """The same fields always make the same body: its boundary is made of them."""
    boundary = hashlib.sha256(json.dumps(fields).encode()).hexdigest()[:32].encode()
    parts = [b"--" + boundary + b"\r\n" + part(name, value) + b"\r\n" for name, value in fields]
    return b"".join(parts) + b"--" + boundary + b"--\r\n"


def part(name: str, value: Any) -> bytes:
    disposition = f'Content-Disposition: form-data; name="{in_header(name)}"'
    if isinstance(value, str):
        return f"{disposition}\r\n\r\n{value}".encode()
    file = PurePosixPath(value["file"]).name
    kind = value.get("type") or mimetypes.guess_type(file)[0] or "application/octet-stream"
    head = f'{disposition}; filename="{in_header(file)}"\r\nContent-Type: {kind}\r\n\r\n'
    try:
        return head.encode() + base64.b64decode(value["content"], validate=True)
    except ValueError:
        raise ValueError(f"the content of {file} is not base64") from None


def in_header(text: str) -> str:
    """As browsers write a name, which ends with a quotation mark and has no line end."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def route_of(protocol: Protocol, rows: Sequence[object]) -> str:
    """Where a request about some rows goes: what a server reads of its query is in there."""
    return PLACEHOLDER.sub(lambda found: quoted(standing_for(found[1], rows)), protocol["route"])


def quoted(value: object) -> str:
    return urllib.parse.quote(value if isinstance(value, str) else json.dumps(value), safe="")


def standing_for(name: str, rows: Sequence[object]) -> object:
    """What stands in the place of a name in braces."""
    kind, _, column = name.partition(".")
    if kind == "row":
        return cell(rows[0], column) if column else rows[0]
    if kind == "rows":
        return [cell(row, column) for row in rows] if column else list(rows)
    if kind == "values":
        return values(rows[0], columns_of(rows[:1]))
    if kind == "matrix":
        names = columns_of(rows)
        return [values(row, names) for row in rows]
    if kind == "count":
        return len(rows)
    names = columns_of(rows)
    if not names:
        raise ValueError(f"serve.request has {{columns}}, and this is no row of a table: {json.dumps(rows[0])[:SHOWN]}")
    return names


def cell(row: object, column: str) -> object:
    """A row's value of a column. A recorded request that is no row stands for itself, such as a text."""
    return row.get(column) if isinstance(row, dict) else row


def values(row: object, columns: list[str]) -> object:
    if isinstance(row, dict):
        return [row.get(name) for name in columns]
    return row if isinstance(row, list) else [row]


def columns_of(rows: Sequence[object]) -> list[str]:
    return list(dict.fromkeys(name for row in rows if isinstance(row, dict) for name in row))


def predictions_of(protocol: Protocol, text: str, expected: int) -> list[object]:
    """The predictions of an answer, as many as rows were sent; raises NoPredictions."""
    found = predictions_in(protocol, document_of(protocol, text))
    if found is None:
        raise NoPredictions(other_shape(protocol, text))
    if len(found) != expected:
        sent = "1 instance was" if expected == 1 else f"{expected} instances were"
        raise NoPredictions(f"{sent} sent, and {len(found)} predictions came back")
    return found


def predictions_in(protocol: Protocol, document: object) -> Optional[list[object]]:
    """The predictions of an answer as JSON; None where there are none."""
    try:
        found = value_at(document, protocol["answer"])
    except (KeyError, IndexError, TypeError):
        return None
    if protocol["single"]:
        return listed(found)
    return found if isinstance(found, list) else None


def listed(found: object) -> list[object]:
    """The prediction of one row, which servers often have in a list already."""
    return found if isinstance(found, list) and len(found) == 1 else [found]


def document_of(protocol: Protocol, text: str) -> object:
    try:
        # Python reads NaN and Infinity, which are not JSON: other clients could not read the answer.
        return json.loads(text, parse_constant=not_json, parse_float=finite)
    except NoPredictions:
        raise
    except (ValueError, RecursionError):
        raise NoPredictions(other_shape(protocol, text)) from None


def not_json(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def finite(number: str) -> float:
    value = float(number)
    if math.isinf(value):
        raise NoPredictions(f"{number} in the answer is not a finite number")
    return value


def value_at(value: Any, path: Sequence[Step]) -> object:
    """Raises KeyError, IndexError or TypeError where there is none."""
    for at, step in enumerate(path):
        if step is None:
            if not isinstance(value, list):
                raise TypeError
            return [value_at(one, path[at + 1 :]) for one in value]
        if isinstance(step, int) != isinstance(value, list):
            raise TypeError
        value = value[step]
    return value


def other_shape(protocol: Protocol, text: str) -> str:
    said = text[:SHOWN] + ("…" if len(text) > SHOWN else "") if text else "it is empty"
    return f"the answer is not {shape_of(protocol)} (serve.answer): {said}"


def shape_of(protocol: Protocol) -> str:
    """How an answer looks that has predictions, as JSON with dots."""
    shown = "..." if protocol["single"] or None in protocol["answer"] else "[...]"
    for step in reversed(protocol["answer"]):
        if isinstance(step, str):
            shown = f"{{{json.dumps(step, ensure_ascii=False)}: {shown}}}"
        else:
            shown = f"[{shown}, ...]" if step is None else f"[{'..., ' * step}{shown}]"
    return "JSON" if shown == "..." else shown


def with_predictions(protocol: Protocol, document: object, predictions: list[object]) -> object:
    """An answer with other predictions in the places of its own."""
    path = protocol["answer"]
    if not protocol["single"]:
        return replaced(document, path, predictions)
    before = value_at(document, path)
    return replaced(document, path, predictions[:1] if listed(before) is before else predictions[0])


def replaced(value: Any, path: Sequence[Step], new: Any) -> object:
    if not path:
        return new
    step, rest = path[0], path[1:]
    if step is None:
        return [replaced(one, rest, each) for one, each in zip(value, new)]
    if isinstance(step, int):
        return [replaced(one, rest, new) if at == step else one for at, one in enumerate(value)]
    return {**value, step: replaced(value[step], rest, new)}


def answer_with(protocol: Protocol, predictions: list[object]) -> object:
    """An answer that has nothing but predictions."""
    return made(protocol["answer"], predictions[0] if protocol["single"] else predictions)


def made(path: Sequence[Step], new: Any) -> object:
    if not path:
        return new
    step, rest = path[0], path[1:]
    if step is None:
        return [made(rest, one) for one in (new if isinstance(new, list) else [new])]
    return {step: made(rest, new)} if isinstance(step, str) else [None] * step + [made(rest, new)]
