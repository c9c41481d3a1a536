import { pythonList } from "./parts.ts";

/** A program that runs the project's training, and moves what it writes beside itself. */
export const trainStub = (script: string, written: readonly string[], isModule: boolean): string =>
  program(
    isModule,
    `Runs ${script}, and moves the model that it writes beside itself to where it is looked for.`,
    `${pythonList(written, "WRITTEN")}


`,
    `    for name in WRITTEN:
        shutil.move(name, Path(folder, name))
`,
  );

/** A program that runs the project's training, and copies the model that it logs to a run of MLflow. */
export const loggedTrainStub = (script: string, isModule: boolean): string =>
  program(
    isModule,
    `Runs ${script}, and copies the model that it logs to MLflow to where it is looked for.`,
    "\n",
    `    # MLflow keeps it in a folder that has the name of the run, in one of these two.
    stores = [Path("mlruns"), Path("mlartifacts")]
    found = [path for store in stores for path in store.rglob("MLmodel")]
    logged = max(found, key=lambda path: path.stat().st_mtime)
    shutil.copytree(logged.parent, folder, dirs_exist_ok=True)
`,
  );

const AS_SCRIPT = `def main(folder: str, script: str, *arguments: str) -> None:
    sys.argv = [script, *arguments]
    # As Python does for a program that is run by its path.
    sys.path.insert(0, str(Path(script).parent))
    runpy.run_path(script, run_name="__main__")
`;

const AS_MODULE = `def main(folder: str, flag: str, module: str, *arguments: str) -> None:
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
`;

const program = (isModule: boolean, what: string, constants: string, after: string): string => `"""${what}

Written by \`ml-pipeline init\`. Called as \`python -m ml_pipeline.train FOLDER ${isModule ? "-m MODULE" : "SCRIPT"} ...\`.
"""

import runpy
import shutil
import sys
from pathlib import Path

${constants}${isModule ? AS_MODULE : AS_SCRIPT}${after}

if __name__ == "__main__":
    main(*sys.argv[1:])
`;
