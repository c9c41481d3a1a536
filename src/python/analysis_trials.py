"""Keeps the trials of candidates in memory: one for each pair of services, since one revision stands behind them."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Optional

from analysis_input import Pair
from analysis_trial import Trial, Tried

# In seconds: a replaced candidate is tried anew only once nobody has asked for so long about its successor.
RECENT = 60.0
# Seconds after which the same revision is tried anew.
FORGOTTEN = 3600.0
# So many replaced revisions are remembered.
REMEMBERED = 16


class Trials:
    """The trial of each pair, and the revisions that were replaced."""

    def __init__(self, tried: Tried, pairs: Sequence[Pair], say: Callable[[str], None]) -> None:
        self.tried, self.say = tried, say
        self.lock = threading.Lock()
        self.trials: dict[Pair, Trial] = {}
        self.replaced: dict[Pair, deque[str]] = {pair: deque(maxlen=REMEMBERED) for pair in pairs}

    def begin(self, pair: Pair, checksum: str) -> Optional[Trial]:
        """The trial of a revision, new or under way; None for one that another has replaced."""
        with self.lock:
            former = self.trials.get(pair)
            if former is not None:
                silent = time.monotonic() - former.heard
                if former.checksum == checksum and silent < FORGOTTEN:
                    return former
                # Who still asks about the former one is late: its services lead to another revision by now.
                if checksum in self.replaced[pair] and silent < RECENT:
                    return None
                former.end()
                self.replaced[pair].append(former.checksum)
            trial = Trial(self.tried, pair.canary, pair.stable, checksum, self.say)
            self.trials[pair] = trial
            return trial

    def found(self, pair: Pair, checksum: str) -> Optional[Trial]:
        """A trial that has begun."""
        with self.lock:
            trial = self.trials.get(pair)
            return trial if trial is not None and trial.checksum == checksum else None
