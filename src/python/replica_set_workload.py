"""What keeps its revisions as ReplicaSets, and what is noted of them as annotations that it copies to those."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Optional

from kubernetes_api import quoted
from kubernetes_values import Object, owned_by, selector_text
from rollout_records import annotation_changes
from workload import Workload
from workload_state import Look, Notes, Operations, Progress, Revision, Seen, unchanged_since


class ReplicaSetWorkload(Workload):
    """A Deployment, or what is made like one."""

    @abstractmethod
    def seen(self, found: Object) -> Seen:
        """The object in the words of a workload."""

    @abstractmethod
    def revision(self, found: Object) -> Revision:
        """One of its ReplicaSets in the words of a workload."""

    @abstractmethod
    def current(self, found: Object, sets: Sequence[Object]) -> Optional[Object]:
        """The ReplicaSet that makes what the template says."""

    @abstractmethod
    def progress(self, found: Object, current: Optional[Object]) -> Progress:
        """How far the controller has come."""

    def own_read(self) -> Seen:
        return self.seen(self.get())

    def own_look(self) -> Look:
        found = self.get()
        selector = selector_text(found)
        sets_path = f"/apis/apps/v1/namespaces/{quoted(self.api.namespace)}/replicasets"
        sets = owned_by(found, self.objects.listed(sets_path, labelSelector=selector))
        current = self.current(found, sets)
        all_pods = self.objects.pods(selector)
        pods = [] if current is None else owned_by(current, all_pods)
        events = self.objects.events_of(pods)
        return Look(
            seen=self.seen(found),
            current=None if current is None else self.revision(current),
            revisions=[self.revision(one) for one in sets],
            pods=pods,
            events=events,
            progress=self.progress(found, current),
            now=self.api.now,
        )

    def image_changes(self, seen: Seen, index: int, image: str) -> Operations:
        del seen
        return [{"op": "replace", "path": f"/spec/template/spec/containers/{index}/image", "value": image}]

    def template_changes(self, seen: Seen, revision: Revision) -> Operations:
        del seen
        return [{"op": "replace", "path": "/spec/template", "value": revision.template}]

    def own_change(self, seen: Seen, operations: Operations, notes: Notes) -> Seen:
        changes = [unchanged_since(seen), *operations, *annotation_changes(seen.notes, notes)]
        return self.seen(self.api.patch(self.path, changes))

    def own_note(self, seen: Seen, notes: Notes, still: Operations) -> Seen:
        changes = annotation_changes(seen.notes, notes)
        return self.seen(self.api.patch(self.path, [*still, *changes])) if changes else seen
