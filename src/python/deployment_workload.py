"""A Deployment as what is deployed to."""

from collections.abc import Sequence
from typing import Optional

from deployment_state import deployment_progress, deployment_revision, deployment_seen, deployment_set
from kubernetes_objects import Rights
from kubernetes_values import Object
from replica_set_workload import ReplicaSetWorkload
from workload_state import Progress, Revision, Seen

RIGHTS = (
    *[("get", "apps", "deployments"), ("patch", "apps", "deployments"), ("list", "apps", "replicasets")],
    ("list", "", "pods"),
)


class DeploymentWorkload(ReplicaSetWorkload):
    kind, plural, api_version = "Deployment", "deployments", "apps/v1"
    has_canary = True

    def probe(self) -> None:
        """Every server knows it."""

    def rights(self, seen: Seen) -> Rights:
        del seen
        return RIGHTS

    def seen(self, found: Object) -> Seen:
        return deployment_seen(found)

    def revision(self, found: Object) -> Revision:
        return deployment_revision(found)

    def current(self, found: Object, sets: Sequence[Object]) -> Optional[Object]:
        return deployment_set(found, sets)

    def progress(self, found: Object, current: Optional[Object]) -> Progress:
        del current
        return deployment_progress(found)
