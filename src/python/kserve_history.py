"""The history of an InferenceService, which KServe itself keeps none of.

Each predictor that was deployed stands in a ControllerRevision, as Kubernetes keeps those of a StatefulSet, and what
was noted of it as annotations there: those of an InferenceService go into its pods, which would be made anew for each.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from kserve_state import predictor_containers, predictor_template
from kubernetes_api import Api, quoted
from kubernetes_failure import Missing, Rejected
from kubernetes_objects import Objects
from kubernetes_values import Object, annotations_of, name_of, owned_by
from rollout_records import PREFIX, STATE
from workload_state import Notes, Revision, revision_named

# What tells them from those of others.
LABEL = f"{PREFIX}history"
# How many are kept, as a Deployment keeps them.
KEPT = 10
KIND = {"apiVersion": "apps/v1", "kind": "ControllerRevision"}


class History:
    """The revisions of one InferenceService."""

    def __init__(self, api: Api, objects: Objects) -> None:
        self.api, self.objects = api, objects
        self.collection = f"/apis/apps/v1/namespaces/{quoted(api.namespace)}/controllerrevisions"

    def of(self, found: Object) -> list[Revision]:
        return sorted((record(one) for one in self.listed(found)), key=lambda one: one.number)

    def listed(self, found: Object) -> list[Object]:
        return owned_by(found, self.objects.listed(self.collection, labelSelector=LABEL))

    def named(self, found: Object, template: Mapping[str, Any]) -> Optional[Object]:
        name = record_name(found, template)
        return next((one for one in self.listed(found) if name_of(one) == name), None)

    def write(self, found: Object, template: Mapping[str, Any], notes: Notes) -> None:
        """Makes a predictor the newest revision, with these notes. One that was there before gets another number."""
        newest = max((one.number for one in self.of(found)), default=0)
        known = self.named(found, template)
        if known is None:
            self.api.post(self.collection, manifest(found, template, newest + 1, changed_notes({}, notes)))
        else:
            self.replace(known, newest if known["revision"] == newest else newest + 1, notes)

    def note(self, found: Object, template: Mapping[str, Any], notes: Notes) -> None:
        """Notes something of a predictor, which is written down where it is not yet."""
        known = self.named(found, template)
        if known is None:
            self.write(found, template, notes)
        else:
            self.replace(known, known["revision"], notes)

    def replace(self, known: Object, number: int, notes: Notes) -> None:
        """A patch would not do: the server compares the bytes of what must not change, and itself writes others."""
        metadata = {**known["metadata"], "annotations": changed_notes(annotations_of(known), notes)}
        body = {**known, **KIND, "revision": number, "metadata": metadata}
        self.api.put(f"{self.collection}/{quoted(name_of(known))}", body)

    def trim(self, found: Object) -> None:
        """Removes the oldest. One that cannot be removed now is by the next change."""
        for one in self.of(found)[:-KEPT]:
            try:
                self.api.answer("DELETE", f"{self.collection}/{quoted(one.name)}", {})
            except (Missing, Rejected):
                continue


def changed_notes(before: Mapping[str, str], notes: Notes) -> dict[str, str]:
    after = {**before, **notes}
    return {key: value for key, value in after.items() if value is not None}


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
        **{**KIND, "revision": number, "data": {"predictor": template}},
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
