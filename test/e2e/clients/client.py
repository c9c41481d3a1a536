"""What clients.test.ts runs against the included engine: as a program of someone who has the SDK alone."""

import asyncio
import json
import sys

import dagger
from dagger import dag


async def main(image: str) -> None:
    async with dagger.connection():
        folder = dag.directory().with_new_file("a.txt", "hello").with_new_file("b/c.txt", "deep")
        container = dag.container().from_(image).with_mounted_directory("/given", folder)
        run = (
            container.with_env_variable("WHO", "someone")
            .with_secret_variable("TOKEN", dag.set_secret("token", "s3cr3t"))
            .with_exec(["sh", "-c", 'cat /given/b/c.txt; echo " $WHO $TOKEN"'])
        )
        exit_code, stderr = 0, ""
        try:
            await container.with_exec(["sh", "-c", "echo why >&2; exit 3"]).sync()
        except dagger.ExecError as error:
            exit_code, stderr = error.exit_code, error.stderr
        names = [await variable.name() for variable in await run.env_variables()]
        said = {
            "entries": await folder.entries(),
            "stdout": await run.stdout(),
            "exitCode": exit_code,
            "stderr": stderr,
            "hasVariable": "WHO" in names,
        }
        print(json.dumps(said))


asyncio.run(main(sys.argv[1]))
