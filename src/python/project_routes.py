"""What a server answers, where, and what it is sent, read from a program's syntax tree."""

import ast
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Optional, TypedDict

from project_syntax import Function, Names, argument, functions, keyword

METHODS = ("get", "post", "put", "delete")
LISTS = ("list", "List", "Sequence", "Iterable")


class Route(TypedDict):
    method: str
    path: str
    # Fields of what is sent there, and of what comes back, as far as the text says it.
    body: list[str]
    answer: list[str]
    # The types of fields of the body that the text has, that of "" being the body's own.
    types: dict[str, str]
    # Whether a list of such bodies is sent.
    several: bool
    # What is read of the query, as FastAPI does with plain arguments.
    query: list[str]
    # The fields of a form that hold files; of a form without any, `form` says so.
    files: list[str]
    form: bool


@dataclass
class Sent:
    """What a function wants to be sent."""

    fields: list[str] = field(default_factory=list)
    types: dict[str, str] = field(default_factory=dict)
    several: bool = False
    query: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    form: bool = False


def route(method: str, path: str, sent: Optional[Sent] = None, answer: Optional[list[str]] = None) -> Route:
    about = sent or Sent()
    return {
        "method": method,
        "path": path,
        "body": about.fields,
        "answer": answer or [],
        "types": about.types,
        "several": about.several,
        "query": [name for name in about.query if f"{{{name}" not in path],
        "files": about.files,
        "form": about.form,
    }


# The fields of classes and their types, by the names that a program has for them.
Models = dict[str, dict[str, str]]


def models_of(tree: ast.Module) -> Models:
    """The classes of a file, each with the fields that it has of those above it."""
    found: Models = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            above = [found[base.id] for base in node.bases if isinstance(base, ast.Name) and base.id in found]
            found[node.name] = {name: kind for one in [*above, fields(node)] for name, kind in one.items()}
    return found


def known_models(names: Names, own: Models, others: dict[str, Models]) -> Models:
    """The classes that a program may speak of: its own, and those that it imports from `others`, by their paths."""
    known = dict(own)
    for path, models in others.items():
        module = re.sub(r"(/__init__)?\.py$", "", path).replace("/", ".")
        stem = module.rsplit(".", 1)[-1]
        known.update({f"{module}.{name}": one for name, one in models.items()})
        for alias, full in names.imported.items():
            *above, last = full.split(".")
            if above and above[-1] == stem and last in models:
                known.setdefault(alias, models[last])
            if last == stem:
                known.update({f"{full}.{name}": one for name, one in models.items()})
    return known


def routed(tree: ast.Module, names: Names, models: Models) -> dict[str, list[Route]]:
    """The routes of a file by the variable that they are declared on."""
    prefixes = {
        node.targets[0].id: names.text(keyword(node.value, "prefix", "url_prefix")) or ""
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and isinstance(node.targets[0], ast.Name)
    }
    found: dict[str, list[Route]] = {}
    for function in functions(tree):
        for mark in function.decorator_list:
            if not (isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute)):
                continue
            path = names.text(argument(mark, 0, "path", "rule"))
            if path is None or (path != "" and not path.startswith("/")):
                continue
            on = mark.func.value.id if isinstance(mark.func.value, ast.Name) else ""
            kind = mark.func.attr
            methods = [kind] if kind in METHODS else names.texts(keyword(mark, "methods")) or ["get"]
            if kind in (*METHODS, "route", "api_route"):
                wanted, answer = sent(function, models, names), answered(function, models, names)
                made = [route(one.upper(), prefixes.get(on, "") + path, wanted, answer) for one in methods]
                found.setdefault(on, []).extend(made)
    return found


def fields(node: ast.ClassDef) -> dict[str, str]:
    """The fields of a class and their types, by the names that a request has for them."""
    return {
        alias_of(one.value) or one.target.id: ast.unparse(one.annotation)
        for one in node.body
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
    }


def alias_of(value: Optional[ast.expr]) -> Optional[str]:
    """The alias of pydantic's `Field(..., alias="marital-status")`."""
    alias = keyword(value, "alias", "validation_alias") if isinstance(value, ast.Call) else None
    return alias.value if isinstance(alias, ast.Constant) and isinstance(alias.value, str) else None


def sent(function: Function, models: Models, names: Names) -> Sent:
    """The fields that a function wants: those of the model that it is annotated with, or those that it reads."""
    of_form = form_of(function, names)
    if of_form.form:
        return of_form
    for arg in function.args.args:
        for inner in ast.walk(arg.annotation) if arg.annotation is not None else []:
            if not isinstance(inner, (ast.Name, ast.Attribute)):
                continue
            types = models.get(inner.id if isinstance(inner, ast.Name) else names.dotted(inner), {})
            if types:
                return Sent(list(types), types, is_list(arg.annotation))
        if arg.annotation is not None and is_any_record(arg.annotation):
            return Sent([], {"": "dict"}, is_list(arg.annotation))
    query = queried(function, names)
    if query:
        return Sent(query=query)
    requests = {
        node.targets[0].id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and "json" in ast.dump(node.value)
    }
    read = [text for node in ast.walk(function) for text in names.texts(key_of(node, requests, names))]
    return Sent(list(dict.fromkeys(read)))


def form_of(function: Function, names: Names) -> Sent:
    """What a function reads of a form: arguments of FastAPI, `request.files` and `request.form` of Flask."""
    found: dict[str, list[str]] = {"files": [], "form": []}
    for arg, made in zip(function.args.args, padded(function)):
        declared = ast.unparse(arg.annotation) if arg.annotation is not None else ""
        by = names.dotted(made.func).split(".")[-1] if isinstance(made, ast.Call) else ""
        if re.search(r"\bUploadFile\b|\bFile\(", declared) or by == "File":
            found["files"].append(arg.arg)
        elif re.search(r"\bForm\(", declared) or by == "Form":
            found["form"].append(arg.arg)
    for node in ast.walk(function):
        for kind, fields in found.items():
            fields += [text for text in names.texts(key_in(node, kind, names)) if text not in fields]
    return Sent([*found["form"]], {}, files=found["files"], form=any(found.values()))


def padded(function: Function) -> list[Optional[ast.expr]]:
    """The default of each argument."""
    defaults = function.args.defaults
    return [*([None] * (len(function.args.args) - len(defaults))), *defaults]


def key_in(node: ast.AST, part: str, names: Names) -> Optional[ast.AST]:
    """The key that is taken of a part of a request: that of `request.files["x"]` and `request.files.get("x")`."""
    if isinstance(node, ast.Subscript):
        taken, key = node.value, node.slice
    elif (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("get", "getlist")
        and node.args
    ):
        taken, key = node.func.value, node.args[0]
    else:
        return None
    return key if names.dotted(taken).endswith(f"request.{part}") else None


PLAIN = re.compile(r"(Optional\[)?(str|int|float|bool)\b")


def queried(function: Function, names: Names) -> list[str]:
    """The arguments of a function that are plain values, which FastAPI takes of the query."""
    args = function.args.args
    defaults = dict(zip([one.arg for one in args[len(args) - len(function.args.defaults) :]], function.args.defaults))
    return [
        arg.arg
        for arg in args
        if arg.annotation is not None and PLAIN.match(ast.unparse(arg.annotation))
        # What is declared as of the body, a form or a header is not of the query.
        and not (isinstance(made := defaults.get(arg.arg), ast.Call) and not names.dotted(made.func).endswith("Query"))
    ]


def is_any_record(annotation: ast.expr) -> bool:
    """Whether what is sent is a record of any fields, or a list of such."""
    inner = annotation.slice if is_list(annotation) and isinstance(annotation, ast.Subscript) else annotation
    plain = inner.value if isinstance(inner, ast.Subscript) else inner
    return ast.unparse(plain).split(".")[-1] in ("dict", "Dict", "Mapping")


def is_list(annotation: Optional[ast.expr]) -> bool:
    return isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value).split(".")[-1] in LISTS


def key_of(node: ast.AST, requests: set[str], names: Names) -> Optional[ast.AST]:
    """The key that an expression takes of a request: that of `data["x"]`, `data.get("x")`, `request.json["x"]`."""
    if isinstance(node, ast.Subscript):
        taken, key = node.value, node.slice
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        taken, key = node.func.value, node.args[0]
    else:
        return None
    if isinstance(taken, ast.Name):
        return key if taken.id in requests else None
    dotted = names.dotted(taken)
    return key if "request." in dotted and "json" in dotted else None


def answered(function: Function, models: Models, names: Names) -> list[str]:
    """The keys of what a function returns; of several, the one whose value a model predicts."""
    for node in ast.walk(function):
        for inner in spoken(node.value, names) if isinstance(node, ast.Return) and node.value is not None else []:
            pairs: list[tuple[Optional[str], ast.expr]] = []
            if isinstance(inner, ast.Dict):
                pairs = [(names.text(key), value) for key, value in zip(inner.keys, inner.values)]
            elif isinstance(inner, ast.Call) and (names.dotted(inner.func) in models or is_jsonify(inner, names)):
                pairs = [(one.arg, one.value) for one in inner.keywords]
            given = [(key, value) for key, value in pairs if key is not None]
            if given or isinstance(inner, ast.Dict):
                predicted = [key for key, value in given if is_predicted(value, function)]
                return predicted if len(predicted) == 1 else [key for key, _ in given]
    return []


def is_predicted(value: ast.expr, function: Function) -> bool:
    """Whether a value is made of what `predict` answered, at once or by way of a variable."""
    made = [value]
    named = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in named:
            made.append(node.value)
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "predict"
        for one in made
        for node in ast.walk(one)
    )


def spoken(value: ast.expr, names: Names) -> Iterator[ast.AST]:
    """The parts of an answer. A dictionary that is made a text, as Python writes it, has no keys for whoever asks."""
    parts: deque[ast.AST] = deque([value])
    while parts:
        part = parts.popleft()
        if isinstance(part, ast.Call) and names.dotted(part.func) in ("str", "repr"):
            continue
        yield part
        parts.extend(ast.iter_child_nodes(part))


def is_jsonify(call: ast.Call, names: Names) -> bool:
    return names.dotted(call.func).endswith("jsonify")


def of_bentoml(tree: ast.Module, names: Names) -> list[Route]:
    """The methods of a service, which are sent their arguments by name, and the health that every service has."""
    found = [route("GET", "/readyz")]
    for function in functions(tree):
        marks = [one.func if isinstance(one, ast.Call) else one for one in function.decorator_list]
        if any(names.dotted(mark) == "bentoml.api" for mark in marks):
            types = {
                arg.arg: ast.unparse(arg.annotation) if arg.annotation is not None else ""
                for arg in function.args.args
                if arg.arg != "self"
            }
            found.append(route("POST", f"/{function.name}", Sent(list(types), types)))
    return found


def handled(handlers: list[ast.ClassDef], names: Names) -> list[Route]:
    """The routes of a handler of the standard library; "" is any path."""
    found: list[Route] = []
    for function in (one for handler in handlers for one in functions(handler)):
        if not function.name.startswith("do_"):
            continue
        paths = [
            text
            for node in ast.walk(function)
            if isinstance(node, ast.Compare) and names.dotted(node.left) == "self.path"
            for text in names.texts(node.comparators[0])
        ]
        found += [route(function.name[3:], path) for path in paths or [""]]
    return found
