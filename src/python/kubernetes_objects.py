"""The objects of one namespace, as an API server has them."""

from collections.abc import Sequence
from typing import Any

from kubernetes_api import Api, quoted
from kubernetes_failure import Missing, Refused, Rejected, Silent
from kubernetes_values import Object, is_ready, name_of

# Verb, group and resource of each.
Rights = Sequence[tuple[str, str, str]]

LOG_LINES = 10
LOG_BYTES = 20_000
# Pods whose events are asked for.
SOME = 3


class Objects:
    """What belongs to a workload, whatever kind it is."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.core = f"/api/v1/namespaces/{quoted(api.namespace)}"

    def listed(self, path: str, **query: object) -> list[Any]:
        found = self.api.get(path, **query)
        items = found.get("items") if isinstance(found, dict) else None
        return list(items or [])

    def pods(self, selector: str) -> list[Object]:
        return self.listed(f"{self.core}/pods", labelSelector=selector)

    def events_of(self, pods: Sequence[Object]) -> list[Object]:
        """What happened to pods that are not ready. Who may not read it learns less of the reasons."""
        return [
            event for pod in [one for one in pods if not is_ready(one)][:SOME] for event in self.events(name_of(pod))
        ]

    def events(self, pod: str) -> list[Object]:
        try:
            return self.listed(f"{self.core}/events", fieldSelector=f"involvedObject.name={pod}")
        except (Refused, Missing, Rejected):
            return []

    def log(self, pod: str, container: str, ended: bool) -> str:
        """The last lines of a container: of the run that ended, where it starts again and again."""
        path = f"{self.core}/pods/{quoted(pod)}/log"
        query = {"container": container, "tailLines": LOG_LINES, "limitBytes": LOG_BYTES}
        for previous in (["true", "false"] if ended else ["false"]):
            try:
                text = self.api.answer("GET", path, {**query, "previous": previous}).decode("utf-8", "replace")
            except Refused as error:
                return f"(its log cannot be read: {error.reason.get('detail', '')})"
            except (Missing, Rejected, Silent):
                continue
            if text.strip():
                return text.rstrip()
        return ""

    def missing_rights(self, wanted: Rights) -> list[str]:
        """What of (verb, group, resource) the caller may not do. A server that does not say lets the call tell."""
        return [f"{verb} {resource}" for verb, group, resource in wanted if not self.may(verb, group, resource)]

    def may(self, verb: str, group: str, resource: str) -> bool:
        kind, _, part = resource.partition("/")
        asked = {"namespace": self.api.namespace, "verb": verb, "group": group, "resource": kind, "subresource": part}
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": asked},
        }
        try:
            found = self.api.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review)
        except (Refused, Missing, Rejected) as error:
            if isinstance(error, Refused) and error.reason["code"] == "unauthorized":
                raise
            return True
        return bool((found.get("status") or {}).get("allowed", True))
