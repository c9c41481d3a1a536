"""What the team calls: a check, a report, a push and a deploy, around one run of ml-pipeline."""

from typing import Annotated

import dagger
from dagger import Doc, Ignore, dag, function, object_type

# The stages of ml-pipeline run in the same image, so nothing else is pulled.
IMAGE = "python:3.11-slim"

# What a model may weigh where nobody says otherwise, in megabytes.
MOST = 100

Source = Annotated[dagger.Directory, Doc("The project's folder."), Ignore([".git", ".venv", "**/__pycache__"])]
Data = Annotated[dagger.Directory, Doc("The folder with the data.")]
Most = Annotated[int, Doc("What the model may weigh, in megabytes.")]


@object_type
class TeamPipeline:
    """A team's own pipeline around ml-pipeline."""

    @function(cache="never")
    async def pull_request(self, source: Source, data: Data, most: Most = MOST) -> str:
        """Trains, asks the gates and weighs the model, and pushes nothing: for a pull request.

        Gives a line for each gate, and one for the weight; fails when the run failed, or the model is too heavy.
        """
        run = train(source, data)
        await run.assert_()
        return "\n".join([*await gate_lines(run), await weigh(run.model(), most)])

    @function(cache="session")
    async def report(self, source: Source, data: Data) -> dagger.Directory:
        """Gives the report of the same run, with the lines of the gates in a file of the team's own."""
        run = train(source, data)
        lines = "".join(f"{line}\n" for line in await gate_lines(run))
        return run.report().with_new_file("team.txt", lines)

    @function(cache="never")
    async def publish(
        self,
        source: Source,
        data: Data,
        address: Annotated[str, Doc("Where to push: REGISTRY/NAME:TAG.")],
        most: Most = MOST,
        registry_user: Annotated[str | None, Doc("User name at the registry.")] = None,
        registry_password: Annotated[dagger.Secret | None, Doc("Password or token at the registry.")] = None,
    ) -> str:
        """Trains, asks the gates, weighs the model, and pushes its image when nothing of it failed.

        Gives the published image, NAME@sha256:…
        """
        run = train(source, data)
        await run.assert_()
        await weigh(run.model(), most)
        image = run.image()
        return await image.publish(address, registry_user=registry_user, registry_password=registry_password)

    @function(cache="never")
    async def deploy(
        self,
        source: Source,
        image: Annotated[str, Doc("The image as publish gives it: NAME@sha256:…")],
        environment: Annotated[str, Doc("The name of a table below deploy, such as staging.")],
        kubeconfig: Annotated[dagger.Secret, Doc("The way to the cluster: the text of a kubeconfig.")],
    ) -> str:
        """Deploys a published image to an environment of the project."""
        return await dag.ml_pipeline(kubeconfig=kubeconfig).deploy(image, environment, source=source)


def train(source: dagger.Directory, data: dagger.Directory) -> dagger.MlPipelineRun:
    """Gives the run of ml-pipeline. It happens once in a session, however many of its fields are asked for."""
    return dag.ml_pipeline().run(source=source, data=data)


async def gate_lines(run: dagger.MlPipelineRun) -> list[str]:
    """Gives a line for each gate that was asked."""
    return [f"{await gate.name()} {await gate.status()}: {await gate.message()}" for gate in await run.gates()]


async def weigh(model: dagger.Directory, most: int) -> str:
    """Weighs a model: the team's own stage, for which any container that reads the model can stand."""
    said = await (
        dag.container()
        .from_(IMAGE)
        .with_mounted_directory("/model", model)
        .with_exec(["du", "--summarize", "--bytes", "/model"])
        .stdout()
    )
    megabytes = int(said.split()[0]) / 1e6
    if megabytes > most:
        raise ValueError(f"the model weighs {megabytes:.3f} MB, and may weigh {most} MB")
    return f"weight passed: {megabytes:.3f} MB of at most {most} MB"
