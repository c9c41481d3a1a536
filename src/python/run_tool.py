"""Runs a Python tool: the project's own where its environment has it, otherwise the pipeline's.

Called as `run_tool.py FOLDER MODULE ARGUMENT...`. The folder of the pipeline's tools goes to the end of the search
path, so that a project which pins a version of a formatter is checked by that version.
"""

import runpy
import sys


def main() -> None:
    _, folder, module, *arguments = sys.argv
    # The folder of this program is no place to import from.
    sys.path[0:1] = []
    sys.path.append(folder)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
