"""Routes that an application takes from routers and blueprints, in its own file and in others."""

import ast
from dataclasses import dataclass, field
from typing import Optional

from project_routes import Models, Route, routed
from project_syntax import Names, argument, calls, keyword

INCLUDES = ("include_router", "register_blueprint", "mount")


@dataclass
class Included:
    """A router that another one, or an application, takes."""

    # The variable that takes it.
    into: str
    # What it is called, from the project's root or relative to the file.
    name: str
    prefix: str


@dataclass
class Routers:
    """The routers of a file."""

    # Routes by the variable that they were declared on.
    own: dict[str, list[Route]] = field(default_factory=dict)
    includes: list[Included] = field(default_factory=list)


def routers_of(tree: ast.Module, names: Names, models: Models) -> Routers:
    found = Routers(routed(tree, names, models))
    for call in calls(tree):
        if not (isinstance(call.func, ast.Attribute) and call.func.attr in INCLUDES):
            continue
        mounts = call.func.attr == "mount"
        target = argument(call, 1 if mounts else 0, "app", "router", "blueprint")
        prefix = names.text(argument(call, 0, "path") if mounts else keyword(call, "prefix", "url_prefix"))
        if isinstance(target, (ast.Name, ast.Attribute)) and isinstance(call.func.value, ast.Name):
            found.includes.append(Included(call.func.value.id, names.dotted(target), prefix or ""))
    return found


class Project:
    """The routers of a project's files, by the names of their modules."""

    def __init__(self, files: dict[str, Routers]) -> None:
        self.files = files

    def routes(self, module: str) -> list[Route]:
        """All that the application of a file answers: what nothing takes is declared on it, as far as can be told."""
        own = self.files.get(module)
        if own is None:
            return []
        taken = {one.name for one in own.includes}
        # An application of a file may be in several variables, as in a function that makes it.
        tops = list(dict.fromkeys([*own.own, *(one.into for one in own.includes)]))
        return [route for top in tops if top not in taken for route in self.reached(module, top, ())]

    def reached(self, module: str, variable: str, above: tuple[str, ...]) -> list[Route]:
        file, here = self.files[module], f"{module}.{variable}"
        if here in above:
            return []
        found = list(file.own.get(variable, []))
        for one in file.includes:
            if one.into != variable:
                continue
            place = self.place(module, one.name)
            inner = [] if place is None else self.reached(*place, (*above, here))
            found += [prefixed(one.prefix, route) for route in inner]
        return found

    def place(self, module: str, name: str) -> Optional[tuple[str, str]]:
        """The module and the variable of what a file calls `routers.predict.router`."""
        file = self.files[module]
        if name in file.own or any(one.into == name for one in file.includes):
            return module, name
        *above, variable = name.lstrip(".").split(".")
        known = [one for one in self.files if above and f".{one}".endswith("." + ".".join(above))]
        # The nearest of several.
        known.sort(key=lambda one: -common(one, module))
        return (known[0], variable) if known else None


def common(one: str, other: str) -> int:
    """How many first parts of two modules are the same."""
    pairs = zip(one.split("."), other.split("."))
    return next((index for index, (left, right) in enumerate(pairs) if left != right), 99)


def prefixed(prefix: str, route: Route) -> Route:
    path = prefix.rstrip("/") + route["path"]
    return {**route, "path": path}
