"""The history of an InferenceService, which KServe itself keeps none of.

Each predictor that was deployed stands in a ControllerRevision, as Kubernetes keeps those of a StatefulSet, and what
was noted of it as annotations there: those of an InferenceService go into its pods, which would be made anew for each.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from kserve_state import predictor_containers, predictor_template
from kubernetes_api import Api, Missing, Rejected, quoted
from kubernetes_objects import Objects
from kubernetes_values import Object, annotations_of, name_of, owned_by
from rollout_records import PREFIX, STATE, annotation_changes
from workload_state import Notes, Revision, revision_named

# What tells them from those of others.
LABEL = f"{PREFIX}history"
# How many are kept, as a Deployment keeps them.
KEPT = 10


class History:
    """The revisions of one InferenceService."""

    def __init__(self, api: Api, objects: Objects) -> None:
        self.api, self.objects = api, objects
        self.collection = f"/apis/apps/v1/namespaces/{quoted(api.namespace)}/controllerrevisions"

    def of(self, found: Object) -> list[Revision]:
        listed = owned_by(found, self.objects.listed(self.collection, labelSelector=LABEL))
        return sorted((record(one) for one in listed), key=lambda one: one.number)

    def write(self, found: Object, template: Mapping[str, Any], notes: Notes) -> Revision:
        """Makes a predictor the newest revision, with these notes. One that was there before gets another number."""
        revisions = self.of(found)
        known = revision_named(record_name(found, template), revisions)
        number = max((one.number for one in revisions), default=0) + 1
        if known is None:
            kept = {key: value for key, value in notes.items() if value is not None}
            return record(self.api.post(self.collection, manifest(found, template, number, kept)))
        newest = [] if known.number == number - 1 else [{"op": "replace", "path": "/revision", "value": number}]
        return self.patch(known, [*newest, *annotation_changes(known.notes, notes)])

    def note(self, revision: Revision, notes: Notes) -> Revision:
        return self.patch(revision, annotation_changes(revision.notes, notes))

    def patch(self, revision: Revision, changes: list[dict[str, Any]]) -> Revision:
        return record(self.api.patch(self.path(revision), changes)) if changes else revision

    def trim(self, found: Object) -> None:
        """Removes the oldest. One that cannot be removed now is by the next change."""
        for one in self.of(found)[:-KEPT]:
            try:
                self.api.answer("DELETE", self.path(one), {})
            except (Missing, Rejected):
                continue

    def path(self, revision: Revision) -> str:
        return f"{self.collection}/{quoted(revision.name)}"


def record_name(found: Object, template: Mapping[str, Any]) -> str:
    """The same predictor has the same name."""
    text = json.dumps(template, sort_keys=True)
    return f"{name_of(found)[:240]}-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def record(found: Object) -> Revision:
    template = found["data"]["predictor"]
    notes = annotations_of(found)
    return Revision(
        name=name_of(found),
        number=int(found["revision"]),
        template=template,
        containers=predictor_containers(template),
        notes=notes,
        # Nothing of an earlier revision runs any more: whether it served was noted.
        serves=notes.get(STATE) == "ready",
    )


def manifest(found: Object, template: Mapping[str, Any], number: int, notes: Mapping[str, str]) -> Object:
    metadata = found["metadata"]
    owner = {key: found[key] for key in ("apiVersion", "kind")}
    return {
        **{"apiVersion": "apps/v1", "kind": "ControllerRevision", "revision": number, "data": {"predictor": template}},
        "metadata": {
            **{"name": record_name(found, template), "labels": {LABEL: ""}, "annotations": {**notes}},
            "ownerReferences": [{**owner, "name": metadata["name"], "uid": metadata["uid"]}],
        },
    }


def current_record(found: Object, revisions: Sequence[Revision], serves: bool) -> Revision:
    """The one of what is to run now; where nobody has written it down, as it would be."""
    template = predictor_template(found)
    name = record_name(found, template)
    known = revision_named(name, revisions)
    number = max((one.number for one in revisions), default=0) + 1 if known is None else known.number
    notes = {} if known is None else known.notes
    return Revision(name, number, template, predictor_containers(template), notes, serves)
