"""Logs a run: whatever of it is there is left as it is, so that a call which was ended in its middle goes on."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Optional, TypedDict, TypeVar

from ml_pipeline_walk import fail, walk
from mlflow_api import Server, until_made
from mlflow_failure import MlflowFailure

T = TypeVar("T")
# What MLflow takes at once.
PARAMS = 100
TAGS = 100
# It takes a thousand. But of points that are there it looks a hundred up at a time, and after each hundred adds all
# that it has not seen, so that it refuses its own second addition: a run that was left in its middle could never be
# completed.
METRICS = 100
# Files up to this size are sent again, since they may have become others: what is said of a model is known later.
SMALL = 1 << 20
# The run that something in MLflow is of.
RUN = "ml-pipeline.run"
# What was logged of it last, as a hash; a run without it was left in its middle.
LOGGED = "ml-pipeline.logged"
LOGGED_MODEL = "ml-pipeline.logged-model"
VERSION = "ml-pipeline.version"
VALIDATION = "validation_status"
READY = "LOGGED_MODEL_READY"

Note = Literal[
    # The experiment was deleted, and is there again.
    "restored",
    # A server of 2.x: the version is of the run's artifacts.
    "no-logged-models",
    # Artifacts do not go through the server, so that no file was sent.
    "no-artifacts",
    # A parameter has another value there, which cannot be changed.
    "other-params",
]


class Metric(TypedDict):
    key: str
    value: float
    step: int
    # Whether it says something of the model, and not only of the run.
    ofModel: bool


class Dataset(TypedDict):
    name: str
    digest: str
    source_type: str
    source: str
    schema: str
    profile: str
    context: str


class Run(TypedDict):
    # What tells it from all others.
    key: str
    name: str
    # Milliseconds since 1970.
    started: int
    # None for one that goes on.
    ended: Optional[int]
    status: Literal["RUNNING", "FINISHED", "FAILED"]
    params: dict[str, str]
    metrics: list[Metric]
    tags: dict[str, str]
    datasets: list[Dataset]


class Model(TypedDict):
    # Its name in the registry.
    name: str
    folder: str
    tags: dict[str, str]
    # What its gates said.
    validation: Literal["pending", "passed", "failed"]
    # The alias that stands at the newest model.
    challenger: str
    # The alias of the accepted model; None where this one is not.
    champion: Optional[str]


class Log(TypedDict):
    operation: Literal["log"]
    experiment: str
    # A hash of all this.
    digest: str
    run: Run
    model: Optional[Model]
    # A folder of files beside the model.
    report: Optional[str]


class Logged(TypedDict):
    kind: Literal["logged"]
    # The version of the server; empty where it does not say.
    server: str
    experiment_id: str
    run_id: str
    # Whether a call before this one had begun it, and whether nothing was left to do.
    resumed: bool
    already: bool
    # Its version in the registry; empty where there is none.
    version: str
    # Aliases that this call moved.
    moved: list[str]
    notes: list[Note]


def chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def pairs(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in tags.items()]


def quoted(text: str) -> str:
    return "'" + text.replace("'", "\\'") + "'"


class Logging:
    def __init__(self, server: Server, call: Log) -> None:
        self.server, self.call, self.run = server, call, call["run"]
        self.notes: list[Note] = []
        self.moved: list[str] = []

    def log(self) -> Logged:
        version = self.server.version()
        experiment = self.experiment()
        found, resumed = until_made(lambda: self.find_run(experiment), lambda: self.make_run(experiment))
        run_id = str(found["info"]["run_id"])
        before = {one["key"]: one.get("value", "") for one in found.get("data", {}).get("tags", [])}
        # What is said of a run before its end is no news where the end is known.
        is_late = self.run["ended"] is None and found["info"].get("status") != "RUNNING" and LOGGED in before
        already = is_late or before.get(LOGGED) == self.call["digest"]
        number = before.get(VERSION, "") if already else self.log_all(found, run_id, experiment)
        if not resumed:
            # Who made the other one may not have seen this one.
            run_id = str(self.first_of(experiment, found)["info"]["run_id"])
        return {
            "kind": "logged",
            "server": version,
            "experiment_id": experiment,
            "run_id": run_id,
            "resumed": resumed,
            "already": already,
            "version": number,
            "moved": self.moved,
            "notes": self.notes,
        }

    def log_all(self, found: Mapping[str, Any], run_id: str, experiment: str) -> str:
        self.log_params(found, run_id)
        self.log_tags(run_id, self.run["tags"])
        self.log_datasets(run_id)
        model = self.call["model"]
        root = artifact_path(str(found["info"].get("artifact_uri", "")))
        number = ""
        model_id = ""
        if (model is not None or self.call["report"] is not None) and root is None:
            self.notes.append("no-artifacts")
        elif root is not None:
            if model is not None:
                model_id = self.logged_model(model, run_id, experiment, found)
                source = f"models:/{model_id}" if model_id else self.run_artifact(model, root, found)
                number = self.registered(model, run_id, model_id, source)
            if self.call["report"] is not None:
                self.send_folder(Path(self.call["report"]), f"{root}/report")
        self.log_metrics(run_id, model_id)
        if model is not None and number:
            self.judged(model, number)
        self.end(run_id, number)
        return number

    def experiment(self) -> str:
        """The experiment by its name, made where there is none, and restored where it was deleted."""
        name = self.call["experiment"]
        found, _ = until_made(lambda: self.find_experiment(name), lambda: self.make_experiment(name))
        identifier = str(found.get("experiment_id", ""))
        if found.get("lifecycle_stage") == "deleted":
            self.server.post("experiments/restore", {"experiment_id": identifier})
            self.notes.append("restored")
        return identifier

    def find_experiment(self, name: str) -> Optional[dict[str, Any]]:
        try:
            found = self.server.get("experiments/get-by-name", {"experiment_name": name}).get("experiment")
        except MlflowFailure as failure:
            if failure.code == "RESOURCE_DOES_NOT_EXIST":
                return None
            raise
        return found if isinstance(found, dict) and "experiment_id" in found else not_mlflow()

    def make_experiment(self, name: str) -> dict[str, Any]:
        try:
            return self.server.post("experiments/create", {"name": name}, again=False)
        except MlflowFailure as failure:
            # Another call has made it since.
            if failure.code == "RESOURCE_ALREADY_EXISTS":
                return self.find_experiment(name) or not_mlflow()
            raise

    def find_run(self, experiment: str) -> Optional[dict[str, Any]]:
        query = {
            "experiment_ids": [experiment],
            "filter": f"tags.`{RUN}` = {quoted(self.run['key'])}",
            "order_by": ["attribute.start_time ASC"],
            "max_results": 50,
        }
        runs = self.server.post("runs/search", query).get("runs", [])
        first = min(runs, key=lambda one: str(one["info"]["run_id"]), default=None)
        return None if first is None else self.server.get("runs/get", {"run_id": first["info"]["run_id"]})["run"]

    def make_run(self, experiment: str) -> dict[str, Any]:
        tags = pairs({RUN: self.run["key"], "mlflow.runName": self.run["name"]})
        body = {"experiment_id": experiment, "start_time": self.run["started"], "tags": tags}
        answer = self.server.post("runs/create", {**body, "run_name": self.run["name"]}, again=False)
        made: dict[str, Any] = answer["run"]
        return self.first_of(experiment, made)

    def first_of(self, experiment: str, made: dict[str, Any]) -> dict[str, Any]:
        """Of runs that two calls made at once, the one that all calls take; the other one is deleted."""
        first = self.find_run(experiment)
        if first is None or first["info"]["run_id"] == made["info"]["run_id"]:
            return made
        self.server.post("runs/delete", {"run_id": made["info"]["run_id"]})
        return first

    def log_params(self, found: Mapping[str, Any], run_id: str) -> None:
        there = {one["key"]: one.get("value", "") for one in found.get("data", {}).get("params", [])}
        wanted = self.run["params"]
        if any(there.get(key, value) != value for key, value in wanted.items()):
            self.notes.append("other-params")
        lacking = {key: value for key, value in wanted.items() if key not in there}
        for some in chunks(pairs(lacking), PARAMS):
            self.server.post("runs/log-batch", {"run_id": run_id, "params": some})

    def log_tags(self, run_id: str, tags: Mapping[str, str]) -> None:
        for some in chunks(pairs(tags), TAGS):
            self.server.post("runs/log-batch", {"run_id": run_id, "tags": some})

    def log_metrics(self, run_id: str, model_id: str) -> None:
        """The time of all is that of the run's end, so that what is logged twice is one point."""
        time = self.run["ended"] or self.run["started"]
        metrics = [
            {
                **{"key": one["key"], "value": one["value"], "step": one["step"], "timestamp": time},
                **({"model_id": model_id} if model_id and one["ofModel"] else {}),
            }
            for one in self.run["metrics"]
        ]
        for some in chunks(metrics, METRICS):
            self.server.post("runs/log-batch", {"run_id": run_id, "metrics": some})

    def log_datasets(self, run_id: str) -> None:
        datasets = [
            {
                "tags": pairs({"mlflow.data.context": one["context"]}),
                "dataset": {key: value for key, value in one.items() if key != "context" and value},
            }
            for one in self.run["datasets"]
        ]
        if datasets:
            self.server.post("runs/log-inputs", {"run_id": run_id, "datasets": datasets})

    def logged_model(self, model: Model, run_id: str, experiment: str, found: Mapping[str, Any]) -> str:
        """The model as MLflow 3 has it; empty where the server knows no such thing."""
        try:
            info, _ = until_made(
                lambda: self.find_model(experiment), lambda: self.make_model(model, run_id, experiment)
            )
        except MlflowFailure as failure:
            if failure.kind == "stranger" and failure.status in (404, 405):
                self.notes.append("no-logged-models")
                return ""
            raise
        identifier = str(info["model_id"])
        root = artifact_path(str(info.get("artifact_uri", "")))
        if root is None:
            raise MlflowFailure("artifacts", str(info.get("artifact_uri", "")).partition(":")[0])
        self.log_tags(run_id, {LOGGED_MODEL: identifier})
        try:
            self.send_folder(Path(model["folder"]), root)
        except MlflowFailure:
            self.end_model(identifier, "LOGGED_MODEL_UPLOAD_FAILED")
            raise
        self.end_model(identifier, READY)
        outputs = found.get("outputs", {}).get("model_outputs", [])
        if all(one.get("model_id") != identifier for one in outputs):
            self.server.post("runs/outputs", {"run_id": run_id, "models": [{"model_id": identifier, "step": 0}]})
        return identifier

    def find_model(self, experiment: str) -> Optional[dict[str, Any]]:
        query = {"experiment_ids": [experiment], "filter": f"tags.`{RUN}` = {quoted(self.run['key'])}"}
        models = self.server.post("logged-models/search", query).get("models", [])
        return min((one["info"] for one in models), key=lambda info: str(info["model_id"]), default=None)

    def make_model(self, model: Model, run_id: str, experiment: str) -> dict[str, Any]:
        body = {
            "experiment_id": experiment,
            "name": model["name"],
            "source_run_id": run_id,
            "tags": pairs({RUN: self.run["key"], **model["tags"]}),
        }
        info = self.server.post("logged-models", body, again=False)["model"]["info"]
        return dict(info)

    def end_model(self, identifier: str, status: str) -> None:
        try:
            self.server.patch(f"logged-models/{identifier}", {"model_id": identifier, "status": status})
        except MlflowFailure:
            # Who could not send a file has told why.
            if status == READY:
                raise

    def run_artifact(self, model: Model, root: str, found: Mapping[str, Any]) -> str:
        self.send_folder(Path(model["folder"]), f"{root}/model")
        return f"{found['info']['artifact_uri']}/model"

    def registered(self, model: Model, run_id: str, model_id: str, source: str) -> str:
        """Its version in the registry, where the alias of challengers moves to the newest."""
        name = model["name"]
        try:
            self.server.post("registered-models/create", {"name": name})
        except MlflowFailure as failure:
            if failure.code != "RESOURCE_ALREADY_EXISTS":
                raise
        body = {
            "name": name,
            "source": source,
            "run_id": run_id,
            "tags": pairs({RUN: self.run["key"], VALIDATION: "pending", **model["tags"]}),
            **({"model_id": model_id} if model_id else {}),
        }
        number, _ = until_made(
            lambda: self.find_version(name, run_id),
            lambda: str(self.server.post("model-versions/create", body, again=False)["model_version"]["version"]),
        )
        at = self.alias(name, model["challenger"])
        if at is None or int(at) < int(number):
            self.move(name, model["challenger"], number)
        return number

    def find_version(self, name: str, run_id: str) -> Optional[str]:
        query = {"filter": f"name={quoted(name)} and run_id={quoted(run_id)}", "max_results": "10"}
        found = self.server.get("model-versions/search", query).get("model_versions", [])
        return str(min(int(one["version"]) for one in found)) if found else None

    def alias(self, name: str, alias: str) -> Optional[str]:
        return alias_version(self.server, name, alias)

    def move(self, name: str, alias: str, number: str) -> None:
        self.server.post("registered-models/alias", {"name": name, "alias": alias, "version": number})
        self.moved.append(alias)

    def judged(self, model: Model, number: str) -> None:
        """What the gates said, before an alias says that the model may be used."""
        name = model["name"]
        tags = {VALIDATION: model["validation"], **model["tags"]}
        for key, value in tags.items():
            body = {"name": name, "version": number, "key": key, "value": value}
            self.server.post("model-versions/set-tag", body)
        champion = model["champion"]
        if champion is not None and self.alias(name, champion) != number:
            self.move(name, champion, number)

    def end(self, run_id: str, number: str) -> None:
        """Last, so that a run that says it is whole is."""
        ended = {} if self.run["ended"] is None else {"end_time": self.run["ended"]}
        self.server.post("runs/update", {"run_id": run_id, "status": self.run["status"], **ended})
        self.log_tags(run_id, {**({VERSION: number} if number else {}), LOGGED: self.call["digest"]})

    def send_folder(self, folder: Path, root: str) -> None:
        """The files of a folder; a large one that is there in its whole length is not sent again."""
        for here, _, names in walk(folder, fail):
            below = Path(here).relative_to(folder).as_posix()
            place = root if below == "." else f"{root}/{below}"
            files = [path for path in (Path(here, name) for name in sorted(names)) if path.is_file()]
            large = any(path.stat().st_size > SMALL for path in files)
            there = {one["path"]: one.get("file_size") for one in self.server.list_artifacts(place)} if large else {}
            for path in files:
                size = path.stat().st_size
                if size <= SMALL or there.get(path.name) not in (size, str(size)):
                    self.server.upload(f"{place}/{path.name}", path)


def alias_version(server: Server, name: str, alias: str) -> Optional[str]:
    """The version that an alias stands at; None where it stands at none."""
    try:
        found = server.get("registered-models/alias", {"name": name, "alias": alias})["model_version"]
    except MlflowFailure as failure:
        # The alias that is not there is a wrong parameter in MLflow's words.
        if failure.code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            return None
        raise
    return str(found["version"])


def artifact_path(uri: str) -> Optional[str]:
    """The path below the server's artifacts; None for a place that the server does not pass files on to."""
    scheme, separator, rest = uri.partition(":")
    if scheme != "mlflow-artifacts" or not separator:
        return None
    if rest.startswith("//"):
        rest = rest[2:].partition("/")[2]
    return rest.strip("/")


def not_mlflow() -> dict[str, Any]:
    raise MlflowFailure("stranger", "its answer is JSON of something else")


def logged(server: Server, call: Log) -> Logged:
    try:
        return Logging(server, call).log()
    except (KeyError, TypeError, AttributeError) as error:
        raise MlflowFailure("stranger", f"its answer lacks {json.dumps(str(error))}") from None
