"""What in a program may make it give another result the next time, read from its syntax tree."""

import ast
from collections.abc import Iterator
from typing import Literal, Optional, TypedDict

from project_syntax import Names, calls, keyword, walk

Kind = Literal[
    "random", "numpy", "torch", "tensorflow", "state", "generator", "time", "unique", "order", "threads", "hash"
]


class Chance(TypedDict):
    line: int
    kind: Kind
    # What is called or set, as a person would write it.
    what: str


# What makes the numbers of a library the same each time, by the kind of what it is for.
SEEDS: dict[str, tuple[Kind, ...]] = {
    "random.seed": ("random",),
    "numpy.random.seed": ("numpy", "state"),
    "torch.manual_seed": ("torch",),
    "tensorflow.random.set_seed": ("tensorflow",),
    "tensorflow.keras.utils.set_random_seed": ("random", "numpy", "state", "tensorflow"),
    "keras.utils.set_random_seed": ("random", "numpy", "state", "tensorflow", "torch"),
    "lightning.seed_everything": ("random", "numpy", "state", "torch"),
    "pytorch_lightning.seed_everything": ("random", "numpy", "state", "torch"),
    "lightning.pytorch.seed_everything": ("random", "numpy", "state", "torch"),
    "transformers.set_seed": ("random", "numpy", "state", "torch"),
    "accelerate.utils.set_seed": ("random", "numpy", "state", "torch"),
}
# Generators that take a seed as their first argument, and differ each time without one, whatever else is seeded.
GENERATORS = {"random.Random", "numpy.random.default_rng", "numpy.random.RandomState", "numpy.random.SeedSequence"}
TORCH = {"rand", "randn", "randint", "randperm", "normal", "bernoulli", "multinomial", "DataLoader", "random_split"}
TENSORFLOW = ("tensorflow.random.", "tensorflow.keras.layers.", "keras.layers.")
# Of scikit-learn and of what has its form: they take the numbers of numpy where `random_state` is not set.
STATES = {
    "train_test_split",
    "shuffle",
    "resample",
    "RandomForestClassifier",
    "RandomForestRegressor",
    "ExtraTreesClassifier",
    "ExtraTreesRegressor",
    "GradientBoostingClassifier",
    "GradientBoostingRegressor",
    "HistGradientBoostingClassifier",
    "HistGradientBoostingRegressor",
    "AdaBoostClassifier",
    "BaggingClassifier",
    "DecisionTreeClassifier",
    "DecisionTreeRegressor",
    "IsolationForest",
    "MLPClassifier",
    "MLPRegressor",
    "SGDClassifier",
    "SGDRegressor",
    "KMeans",
    "MiniBatchKMeans",
    "GaussianMixture",
    "RandomizedSearchCV",
    "ShuffleSplit",
    "StratifiedShuffleSplit",
    "TruncatedSVD",
}
TIMES = {
    "time.time",
    "time.time_ns",
    "time.strftime",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "pandas.Timestamp.now",
    "pandas.Timestamp.today",
}
UNIQUE = {"uuid.uuid1", "uuid.uuid4", "os.urandom", "os.getpid", "tempfile.mkdtemp", "tempfile.mkstemp"}
LISTINGS = {"os.listdir", "os.scandir", "glob.glob", "glob.iglob"}
POOLS = {"ThreadPoolExecutor", "ProcessPoolExecutor", "ThreadPool", "Pool"}
WORKERS = ("n_jobs", "nthread", "num_threads", "num_workers")


def seeded(tree: ast.AST, names: Names) -> set[Kind]:
    """The kinds of numbers that a program makes the same each time."""
    called = {names.dotted(call.func) for call in calls(tree)}
    return {kind for name in called for kind in SEEDS.get(name, ())}


def chances(tree: ast.AST, names: Names) -> Iterator[Chance]:
    """What may come out otherwise each time, whatever else seeds it."""
    ordered = {id(one) for call in calls(tree) if names.dotted(call.func) == "sorted" for one in ast.walk(call)}
    for node in walk(tree):
        if isinstance(node, ast.Call):
            called = names.dotted(node.func)
            found = of_call(node, called, id(node) in ordered)
            if found is not None:
                yield {"line": node.lineno, "kind": found[0], "what": found[1]}
        elif isinstance(node, ast.Constant) and node.value == "PYTHONHASHSEED":
            yield {"line": node.lineno, "kind": "hash", "what": "PYTHONHASHSEED"}


def of_call(call: ast.Call, called: str, is_ordered: bool) -> Optional[tuple[Kind, str]]:
    last = called.rsplit(".", 1)[-1]
    if called in GENERATORS:
        return None if is_given(call) else ("generator", f"{called}()")
    if called in TIMES:
        return "time", f"{called}()"
    if called in UNIQUE or called.startswith("secrets."):
        return "unique", f"{called}()"
    if called in ("id", "hash"):
        return "hash", f"{called}()"
    if called in LISTINGS or (last in ("iterdir", "glob", "rglob") and isinstance(call.func, ast.Attribute)):
        return None if is_ordered else ("order", f"{called.lstrip('?.') if called in LISTINGS else last}()")
    return of_library(call, called, last) or of_workers(call, last)


def of_library(call: ast.Call, called: str, last: str) -> Optional[tuple[Kind, str]]:
    if called.startswith("random.") and called.count(".") == 1 and last != "seed":
        return "random", f"{called}()"
    if called.startswith("numpy.random.") and called.count(".") == 2 and last != "seed":
        return "numpy", f"{called}()"
    if called.startswith("torch.") and (last in TORCH or called.startswith("torch.nn.")):
        return "torch", f"{called}()"
    if called.startswith(TENSORFLOW) and last != "set_seed":
        return "tensorflow", f"{called}()"
    if last in STATES and not called.startswith("?") and is_unset(keyword(call, "random_state")):
        return "state", f"{last}() without random_state"
    return None


def of_workers(call: ast.Call, last: str) -> Optional[tuple[Kind, str]]:
    if last in POOLS:
        return "threads", f"{last}()"
    for name in WORKERS:
        value = keyword(call, name)
        if value is not None and not (isinstance(value, ast.Constant) and value.value in (None, 0, 1)):
            return "threads", f"{name}={ast.unparse(value)}"
    return None


def is_given(call: ast.Call) -> bool:
    """Whether a generator is told its seed."""
    value = call.args[0] if call.args else keyword(call, "x", "seed", "entropy")
    return not is_unset(value)


def is_unset(value: Optional[ast.expr]) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)
