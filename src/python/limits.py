"""The limits of a command, and how it is held against them."""

import os
import re
import time
from pathlib import Path
from typing import NamedTuple, Optional, TypedDict

from processes import below, held_bytes, memory_of_machine, reap_orphans

# How often a command is held against its limits.
SAMPLE_SECONDS = 0.25
# The exit codes of a command that was stopped: that of `timeout`, and of a killed process.
TIMED_OUT, KILLED = 124, 137
# With more than this share of the machine's memory the kernel would soon kill something.
MACHINE_SHARE = 0.95
# Where the kernel counts what it refused to this container, if the engine lets it hold the limits.
COUNTS = Path("/run/ml-pipeline-limits")


class TimeLimit(TypedDict):
    seconds: float
    # The setting that has it.
    setting: str


class Limits(TypedDict):
    # For all commands together.
    time: TimeLimit
    outputBytes: float
    # None for nearly all of the machine's.
    memoryBytes: Optional[float]
    processes: int
    # Processes and threads together, which is what the kernel counts.
    tasks: int


class Broken(NamedTuple):
    """A limit that a command was beyond."""

    reason: str
    exit_code: int


def kernel_counts() -> tuple[int, int]:
    """How often the kernel has ended a process for its memory, and how often it has refused to start another."""
    return count_in("memory", "oom_kill"), count_in("tasks", "max")


def count_in(file: str, name: str) -> int:
    try:
        found = re.search(rf"^{name} (\d+)$", (COUNTS / file).read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) if found else 0


class Watch:
    """Holds the command that runs against its limits."""

    def __init__(self, pid: int, limits: Limits, times: list[tuple[float, TimeLimit]], counts: tuple[int, int]) -> None:
        self.pid = pid
        self.limits = limits
        # Each after the moment at which it is over.
        self.times = times
        self.output = 0
        self.due = 0.0
        # Those of the kernel, before the command began.
        self.counts = counts

    def broken(self) -> Optional[Broken]:
        """The limit that the command is beyond, in words, and its exit code for that."""
        now = time.monotonic()
        if now < self.due:
            return None
        self.due = now + SAMPLE_SECONDS
        reap_orphans(self.pid)
        for end, limit in self.times:
            if now > end:
                return Broken(f"stopped after {limit['seconds']:g} s, the limit of {limit['setting']}", TIMED_OUT)
        if self.output > self.limits["outputBytes"]:
            allowed = f"{self.limits['outputBytes'] / 1e6:,.0f} MB"
            return Broken(f"stopped after {allowed} of output, the limit of limits.output-megabytes", KILLED)
        pids = below(os.getpid())
        if len(pids) > self.limits["processes"]:
            allowed = f"{self.limits['processes']:,}"
            return Broken(f"stopped with {len(pids):,} processes, limits.processes allows {allowed}", KILLED)
        return self.broken_memory(pids)

    def refused(self, code: int) -> Optional[str]:
        """The limit that the kernel held the command to, in words, when it failed for that."""
        if code == 0:
            return None
        killed, unstarted = (now - before for now, before in zip(kernel_counts(), self.counts))
        given = self.limits["memoryBytes"]
        if killed > 0 and given is not None:
            return (
                f"stopped when its processes needed more memory than the {given / 1e9:g} GB of limits.memory-gigabytes"
            )
        if killed > 0:
            return (
                "stopped when its processes needed nearly all memory of the machine; limits.memory-gigabytes limits it"
            )
        if unstarted > 0:
            tasks, times = self.limits["tasks"], self.limits["tasks"] // self.limits["processes"]
            return f"it needed more than {tasks:,} processes and threads, {times} times limits.processes"
        return None

    def broken_memory(self, pids: list[int]) -> Optional[Broken]:
        given = self.limits["memoryBytes"]
        allowed = memory_of_machine() * MACHINE_SHARE if given is None else given
        held = held_bytes(pids, allowed)
        if held <= allowed:
            return None
        holds = f"stopped when its processes held {held / 1e9:.2f} GB of memory"
        if given is not None:
            return Broken(f"{holds}, limits.memory-gigabytes allows {allowed / 1e9:g}", KILLED)
        return Broken(f"{holds}, nearly all that the machine has; limits.memory-gigabytes sets another limit", KILLED)
