"""Runs a program on a terminal of its own inside a container, and passes on what a person types and sees.

The terminal outside belongs to another session, which the container is no part of: on it, Ctrl-C would end the caller.
"""

import fcntl
import os
import pty
import sys
import termios

SIZE_BYTES = 8
CHUNK = 1024

shown = b""


def pass_on(inner: int) -> bytes:
    """Gives what the program wrote; its terminal becomes as large as the one outside."""
    global shown
    try:
        size = fcntl.ioctl(0, termios.TIOCGWINSZ, bytes(SIZE_BYTES))
        if size != shown:
            fcntl.ioctl(inner, termios.TIOCSWINSZ, size)
            shown = size
    except OSError:
        # What is typed comes from no terminal, so there is no size to have.
        pass
    return os.read(inner, CHUNK)


status = pty.spawn(sys.argv[1:], pass_on)
# As a shell tells it; what Python has for it is later than the oldest Python of a container.
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
