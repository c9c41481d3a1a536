import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { mlPipeline } from "./pipeline.ts";
import { tinyProject } from "./project.ts";

const answered = (check: string): string => `print(json.dumps({"schemaVersion": 1, "checks": [${check}]}))`;

/** Programs, and what is said of each. */
const HOSTILE: Readonly<Record<string, readonly [program: string, says: RegExp]>> = {
  silent: ["", /`python checks\/silent\.py` wrote nothing to its standard output/],
  failing: ['raise ValueError("no $(luck) ü")', /ended with exit code 1: ValueError: no \$\(luck\) ü/],
  nan: [answered('{"name": "a", "value": float("nan"), "outcome": "pass"}'), /NaN is none of its numbers/],
  endless: ['while True:\n    sys.stdout.write("x" * 65536)', /was stopped: .*limits\.output-megabytes/],
  long: [
    'sys.stdout.write(" " * 1_500_000)',
    /wrote 1500000 bytes to its standard output, and 1000000 are read at most/,
  ],
  slow: ["import time\ntime.sleep(3600)", /was stopped: .*gates\.external\.slow\.seconds/],
  lying: [
    answered('{"name": "a", "value": 1, "limit": 2, "comparison": "at-least", "outcome": "pass"}'),
    /a 1 \(at least 2\): the command calls it passed, and its own number is beyond its own limit/,
  ],
  speaking: [
    answered('{"name": "a\\n::stop-commands::x", "outcome": "pass"}'),
    /checks\.0\.name: expected letters that can be seen, in one line/,
  ],
  metrics: ['print(json.dumps({"schemaVersion": 1, "gate": "metrics", "checks": []}))', /JSON of another form/],
  curious: [
    `found = [name for name in os.environ if any(word in name for word in ("SECRET", "TOKEN", "PASSWORD", "DAGGER"))]\n${answered('{"name": "secrets", "value": len(found), "limit": -1, "comparison": "at-most", "message": " ".join(found) or "none"}')}`,
    /secrets 0 \(at most -1\): none/,
  ],
  elsewhere: ["", /`python checks\/gone\.py` ended with exit code 2: .*gone\.py/],
};

/** Programs that answer something else keep the model back, and the message of each says what was wrong. */
export async function expectHostileProgramsRefused(): Promise<void> {
  const hostile = await tinyProject();
  try {
    const tables = await Promise.all(
      Object.entries(HOSTILE).map(async ([name, [program]]) => {
        await hostile.write(`checks/${name}.py`, `import json\nimport os\nimport sys\n\n${program}\n`);
        const file = name === "elsewhere" ? "gone" : name;
        const image = name === "lying" ? 'image = "python:3.11-slim"\n' : "";
        return `[tool.ml-pipeline.gates.external.${name}]\ncommand = "python checks/${file}.py"\nseconds = 20\n${image}`;
      }),
    );
    await hostile.edit(
      "pyproject.toml",
      "[tool.ruff]",
      `${tables.join("\n")}\n[tool.ml-pipeline.limits]\noutput-megabytes = 5\n[tool.ruff]`,
    );
    const folder = join(hostile.out, "report");
    const ended = await mlPipeline(
      [
        ...[
          "--dvc-config=env:TEST_SECRET",
          "run",
          `--source=${hostile.source}`,
          `--data=${hostile.data}`,
          "--keep-going",
        ],
        ...["report", "export", `--path=${folder}`],
      ],
      { TEST_SECRET: "[core]" },
    );
    expect(ended.exitCode, ended.stderr).toBe(0);
    const { gates } = JSON.parse(await readFile(join(folder, "report.json"), "utf8"));
    for (const [name, [, says]] of Object.entries(HOSTILE)) {
      const gate = gates.find(({ id }: { id: string }) => id === `external.${name}`);
      expect(gate?.status, name).toBe("failed");
      expect(gate?.message).toMatch(says);
    }
    // The gate of ours with the same name is what it was.
    expect(gates.find(({ id }: { id: string }) => id === "metrics").status).toBe("passed");
  } finally {
    await hostile.remove();
  }
}
