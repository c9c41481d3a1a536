"""Runs a command that must end within a time, and names the setting that is the limit when it does not.

Called as `run_within.py COMMAND...`. The time is in a variable that counts in no cache key, so that another limit
repeats nothing. So is the folder below which what the command wrote gets one fixed time, so that it is the same
whenever it is installed.
"""

import os
import subprocess
import sys
import time

from processes import end_below, shell_code

SECONDS = "ML_PIPELINE_INSTALL_SECONDS"
ROOT = "ML_PIPELINE_INSTALL_ROOT"
# 1980-01-01, the earliest time that zip files know.
EPOCH = 315_532_800
# Seconds by which the time of a file may lag behind the clock.
LAG = 0.1
# The exit code of `timeout`.
TIMED_OUT = 124


def settle(root: str, since: float) -> None:
    """Gives one time to all that was written since then, but for what is mounted."""
    device = os.lstat(root).st_dev
    for here, folders, files in os.walk(root, topdown=True):
        folders[:] = [name for name in folders if os.lstat(f"{here}/{name}").st_dev == device]
        for path in (here, *(f"{here}/{name}" for name in (*folders, *files))):
            if os.lstat(path).st_mtime >= since:
                os.utime(path, (EPOCH, EPOCH), follow_symlinks=False)


def main(command: list[str]) -> int:
    seconds = float(os.environ.pop(SECONDS))
    root = os.environ.pop(ROOT, "")
    began = time.time() - LAG
    process = subprocess.Popen(command)
    try:
        code = process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        end_below(os.getpid())
        process.wait()
        print(f"stopped after {seconds:g} s, the limit of limits.install-seconds", file=sys.stderr)
        return TIMED_OUT
    if code == 0 and root != "":
        settle(root, began)
    return shell_code(code)


sys.exit(main(sys.argv[1:]))
