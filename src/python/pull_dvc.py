"""Pulls outputs with DVC and writes down in one line why it could not.

Called as `pull_dvc.py PROJECT STORAGE RESULT TARGET...`: STORAGE is a folder that stands for the remote, or empty;
TARGETs are .dvc files. RESULT gets the JSON of a `Pull`.

It ends with 0 only when it pulled, so that a failure is tried again and never believed. What was pulled is not
believed here: `verify_dvc.py` comes afterwards.
"""

import hashlib
import logging
import os
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Optional, TypedDict

from configobj import ConfigObj
from dvc.config import ConfigError
from dvc.repo import Repo
from json_forms import read, write

# No telephone calls home, and no wait for the address of a cloud machine's own credentials.
os.environ.update(DVC_NO_ANALYTICS="1", DVC_STUDIO_OFFLINE="1", AWS_EC2_METADATA_DISABLED="true")
CORE = {"no_scm": True, "analytics": False, "check_update": False, "autostage": False}

UNREACHABLE = ("EndpointConnectionError", "ConnectTimeoutError", "ClientConnector", "ServerDisconnected", "NoRegion")
DENIED = ("NoCredentials", "PartialCredentials", "PermissionDenied", "KeyImportError", "KeyEncryptionError")
DENIED_WORDS = (
    *("forbidden", "access denied", "accessdenied", "invalidaccesskeyid", "signaturedoesnotmatch"),
    *("(403)", "(401)"),
)
DENIED_STATUS = (401, 403)
PLACE_WORDS = ("nosuchbucket", "bucket does not exist", "not found")
CHUNK = 1 << 20

Kind = Literal[
    "pulled",
    "no-remote",
    "scheme",
    "config",
    "damaged",
    "no-folder",
    "unreachable",
    "denied",
    "no-place",
    "absent",
    "other",
]
# With DVC's or the remote's own words.
Failure = tuple[Kind, str]


class Pull(TypedDict):
    kind: Kind
    detail: str
    # Name and address of the remote.
    remote: str
    url: str


class Member(TypedDict):
    """One file of a folder, in its listing."""

    md5: str
    relpath: str


class Collected(logging.Handler):
    """DVC logs what went wrong with a remote, and raises only that something did."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.errors: list[BaseException] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1] is not None:
            self.errors.append(record.exc_info[1])


def chain(error: Optional[BaseException]) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def first_line(error: object) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0]


def failure_of(error: BaseException) -> Failure:
    """What kind of failure it is, and the words of whichever exception says most."""
    kinds = ((kind_of(each), each) for each in chain(error))
    return next(((kind, first_line(each)) for kind, each in kinds if kind is not None), ("other", first_line(error)))


def kind_of(error: BaseException) -> Optional[Kind]:
    name, words = type(error).__name__, str(error).lower()
    if isinstance(error, (ConnectionError, TimeoutError, socket.gaierror)) or name.startswith(UNREACHABLE):
        return "unreachable"
    if isinstance(error, PermissionError) or name.startswith(DENIED) or any(word in words for word in DENIED_WORDS):
        return "denied"
    if any(word in words for word in PLACE_WORDS):
        return "no-place"
    if isinstance(error, ConfigError):
        return "config"
    return "scheme" if isinstance(error, ImportError) and "requires" in str(error) else None


def failure_of_http(url: str) -> Optional[Failure]:
    """DVC takes a web server that does not answer for one that lacks the file."""
    try:
        urllib.request.urlopen(url, timeout=20).close()
    except urllib.error.HTTPError as error:
        if error.code in DENIED_STATUS:
            return "denied", f"HTTP {error.code} {error.reason}"
    except (OSError, ValueError) as error:
        return "unreachable", first_line(getattr(error, "reason", error))
    return None


def failure_of_bucket(repo: Any, name: str, url: str) -> Optional[Failure]:
    """A bucket that does not exist lacks the file, too."""
    try:
        repo.cloud.get_remote(name).fs.fs.call_s3("head_bucket", Bucket=url.removeprefix("s3://").split("/")[0])
    except FileNotFoundError as error:
        return "no-place", first_line(error)
    except Exception:  # Who may read objects need not be allowed to ask for the bucket.
        return None
    return None


def md5_of(path: Path) -> str:
    digest = hashlib.md5()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def damaged_in(folder: str, outs: list[Any]) -> str:
    """DVC removes a damaged object of a folder and says that it is missing; a person wants to know which it is."""
    wanted = [(str(out), str(out.hash_info.value)) for out in outs if out.hash_info]
    for path, md5 in wanted:
        place = Path(folder, "files", "md5", md5[:2], md5[2:])
        if not place.is_file():
            continue
        actual = md5_of(place)
        if actual != md5.removesuffix(".dir"):
            return f"the object of {path} there has the MD5 {actual}, expected {md5}"
        if md5.endswith(".dir"):
            wanted += [(f"{path}/{each['relpath']}", each["md5"]) for each in read(list[Member], place)]
    return ""


def as_written(project: str, name: str, url: str) -> str:
    """DVC makes the path of a folder absolute; a person knows it as the configuration has it."""
    for file in ("config.local", "config"):
        section = ConfigObj(str(Path(project, ".dvc", file))).get(f'remote "{name}"', {})
        if "url" in section:
            return str(section["url"])
    return url


class Puller:
    """One pull, and how far it came: a failure is explained by what is known then."""

    def __init__(self, project: str, storage: str) -> None:
        self.project, self.storage = project, storage
        self.repo: Any = None
        self.name, self.url = "", ""
        # Name and address of the remote as a person knows them; empty until there is one.
        self.shown = ("", "")

    def pull(self, targets: list[str]) -> Pull:
        collected = Collected()
        for name in ("dvc", "dvc_data", "dvc_objects"):
            logging.getLogger(name).addHandler(collected)
        try:
            return self.outcome(*self.pulled(targets))
        except Exception as error:  # Whatever DVC raises is told.
            return self.outcome(*self.explained(error, collected.errors))

    def outcome(self, kind: Kind, detail: str) -> Pull:
        remote, url = self.shown
        return {"kind": kind, "detail": detail, "remote": remote, "url": url}

    def pulled(self, targets: list[str]) -> Failure:
        self.open()
        outs = [out for target in targets for out in self.repo.stage.load_one(target).outs]
        # A .dvc file may name a remote of its own.
        own = sorted({out.remote for out in outs} - {None})
        self.name = self.name or (own[0] if own else "")
        if not self.name:
            return "no-remote", ""
        remote = self.repo.config["remote"].get(self.name)
        if remote is None:
            return "config", f'there is no remote "{self.name}"'
        self.url = remote["url"]
        self.shown = self.name, self.url if self.storage else as_written(self.project, self.name, self.url)
        if self.is_folder() and (damage := damaged_in(self.url, outs)):
            return "damaged", damage
        self.repo.pull(targets=targets)
        return "pulled", ""

    def open(self) -> None:
        self.repo = Repo(self.project, config={"core": CORE})
        self.name = self.repo.config["core"].get("remote", "")
        if self.storage:
            self.name = self.name or "storage"
            config = {"core": {**CORE, "remote": self.name}, "remote": {self.name: {"url": self.storage}}}
            self.repo = Repo(self.project, config=config)

    def is_folder(self) -> bool:
        return "://" not in self.url

    def explained(self, error: Exception, logged: list[BaseException]) -> Failure:
        failures = [failure_of(one) for one in [*logged, error]]
        found = next((failure for failure in failures if failure[0] != "other"), failures[0])
        if found[0] == "other" and type(error).__name__ == "CheckoutError":
            return self.why_absent()
        return found

    def why_absent(self) -> Failure:
        """DVC says that files are missing, also where the whole remote is."""
        if self.is_folder() and not Path(self.url).is_dir():
            return "no-folder", ""
        found: Optional[Failure] = None
        if self.url.startswith(("http://", "https://")):
            found = failure_of_http(self.url)
        if self.url.startswith("s3://"):
            found = failure_of_bucket(self.repo, self.name, self.url)
        return found or ("absent", "")


def main() -> None:
    project, storage, result, *targets = sys.argv[1:]
    os.chdir(project)
    outcome = Puller(project, storage).pull(targets)
    write(outcome, result)
    sys.exit(0 if outcome["kind"] == "pulled" else 1)


main()
