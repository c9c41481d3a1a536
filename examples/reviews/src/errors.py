"""Mistakes of the user, told in one line."""

import sys
from collections.abc import Callable


class InputError(ValueError):
    """What was given cannot be used. The message says what, where and what to do."""


def run(main: Callable[[], None]) -> None:
    """Call `main`; a mistake of the user ends the program with a message and exit code 1."""
    try:
        main()
    except InputError as error:
        sys.exit(f"error: {error}")
