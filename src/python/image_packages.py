"""Lists the packages of the only image in an OCI archive: those of Python and those of Debian.

It reads what installers leave behind (dist-info, egg-info, the status of dpkg), as a scanner of images does.
Called as `image_packages.py ARCHIVE RESULT_FILE`. RESULT_FILE gets the JSON of `Packages`.
"""

import hashlib
import re
import sys
import tarfile
from email.message import Message
from email.parser import Parser
from typing import Optional, TypedDict

from oci_archive import layers, manifest
from typed_json import write

# What is read of a layer; everything else is passed over.
WANTED = re.compile(
    r"(?:^|/)[^/]+\.dist-info/(?:METADATA|RECORD)$|(?:^|/)[^/]+\.egg-info(?:/PKG-INFO)?$"
    r"|^var/lib/dpkg/status(?:\.d/[^/]+)?$|^usr/share/doc/[^/]+/copyright$|^(?:usr/lib|etc)/os-release$"
)
REMOVED = ".wh."
ALL_REMOVED = ".wh..wh..opq"
MAX_BYTES = 64 * 2**20


class PythonPackage(TypedDict):
    name: str
    version: str
    # The folder that it is installed in.
    path: str
    # As its metadata have it: `License-Expression`, `License`, and classifiers of licences.
    expression: str
    license: str
    classifiers: list[str]
    # The hash of the paths and hashes of its files, as the installer recorded them; empty where it did not.
    files: str


class DebianPackage(TypedDict):
    name: str
    version: str
    architecture: str
    # The package that it was built from; its own name where that is the same.
    source: str
    # The short names of licences in its copyright file, where that can be read by a program.
    licenses: list[str]


class Packages(TypedDict):
    # `ID` and `VERSION_ID` of os-release; empty where there is none.
    system: str
    release: str
    python: list[PythonPackage]
    debian: list[DebianPackage]


def files_of(archive: str) -> dict[str, bytes]:
    """The files that are wanted, as the topmost layer has them."""
    found: dict[str, bytes] = {}
    with tarfile.open(archive) as tar:
        for layer in layers(tar, manifest(tar)):
            found = merged(found, layer)
    return found


def merged(below: dict[str, bytes], layer: tarfile.TarFile) -> dict[str, bytes]:
    removed: list[str] = []
    added: dict[str, bytes] = {}
    for member in layer:
        path = member.name.removeprefix("./")
        folder, _, name = path.rpartition("/")
        if name == ALL_REMOVED:
            removed.append(folder)
        elif name.startswith(REMOVED):
            removed.append(f"{folder}/{name[len(REMOVED):]}".lstrip("/"))
        elif WANTED.search(path) and member.isfile() and member.size <= MAX_BYTES:
            file = layer.extractfile(member)
            added[path] = b"" if file is None else file.read()
    kept = {path: text for path, text in below.items() if not any(is_below(path, one) for one in removed)}
    return {**kept, **added}


def is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/") or folder == ""


def text_of(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def header(message: Message, name: str) -> str:
    return str(message.get(name, "")).strip()


def python_packages(files: dict[str, bytes]) -> list[PythonPackage]:
    found = [python_package(path, files) for path in files if re.search(r"(?:/METADATA|/PKG-INFO|\.egg-info)$", path)]
    return sorted((one for one in found if one is not None), key=lambda one: (one["name"], one["version"], one["path"]))


def python_package(path: str, files: dict[str, bytes]) -> Optional[PythonPackage]:
    message = Parser().parsestr(text_of(files[path]), headersonly=True)
    name, version = header(message, "Name"), header(message, "Version")
    if not name or not version:
        return None
    folder = re.sub(r"[^/]+\.(?:dist|egg)-info(?:/[^/]+)?$", "", path)
    record = re.sub(r"METADATA$", "RECORD", path)
    return {
        "name": name,
        "version": version,
        "path": "/" + folder.rstrip("/"),
        "expression": header(message, "License-Expression"),
        "license": header(message, "License"),
        "classifiers": sorted(
            value for key, value in message.items() if key == "Classifier" and value.startswith("License ::")
        ),
        "files": hash_of(files.get(record, b"")) if record != path else "",
    }


def hash_of(record: bytes) -> str:
    """Files without a hash are those that the installer made: other installations have others."""
    lines = sorted(line.rstrip() for line in text_of(record).splitlines() if "sha256=" in line)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest() if lines else ""


def debian_packages(files: dict[str, bytes]) -> list[DebianPackage]:
    # An image without dpkg has a file for each package.
    texts = [text_of(content) for path, content in sorted(files.items()) if path.startswith("var/lib/dpkg/status")]
    paragraphs = [one for text in texts for one in re.split(r"\n\s*\n", text) if one.strip()]
    found = [debian_package(Parser().parsestr(one.lstrip("\n"), headersonly=True), files) for one in paragraphs]
    return sorted((one for one in found if one is not None), key=lambda one: (one["name"], one["architecture"]))


def debian_package(message: Message, files: dict[str, bytes]) -> Optional[DebianPackage]:
    name, version = header(message, "Package"), header(message, "Version")
    # What was removed leaves its settings, and its paragraph.
    state = header(message, "Status")
    if not name or not version or (state and not state.endswith(" installed")):
        return None
    return {
        "name": name,
        "version": version,
        "architecture": header(message, "Architecture"),
        "source": header(message, "Source").split(" ")[0] or name,
        "licenses": licenses_in(text_of(files.get(f"usr/share/doc/{name}/copyright", b""))),
    }


def licenses_in(text: str) -> list[str]:
    if not re.match(r"(?i)format(?:-specification)?:", text):
        return []
    return sorted({name.strip() for name in re.findall(r"(?m)^License:[ \t]*(\S[^\n]*)$", text)})


def release_of(files: dict[str, bytes]) -> dict[str, str]:
    text = text_of(files.get("etc/os-release") or files.get("usr/lib/os-release") or b"")
    return dict(re.findall(r'(?m)^(\w+)="?([^"\n]*)"?$', text))


def main(archive: str, result: str) -> None:
    files = files_of(archive)
    release = release_of(files)
    packages: Packages = {
        "system": release.get("ID", ""),
        "release": release.get("VERSION_ID", ""),
        "python": python_packages(files),
        "debian": debian_packages(files),
    }
    write(packages, result)


main(*sys.argv[1:])
