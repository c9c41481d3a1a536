"""Runs pytest inside the project's environment with the pipeline's tools as a fallback.

`pytest_with_tools.py TOOLS ARGS...`: TOOLS goes to the end of the search path, so a project that has pytest (or a plugin)
among its own dependencies gets its own version, and nothing is installed into its environment.
"""

import os
import sys

sys.path[0] = os.getcwd()  # as `python -m pytest` has it
sys.path.append(sys.argv[1])

import pytest  # noqa: E402

sys.exit(pytest.main(sys.argv[2:]))
