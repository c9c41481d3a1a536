import { expect, test } from "vitest";
import { titleOf } from "../../../local/engine/activities.ts";

const program = (name: string): string[] => ["python3", `/opt/ml-pipeline/programs/${name}/${name}.py`];
const spec = (...commands: object[]): string => JSON.stringify({ results: "/tmp/ml-pipeline", commands });

test.each([
  [["python3", "-m", "src.train"], "withExec python3 -m src.train"],
  [
    [...program("run_within"), "env", "UV_CACHE_DIR=/root/.cache", "UV_PYTHON=3", "uv", "pip", "install", "x"],
    "withExec uv pip install x",
  ],
  [[...program("run_within"), ...program("install_debian"), "libgomp1"], "withExec apt-get install libgomp1"],
  [
    [...program("run_commands"), spec({ name: "train", args: ["python3", "-m", "src.train"] })],
    "withExec python3 -m src.train",
  ],
  [
    [
      ...program("run_commands"),
      spec(
        { name: "ruff", args: [...program("run_tool"), "/opt/lint", "ruff", "check", "src/"] },
        { name: "pytest", args: ["pytest", "tests"] },
      ),
    ],
    "withExec ruff; pytest tests",
  ],
  [[...program("run_commands"), "{no JSON"], "withExec run_commands"],
  [[...program("serve_measured"), '{"port":8080}', "python3", "-m", "src.serve"], "withExec python3 -m src.serve"],
  [[...program("describe_tables"), '{"files":[]}'], "withExec describe_tables"],
  [[], "withExec"],
])("%j is titled %s", (args, title) => {
  expect(titleOf("withExec", args)).toBe(title);
});
