"""An InferenceService of KServe as what is deployed to."""

from typing import Any, Optional

from kserve_history import History, current_record
from kserve_serving import serving_of
from kserve_state import (
    image_path,
    is_service_ready,
    predictor_again,
    predictor_template,
    service_seen,
    unheeded,
    without_image,
)
from kubernetes_api import Api
from kubernetes_failure import refuse
from kubernetes_objects import Rights
from kubernetes_values import Object
from rollout_reason import Reason
from rollout_records import STATE
from workload import Workload
from workload_state import Look, Notes, Operations, Revision, Seen, unchanged_since


class InferenceServiceWorkload(Workload):
    kind, plural, api_version = "InferenceService", "inferenceservices", "serving.kserve.io/v1beta1"

    def __init__(self, api: Api, name: str) -> None:
        super().__init__(api, name)
        self.history = History(api, self.objects)

    def rights(self, seen: Seen) -> Rights:
        own = [(verb, "serving.kserve.io", "inferenceservices") for verb in ("get", "patch")]
        records = [(verb, "apps", "controllerrevisions") for verb in ("list", "create", "update", "delete")]
        return [*own, *records, *serving_of(self.api, self.objects, seen.found).rights, ("list", "", "pods")]

    def get(self) -> Any:
        found = super().get()
        problem = without_image(found)
        if problem:
            refuse("unfit", problem)
        return found

    def own_read(self) -> Seen:
        return self.seen(self.get())

    def seen(self, found: Object) -> Seen:
        return service_seen(found, self.current(found, self.history.of(found)))

    def current(self, found: Object, revisions: list[Revision]) -> Revision:
        return current_record(found, revisions, is_service_ready(found))

    def own_look(self) -> Look:
        found = self.get()
        revisions = self.history.of(found)
        current = self.current(found, revisions)
        seen = service_seen(found, current)
        progress, pods = serving_of(self.api, self.objects, found).look(seen)
        events = self.objects.events_of(pods)
        others = [one for one in revisions if one.name != current.name]
        return Look(seen, current, [*others, current], pods, events, progress, self.api.now)

    def refusal(self, look: Look) -> Optional[Reason]:
        found = look.seen.found
        problem = unheeded(found, serving_of(self.api, self.objects, found).mode)
        return {"code": "unfit", "detail": problem} if problem else None

    def image_changes(self, seen: Seen, index: int, image: str) -> Operations:
        return [{"op": "replace", "path": image_path(seen.found, index), "value": image}]

    def template_changes(self, seen: Seen, revision: Revision) -> Operations:
        again = predictor_again(seen.found, revision.template)
        return [{"op": "replace", "path": "/spec/predictor", "value": again}]

    def own_change(self, seen: Seen, operations: Operations, notes: Notes) -> Seen:
        """What is to run is written down before it runs, so that a call which is killed has noted what it did."""
        if self.history.named(seen.found, seen.template) is None:
            self.history.write(seen.found, seen.template, {STATE: "ready"} if is_service_ready(seen.found) else {})
        changes = [unchanged_since(seen), *operations]
        # With all that the server fills in.
        wanted = self.api.patch(self.path, changes, dryRun="All")
        self.history.write(wanted, predictor_template(wanted), notes)
        changed = self.seen(self.api.patch(self.path, changes))
        self.history.trim(changed.found)
        return changed

    def own_note(self, seen: Seen, notes: Notes, still: Operations) -> Seen:
        # What is noted lies beside the template that it is about.
        del still
        self.history.note(seen.found, seen.template, notes)
        return self.seen(seen.found)
