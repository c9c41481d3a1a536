"""What is deployed to: an object of Kubernetes whose controller makes pods, whatever kind it is.

Each kind tells what the API server says in the words of `workload_state.py`, and nothing else asks which kind it is.
"""

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Optional

from kubernetes_api import Api, quoted
from kubernetes_failure import Missing, Refused, Silent, refuse, understood
from kubernetes_objects import Objects, Rights
from kubernetes_values import name_of
from rollout_reason import Reason
from workload_state import Look, Notes, Operations, Revision, Seen


class Workload(ABC):
    """One object that is deployed to."""

    # As users write it.
    kind: ClassVar[str]
    plural: ClassVar[str]
    # The version of the API that has it.
    api_version: ClassVar[str]
    # Whether a candidate can be tried beside it by a Deployment of its own.
    has_canary: ClassVar[bool] = False

    def __init__(self, api: Api, name: str) -> None:
        self.api, self.name = api, name
        self.objects = Objects(api)
        self.collection = f"/apis/{self.api_version}/namespaces/{quoted(api.namespace)}/{self.plural}"
        self.path = f"{self.collection}/{quoted(name)}"

    def probe(self) -> None:
        """Refuses a server that does not know the kind. Others may use its group as well: Argo CD does."""
        try:
            known = self.api.get(f"/apis/{self.api_version}").get("resources") or []
        except Missing:
            known = []
        except Refused as error:
            if error.reason["code"] != "forbidden":
                raise
            # It may not be asked for what it has: then it says so by what it does not find.
            return
        if all(one.get("name") != self.plural for one in known):
            refuse("no-kind", f"{self.plural} of {self.api_version}")

    def get(self) -> Any:
        found = self.api.get(self.path)
        if not isinstance(found, dict) or found.get("kind") != self.kind:
            refuse("not-kubernetes", str(found)[:100])
        return found

    def others(self) -> list[str]:
        """What else there is of its kind in the namespace, as far as that may be asked."""
        try:
            return sorted(name_of(one) for one in self.objects.listed(self.collection))
        except (Refused, Missing, Silent):
            return []

    @abstractmethod
    def rights(self, seen: Seen) -> Rights:
        """What reading, changing and judging it needs."""

    def read(self) -> Seen:
        """The object; raises Missing where there is none."""
        return understood(self.own_read)

    def look(self) -> Look:
        """All that a rollout is judged by."""
        return understood(self.own_look)

    @abstractmethod
    def own_read(self) -> Seen:
        """The same, by an answer that may lack anything."""

    @abstractmethod
    def own_look(self) -> Look:
        """The same, by answers that may lack anything."""

    def refusal(self, look: Look) -> Optional[Reason]:
        """Why it cannot be deployed to as it is; None where it can."""
        del look
        return None

    @abstractmethod
    def image_changes(self, seen: Seen, index: int, image: str) -> Operations:
        """The JSON patch that lets a container run an image."""

    @abstractmethod
    def template_changes(self, seen: Seen, revision: Revision) -> Operations:
        """The JSON patch that lets pods be made as those of a revision."""

    def change(self, seen: Seen, operations: Operations, notes: Notes) -> Seen:
        """Changes what it runs, unless something else was changed since it was seen; raises Rejected and Silent."""
        return understood(lambda: self.own_change(seen, operations, notes))

    def note(self, seen: Seen, notes: Notes, still: Operations) -> Seen:
        """Notes something of it, for which no pod is made anew; raises Silent, and Rejected unless `still` holds."""
        return understood(lambda: self.own_note(seen, notes, still))

    @abstractmethod
    def own_change(self, seen: Seen, operations: Operations, notes: Notes) -> Seen:
        """The same, by an answer that may lack anything."""

    @abstractmethod
    def own_note(self, seen: Seen, notes: Notes, still: Operations) -> Seen:
        """The same, by an answer that may lack anything."""

    def hasten(self, look: Look) -> None:
        """Lets the controller go to what has served before without its steps for what is new."""
        del look
