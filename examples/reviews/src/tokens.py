"""Cuts a normalized text into what the model counts: words, marks of emphasis, pairs of these."""

import re
from itertools import pairwise

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[.,;:!?]")
ENDS = frozenset(".,;:!?")
EMPHASIS = frozenset("!?")

# Beside what ends in n't. The last six are typed without an apostrophe.
NEGATIONS = frozenset(
    {"no", "not", "never", "none", "nothing", "neither", "nor", "without", "cannot"}
    | {"cant", "dont", "didnt", "doesnt", "wont", "isnt"}
)
# How many words after a negation are taken to be negated, if no punctuation mark ends it before.
REACH = 4


def words(text: str) -> list[str]:
    """The words of a normalized text; those that a negation reaches begin with `not_`.

    Of the punctuation only ! and ? remain. Numbers are all the same word: doses differ, what is
    said about them does not.
    """
    found = []
    reach = 0
    for word in WORD.findall(text):
        if word in ENDS:
            reach = 0
            if word in EMPHASIS:
                found.append(word)
        elif is_negation(word):
            reach = REACH
            found.append(word)
        else:
            name = "<number>" if word.isdecimal() else word
            found.append(f"not_{name}" if reach > 0 else name)
            reach -= 1
    return found


def is_negation(word: str) -> bool:
    """Whether a word turns what follows into its opposite."""
    return word in NEGATIONS or word.endswith("n't")


def terms(text: str) -> list[str]:
    """The words and the pairs of neighbouring words, in order and as often as they occur."""
    single = words(text)
    return single + [f"{first} {second}" for first, second in pairwise(single)]
