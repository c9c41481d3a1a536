"""Why something of a rollout cannot be done, or did not work, and how long what may still pass is waited for."""

from typing import TypedDict


class Reason(TypedDict, total=False):
    """Why something cannot be done, or did not work: a code, and what its words need."""

    code: str
    detail: str
    pod: str
    container: str
    names: list[str]
    exitCode: int
    log: str
    # A row of the data. It is printed, and not noted where it stays.
    asked: str


def in_short(reason: Reason) -> str:
    code = f", exit code {reason['exitCode']}" if "exitCode" in reason else ""
    detail = reason.get("detail", "")
    return f"{reason['code']}{code}{': ' if detail else ''}{detail}"


class Limits(TypedDict):
    """How long what may still pass is waited for, in seconds."""

    # A container that runs and is not ready, unless its probes allow more.
    ready: float
    # A pod without a node, an image that does not come, pods that may not be made.
    patience: float
