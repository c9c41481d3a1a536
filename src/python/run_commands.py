"""Runs the commands of one stage inside its container and records the result of each.

Called as `run_commands.py SPEC`, where SPEC is the JSON of a `Spec`. It writes a `Report` to results.json.

It exits with 0 even if a command fails, so that the files of a failed command are kept and the pipeline can decide
and report with them. It also survives a command that the kernel kills for its memory.

A command is stopped when it is beyond one of its limits, and its result names the limit. Processes that it leaves
behind do not keep the stage waiting.
"""

import ctypes
import hashlib
import os
import re
import resource
import select
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Optional, TypedDict

from limits import SAMPLE_SECONDS, Broken, Limits, TimeLimit, Watch, kernel_counts
from ml_pipeline_walk import fail, walk
from processes import below, end_below, names_of, shell_code
from typed_json import specification, write

# What a message and the report show of an output: all of it, unless it is beyond reading.
TAIL_BYTES = 128 * 1024
TAIL_LINES = 2000
CHUNK = 1 << 20
# What a message shows of the name of a file.
SHOWN_NAME = 200
# What the screen shows of one command; the log has all of it.
SHOWN_BYTES = 16 << 20
# How long the processes of a command may keep its output open after its end.
LEFT_SECONDS = 3.0
SMALL, SMALL_PAUSE = 4096, 0.002
# Of prctl(2): processes that lose their parent become ours.
PR_SET_CHILD_SUBREAPER = 36
# The ending of a name: what is no word of letters and digits is none, and neither is a number.
SUFFIX = re.compile(rb"(\.[A-Za-z]\w{0,9})?\.(gz|zst|bz2|xz)$|\.[A-Za-z]\w{0,9}$", re.IGNORECASE | re.ASCII)
MAX_KINDS = 50
# So many files are told one by one: some megabytes.
MAX_LISTED = 10_000
# A shell's exit codes for a program that does not exist, and for one that cannot be executed.
NOT_FOUND, NOT_RUNNABLE = 127, 126
# By which a program is asked to end, and its exit code then.
ENDING = (signal.SIGTERM, signal.SIGINT)
TERMINATED = 143


class RequiredCommand(TypedDict):
    # The name of its log.
    name: str
    args: list[str]


class Command(RequiredCommand, total=False):
    env: dict[str, str]
    # The folder that it runs in.
    folder: str
    # For this command alone.
    time: TimeLimit
    # A file that it reads as its standard input.
    input: str
    # A file that gets the standard output instead of the log.
    save: str
    # Nothing of it appears on the screen.
    quiet: bool


class Spec(TypedDict):
    results: str
    stopAtFailure: bool
    # Folders to create first.
    folders: list[str]
    # Folders whose content is hashed at the end.
    hash: list[str]
    # Whether the hashes of their files are told as well.
    listFiles: bool
    commands: list[Command]
    limits: Limits


class RequiredOutcome(TypedDict):
    name: str
    args: list[str]
    exitCode: int
    startedAt: float
    endedAt: float
    peakMemoryBytes: int
    tail: str


class Outcome(RequiredOutcome, total=False):
    # Why the command was stopped, or its result cannot be used.
    stopped: str


class Kind(TypedDict):
    # The ending of the names, in lower case; empty for those without one.
    suffix: str
    files: int
    bytes: int


class RequiredFolderHash(TypedDict):
    sha256: str
    files: int
    bytes: int
    # The files by their endings, the most frequent first.
    kinds: list[Kind]


class FolderHash(RequiredFolderHash, total=False):
    # The hash of each file by its path, unless there are too many.
    paths: dict[str, str]


class Report(TypedDict):
    commands: list[Outcome]
    hashes: dict[str, FolderHash]


class Log:
    """Takes the output of a command: all of it into the log, its beginning to the screen, its end for the report."""

    def __init__(self, name: str, file: BinaryIO, quiet: bool) -> None:
        self.name = name
        self.file = file
        self.left = 0 if quiet else SHOWN_BYTES
        self.tail = bytearray()
        self.size = self.lines = 0

    def add(self, chunk: bytes) -> None:
        self.file.write(chunk)
        if self.left > 0:
            sys.stdout.buffer.write(chunk[: self.left])
            self.left -= len(chunk)
            if self.left <= 0:
                sys.stdout.buffer.write(f"\n… more output of {self.name} is in its log only\n".encode())
            sys.stdout.buffer.flush()
        self.tail += chunk
        if len(self.tail) > 2 * TAIL_BYTES:
            del self.tail[:-TAIL_BYTES]
        self.size += len(chunk)
        self.lines += chunk.count(b"\n")

    def shown(self) -> str:
        tail = bytes(self.tail[-TAIL_BYTES:])
        return shown(tail, self.lines, cut=self.size > len(tail))


def run(command: Command, results: Path, limits: Limits, ends: float) -> Outcome:
    started = time.time()
    stopped: Optional[str] = None
    try:
        code, tail, stopped = execute(command, results / f"{command['name']}.log", limits, ends)
    except OSError as error:
        # The command could not be started; report that as a shell would.
        code = NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_RUNNABLE
        tail = f"{command['args'][0]}: {error.strerror}"
    outcome: Outcome = {
        "name": command["name"],
        "args": command["args"],
        "exitCode": shell_code(code),
        "startedAt": started,
        "endedAt": time.time(),
        # On Linux ru_maxrss is in kilobytes; it is the maximum over all children so far.
        "peakMemoryBytes": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024,
        "tail": tail,
    }
    if stopped is not None:
        outcome["stopped"] = stopped
    return outcome


def execute(command: Command, log_path: Path, limits: Limits, ends: float) -> tuple[int, str, Optional[str]]:
    """Runs a command and returns its exit code, the end of its output, and why it was stopped, if it was."""
    times = [(ends, limits["time"])]
    if "time" in command:
        times.append((time.monotonic() + command["time"]["seconds"], command["time"]))
    with ExitStack() as files:
        log = Log(command["name"], files.enter_context(log_path.open("wb")), command.get("quiet", False))
        saved = files.enter_context(Path(command["save"]).open("wb")) if "save" in command else None
        given = files.enter_context(Path(command["input"]).open("rb")) if "input" in command else None
        counts = kernel_counts()
        process = subprocess.Popen(
            command["args"],
            stdin=given or subprocess.DEVNULL,
            stdout=saved or subprocess.PIPE,
            stderr=subprocess.PIPE if saved else subprocess.STDOUT,
            env={**os.environ, **command.get("env", {})},
            cwd=command.get("folder"),
            bufsize=0,
        )
        stream = process.stderr if saved else process.stdout
        assert stream is not None
        watch = Watch(process.pid, limits, times, counts)
        with stream:
            broken = follow(process, stream.fileno(), log, watch, saved)
        if broken is None:
            code = process.wait()
            return code, log.shown(), watch.refused(code)
        end_below(os.getpid())
        process.wait()
        return broken.exit_code, log.shown(), broken.reason


def follow(
    process: "subprocess.Popen[bytes]", stream: int, log: Log, watch: Watch, saved: Optional[BinaryIO]
) -> Optional[Broken]:
    """Takes the output until it ends, or the command is beyond a limit."""
    ended: Optional[float] = None
    while True:
        # A read returns at once what there is, so that users see it live.
        ready, _, _ = select.select([stream], [], [], SAMPLE_SECONDS)
        chunk = os.read(stream, CHUNK) if ready else b""
        if ready and not chunk:
            # A process may close its output and go on.
            return wait(process, watch)
        if chunk:
            log.add(chunk)
        if 0 < len(chunk) < SMALL:
            # A program that does not buffer its output writes faster than it is worth to read.
            time.sleep(SMALL_PAUSE)
        watch.output = log.size + (os.fstat(saved.fileno()).st_size if saved else 0)
        broken = watch.broken()
        if broken is not None:
            return broken
        if process.poll() is None:
            continue
        ended = ended or time.monotonic()
        if time.monotonic() - ended > LEFT_SECONDS:
            names = ", ".join(sorted(set(names_of(below(os.getpid())))))
            end_below(os.getpid())
            log.add(
                f"… ended what {log.name} had left running: {names or 'processes that kept its output open'}\n".encode()
            )
            return None


def wait(process: "subprocess.Popen[bytes]", watch: Watch) -> Optional[Broken]:
    while process.poll() is None:
        broken = watch.broken()
        if broken is not None:
            return broken
        try:
            process.wait(timeout=SAMPLE_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    return None


def shown(tail: bytes, lines: int, cut: bool) -> str:
    """The last lines of an output that has so many in all, and how many there are before them."""
    ends = tail.split(b"\n")
    kept = ends[-TAIL_LINES - 1 :]
    if cut and len(kept) == len(ends) > 1:
        # The first one has lost its beginning.
        kept = kept[1:]
    earlier = lines - (len(kept) - 1)
    note = f"… {earlier:,} earlier line{'' if earlier == 1 else 's'}\n" if earlier > 0 else ""
    return note + b"\n".join(kept).decode("utf-8", "replace")


class NotKept(Exception):
    """A folder has what is no file, folder or link, or what cannot be read; the message names it."""


def hash_of(folder: str, list_files: bool) -> FolderHash:
    try:
        return hash_folder(os.fsencode(folder), list_files)
    except OSError as error:
        name = os.fsdecode(error.filename or folder)
        shown_name = name if len(name) <= SHOWN_NAME else f"{name[:SHOWN_NAME]}…"
        raise NotKept(f"{shown_name} cannot be read: {error.strerror}") from error


def hash_folder(folder: bytes, list_files: bool) -> FolderHash:
    """Hashes the relative paths and contents of all files, but not their times and owners.

    Raises NotKept for what nobody can read to its end, such as a named pipe.
    """
    total = hashlib.sha256()
    kinds: dict[str, Kind] = {}
    paths: dict[str, str] = {}
    for path in files_below(folder):
        digest = hashlib.sha256()
        size = 0
        kind = os.lstat(path).st_mode
        if stat.S_ISLNK(kind):
            digest.update(b"link:" + os.readlink(path))
        elif not stat.S_ISREG(kind):
            what = "a named pipe" if stat.S_ISFIFO(kind) else "a socket" if stat.S_ISSOCK(kind) else "a device"
            raise NotKept(f"{os.fsdecode(path)} is {what}: only files, folders and links can be kept")
        else:
            with open(path, "rb") as file:
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
        count(kinds, suffix_of(path), size)
        relative = os.path.relpath(path, folder)
        total.update(relative + b"\0" + digest.hexdigest().encode() + b"\n")
        if list_files and len(paths) <= MAX_LISTED:
            paths[relative.decode("utf-8", "replace")] = digest.hexdigest()
    counted = sorted(kinds.values(), key=lambda one: (-one["files"], one["suffix"]))
    result: FolderHash = {
        "sha256": total.hexdigest(),
        "files": sum(one["files"] for one in counted),
        "bytes": sum(one["bytes"] for one in counted),
        "kinds": counted,
    }
    if list_files and len(paths) <= MAX_LISTED:
        result["paths"] = paths
    return result


def count(kinds: dict[str, Kind], suffix: str, size: int) -> None:
    # A folder may have as many endings as files.
    key = suffix if suffix in kinds or len(kinds) < MAX_KINDS else ""
    known = kinds.setdefault(key, {"suffix": key, "files": 0, "bytes": 0})
    known["files"] += 1
    known["bytes"] += size


def suffix_of(path: bytes) -> str:
    """The ending of a file's name, with the one before it where that says what was compressed: .csv.gz"""
    found = SUFFIX.search(os.path.basename(path).lstrip(b"."))
    return found.group().decode().lower() if found else ""


def files_below(folder: bytes) -> Iterator[bytes]:
    """Files and links in a fixed order. Paths are bytes, since a name need not be valid UTF-8."""
    for directory, folders, names in walk(folder, fail):
        folders.sort()
        # walk lists links to folders among the folders and does not follow them; hash them as links.
        links = [name for name in folders if os.path.islink(os.path.join(directory, name))]
        yield from (os.path.join(directory, name) for name in sorted(names + links))


def adopt_orphans() -> None:
    """Makes processes that lose their parent ours, so that they can be found and ended."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    except (AttributeError, OSError):
        # Without it only the command's own descendants are found.
        return


def end(*_: object) -> None:
    """Asks the commands to end, which may have something to undo elsewhere, and ends with them."""
    for one in ENDING:
        signal.signal(one, signal.SIG_IGN)
    end_below(os.getpid())
    os._exit(TERMINATED)


def main() -> None:
    spec = specification(Spec, sys.argv[1])
    for one in ENDING:
        signal.signal(one, end)
    # They are for the engine.
    for name in ("ML_PIPELINE_TASKS", "ML_PIPELINE_MEMORY_BYTES"):
        os.environ.pop(name, None)
    adopt_orphans()
    results = Path(spec["results"])
    for folder in [spec["results"], *spec["folders"]]:
        Path(folder).mkdir(parents=True, exist_ok=True)
    outcomes: list[Outcome] = []
    ends = time.monotonic() + spec["limits"]["time"]["seconds"]
    for command in spec["commands"]:
        outcomes.append(run(command, results, spec["limits"], ends))
        if spec["stopAtFailure"] and outcomes[-1]["exitCode"] != 0:
            break
    hashes: dict[str, FolderHash] = {}
    try:
        hashes = {folder: hash_of(folder, spec["listFiles"]) for folder in spec["hash"] if Path(folder).is_dir()}
    except NotKept as error:
        if not outcomes:
            sys.exit(str(error))
        outcomes[-1].update({"exitCode": outcomes[-1]["exitCode"] or 1, "stopped": str(error)})
    report: Report = {"commands": outcomes, "hashes": hashes}
    write(report, results / "results.json")


main()
