"""Runs a command that must end within a time, and names the setting that is the limit when it does not.

Called as `run_within.py COMMAND...`. The time is in a variable that counts in no cache key, so that another limit
repeats nothing.
"""

import os
import subprocess
import sys

from processes import end_below, shell_code

SECONDS = "ML_PIPELINE_INSTALL_SECONDS"
# The exit code of `timeout`.
TIMED_OUT = 124


def main(command: list[str]) -> int:
    seconds = float(os.environ.pop(SECONDS))
    process = subprocess.Popen(command)
    try:
        code = process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        end_below(os.getpid())
        process.wait()
        print(f"stopped after {seconds:g} s, the limit of limits.install-seconds", file=sys.stderr)
        return TIMED_OUT
    return shell_code(code)


sys.exit(main(sys.argv[1:]))
