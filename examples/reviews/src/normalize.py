"""Brings a text as it was found on a web page into the one form that is learned from."""

import html
import re
import unicodedata

# Quotation marks and dashes of typesetters, as a keyboard has them.
KEYBOARD = str.maketrans("‘’‚‛′“”„‟″‐‑‒–—−", "'''''\"\"\"\"\"------")
TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)


def normalize(text: str) -> str:
    """The text without entities and tags, in one alphabet, one case, with single blanks.

    The order counts: `&rsquo;` must be a character before it can be an apostrophe, and folding the
    case of compatibility characters must come after these are resolved.
    """
    plain = TAG.sub(" ", html.unescape(text))
    composed = unicodedata.normalize("NFKC", plain.translate(KEYBOARD))
    visible = "".join(c for c in composed if unicodedata.category(c) != "Cf")
    return " ".join(visible.casefold().split())
