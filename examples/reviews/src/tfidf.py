"""Texts as vectors: how often a term occurs, weighed by how rare it is among the reviews."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from src.normalize import normalize
from src.tokens import terms

# A term of fewer reviews tells more about its author than about the drug.
MIN_REVIEWS = 3
DECIMALS = 6


def count(text: str) -> Counter[str]:
    """How often each term occurs in a text as it was found."""
    return Counter(terms(normalize(text)))


def rarities(texts: Iterable[str]) -> dict[str, float]:
    """For each term, in alphabetical order, the logarithm of how rare it is (idf)."""
    counts = [count(text) for text in texts]
    reviews = Counter(term for counted in counts for term in counted)
    return {
        term: round(math.log((1 + len(counts)) / (1 + number)) + 1, DECIMALS)
        for term, number in sorted(reviews.items())
        if number >= MIN_REVIEWS
    }


def vector(text: str, rarity: dict[str, float]) -> dict[str, float]:
    """The known terms of a text with their share in it: a vector of length one, or none at all."""
    shares = {
        term: (1 + math.log(number)) * rarity[term]
        for term, number in count(text).items()
        if term in rarity
    }
    length = math.sqrt(sum(share * share for share in shares.values()))
    return {term: share / length for term, share in shares.items()}


def matrix(texts: Sequence[str], rarity: dict[str, float]) -> list[list[float]]:
    """The vectors of many texts: a row for each, a column for each term."""
    columns = {term: column for column, term in enumerate(rarity)}
    rows = []
    for text in texts:
        row = [0.0] * len(columns)
        for term, share in vector(text, rarity).items():
            row[columns[term]] = share
        rows.append(row)
    return rows
