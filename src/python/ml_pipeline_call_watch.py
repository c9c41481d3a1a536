"""Sees whether the function of a test is called at all.

A hook such as `pytest_pyfunc_call` in conftest.py takes the place of the call, and may leave it out. Only where code of
the project does so is the call watched: a profiler slows what runs under it.
"""

import resource
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType, FunctionType, TracebackType
from typing import Any, Optional

import pytest

# Where pytest began; tests go elsewhere.
ROOT = Path.cwd()


class CallWatch:
    """Watches for the code of a function, in this thread and in those that begin meanwhile."""

    def __init__(self, codes: set[CodeType]) -> None:
        self.codes = codes
        self.seen = False
        self.before = (sys.getprofile(), threading.getprofile() if hasattr(threading, "getprofile") else None)
        self.children = reaped_children()

    @classmethod
    def of(cls, item: Any) -> "Optional[CallWatch]":
        """None where nothing of the project is in the way of the call, or the function cannot be watched."""
        if not isinstance(item, pytest.Function) or not is_intercepted(item):
            return None
        codes = set(codes_of(item.obj))
        return cls(codes) if codes else None

    def __enter__(self) -> None:
        sys.setprofile(self.profile)
        threading.setprofile(self.profile)

    def __exit__(
        self, _kind: Optional[type[BaseException]], _error: Optional[BaseException], _trace: Optional[TracebackType]
    ) -> None:
        sys.setprofile(self.before[0])
        threading.setprofile(self.before[1])

    def profile(self, frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code in self.codes:
            self.seen = True
            sys.setprofile(self.before[0])

    def is_idle(self) -> bool:
        """Whether the function was not called; what a process of its own does is not seen."""
        return not self.seen and self.children == reaped_children()


def is_intercepted(item: Any) -> bool:
    hooks = item.ihook.pytest_pyfunc_call.get_hookimpls()
    replacing = (hook.function for hook in hooks if not (hook.hookwrapper or getattr(hook, "wrapper", False)))
    return any(is_of_project(function) for function in (*replacing, type(item).runtest))


def is_of_project(function: Any) -> bool:
    file = getattr(getattr(function, "__code__", None), "co_filename", "")
    path = Path(file)
    return ROOT in path.parents and "site-packages" not in path.parts


def codes_of(function: Any) -> Iterator[CodeType]:
    """The code of a test's function, and of those that it wraps. Compiled functions have none that can be seen."""
    function = getattr(function, "__func__", function)
    while isinstance(function, FunctionType):
        yield function.__code__
        function = getattr(function, "__wrapped__", None)


def reaped_children() -> int:
    """A number that changes with each process of this one that has ended."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt
