"""Reads pages of a list of objects, as ListObjectsV2 of S3 gives them.

A list that is cut is no list: the moves of a pointer that it lacks would put the pointer back to an earlier model. So
whatever does not say that it is whole is refused.
"""

import re
from collections.abc import Iterator
from typing import Callable
from xml.etree import ElementTree

from store_failure import StoreFailure

Page = tuple[list[str], str]


def listed(prefix: str, ask: Callable[[str], bytes]) -> Iterator[str]:
    """The names of all objects below a prefix. `ask` gives the page of a token; the first one is that of the empty."""
    seen = {""}
    token = ""
    while True:
        names, token = page_in(ask(token), prefix)
        yield from names
        if token == "":
            return
        if token in seen:
            raise odd("its list of objects begins again, and never ends", prefix)
        seen.add(token)


def page_in(content: bytes, prefix: str) -> Page:
    """The names of a page, and the token of the next one; empty after the last."""
    try:
        # The names of elements have a namespace with some servers, and none with others.
        root = ElementTree.fromstring(re.sub(rb' xmlns="[^"]*"', b"", content))
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise odd(f"its list of objects is not XML ({error})", prefix) from None
    if root.tag != "ListBucketResult":
        raise odd(f"it answers with {root.tag[:40]} in place of a list of objects", prefix)
    names = [element.findtext("Key", "") for element in root.iter("Contents")]
    other = next((name for name in names if not name.startswith(prefix)), None)
    if other is not None:
        raise odd(f"its list of objects has {other[:200]!r}, which was not asked for", prefix)
    token = root.findtext("NextContinuationToken", "").strip()
    truncated = root.findtext("IsTruncated", "").strip().lower()
    if truncated not in ("true", "false"):
        raise odd("its list of objects does not say whether it is whole (IsTruncated)", prefix)
    if truncated == "true" and token == "":
        needed = "NextContinuationToken of ListObjectsV2, which a store needs"
        raise odd(f"its list of objects is cut, and does not say how it goes on ({needed})", prefix)
    return names, token


def odd(detail: str, prefix: str) -> StoreFailure:
    return StoreFailure("other", detail, prefix)
