"""Runs the commands of one stage inside its container and writes down how each of them ended.

Called as `run_commands.py SPEC`, SPEC being JSON: {"results": DIR, "stopAtFailure": bool, "folders": [DIR, ...],
"hash": [DIR, ...], "commands": [{"name": str, "args": [str, ...], "env": {str: str}, "save": FILE?}, ...]}.

It ends with 0 whatever the commands did: the pipeline decides, with everything in hand, and what a failing command wrote
is kept. It also outlives a command that the kernel kills for memory.
"""

import hashlib
import json
import os
import resource
import subprocess
import sys
import time

TAIL_BYTES = 64 * 1024


def run(command, results):
    log_path = os.path.join(results, command["name"] + ".log")
    environment = {**os.environ, **command.get("env", {})}
    started = time.time()
    tail = b""
    try:
        with open(log_path, "wb") as log:
            saved = open(command["save"], "wb") if "save" in command else None
            process = subprocess.Popen(
                command["args"],
                stdin=subprocess.DEVNULL,
                stdout=saved or subprocess.PIPE,
                stderr=subprocess.PIPE if saved else subprocess.STDOUT,
                env=environment,
            )
            stream = process.stderr if saved else process.stdout
            while chunk := stream.read1(65536):
                log.write(chunk)
                sys.stdout.buffer.write(chunk)
                sys.stdout.buffer.flush()
                tail = (tail + chunk)[-TAIL_BYTES:]
            code = process.wait()
            if saved:
                saved.close()
    except OSError as error:
        # The command itself could not be started: as a shell reports it.
        code = 127 if isinstance(error, FileNotFoundError) else 126
        tail = f"{command['args'][0]}: {error.strerror}".encode()
    return {
        "name": command["name"],
        "args": command["args"],
        "exitCode": code if code >= 0 else 128 - code,
        "startedAt": started,
        "endedAt": time.time(),
        # ru_maxrss is in kilobytes on Linux, and the largest of all children so far.
        "peakMemoryBytes": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024,
        "tail": tail.decode("utf-8", "replace"),
    }


def hash_folder(folder):
    """One hash over the relative paths and contents of all files, whatever their times and owners."""
    total = hashlib.sha256()
    files = 0
    size = 0
    for directory, folders, names in os.walk(os.fsencode(folder)):
        folders.sort()
        # A link to a folder is a link, not a folder: nothing follows it, and it must not be passed over.
        links = [name for name in folders if os.path.islink(os.path.join(directory, name))]
        for name in sorted(names + links):
            path = os.path.join(directory, name)
            digest = hashlib.sha256()
            if os.path.islink(path):
                digest.update(b"link:" + os.readlink(path))
            else:
                with open(path, "rb") as file:
                    while chunk := file.read(1 << 20):
                        digest.update(chunk)
                        size += len(chunk)
            files += 1
            relative = os.path.relpath(path, os.fsencode(folder))
            total.update(relative + b"\0" + digest.hexdigest().encode() + b"\n")
    return {"sha256": total.hexdigest(), "files": files, "bytes": size}


def main():
    spec = json.loads(sys.argv[1])
    results = spec["results"]
    for folder in [results, *spec["folders"]]:
        os.makedirs(folder, exist_ok=True)
    outcomes = []
    for command in spec["commands"]:
        outcomes.append(run(command, results))
        if spec["stopAtFailure"] and outcomes[-1]["exitCode"] != 0:
            break
    hashes = {folder: hash_folder(folder) for folder in spec["hash"] if os.path.isdir(folder)}
    with open(os.path.join(results, "results.json"), "w") as file:
        json.dump({"commands": outcomes, "hashes": hashes}, file)


main()
