"""Pulls outputs with DVC and classifies a failure.

Called as `pull_dvc.py PROJECT STORAGE RESULT TARGET...`. STORAGE is a folder to use instead of the remote, or empty;
TARGETs are .dvc files. RESULT gets the JSON of a `Pull`.

It exits with 0 only if it pulled, so that a failure is never taken from the cache. `verify_dvc.py` then verifies what
was pulled.
"""

import hashlib
import logging
import os
import shutil
import socket
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Optional, TypedDict

from configobj import ConfigObj
from dvc.config import ConfigError
from dvc.repo import Repo
from hidden import Hidden, Masked
from typed_json import read, write

# Disable telemetry, and the lookup of a cloud machine's credentials, which waits for a timeout elsewhere.
os.environ.update(DVC_NO_ANALYTICS="1", DVC_STUDIO_OFFLINE="1", AWS_EC2_METADATA_DISABLED="true")
CORE = {"no_scm": True, "analytics": False, "check_update": False, "autostage": False}

UNREACHABLE = ("EndpointConnectionError", "ConnectTimeoutError", "ClientConnector", "ServerDisconnected", "NoRegion")
DENIED = ("NoCredentials", "PartialCredentials", "PermissionDenied", "KeyImportError", "KeyEncryptionError")
DENIED_WORDS = (
    *("forbidden", "access denied", "accessdenied", "invalidaccesskeyid", "signaturedoesnotmatch"),
    *("(403)", "(401)"),
)
DENIED_STATUS = (401, 403)
NOT_FOUND_WORDS = ("nosuchbucket", "bucket does not exist", "not found")
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
    "not-found",
    "absent",
    "other",
]
# The kind, and the message of DVC or of the remote.
Failure = tuple[Kind, str]


class Pull(TypedDict):
    kind: Kind
    detail: str
    # Name and address of the remote.
    remote: str
    url: str


class ListingEntry(TypedDict):
    """One file in the listing of a folder."""

    md5: str
    relpath: str


class ErrorCollector(logging.Handler):
    """Collects logged exceptions: DVC logs the cause of a failure and raises only that there was one."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.errors: list[BaseException] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1] is not None:
            self.errors.append(record.exc_info[1])


def causes(error: Optional[BaseException]) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def first_line(error: object) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0]


def failure_of(error: BaseException) -> Failure:
    """The kind and the message of the first exception in the chain of causes whose kind is known."""
    kinds = ((kind_of(each), each) for each in causes(error))
    return next(((kind, first_line(each)) for kind, each in kinds if kind is not None), ("other", first_line(error)))


def kind_of(error: BaseException) -> Optional[Kind]:
    name, words = type(error).__name__, str(error).lower()
    if isinstance(error, (ConnectionError, TimeoutError, socket.gaierror)) or name.startswith(UNREACHABLE):
        return "unreachable"
    if isinstance(error, PermissionError) or name.startswith(DENIED) or any(word in words for word in DENIED_WORDS):
        return "denied"
    if any(word in words for word in NOT_FOUND_WORDS):
        return "not-found"
    if isinstance(error, ConfigError):
        return "config"
    return "scheme" if isinstance(error, ImportError) and "requires" in str(error) else None


def failure_of_http(url: str) -> Optional[Failure]:
    """Asks a web server itself, since DVC reports a missing file even when the server does not answer."""
    try:
        urllib.request.urlopen(url, timeout=20).close()
    except urllib.error.HTTPError as error:
        if error.code in DENIED_STATUS:
            return "denied", f"HTTP {error.code} {error.reason}"
    except (OSError, ValueError) as error:
        return "unreachable", first_line(getattr(error, "reason", error))
    return None


def failure_of_bucket(repo: Any, name: str, url: str) -> Optional[Failure]:
    """Asks for the bucket itself, since DVC reports a missing file even when there is no bucket."""
    try:
        repo.cloud.get_remote(name).fs.fs.call_s3("head_bucket", Bucket=url.removeprefix("s3://").split("/")[0])
    except FileNotFoundError as error:
        return "not-found", first_line(error)
    except Exception:  # Credentials that may read objects need not be allowed to read the bucket's metadata.
        return None
    return None


def md5_of(path: Path) -> str:
    digest = hashlib.md5()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def find_damage(folder: str, outs: list[Any]) -> str:
    """Finds a damaged object in a remote folder, which DVC would remove and report as missing."""
    wanted = [(str(out), str(out.hash_info.value)) for out in outs if out.hash_info]
    for path, md5 in wanted:
        path_in_remote = Path(folder, "files", "md5", md5[:2], md5[2:])
        if not path_in_remote.is_file():
            continue
        actual = md5_of(path_in_remote)
        if actual != md5.removesuffix(".dir"):
            return f"the object of {path} there has the MD5 {actual}, expected {md5}"
        if md5.endswith(".dir"):
            wanted += [(f"{path}/{each['relpath']}", each["md5"]) for each in read(list[ListingEntry], path_in_remote)]
    return ""


def configured_url(project: str, name: str, url: str) -> str:
    """The URL as it is configured, for messages: DVC makes the path of a folder absolute."""
    for file in ("config.local", "config"):
        section = ConfigObj(str(Path(project, ".dvc", file))).get(f'remote "{name}"', {})
        if "url" in section:
            return str(section["url"])
    return url


def passwords_in(project: str) -> set[str]:
    """The passwords in URLs of the configuration, as they are written there and as servers get them."""
    found: set[str] = set()
    for file in ("config.local", "config"):
        for section in ConfigObj(str(Path(project, ".dvc", file))).values():
            url = str(section.get("url", "")) if isinstance(section, dict) else ""
            password = urllib.parse.urlsplit(url).password
            if password:
                found |= {password, urllib.parse.unquote(password)}
    return found


def hidden_in(project: str) -> Hidden:
    try:
        return Hidden(passwords_in(project))
    except (ValueError, SyntaxError):
        # DVC explains a configuration that cannot be read.
        return Hidden(set())


class Puller:
    """One pull; it keeps what it has found out so far, so that a failure can be explained with it."""

    def __init__(self, project: str, storage: str, hidden: Hidden) -> None:
        self.project, self.storage, self.hidden = project, storage, hidden
        self.repo: Any = None
        self.name, self.url = "", ""
        # Name and URL of the remote for messages; empty until they are known.
        self.shown = ("", "")

    def pull(self, targets: list[str]) -> Pull:
        collector = ErrorCollector()
        for name in ("dvc", "dvc_data", "dvc_objects"):
            logging.getLogger(name).addHandler(collector)
        try:
            return self.outcome(*self.try_pull(targets))
        except Exception as error:  # DVC raises many types, and each must end in a message.
            return self.outcome(*self.explain(error, collector.errors))

    def outcome(self, kind: Kind, detail: str) -> Pull:
        remote, url = self.shown
        return {"kind": kind, "detail": self.hidden.mask(detail), "remote": remote, "url": self.hidden.mask(url)}

    def try_pull(self, targets: list[str]) -> Failure:
        self.open()
        outs = [out for target in targets for out in self.repo.stage.load_one(target).outs]
        # A .dvc file may name its own remote.
        remotes = sorted({out.remote for out in outs} - {None})
        self.name = self.name or (remotes[0] if remotes else "")
        if not self.name:
            return "no-remote", ""
        remote = self.repo.config["remote"].get(self.name)
        if remote is None:
            return "config", f'there is no remote "{self.name}"'
        self.url = remote["url"]
        self.shown = self.name, self.url if self.storage else configured_url(self.project, self.name, self.url)
        if self.is_folder() and (damage := find_damage(self.url, outs)):
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

    def explain(self, error: Exception, logged: list[BaseException]) -> Failure:
        failures = [failure_of(one) for one in [*logged, error]]
        found = next((failure for failure in failures if failure[0] != "other"), failures[0])
        if found[0] == "other" and type(error).__name__ == "CheckoutError":
            return self.explain_missing()
        return found

    def explain_missing(self) -> Failure:
        """Finds out whether only the files are missing or the whole remote; DVC reports both alike."""
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
    # What DVC notes of a remote for its next run has the whole address.
    notes = tempfile.mkdtemp()
    os.environ["DVC_SITE_CACHE_DIR"] = notes
    hidden = hidden_in(project)
    sys.stdout, sys.stderr = (Masked(stream, hidden) for stream in (sys.stdout, sys.stderr))
    try:
        outcome = Puller(project, storage, hidden).pull(targets)
    finally:
        for folder in (notes, f"{project}/.dvc/tmp"):
            shutil.rmtree(folder, ignore_errors=True)
    write(outcome, result)
    sys.exit(0 if outcome["kind"] == "pulled" else 1)


main()
