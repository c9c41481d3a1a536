"""Reads JSON that another program wrote, and says in one line what is wrong with it.

A form is a type: `bool`, `int`, `float`, `str`, `object` (anything), `list[...]`, `dict[str, ...]`, `Optional`,
`Union`, `Literal`, or a `TypedDict`. Keys that a form does not name are allowed, so that a writer may say more than a
reader needs.
"""

import json
import sys
from pathlib import Path
from typing import Any, Literal, Optional, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")

NAMES = {bool: "true or false", int: "a whole number", float: "a number", str: "text", type(None): "null"}


class WrongForm(ValueError):
    """JSON of another form than expected: what it is, where in it, and what was expected there."""


def parse(form: type[T], text: Union[str, bytes], what: str) -> T:
    """The value of a JSON text, which has the form.

    Raises WrongForm for text that is not JSON, and for JSON of another form.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WrongForm(f"{what} is not JSON: {error}") from None
    found = problem(value, form, "")
    if found is not None:
        raise WrongForm(f"{what} has another form than expected: {found}")
    return cast(T, value)


def read(form: type[T], path: Union[str, Path]) -> T:
    """The same of a file."""
    return parse(form, Path(path).read_bytes(), str(path))


def specification(form: type[T], text: str) -> T:
    """The same of a program's own argument; the program ends where it is wrong, since there is nothing to do."""
    try:
        return parse(form, text, "the specification")
    except WrongForm as error:
        sys.exit(f"{Path(sys.argv[0]).name}: {error}")


def write(value: object, path: Union[str, Path]) -> None:
    with Path(path).open("w", encoding="utf-8") as file:
        json.dump(value, file)


def problem(value: object, form: Any, where: str) -> Optional[str]:
    """What of a value first departs from a form; None where nothing does."""
    required = getattr(form, "__required_keys__", None)
    if required is not None:
        return problem_of_table(value, form, required, where)
    origin, arguments = get_origin(form), get_args(form)
    if origin is Union:
        fits = any(problem(value, one, where) is None for one in arguments)
        return None if fits else departure(where, " or ".join(name_of(one) for one in arguments))
    if origin is Literal:
        return None if value in arguments else departure(where, name_of(form))
    if origin is list:
        if not isinstance(value, list):
            return departure(where, "a list")
        return first(problem(one, arguments[0], f"{where}[{place}]") for place, one in enumerate(value))
    if origin is dict:
        if not isinstance(value, dict):
            return departure(where, "an object")
        return first(problem(one, arguments[1], inside(where, key)) for key, one in value.items())
    return None if is_simple(value, form) else departure(where, name_of(form))


def problem_of_table(value: object, form: Any, required: frozenset[str], where: str) -> Optional[str]:
    if not isinstance(value, dict):
        return departure(where, "an object")
    lacking = sorted(required - value.keys())
    if lacking:
        return f"{inside(where, lacking[0])} is missing"
    fields = get_type_hints(form)
    return first(problem(value[key], field, inside(where, key)) for key, field in fields.items() if key in value)


def is_simple(value: object, form: Any) -> bool:
    if form is object:
        return True
    # To Python, true and false are whole numbers, and a whole number is none with decimals; to JSON they are not.
    if isinstance(value, bool):
        return form is bool
    return isinstance(value, (int, float) if form is float else form)


def first(problems: Any) -> Optional[str]:
    return next((one for one in problems if one is not None), None)


def inside(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def departure(where: str, expected: str) -> str:
    return f"{where or 'it'} is not {expected}"


def name_of(form: Any) -> str:
    if get_origin(form) is Literal:
        return " or ".join(json.dumps(one) for one in get_args(form))
    if hasattr(form, "__required_keys__") or get_origin(form) is dict:
        return "an object"
    return "a list" if get_origin(form) is list else NAMES.get(form, str(form))
