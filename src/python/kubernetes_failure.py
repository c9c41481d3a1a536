"""What may come in place of an answer of the API server, and how long it is asked again."""

import time
from collections.abc import Callable, Sequence
from typing import NoReturn, TypeVar

from rollout_reason import Reason, in_short

# In seconds: before a server that gave no answer is asked again.
PAUSE = 1.0
# In seconds: so long a bad answer is asked again in the middle of something. A single one says nothing.
PERSISTS = 30.0

Found = TypeVar("Found")


class Refused(Exception):
    """Something that waiting does not change."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason["code"])
        self.reason = reason


class Missing(Exception):
    """There is no such object."""


class Rejected(Exception):
    """A change that the server does not take: because something else changed before, or at all."""


class Silent(Exception):
    """No answer, or none that counts."""


def refuse(code: str, detail: str = "", names: Sequence[str] = ()) -> NoReturn:
    raise Refused({"code": code, "detail": detail, "names": list(names)})


def patiently(ask: Callable[[], Found], ends: float, say: Callable[[str], None]) -> Found:
    """Asks until there is an answer that counts, or it is too late. A bad one is told once it stays."""
    wrong = None
    while True:
        try:
            return ask()
        except Silent as error:
            if time.monotonic() > ends:
                raise
            say(f"the API server does not answer ({error}): asking again")
        except (Refused, Missing, Rejected) as error:
            now = time.monotonic()
            wrong = now if wrong is None else wrong
            if now > min(ends, wrong + PERSISTS):
                raise
            words = in_short(error.reason) if isinstance(error, Refused) else f"{type(error).__name__}: {error}"
            say(f"the API server refuses what it answered before ({words}): asking again")
        time.sleep(PAUSE)


def understood(make: Callable[[], Found]) -> Found:
    """What is made of answers; raises Silent for those that nothing can be made of, whatever they lack."""
    try:
        return make()
    except (Refused, Missing, Rejected, Silent):
        raise
    except Exception as error:
        raise Silent(f"its answer cannot be understood: {words_for(error)}") from None


def words_for(error: BaseException) -> str:
    return f"{type(error).__name__}: {error!s:.200}"
