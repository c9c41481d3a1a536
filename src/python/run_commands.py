"""Runs the commands of one stage inside its container and records the result of each.

Called as `run_commands.py SPEC`, where SPEC is the JSON of a `Spec`. It writes a `Report` to results.json.

It exits with 0 even if a command fails, so that the files of a failed command are kept and the pipeline can decide
and report with them. It also survives a command that the kernel kills for its memory.
"""

import hashlib
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TypedDict

from typed_json import specification, write

TAIL_BYTES = 64 * 1024
CHUNK = 1 << 20
# A shell's exit codes for a program that does not exist, and for one that cannot be executed.
NOT_FOUND, NOT_RUNNABLE = 127, 126


class RequiredCommand(TypedDict):
    # The name of its log.
    name: str
    args: list[str]


class Command(RequiredCommand, total=False):
    env: dict[str, str]
    # A file that gets the standard output instead of the log.
    save: str


class Spec(TypedDict):
    results: str
    stopAtFailure: bool
    # Folders to create first.
    folders: list[str]
    # Folders whose content is hashed at the end.
    hash: list[str]
    commands: list[Command]


class Outcome(TypedDict):
    name: str
    args: list[str]
    exitCode: int
    startedAt: float
    endedAt: float
    peakMemoryBytes: int
    tail: str


class FolderHash(TypedDict):
    sha256: str
    files: int
    bytes: int


class Report(TypedDict):
    commands: list[Outcome]
    hashes: dict[str, FolderHash]


def run(command: Command, results: Path) -> Outcome:
    started = time.time()
    try:
        code, tail = execute(command, results / f"{command['name']}.log")
    except OSError as error:
        # The command could not be started; report that as a shell would.
        code = NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_RUNNABLE
        tail = f"{command['args'][0]}: {error.strerror}".encode()
    return {
        "name": command["name"],
        "args": command["args"],
        "exitCode": code if code >= 0 else 128 - code,
        "startedAt": started,
        "endedAt": time.time(),
        # On Linux ru_maxrss is in kilobytes; it is the maximum over all children so far.
        "peakMemoryBytes": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024,
        "tail": tail.decode("utf-8", "replace"),
    }


def execute(command: Command, log_path: Path) -> tuple[int, bytes]:
    """Runs a command and returns its exit code and the end of its output."""
    tail = b""
    with ExitStack() as files:
        log = files.enter_context(log_path.open("wb"))
        saved = files.enter_context(Path(command["save"]).open("wb")) if "save" in command else None
        process = subprocess.Popen(
            command["args"],
            stdin=subprocess.DEVNULL,
            stdout=saved or subprocess.PIPE,
            stderr=subprocess.PIPE if saved else subprocess.STDOUT,
            env={**os.environ, **command.get("env", {})},
            bufsize=0,
        )
        stream = process.stderr if saved else process.stdout
        # The pipe is unbuffered, so that a read returns at once what there is and users see it live.
        while stream is not None and (chunk := stream.read(TAIL_BYTES)):
            log.write(chunk)
            sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
            tail = (tail + chunk)[-TAIL_BYTES:]
        return process.wait(), tail


def hash_folder(folder: bytes) -> FolderHash:
    """Hashes the relative paths and contents of all files, but not their times and owners."""
    total = hashlib.sha256()
    files = 0
    size = 0
    for path in files_below(folder):
        digest = hashlib.sha256()
        if os.path.islink(path):
            digest.update(b"link:" + os.readlink(path))
        else:
            with open(path, "rb") as file:
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
        files += 1
        total.update(os.path.relpath(path, folder) + b"\0" + digest.hexdigest().encode() + b"\n")
    return {"sha256": total.hexdigest(), "files": files, "bytes": size}


def files_below(folder: bytes) -> Iterator[bytes]:
    """Files and links in a fixed order. Paths are bytes, since a name need not be valid UTF-8."""
    for directory, folders, names in os.walk(folder):
        folders.sort()
        # os.walk lists links to folders among the folders and does not follow them; hash them as links.
        links = [name for name in folders if os.path.islink(os.path.join(directory, name))]
        yield from (os.path.join(directory, name) for name in sorted(names + links))


def main() -> None:
    spec = specification(Spec, sys.argv[1])
    results = Path(spec["results"])
    for folder in [spec["results"], *spec["folders"]]:
        Path(folder).mkdir(parents=True, exist_ok=True)
    outcomes: list[Outcome] = []
    for command in spec["commands"]:
        outcomes.append(run(command, results))
        if spec["stopAtFailure"] and outcomes[-1]["exitCode"] != 0:
            break
    hashes = {folder: hash_folder(os.fsencode(folder)) for folder in spec["hash"] if Path(folder).is_dir()}
    report: Report = {"commands": outcomes, "hashes": hashes}
    write(report, results / "results.json")


main()
