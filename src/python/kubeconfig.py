"""Reads a kubeconfig: what of it can be used here, and what of it must not be shown."""

import base64
import re
import urllib.parse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from kubernetes_failure import refuse

# Letters of a line of a secret that may be one by itself.
SECRET = 6
# Keys of a kubeconfig that name files of the machine where it was written.
FILES = ("certificate-authority", "client-certificate", "client-key", "tokenFile")


def read_kubeconfig(file: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        # What a parser says of a text has parts of it.
        refuse("bad-kubeconfig", "it is no YAML")
    if not isinstance(found, dict) or not isinstance(found.get("contexts"), list):
        refuse("bad-kubeconfig", "it has no contexts")
    return found


def named(found: Mapping[str, Any], plural: str, singular: str) -> dict[str, dict[str, Any]]:
    entries = found.get(plural)
    listed = entries if isinstance(entries, list) else []
    return {
        str(one["name"]): one[singular]
        for one in listed
        if isinstance(one, dict) and "name" in one and isinstance(one.get(singular), dict)
    }


def check_complete(user: Mapping[str, Any], cluster: Mapping[str, Any]) -> None:
    """Nothing of the machine where a kubeconfig was written is here: no program, and no file."""
    if "exec" in user or "auth-provider" in user:
        program = user.get("exec") if isinstance(user.get("exec"), dict) else user.get("auth-provider")
        found = program if isinstance(program, dict) else {}
        # What stands behind its name may be a password.
        words = str(found.get("command") or found.get("name") or "").split()
        refuse("exec-plugin", Path(words[0]).name if words else "")
    others = sorted(key for key in user if key == "as" or key.startswith("as-"))
    if others:
        # Without it the call would have all rights of who may act as others.
        refuse("impersonation", ", ".join(others))
    for part in (user, cluster):
        for key in FILES:
            if key in part and f"{key}-data" not in part and not (key == "tokenFile" and "token" in part):
                refuse("file-reference", f"{key}: {part[key]}")


def secrets_in(found: Mapping[str, Any]) -> set[str]:
    """What a kubeconfig has that must not be shown."""
    users, clusters = named(found, "users", "user").values(), named(found, "clusters", "cluster").values()
    given = [str(user[key]) for user in users for key in ("token", "password", "client-key-data") if user.get(key)]
    pairs = [f"{user.get('username', '')}:{user['password']}" for user in users if user.get("password")]
    ways = [str(cluster["proxy-url"]) for cluster in clusters if cluster.get("proxy-url")]
    return {
        *(part for text in given for part in parts_of(text)),
        *(base64.b64encode(pair.encode()).decode() for pair in pairs),
        *ways,
        *(password for way in ways if (password := password_of(way))),
    }


def parts_of(text: str) -> set[str]:
    """A secret, and each of its lines: what is told of one of several lines may have only one of them."""
    return {text.strip(), *(line.strip() for line in text.splitlines() if len(line.strip()) >= SECRET)} - {""}


def password_of(address: str) -> str:
    try:
        return urllib.parse.urlsplit(address).password or ""
    except ValueError:
        return ""


def token_of(given: object) -> str:
    """A token as a header has it; refuses what no header can have, and does not show it."""
    token = given.strip("\ufeff \t\r\n") if isinstance(given, str) else ""
    if not re.fullmatch(r"[\x21-\x7e]+", token):
        refuse("bad-token")
    return token


def check_address(given: object) -> None:
    """Refuses the address of a cluster that is none, or that has what must not be shown in it."""
    try:
        parts = urllib.parse.urlsplit(given if isinstance(given, str) else "")
        is_plain = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment)
    except ValueError:
        is_plain = False
    if not is_plain or parts.username is not None or parts.password is not None:
        refuse("bad-kubeconfig", "the address of its cluster is none, or has credentials or a query in it")
