"""Takes a model out of MLflow's registry."""

import re
from pathlib import Path
from typing import Any, Literal, Optional, TypedDict

from mlflow_api import Server
from mlflow_failure import MlflowFailure
from mlflow_log import alias_version, artifact_path

# More files than any model has.
FILES = 100_000


class Get(TypedDict):
    operation: Literal["get"]
    name: str
    # One of both.
    alias: Optional[str]
    version: Optional[str]
    into: str


class Got(TypedDict):
    kind: Literal["got"]
    version: str
    tags: dict[str, str]
    files: int


def got(server: Server, call: Get) -> Got:
    try:
        return fetched(server, call)
    except (KeyError, TypeError, AttributeError) as error:
        raise MlflowFailure("stranger", f"its answer lacks {str(error)!r}") from None


def fetched(server: Server, call: Get) -> Got:
    name = call["name"]
    number = call["version"] or alias_version(server, name, call["alias"] or "")
    if number is None:
        raise MlflowFailure("absent", aliases_text(server, name))
    try:
        version = server.get("model-versions/get", {"name": name, "version": number})["model_version"]
    except MlflowFailure as failure:
        if failure.code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            raise MlflowFailure("absent", aliases_text(server, name)) from None
        raise
    uri = str(server.get("model-versions/get-download-uri", {"name": name, "version": number})["artifact_uri"])
    root = artifact_path(uri)
    if root is None:
        raise MlflowFailure("artifacts", uri.partition(":")[0])
    files = all_files(server, root)
    into = Path(call["into"])
    into.mkdir(parents=True, exist_ok=True)
    for path in files:
        file = into.joinpath(*path.split("/"))
        file.parent.mkdir(parents=True, exist_ok=True)
        server.download(f"{root}/{path}", file)
    tags = {str(one["key"]): str(one.get("value", "")) for one in version.get("tags", [])}
    return {"kind": "got", "version": number, "tags": tags, "files": len(files)}


def aliases_text(server: Server, name: str) -> str:
    """What there is in the place of what was asked for."""
    try:
        model: dict[str, Any] = server.get("registered-models/get", {"name": name})["registered_model"]
    except MlflowFailure as failure:
        if failure.code == "RESOURCE_DOES_NOT_EXIST":
            return f"no model is registered as {name}"
        raise
    aliases = sorted(str(one["alias"]) for one in model.get("aliases", []))
    return f"{name} has {'no alias' if not aliases else 'the aliases ' + ', '.join(aliases)}"


def all_files(server: Server, root: str) -> list[str]:
    """The files below a folder of artifacts, by paths which nothing can lead out of it."""
    found: list[str] = []
    waiting = [""]
    while waiting:
        below = waiting.pop()
        for one in server.list_artifacts(f"{root}/{below}" if below else root):
            part = str(one["path"])
            if part in ("", ".", "..") or re.search(r"[/\\\0]", part):
                raise MlflowFailure("damaged", f"it has a file with the path {part!r}")
            path = f"{below}/{part}" if below else part
            (waiting if one.get("is_dir") else found).append(path)
            if len(found) + len(waiting) > FILES:
                raise MlflowFailure("damaged", f"it has more than {FILES:,} files")
    return sorted(found)
