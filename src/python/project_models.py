"""Models that a program fits, writes and reads, by the calls in its syntax tree."""

import ast
import re
from pathlib import PurePosixPath
from typing import Optional, TypedDict

from project_files import READERS, place_of
from project_syntax import Names, argument, last_name


class Saved(TypedDict):
    # The library whose form it has: joblib, pickle, torch, xgboost, lightgbm, keras, mlflow, other; mlflow-run for
    # what is logged to a run of MLflow, and handed for what a function of the project saves.
    by: str
    # As far as the text says it: `?/model.pt` or `models/?` where only a part is known, and empty where nothing is.
    path: str


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


def is_network(node: ast.ClassDef, names: Names) -> bool:
    return any(names.dotted(base) in ("torch.nn.Module", "torch.nn.modules.Module") for base in node.bases)


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
    # The folder of a path may only be known as the program runs.
    return [{"by": by, "path": place_of(target, names) or ""}]


def bundled(found: list[ast.Call], names: Names) -> list[str]:
    """The keys of a dictionary that a program saves with its model in it: `{"model": model, "threshold": 0.4}`."""
    for call in found:
        if SAVERS.get(names.dotted(call.func)) not in ("joblib", "pickle", "torch"):
            continue
        value = saved_value(call, names)
        if isinstance(value, ast.Dict):
            return [text for text in (names.text(key) for key in value.keys) if text is not None]
        if isinstance(value, ast.Call) and names.dotted(value.func) == "dict":
            return [one.arg for one in value.keywords if one.arg is not None]
    return []


def saved_value(call: ast.Call, names: Names) -> Optional[ast.expr]:
    """What a call saves: the value of a variable, where it is in one."""
    value = argument(call, 0, "value", "obj")
    return names.constants.get(value.id) if isinstance(value, ast.Name) else value


def tupled(found: list[ast.Call], names: Names) -> list[str]:
    """What is in the tuple that a program saves its model in: `SVC`, `CountVectorizer` of `(model, vectorizer)`."""
    for call in found:
        value = saved_value(call, names) if SAVERS.get(names.dotted(call.func)) in ("joblib", "pickle") else None
        if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) > 1:
            return [called(one, names) for one in value.elts]
    return []


def called(node: ast.expr, names: Names) -> str:
    """The class of what a variable has, or its name where that is not known."""
    name = last_name(node) or "?"
    made = names.constants.get(name)
    library = names.dotted(made.func) if isinstance(made, ast.Call) else ""
    return library.rsplit(".", 1)[-1] if library.split(".")[0] in LIBRARIES else name


# Endings of files that hold nothing but a model.
MODEL_ENDINGS = (
    *(
        ".pkl",
        ".pickle",
        ".joblib",
        ".pt",
        ".pth",
        ".h5",
        ".keras",
        ".onnx",
        ".sav",
        ".model",
        ".cbm",
        ".ubj",
        ".skops",
    ),
)


def handed(found: list[ast.Call], names: Names) -> list[Saved]:
    """Models that a program has the project's own functions save: `trainer.save(MODELS / "a.pkl")`."""
    saves: list[Saved] = []
    for call in found:
        name = names.dotted(call.func)
        last = name.rsplit(".", 1)[-1]
        if name in SAVERS or not last.startswith(("save", "dump", "export", "persist", "store")):
            continue
        texts = [names.text(one) for one in (*call.args, *(given.value for given in call.keywords))]
        known = [text for text in texts if text is not None]
        # A model may be a folder, or have no ending.
        is_save = last in ("save", "save_model", "dump") and all(re.fullmatch(r"[\w./-]+", text) for text in known)
        plain = [text for text in known if is_save and not PurePosixPath(text).suffix]
        saves += [{"by": "handed", "path": text} for text in known if text.endswith(MODEL_ENDINGS) or text in plain]
    return saves


def estimators(found: list[ast.Call], names: Names) -> list[str]:
    return [
        name
        for name in (names.dotted(call.func) for call in found)
        if name.split(".")[0] in LIBRARIES and name.endswith(ESTIMATOR)
    ]
