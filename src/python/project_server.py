"""How a program answers requests, read from its syntax tree."""

import ast
from typing import Optional, TypedDict

from project_routes import Route, handled, of_bentoml
from project_syntax import Names, argument, calls, keyword


class Server(TypedDict):
    # fastapi, flask, litserve, bentoml, http.server …
    by: str
    # The variable that the application is in; empty where there is none.
    app: str
    # The port that the program listens on where nothing tells it another; empty where it starts no server, or the text
    # does not say it.
    port: str
    # The environment variable that chooses the port.
    port_variable: str
    # Whether running the program starts it.
    starts: bool
    # What of the project the program calls before it starts, which is not done where its application is imported.
    before: list[str]
    # Whether it listens for other hosts.
    open: bool
    routes: list[Route]


APPLICATIONS = {
    "fastapi.FastAPI": "fastapi",
    "flask.Flask": "flask",
    "quart.Quart": "quart",
    "sanic.Sanic": "sanic",
    "starlette.applications.Starlette": "starlette",
    "litserve.LitServer": "litserve",
    "bentoml.Service": "bentoml",
    "falcon.App": "falcon",
    "aiohttp.web.Application": "aiohttp",
    "robyn.Robyn": "robyn",
}
STARTERS = ("uvicorn.run", "waitress.serve", "hypercorn.run", "gunicorn.run", "aiohttp.web.run_app")


def server_of(tree: ast.Module, names: Names, routed: list[Route]) -> Optional[Server]:
    """`routed` is what an application of the file answers."""
    app, by = application(tree, names)
    handlers = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and is_handler(node, names)]
    if by == "" and handlers:
        by = "http.server"
    if by == "":
        return None
    starter = next((call for call in calls(tree) if is_start(call, names)), None)
    port, variable = ("", "") if starter is None else listened(starter, names)
    routes = handled(handlers, names) if by == "http.server" else list(routed)
    if by == "bentoml":
        routes += of_bentoml(tree, names)
    return {
        "by": by,
        "app": app,
        "port": port,
        "port_variable": variable,
        "starts": starter is not None,
        "before": [] if starter is None else called_before(tree, starter, names),
        "open": starter is not None and names.text(keyword(starter, "host")) in ("0.0.0.0", "::"),
        "routes": routes,
    }


def application(tree: ast.Module, names: Names) -> tuple[str, str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and isinstance(node.targets[0], ast.Name):
            by = APPLICATIONS.get(names.dotted(node.value.func))
            if by is not None:
                return node.targets[0].id, by
        if isinstance(node, ast.ClassDef):
            marks = [one.func if isinstance(one, ast.Call) else one for one in node.decorator_list]
            if any(names.dotted(mark) == "bentoml.service" for mark in marks):
                return node.name, "bentoml"
    return "", ""


def is_handler(node: ast.ClassDef, names: Names) -> bool:
    return any(names.dotted(base).endswith("HTTPRequestHandler") for base in node.bases)


def is_start(call: ast.Call, names: Names) -> bool:
    name = names.dotted(call.func)
    ran = isinstance(call.func, ast.Attribute) and call.func.attr == "run"
    web = ran and (keyword(call, "port") is not None or keyword(call, "host", "debug") is not None or name == "app.run")
    return name in STARTERS or web or name.endswith(("HTTPServer", "TCPServer"))


def called_before(tree: ast.Module, starter: ast.Call, names: Names) -> list[str]:
    """Functions of the program that its main part calls before it starts the server."""
    own = {node.name: node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
    mains = [node for node in tree.body if isinstance(node, ast.If) and "__name__" in names_in(node.test)]
    parts = [*mains, *(own[name] for main in mains for name in names_in(main) if name in own)]
    around = next((part for part in parts if any(inner is starter for inner in ast.walk(part))), None)
    return [
        name
        for name in ([] if around is None else [names.dotted(call.func) for call in calls(around)])
        if name in own and not any(inner is starter for inner in ast.walk(own[name]))
    ]


def names_in(node: ast.AST) -> list[str]:
    return [inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)]


def listened(call: ast.Call, names: Names) -> tuple[str, str]:
    """The port of a server that is started, and the variable that chooses it."""
    node = keyword(call, "port")
    if node is None and names.dotted(call.func).endswith(("HTTPServer", "TCPServer")) and call.args:
        address = call.args[0]
        node = address.elts[1] if isinstance(address, ast.Tuple) and len(address.elts) == 2 else None
    for _ in range(3):
        if isinstance(node, ast.Name):
            node = names.constants.get(node.id)
    variable, found = "", number_in(node)
    for inner in ast.walk(node) if node is not None else []:
        if isinstance(inner, ast.Call) and names.dotted(inner.func) in ("os.environ.get", "os.getenv"):
            variable = names.text(argument(inner, 0, "key")) or ""
            found = number_in(argument(inner, 1, "default"))
        if isinstance(inner, ast.Subscript) and names.dotted(inner.value) == "os.environ":
            variable = names.text(inner.slice) or ""
    default = {"flask.Flask().run": "5000", "app.run": "5000", "uvicorn.run": "8000"}
    return (found or ("" if node is not None else default.get(names.dotted(call.func), ""))), variable


def number_in(node: Optional[ast.expr]) -> str:
    value = node.value if isinstance(node, ast.Constant) else None
    return str(value) if isinstance(value, (int, str)) and str(value).isdigit() else ""
