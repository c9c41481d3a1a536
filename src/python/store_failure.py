"""Why a model store could not do what was asked of it."""

from typing import Literal, get_args

Kind = Literal[
    # No connection, or no answer in time.
    "unreachable",
    # The certificate of the server is not trusted.
    "certificate",
    # No credentials, or a text that holds none.
    "credentials",
    # A key that the server does not know, or a secret that is not that of the key.
    "secret",
    # What the key may not do.
    "permission",
    "clock",
    "bucket",
    "region",
    # An object that is not there.
    "absent",
    # An object whose content is not what its name says.
    "damaged",
    # A folder that is no store.
    "none",
    # A server that answers with anything else.
    "other",
]
KINDS = get_args(Kind)


class StoreFailure(Exception):
    """The kind decides what a person is told to do; the detail has the words of the server."""

    def __init__(self, kind: Kind, detail: str, key: str = "") -> None:
        super().__init__(detail)
        self.kind: Kind = kind
        self.detail = detail
        # The object that it was about.
        self.key = key
