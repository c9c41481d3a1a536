"""Logs runs in a server of MLflow, and takes models out of it.

Called as `mlflow_tracking.py SPECIFICATION TOKEN RESULT`. SPECIFICATION is the path of a file, and TOKEN one of a file
with a token, or with NAME:PASSWORD; or it is empty. RESULT gets the JSON of what was done, or of a `Failed`. It exits
with 0 only if it did what was asked.
"""

import sys
from pathlib import Path
from typing import TypedDict, Union

from hidden import Hidden
from mlflow_api import Server
from mlflow_failure import Kind, MlflowFailure
from mlflow_get import Get, Got, got
from mlflow_log import Log, Logged, logged
from typed_json import read, write


class Specification(TypedDict):
    url: str
    # How long the server may take to say anything.
    seconds: float
    call: Union[Log, Get]


class Failed(TypedDict):
    kind: Kind
    detail: str


def carried_out(server: Server, call: Union[Log, Get]) -> Union[Logged, Got]:
    return logged(server, call) if call["operation"] == "log" else got(server, call)


def main(specification: str, token_file: str, result: str) -> int:
    spec = read(Specification, specification)
    token = Path(token_file).read_text(encoding="utf-8", errors="replace").strip() if token_file else ""
    hidden = Hidden([token, *token.split(":", 1)])
    try:
        done = carried_out(Server(spec["url"], token, spec["seconds"]), spec["call"])
    except MlflowFailure as failure:
        failed: Failed = {"kind": failure.kind, "detail": hidden.mask(failure.detail)}
        write(failed, result)
        return 1
    write(done, result)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
