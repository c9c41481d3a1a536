"""Knows what keys, tokens and passwords look like."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple


class Rule(NamedTuple):
    kind: str
    # A text that each match has: looking for it first is much faster.
    keyword: bytes
    pattern: re.Pattern[bytes]
    # What goes on with more letters or digits in front is something else.
    alone: bool


class Match(NamedTuple):
    start: int
    kind: str


def token(kind: str, keyword: str, pattern: str, alone: bool = True) -> Rule:
    return Rule(kind, keyword.encode(), re.compile(pattern.encode()), alone)


# What goes on with more letters or digits behind is something else.
END = r"(?![A-Za-z0-9_])"

# Code that only names the first line of a key has none; in code, a key may be a text of several lines or several texts.
KEY_TEXT = r"(?:\\[nr]|[\s\"'+,])*(?:[A-Za-z0-9+/=]{20}|Proc-Type:|Version:|Comment:)"
# "-----BEGIN … PRIVATE KEY" in base64, as clients of Kubernetes keep it; a text begins at one of three places.
PACKED_KEY = (
    r"LS0tLS1CRUdJTi(?:BQUklWQVRFIEtFWS|BSU0EgUFJJVkFURSBLRVkt|BFQyBQUklWQVRFIEtFWS|BPUEVOU1NIIFBSSVZBVEUgS0VZ"
    r"|BFTkNSWVBURUQgUFJJVkFURSBLRVkt|BEU0EgUFJJVkFURSBLRVkt)"
)

# Forms that their issuers document, so that nothing else looks like them.
TOKENS = [
    token("a private key", "PRIVATE KEY", r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----" + KEY_TEXT, False),
    token("a private key", "LS0tLS1CRUdJTi", PACKED_KEY, False),
    token("a PuTTY private key", "PuTTY-User-Key-File-", r"PuTTY-User-Key-File-\d: ", False),
    token("an AWS access key", "AKIA", r"AKIA[A-Z2-7]{16}" + END),
    token("an AWS access key", "ASIA", r"ASIA[A-Z2-7]{16}" + END),
    *(token("a GitHub token", f"gh{kind}_", rf"gh{kind}_[A-Za-z0-9]{{36,255}}" + END) for kind in "pousr"),
    token("a GitHub token", "github_pat_", r"github_pat_[A-Za-z0-9_]{36,255}"),
    token("a GitLab token", "gl", r"gl(?:pat|ptt|dt|rt|cbt|ft|imt|agent|soat)-[A-Za-z0-9_-]{20,}"),
    token("a Slack token", "xox", r"xox[abeprs]-[A-Za-z0-9-]{20,}"),
    token("a Slack token", "xapp-", r"xapp-\d-[A-Z0-9]+-\d+-[a-z0-9]{30,}"),
    token("a Slack webhook", "hooks.slack.com", r"hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9+/]{40,}", False),
    token("a Google API key", "AIza", r"AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
    token("a Google OAuth secret", "GOCSPX-", r"GOCSPX-[A-Za-z0-9_-]{28}"),
    token("a Google access token", "ya29.", r"ya29\.[A-Za-z0-9_-]{30,}"),
    token("a Hugging Face token", "hf_", r"hf_[A-Za-z]{34}" + END),
    token("an OpenAI key", "T3BlbkFJ", r"sk-(?:[a-z]+-)?[A-Za-z0-9_-]{20,200}T3BlbkFJ[A-Za-z0-9_-]{20,}"),
    token("an Anthropic key", "sk-ant-", r"sk-ant-[a-z0-9]+-[A-Za-z0-9_-]{40,}"),
    token("a Groq key", "gsk_", r"gsk_[A-Za-z0-9]{52}" + END),
    token("a Replicate token", "r8_", r"r8_[A-Za-z0-9]{37}" + END),
    token("an NVIDIA key", "nvapi-", r"nvapi-[A-Za-z0-9_-]{60,}"),
    token("a LangSmith key", "lsv2_", r"lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}" + END),
    token("a Pinecone key", "pcsk_", r"pcsk_[A-Za-z0-9_]{60,}"),
    token("a Stripe key", "k_live_", r"[sr]k_live_[A-Za-z0-9]{20,}" + END),
    token("a PyPI token", "pypi-AgE", r"pypi-AgE[A-Za-z0-9_-]{50,}"),
    token("an npm token", "npm_", r"npm_[A-Za-z0-9]{36}" + END),
    token("a Docker Hub token", "dckr_", r"dckr_[a-z]+_[A-Za-z0-9_-]{27,}"),
    token("a SendGrid key", "SG.", r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    token("a Databricks token", "dapi", r"dapi[a-f0-9]{32}" + END),
    token("a DigitalOcean token", "_v1_", r"do[opr]_v1_[a-f0-9]{64}" + END),
    token("a Vault token", "hvs.", r"hvs\.[A-Za-z0-9_-]{24,}"),
    token("a Terraform token", ".atlasv1.", r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}"),
    token("an Azure storage key", "AccountKey=", r"AccountKey=[A-Za-z0-9+/]{86}==", False),
    token("an Azure client secret", "8Q~", r"[A-Za-z0-9_~.]{3}8Q~[A-Za-z0-9_~.-]{31,34}" + END),
    token("an Azure access signature", "sig=", r"[?&]sig=[A-Za-z0-9%/+]{43,}(?:%3D|=)", False),
    token("a JSON web token", "eyJ", r"eyJ[A-Za-z0-9_-]{12,}\.eyJ[A-Za-z0-9_-]{12,}\.[A-Za-z0-9_-]{20,}"),
    token("an age key", "AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[A-Z0-9]{58}", False),
    token(
        "a registry's password",
        '"auth"',
        r"\"auth\"\s{0,20}:\s{0,20}\"(?!YQ==|Og==)(?:[A-Za-z0-9+/]{4}){3,}[A-Za-z0-9+/=]{4}\"",
        False,
    ),
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
ASSIGNED = rb"[\"']?\s{0,20}(?:[:=]|=>)\s{0,20}[\"']?([A-Za-z0-9+/=_.~-]{20,200})(?=[\"'\s,;}]|$)"
# How pickle goes from one text to the next, in its protocols from 0 to 5.
PICKLED = (
    rb"(?:\n(?:p\d{1,9}\n)?[sV]?V([A-Za-z0-9+/=_.~-]{20,200})\n"
    rb"|(?:\x94|q.|r.{4})?(?:[\x8cU].|[XT].{4})([A-Za-z0-9+/=_.~-]{20,200}))"
)
VALUE = re.compile(rb"(?:" + ASSIGNED + rb"|" + PICKLED + rb")", re.DOTALL)
PICKLED_TEXT = re.compile(rb"[\nas(]V")
LONGEST_NAME = 24
DOTTED_NAME = re.compile(rb"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")

IN_ADDRESS = re.compile(
    rb"://[^\s:/@\"'`<>{}$%*]{0,100}:([^\s/@\"'`<>{}$%*]{3,200})@([A-Za-z0-9.-]{1,200}\.[A-Za-z]{2,})"
)
EXAMPLE_HOSTS = re.compile(rb"(?i)(?:^|\.)(?:example(?:\.com|\.org|\.net)?|test|local|invalid|localhost|localdomain)$")

PLACEHOLDER = re.compile(
    rb"(?i)example|sample|dummy|fake|placeholder|change[_-]?me|replace|your[_-]|my[_-]|insert|redacted|xxxx|1234567|abcdefg"
    rb"|\.\.\.|passw|^secret|^pass$"
)
ENTROPY = 3.7
WORD = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")


def matches(text: bytes) -> Iterator[Match]:
    """Where something looks like a secret, and like which kind: first what its form tells, then what its name does."""
    for rule in TOKENS:
        if rule.keyword in text:
            for found in rule.pattern.finditer(text):
                if (not rule.alone or stands_alone(text, found.start())) and not is_example(found[0]):
                    yield Match(found.start(), rule.kind)
    lower = text.lower()
    for word, before in BEFORE.items():
        for place in places(lower, word):
            value = VALUE.match(text, place + len(word))
            named = before.search(lower[max(0, place - LONGEST_NAME) : place])
            if value and named and is_random(value[value.lastindex or 0]):
                yield Match(place, "a key or password")
    for place in places(text, b"://"):
        address = IN_ADDRESS.match(text, place)
        if address and not PLACEHOLDER.search(address[1]) and not EXAMPLE_HOSTS.search(address[2]):
            yield Match(place, "an address with a password")


def places(text: bytes, word: bytes) -> Iterator[int]:
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + 1)


def stands_alone(text: bytes, start: int) -> bool:
    """Whether no letter or digit is in front, but for the V that a text begins with in the first protocol of pickle."""
    return start == 0 or text[start - 1] not in WORD or PICKLED_TEXT.match(text, max(0, start - 2)) is not None


def is_example(found: bytes) -> bool:
    return found.endswith(b"EXAMPLE") or (len(set(found)) < 10 and b" " not in found)


def is_random(value: bytes) -> bool:
    if PLACEHOLDER.search(value) or DOTTED_NAME.fullmatch(value) or sum(chr(letter).isdigit() for letter in value) < 3:
        return False
    if re.fullmatch(rb"[a-f0-9]+|[A-F0-9]+", value):
        return len(value) >= 32 and entropy(value) > 3.0
    # Letters in both cases with digits between them are no name, path or version.
    mixed = re.search(rb"[a-z]", value) and re.search(rb"[A-Z]", value)
    return bool(mixed) and value.count(b".") < 2 and value.count(b"/") < 4 and entropy(value) > ENTROPY


def entropy(text: bytes) -> float:
    """Shannon's entropy in bits a letter: words have less than random letters."""
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())
