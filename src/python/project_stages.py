"""The stages of DVC and the targets of make, by the lines of their files."""

import re
from typing import TypedDict


class Stage(TypedDict):
    # Empty where a line is in none.
    stage: str
    deps: list[str]
    outs: list[str]


def stages_of(name: str, lines: list[str]) -> list[Stage]:
    """The stage that each line of a file is in."""
    if name == "Makefile":
        return targets(lines)
    if name == "dvc.yaml":
        return dvc_stages(lines)
    return [none() for _ in lines]


def none() -> Stage:
    return {"stage": "", "deps": [], "outs": []}


def targets(lines: list[str]) -> list[Stage]:
    found: list[Stage] = []
    current = none()
    for line in lines:
        match = re.match(r"([\w./-]+)\s*:(?!=)", line)
        if match is not None:
            current = {"stage": match[1], "deps": [], "outs": []}
        found.append(current)
    return found


# A stage is two blanks deep or four, what it has is deeper.
KEY = re.compile(r"^( *)([\w@.-]+):\s*(.*)$")
ITEM = re.compile(r"^ *- +[\"']?([^\s\"':]+)[\"']?(?::.*)?$")


def dvc_stages(lines: list[str]) -> list[Stage]:
    found: list[Stage] = []
    current, depth, key = none(), 0, ""
    inside = False
    for line in lines:
        match, item = KEY.match(line), ITEM.match(line)
        if match is not None and len(match[1]) == 0:
            inside, current, depth = match[2] == "stages", none(), 0
        elif match is not None and inside and (depth == 0 or len(match[1]) <= depth):
            depth = len(match[1])
            current = {"stage": match[2], "deps": [], "outs": []}
        elif match is not None and item is None:
            key = match[2]
        elif item is not None and key == "deps":
            current["deps"].append(item[1])
        elif item is not None and key == "outs":
            current["outs"].append(item[1])
        found.append(current)
    return found
