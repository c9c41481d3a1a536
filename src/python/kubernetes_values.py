"""Reads objects as the API of Kubernetes gives them. Times are seconds since 1970 by the server's clock."""

import calendar
import time
from collections.abc import Iterable, Mapping
from typing import Any

Object = Mapping[str, Any]


def shortened(text: str, most: int) -> str:
    """A text of at most so many letters, which says where it was cut."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def moment(text: object) -> float:
    """Seconds of a time of the API; 0 for none."""
    if not isinstance(text, str) or len(text) < 19:
        return 0.0
    return float(calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")))


def name_of(found: Object) -> str:
    return str(found.get("metadata", {}).get("name", ""))


def annotations_of(found: Object) -> dict[str, str]:
    return {**(found.get("metadata", {}).get("annotations") or {})}


def condition(found: Object, kind: str) -> Object:
    return next((one for one in (found.get("status") or {}).get("conditions") or [] if one.get("type") == kind), {})


def owned_by(owner: Object, found: Iterable[Object]) -> list[Object]:
    uid = owner["metadata"].get("uid")
    return [one for one in found if any(ref.get("uid") == uid for ref in one["metadata"].get("ownerReferences") or [])]


def is_ready(pod: Object) -> bool:
    return condition(pod, "Ready").get("status") == "True"


def selector_text(found: Object) -> str:
    """The selector of what makes pods, as a query has it."""
    selector = found["spec"].get("selector", {})
    equal = [f"{key}={value}" for key, value in selector.get("matchLabels", {}).items()]
    return ",".join([*equal, *(expression_text(one) for one in selector.get("matchExpressions", []))])


def expression_text(expression: Object) -> str:
    key, operator, values = expression["key"], expression["operator"], ",".join(expression.get("values", []))
    known = {"In": f"{key} in ({values})", "NotIn": f"{key} notin ({values})", "Exists": key, "DoesNotExist": f"!{key}"}
    return str(known[operator])
