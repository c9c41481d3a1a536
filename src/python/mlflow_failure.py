"""Why a tracking server could not do what was asked of it."""

from typing import Literal

Kind = Literal[
    # No connection.
    "unreachable",
    # A connection, and no answer in time.
    "silent",
    # The certificate of the server is not trusted.
    "certificate",
    # A token that no header can hold.
    "token",
    # The name of the server in the address is none of those that the server answers to.
    "host",
    # Who does not say who they are, or is not believed.
    "login",
    # What the caller may not do.
    "permission",
    # Another address is named in place of an answer.
    "redirect",
    # An answer that no MLflow gives.
    "stranger",
    # A server that answers and cannot work.
    "busy",
    # Artifacts that the server does not pass on.
    "artifacts",
    # A model, version or alias that is not there.
    "absent",
    # A path of an artifact that leads out of its folder.
    "damaged",
    # What the server does not take.
    "refused",
]


class MlflowFailure(Exception):
    """The kind decides what a person is told to do; the detail has the words of the server."""

    def __init__(self, kind: Kind, detail: str, *, status: int = 0, code: str = "") -> None:
        super().__init__(detail)
        self.kind: Kind = kind
        self.detail = detail
        self.status = status
        # As MLflow names the mistake, such as RESOURCE_DOES_NOT_EXIST.
        self.code = code
