"""Installs packages of Debian, and leaves nothing but the packages: no lists, no archives, no logs that have times.

Called as `install_debian.py PACKAGES...`. It is one command, so that what is removed in the end is in no layer.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

APT = ["apt-get", "--quiet"]
INSTALL = [*APT, "install", "--yes", "--no-install-recommends"]
LEFT = [
    Path(path)
    for path in (
        "/var/lib/apt/lists",
        "/var/cache/apt",
        "/var/cache/ldconfig/aux-cache",
        "/var/log/alternatives.log",
        "/var/log/apt",
        "/var/log/dpkg.log",
    )
]


def remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif path.exists():
        path.unlink()


def main(packages: list[str]) -> int:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in ([*APT, "update"], [*INSTALL, *packages]):
        code = subprocess.run(command, env=environment).returncode
        if code != 0:
            return code
    for left in [*LEFT, *Path("/var/lib/dpkg").glob("*-old")]:
        remove(left)
    return 0


sys.exit(main(sys.argv[1:]))
