"""Reads what Argo Rollouts and Flagger ask of the analysis, and refuses what is not meant."""

import re
import urllib.parse
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Optional, TypedDict

from typed_json import SchemaMismatch, parse

# Argo's hash of a pod template, and Flagger's checksum of a canary.
CHECKSUM = re.compile(r"[A-Za-z0-9]{1,64}")
ADDRESS = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?:([0-9]{1,5})")
HIGHEST_PORT = 65_535
# Each pair is asked by a thread of its own.
MOST_PAIRS = 16
FIELDS = ("canary", "stable", "checksum", "step")
BAD_REQUEST, FORBIDDEN = 400, 403


class Refused(Exception):
    """A question that is not answered; the message says why."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Pair(NamedTuple):
    """The services of a candidate and of what serves, as HOST:PORT."""

    canary: str
    stable: str


class Question(NamedTuple):
    pair: Pair
    # Which revision the candidate is.
    checksum: str
    # The step of the canary, from 1.
    step: int


class Payload(TypedDict):
    """What Flagger sends to a webhook; it may send more."""

    name: str
    namespace: str
    phase: str
    checksum: str


class FullPayload(Payload, total=False):
    metadata: dict[str, str]


class Webhook(NamedTuple):
    pair: Pair
    checksum: str
    # Checks that a person has looked at, for this revision.
    approved: list[str]


def pairs_of(text: str) -> list[Pair]:
    """The pairs that may be asked, from CANARY/STABLE,CANARY/STABLE; raises ValueError."""
    pairs = [pair_of(one.strip()) for one in text.split(",") if one.strip()]
    if not 1 <= len(pairs) <= MOST_PAIRS:
        raise ValueError(f"expected 1 to {MOST_PAIRS} pairs CANARY/STABLE, each HOST:PORT, with commas between them")
    return pairs


def pair_of(text: str) -> Pair:
    canary, slash, stable = text.partition("/")
    if not slash or not is_address(canary) or not is_address(stable):
        raise ValueError(f"{text}: expected CANARY/STABLE, each HOST:PORT")
    if canary == stable:
        raise ValueError(f"{text}: the candidate and what serves are the same service")
    return Pair(canary, stable)


def is_address(text: str) -> bool:
    found = ADDRESS.fullmatch(text)
    return found is not None and 1 <= int(found[2]) <= HIGHEST_PORT


def question_of(fields: Mapping[str, object], allowed: Sequence[Pair], steps: int) -> Question:
    """A question in our own form. Numbers may be text, as Argo's arguments are."""
    unknown = sorted(set(fields) - set(FIELDS))
    if unknown:
        raise Refused(BAD_REQUEST, f"{unknown[0]} is no field; there are {', '.join(FIELDS)}")
    texts = {name: str(fields[name]) for name in FIELDS if isinstance(fields.get(name), (str, int))}
    lacking = [name for name in FIELDS[:3] if name not in texts]
    if lacking:
        raise Refused(BAD_REQUEST, f"{lacking[0]} is missing, or is no text")
    pair = allowed_pair(texts["canary"], texts["stable"], allowed)
    return Question(pair, checksum_of(texts["checksum"]), step_of(texts.get("step"), steps))


def in_query(query: str) -> dict[str, object]:
    try:
        fields = urllib.parse.parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query), max_num_fields=10)
    except ValueError as error:
        raise Refused(BAD_REQUEST, f"the query cannot be read: {error}") from None
    return {**dict(fields)}


def in_body(body: bytes) -> dict[str, object]:
    try:
        return parse(dict[str, object], body, "the body")
    except SchemaMismatch as error:
        raise Refused(BAD_REQUEST, str(error)) from None


def webhook_of(body: bytes, allowed: Sequence[Pair]) -> Webhook:
    try:
        payload = parse(FullPayload, body, "the body")
    except SchemaMismatch as error:
        raise Refused(BAD_REQUEST, str(error)) from None
    metadata = payload.get("metadata", {})
    lacking = [name for name in ("canary", "stable") if name not in metadata]
    if lacking:
        raise Refused(BAD_REQUEST, f"metadata.{lacking[0]} of the webhook is missing: the address of a service")
    pair = allowed_pair(metadata["canary"], metadata["stable"], allowed)
    checksum = checksum_of(payload["checksum"])
    return Webhook(pair, checksum, approved_in(metadata.get("approve"), checksum))


def approved_in(text: Optional[str], checksum: str) -> list[str]:
    """The checks of CHECK,CHECK@CHECKSUM, where that is the candidate: an approval is of no other."""
    names, _, of = (text or "").partition("@")
    return [name.strip() for name in names.split(",")] if of == checksum else []


def allowed_pair(canary: str, stable: str, allowed: Sequence[Pair]) -> Pair:
    pair = Pair(canary, stable)
    if pair in allowed:
        return pair
    known = ", ".join("/".join(one) for one in allowed)
    raise Refused(FORBIDDEN, f"{canary:.300}/{stable:.300} may not be asked; ANALYSIS_SERVICES has {known}")


def checksum_of(text: str) -> str:
    if CHECKSUM.fullmatch(text):
        return text
    raise Refused(BAD_REQUEST, "checksum: expected up to 64 letters and digits, such as the hash of a pod template")


def step_of(text: Optional[str], steps: int) -> int:
    """The last step where none is named, which asks the most."""
    if text is None:
        return steps
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= steps:
        raise Refused(BAD_REQUEST, f"step: expected a whole number from 1 to {steps}")
    return int(text)
