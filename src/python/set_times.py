"""Gives everything in a folder one time, links as well, and leaves a folder without any link alone.

Called as `set_times.py FOLDER SECONDS`. Prints the number of links.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from ml_pipeline_walk import fail, walk


def paths_in(folder: str) -> Iterator[Path]:
    for here, folders, names in walk(folder, fail):
        yield from (Path(here, name) for name in folders + names)
    yield Path(folder)


def main(folder: str, seconds: str) -> None:
    paths = list(paths_in(folder))
    links = sum(path.is_symlink() for path in paths)
    if links > 0:
        for path in paths:
            os.utime(path, (int(seconds), int(seconds)), follow_symlinks=False)
    print(links)


main(*sys.argv[1:])
