"""Walks through the folders below a folder, however deep they are.

Also within pytest, where modules of the project have their names, hence the name of this one.
"""

import os
from collections.abc import Iterator
from typing import AnyStr, Callable, Union


def pass_over(_: OSError) -> None:
    """Leaves out a folder that cannot be listed, as os.walk does."""


def fail(error: OSError) -> None:
    raise error


def leads_to_folder(entry: "os.DirEntry[AnyStr]") -> bool:
    """Whether it is a folder, or a link to one.

    A link that leads in a circle is neither, and no reason to leave out what is beside it.
    """
    try:
        return entry.is_dir()
    except OSError:
        return False


def walk(
    top: Union[AnyStr, "os.PathLike[AnyStr]"], unlisted: Callable[[OSError], None] = pass_over
) -> Iterator[tuple[AnyStr, list[AnyStr], list[AnyStr]]]:
    """As os.walk, which calls itself for each level before Python 3.12, and so ends at about the 990th.

    Folders that are taken out of the list of folders are not entered, and neither are links.
    """
    waiting = [os.fspath(top)]
    while waiting:
        here = waiting.pop()
        folders: list[AnyStr] = []
        names: list[AnyStr] = []
        entered: dict[AnyStr, AnyStr] = {}
        try:
            with os.scandir(here) as entries:
                for entry in entries:
                    (folders if leads_to_folder(entry) else names).append(entry.name)
                    if entry.is_dir(follow_symlinks=False):
                        entered[entry.name] = entry.path
        except OSError as error:
            unlisted(error)
            continue
        yield here, folders, names
        waiting.extend(entered[name] for name in reversed(folders) if name in entered)
