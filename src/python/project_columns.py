"""Columns of tables, as a program speaks of them."""

import ast
import re
from typing import Optional

from project_files import TABLES_WRITTEN
from project_syntax import Names, argument, defaults_of, keyword, last_name, unique, walk

TARGET_VARIABLES = ("y", "y_train", "y_test", "y_val", "target", "targets", "label", "labels", "y_true", "Y")
# What programs and files of settings call the name of the column that is predicted.
TARGET_NAME = re.compile(r"^(target|label)([_-](column|col|feature|variable|var|field))?([_-]name)?$", re.IGNORECASE)
# Calls in which a label is a word in a picture.
PICTURES = re.compile(
    r"^(matplotlib|seaborn|plotly|altair|bokeh)\."
    r"|(^|\.)(plot|scatter|hist|bar|barh|step|errorbar|fill_between|ax[hv]line)$"
)


def labels(tree: ast.Module, names: Names) -> list[str]:
    """Columns that are predicted, by how a program speaks of them."""
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            found += assigned_labels(node, names)
        elif isinstance(node, ast.arguments):
            found += default_labels(node, names)
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr == "pop" and node.args:
                found += names.texts(node.args[0])
            option = names.text(argument(node, 0))
            if option is not None and option.startswith("--") and is_target_name(option[2:]):
                found += names.texts(keyword(node, "default"))
            if not PICTURES.search(names.dotted(node.func)):
                given = [one.value for one in node.keywords if one.arg is not None and is_target_name(one.arg)]
                found += [text for text in (names.text(value) for value in given) if text]
            if names.dotted(node.func).endswith("train_test_split") and len(node.args) == 2:
                found += subscripts(node.args[1], names)
            stratify = keyword(node, "stratify")
            if stratify is not None:
                found += subscripts(stratify, names) or attribute_column(stratify)
    return found


def is_target_name(name: str) -> bool:
    return TARGET_NAME.match(name) is not None


def default_labels(node: ast.arguments, names: Names) -> list[str]:
    """`price` of `def train(table, target="price")`."""
    found = [names.text(value) for name, value in defaults_of(node) if is_target_name(name)]
    return [text for text in found if text]


def attribute_column(node: ast.expr) -> list[str]:
    """`price` of `table.price`."""
    if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
        return []
    of_table = node.value.id not in ("self", "args", "cls", "config", "cfg")
    return [node.attr] if of_table and node.attr not in ("values", "T", "columns", "index", "shape") else []


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


def codes(tree: ast.AST, found: list[ast.Call], names: Names) -> dict[str, int]:
    """Numbers that a program writes for words; of a comparison with a word, it is that one alone."""
    mappings = compared(tree, names)
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


def compared(tree: ast.AST, names: Names) -> list[dict[str, int]]:
    """`spam` is 1 by `(a == "spam").astype(int)`, `np.where(a == "spam", 1, 0)` and `1 if a == "spam" else 0`."""
    found: list[tuple[ast.expr, float, float]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.IfExp):
            found.append((node.test, names.number(node.body) or 0.0, names.number(node.orelse) or 0.0))
        elif isinstance(node, ast.Call) and names.dotted(node.func) == "numpy.where" and len(node.args) == 3:
            found.append((node.args[0], names.number(node.args[1]) or 0.0, names.number(node.args[2]) or 0.0))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "astype":
            found.append((node.func.value, 1.0, 0.0))
    mappings: list[dict[str, int]] = []
    for test, yes, no in found:
        is_equal = isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq)
        word = names.text(test.comparators[0]) if isinstance(test, ast.Compare) and is_equal else None
        if word is not None and {yes, no} == {0.0, 1.0} and {word: int(yes)} not in mappings:
            mappings.append({word: int(yes)})
    return mappings


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
            found += subscripts(right, names) or attribute_column(right)
            found += names.texts(right) if isinstance(right, ast.Constant) else []
        elif name is not None and is_target_name(name):
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


def written_columns(tree: ast.AST, found: list[ast.Call], names: Names) -> list[list[str]]:
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
    return [*added_columns(tree, names), *(one for one in written if len(one) > 1)]


def added_columns(tree: ast.AST, names: Names) -> list[list[str]]:
    """Columns of tables that are written: `a`, `b` of `t = DataFrame({"a": x})`, `t["b"] = y`, `t.to_csv(…)`."""
    made: dict[str, list[str]] = {}
    added: set[str] = set()
    written: list[str] = []
    for node in walk(tree):
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(target, ast.Name) and isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            first = node.value.args[0] if node.value.args else None
            is_table = names.dotted(node.value.func).endswith("DataFrame")
            keys = first.keys if isinstance(first, ast.Dict) and is_table else []
            made[target.id] = [text for text in (names.text(key) for key in keys) if text is not None]
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            made.setdefault(target.value.id, []).extend(names.texts(target.slice))
            added.add(target.value.id)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TABLES_WRITTEN:
            written += [node.func.value.id] if isinstance(node.func.value, ast.Name) else []
    return [made[name] for name in unique(written) if name in added and made[name]]


def encoded(tree: ast.Module, names: Names) -> list[str]:
    """What a LabelEncoder makes numbers of: columns, or variables where no column is named."""
    found: list[str] = []
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("fit", "fit_transform") and call.args:
            on = call.func.value
            made = names.constants.get(on.id) if isinstance(on, ast.Name) else on
            if isinstance(made, ast.Call) and names.dotted(made.func).endswith("LabelEncoder"):
                taken = call.args[0]
                # `y` of `y.astype(str)`.
                while isinstance(taken, ast.Call) and isinstance(taken.func, ast.Attribute):
                    taken = taken.func.value
                name = last_name(taken)
                found += subscripts(taken, names) or ([name] if name is not None else [])
    return found


def score_patterns(tree: ast.Module, names: Names) -> list[str]:
    """Names of columns that are made for each class: `p_{class}` of `f"p_{name}"`, `p_{index}` where it is counted."""
    counters = {
        name
        for node in ast.walk(tree)
        if isinstance(node, (ast.For, ast.comprehension))
        for name in counted_by(node.target, node.iter, names)
    }
    made: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            made.append(node.slice)
        elif isinstance(node, (ast.ListComp, ast.GeneratorExp)):
            made.append(node.elt)
        elif isinstance(node, ast.DictComp):
            made.append(node.key)
    return [one for one in (pattern_of(node, counters) for node in made) if one is not None]


def counted_by(target: ast.expr, of: ast.expr, names: Names) -> list[str]:
    """The variables of a loop that count."""
    called = names.dotted(of.func) if isinstance(of, ast.Call) else ""
    first = target.elts[0] if isinstance(target, ast.Tuple) and target.elts else target
    return [first.id] if called in ("range", "enumerate") and isinstance(first, ast.Name) else []


def pattern_of(node: ast.expr, counters: set[str]) -> Optional[str]:
    """`p_{class}` of `f"p_{name}"` and of `"p_" + name`."""
    parts = node.values if isinstance(node, ast.JoinedStr) else []
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [node.left, node.right]
    texts = [part.value if isinstance(part, ast.Constant) else None for part in parts]
    others = [part for part, text in zip(parts, texts) if text is None]
    if len(parts) < 2 or len(others) != 1:
        return None
    inner = others[0].value if isinstance(others[0], ast.FormattedValue) else others[0]
    place = "{index}" if last_name(inner) in counters else "{class}"
    return "".join(text if isinstance(text, str) else place for text in texts)
