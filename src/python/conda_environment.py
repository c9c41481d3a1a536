"""Solves an environment of conda packages and installs it.

Called as `conda_environment.py solve REQUEST SOLUTION`, where REQUEST is the JSON of a `Request` and SOLUTION gets
that of a `Solution`, and as `conda_environment.py install SOLUTION FOLDER`.

`solve` exits with 69 where no channel answers, so that this is never taken from the cache.
"""

import asyncio
import os
import sys
import tempfile
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypedDict

from rattler import (
    Channel,
    Gateway,
    LockChannel,
    LockFile,
    LockPlatform,
    MatchSpec,
    RepoDataRecord,
    VirtualPackage,
    install,
    solve,
)
from typed_json import parse, read, write

UNAVAILABLE = 69
# A channel is a server of files: it answers at once, or not at all.
PATIENCE = 5
LISTS = ("repodata.json.zst", "repodata.json")
SUBDIRS = {"x86_64": "linux-64", "aarch64": "linux-aarch64"}
DEFAULT = "default"


class Request(TypedDict):
    channels: list[str]
    specs: list[str]
    # The text of a lock file of conda-lock, or an empty text.
    lock: str
    # Packages that the Python package index does not have.
    others: list[str]


class Solution(TypedDict):
    # The text of a lock file: the packages of conda with their addresses and hashes.
    packages: str
    # Requirements that a lock file of conda-lock has for pip. Empty for an environment that was solved.
    pip: list[str]


def answers(channel: Channel) -> bool:
    """Whether a channel has a list of packages. Every channel has one of those for all platforms."""
    for name in LISTS:
        address = f"{channel.base_url.rstrip('/')}/noarch/{name}"
        try:
            with urllib.request.urlopen(urllib.request.Request(address, method="HEAD"), timeout=PATIENCE):
                return True
        except urllib.error.HTTPError:
            continue
        except (OSError, ValueError):
            return False
    return False


def answering(channels: list[Channel]) -> list[Channel]:
    """The channels that answer, asked side by side."""
    with ThreadPoolExecutor() as pool:
        return [one for one, there in zip(channels, pool.map(answers, channels)) if there]


def subdir() -> str:
    return SUBDIRS.get(os.uname().machine, "linux-64")


def records_of(lock: LockFile) -> list[RepoDataRecord]:
    """The packages of conda that a lock file has for this platform."""
    environment = lock.default_environment()
    for platform in [] if environment is None else environment.platforms():
        if platform.name == subdir():
            return environment.conda_repodata_records_for_platform(platform) or []
    raise ValueError(f"it has no packages for {subdir()}")


def requirements_of(lock: LockFile) -> list[str]:
    """The packages of pip that a lock file has for this platform."""
    environment = lock.default_environment()
    found = []
    for platform in [] if environment is None else environment.platforms():
        for one in environment.pypi_packages_for_platform(platform) or [] if platform.name == subdir() else []:
            sha256 = None if one.hashes is None else one.hashes.sha256
            found.append(f"{one.name}=={one.version}" + ("" if sha256 is None else f" --hash=sha256:{sha256.hex()}"))
    return sorted(found)


def lock_of(text: str) -> LockFile:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lock.yml"
        path.write_text(text, encoding="utf-8")
        return LockFile.from_path(path)


def text_of(records: list[RepoDataRecord], channels: list[Channel]) -> str:
    """The text of a lock file with these packages."""
    platform = LockPlatform(subdir())
    lock = LockFile([platform])
    lock.set_channels(DEFAULT, [LockChannel(one.base_url) for one in channels])
    for record in sorted(records, key=lambda one: one.name.normalized):
        lock.add_conda_package(DEFAULT, platform, record)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lock.yml"
        lock.to_path(path)
        return path.read_text(encoding="utf-8")


async def solved(channels: list[Channel], specs: list[str]) -> list[RepoDataRecord]:
    with tempfile.TemporaryDirectory() as cache:
        found: list[RepoDataRecord] = await solve(
            channels,
            [MatchSpec(spec) for spec in specs],
            gateway=Gateway(cache_dir=cache),
            platforms=[subdir(), "noarch"],
            virtual_packages=VirtualPackage.detect(),
        )
        return found


def solve_request(request: Request, solution: str) -> int:
    channels = [Channel(name) for name in request["channels"]]
    there = answering(channels)
    names = ", ".join(one.name or one.base_url for one in there or channels)
    if not there:
        print(f"no answer of {names}: packages of conda are taken from the Python package index")
        if request["others"]:
            print(f"left out, as they are no packages of Python: {', '.join(request['others'])}")
        return UNAVAILABLE
    if request["lock"]:
        lock = lock_of(request["lock"])
        records, pip = records_of(lock), requirements_of(lock)
    else:
        records, pip = asyncio.run(solved(there, request["specs"])), []
    Path(solution).parent.mkdir(exist_ok=True)
    write({"packages": text_of(records, there), "pip": pip}, solution)
    print(f"{len(records)} packages of conda from {names}")
    return 0


def install_solution(solution: str, folder: str) -> int:
    records = records_of(lock_of(read(Solution, solution)["packages"]))
    # Files of an environment are links to those of the cache, and one of them stays.
    with tempfile.TemporaryDirectory() as cache:
        asyncio.run(install(records, target_prefix=folder, cache_dir=cache, show_progress=False))
    return 0


def main() -> int:
    command, first, second = sys.argv[1:]
    try:
        if command == "solve":
            return solve_request(parse(Request, first, "the request"), second)
        return install_solution(first, second)
    except Exception as error:
        # The solver's errors have classes of their own, and say in words which packages do not go together.
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # The solver's threads crash an interpreter that ends while they run.
    os._exit(code)
