"""Runs one program again and again, each time in a copy of a process that has imported what takes long.

Called as `fork.py PROGRAM MODULE...`. Each line of the input is a list of arguments, as JSON; the answer is a line with
the exit code and what was printed.
"""

import importlib
import json
import os
import runpy
import sys
import tempfile
from pathlib import Path


def answer(program: str, arguments: list[str]) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder, "printed")
        child = os.fork()
        if child == 0:
            descriptor = os.open(printed, os.O_WRONLY | os.O_CREAT)
            os.dup2(descriptor, 1)
            os.dup2(descriptor, 2)
            sys.argv = [program, *arguments]
            code = 1
            try:
                runpy.run_path(program, run_name="__main__")
                code = 0
            except BaseException:
                sys.excepthook(*sys.exc_info())
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        _, status = os.waitpid(child, 0)
        return {"code": os.waitstatus_to_exitcode(status), "printed": printed.read_text(encoding="utf-8")}


def main() -> None:
    _, program, *modules = sys.argv
    sys.path[0] = str(Path(program).parent)
    for module in modules:
        importlib.import_module(module)
    for line in sys.stdin:
        print(json.dumps(answer(program, json.loads(line))), flush=True)


main()
