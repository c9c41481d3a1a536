"""Runs pytest in the project's environment, with the pipeline's own pytest as a fallback.

Called as `pytest_with_tools.py TOOLS ARGS...`. The folder TOOLS goes to the end of the search path, so that a project
with pytest or a plugin among its dependencies gets its own version, and nothing is installed into its environment.
"""

import sys
from pathlib import Path

# Projects expect the working directory first in the search path, as with `python -m pytest`.
sys.path[0] = str(Path.cwd())
sys.path.append(sys.argv[1])

import pytest  # noqa: E402 - the search path must be complete before

sys.exit(pytest.main(sys.argv[2:]))
