"""Runs pytest inside the project's environment with the pipeline's tools as a fallback.

`pytest_with_tools.py TOOLS ARGS...`: TOOLS goes to the end of the search path, so a project that has pytest (or a
plugin) among its own dependencies gets its own version, and nothing is installed into its environment.
"""

import sys
from pathlib import Path

# `python -m pytest` puts the working directory first, and so do projects expect it.
sys.path[0] = str(Path.cwd())
sys.path.append(sys.argv[1])

import pytest  # noqa: E402 - it may be found only now

sys.exit(pytest.main(sys.argv[2:]))
