"""Keeps secrets out of what a program prints and writes."""

import json
from collections.abc import Iterable
from typing import Any, TextIO


class Hidden:
    """What must not be shown or kept."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts: list[str] = []
        self.add(texts)

    def add(self, texts: Iterable[str]) -> None:
        """As they are, and as programs quote them in messages."""
        given = [text for text in texts if text]
        quoted = [form for text in given for form in (repr(text)[1:-1], json.dumps(text)[1:-1])]
        # The longest first, since one may be a part of another.
        self.texts = sorted({*self.texts, *given, *quoted}, key=len, reverse=True)

    def mask(self, text: str) -> str:
        """The same without secrets, and without what no file and no terminal takes."""
        for hidden in self.texts:
            text = text.replace(hidden, "***")
        return text.encode("utf-8", "replace").decode()

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
