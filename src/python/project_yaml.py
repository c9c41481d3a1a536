"""The settings of a YAML file, as far as they are nested keys with plain values: what configurations are made of.

Python brings no parser of YAML. What is not understood here is left out.
"""

import re
from pathlib import Path

LINE = re.compile(r"^( *)(- )?(?:(?:override )?/?)?([\w./-]+):(?: +(.*?))?\s*$")


def plain(text: str) -> str:
    """A value without its quotes and without a comment."""
    quoted = re.fullmatch(r"""(["'])(.*)\1\s*(?:#.*)?""", text)
    return quoted[2] if quoted else re.sub(r"(^|\s)#.*$", "", text).strip()


def read_settings(path: Path) -> dict[str, str]:
    """Values by their dotted keys. An item of a list has its place as a key."""
    found: dict[str, str] = {}
    above: list[tuple[int, str]] = []
    try:
        lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError:
        return {}
    for number, line in enumerate(lines):
        match = LINE.match(line)
        if match is None:
            continue
        depth = len(match[1]) + (1 if match[2] else 0)
        while above and above[-1][0] >= depth:
            above.pop()
        key = f"{number}.{match[3]}" if match[2] else match[3]
        value = plain(match[4] or "")
        if value == "" or value in ("|", ">", "|-", ">-"):
            above.append((depth, key))
        else:
            found[".".join([*(name for _, name in above), key])] = value
    return found


def settings_of(folder: Path, name: str) -> dict[str, str]:
    """The settings of a configuration of hydra, with those of the groups that it takes by default."""
    own = read_settings(config_file(folder, name))
    merged: dict[str, str] = {}
    for key, value in own.items():
        if not key.startswith("defaults."):
            continue
        group = key.split(".", 2)[-1]
        nested = read_settings(config_file(folder / group, value))
        merged.update({f"{group}.{inner}": text for inner, text in nested.items() if not inner.startswith("defaults.")})
    rest = {key: value for key, value in own.items() if not key.startswith(("defaults.", "hydra."))}
    return {**merged, **rest}


def config_file(folder: Path, name: str) -> Path:
    stem = re.sub(r"\.ya?ml$", "", name)
    return next((path for path in (folder / f"{stem}.yaml", folder / f"{stem}.yml") if path.is_file()), folder / stem)
