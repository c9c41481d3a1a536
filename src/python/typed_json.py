"""Parses JSON that another program wrote and checks it against a Python type.

A schema is a type: `bool`, `int`, `float`, `str`, `object` (anything), `list[...]`, `dict[str, ...]`, `Optional`,
`Union`, `Literal`, or a `TypedDict`. Unknown keys are allowed, so that a writer can add some without breaking readers.
"""

import json
import sys
from pathlib import Path
from typing import Any, Literal, Optional, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")

NAMES = {bool: "true or false", int: "a whole number", float: "a number", str: "text", type(None): "null"}


class SchemaMismatch(ValueError):
    """JSON that does not match its schema; the message says what, where in it, and what was expected."""


def parse(schema: type[T], text: Union[str, bytes], what: str) -> T:
    """Parses a JSON text; `what` names it in messages.

    Raises SchemaMismatch for text that is not JSON, and for JSON that does not match the schema.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SchemaMismatch(f"{what} is not JSON: {error}") from None
    found = problem(value, schema, "")
    if found is not None:
        raise SchemaMismatch(f"{what} does not match the expected schema: {found}")
    return cast(T, value)


def read(schema: type[T], path: Union[str, Path]) -> T:
    """As `parse`, for a file."""
    return parse(schema, Path(path).read_bytes(), str(path))


def specification(schema: type[T], text: str) -> T:
    """As `parse`, for a program's argument; exits with the message when it does not match."""
    try:
        return parse(schema, text, "the specification")
    except SchemaMismatch as error:
        sys.exit(f"{Path(sys.argv[0]).name}: {error}")


def write(value: object, path: Union[str, Path]) -> None:
    with Path(path).open("w", encoding="utf-8") as file:
        json.dump(value, file)


def problem(value: object, schema: Any, path: str) -> Optional[str]:
    """The first mismatch between a value and a schema; None if there is none."""
    required = getattr(schema, "__required_keys__", None)
    if required is not None:
        return object_problem(value, schema, required, path)
    origin, arguments = get_origin(schema), get_args(schema)
    if origin is Union:
        fits = any(problem(value, one, path) is None for one in arguments)
        return None if fits else mismatch(path, " or ".join(describe(one) for one in arguments))
    if origin is Literal:
        return None if value in arguments else mismatch(path, describe(schema))
    if origin is list:
        if not isinstance(value, list):
            return mismatch(path, "a list")
        return first(problem(one, arguments[0], f"{path}[{index}]") for index, one in enumerate(value))
    if origin is dict:
        if not isinstance(value, dict):
            return mismatch(path, "an object")
        return first(problem(one, arguments[1], join_path(path, key)) for key, one in value.items())
    return None if is_simple(value, schema) else mismatch(path, describe(schema))


def object_problem(value: object, schema: Any, required: frozenset[str], path: str) -> Optional[str]:
    if not isinstance(value, dict):
        return mismatch(path, "an object")
    lacking = sorted(required - value.keys())
    if lacking:
        return f"{join_path(path, lacking[0])} is missing"
    fields = get_type_hints(schema)
    return first(problem(value[key], field, join_path(path, key)) for key, field in fields.items() if key in value)


def is_simple(value: object, schema: Any) -> bool:
    if schema is object:
        return True
    # In Python, bool is a subclass of int and an int is no float; in JSON, true is no number and 1 is one.
    if isinstance(value, bool):
        return schema is bool
    return isinstance(value, (int, float) if schema is float else schema)


def first(problems: Any) -> Optional[str]:
    return next((one for one in problems if one is not None), None)


def join_path(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def mismatch(path: str, expected: str) -> str:
    return f"{path or 'it'} is not {expected}"


def describe(schema: Any) -> str:
    if get_origin(schema) is Literal:
        return " or ".join(json.dumps(one) for one in get_args(schema))
    if hasattr(schema, "__required_keys__") or get_origin(schema) is dict:
        return "an object"
    return "a list" if get_origin(schema) is list else NAMES.get(schema, str(schema))
