"""Settings of the project's own, in files that its programs read: YAML, JSON and TOML."""

import ast
import json
import sys
from pathlib import Path
from typing import Any

from project_syntax import Names, calls
from project_yaml import read_settings

if sys.version_info >= (3, 11):
    import tomllib

READS = (
    *("yaml.safe_load", "yaml.load", "yaml.full_load", "json.load", "json.loads", "toml.load", "tomllib.load"),
    *("tomllib.loads", "tomli.load", "OmegaConf.load", "YAML().load"),
)
ENDINGS = (".yaml", ".yml", ".json", ".toml")


def settings_files(tree: ast.Module, names: Names, files: list[str]) -> list[str]:
    """The files of the project that a program reads its settings from."""
    if not any(names.dotted(call.func).endswith(READS) for call in calls(tree)):
        return []
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    found: list[str] = []
    for text in dict.fromkeys(one for one in texts if one.endswith(ENDINGS)):
        plain = text.lstrip("./")
        matching = [path for path in files if path == plain or path.endswith(f"/{plain}")]
        found += [plain] if plain in matching else matching if len(matching) == 1 else []
    return found


def settings_in(path: Path) -> dict[str, str]:
    """The values of a file by their dotted keys; none of a file that cannot be read."""
    if path.suffix in (".yaml", ".yml"):
        return read_settings(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".json":
            return flat(json.loads(text))
        if sys.version_info >= (3, 11):
            return flat(tomllib.loads(text))
    except (OSError, ValueError):
        pass
    return {}


def flat(value: Any, key: str = "") -> dict[str, str]:
    if not isinstance(value, dict):
        return {key: str(value)} if isinstance(value, (str, int, float)) and key != "" else {}
    found: dict[str, str] = {}
    for name, inner in value.items():
        found.update(flat(inner, f"{key}.{name}" if key else str(name)))
    return found
