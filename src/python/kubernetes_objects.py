"""The objects of one Deployment, as an API server has them."""

from collections.abc import Sequence
from typing import Any, Optional

from kubernetes_api import Api, Missing, Refused, Rejected, Silent, quoted, refuse
from rollout_state import Look, Object, name_of, owned_by, selector_text

LOG_LINES = 10
LOG_BYTES = 20_000
# Pods whose events are asked for.
SOME = 3


class Objects:
    """A Deployment and what belongs to it."""

    def __init__(self, api: Api, name: str) -> None:
        self.api, self.name = api, name
        self.apps = f"/apis/apps/v1/namespaces/{quoted(api.namespace)}"
        self.core = f"/api/v1/namespaces/{quoted(api.namespace)}"
        self.path = f"{self.apps}/deployments/{quoted(name)}"

    def deployment(self) -> Any:
        found = self.api.get(self.path)
        if not isinstance(found, dict) or found.get("kind") != "Deployment":
            refuse("not-kubernetes", str(found)[:100])
        return found

    def others(self) -> list[str]:
        """What else there is in the namespace, as far as that may be asked."""
        try:
            return sorted(name_of(one) for one in self.listed(f"{self.apps}/deployments"))
        except (Refused, Missing, Silent):
            return []

    def listed(self, path: str, **query: object) -> list[Any]:
        found = self.api.get(path, **query)
        items = found.get("items") if isinstance(found, dict) else None
        return list(items or [])

    def sets(self, deployment: Object) -> list[Object]:
        found = self.listed(f"{self.apps}/replicasets", labelSelector=selector_text(deployment))
        return owned_by(deployment, found)

    def pods(self, deployment: Object) -> list[Object]:
        return self.listed(f"{self.core}/pods", labelSelector=selector_text(deployment))

    def look(self) -> Look:
        """All that a rollout is judged by. Who may not read events learns less of the reasons."""
        deployment = self.deployment()
        sets, pods = self.sets(deployment), self.pods(deployment)
        unready = [pod for pod in pods if not is_ready(pod)][:SOME]
        events = [event for pod in unready for event in self.events(name_of(pod))]
        return {"deployment": deployment, "sets": sets, "pods": pods, "events": events, "now": self.api.now}

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

    def missing_rights(self, wanted: Sequence[tuple[str, str, str]]) -> list[str]:
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


def is_ready(pod: Object) -> bool:
    conditions = (pod.get("status") or {}).get("conditions") or []
    return any(one.get("type") == "Ready" and one.get("status") == "True" for one in conditions)


def ready_pod(pods: Sequence[Object], owner: Optional[Object]) -> Optional[str]:
    """A pod of a ReplicaSet that serves."""
    own = [] if owner is None else owned_by(owner, pods)
    return next((name_of(pod) for pod in own if is_ready(pod) and not pod["metadata"].get("deletionTimestamp")), None)
