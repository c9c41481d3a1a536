import { posix } from "node:path";
import type { HandedOn } from "../handed-on.ts";
import { pythonText } from "./parts.ts";

/** A program that hands on the predictions that training wrote beside the model. */
export const handOnStub = ({
  script,
  table,
}: HandedOn): string => `"""Hands on the predictions that ${script.path} writes beside the model.

Written by \`ml-pipeline init\`, and yours. They are those of the rows that training kept back: where a model is
to be judged by other rows, ask it here for its answers to them.
"""

import argparse
import shutil
from pathlib import Path

TABLE = ${pythonText(table)}


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("--model", "--data", "--output"):
        parser.add_argument(name, type=Path, required=True)
    args = parser.parse_args()
    written = sorted(args.model.rglob(TABLE))
    if not written:
        raise SystemExit(f"${script.path} wrote no {TABLE} beside the model")
    shutil.copy(written[0], args.output / "predictions${posix.extname(table)}")


if __name__ == "__main__":
    main()
`;
