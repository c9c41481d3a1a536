"""The commands of a program and their arguments, read from how it declares them."""

import ast
from pathlib import Path
from typing import Optional, TypedDict

from project_syntax import Function, Names, argument, calls, functions, keyword
from project_yaml import settings_of


class Argument(TypedDict):
    # As it is typed: `--data`, `data.path` of hydra, or the name of a place.
    name: str
    # A flag takes no value; an override is typed as NAME=VALUE.
    kind: str
    default: object
    required: bool
    # Whether it may only be one of a few words.
    choices: bool
    # Whether it takes several values, one after the other.
    several: bool


class Command(TypedDict):
    # The word before its arguments; empty for a program that is one command.
    word: str
    arguments: list[Argument]
    # The function that it calls, where that is known.
    function: str


class Declared(TypedDict):
    # What parses the arguments; empty where nothing does.
    by: str
    commands: list[Command]


def declared(tree: ast.Module, names: Names, path: Path) -> Declared:
    """The commands of a program. `path` is where its own configuration is looked for."""
    found = [
        ("click", clicked(tree, names)),
        ("typer", typed(tree, names)),
        ("hydra", overridden(tree, names, path)),
        ("fire", fired(tree, names)),
        ("argparse", parsed(tree, names)),
        ("absl", flagged(tree, names)),
    ]
    for by, commands in found:
        if commands:
            return {"by": by, "commands": commands}
    reads_argv = any(isinstance(node, ast.Attribute) and names.dotted(node) == "sys.argv" for node in ast.walk(tree))
    return {"by": "sys.argv" if reads_argv else "", "commands": []}


def one(
    name: str, kind: str, default: Optional[str], required: bool, choices: bool = False, several: bool = False
) -> Argument:
    return {
        "name": name,
        "kind": kind,
        "default": default,
        "required": required,
        "choices": choices,
        "several": several,
    }


def is_true(node: Optional[ast.expr]) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def longest(spelled: list[str]) -> str:
    """`--data` of `-d` and `--data`."""
    long = [name for name in spelled if name.startswith("--")]
    return (long or spelled)[0]


def parsed(tree: ast.Module, names: Names) -> list[Command]:
    """What argparse was told. A parser of a command is known by the variable that it is in."""
    words = {"": ""}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and isinstance(node.targets[0], ast.Name):
            call = node.value
            if isinstance(call.func, ast.Attribute) and call.func.attr == "add_parser":
                words[node.targets[0].id] = names.text(argument(call, 0, "name")) or ""
    commands: dict[str, Command] = {}
    loops = looped(tree, names)
    for call in calls(tree):
        if not (isinstance(call.func, ast.Attribute) and call.func.attr == "add_argument"):
            continue
        spelled = [text for text in (names.text(arg) for arg in call.args) if text is not None]
        each = [spelled] if spelled else [[text] for text in loops.get(id(call), [])]
        on = call.func.value
        word = words.get(on.id, "") if isinstance(on, ast.Name) else ""
        for texts in each:
            command = commands.setdefault(word, {"word": word, "arguments": [], "function": ""})
            command["arguments"].append(added(call, texts, names))
    if len(commands) > 1 and "" in commands:
        shared = commands.pop("")["arguments"]
        for command in commands.values():
            command["arguments"] = [*(arg for arg in shared if arg["required"]), *command["arguments"]]
    return list(commands.values())


def looped(tree: ast.AST, names: Names) -> dict[int, list[str]]:
    """The texts that calls get as their first argument: `for name in ("--data", "--model"): add_argument(name)`."""
    found: dict[int, list[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.For) and isinstance(node.target, ast.Name):
            for call in calls(node):
                first = call.args[0] if call.args else None
                if isinstance(first, ast.Name) and first.id == node.target.id:
                    found[id(call)] = names.texts(node.iter)
    return found


def added(call: ast.Call, spelled: list[str], names: Names) -> Argument:
    name = longest(spelled)
    action = names.text(keyword(call, "action")) or ""
    default = names.shown(keyword(call, "default"))
    choices = keyword(call, "choices") is not None
    several = names.text(keyword(call, "nargs")) in ("+", "*")
    if not name.startswith("-"):
        optional = names.text(keyword(call, "nargs")) in ("?", "*")
        return one(name, "place", default, not optional, choices, several)
    takes = not action.startswith(("store_", "count", "help", "version", "append_const"))
    required = is_true(keyword(call, "required"))
    return one(name, "option" if takes else "flag", default, required, choices, several)


def decorators(function: Function, names: Names) -> list[tuple[str, Optional[ast.Call]]]:
    return [
        (names.dotted(node.func), node) if isinstance(node, ast.Call) else (names.dotted(node), None)
        for node in function.decorator_list
    ]


def clicked(tree: ast.Module, names: Names) -> list[Command]:
    if not any(full.split(".")[0] in ("click", "rich_click") for full in names.imported.values()):
        return []
    commands: list[Command] = []
    for function in functions(tree):
        marks = decorators(function, names)
        command = next((mark for mark in marks if mark[0].endswith(".command")), None)
        if command is None:
            continue
        own = command[0] in ("click.command", "rich_click.command")
        given = names.text(argument(command[1], 0, "name")) if command[1] is not None else None
        word = "" if own else given or function.name.replace("_", "-")
        arguments = [
            option
            for name, call in marks
            if call is not None and name.endswith((".option", ".argument"))
            for option in [clicked_option(call, names, name.endswith(".argument"))]
            if option is not None
        ]
        commands.append({"word": word, "arguments": arguments, "function": function.name})
    return commands


def clicked_option(call: ast.Call, names: Names, is_place: bool) -> Optional[Argument]:
    spelled = [text for text in (names.text(arg) for arg in call.args) if text is not None]
    if not spelled:
        return None
    default = names.shown(keyword(call, "default"))
    choices = "Choice" in ast.dump(call)
    required = is_true(keyword(call, "required"))
    if is_place:
        optional = keyword(call, "default") is not None or (keyword(call, "required") is not None and not required)
        return one(spelled[0], "place", default, not optional, choices)
    options = [text for text in spelled if text.startswith("-")] or [f"--{spelled[0].replace('_', '-')}"]
    name = longest(options)
    is_flag = is_true(keyword(call, "is_flag")) or "/" in name or is_true(keyword(call, "count"))
    return one(name.split("/")[0], "flag" if is_flag else "option", default, required, choices)


def typed(tree: ast.Module, names: Names) -> list[Command]:
    if not any(full.split(".")[0] == "typer" for full in names.imported.values()):
        return []
    run = [
        call.args[0].id
        for call in calls(tree)
        if names.dotted(call.func) == "typer.run" and call.args and isinstance(call.args[0], ast.Name)
    ]
    commands: list[Command] = []
    grouped = False
    for function in functions(tree):
        marks = decorators(function, names)
        command = next((mark for mark in marks if mark[0].endswith(".command")), None)
        grouped = grouped or any(name.endswith(".callback") for name, _ in marks)
        if command is None and function.name not in run:
            continue
        given = names.text(argument(command[1], 0, "name")) if command is not None and command[1] is not None else None
        word = given or function.name.replace("_", "-")
        commands.append({"word": word, "arguments": parameters(function, names), "function": function.name})
    if len(commands) == 1 and not grouped:
        # The one command of a program has no word.
        commands[0]["word"] = ""
    return commands


def parameters(function: Function, names: Names, options_only: bool = False) -> list[Argument]:
    """What typer and fire make of a function's parameters."""
    positional = [*function.args.posonlyargs, *function.args.args]
    defaults: list[Optional[ast.expr]] = [None] * (len(positional) - len(function.args.defaults))
    pairs = [*zip(positional, [*defaults, *function.args.defaults])]
    pairs += [*zip(function.args.kwonlyargs, function.args.kw_defaults)]
    return [parameter(arg, default, names, options_only) for arg, default in pairs if arg.arg not in ("self", "cls")]


def parameter(arg: ast.arg, default: Optional[ast.expr], names: Names, options_only: bool) -> Argument:
    marks = [default] if isinstance(default, ast.Call) else []
    is_bool = isinstance(arg.annotation, ast.Name) and arg.annotation.id == "bool"
    if isinstance(arg.annotation, ast.Subscript) and names.dotted(arg.annotation.value).endswith("Annotated"):
        inner = arg.annotation.slice
        parts = inner.elts if isinstance(inner, ast.Tuple) else []
        is_bool = bool(parts) and isinstance(parts[0], ast.Name) and parts[0].id == "bool"
        marks = [part for part in parts if isinstance(part, ast.Call)]
    mark = next((call for call in marks if names.dotted(call.func) in ("typer.Option", "typer.Argument")), None)
    is_mark_default = mark is not None and mark is default
    value = argument(mark, 0, "default") if mark is not None and is_mark_default else default
    missing = value is None or (isinstance(value, ast.Constant) and value.value is ...)
    shown = names.shown(value)
    as_place = mark is not None and names.dotted(mark.func) == "typer.Argument"
    if as_place or (mark is None and missing and not options_only):
        return one(arg.arg, "place", shown, missing)
    spelled = [] if mark is None else [text for text in (names.text(one) for one in mark.args) if text is not None]
    given = [text for text in spelled if text.startswith("--")]
    name = given[0].split("/")[0] if given else f"--{arg.arg.replace('_', '-')}"
    return one(name, "flag" if is_bool else "option", shown, missing)


def fired(tree: ast.Module, names: Names) -> list[Command]:
    known = {function.name: function for function in functions(tree)}
    for call in calls(tree):
        if names.dotted(call.func) != "fire.Fire" or not call.args:
            continue
        called = call.args[0]
        if isinstance(called, ast.Name) and called.id in known:
            made = parameters(known[called.id], names, options_only=True)
            # fire takes names as they are written.
            return [{"word": "", "arguments": [underscored(one) for one in made], "function": called.id}]
        if isinstance(called, ast.Dict):
            pairs = [(names.text(key), value) for key, value in zip(called.keys, called.values)]
            return [
                {
                    "word": word,
                    "arguments": [underscored(one) for one in parameters(known[value.id], names, options_only=True)],
                    "function": value.id,
                }
                for word, value in pairs
                if word is not None and isinstance(value, ast.Name) and value.id in known
            ]
    return []


def underscored(made: Argument) -> Argument:
    return {**made, "name": "--" + made["name"][2:].replace("-", "_")} if made["name"].startswith("--") else made


def overridden(tree: ast.Module, names: Names, path: Path) -> list[Command]:
    """What hydra's configuration can be told to be otherwise."""
    for function in functions(tree):
        for name, call in decorators(function, names):
            if name != "hydra.main" or call is None:
                continue
            folder = names.text(argument(call, 0, "config_path")) or "."
            config = names.text(argument(call, 1, "config_name")) or "config"
            found = settings_of(path.parent / folder, config)
            return [
                {
                    "word": "",
                    "arguments": [one(key, "override", value, value == "???") for key, value in found.items()],
                    "function": function.name,
                }
            ]
    return []


def flagged(tree: ast.Module, names: Names) -> list[Command]:
    """What absl was told."""
    arguments: list[Argument] = []
    for call in calls(tree):
        name = names.dotted(call.func)
        if not name.startswith("absl.flags.DEFINE_"):
            continue
        spelled = names.text(argument(call, 0, "name"))
        if spelled is not None:
            kind = "flag" if name.endswith("_bool") or name.endswith("_boolean") else "option"
            arguments.append(one(f"--{spelled}", kind, names.shown(argument(call, 1, "default")), False))
    return [{"word": "", "arguments": arguments, "function": ""}] if arguments else []
