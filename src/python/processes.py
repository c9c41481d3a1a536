"""Looks at and ends the processes of a command, which may have started many others."""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Optional, TypedDict, Union

# How long processes may take to end before they are killed, and how long is waited for killed ones.
END_SECONDS = 5.0
PAUSE_SECONDS = 0.05
# The state of a listening socket in the kernel's tables.
LISTEN = "0A"


def descendants(root: int) -> list[int]:
    """A process and all below it, without those that have ended and were not waited for."""
    children: dict[int, list[int]] = {}
    ended: set[int] = set()
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                # The program's name is in parentheses and may contain spaces, so split after it.
                stat = (process / "stat").read_bytes().rpartition(b")")[2].split()
                children.setdefault(int(stat[1]), []).append(int(process.name))
                if stat[0] == b"Z":
                    ended.add(int(process.name))
            except (OSError, ValueError, IndexError):
                continue
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return [pid for pid in found if pid not in ended]


def resident_bytes(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def held_bytes(pids: list[int], limit: float) -> int:
    """The memory that processes hold together, in which pages of several count once where that decides.

    The kernel has to walk all pages to divide the shared ones, so that is asked only when the plain sum is too large.
    """
    total = sum(resident_bytes(pid) for pid in pids)
    return total if total <= limit else sum(proportional_bytes(pid) for pid in pids)


def proportional_bytes(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_bytes().splitlines():
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return resident_bytes(pid)


def memory_of_machine() -> int:
    """What a container may hold at most: the machine's memory, or its control group's limit."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
    return min([total, *(limit for limit in map(number_in, limits) if limit is not None)])


def number_in(path: str) -> Optional[int]:
    try:
        return int(Path(path).read_text())
    except (OSError, ValueError):
        return None


def shell_code(code: int) -> int:
    """The exit code as a shell has it: 128 + N when signal N ended the process."""
    return code if code >= 0 else 128 - code


def end_below(root: int) -> None:
    """Ends all processes below one: asks them first, and kills those that do not follow or that start others."""
    send(below(root), signal.SIGTERM)
    if not all_gone(root, END_SECONDS, None):
        all_gone(root, END_SECONDS, signal.SIGKILL)


def below(root: int) -> list[int]:
    return [pid for pid in descendants(root) if pid != root]


def reap_orphans(kept: int) -> None:
    """Takes note of ended processes that became ours, except the one that the caller waits for itself."""
    try:
        while ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            if ended.si_pid == kept:
                return
            os.waitpid(ended.si_pid, os.WNOHANG)
    except ChildProcessError:
        return


def all_gone(root: int, seconds: float, repeated: Union[signal.Signals, None]) -> bool:
    ends = time.monotonic() + seconds
    while pids := below(root):
        if time.monotonic() > ends:
            return False
        if repeated is not None:
            # Stopped first, they cannot start new ones while the others are killed.
            send(pids, signal.SIGSTOP)
            send(pids, repeated)
        time.sleep(PAUSE_SECONDS)
    return True


def send(pids: list[int], what: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, what)
        except OSError:
            # It has ended meanwhile.
            continue


def names_of(pids: list[int]) -> Iterator[str]:
    for pid in pids:
        try:
            yield Path(f"/proc/{pid}/comm").read_text(errors="replace").strip()
        except OSError:
            continue


class Listening(TypedDict):
    address: str
    port: int


def listening_of(pids: list[int]) -> list[Listening]:
    """The TCP addresses on which processes listen."""
    sockets = {inode for pid in pids for inode in sockets_of(pid)}
    return [where for table in ("tcp", "tcp6") for inode, where in listeners_in(table) if inode in sockets]


def sockets_of(pid: int) -> Iterator[str]:
    try:
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            target = str(descriptor.readlink())
            if target.startswith("socket:["):
                yield target[len("socket:[") : -1]
    except OSError:
        return


def listeners_in(table: str) -> Iterator[tuple[str, Listening]]:
    """The inodes and addresses of a table of the kernel, whose addresses are words of the machine's own byte order."""
    try:
        rows = Path(f"/proc/self/net/{table}").read_text().splitlines()[1:]
    except OSError:
        return
    for row in rows:
        fields = row.split()
        if fields[3] != LISTEN:
            continue
        host, _, port = fields[1].partition(":")
        words = [int(host[at : at + 8], 16).to_bytes(4, sys.byteorder) for at in range(0, len(host), 8)]
        family = socket.AF_INET if len(words) == 1 else socket.AF_INET6
        yield fields[9], {"address": socket.inet_ntop(family, b"".join(words)), "port": int(port, 16)}
