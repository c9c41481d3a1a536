"""Keeps secrets out of what a program prints and writes."""

from collections.abc import Iterable
from typing import Any, TextIO


class Hidden:
    """What must not be shown or kept."""

    def __init__(self, texts: Iterable[str]) -> None:
        # The longest first, since one may be a part of another.
        self.texts = sorted(set(texts), key=len, reverse=True)

    def mask(self, text: str) -> str:
        for hidden in self.texts:
            text = text.replace(hidden, "***")
        return text

    def masked(self, value: Any) -> Any:
        """JSON without secrets in its texts."""
        if isinstance(value, dict):
            return {key: self.masked(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.masked(one) for one in value]
        return self.mask(value) if isinstance(value, str) else value


class Masked:
    """A stream without secrets: what is printed is kept in a log, and the log in a layer."""

    def __init__(self, stream: TextIO, hidden: Hidden) -> None:
        self.stream, self.hidden = stream, hidden

    def write(self, text: str) -> int:
        return self.stream.write(self.hidden.mask(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)
