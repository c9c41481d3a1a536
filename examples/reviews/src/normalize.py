"""Brings a text as it was found on a web page into the one form that is learned from."""

import html
import re
import unicodedata

# Quotation marks and dashes of typesetters, as a keyboard has them.
KEYBOARD = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    }
)
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
