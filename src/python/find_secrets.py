"""Finds what looks like keys, tokens and passwords in the files of a folder.

Called as `find_secrets.py FOLDER RESULT`. RESULT gets a `Scan`, which says where something was found and of which
kind, and never the secret itself.
"""

import math
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import NamedTuple, TypedDict, Union

from typed_json import write

Text = Union[bytes, mmap]


class Finding(TypedDict):
    # Relative to the folder.
    path: str
    # From 1.
    line: int
    kind: str


class Scan(TypedDict):
    files: int
    bytes: int
    findings: list[Finding]


class Rule(NamedTuple):
    kind: str
    # A text that each match has: looking for it first is much faster.
    keyword: bytes
    pattern: re.Pattern[bytes]


def rule(kind: str, keyword: str, pattern: str) -> Rule:
    return Rule(kind, keyword.encode(), re.compile(pattern.encode()))


# A token stands alone: what goes on with more letters or digits is something else.
START = r"(?<![A-Za-z0-9_])"
END = r"(?![A-Za-z0-9_])"

# Code that only names the first line of a key has none; in code, a key may be a text of several lines or several texts.
KEY_TEXT = r"(?:\\[nr]|[\s\"'+,])*(?:[A-Za-z0-9+/=]{20}|Proc-Type:|Version:|Comment:)"

# Forms that their issuers document, so that nothing else looks like them.
TOKENS = [
    rule("a private key", "PRIVATE KEY", r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----" + KEY_TEXT),
    rule("a PuTTY private key", "PuTTY-User-Key-File-", r"PuTTY-User-Key-File-\d: "),
    rule("an AWS access key", "AKIA", START + r"AKIA[A-Z2-7]{16}" + END),
    rule("an AWS access key", "ASIA", START + r"ASIA[A-Z2-7]{16}" + END),
    rule("a GitHub token", "gh", START + r"gh[pousr]_[A-Za-z0-9]{36,255}" + END),
    rule("a GitHub token", "github_pat_", START + r"github_pat_[A-Za-z0-9_]{36,255}"),
    rule("a GitLab token", "gl", START + r"gl(?:pat|ptt|dt|rt|cbt|ft|imt|agent|soat)-[A-Za-z0-9_-]{20,}"),
    rule("a Slack token", "xox", START + r"xox[abeprs]-[A-Za-z0-9-]{20,}"),
    rule("a Slack token", "xapp-", START + r"xapp-\d-[A-Z0-9]+-\d+-[a-z0-9]{30,}"),
    rule("a Slack webhook", "hooks.slack.com", r"hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9+/]{40,}"),
    rule("a Google API key", "AIza", START + r"AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
    rule("a Google OAuth secret", "GOCSPX-", START + r"GOCSPX-[A-Za-z0-9_-]{28}"),
    rule("a Google access token", "ya29.", START + r"ya29\.[A-Za-z0-9_-]{30,}"),
    rule("a Hugging Face token", "hf_", START + r"hf_[A-Za-z]{34}" + END),
    rule("an OpenAI key", "T3BlbkFJ", START + r"sk-(?:[a-z]+-)?[A-Za-z0-9_-]{20,}T3BlbkFJ[A-Za-z0-9_-]{20,}"),
    rule("an Anthropic key", "sk-ant-", START + r"sk-ant-[a-z0-9]+-[A-Za-z0-9_-]{40,}"),
    rule("a Stripe key", "k_live_", START + r"[sr]k_live_[A-Za-z0-9]{20,}" + END),
    rule("a PyPI token", "pypi-AgE", START + r"pypi-AgE[A-Za-z0-9_-]{50,}"),
    rule("an npm token", "npm_", START + r"npm_[A-Za-z0-9]{36}" + END),
    rule("a Docker Hub token", "dckr_", START + r"dckr_[a-z]+_[A-Za-z0-9_-]{27,}"),
    rule("a SendGrid key", "SG.", START + r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    rule("a Databricks token", "dapi", START + r"dapi[a-f0-9]{32}" + END),
    rule("a DigitalOcean token", "_v1_", START + r"do[opr]_v1_[a-f0-9]{64}" + END),
    rule("a Vault token", "hvs.", START + r"hvs\.[A-Za-z0-9_-]{24,}"),
    rule("an Azure storage key", "AccountKey=", r"AccountKey=[A-Za-z0-9+/]{86}=="),
    rule("a JSON web token", "eyJ", START + r"eyJ[A-Za-z0-9_-]{12,}\.eyJ[A-Za-z0-9_-]{12,}\.[A-Za-z0-9_-]{20,}"),
    rule("an age key", "AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[A-Z0-9]{58}"),
]

# `API_KEY = "…"`, `"client-secret": "…"`, `WANDB_API_KEY=…`: the last word of the name, what may stand before it, and
# what follows it.
KINDS = rb"api|access|auth|secret|private|encryption|signing|account|client|bot|deploy"
BEFORE = {
    b"key": re.compile(rb"(?:" + KINDS + rb")[_-]?(?:access[_-]?)?$"),
    b"token": re.compile(rb"(?:(?:" + KINDS + rb")[_-]?|^|[^a-z])$"),
    b"secret": re.compile(rb"(?:" + KINDS + rb")[_-]?$"),
    b"password": re.compile(rb""),
    b"passwd": re.compile(rb""),
    b"passphrase": re.compile(rb""),
}
VALUE = re.compile(rb"[\"']?\s{0,20}(?:[:=]|=>)\s{0,20}[\"']?([A-Za-z0-9+/=_.~-]{20,200})(?=[\"'\s,;}]|$)")
LONGEST_KIND = 24
DOTTED_NAME = re.compile(rb"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")

IN_ADDRESS = re.compile(
    rb"://[^\s:/@\"'`<>{}$%*]{0,100}:([^\s/@\"'`<>{}$%*]{3,200})@([A-Za-z0-9.-]{1,200}\.[A-Za-z]{2,})"
)
EXAMPLE_HOSTS = re.compile(rb"(?i)(?:^|\.)(?:example(?:\.com|\.org|\.net)?|test|local|invalid|localhost|localdomain)$")

PLACEHOLDER = re.compile(
    rb"(?i)example|sample|dummy|fake|placeholder|change[_-]?me|replace|your[_-]|my[_-]|insert|redacted|xxxx|1234567|abcdefg"
    rb"|\.\.\.|passw|^secret|^pass$"
)
# Text is searched in blocks, since a copy in lower case of all of a large file would not fit into memory.
BLOCK = 1 << 24
# What other scanners take for an approval.
APPROVED = (b"pragma: allowlist secret", b"gitleaks:allow")
ENTROPY = 3.7


def entropy(text: bytes) -> float:
    """Shannon's entropy in bits a letter: words have less than random letters."""
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())


def is_random(value: bytes) -> bool:
    if PLACEHOLDER.search(value) or DOTTED_NAME.fullmatch(value) or sum(chr(letter).isdigit() for letter in value) < 3:
        return False
    if re.fullmatch(rb"[a-f0-9]+|[A-F0-9]+", value):
        return len(value) >= 32 and entropy(value) > 3.0
    # Letters in both cases with digits between them are no name, path or version.
    mixed = re.search(rb"[a-z]", value) and re.search(rb"[A-Z]", value)
    return bool(mixed) and value.count(b".") < 2 and value.count(b"/") < 4 and entropy(value) > ENTROPY


def matches(text: Text) -> Iterator[tuple[int, str]]:
    """Where something looks like a secret, and like which kind: first what its form tells, then what its name does."""
    for one in TOKENS:
        if text.find(one.keyword) >= 0:
            yield from ((found.start(), one.kind) for found in one.pattern.finditer(text) if not is_example(found[0]))
    if text[:8192].find(b"\0") >= 0:
        # Only forms that nothing else has are believed in the middle of binary content.
        return
    for word, before in BEFORE.items():
        for place, name in occurrences(text, word):
            value = VALUE.match(text, place + len(word))
            if value and before.search(name) and is_random(value[1]):
                yield place, "a key or password"
    for place, _ in occurrences(text, b"://"):
        address = IN_ADDRESS.match(text, place)
        if address and not PLACEHOLDER.search(address[1]) and not EXAMPLE_HOSTS.search(address[2]):
            yield place, "an address with a password"


def occurrences(text: Text, word: bytes) -> Iterator[tuple[int, bytes]]:
    """Where a word stands in any case, with the text before it in lower case; faster than any pattern."""
    for start in range(0, len(text), BLOCK):
        begin = max(0, start - LONGEST_KIND)
        block = text[begin : start + BLOCK + len(word) - 1].lower()
        place = block.find(word, start - begin)
        while place >= 0:
            yield begin + place, block[max(0, place - LONGEST_KIND) : place]
            place = block.find(word, place + 1)


def is_example(token: bytes) -> bool:
    return token.endswith(b"EXAMPLE") or (len(set(token)) < 10 and b" " not in token)


def findings(path: str, text: Text) -> list[Finding]:
    """One finding for each line, of the most definite kind."""
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = text[:].decode("utf-16", errors="replace").encode()
    kinds: dict[int, str] = {}
    for place, kind in matches(text):
        end = text.find(b"\n", place)
        before = text[:place]
        whole = text[before.rfind(b"\n") + 1 : end if end >= 0 else len(text)]
        if not any(mark in whole for mark in APPROVED):
            kinds.setdefault(before.count(b"\n") + 1, kind)
    return [{"path": path, "line": line, "kind": kind} for line, kind in sorted(kinds.items())]


def files_below(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(parent, name)
            # A link is not followed: what it leads to is a file of its own, or not in the folder.
            if path.is_file() and not path.is_symlink():
                yield path


def main(folder: str, result: str) -> None:
    scan: Scan = {"files": 0, "bytes": 0, "findings": []}
    for path in files_below(Path(folder)):
        scan["files"] += 1
        scan["bytes"] += path.stat().st_size
        # An empty file cannot be mapped. A large one need not fit into memory.
        if path.stat().st_size > 0:
            name = os.fsencode(path.relative_to(folder)).decode(errors="replace")
            with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as text:
                scan["findings"].extend(findings(name, text))
    write(scan, result)


if __name__ == "__main__":
    main(*sys.argv[1:])
