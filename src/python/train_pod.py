"""What the containers of a training's pod do, one after the other.

Called as `train_pod.py STEP SPECIFICATION`, with the JSON of a `Specification`. `fetch` reads source and data from the
store, `train` runs the command as `run_commands.py` does, and `store` writes the model to the store. Only the first and
the last of them have the credentials of the store. Each leaves a JSON for whoever watches the pod, where Kubernetes
reads the last message of a container.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Optional, TypedDict

from model_store import get, put
from store_credentials import credentials_from
from store_failure import StoreFailure
from store_s3 import Address, S3Store
from typed_json import specification

# So much of its message Kubernetes reads.
MOST = 4000
# The version that is fetched, by a variable: it is known when the rest of the pod is.
INPUTS = "ML_PIPELINE_INPUTS"
# The place among those that train together, by a variable.
RANK = "RANK"
# Of a command that failed by itself. Kubernetes tries those again that something else has ended, by their code.
FAILED, TERMINATED = 1, 143


class Specification(TypedDict):
    store: Address
    # The file of AWS credentials; None for a store that asks for none.
    credentials: Optional[str]
    # A folder that the containers share, with `inputs/PART` and `model`.
    work: str
    parts: list[str]
    # That of `run_commands.py`, and the file that it writes.
    run: str
    results: str
    # Where Kubernetes reads the last message of a container.
    message: str


def opened(spec: Specification) -> S3Store:
    return S3Store(spec["store"], credentials_from(spec["credentials"]) if spec["credentials"] else None)


def fetch(spec: Specification) -> dict[str, Any]:
    done = get(
        opened(spec),
        {
            "operation": "get",
            "version": os.environ[INPUTS],
            "parts": spec["parts"],
            "into": f"{spec['work']}/inputs",
        },
    )
    return {"files": done["files"]}


def train(spec: Specification) -> dict[str, Any]:
    program = Path(__file__).with_name("run_commands.py")
    process = subprocess.Popen([sys.executable, str(program), spec["run"]])

    def end(*_: object) -> None:
        # The first process of a container takes all others with it.
        process.terminate()
        os._exit(TERMINATED)

    signal.signal(signal.SIGTERM, end)
    code = process.wait()
    if code != 0:
        return {"exitCode": FAILED, "stopped": f"the pipeline's own program ended with {code}"}
    report = json.loads(Path(spec["results"]).read_text(encoding="utf-8"))
    command = report["commands"][0]
    return {
        "exitCode": command["exitCode"],
        "seconds": round(command["endedAt"] - command["startedAt"], 3),
        **({"stopped": command["stopped"]} if "stopped" in command else {}),
    }


def store(spec: Specification) -> dict[str, Any]:
    if os.environ.get(RANK, "0") != "0":
        # What the first of those that train together has written is the model.
        return {}
    folders = {"model": f"{spec['work']}/model"}
    done = put(opened(spec), {"operation": "put", "folders": folders, "about": {}, "dry": False})
    return {"version": done["version"], "bytes": done["bytes"]}


def main() -> None:
    step, text = sys.argv[1:]
    spec = specification(Specification, text)
    try:
        said = {"fetch": fetch, "train": train, "store": store}[step](spec)
    except StoreFailure as failure:
        said = {"kind": failure.kind, "detail": failure.detail, "key": failure.key, "exitCode": FAILED}
    leave(said, Path(spec["message"]))
    if said.get("exitCode", 0) != 0:
        print(f"{step}: {json.dumps(said)}", file=sys.stderr)
        sys.exit(FAILED)


def leave(said: dict[str, Any], file: Path) -> None:
    longest = MOST // (len(said) + 1)
    shown = {key: value[:longest] if isinstance(value, str) else value for key, value in said.items()}
    file.write_text(json.dumps(shown), encoding="utf-8")


if __name__ == "__main__":
    main()
