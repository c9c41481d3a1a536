import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dataRows, type TestProject } from "./project.ts";

/** One way in which a project can be broken, and what the pipeline must say about it. */
export interface Failure {
  readonly name: string;
  readonly breakIt: (project: TestProject) => Promise<void>;
  /** What the message must have in it. */
  readonly says: readonly (string | RegExp)[];
  /** The stage that the report names. */
  readonly stage: string;
  readonly gate?: string;
  /** A baseline model's `limit`, for the gate that compares. */
  readonly baselineLimit?: number;
}

const data = (project: TestProject, text: string): Promise<void> => writeFile(join(project.data, "rows.csv"), text);

/** Everything that must never pass, one row each. */
export const FAILURES: readonly Failure[] = [
  {
    name: "a lint error",
    breakIt: (project) => project.edit("src/model.py", "import csv\n", "import csv\nimport os\n"),
    stage: "lint",
    says: ["ruff check src/", "F401", "exit code 1"],
  },
  {
    name: "a type error",
    breakIt: (project) => project.edit("src/model.py", 'return "yes" if x > limit else "no"', "return x > limit"),
    stage: "lint",
    says: ["mypy src/", /Incompatible return value type/],
  },
  {
    name: "a failing unit test",
    breakIt: (project) => project.edit("tests/unit/test_model.py", '0.6) == "yes"', '0.6) == "no"'),
    stage: "test unit",
    says: ["1 failed", "pytest -v --tb=short tests/unit", "test_above_the_limit_is_yes"],
  },
  {
    name: "NaN in a mandatory column",
    breakIt: (project) => data(project, dataRows(1200).replace(/\n0\.\d+,/, "\nnan,")),
    stage: "validate data",
    says: ['rows.csv: column "x" is NaN or infinite in 1 of 1,200 rows'],
  },
  {
    name: "an empty field in a mandatory column",
    breakIt: (project) => data(project, dataRows(1200).replace(/,yes\n/, ",\n")),
    stage: "validate data",
    says: ['rows.csv: mandatory column "label" is empty in 1 of 1,200 rows'],
  },
  {
    name: "800 rows",
    breakIt: (project) => data(project, dataRows(800)),
    stage: "validate data",
    says: ["800 rows in 1 file, at least 1,000 are needed (data.min-rows)"],
  },
  {
    name: "training that throws",
    breakIt: (project) =>
      project.edit("src/train.py", '    print(f"limit', '    raise ValueError("no luck today")\n    print(f"limit'),
    stage: "train",
    says: ["python -m src.train --data /data --output /models --epochs 10: exit code 1", "no luck today"],
  },
  {
    name: "training killed for memory",
    breakIt: async (project) => {
      await project.edit("src/train.py", "import json\n", "import json\nimport os\nimport signal\n");
      await project.edit(
        "src/train.py",
        '    print(f"limit',
        '    os.kill(os.getpid(), signal.SIGKILL)\n    print(f"limit',
      );
    },
    stage: "train",
    says: ["src.train", "exit code 137: killed by SIGKILL, most likely out of memory"],
  },
  {
    name: "a metric below its threshold",
    breakIt: (project) => project.edit("pyproject.toml", "accuracy = 0.9", "accuracy = 0.99"),
    stage: "gates",
    gate: "metrics",
    says: [/metrics failed: accuracy 0\.96\d+ \(at least 0\.99\)/],
  },
  {
    name: "a model worse than its baseline",
    breakIt: (project) =>
      project.edit("src/train.py", "best_limit(read_rows(options.data))", "best_limit(read_rows(options.data)) + 0.03"),
    baselineLimit: 0.5,
    stage: "gates",
    gate: "regression",
    says: [/regression failed: accuracy 0\.93\d+ \(baseline 0\.96\d+, at least 0\.95\d+\)/],
  },
  {
    name: "a model that answers one class",
    breakIt: (project) =>
      project.edit("src/train.py", "best_limit(read_rows(options.data))", "best_limit(read_rows(options.data)) + 2"),
    stage: "gates",
    gate: "schema",
    says: [/class collapse: all 1,200 predictions are "no"/],
  },
  {
    name: "a server that dies",
    breakIt: (project) =>
      project.edit("src/serve.py", 'LIMIT = load(Path("models"))', 'LIMIT = load(Path("model-that-is-not-there"))'),
    stage: "serve",
    says: ["python -m src.serve: exit code 1", "model-that-is-not-there"],
  },
  {
    name: "a server that answers what its schema does not allow",
    breakIt: (project) =>
      project.edit("src/serve.py", '{"predictions": answers}', '{"predictions": answers and ["perhaps"]}'),
    stage: "serve",
    says: ['POST /predict: the prediction "perhaps" is not one of gates.schema.classes (no, yes)'],
  },
  {
    name: "a gate that is configured and not built yet",
    breakIt: (project) =>
      project.edit(
        "pyproject.toml",
        "[tool.ml-pipeline.gates.metrics]",
        "[tool.ml-pipeline.gates.latency]\nsingle-ms = 100\n\n[tool.ml-pipeline.gates.metrics]",
      ),
    stage: "gates",
    gate: "latency",
    says: ["gates.latency is configured, and this version of ml-pipeline cannot check it yet"],
  },
  {
    name: "an unknown configuration key",
    breakIt: (project) =>
      project.edit("pyproject.toml", "accuracy = 0.9", "accuracy = 0.9\n\n[tool.ml-pipeline.gate.metrics]\nf1 = 1"),
    stage: "project",
    says: ["pyproject.toml: tool.ml-pipeline.gate: unknown key; did you mean gates?"],
  },
];
