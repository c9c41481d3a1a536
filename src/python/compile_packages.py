"""Compiles the packages below a folder that are not compiled yet, but for their tests, which nobody imports.

Called as `compile_packages.py FOLDER`, by the Python that will import them. Compiled files say that nothing need
compare them with their sources: a layer never changes. One whose source was replaced since is told by the hash that it
holds. A file that does not compile is left to whoever imports it.
"""

import importlib.util
import os
import py_compile
import subprocess
import sys
from pathlib import Path

# A compiled file begins with the version of Python, with what compares it to its source, and with the hash of that.
HEAD = 16
# Nothing of what was installed runs, and what packages are warned of is for their authors.
OPTIONS = ("-I", "-S", "-W", "ignore")
WORKERS = os.cpu_count() or 1


def is_compiled(source: Path) -> bool:
    """Whether this very source is compiled."""
    try:
        with Path(importlib.util.cache_from_source(str(source))).open("rb") as compiled:
            head = compiled.read(HEAD)
        return head[:4] == importlib.util.MAGIC_NUMBER and head[8:] == importlib.util.source_hash(source.read_bytes())
    except OSError:
        return False


def sources(folder: str) -> list[str]:
    """The sources of packages that are not compiled; of a file that leads elsewhere the place is not this folder."""
    found: list[str] = []
    for name, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if one not in ("tests", "__pycache__"))
        paths = [Path(name, one) for one in sorted(files) if one.endswith(".py")]
        found += [str(path) for path in paths if not path.is_symlink() and not is_compiled(path)]
    return found


def compile_all(paths: list[str]) -> None:
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    for path in paths:
        try:
            py_compile.compile(path, doraise=True, invalidation_mode=mode)
        except (py_compile.PyCompileError, OSError, UnicodeError, ValueError, RecursionError, MemoryError):
            continue


def main(folder: str) -> None:
    if folder == "-":
        compile_all(os.fsdecode(sys.stdin.buffer.read()).split("\0"))
        return
    found = sources(folder)
    workers = []
    for index in range(min(WORKERS, len(found))):
        worker = subprocess.Popen([sys.executable, *OPTIONS, __file__, "-"], stdin=subprocess.PIPE)
        # It reads to the end before it compiles, so the next one need not wait for it.
        if worker.stdin is not None:
            worker.stdin.write(os.fsencode("\0".join(found[index::WORKERS])))
            worker.stdin.close()
        workers.append(worker)
    for worker in workers:
        worker.wait()


if __name__ == "__main__":
    main(sys.argv[1])
