"""How a program measures a model: the rows that it keeps back, and the limits that it holds numbers to."""

import ast
from typing import Optional, TypedDict

from project_syntax import Names, keyword, last_name


class Split(TypedDict):
    test_size: str
    random_state: str
    stratify: bool


class Threshold(TypedDict):
    metric: str
    comparison: str
    value: float
    line: int


def split(call: ast.Call, names: Names) -> Split:
    size, state = (told(keyword(call, name), names) for name in ("test_size", "random_state"))
    stratify = keyword(call, "stratify")
    kept = stratify is not None and not (isinstance(stratify, ast.Constant) and stratify.value is None)
    return {"test_size": size, "random_state": state, "stratify": kept}


def told(node: Optional[ast.expr], names: Names) -> str:
    """A value; `?val_size` of one that settings or an argument may have, as of `params.val_size`; `?` of any other."""
    shown = names.shown(node)
    if shown is not None or node is None or isinstance(node, ast.Constant):
        return shown or ""
    key = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        key = node.slice.value
    return f"?{key}"


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
