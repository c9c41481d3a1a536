"""What one Python file of a project is for, read from its syntax tree."""

import ast
import json
from pathlib import Path
from typing import Optional, TypedDict

from project_arguments import Command, declared
from project_server import Server, server_of
from project_syntax import Names, argument, calls, keyword, walk


class Saved(TypedDict):
    # The library whose form it has: joblib, pickle, torch, xgboost, lightgbm, keras, mlflow, other; mlflow-run for
    # what is logged to a run of MLflow.
    by: str
    # As far as the text says it: `?/model.pt` where only the name is known, and empty where nothing is.
    path: str


class Split(TypedDict):
    test_size: str
    random_state: str
    stratify: bool


class Threshold(TypedDict):
    metric: str
    comparison: str
    value: float
    line: int


class Script(TypedDict):
    path: str
    # Whether it does something when it is run.
    runs: bool
    relative_imports: bool
    # Names of the modules that it imports, in the order of the text.
    imports: list[str]
    by: str
    commands: list[Command]
    functions: list[str]
    # Classes that are networks of PyTorch.
    networks: list[str]
    does: list[str]
    saves: list[Saved]
    loads: list[Saved]
    reads: list[str]
    # Arguments that a table of a path is read with, in Python's spelling: `encoding="latin-1"`.
    read_with: dict[str, str]
    # How the value of an argument is used, by its name without dashes: as a file or as a folder.
    used_as: dict[str, str]
    estimators: list[str]
    labels: list[str]
    # Single columns that are the features, as texts are.
    inputs: list[str]
    # Numbers that it writes for words, in its one mapping of a column: `{"ham": 0, "spam": 1}`.
    codes: dict[str, int]
    dropped: list[str]
    columns: list[str]
    written_columns: list[list[str]]
    # Names of the files that tables are written to.
    written_tables: list[str]
    splits: list[Split]
    environment: list[str]
    server: Optional[Server]
    thresholds: list[Threshold]


READERS = ("read_csv", "read_parquet", "read_table", "read_excel", "read_json", "loadtxt", "genfromtxt", "scan_csv")
SAVERS = {
    "joblib.dump": "joblib",
    "sklearn.externals.joblib.dump": "joblib",
    "pickle.dump": "pickle",
    "cloudpickle.dump": "pickle",
    "dill.dump": "pickle",
    "torch.save": "torch",
    "skops.io.dump": "skops",
}
LOADERS = {
    "joblib.load": "joblib",
    "pickle.load": "pickle",
    "cloudpickle.load": "pickle",
    "dill.load": "pickle",
    "torch.load": "torch",
    "mlflow.pyfunc.load_model": "mlflow",
    "mlflow.sklearn.load_model": "mlflow",
    "tensorflow.keras.models.load_model": "keras",
    "keras.models.load_model": "keras",
    "xgboost.Booster": "xgboost",
    "lightgbm.Booster": "lightgbm",
}
LIBRARIES = ("sklearn", "xgboost", "lightgbm", "catboost", "torch", "tensorflow", "keras")
ESTIMATOR = (
    *("Classifier", "Regressor", "Regression", "SVC", "SVR", "NB", "Ridge", "Lasso", "Lars"),
    *("Pipeline", "Net", "KMeans"),
    *("RidgeCV", "LassoCV", "LarsCV", "LassoLarsIC", "ElasticNetCV", "ClassifierCV", "RegressionCV"),
    "OrthogonalMatchingPursuit",
)


def script_of(tree: ast.Module, path: Path, shown: str) -> Script:
    names = Names(tree)
    # By what the table calls them.
    given = renamed(tree, names)
    arguments = declared(tree, names, path)
    found = calls(tree)
    used = [full for full in names.imported.values() if full]
    return {
        "path": shown,
        "runs": runs(tree, names, path),
        "relative_imports": any(isinstance(node, ast.ImportFrom) and node.level > 0 for node in ast.walk(tree)),
        "imports": imports(tree),
        "by": arguments["by"],
        "commands": arguments["commands"],
        "functions": [node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))],
        "networks": [node.name for node in tree.body if isinstance(node, ast.ClassDef) and is_network(node, names)],
        "does": sorted({what for call in found for what in doing(names.dotted(call.func))} | set(using(used))),
        "saves": [one for call in found for one in stored(call, names, SAVERS, saves=True)],
        "loads": [one for call in found for one in stored(call, names, LOADERS, saves=False)],
        "reads": read_paths(found, names),
        "read_with": read_with(found, names),
        "used_as": uses(tree, names),
        "estimators": unique(estimators(found, names)),
        "labels": unique([given.get(one, one) for one in labels(tree, names)]),
        "inputs": unique([given.get(one, one) for one in inputs(tree, names)]),
        "codes": codes(found, names),
        "dropped": unique([given.get(one, one) for one in dropped(found, names)]),
        "columns": unique(columns(tree, names)),
        "written_columns": written_columns(found, names),
        "written_tables": unique(written_tables(found, names)),
        "splits": [split(call, names) for call in found if names.dotted(call.func).endswith("train_test_split")],
        "environment": unique(environment(tree, names)),
        "server": server_of(tree, names),
        "thresholds": thresholds(tree, names),
    }


def is_network(node: ast.ClassDef, names: Names) -> bool:
    return any(names.dotted(base) in ("torch.nn.Module", "torch.nn.modules.Module") for base in node.bases)


def unique(texts: list[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def imports(tree: ast.Module) -> list[str]:
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            dot = "" if module.endswith(".") else "."
            # What is imported from a package may be one of its modules.
            found += [module, *(f"{module}{dot}{one.name}" for one in node.names)]
    return unique(found)


def runs(tree: ast.Module, names: Names, path: Path) -> bool:
    """Whether a file is a program: it has a main part, or does its work as it is read."""
    if path.name == "__main__.py":
        return True
    for node in tree.body:
        if isinstance(node, ast.If) and "__name__" in {n.id for n in ast.walk(node.test) if isinstance(n, ast.Name)}:
            return True
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        for call in calls(node):
            name = names.dotted(call.func)
            if name.endswith((".parse_args()", ".parse_args", ".fit", ".serve_forever")) or doing(name) & {"saves"}:
                return True
    return False


def doing(name: str) -> set[str]:
    """What a call tells about the purpose of a program."""
    last = name.rsplit(".", 1)[-1]
    found = set()
    if name in ("xgboost.train", "lightgbm.train") or last in ("fit", "backward", "partial_fit", "fit_generator"):
        found.add("fits")
    if name.endswith(("trainer.train", "Trainer().train", "model.train().train")):
        found.add("fits")
    if name in SAVERS or last in ("save_model", "log_model", "save_pretrained", "save_weights", "to_onnx"):
        found.add("saves")
    if name in LOADERS or last in ("load_model", "from_pretrained", "load_weights", "load_state_dict"):
        found.add("loads")
    if name.startswith(("sklearn.metrics.", "torchmetrics.", "sklearn.model_selection.cross_val")):
        found.add("scores")
    if last in ("predict", "predict_proba"):
        found.add("predicts")
    if last in READERS:
        found.add("reads")
    return found


def using(imported: list[str]) -> list[str]:
    """Libraries that a program uses, beside what it does with them."""
    return [f"uses {library}" for library in LIBRARIES if any(one.split(".")[0] == library for one in imported)]


def stored(call: ast.Call, names: Names, known: dict[str, str], saves: bool) -> list[Saved]:
    """The file that a call writes a model to, or reads it from."""
    name = names.dotted(call.func)
    last = name.rsplit(".", 1)[-1]
    by = known.get(name)
    if by is None and last == ("save_model" if saves else "load_model"):
        by = name.split(".")[0] if name.split(".")[0] in ("mlflow", "xgboost", "lightgbm") else "native"
    if by is None and saves and last == "save_pretrained":
        by = "transformers"
    if by is None and saves and last == "log_model" and name.startswith("mlflow."):
        # Its folder has the name of a run, which nobody knows before.
        return [{"by": "mlflow-run", "path": ""}]
    if by is None:
        return []
    place = 1 if saves and name in known else 0
    target = argument(call, place, "path", "filename", "f", "fname", "file", "uri", "model_uri", "artifact_path")
    path = opened(target, names)
    # The folder of a path may only be known as the program runs.
    ending = names.ending(target) if path is None else None
    return [{"by": by, "path": path or (f"?/{ending}" if ending is not None else "")}]


def opened(target: Optional[ast.expr], names: Names) -> Optional[str]:
    """The path of a file, also of one that is opened for it."""
    if isinstance(target, ast.Name) and target.id not in names.constants:
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


# Those that say how a file is written, and which of its columns are read.
READ_OPTIONS = (
    *("sep", "delimiter", "encoding", "encoding_errors", "header", "names", "index_col", "usecols", "skiprows"),
    *("decimal", "thousands", "comment", "quotechar", "na_values", "on_bad_lines", "engine"),
)


def read_with(found: list[ast.Call], names: Names) -> dict[str, str]:
    options: dict[str, str] = {}
    for call in found:
        path = names.text(argument(call, 0, "filepath_or_buffer", "path"))
        if path is None or names.dotted(call.func).rsplit(".", 1)[-1] != "read_csv":
            continue
        given = [(one.arg, spelled(one.value)) for one in call.keywords if one.arg in READ_OPTIONS]
        said = ", ".join(f"{name}={value}" for name, value in given if value is not None)
        if said != "":
            options.setdefault(path, said)
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


def last_name(node: Optional[ast.AST]) -> Optional[str]:
    """`data_dir` of `args.data_dir`, `cfg.data_dir` and `data_dir`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Call) and node.args:
        return last_name(node.args[0])
    return node.id if isinstance(node, ast.Name) else None


def uses(tree: ast.AST, names: Names) -> dict[str, str]:
    """Whether what is in a variable is a file or a folder, by what is done with it."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            name = last_name(node.left)
            if name is not None:
                found.setdefault(name, "folder")
        if not isinstance(node, ast.Call):
            continue
        called = names.dotted(node.func)
        last = called.rsplit(".", 1)[-1]
        as_folder = (called.endswith("path.join") or last == "Path") and len(node.args) > 1
        if as_folder or called == "os.makedirs" or last in ("mkdir", "listdir", "iterdir", "glob", "rglob"):
            on = node.func.value if isinstance(node.func, ast.Attribute) and not called.startswith("os.") else None
            name = last_name(argument(node, 0) if last in ("join", "Path", "makedirs", "listdir") else on)
            if name is not None:
                found[name] = "folder"
        if last in READERS or called in ("open", "joblib.load") or called in SAVERS or last in ("save_model", "to_csv"):
            name = last_name(argument(node, 1 if called in SAVERS else 0))
            if name is not None:
                found.setdefault(name, "file")
    return found


def estimators(found: list[ast.Call], names: Names) -> list[str]:
    return [
        name
        for name in (names.dotted(call.func) for call in found)
        if name.split(".")[0] in LIBRARIES and name.endswith(ESTIMATOR)
    ]


TARGET_VARIABLES = ("y", "y_train", "y_test", "y_val", "target", "targets", "label", "labels", "y_true", "Y")
TARGET_CONSTANTS = (
    "target",
    "label",
    "target_column",
    "label_column",
    "target_col",
    "label_col",
    "target_name",
    "label_name",
)
TARGET_OPTIONS = (
    "--target",
    "--label",
    "--target-column",
    "--label-column",
    "--target-col",
    "--label-col",
    "--target_column",
)


def labels(tree: ast.Module, names: Names) -> list[str]:
    """Columns that are predicted, by how a program speaks of them."""
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            found += assigned_labels(node, names)
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr == "pop" and node.args:
                found += names.texts(node.args[0])
            option = names.text(argument(node, 0))
            if option in TARGET_OPTIONS:
                found += names.texts(keyword(node, "default"))
            found += names.texts(keyword(node, "target_column", "label_column", "target_col", "label_col"))
            if names.dotted(node.func).endswith("train_test_split") and len(node.args) == 2:
                found += subscripts(node.args[1], names)
    return found


FEATURE_VARIABLES = ("X", "x", "X_train", "x_train", "texts", "corpus", "documents", "messages", "reviews")


def inputs(tree: ast.Module, names: Names) -> list[str]:
    """Columns that alone are the features: `a` of `X = df["a"].astype(str)` and of `train_test_split(df["a"], y)`."""
    found: list[Optional[str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            pairs = assigned(node)
            found += [single_column(value, names) for to, value in pairs if last_name(to) in FEATURE_VARIABLES]
        elif isinstance(node, ast.Call) and names.dotted(node.func).endswith("train_test_split") and node.args:
            found.append(single_column(node.args[0], names))
    return [one for one in found if one is not None]


def renamed(tree: ast.Module, names: Names) -> dict[str, str]:
    """What columns are called in the table, by the names that a program gives them."""
    found: dict[str, str] = {}
    chosen: list[str] = []
    for node in walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.List):
            chosen = names.texts(node.slice)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
            given = names.texts(node.value) if node.targets[0].attr == "columns" else []
            # By their order, where it was said before which columns there are.
            found.update(zip(given, chosen) if len(given) == len(chosen) else [])
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "rename":
            mapping = keyword(node, "columns")
            if isinstance(mapping, ast.Dict):
                pairs = [(names.text(new), names.text(old)) for old, new in zip(mapping.keys, mapping.values)]
                found.update((new, old) for new, old in pairs if new is not None and old is not None)
    return found


def codes(found: list[ast.Call], names: Names) -> dict[str, int]:
    mappings: list[dict[str, int]] = []
    for call in found:
        mapping = argument(call, 0, "arg", "to_replace")
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in ("map", "replace"):
            continue
        if isinstance(mapping, ast.Name):
            mapping = names.constants.get(mapping.id)
        if isinstance(mapping, ast.Dict) and mapping.keys:
            pairs = [(names.text(key), names.number(value)) for key, value in zip(mapping.keys, mapping.values)]
            known = {key: int(value) for key, value in pairs if key is not None and value is not None}
            if len(known) == len(set(known.values())) == len(pairs):
                mappings.append(known)
    # Of several, nobody can tell which one is the label's.
    return mappings[0] if len(mappings) == 1 else {}


def single_column(node: ast.expr, names: Names) -> Optional[str]:
    while not isinstance(node, ast.Subscript):
        if isinstance(node, ast.Attribute):
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func
        else:
            return None
    return names.text(node.slice)


def assigned(node: ast.Assign) -> list[tuple[ast.expr, ast.expr]]:
    """What gets which value, of `a = b` and of `a, b = c, d`."""
    target = node.targets[0]
    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
        return [*zip(target.elts, node.value.elts)]
    return [(target, node.value)]


def assigned_labels(node: ast.Assign, names: Names) -> list[str]:
    found: list[str] = []
    for left, right in assigned(node):
        name = last_name(left) if isinstance(left, (ast.Name, ast.Attribute)) else None
        if name in TARGET_VARIABLES:
            found += subscripts(right, names)
        elif name is not None and name.lower() in TARGET_CONSTANTS:
            found += [*names.texts(right), *subscripts(right, names)]
    return found


def subscripts(node: ast.expr, names: Names) -> list[str]:
    """`a` of `df["a"]`, `df[["a"]].values`, `df.loc[:, "a"]` and `encode(df["a"])`; `[-1]` of the last column."""
    inner = first_subscript(node)
    while inner is not None:
        index = inner.slice
        if isinstance(index, ast.Tuple) and index.elts:
            index = index.elts[-1]
            if names.number(index) == -1:
                return ["[-1]"]
        found = names.texts(index)
        if len(found) == 1:
            return found
        # What a mask selects of a column is of that column; what is in the mask is not.
        inner = first_subscript(inner.value)
    return []


def first_subscript(node: ast.expr) -> Optional[ast.Subscript]:
    return next((inner for inner in ast.walk(node) if isinstance(inner, ast.Subscript)), None)


def dropped(found: list[ast.Call], names: Names) -> list[str]:
    columns: list[str] = []
    for call in found:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "drop":
            columns += names.texts(argument(call, 0, "columns", "labels"))
    return columns


def columns(tree: ast.AST, names: Names) -> list[str]:
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            found += names.texts(node.slice)
    return found[:200]


def written_tables(found: list[ast.Call], names: Names) -> list[str]:
    """Names of the files that a program writes tables to."""
    written: list[str] = []
    for call in found:
        last = names.dotted(call.func).rsplit(".", 1)[-1]
        if last in ("to_csv", "to_parquet", "write_csv", "write_parquet"):
            target = argument(call, 0, "path_or_buf", "path", "file")
            name = opened(target, names) or names.ending(target)
            if name is not None and name.endswith((".csv", ".parquet")):
                written.append(name.rsplit("/", 1)[-1])
    return written


def written_columns(found: list[ast.Call], names: Names) -> list[list[str]]:
    """Columns of tables that a program makes."""
    written: list[list[str]] = []
    for call in found:
        last = names.dotted(call.func).rsplit(".", 1)[-1]
        if last == "writerow" and call.args:
            written.append(names.texts(call.args[0]))
        elif last == "DictWriter":
            written.append(names.texts(argument(call, 1, "fieldnames")))
        elif last == "DataFrame" and call.args and isinstance(call.args[0], ast.Dict):
            written.append([text for text in (names.text(key) for key in call.args[0].keys) if text is not None])
        elif last == "DataFrame":
            written.append(names.texts(keyword(call, "columns")))
        elif last == "assign":
            written.append([one.arg for one in call.keywords if one.arg is not None])
    return [one for one in written if len(one) > 1]


def split(call: ast.Call, names: Names) -> Split:
    size = names.shown(keyword(call, "test_size")) or ""
    state = names.shown(keyword(call, "random_state")) or ""
    stratify = keyword(call, "stratify")
    kept = stratify is not None and not (isinstance(stratify, ast.Constant) and stratify.value is None)
    return {"test_size": size, "random_state": state, "stratify": kept}


def environment(tree: ast.AST, names: Names) -> list[str]:
    """Names of the environment variables that a program reads."""
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and names.dotted(node.func) in ("os.environ.get", "os.getenv"):
            found += names.texts(argument(node, 0, "key"))
        elif isinstance(node, ast.Subscript) and names.dotted(node.value) == "os.environ":
            found += names.texts(node.slice)
    return found


SIGNS: dict[type, str] = {ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<="}
ASSERTIONS = {"assertGreater": ">", "assertGreaterEqual": ">=", "assertLess": "<", "assertLessEqual": "<="}
MIRRORED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}


def thresholds(tree: ast.AST, names: Names) -> list[Threshold]:
    """Numbers that a program holds what it measured against."""
    found: list[Threshold] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            for compare in ast.walk(node.test):
                if isinstance(compare, ast.Compare) and len(compare.ops) == 1:
                    sign = SIGNS.get(type(compare.ops[0]))
                    found += compared(compare.left, sign, compare.comparators[0], names)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and len(node.args) > 1:
            found += compared(node.args[0], ASSERTIONS.get(node.func.attr), node.args[1], names)
    return found


def compared(left: ast.expr, sign: Optional[str], right: ast.expr, names: Names) -> list[Threshold]:
    if sign is None:
        return []
    for measured, limit, comparison in ((left, right, sign), (right, left, MIRRORED[sign])):
        value = names.number(limit)
        metric = metric_name(measured, names)
        if value is not None and metric != "":
            return [{"metric": metric, "comparison": comparison, "value": value, "line": measured.lineno}]
    return []


def metric_name(node: ast.expr, names: Names) -> str:
    """`f1` of `metrics["f1"]`, `f1`, `result.f1` and `f1_score(y, p)`."""
    if isinstance(node, ast.Subscript):
        found = names.texts(node.slice)
        return found[0] if len(found) == 1 else ""
    if isinstance(node, ast.Call):
        name = names.dotted(node.func)
        return name.rsplit(".", 1)[-1] if name not in ("len", "float", "abs", "sum", "round") else ""
    return last_name(node) or ""
