"""The log of a container as it grows. It is asked for again and again, so a lost connection loses nothing of it."""

import re

# Seconds with any number of digits behind them, as Kubernetes writes them.
STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z")


class GrowingLog:
    """What of a log was told already."""

    def __init__(self) -> None:
        self.last = ""
        # How many lines of that very moment were told.
        self.told = 0

    def since(self) -> dict[str, str]:
        """What to ask for: the API knows whole seconds only."""
        return {"sinceTime": f"{self.last[:19]}Z"} if self.last else {}

    def fresh(self, text: str) -> list[str]:
        """The lines that were not told yet."""
        found: list[str] = []
        same = 0
        for line in text.split("\n"):
            stamp, _, words = line.partition(" ")
            parts = STAMP.fullmatch(stamp)
            if parts is None:
                continue
            at = f"{parts[1]}.{(parts[2] or '').ljust(9, '0')}"
            if at < self.last:
                continue
            if at == self.last:
                same += 1
                if same <= self.told:
                    continue
                self.told = same
            else:
                self.last, self.told, same = at, 1, 1
            found.append(words)
        return found
