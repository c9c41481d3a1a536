"""Files that a program reads and writes, and what it is told about them, read from its syntax tree."""

import ast
import json
import posixpath
from typing import Optional

from project_syntax import Names, argument, unique

READERS = ("read_csv", "read_parquet", "read_table", "read_excel", "read_json", "loadtxt", "genfromtxt", "scan_csv")


def opened(target: Optional[ast.expr], names: Names) -> Optional[str]:
    """The path of a file, also of one that is opened for it."""
    if isinstance(target, ast.Name) and target.id not in names.constants and id(target) not in names.given:
        return names.opened.get(target.id)
    if isinstance(target, ast.Call) and (
        names.dotted(target.func) == "open" or names.dotted(target.func).endswith(".open")
    ):
        return names.text(argument(target, 0, "file"))
    return names.text(target)


def read_paths(found: list[ast.Call], names: Names) -> list[str]:
    paths = [
        names.text(argument(call, 0, "filepath_or_buffer", "path"))
        for call in found
        if names.dotted(call.func).rsplit(".", 1)[-1] in READERS
    ]
    return unique([path for path in paths if path is not None and "://" not in path])


# What goes through the files of a folder, by the place of the folder in its arguments; -1 for what it is a method of.
FOLDER_READERS = {
    **dict.fromkeys(("os.listdir", "os.scandir", "os.walk", "glob.glob", "glob.iglob"), 0),
    **dict.fromkeys(("sklearn.datasets.load_files", "ImageFolder", "DatasetFolder"), 0),
    **dict.fromkeys(("image_dataset_from_directory", "text_dataset_from_directory", "flow_from_directory"), 0),
    **dict.fromkeys(("iterdir", "glob", "rglob"), -1),
}
# Files that are no tables.
FILE_READERS = ("numpy.load", "h5py.File", "cv2.imread", "PIL.Image.open", "imageio.imread", "scipy.io.loadmat")


def read_folders(found: list[ast.Call], names: Names) -> list[str]:
    """Folders whose files a program reads, as images are."""
    folders: list[Optional[str]] = []
    for call in found:
        name = names.dotted(call.func)
        place = FOLDER_READERS.get(name, FOLDER_READERS.get(name.rsplit(".", 1)[-1]))
        if name in FILE_READERS or name.endswith("skimage.io.imread"):
            folders.append(names.folder(argument(call, 0)))
        elif place is not None:
            method = place < 0 and isinstance(call.func, ast.Attribute)
            target = call.func.value if method and isinstance(call.func, ast.Attribute) else argument(call, 0, *ROOTS)
            folders.append(names.text(target) or names.folder(target))
    # Of a pattern, it is what comes before its first star.
    known = [posixpath.dirname(f"{one.split('*')[0]}*") if "*" in one else one for one in folders if one is not None]
    plain = [posixpath.normpath(one) for one in known]
    return unique([one for one in plain if one != "." and not one.startswith("..")])


ROOTS = ("root", "directory", "container_path", "path", "top")

# Those that say how a file is written, and which of its columns are read.
READ_OPTIONS = (
    *("sep", "delimiter", "encoding", "encoding_errors", "header", "names", "index_col", "usecols", "skiprows"),
    *("decimal", "thousands", "comment", "quotechar", "na_values", "on_bad_lines", "engine"),
)


def read_with(found: list[ast.Call], names: Names) -> dict[str, str]:
    options: dict[str, str] = {}
    for call in found:
        if names.dotted(call.func).rsplit(".", 1)[-1] != "read_csv":
            continue
        path = names.text(argument(call, 0, "filepath_or_buffer", "path"))
        given = [(one.arg, spelled(one.value)) for one in call.keywords if one.arg in READ_OPTIONS]
        said = ", ".join(f"{name}={value}" for name, value in given if value is not None)
        if said != "":
            options.setdefault("?" if path is None else path, said)
    return options


def spelled(node: ast.expr) -> Optional[str]:
    """A literal as black spells it; None for what is none."""
    if isinstance(node, ast.List):
        items = [spelled(one) for one in node.elts]
        known = [one for one in items if one is not None]
        return f"[{', '.join(known)}]" if len(known) == len(items) else None
    if isinstance(node, ast.Constant):
        return json.dumps(node.value, ensure_ascii=False) if isinstance(node.value, str) else repr(node.value)
    return None


TABLES_WRITTEN = ("to_csv", "to_parquet", "write_csv", "write_parquet")


def written_tables(found: list[ast.Call], names: Names) -> list[str]:
    """Names of the files that a program writes tables to."""
    written: list[str] = []
    for call in found:
        last = names.dotted(call.func).rsplit(".", 1)[-1]
        if last in TABLES_WRITTEN:
            target = argument(call, 0, "path_or_buf", "path", "file")
            name = opened(target, names) or names.ending(target)
            if name is not None and name.endswith((".csv", ".parquet")):
                written.append(name.rsplit("/", 1)[-1])
    return written


def environment(tree: ast.AST, names: Names) -> list[str]:
    """Names of the environment variables that a program reads."""
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and names.dotted(node.func) in ("os.environ.get", "os.getenv"):
            found += names.texts(argument(node, 0, "key"))
        elif isinstance(node, ast.Subscript) and names.dotted(node.value) == "os.environ":
            found += names.texts(node.slice)
    return found


TABLE_WRITERS = ("to_csv", "to_parquet", "to_pickle", "to_json", "to_feather", "write_csv", "write_parquet")
DOWNLOADS = (
    *("requests.get", "urllib.request.urlretrieve", "urllib.request.urlopen", "wget.download", "gdown.download"),
    *("kagglehub.dataset_download", "ucimlrepo.fetch_ucirepo", "datasets.load_dataset", "openml.datasets.get_dataset"),
)


IMAGE_WRITERS = ("cv2.imwrite", "imageio.imwrite", "skimage.io.imsave", "matplotlib.pyplot.imsave")
IMAGES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".gif", ".pgm", ".ppm")


def downloads(call: ast.Call, names: Names) -> bool:
    """Whether a call brings data from elsewhere, or out of a library."""
    name = names.dotted(call.func)
    if name in DOWNLOADS or name.startswith(("sklearn.datasets.fetch_", "sklearn.datasets.load_")):
        return True
    last = name.rsplit(".", 1)[-1]
    if last in ("download_file", "download_fileobj", "dataset_download_files"):
        return True
    return last in READERS and "://" in (names.text(argument(call, 0, "filepath_or_buffer", "path")) or "")


def written_data(found: list[ast.Call], names: Names) -> list[str]:
    """Paths of the files that a program writes data to: `data/raw/?` where only the folder is known."""
    targets: list[Optional[ast.expr]] = []
    for call in found:
        name = names.dotted(call.func)
        last = name.rsplit(".", 1)[-1]
        if last in TABLE_WRITERS:
            targets.append(argument(call, 0, "path_or_buf", "path", "file"))
        elif last in ("urlretrieve", "download_file"):
            targets.append(argument(call, 1 if last == "urlretrieve" else 2, "filename", "Filename"))
        elif name in ("numpy.save", "numpy.savez", "numpy.savez_compressed", *IMAGE_WRITERS):
            targets.append(argument(call, 0, "file", "filename", "fname", "uri"))
        elif last == "save" and (names.ending(argument(call, 0, "fp")) or "").lower().endswith(IMAGES):
            targets.append(argument(call, 0, "fp"))
        elif last in ("write_bytes", "write_text") and isinstance(call.func, ast.Attribute):
            targets.append(call.func.value)
        elif name == "open" and (names.text(argument(call, 1, "mode")) or "r")[0] in "wx":
            targets.append(argument(call, 0, "file"))
    return unique([path for path in (place_of(target, names) for target in targets) if path is not None])


def place_of(target: Optional[ast.expr], names: Names) -> Optional[str]:
    """The path of a file, as far as the text says it."""
    path = opened(target, names)
    if path is not None:
        return path
    folder, ending = names.folder(target), names.ending(target)
    name = ending if ending is not None and not ending.startswith(".") else "?"
    return None if folder is None and name == "?" else f"{folder or '?'}/{name}"
