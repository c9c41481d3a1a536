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

/** Adds a gate's table, and lets the metrics gate pass what this gate is to refuse. */
const configure = async (project: TestProject, gate: string, metrics: string): Promise<void> => {
  await project.edit(
    "pyproject.toml",
    "[tool.ml-pipeline.gates.metrics]\naccuracy = 0.9",
    `[tool.ml-pipeline.gates.${gate}\n\n[tool.ml-pipeline.gates.metrics]\n${metrics}`,
  );
};

/** Every second row is answered by a limit that is too high. */
const worseForOddPlaces = async (project: TestProject): Promise<void> => {
  await project.edit(
    "src/evaluate.py",
    '(label, answer(limit, x), "even" if place % 2 == 0 else "odd")',
    '(label, answer(limit + place % 2 / 5, x), f"{place % 2}")',
  );
};

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
    name: "a key in the code",
    breakIt: (project) =>
      project.edit("src/model.py", "import csv\n", `import csv\n\nKEY = "${"AK"}IAQ5ZK7WXPTB4LMJ2D"\n`),
    stage: "scan secrets",
    says: ["src/model.py line", "(an AWS access key)", "image.allow-secrets = "],
  },
  {
    name: "a failing unit test",
    breakIt: (project) => project.edit("tests/unit/test_model.py", '0.6) == "yes"', '0.6) == "no"'),
    stage: "test unit",
    says: ["1 failed", "pytest -v --tb=short tests/unit", "test_above_the_limit_is_yes"],
  },
  {
    name: "a failing test in no layer's folder, which a hook calls passed",
    breakIt: async (project) => {
      await project.write("tests/core/test_core.py", "def test_core():\n    assert 1 == 2\n");
      await project.write("tests/conftest.py", "def pytest_sessionfinish(session):\n    session.exitstatus = 0\n");
    },
    stage: "test unit",
    says: ["2 tests passed, 1 failed", "the exit code is 0 although tests failed", "test_core"],
  },
  {
    name: "a test that ends pytest",
    breakIt: (project) => project.write("tests/unit/test_end.py", "import os\n\n\ndef test_end():\n    os._exit(0)\n"),
    stage: "test unit",
    says: [
      "pytest's process ended during tests/unit/test_end.py::test_end (exit code 0); 3 of 3 collected tests did not run",
    ],
  },
  {
    name: "NaN in a mandatory column",
    breakIt: (project) => data(project, dataRows(1200).replace(/\n0\.\d+,/, "\nnan,")),
    stage: "validate data",
    says: ['"x" is NaN or infinite in 1 of 1,200 rows (0.083 %): rows.csv line 2 ("nan") (data.required)'],
  },
  {
    name: "an empty field in a mandatory column",
    breakIt: (project) => data(project, dataRows(1200).replace(/,yes\n/, ",\n")),
    stage: "validate data",
    says: [/"label" is empty in 1 of 1,200 rows \(0\.083 %\): rows\.csv line \d+ \(empty\) \(data\.required\)/],
  },
  {
    name: "800 rows",
    breakIt: (project) => data(project, dataRows(800)),
    stage: "validate data",
    says: [
      "800 rows in 1 file, at least 1,000 are needed (a guess of the pipeline, and min-rows = 800 allows it) (data.min-rows)",
    ],
  },
  {
    name: "training that throws",
    breakIt: (project) =>
      project.edit("src/train.py", '    print(f"limit', '    raise ValueError("no luck today")\n    print(f"limit'),
    stage: "train",
    says: ["python -m src.train --data /data --output /models --epochs 10: ValueError: no luck today (exit code 1)"],
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
    says: [/metrics failed: accuracy 0\.96\d+ \[0\.9\d+, 0\.9\d+\] \(at least 0\.99\)/],
  },
  {
    name: "a model worse than its baseline",
    breakIt: (project) =>
      project.edit("src/train.py", "best_limit(read_rows(options.data))", "best_limit(read_rows(options.data)) + 0.03"),
    baselineLimit: 0.5,
    stage: "gates",
    gate: "regression",
    says: [
      /regression failed: accuracy 0\.93\d+ \(baseline 0\.96\d+, at least 0\.95\d+\); difference −0\.\d+ \[.*worse beyond noise/,
    ],
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
    name: "a predicate that takes too long",
    breakIt: (project) =>
      project.edit(
        "pyproject.toml",
        "[tool.ml-pipeline.gates.metrics]",
        `[tool.ml-pipeline.data.rules]
endless = "x < levenshtein(repeat('a', 20000), repeat('b', 20000 + CAST(x * 0 AS INTEGER)))"

[tool.ml-pipeline.limits]
query-seconds = 3

[tool.ml-pipeline.gates.metrics]`,
      ),
    stage: "validate data",
    says: ["stopped after 3 s, the limit of limits.query-seconds, trying to query the tables (data)"],
  },
  {
    name: "a server that dies",
    breakIt: (project) =>
      project.edit("src/serve.py", 'LIMIT = load(Path("models"))', 'LIMIT = load(Path("model-that-is-not-there"))'),
    stage: "gates",
    gate: "latency",
    says: ["✗ gates: the server did not start: python -m src.serve: exit code 1: ", "model-that-is-not-there"],
  },
  {
    name: "a server that listens on another port",
    breakIt: async (project) => {
      await project.edit("src/serve.py", 'os.environ.get("PORT", "8080")', 'os.environ.get("MY_PORT", "5000")');
      await project.edit("pyproject.toml", "[tool.ruff]", "[tool.ml-pipeline.serve]\nready-seconds = 5\n\n[tool.ruff]");
    },
    stage: "gates",
    gate: "latency",
    says: [
      "no healthy answer from GET /health within 5 s, the limit of serve.ready-seconds",
      "It listens on port 5000, and is asked on 8080: set serve.port = 5000, or let it take $PORT",
    ],
  },
  {
    name: "a server that dies after its first answer",
    breakIt: (project) =>
      project.edit(
        "src/serve.py",
        '        self.reply({"predictions": answers})',
        '        self.reply({"predictions": answers})\n        self.wfile.flush()\n        os._exit(3)',
      ),
    stage: "gates",
    gate: "latency",
    says: ["latency failed: the served model answers no request as it should: no answer"],
  },
  {
    name: "a server that answers the opposite of what was evaluated",
    breakIt: async (project) => {
      const limit = 'LIMIT = load(Path("models"))';
      await project.edit("src/serve.py", limit, `${limit}\nNOT = {"yes": "no", "no": "yes"}`);
      await project.edit("src/serve.py", '{"predictions": answers}', '{"predictions": [NOT[one] for one in answers]}');
    },
    stage: "gates",
    gate: "served-answers",
    says: [
      /served-answers failed: 0 of 100 evaluated rows served as evaluated \(at least 99 %\).*; evaluated \w+, served/,
    ],
  },
  {
    name: "a server that sorts the answers of a batch",
    breakIt: (project) => project.edit("src/serve.py", '{"predictions": answers}', '{"predictions": sorted(answers)}'),
    stage: "gates",
    gate: "served-answers",
    says: [
      /served-answers failed: \d+ of 100 rows served in batches of 16 as alone \(at least 99 %\): "\w+" in a batch/,
    ],
  },
  {
    name: "a training that keeps a token in the model",
    breakIt: (project) =>
      project.edit(
        "src/train.py",
        "    print(f",
        '    (options.output / "w.bin").write_bytes(b"AK" + b"IAQ5ZK7WXPTB4LMJ2D\\0")\n    print(f',
      ),
    stage: "scan model",
    says: ["models/w.bin (an AWS access key)", 'image.allow-secrets = ["models/w.bin"]'],
  },
  {
    name: "an evaluation that leaves out the rows that it has wrong",
    breakIt: (project) =>
      project.edit(
        "src/evaluate.py",
        "    right = sum(",
        "    rows = [row for row in rows if row[0] == row[1]]\n    right = sum(",
      ),
    stage: "gates",
    gate: "evaluated-rows",
    says: [
      "evaluated-rows failed: 1,160 of the 1,200 rows of rows.csv were evaluated: 40 rows left out, 3.33 % (at most 0 %, gates.evaluated-rows.max-left-out)",
    ],
  },
  {
    name: "a server that answers what its schema does not allow",
    // The gate that compares it with the evaluation only warns here, so that the image itself is tried.
    breakIt: async (project) => {
      await configure(project, "served-answers]\nrequired = false", "accuracy = 0.9");
      await project.edit("src/serve.py", '{"predictions": answers}', '{"predictions": ["perhaps" for _ in answers]}');
    },
    stage: "serve",
    says: ['POST /predict: the prediction "perhaps" is not one of gates.schema.classes (no, yes)'],
  },
  {
    name: "a metrics.json that claims more than the predictions say",
    breakIt: (project) => project.edit("src/evaluate.py", "right / len(rows)", "min(1, 0.02 + right / len(rows))"),
    stage: "gates",
    gate: "metrics",
    says: [/metrics failed: metrics\.json of src\.evaluate claims accuracy 0\.98\d*; its predictions give 0\.96/],
  },
  {
    name: "a server that takes too long",
    breakIt: async (project) => {
      await project.edit("src/serve.py", "import os\n", "import os\nimport time\n");
      await project.edit(
        "src/serve.py",
        "        body = json.loads",
        "        time.sleep(0.15)\n        body = json.loads",
      );
    },
    stage: "gates",
    gate: "latency",
    says: [/latency failed: one request 1[5-9]\d\.?\d* ms \(p95.*, at most 100\)/],
  },
  {
    name: "a model that is wrong about one group",
    breakIt: async (project) => {
      await configure(project, 'slices]\ncolumns = ["place"]\nmin-accuracy = 0.9', "accuracy = 0.5");
      await worseForOddPlaces(project);
    },
    stage: "gates",
    gate: "slices",
    says: [/slices failed: place=1: accuracy 0\.7\d+ \[0\.7\d+, 0\.\d+\] \(at least 0\.9\), 600 rows/],
  },
  {
    name: "a model that is bad at a group that nobody named",
    breakIt: async (project) => {
      await configure(project, "worst-slice]\nmax-drop = 0.1", "accuracy = 0.5");
      await worseForOddPlaces(project);
    },
    stage: "gates",
    gate: "worst-slice",
    says: [
      /worst-slice failed: place = 1: accuracy 0\.7\d+, -0\.\d+ \[.*\] against other rows \(at most 0\.1 worse\), 600 rows/,
    ],
  },
  {
    name: "a model that favours one group",
    breakIt: async (project) => {
      await configure(project, 'fairness]\ncolumns = ["place"]\nfavorable = "yes"', "accuracy = 0.5");
      await worseForOddPlaces(project);
    },
    stage: "gates",
    gate: "fairness",
    says: [/fairness failed: place: disparate impact 0\.\d+ \[.*\] \(at least 0\.8\).*yes for .* % of place=1/],
  },
  {
    name: "a failure mode that does not hold",
    breakIt: (project) =>
      project.write(
        "tests/failure_modes/edges.jsonl",
        '{"instance": {"x": 0.9}, "expected": "yes", "name": "high"}\n{"instance": {"x": 0.1}, "expected": "yes", "name": "<low>"}\n',
      ),
    stage: "gates",
    gate: "failure-modes",
    says: [
      'failure-modes failed: 1 of 2 cases hold (at least 100 %); edges, <low>: expected "yes", got "no" for {"x":0.1}',
    ],
  },
  {
    name: "a gain that is too good to be true",
    breakIt: () => Promise.resolve(),
    baselineLimit: 0.8,
    stage: "gates",
    gate: "suspicious-gain",
    says: [/suspicious-gain inconclusive: needs approval: accuracy 0\.96\d+ \(baseline 0\.68\d+\), a gain of 0\.2\d+/],
  },
  {
    name: "answers that differ from production's",
    breakIt: (project) =>
      project.write(
        "tests/shadow/requests.jsonl",
        Array.from({ length: 50 }, (_, index) => `{"x": ${0.4 + index / 250}}\n`).join(""),
      ),
    baselineLimit: 0.42,
    stage: "gates",
    gate: "shadow",
    says: [/shadow failed: 58 % \[.*\] of 50 requests answered as production did \(at least 95 %\)/],
  },
  {
    name: "an unknown configuration key",
    breakIt: (project) =>
      project.edit("pyproject.toml", "accuracy = 0.9", "accuracy = 0.9\n\n[tool.ml-pipeline.gate.metrics]\nf1 = 1"),
    stage: "project",
    says: ["pyproject.toml: tool.ml-pipeline.gate: unknown key; did you mean gates?"],
  },
];
