"""Pulls outputs with DVC and writes down in one line why it could not.

Called as `pull_dvc.py PROJECT STORAGE RESULT TARGET...`: STORAGE is a folder that stands for the remote, or empty; TARGETs
are .dvc files. RESULT gets JSON: {"kind": str, "detail": str, "remote": its name, "url": its address}; kind is `pulled`,
`no-remote`, `damaged`, `scheme`, `config`, `no-folder`, `unreachable`, `denied`, `no-place`, `absent` or `other`.

It ends with 0 only when it pulled, so that a failure is tried again and never believed. What was pulled is not believed here: `verify_dvc.py` comes afterwards.
"""

import hashlib
import json
import logging
import os
import socket
import sys
import urllib.error
import urllib.request

from configobj import ConfigObj
from dvc.config import ConfigError
from dvc.repo import Repo

# No telephone calls home, and no wait for the address of a cloud machine's own credentials.
os.environ.update(DVC_NO_ANALYTICS="1", DVC_STUDIO_OFFLINE="1", AWS_EC2_METADATA_DISABLED="true")
QUIET = {"core": {"no_scm": True, "analytics": False, "check_update": False, "autostage": False}}

UNREACHABLE = ("EndpointConnectionError", "ConnectTimeoutError", "ClientConnector", "ServerDisconnected", "NoRegion")
DENIED = ("NoCredentials", "PartialCredentials", "PermissionDenied", "KeyImportError", "KeyEncryptionError")
DENIED_WORDS = ("forbidden", "access denied", "accessdenied", "invalidaccesskeyid", "signaturedoesnotmatch", "(403)", "(401)")
PLACE_WORDS = ("nosuchbucket", "bucket does not exist", "not found")


class Collected(logging.Handler):
    """DVC logs what went wrong with a remote, and raises only that something did."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.errors = []

    def emit(self, record):
        if record.exc_info and record.exc_info[1] is not None:
            self.errors.append(record.exc_info[1])


def chain(error):
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def first_line(error):
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0]


def kind_of(error):
    """What kind of failure it is, and the words of whichever exception says most."""
    for each in chain(error):
        name, words = type(each).__name__, str(each).lower()
        if isinstance(each, (ConnectionError, TimeoutError, socket.gaierror)) or name.startswith(UNREACHABLE):
            return "unreachable", first_line(each)
        if isinstance(each, PermissionError) or name.startswith(DENIED) or any(w in words for w in DENIED_WORDS):
            return "denied", first_line(each)
        if any(word in words for word in PLACE_WORDS):
            return "no-place", first_line(each)
        if isinstance(each, ConfigError):
            return "config", first_line(each)
        if isinstance(each, ImportError) and "requires" in str(each):
            return "scheme", first_line(each)
    return "other", first_line(error)


def of_http(url):
    """DVC takes a web server that does not answer for one that lacks the file."""
    try:
        urllib.request.urlopen(url, timeout=20).close()
    except urllib.error.HTTPError as error:
        if error.code in (401, 403):
            return "denied", f"HTTP {error.code} {error.reason}"
    except (OSError, ValueError) as error:
        return "unreachable", first_line(getattr(error, "reason", error))
    return None


def of_bucket(repo, name, url):
    """A bucket that does not exist lacks the file, too."""
    try:
        repo.cloud.get_remote(name).fs.fs.call_s3("head_bucket", Bucket=url.removeprefix("s3://").split("/")[0])
    except FileNotFoundError as error:
        return "no-place", first_line(error)
    except Exception:  # Who may read objects need not be allowed to ask for the bucket.
        return None
    return None


def object_of(folder, md5):
    return os.path.join(folder, "files", "md5", md5[:2], md5[2:])


def md5_of(path):
    digest = hashlib.md5()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def damaged_in(folder, outs):
    """DVC removes a damaged object of a folder and says that it is missing; a person wants to know which it is."""
    wanted = [(str(out), out.hash_info.value) for out in outs if out.hash_info]
    for path, md5 in wanted:
        place = object_of(folder, md5)
        if not os.path.isfile(place):
            continue
        actual = md5_of(place)
        if actual != md5.removesuffix(".dir"):
            return f"the object of {path} there has the MD5 {actual}, expected {md5}"
        if md5.endswith(".dir"):
            with open(place) as file:
                wanted += [(f"{path}/{each['relpath']}", each["md5"]) for each in json.load(file)]
    return ""


def as_written(project, name, url):
    """DVC makes the path of a folder absolute; a person knows it as the configuration has it."""
    for file in ("config.local", "config"):
        section = ConfigObj(os.path.join(project, ".dvc", file)).get(f'remote "{name}"', {})
        if "url" in section:
            return section["url"]
    return url


def pull(project, storage, targets):
    collected = Collected()
    for name in ("dvc", "dvc_data", "dvc_objects"):
        logging.getLogger(name).addHandler(collected)
    where, url = {"remote": "", "url": ""}, ""
    try:
        repo = Repo(project, config=QUIET)
        name = repo.config["core"].get("remote", "")
        if storage:
            name = name or "storage"
            config = {**QUIET, "remote": {name: {"url": storage}}}
            config["core"] = {**QUIET["core"], "remote": name}
            repo = Repo(project, config=config)
        outs = [out for target in targets for out in repo.stage.load_one(target).outs]
        if not name:
            # A .dvc file may name a remote of its own.
            names = {out.remote for out in outs} - {None}
            if not names:
                return {"kind": "no-remote", "detail": "", **where}
            name = sorted(names)[0]
        remote = repo.config["remote"].get(name)
        if remote is None:
            return {"kind": "config", "detail": f'there is no remote "{name}"', **where}
        url = remote["url"]
        where = {"remote": name, "url": url if storage else as_written(project, name, url)}
        if "://" not in url and (damage := damaged_in(url, outs)):
            return {"kind": "damaged", "detail": damage, **where}
        repo.pull(targets=targets)
        return {"kind": "pulled", "detail": "", **where}
    except Exception as error:
        errors = [*collected.errors, error]
        kind, detail = next((found for found in map(kind_of, errors) if found[0] != "other"), kind_of(errors[0]))
        if kind == "other" and type(error).__name__ == "CheckoutError":
            kind, detail = "absent", ""
            if "://" not in url and not os.path.isdir(url):
                kind = "no-folder"
            if url.startswith(("http://", "https://")):
                kind, detail = of_http(url) or (kind, detail)
            if url.startswith("s3://"):
                kind, detail = of_bucket(repo, name, url) or (kind, detail)
        return {"kind": kind, "detail": detail, **where}


def main():
    project, storage, result, *targets = sys.argv[1:]
    os.chdir(project)
    outcome = pull(project, storage, targets)
    with open(result, "w") as file:
        json.dump(outcome, file)
    sys.exit(0 if outcome["kind"] == "pulled" else 1)


main()
