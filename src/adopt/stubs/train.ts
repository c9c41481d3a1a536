/** A program that runs the project's training, and moves what it writes beside itself. */
export const trainStub = (
  script: string,
  written: readonly string[],
): string => `"""Runs ${script}, and moves the model that it writes beside itself to where it is looked for.

Written by \`ml-pipeline init\`. Called as \`python -m ml_pipeline.train FOLDER SCRIPT ...\`.
"""

import runpy
import shutil
import sys
from pathlib import Path

WRITTEN = [${written.map((path) => JSON.stringify(path)).join(", ")}]


def main(folder: str, script: str, *arguments: str) -> None:
    sys.argv = [script, *arguments]
    # As Python does for a program that is run by its path.
    sys.path.insert(0, str(Path(script).parent))
    runpy.run_path(script, run_name="__main__")
    for name in WRITTEN:
        shutil.move(name, Path(folder, name))


if __name__ == "__main__":
    main(*sys.argv[1:])
`;
