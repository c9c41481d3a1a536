"""What serves an InferenceService: a Deployment, or Knative."""

from abc import ABC, abstractmethod
from typing import ClassVar

from deployment_workload import DeploymentWorkload
from kserve_state import (
    KNATIVE,
    STANDARD,
    declared_mode,
    knative_progress,
    newest_revision,
    runs,
    served_name,
    service_complaints,
    when_ready,
)
from kubernetes_api import Api, quoted
from kubernetes_failure import Missing, refuse
from kubernetes_objects import Objects, Rights
from kubernetes_values import Object, name_of
from workload_state import Progress, Seen


class Serving(ABC):
    """One of the ways in which KServe serves."""

    mode: ClassVar[str]
    rights: ClassVar[Rights]

    def __init__(self, api: Api, objects: Objects, found: Object) -> None:
        self.api, self.objects, self.name = api, objects, served_name(found)

    @abstractmethod
    def is_there(self) -> bool:
        """Whether this is how it is served, by what there is."""

    @abstractmethod
    def look(self, seen: Seen) -> tuple[Progress, list[Object]]:
        """How far it has come, and its newest pods."""


class StandardServing(Serving):
    mode = STANDARD
    rights = (("get", "apps", "deployments"), ("list", "apps", "replicasets"))

    def is_there(self) -> bool:
        try:
            DeploymentWorkload(self.api, self.name).get()
        except Missing:
            return False
        return True

    def look(self, seen: Seen) -> tuple[Progress, list[Object]]:
        complaints = service_complaints(seen.found)
        try:
            inner = DeploymentWorkload(self.api, self.name).look()
        except Missing:
            return Progress(f"KServe to make its Deployment {self.name}", complaints=complaints), []
        if not runs(inner.seen.containers, seen.containers):
            return Progress(f"KServe to change its Deployment {self.name}", complaints=complaints), []
        return when_ready(seen.found, inner.progress), [*inner.pods]


class KnativeServing(Serving):
    mode = KNATIVE
    rights = (("list", "serving.knative.dev", "revisions"),)

    def revisions(self) -> list[Object]:
        path = f"/apis/serving.knative.dev/v1/namespaces/{quoted(self.api.namespace)}/revisions"
        try:
            return self.objects.listed(path, labelSelector=f"serving.knative.dev/service={self.name}")
        except Missing:
            return []

    def is_there(self) -> bool:
        return bool(self.revisions())

    def look(self, seen: Seen) -> tuple[Progress, list[Object]]:
        revisions = self.revisions()
        newest = newest_revision(seen.found, revisions, seen.containers)
        progress = knative_progress(seen.found, revisions, newest, seen.containers)
        selector = "" if newest is None else f"serving.knative.dev/revision={name_of(newest)}"
        return progress, self.objects.pods(selector) if selector else []


SERVINGS = (StandardServing, KnativeServing)


def serving_of(api: Api, objects: Objects, found: Object) -> Serving:
    """How it is served, as it says itself, or else as what there is says."""
    mode = declared_mode(found)
    known = [one(api, objects, found) for one in SERVINGS]
    found_one = next((one for one in known if one.mode == mode or (not mode and one.is_there())), None)
    if found_one is None and mode:
        refuse("unfit", f"its deployment mode is {mode}, and it can be {' or '.join(one.mode for one in known)}")
    if found_one is None:
        refuse("unfit", f"nothing says how it is served, and there is no Deployment or Revision of {known[0].name} yet")
    return found_one
