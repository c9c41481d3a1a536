"""A Rollout of Argo as what is deployed to."""

from collections.abc import Sequence
from typing import Any, Optional

from argo_state import needs_promotion, rollout_progress, rollout_revision, rollout_seen, rollout_set
from kubernetes_failure import refuse
from kubernetes_objects import Rights
from kubernetes_values import Object
from replica_set_workload import ReplicaSetWorkload
from workload_state import Look, Progress, Revision, Seen

RIGHTS = (
    *[("get", "argoproj.io", "rollouts"), ("patch", "argoproj.io", "rollouts")],
    *[("patch", "argoproj.io", "rollouts/status"), ("list", "apps", "replicasets"), ("list", "", "pods")],
)


class RolloutWorkload(ReplicaSetWorkload):
    kind, plural, api_version = "Rollout", "rollouts", "argoproj.io/v1alpha1"

    def get(self) -> Any:
        found = super().get()
        if "workloadRef" in found["spec"]:
            reference = found["spec"]["workloadRef"]
            whose = f"{reference.get('kind', '')} {reference.get('name', '')}"
            refuse(
                "unfit", f"it takes its pods from {whose} (spec.workloadRef): let it have a spec.template of its own"
            )
        return found

    def rights(self, seen: Seen) -> Rights:
        del seen
        return RIGHTS

    def seen(self, found: Object) -> Seen:
        return rollout_seen(found)

    def revision(self, found: Object) -> Revision:
        return rollout_revision(found)

    def current(self, found: Object, sets: Sequence[Object]) -> Optional[Object]:
        return rollout_set(found, sets)

    def progress(self, found: Object, current: Optional[Object]) -> Progress:
        return rollout_progress(found, current)

    def hasten(self, look: Look) -> None:
        """What `kubectl argo rollouts promote --full` does. The controller forgets it with each new template."""
        if look.current is not None and needs_promotion(look.seen.found):
            self.api.patch(f"{self.path}/status", [{"op": "add", "path": "/status/promoteFull", "value": True}])
