"""Runs a command that must end within a time, and names the setting that is the limit when it does not.

Called as `run_within.py COMMAND...`. The time is in a variable that counts in no cache key, so that another limit
repeats nothing. So is the folder below which what the command wrote gets one fixed time, so that it is the same
whenever it is installed. A third variable names the folder of packages that are compiled after they were installed.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from processes import end_below, shell_code

SECONDS = "ML_PIPELINE_INSTALL_SECONDS"
ROOT = "ML_PIPELINE_INSTALL_ROOT"
PACKAGES = "ML_PIPELINE_INSTALL_PACKAGES"
# 1980-01-01, the earliest time that zip files know.
EPOCH = 315_532_800
# What is mounted gets a folder to be mounted on while the container starts, which changes the time of the one above it.
START_SECONDS = 600
# The exit code of `timeout`.
TIMED_OUT = 124


def mounted() -> set[Path]:
    """The paths that something is mounted on; spaces and the like are octal numbers there."""
    fields = [line.split()[4] for line in Path("/proc/self/mountinfo").read_bytes().splitlines()]
    return {Path(os.fsdecode(field.decode("unicode_escape").encode("latin-1"))) for field in fields}


def settle(root: str, since: float) -> None:
    """Gives one time to all that was written since then, but for what is mounted."""
    others = mounted()
    for name, folders, files in os.walk(root):
        here = Path(name)
        folders[:] = [one for one in folders if here / one not in others]
        for path in (here, *(here / one for one in (*folders, *files))):
            if (here == path or path not in others) and path.lstat().st_mtime >= since:
                os.utime(path, (EPOCH, EPOCH), follow_symlinks=False)


def compiling(folder: str) -> list[str]:
    """The command that compiles packages, by the Python of their environment where they are in one."""
    own = Path(folder, "bin", "python")
    program = Path(__file__).with_name("compile_packages.py")
    return [str(own) if own.exists() else sys.executable, "-I", "-S", str(program), folder]


def wait(command: list[str], until: float) -> int:
    process = subprocess.Popen(command)
    try:
        return process.wait(timeout=max(0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        end_below(os.getpid())
        process.wait()
        raise


def main(command: list[str]) -> int:
    seconds = float(os.environ.pop(SECONDS))
    root = os.environ.pop(ROOT, "")
    packages = os.environ.pop(PACKAGES, "")
    began = time.time() - START_SECONDS
    until = time.monotonic() + seconds
    try:
        code = wait(command, until)
        if code == 0 and packages != "":
            wait(compiling(packages), until)
    except subprocess.TimeoutExpired:
        print(f"stopped after {seconds:g} s, the limit of limits.install-seconds", file=sys.stderr)
        return TIMED_OUT
    if code == 0 and root != "":
        settle(root, began)
    return shell_code(code)


sys.exit(main(sys.argv[1:]))
